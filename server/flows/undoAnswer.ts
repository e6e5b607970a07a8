/** Takes an answer back: what never started is cancelled, what was carried out is reversed by the drain. */

import { dayOf } from '../../src/calendar.ts';
import type { RefusalAnswer, UndoAnswer, UndoRequest } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { decideUndo } from '../../src/rejection.ts';
import { reopenHandOff } from '../store/handOffs.ts';
import {
  findEntry,
  findEntryByRequest,
  findUndoOf,
  insertEntries,
  type LedgerEntry,
} from '../store/ledger.ts';
import { cancelPendingSteps, insertPlanSteps, lockSteps } from '../store/planSteps.ts';
import { findPortal } from '../store/portals.ts';
import { addToRollups, contributionsOf } from '../store/rollups.ts';
import type { Handle } from '../store/schema.ts';
import { clockFrom } from '../../src/handOff.ts';
import { toStorable } from '../../src/text.ts';
import { clearStandingAnswer, setStandingAnswers } from '../store/standingAnswers.ts';
import { firstAnswerTo, refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { settingsOf } from './settings.ts';
import { closeEnrichment } from '../store/enrichments.ts';
import { closeWakeUp } from '../store/wakeUps.ts';
import { decisionOf, lockStanding, type KeptDecision } from './situation.ts';

/**
 * Takes back the answer that stands, or refuses with a sentence. What was not started never will be; what was carried
 * out, or may have been, is reversed by the drain. An acceptance that a rejection had replaced stands again.
 */
export async function undoAnswer(
  context: FlowContext,
  identity: Identity,
  answerId: string,
  request: UndoRequest,
): Promise<UndoAnswer | RefusalAnswer> {
  return context.store.transaction((tx) => undoWithin(tx, context, identity, answerId, request));
}

/** What is asked of an undo. `path` is where it was asked; the card where it is left out. */
export type AskedUndo = Omit<UndoRequest, 'path'> & { readonly path?: Path | undefined };

/**
 * The same as a part of a transaction that writes more than this. Where it refuses, nothing was written. It locks the
 * contact's answer first, then the steps.
 */
export async function undoWithin(
  tx: Handle,
  context: FlowContext,
  identity: Identity,
  answerId: string,
  request: AskedUndo,
): Promise<UndoAnswer | RefusalAnswer> {
  const { portalId } = identity;
  const now = context.now();
  const entry = await findEntry(tx, portalId, answerId);
  const portal = (await findPortal(tx, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  if (entry === null || entry.kind === 'undo') return refusalAnswer(context, { kind: 'answer-unknown' });

  const standing = await lockStanding(tx, portalId, entry.contactId);
  const earlier = await findEntryByRequest(tx, portalId, request.requestId);
  const first = firstAnswerTo(context, earlier, { kind: 'undo', about: answerId });
  if (first !== null) return first;
  const undone = (await findUndoOf(tx, portalId, answerId)) !== null;
  const steps = await lockSteps(tx, portalId, answerId);
  const original = decisionOf(entry);
  const settings = await settingsOf(tx, portalId);
  const decided = decideUndo(
    { reason: request.reason },
    { entryId: answerId, at: entry.at.toISOString(), undone, undoUntil: original.undoUntil, steps },
    { settings, standing },
    now,
  );
  if (!decided.ok) return refusalAnswer(context, decided.refusal);

  const { decision } = decided;
  const undoId = context.newId();
  const answer: UndoAnswer = { ok: true, undoId, headline: decision.headline, next: decision.next };
  await insertEntries(tx, [
    {
      portalId,
      entryId: undoId,
      requestId: request.requestId,
      kind: 'undo',
      contactId: entry.contactId,
      leadId: entry.leadId,
      at: now,
      day: dayOf(now, portal.timeZone),
      actorUserId: identity.userId,
      path: request.path ?? 'card',
      reason: null,
      reversesEntryId: answerId,
      note: toStorable(request.reason ?? '').trim() || null,
      dims: entry.dims,
      decision,
      answer,
    },
  ]);
  const { contactId } = entry;
  const replaced = await findReplaced(tx, portalId, original);
  if (replaced === null) {
    await clearStandingAnswer(tx, portalId, contactId);
  } else {
    const { attempt } = original;
    await setStandingAnswers(tx, [
      { portalId, contactId, entryId: replaced.entryId, kind: 'acceptance', attempt },
    ]);
  }
  await reopenHandOff(tx, portalId, answerId, {
    contactId,
    standsAgain: replaced,
    restart: clockFrom(now, settings, portal),
    now,
  });
  await closeWakeUp(tx, { portalId, entryId: answerId }, 'undone', now);
  await closeEnrichment(tx, { portalId, entryId: answerId }, 'closed', now);
  await cancelPendingSteps(tx, portalId, answerId, now);
  const contactOf = new Map(steps.map((step) => [step.stepId, step.contactId]));
  await insertPlanSteps(
    tx,
    decision.reverse.map(({ stepId, kind }, seq) => ({
      portalId,
      stepId: context.newId(),
      entryId: undoId,
      // A plan may have steps on a second contact: the one that was named as the right one.
      contactId: contactOf.get(stepId) ?? contactId,
      seq,
      kind,
      // The inverse depends on what the step did, which is known only once it has settled: the drain works it out.
      change: null,
      expected: {},
      held: false,
      dueAt: now,
      decidedAt: now,
      undoesStepId: stepId,
    })),
  );
  await addToRollups(tx, contributionsOf(entry, -1, replaced));
  await context.queue.wake(tx, 'drain-plans', { portalId });
  return answer;
}

/** The acceptance that a rejection had taken the place of, or `null`. */
async function findReplaced(
  tx: Handle,
  portalId: number,
  decision: KeptDecision,
): Promise<LedgerEntry | null> {
  if (decision.kind !== 'rejection' || decision.replaces === null) return null;
  const replaced = await findEntry(tx, portalId, decision.replaces);
  if (replaced === null) throw new Error(`The replaced answer ${decision.replaces} is not in the ledger.`);
  return replaced;
}
