/**
 * The weekly batch decides: approved rejections go on at once, overridden ones are taken back and rejected anew with
 * another reason. Each row is answered by itself with a sentence; none spoils the others.
 */

import { dayOf, readableDay } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type { BatchAnswer, BatchRequest, BatchResult } from '../../src/contract/queues.ts';
import { factsWithout, type CarriedOut } from '../../src/factsWithout.ts';
import { isReasonCode } from '../../src/reasons.ts';
import type { Settings } from '../../src/settings.ts';
import {
  findBatchDecisions,
  findBatchEntries,
  insertBatchDecisions,
  type BatchDecision,
  type BatchEntry,
} from '../store/batchDecisions.ts';
import { lockSteps, releaseHeldSteps } from '../store/planSteps.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import { answerWithin } from './answerHandOffs.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { rejectionOf } from './recordRejection.ts';
import { mayNot } from './mayNot.ts';
import { settingsOf } from './settings.ts';
import { undoWithin } from './undoAnswer.ts';

type Override = BatchRequest['override'][number];

/** What every row of one request is decided with. */
type Review = {
  readonly context: FlowContext;
  readonly identity: Identity;
  readonly requestId: string;
  readonly timeZone: string;
  readonly settings: Settings;
};

/** Decides on rows of the batch. A second delivery gets the first answer, row by row. */
export async function decideBatch(
  context: FlowContext,
  identity: Identity,
  { requestId, approve, override }: BatchRequest,
): Promise<BatchAnswer | RefusalAnswer> {
  const { portalId } = identity;
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const denied = await mayNot(context, identity, 'decide-batch');
  if (denied !== null) return refusalAnswer(context, denied);
  const settings = await settingsOf(db, portalId);
  const review: Review = { context, identity, requestId, timeZone: portal.timeZone, settings };
  const results: BatchResult[] = [...(await approveAll(review, [...new Set(approve)]))];
  // One after the other: each is a transaction, and a reviewer overrides a few.
  for (const one of override) results.push(await overrideOne(review, one));
  return { ok: true, results };
}

/** One transaction for all: releasing steps changes no decision, so there is nothing that one row could spoil. */
async function approveAll(review: Review, entryIds: readonly string[]): Promise<readonly BatchResult[]> {
  if (entryIds.length === 0) return [];
  const { context, identity, requestId } = review;
  const { portalId } = identity;
  return context.store.transaction(async (tx) => {
    const now = context.now();
    const asked = await findBatchEntries(tx, portalId, entryIds);
    const contactIds = [...new Set([...asked.values()].map(({ contactId }) => contactId))].sort();
    await lockStandingAnswers(
      tx,
      contactIds.map((contactId) => ({ portalId, contactId })),
    );
    const first = await findBatchDecisions(tx, portalId, requestId, entryIds);
    const entries = await findBatchEntries(tx, portalId, entryIds);
    const open = entryIds.filter((entryId) => !first.has(entryId));
    const refusals = new Map(open.map((entryId) => [entryId, whyNot(review, entries.get(entryId), now)]));
    const released = await releaseHeldSteps(
      tx,
      portalId,
      open.filter((entryId) => refusals.get(entryId) === null),
      now,
    );
    const decisions = open.map((entryId): BatchDecision => {
      // Between the look and the release the timer may have handed the steps to the drain.
      const refused = refusals.get(entryId) ?? (released.has(entryId) ? null : NOTHING_WAITS);
      return refused === null
        ? decisionOf(review, entryId, now, { verdict: 'approved', sentence: APPROVED })
        : decisionOf(review, entryId, now, { verdict: 'refused', sentence: refused });
    });
    await insertBatchDecisions(tx, decisions.filter(isKnown(entries)));
    if (released.size > 0) await context.queue.wake(tx, 'drain-plans', { portalId });
    const made = new Map([...decisions.map((one) => [one.entryId, one] as const), ...first]);
    return entryIds.flatMap((entryId) => {
      const decision = made.get(entryId);
      return decision === undefined ? [] : [toResult(decision)];
    });
  });
}

/** Ends the transaction with nothing written, with the sentence for the row. */
class OverrideRefused extends Error {
  override readonly name = 'OverrideRefused';
}

/** Undo and new rejection in one transaction: both, or neither. */
async function overrideOne(review: Review, asked: Override): Promise<BatchResult> {
  const { context } = review;
  const { entryId } = asked;
  try {
    return toResult(await context.store.transaction((tx) => overrideWithin(tx, review, asked)));
  } catch (error) {
    if (!(error instanceof OverrideRefused)) throw error;
    const decision = decisionOf(review, entryId, context.now(), {
      verdict: 'refused',
      sentence: error.message,
    });
    return toResult(await context.store.transaction((tx) => keepRefusal(tx, decision)));
  }
}

/** Keeps a refusal, unless the same request was answered otherwise meanwhile: then that is the answer. */
async function keepRefusal(tx: Handle, decision: BatchDecision): Promise<BatchDecision> {
  const { portalId, requestId, entryId } = decision;
  const entries = await findBatchEntries(tx, portalId, [entryId]);
  await insertBatchDecisions(tx, [decision].filter(isKnown(entries)));
  return (await findBatchDecisions(tx, portalId, requestId, [entryId])).get(entryId) ?? decision;
}

async function overrideWithin(tx: Handle, review: Review, asked: Override): Promise<BatchDecision> {
  const { context, identity, requestId } = review;
  const { portalId } = identity;
  const { entryId, reason, note } = asked;
  const now = context.now();
  const known = (await findBatchEntries(tx, portalId, [entryId])).get(entryId);
  if (known === undefined) throw new OverrideRefused(UNKNOWN);
  const { contactId, leadId } = known;
  await lockStandingAnswers(tx, [{ portalId, contactId }]);
  const first = (await findBatchDecisions(tx, portalId, requestId, [entryId])).get(entryId);
  if (first !== undefined) return first;
  const entry = (await findBatchEntries(tx, portalId, [entryId])).get(entryId);
  const refused = whyNot(review, entry, now);
  if (refused !== null) throw new OverrideRefused(refused);
  if (entry?.reason === reason) throw new OverrideRefused(SAME_REASON);

  const carriedOut = (await lockSteps(tx, portalId, entryId))
    .filter(({ state }) => ['running', 'done', 'unknown'].includes(state))
    // JSON in the store; a rejection's steps are written as the plan has them.
    .map(({ change, expected, trace }) => ({
      change,
      expected: expected as CarriedOut['expected'],
      trace,
    }));
  const given = `batch:${requestId}:${entryId}`;
  const undone = await undoWithin(tx, context, identity, entryId, {
    requestId: `${given}:undo`,
    reason: `Overridden in the weekly batch: ${labelOf(review.settings, reason)}.`,
    path: 'batch',
  });
  if (!undone.ok) throw new OverrideRefused(undone.sentence);
  const record =
    leadId === null
      ? { objectTypeId: '0-1' as const, objectId: contactId }
      : { objectTypeId: '0-136' as const, objectId: leadId };
  const answer = await answerWithin(
    tx,
    context,
    identity,
    rejectionOf({ requestId: given, record, reason, note, keptDespiteEvidence: false }, 'batch'),
    {
      contactId,
      look: (found) => ({
        ...found,
        facts: factsWithout(found.facts, carriedOut, found.settings.routing.score),
      }),
    },
  );
  if (!answer.ok) throw new OverrideRefused(answer.sentence);
  const decision: BatchDecision = {
    ...decisionOf(review, entryId, now, {
      verdict: 'overridden',
      sentence: `${answer.headline} ${answer.next}`,
    }),
    undoEntryId: undone.undoId,
    newEntryId: answer.rejectionId,
  };
  await insertBatchDecisions(tx, [decision]);
  return decision;
}

const APPROVED = 'Approved: what waited is being carried out now.';
const UNKNOWN = 'This rejection is not known here. Reload the page.';
const SAME_REASON = 'It has this reason already. Approve it, or choose another reason.';
const NOTHING_WAITS = 'Nothing of it waits any more. Reload the page.';

/** Why nothing can be decided on a rejection, as a sentence; `null` where it waits. */
function whyNot({ timeZone }: Review, entry: BatchEntry | undefined, now: Date): string | null {
  if (entry === undefined || entry.kind !== 'rejection') return UNKNOWN;
  const on = (at: Date): string => readableDay(dayOf(at, timeZone));
  if (entry.undone) return 'It was taken back meanwhile, so nothing of it waits any more.';
  if (entry.approvedAt !== null) return `It was approved on ${on(entry.approvedAt)} already.`;
  if (entry.runsAt === null) return 'None of its steps waits for the batch.';
  if (entry.runsAt.getTime() <= now.getTime())
    return `Its steps ran by themselves on ${on(entry.runsAt)}. To change it, undo it with a reason.`;
  return entry.waits ? null : NOTHING_WAITS;
}

const labelOf = (settings: Settings, code: string): string =>
  settings.reasons.find((reason) => reason.code === code)?.label ??
  (isReasonCode(code) ? code.replaceAll('_', ' ') : 'another reason');

const decisionOf = (
  { identity: { portalId, userId }, requestId }: Review,
  entryId: string,
  at: Date,
  said: Pick<BatchDecision, 'verdict' | 'sentence'>,
): BatchDecision => ({
  portalId,
  requestId,
  entryId,
  ...said,
  undoEntryId: null,
  newEntryId: null,
  at,
  byUserId: userId,
});

/** What is said about an id that nobody knows is the same every time, and is not kept. */
const isKnown =
  (entries: ReadonlyMap<string, BatchEntry>) =>
  ({ entryId }: BatchDecision): boolean =>
    entries.has(entryId);

const toResult = ({ entryId, verdict, sentence }: BatchDecision): BatchResult => ({
  entryId,
  ok: verdict !== 'refused',
  sentence,
});
