/** What a plan is made of. */

import type { Change } from './changes.ts';

/** One step of a plan, in the order of carrying out. */
export type PlannedStep = {
  readonly change: Change;
  /** Waits for the weekly batch, or for its timer. */
  readonly held: boolean;
  /** When the step runs by itself, ISO 8601. */
  readonly dueAt: string;
  /**
   * What the record must still hold. A value that somebody changed after the decision makes the step stale: it is
   * recorded instead of overwriting a person.
   */
  readonly expected: Readonly<Record<string, string>>;
};

/** A step that waits for nobody. */
export const plainStep = (
  change: Change,
  now: Date,
  expected: PlannedStep['expected'] = {},
): PlannedStep => ({ change, held: false, dueAt: now.toISOString(), expected });
