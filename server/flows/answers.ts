/**
 * What the three commands (reject, accept, undo) have in common: a second delivery gets the first answer, one
 * transaction holds ledger row, plan steps and rollup, and the drain is woken in that same transaction.
 */

import { dayOf } from '../../src/calendar.ts';
import type { AcceptanceAnswer, RefusalAnswer, RejectionAnswer, UndoAnswer } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import type { PortalMap } from '../../src/portal.ts';
import { explainRefusal, type Refusal } from '../../src/refusals.ts';
import type { AcceptanceDecision, Actor, RejectionDecision } from '../../src/rejection.ts';
import {
  findEntry,
  findEntryByRequest,
  insertEntry,
  type LedgerEntry,
  type NewEntry,
} from '../store/ledger.ts';
import { insertPlanSteps } from '../store/planSteps.ts';
import { addToRollups, contributionsOf } from '../store/rollups.ts';
import type { EntryKind, Handle } from '../store/schema.ts';
import { setStandingAnswer } from '../store/standingAnswers.ts';
import type { FlowContext, Identity } from './context.ts';

type Answer = RejectionAnswer | AcceptanceAnswer | UndoAnswer;

/** Who answers, by the name the portal knows; a user who is no owner is shown by what HubSpot signed. */
export function actorOf({ userId, userEmail }: Identity, { userNames }: PortalMap): Actor {
  return { userId, name: userNames[String(userId)] ?? userEmail ?? `user ${userId}` };
}

/** Our refusal as the wire says it: an answer, never an HTTP error. */
export function refusalAnswer(context: FlowContext, refusal: Refusal): RefusalAnswer {
  return { ok: false, kind: refusal.kind, ...explainRefusal(refusal, context.now()) };
}

/**
 * The first answer to a request that was delivered before; `null` for a new one. The same request id for another
 * lead or another kind of answer is refused: it would hide one of the two.
 */
export async function firstAnswer<T extends Answer>(
  tx: Handle,
  context: FlowContext,
  request: {
    readonly portalId: number;
    readonly requestId: string;
    readonly kind: EntryKind;
    readonly about: string;
  },
): Promise<T | RefusalAnswer | null> {
  const entry = await findEntryByRequest(tx, request.portalId, request.requestId);
  if (entry === null) return null;
  const about = entry.kind === 'undo' ? entry.reversesEntryId : entry.contactId;
  if (entry.kind !== request.kind || about !== request.about)
    return refusalAnswer(context, { kind: 'request-reused' });
  // JSON in the store; the kind was compared above, and this kind's answer is what was written with it.
  return entry.answer as T;
}

/**
 * The same request for another lead at the same moment holds another lead's lock, so only the database notices. It
 * is thrown, the transaction's member is rolled back, and a repeat meets the entry that won.
 */
export async function insertEntryOrThrow(tx: Handle, entry: NewEntry): Promise<void> {
  if (!(await insertEntry(tx, entry)))
    throw Object.assign(new Error(`Request ${entry.requestId} was answered at the same moment.`), {
      retry: true,
    });
}

/** The acceptance that a rejection took the place of, or `null`: the two are answers to one hand-off and count once. */
export async function findReplaced(
  tx: Handle,
  portalId: number,
  decision: RejectionDecision | AcceptanceDecision,
): Promise<LedgerEntry | null> {
  if (decision.kind !== 'rejection' || decision.replaces === null) return null;
  const replaced = await findEntry(tx, portalId, decision.replaces);
  if (replaced === null) throw new Error(`The replaced answer ${decision.replaces} is not in the ledger.`);
  return replaced;
}

/** Writes an answer: ledger row, standing answer, plan steps, rollups and the wake-up of the drain, all or nothing. */
export async function commitAnswer(
  tx: Handle,
  context: FlowContext,
  input: {
    readonly entryId: string;
    readonly requestId: string;
    readonly portal: PortalMap;
    readonly contactId: string;
    readonly leadId: string | null;
    readonly actorUserId: number;
    readonly path: Path;
    readonly note: string | null;
    readonly decision: RejectionDecision | AcceptanceDecision;
    readonly answer: Answer;
    readonly now: Date;
  },
): Promise<void> {
  const { decision, portal, now } = input;
  const { portalId } = portal;
  const entry = {
    portalId,
    entryId: input.entryId,
    requestId: input.requestId,
    kind: decision.kind,
    contactId: input.contactId,
    leadId: input.leadId,
    at: now,
    day: dayOf(now, portal.timeZone),
    actorUserId: input.actorUserId,
    path: input.path,
    reason: decision.kind === 'rejection' ? decision.reason : null,
    reversesEntryId: null,
    note: input.note,
    dims: decision.dimensions,
    decision,
    answer: input.answer,
  };
  await insertEntryOrThrow(tx, entry);
  await setStandingAnswer(tx, {
    portalId,
    contactId: input.contactId,
    entryId: input.entryId,
    kind: decision.kind,
    attempt: decision.attempt,
  });
  await insertPlanSteps(
    tx,
    decision.steps.map((step, seq) => ({
      portalId,
      stepId: context.newId(),
      entryId: input.entryId,
      contactId: input.contactId,
      seq,
      kind: step.change.kind,
      change: step.change,
      expected: step.expected,
      held: step.held,
      dueAt: new Date(step.dueAt),
      decidedAt: now,
      undoesStepId: null,
    })),
  );
  await addToRollups(tx, contributionsOf(entry, 1, await findReplaced(tx, portalId, decision)));
  await context.queue.wake(tx, 'drain-plans', { portalId });
}
