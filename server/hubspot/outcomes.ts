/** From what happened to a call to what a step's row in the store says about it. */

import type { Trace } from '../../src/changes.ts';
import { HubSpotError } from './errors.ts';
import type { WriteResult } from './records.ts';
import type { NotRestored, Problem, StepOutcome } from './steps.ts';

type WithId = { readonly stepId: string };

export function done(step: WithId, trace: Trace, notRestored: readonly NotRestored[] = []): StepOutcome {
  return { stepId: step.stepId, state: 'done', trace, notRestored };
}

export function failed(step: WithId, kind: Problem['kind'], sentence: string): StepOutcome {
  return { stepId: step.stepId, state: 'failed', problem: { kind, sentence } };
}

export function recordGone(step: WithId, what: string): StepOutcome {
  return failed(step, 'record-gone', `${what} no longer exists in HubSpot, so nothing was changed.`);
}

/** How long a step waits that nothing is wrong with, but whose turn has not come. */
const NEXT_DRAIN_MS = 1_000;
/** How long rows wait whose batch was refused too often for one sitting. */
const UNDECIDED_MS = 60_000;

/** The step keeps its place behind an earlier one of the same record. */
export function waitsForEarlier(step: WithId, retryAfterMs: number = NEXT_DRAIN_MS): StepOutcome {
  const sentence = 'Waits for an earlier change of the same record.';
  return {
    stepId: step.stepId,
    state: 'retry',
    problem: { kind: 'waits-for-earlier', sentence },
    retryAfterMs,
  };
}

/** A failed call as the outcome of a step that it carried. */
export function outcomeOf(step: WithId, error: HubSpotError): StepOutcome {
  const { stepId } = step;
  const problem: Problem = { kind: error.kind, sentence: error.sentence };
  if (!error.retry) return { stepId, state: 'failed', problem };
  const state = error.mayHaveHappened ? 'unknown' : 'retry';
  return { stepId, state, problem, retryAfterMs: error.retryAfterMs };
}

/** The outcome of a row that was not written. */
export function outcomeOfRow(step: WithId, result: WriteResult & { readonly ok: false }): StepOutcome {
  if (!result.undecided) return outcomeOf(step, result.error);
  const { kind, sentence } = result.error;
  return { stepId: step.stepId, state: 'retry', problem: { kind, sentence }, retryAfterMs: UNDECIDED_MS };
}

/**
 * Carries out what `body` does for many steps; when a whole call fails, every step gets that failure as its outcome.
 * Anything but a HubSpotError is a bug or our own database, and is thrown on.
 */
export async function forAll(
  steps: readonly WithId[],
  body: () => Promise<readonly StepOutcome[]>,
): Promise<readonly StepOutcome[]> {
  try {
    return await body();
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    return steps.map((step) => outcomeOf(step, error));
  }
}
