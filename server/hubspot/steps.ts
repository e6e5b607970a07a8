/**
 * What the rest of the server says to the gateway and hears back: one step is one change to one lead, its outcome is
 * all that has to be stored about it. Nothing here speaks of HTTP.
 */

import type { Change, ChangeKind, ChangeOf, Trace } from '../../src/changes.ts';
import type { HubSpotErrorKind } from './errors.ts';

/** One change to carry out (or to take back) on one contact. */
export type Step = {
  /** Unique for ever: it is written into what the step creates, so that a repeat finds it again. */
  readonly stepId: string;
  readonly contactId: string;
  readonly change: Change;
  /**
   * `do`: carry the plan out. `undo`: `change` is an inverse; a value is restored only where it is still what we wrote
   * (`expected`), otherwise it is listed as not restored.
   */
  readonly mode: 'do' | 'undo';
  /** The step was tried before and may have happened: look for its result before creating anything again. */
  readonly lookFirst: boolean;
  /**
   * Property → value that the decision rests on; '' means empty. Properties of the Lead for `move-lead`, of the contact
   * for all others. In `do`: a value that somebody else changed after `decidedAt` makes the step stale. In `undo`: what
   * we wrote.
   */
  readonly expected: Readonly<Record<string, string>>;
  readonly decidedAt: Date;
};

export type StepOf<K extends ChangeKind> = Omit<Step, 'change'> & { readonly change: ChangeOf<K> };

/** Why a step is not done. `sentence` is for people: it names what, and what to do. */
export type Problem = { readonly kind: ProblemKind; readonly sentence: string };

/** HubSpot's errors, and what only the gateway itself can find. */
export type ProblemKind =
  | HubSpotErrorKind
  /** Somebody changed a guarded value after the decision. */
  | 'stale-decision'
  /** The contact, list, Lead, task or note is gone. */
  | 'record-gone'
  /** HubSpot accepted the call but the value read afterwards is another one. */
  | 'not-applied'
  /** An earlier step of the same record is not through yet. */
  | 'waits-for-earlier';

/** Something an undo left alone because somebody changed it meanwhile. */
export type NotRestored = { readonly what: string; readonly why: string };

export type StepOutcome = { readonly stepId: string } & (
  | { readonly state: 'done'; readonly trace: Trace; readonly notRestored: readonly NotRestored[] }
  /** Trying again cannot help. */
  | { readonly state: 'failed'; readonly problem: Problem }
  /** It did not happen; try again after `retryAfterMs`. Never said of a step with `lookFirst`. */
  | { readonly state: 'retry'; readonly problem: Problem; readonly retryAfterMs: number }
  /** It may have happened; repeat with `lookFirst` after `retryAfterMs`. */
  | { readonly state: 'unknown'; readonly problem: Problem; readonly retryAfterMs: number }
  /** Not carried out: a person decided otherwise meanwhile. */
  | { readonly state: 'stale'; readonly problem: Problem }
);
