/**
 * The job that carries plans out: claims what is due, asks the gateway, writes down what came of it. Everything it
 * needs is in the rows, so it may stop anywhere and run again.
 */

import { remainsOf, type Change } from '../../src/changes.ts';
import type { PortalMap } from '../../src/portal.ts';
import { OUTCOME_UNKNOWN, planReversal } from '../../src/rejection.ts';
import type { Step, StepOutcome as GatewayOutcome } from '../hubspot/steps.ts';
import { findPortal } from '../store/portals.ts';
import {
  claimSteps,
  findReadyBatches,
  glanceAtDue,
  markReversed,
  nextDueAt,
  recordOutcomes,
  type ClaimedStep,
  type ReadyBatch,
  type StepOutcome,
} from '../store/stepClaims.ts';
import { BATCH_LIMIT, MANY_STEPS, ripeBatches, waitForAnswers } from './batches.ts';
import type { FlowContext } from './context.ts';
import { tellWaiting } from './workflowWaits.ts';

/** While batches fill, or another process holds what is ready, it is looked again after this long at the latest. */
const LOOK_AGAIN_MS = 250;
/**
 * A step claimed by a process that then died is looked at again after this long. The slowest kind asks HubSpot about
 * five times in a row, and each of those may wait for the budget and then for the time limit of an answer: a shorter
 * lease would end while its holder is still at work.
 */
const LEASE_MS = 180_000;
/** After a batch threw, its steps are tried alone until this long after its start: the last must end in the lease. */
const ALONE_MS = LEASE_MS / 2;
/** Batches under way together: while HubSpot answers one, another is prepared or written down. */
const BATCHES_AT_ONCE = 3;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 10 * 60_000;
/** About three days at the longest wait. Then the step is given up and the card says so. */
const MOST_ATTEMPTS = 450;
const INTERNAL = {
  kind: 'internal',
  sentence: 'Something went wrong on our side; it is in the log and is tried again.',
} as const;

/** Carries out everything that is due in one portal. */
export async function drainPlans(context: FlowContext, portalId: number): Promise<void> {
  const { store } = context;
  // One holder per run, not per process: a run that the queue gave up as dead may still be waiting for HubSpot here.
  const claimedBy = context.newId();
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return;
  for (;;) {
    const now = context.now();
    if (context.stopping()) return wakeAt(context, portalId, now);
    const due = await glanceAtDue(store.db, { portalId, now, many: MANY_STEPS });
    const answersMs = waitForAnswers(due, now);
    if (answersMs > 0) {
      await context.pause(answersMs);
      continue;
    }
    const ready = await findReadyBatches(store.db, { portalId, now, limit: BATCH_LIMIT });
    if (ready.length === 0) break;
    const ripe = ripeBatches(ready, context.gateway.recentCalls(portal), now);
    const batches = 'batches' in ripe ? ripe.batches : [];
    const settled: Settled[] = [];
    for (let first = 0; first < batches.length; first += BATCHES_AT_ONCE) {
      if (context.stopping()) break;
      const together = batches.slice(first, first + BATCHES_AT_ONCE);
      settled.push(...(await claimAndCarryOut(context, portal, together, claimedBy)));
      if (settled.some(isPortalRefused)) break;
    }
    // The whole portal has to wait: to ask for the rest of a backlog would only count attempts.
    if (settled.some(isPortalRefused)) break;
    if (settled.length > 0) continue;
    await context.pause('inMs' in ripe ? Math.min(ripe.inMs, LOOK_AGAIN_MS) : LOOK_AGAIN_MS);
  }
  // Whatever woke this job may have been the decision that a workflow waits for.
  await tellWaiting(context, portal);
  const now = context.now();
  // What is held for days belongs to the sweep; what only waits for another try is woken here.
  const until = new Date(now.getTime() + LONGEST_WAIT_MS);
  const next = await nextDueAt(store.db, portalId, { now, until });
  if (next !== null) await wakeAt(context, portalId, next);
}

function wakeAt({ store, queue, now }: FlowContext, portalId: number, at: Date): Promise<void> {
  // The queue goes by the machine's clock, which nobody moves: only the wait is the same on both.
  const startAfter = new Date(Date.now() + Math.max(0, at.getTime() - now().getTime()));
  return store.transaction((tx) => queue.wake(tx, 'drain-plans', { portalId }, { startAfter }));
}

/**
 * No two of them are about the same contact: each has one step that is ready. Two that were merged meanwhile may be
 * written side by side, each with values of its own kind of step.
 */
async function claimAndCarryOut(
  context: FlowContext,
  portal: PortalMap,
  batches: readonly ReadyBatch[],
  claimedBy: string,
): Promise<readonly Settled[]> {
  const results = await Promise.allSettled(
    batches.map(async ({ stepIds }) => {
      const claimed = await claim(context, portal.portalId, stepIds, claimedBy);
      return claimed.length === 0 ? [] : carryOut(context, portal, claimed);
    }),
  );
  // Not before all have ended: what is still under way would outlive the job.
  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  if (errors.length > 1) throw new AggregateError(errors, 'Several batches could not be carried out.');
  if (errors.length === 1) throw errors[0];
  return results.flatMap((result) => (result.status === 'fulfilled' ? result.value : []));
}

function claim(
  { store, now }: FlowContext,
  portalId: number,
  stepIds: readonly string[],
  claimedBy: string,
): Promise<readonly ClaimedStep[]> {
  return store.transaction((tx) =>
    claimSteps(tx, { portalId, stepIds, now: now(), claimedBy, leaseMs: LEASE_MS }),
  );
}

type Settled = { readonly claim: ClaimedStep; readonly outcome: StepOutcome };

async function carryOut(
  context: FlowContext,
  portal: PortalMap,
  claimed: readonly ClaimedStep[],
): Promise<readonly Settled[]> {
  const settled = await attemptAll(context, portal, claimed);
  await context.store.transaction(async (tx) => {
    const recorded = new Set(
      await recordOutcomes(
        tx,
        settled.map(({ outcome }) => outcome),
      ),
    );
    const reversed = settled.flatMap(({ claim, outcome }) =>
      claim.undoes !== null &&
      claim.undoes.state === 'done' &&
      outcome.state === 'done' &&
      recorded.has(claim.stepId)
        ? [{ stepId: claim.undoes.stepId, problem: outcome.problem }]
        : [],
    );
    await markReversed(tx, portal.portalId, reversed, context.now());
  });
  return settled;
}

/** Whether the budget said that no call of this portal may be made now. */
function isPortalRefused({ outcome }: Settled): boolean {
  const kind = outcome.problem?.kind;
  return outcome.dueAt !== null && (kind === 'rate-ten-seconds' || kind === 'rate-daily');
}

/**
 * Every outcome that HubSpot can cause is an answer of the gateway; what is thrown is a bug of ours, mostly on one
 * step. So that this one does not hold up the others for ever, each is then tried alone, and those that throw again
 * count an attempt. Since the batch may have been carried out in part, they look first.
 */
async function attemptAll(
  context: FlowContext,
  portal: PortalMap,
  claimed: readonly ClaimedStep[],
): Promise<readonly Settled[]> {
  const startedAt = context.now().getTime();
  try {
    return await attempt(context, portal, claimed);
  } catch (err) {
    const stepIds = claimed.map(({ stepId }) => stepId);
    context.log.error({ err, portalId: portal.portalId, stepIds }, 'steps could not be carried out');
  }
  const settled: Settled[] = [];
  for (const claim of claimed) {
    const tryAlone = claimed.length > 1 && context.now().getTime() - startedAt < ALONE_MS;
    settled.push(...(tryAlone ? await attemptAlone(context, portal, claim) : [brokenOff(context, claim)]));
  }
  return settled;
}

async function attemptAlone(
  context: FlowContext,
  portal: PortalMap,
  claim: ClaimedStep,
): Promise<readonly Settled[]> {
  try {
    return await attempt(context, portal, [{ ...claim, mayHaveHappened: true }]);
  } catch (err) {
    // Not always what the batch threw: this one names the step that is to blame.
    const { portalId, stepId } = claim;
    context.log.error({ err, portalId, stepId }, 'this step could not be carried out');
    return [brokenOff(context, claim)];
  }
}

function brokenOff(context: FlowContext, claim: ClaimedStep): Settled {
  context.metrics.countSteps(claim.kind, 'unknown');
  const outcome = { state: 'unknown', problem: INTERNAL, retryAfterMs: 0 } as const;
  return { claim, outcome: tryLater(claim, outcome, claim.change, context.now()) };
}

async function attempt(
  context: FlowContext,
  portal: PortalMap,
  claimed: readonly ClaimedStep[],
): Promise<readonly Settled[]> {
  const planned = claimed.map((claim) => ({ claim, step: toStep(claim) }));
  const steps = planned.map(({ step }) => step).filter((step) => step !== null);
  const outcomes = steps.length === 0 ? [] : await context.gateway.applyChanges(portal, steps);
  const byId = new Map(outcomes.map((outcome) => [outcome.stepId, outcome]));
  const now = context.now();
  const settled = planned.map(({ claim, step }) => {
    if (step === null) return { claim, outcome: nothingToDo(claim, now) };
    const outcome = byId.get(claim.stepId);
    if (outcome === undefined) throw new Error(`The gateway gave no outcome for step ${claim.stepId}.`);
    return { claim, outcome: settle(claim, outcome, step.change, now) };
  });
  for (const { claim } of settled) {
    const outcome = byId.get(claim.stepId);
    if (outcome !== undefined) context.metrics.countSteps(claim.kind, outcome.state);
  }
  return settled;
}

/** What the gateway is asked to do; `null` when there is nothing to take back, since nothing was carried out. */
function toStep(claim: ClaimedStep): Step | null {
  const { stepId, contactId, decidedAt } = claim;
  const common = { stepId, contactId, decidedAt, lookFirst: claim.mayHaveHappened };
  if (claim.undoesStepId === null) {
    if (claim.change === null) return null;
    // JSON in the store; commitTaken wrote the planned step's `expected`.
    const expected = claim.expected as Step['expected'];
    return { ...common, change: claim.change, mode: 'do', expected };
  }
  const { undoes } = claim;
  if (undoes?.state !== 'done' || undoes.change === null || undoes.trace === null) return null;
  const reversal = planReversal(undoes.change, undoes.trace);
  return reversal === null ? null : { ...common, ...reversal, mode: 'undo' };
}

/** A privacy deletion took what was to be done, or what was to be taken back: nothing was carried out. */
function wasErased({ erasedAt, undoes }: ClaimedStep): boolean {
  return erasedAt !== null || undoes?.change === null;
}

/** An undo of a step whose outcome never became known cannot be carried out, and must not look as if it had been. */
function nothingToDo(claim: ClaimedStep, now: Date): StepOutcome {
  if (wasErased(claim)) return ended(claim, 'undone', now);
  const { undoes } = claim;
  const remains = remainsAfter(claim);
  if (remains !== null)
    return { ...ended(claim, 'done', now), problem: { kind: 'not-restored', sentence: remains } };
  if (undoes?.state !== 'failed' || undoes.problem?.kind !== OUTCOME_UNKNOWN)
    return ended(claim, 'done', now);
  const sentence = 'It never became known whether this happened. Verify the record in HubSpot.';
  return { ...ended(claim, 'failed', now), problem: { kind: 'not-restored', sentence } };
}

/** What an undo does not take back of the step that it undoes; `null` where that is nothing. */
function remainsAfter({ undoes }: ClaimedStep): string | null {
  if (undoes?.state !== 'done' || undoes.change === null || undoes.trace === null) return null;
  return remainsOf(undoes.change, undoes.trace);
}

function ended(claim: ClaimedStep, state: StepOutcome['state'], at: Date): StepOutcome {
  const { portalId, stepId } = claim;
  const claimedBy = claim.claimedBy ?? '';
  return { portalId, stepId, claimedBy, state, trace: null, problem: null, dueAt: null, at };
}

function settle(claim: ClaimedStep, outcome: GatewayOutcome, change: Change, now: Date): StepOutcome {
  switch (outcome.state) {
    case 'done': {
      const remains = claim.undoesStepId === null ? null : remainsAfter(claim);
      const sentence = [...outcome.notRestored.map(({ what, why }) => `${what}: ${why}`), remains ?? []]
        .flat()
        .join(' ');
      const problem = sentence === '' ? null : { kind: 'not-restored', sentence };
      return { ...ended(claim, 'done', now), change, trace: outcome.trace, problem };
    }
    case 'failed':
    case 'stale':
      return { ...ended(claim, outcome.state, now), change, problem: outcome.problem };
    case 'retry':
    case 'unknown':
      return tryLater(claim, outcome, change, now);
  }
}

function tryLater(
  claim: ClaimedStep,
  outcome: {
    readonly state: 'retry' | 'unknown';
    readonly problem: { readonly kind: string; readonly sentence: string };
    readonly retryAfterMs: number;
  },
  change: Change | null,
  now: Date,
): StepOutcome {
  const { kind, sentence } = outcome.problem;
  if (claim.attempts >= MOST_ATTEMPTS) {
    const givenUp = `${sentence} Given up after about three days of trying`;
    const problem =
      outcome.state === 'retry'
        ? { kind, sentence: `${givenUp}.` }
        : { kind: OUTCOME_UNKNOWN, sentence: `${givenUp}; it may have happened, so verify the record.` };
    return { ...ended(claim, 'failed', now), change, problem };
  }
  const backOffMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (claim.attempts - 1));
  const dueAt = new Date(now.getTime() + Math.max(outcome.retryAfterMs, backOffMs));
  const state = outcome.state === 'retry' ? 'pending' : 'unknown';
  return { ...ended(claim, state, now), problem: { kind, sentence, retryAt: dueAt.toISOString() }, dueAt };
}
