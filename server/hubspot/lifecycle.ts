/**
 * The lifecycle stage. HubSpot accepts it forward only: to go back, the stage is cleared and then set, in two separate
 * requests, and a backward write that was not preceded by a clear is reported as a success but ignored. So every move
 * is verified by a read. A crash between the two calls leaves a contact without stage; the next try sees in the
 * history that the emptiness is ours, and goes on.
 */

import { guard, sameValue, type Ready } from './guard.ts';
import { done, failed, forAll, outcomeOf, outcomeOfRow } from './outcomes.ts';
import { tryReadRecords, writeRecords, type Crm, type WriteResult } from './records.ts';
import type { StepOf, StepOutcome } from './steps.ts';

type LifecycleStep = StepOf<'set-lifecycle-stage'>;
type Move = Ready<LifecycleStep> & { readonly from: string; readonly to: string };

const STAGE = 'lifecyclestage';

export async function setLifecycleStages(
  crm: Crm,
  steps: readonly LifecycleStep[],
): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const intents = steps.map((step) => ({
      step,
      recordId: step.contactId,
      writes: { [STAGE]: step.change.stage },
    }));
    const { ready, outcomes } = await guard(crm, 'contacts', intents, { called: 'This contact' });
    const moves = ready
      .filter((row) => STAGE in row.writes)
      .map((row) => ({ ...row, from: row.current[STAGE] ?? '', to: row.step.change.stage }));
    const untouched = ready.filter((row) => !(STAGE in row.writes));
    return [
      ...outcomes,
      ...untouched.map((row) => done(row.step, traceOf(row), row.notRestored)),
      ...(await carryOut(crm, moves)),
    ];
  });
}

const traceOf = (row: Ready<LifecycleStep>): { kind: 'set-lifecycle-stage'; before: string } => ({
  kind: 'set-lifecycle-stage',
  before: row.before[STAGE] ?? '',
});

async function carryOut(crm: Crm, moves: readonly Move[]): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  const already = moves.filter(({ from, to }) => sameValue(from, to));
  outcomes.push(...already.map((move) => done(move.step, traceOf(move))));

  const backward = moves.filter((move) => isBackward(crm, move));
  const clearing = await writeStage(crm, backward, () => '');
  const cleared = backward.filter((move) => {
    const result = clearing.get(move.step.stepId);
    if (result === undefined || result.ok) return true;
    outcomes.push(outcomeOfRow(move.step, result));
    return false;
  });

  const forward = moves.filter((move) => !already.includes(move) && !backward.includes(move));
  const toSet = [...forward, ...cleared.filter(({ to }) => to !== '')];
  const setting = await writeStage(crm, toSet, ({ to }) => to);
  const toVerify = cleared.filter(({ to }) => to === '');
  const stranded: { move: Move; result: WriteResult & { ok: false } }[] = [];
  for (const move of toSet) {
    const result = setting.get(move.step.stepId);
    if (result === undefined || result.ok) toVerify.push(move);
    else if (result.error.retry || result.undecided)
      outcomes.push(halfDone(move, result, cleared.includes(move)));
    else stranded.push({ move, result });
  }
  outcomes.push(...(await putBack(crm, stranded, cleared)));
  outcomes.push(...(await verify(crm, toVerify)));
  return outcomes;
}

/** Anything but a certain step forward takes the way over the empty stage, which is right in either direction. */
function isBackward(crm: Crm, { from, to }: Move): boolean {
  if (from === '' || sameValue(from, to)) return false;
  const order = crm.portal.lifecycleStages.map(({ value }) => value);
  const [a, b] = [order.indexOf(from), order.indexOf(to)];
  return a === -1 || b === -1 || b < a;
}

function writeStage(
  crm: Crm,
  moves: readonly Move[],
  stageOf: (move: Move) => string,
): Promise<Map<string, WriteResult>> {
  const rows = moves.map((move) => ({
    traceId: move.step.stepId,
    id: move.recordId,
    values: { [STAGE]: stageOf(move) },
  }));
  return writeRecords(crm, 'contacts', 'update', rows);
}

/** A cleared stage must be filled again, so the step counts as begun even where the second write surely failed. */
function halfDone(move: Move, result: WriteResult & { ok: false }, isCleared: boolean): StepOutcome {
  const outcome = outcomeOfRow(move.step, result);
  return isCleared && outcome.state === 'retry' ? { ...outcome, state: 'unknown' } : outcome;
}

/** HubSpot refuses the new stage for good: the old one goes back where it was already cleared. */
async function putBack(
  crm: Crm,
  stranded: readonly { move: Move; result: WriteResult & { ok: false } }[],
  cleared: readonly Move[],
): Promise<StepOutcome[]> {
  const emptied = stranded.map(({ move }) => move).filter((move) => cleared.includes(move));
  const results = await writeStage(crm, emptied, (move) => move.from);
  return stranded.map(({ move, result }) => {
    const back = results.get(move.step.stepId);
    if (back === undefined || back.ok) return outcomeOf(move.step, result.error);
    const { kind, sentence } = back.error;
    const retryAfterMs = Math.max(back.error.retryAfterMs, 60_000);
    return { stepId: move.step.stepId, state: 'unknown', problem: { kind, sentence }, retryAfterMs };
  });
}

async function verify(crm: Crm, moves: readonly Move[]): Promise<StepOutcome[]> {
  const ids = moves.map(({ recordId }) => recordId);
  const { found, unread } = await tryReadRecords(crm, 'contacts', ids, [STAGE]);
  return moves.map((move) => {
    const notRead = unread.get(move.recordId);
    if (notRead === undefined) return verified(move, found.get(move.recordId)?.properties[STAGE] ?? '');
    const { kind, sentence, retryAfterMs } = notRead;
    return { stepId: move.step.stepId, state: 'unknown', problem: { kind, sentence }, retryAfterMs };
  });
}

function verified(move: Move, now: string): StepOutcome {
  if (sameValue(now, move.to)) return done(move.step, traceOf(move));
  if (now === '') {
    const sentence = 'HubSpot has not set the lifecycle stage yet. We try again by ourselves.';
    const problem = { kind: 'not-applied', sentence } as const;
    return { stepId: move.step.stepId, state: 'unknown', problem, retryAfterMs: 5_000 };
  }
  return failed(
    move.step,
    'not-applied',
    `HubSpot kept the lifecycle stage “${now}” instead of “${move.to}”. Ask an admin which automation sets it.`,
  );
}
