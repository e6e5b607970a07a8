/** Disputes as the weekly review sees them: the open questions with their leads, and what came of earlier decisions. */

import { addDays, dayOf, readableAge, readableDay } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type { CardView } from '../../src/contract.ts';
import { DISPUTE_LEADS_MAX } from '../../src/contract/disputes.ts';
import type {
  DisputedLead,
  DisputePage,
  DisputeQuery,
  DisputeQuestion,
} from '../../src/contract/disputes.ts';
import { readCounts } from '../../src/crosswalk.ts';
import type { EvidenceLine } from '../../src/definitions.ts';
import { DISPUTE_CAUSES, DISPUTE_CHANGES } from '../../src/disputeLists.ts';
import {
  changeLabel,
  DISPUTE_DAYS,
  effectDays,
  effectInWords,
  groupDisputes,
  groupInWords,
  type Days,
  type Question,
  type Share,
} from '../../src/disputes.ts';
import { displayNameOf } from '../../src/facts.ts';
import { storyLines } from '../../src/handOffStory.ts';
import { recordLink } from '../../src/pendingReason.ts';
import type { PortalMap } from '../../src/portal.ts';
import { isReasonCode, reasonOf } from '../../src/reasons.ts';
import { explainRefusal } from '../../src/refusals.ts';
import type { RejectionDecision } from '../../src/rejection.ts';
import { mayDo } from '../../src/roles.ts';
import type { Settings } from '../../src/settings.ts';
import { DEFINITIONS } from '../../src/settingsLists.ts';
import {
  countsOf,
  findDispute,
  findRejections,
  findDisputed,
  listDisputed,
  listDisputeDecisions,
  type DisputedEntry,
  type DisputedRow,
  type KeptDecision,
} from '../store/disputes.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity, PortalAt } from './context.ts';
import { nameIn } from './saveSettings.ts';
import { settingsOf } from './settings.ts';
import { decisionOf } from './situation.ts';

/** Decisions that are shown with their effect. */
const DECIDED_SHOWN = 10;
/** Days from today that a change may be due on, to choose from. */
const DUE_IN_DAYS = [7, 14, 30, 60, 90];

/** The open questions, the largest first, and the latest decisions. */
export async function viewDisputes(
  context: FlowContext,
  { portalId, userId }: Identity,
  { after, limit }: DisputeQuery,
): Promise<DisputePage | RefusalAnswer> {
  const { db } = context.store;
  const now = context.now();
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const settings = await settingsOf(db, portalId);
  const at: PortalAt = { portal, now };
  const today = dayOf(now, portal.timeZone);
  const open = await listDisputed(db, portalId, addDays(today, -DISPUTE_DAYS));
  const questions = groupDisputes(open);
  const shown = questions.slice(after, after + limit);
  const leads = new Map(
    (
      await findDisputed(
        db,
        portalId,
        shown.flatMap((question) => question.shown.map(({ entryId }) => entryId)),
      )
    ).map((entry) => [entry.entryId, entry] as const),
  );
  const decisions = await listDisputeDecisions(db, portalId, DECIDED_SHOWN);
  const decided: DisputePage['decided'] = [];
  for (const decision of decisions) decided.push(await toDecided(db, decision, { settings, at }));
  const nameOf = (id: number): string => nameIn(portal, id);
  const denied = mayDo('decide-dispute', userId, settings.roles, nameOf);
  const mayReopen = mayDo('draft-definition', userId, settings.roles, nameOf) === null;
  return {
    ok: true,
    sentence: sentenceOf(questions.length, open.length),
    questions: shown.map((question) => toQuestion(question, leads, settings, at)),
    next: after + shown.length < questions.length ? String(after + shown.length) : null,
    total: questions.length,
    decided,
    causes: DISPUTE_CAUSES.map(({ value, label }) => ({ value, label })),
    changes: DISPUTE_CHANGES.map(({ value, label }) => ({ value, label })),
    owners: Object.entries(portal.userNames)
      .map(([value, label]) => ({ value, label }))
      .sort((a, b) => a.label.localeCompare(b.label)),
    dueOn: DUE_IN_DAYS.map((days) => {
      const value = addDays(today, days);
      return { value, label: `${readableDay(value)} (in ${days} days)` };
    }),
    reopen: mayReopen ? DEFINITIONS.map(({ kind, label }) => ({ value: kind, label })) : [],
    may: { allowed: denied === null, why: denied === null ? null : explainRefusal(denied, now).sentence },
  };
}

function sentenceOf(questions: number, leads: number): string {
  if (leads === 0)
    return 'No record contradicts its reason: nothing has to be settled between marketing and sales.';
  const asked = questions === 1 ? 'One question is open' : `${questions} questions are open`;
  return `${asked}, raised by ${leads === 1 ? 'one rejection' : `${leads.toLocaleString('en-GB')} rejections`} where the record says something else than the reason.`;
}

function rejectionIn(entry: DisputedEntry): Omit<RejectionDecision, 'steps'> {
  const decision = decisionOf(entry);
  if (decision.kind !== 'rejection') throw new Error(`Entry ${entry.entryId} is no rejection.`);
  return decision;
}

/** The portal's own word for a reason, also for one that it no longer uses. */
export const reasonLabelIn = (settings: Settings, code: string): string =>
  settings.reasons.find((reason) => reason.code === code)?.label ??
  (isReasonCode(code) ? reasonOf(code).label : code);

function toQuestion(
  question: Question<DisputedRow>,
  read: ReadonlyMap<string, DisputedEntry>,
  settings: Settings,
  at: PortalAt,
): DisputeQuestion {
  const { reason, dim, value, leads, shown } = question;
  const [first] = leads;
  const since = first === undefined ? '' : `, since ${readableDay(dayOf(first.at, at.portal.timeZone))}`;
  return {
    group: { reason, dim, value },
    title: groupInWords(question, reasonLabelIn(settings, reason)),
    sentence: `${leads.length === 1 ? 'One lead raises it' : `${leads.length} leads raise it`}${since}.`,
    shown: shown.flatMap(({ entryId }) => {
      const entry = read.get(entryId);
      // Decided or taken back between the two reads.
      return entry === undefined ? [] : [toLead(entry, at.portal)];
    }),
    // What one decision can be about; of a larger question the rest is left for the next.
    entryIds: leads.slice(0, DISPUTE_LEADS_MAX).map(({ entryId }) => entryId),
  };
}

/** One lead as it stands beside the others. Who rejected it is left out: the data disagree, not people. */
export function toLead(entry: DisputedEntry, portal: PortalMap): DisputedLead {
  const { facts, contactId } = entry;
  const decision = rejectionIn(entry);
  return {
    entryId: entry.entryId,
    name: facts === null ? `Contact ${contactId}` : displayNameOf(facts),
    link: recordLink(portal, contactId),
    facts: facts === null ? [] : [...storyLines(facts)],
    reason: decision.reasonLabel,
    evidence: evidenceIn(decision),
    contact: decision.contacted
      ? 'Sales had been in touch before.'
      : 'No contact with sales is on the record before the rejection.',
    response: responseIn(entry),
    note: entry.note,
  };
}

/** The disputes behind a draft, a line each, with the names of those who are still known. */
export async function evidenceLines(
  tx: Handle,
  portal: PortalMap,
  evidence: readonly EvidenceLine[],
): Promise<(line: EvidenceLine) => string> {
  const ids = evidence.flatMap((line) => (typeof line === 'string' ? [] : [line.entryId]));
  const entries = await findRejections(tx, portal.portalId, ids);
  const found = new Map(entries.map((entry) => [entry.entryId, toLead(entry, portal)]));
  return (line) => {
    if (typeof line === 'string') return line;
    const lead = found.get(line.entryId);
    return lead === undefined
      ? 'A rejection that is not kept.'
      : `${lead.name}: ${lead.evidence} ${lead.link}`;
  };
}

function evidenceIn({
  evidence,
  keptDespiteEvidence,
}: Pick<RejectionDecision, 'evidence' | 'keptDespiteEvidence'>) {
  // A privacy deletion takes what the evidence was.
  const because = (evidence as RejectionDecision['evidence'] | undefined)?.because ?? null;
  if (because === null) return 'The record says nothing against the reason.';
  const kept = keptDespiteEvidence ? ' The reason was kept with that in view.' : '';
  return `The record says otherwise: ${because}.${kept}`;
}

function responseIn({ facts, at }: DisputedEntry): string {
  const handedOffAt = facts?.handedOffAt ?? null;
  if (handedOffAt === null || new Date(handedOffAt) > at)
    return 'When it was handed off is not on the record.';
  return `Answered ${readableAge(new Date(handedOffAt), at)} after the hand-off.`;
}

async function toDecided(
  tx: Handle,
  decision: KeptDecision,
  { settings, at }: { readonly settings: Settings; readonly at: PortalAt },
): Promise<DisputePage['decided'][number]> {
  const { portalId, decisionId, reason, dim, value, day } = decision;
  const { before, after } = effectDays(day, dayOf(at.now, at.portal.timeZone));
  const shareIn = async (days: Days): Promise<Share> => {
    const { rejections, answered } = await countsOf(tx, { portalId, dim, value, ...days });
    // A reason that was taken out since is counted as what its history is read as.
    const rejected = readCounts(settings.crosswalk, rejections).get(reason) ?? 0;
    return { rejected: Math.round(rejected), answered };
  };
  return {
    id: decisionId,
    title: groupInWords(decision, reasonLabelIn(settings, reason)),
    decision: decisionInWords(decision, at.portal),
    effect: effectInWords(await shareIn(before), await shareIn(after)),
  };
}

/** `Change of targeting, decided on 28 Nov 2026: … Dana by 12 Dec 2026.` */
export function decisionInWords(
  { change, text, ownerUserId, dueOn, day }: KeptDecision,
  portal: PortalMap,
): string {
  return `Change of ${changeLabel(change).toLowerCase()}, decided on ${readableDay(day)}: ${text} (${nameIn(portal, ownerUserId)}, by ${readableDay(dueOn)}).`;
}

/** What the card says of a standing rejection: whether it may be disputed, or what was decided about it. */
export async function disputeOnCard(
  tx: Handle,
  { portalId, userId }: Identity,
  entryId: string | null,
  settings: Settings,
  portal: PortalMap,
): Promise<CardView['dispute']> {
  if (entryId === null) return null;
  const known = await findDispute(tx, portalId, entryId);
  const decision = known?.decision ?? null;
  if (decision !== null) return { entryId, sentence: decisionInWords(decision, portal), may: false };
  if (known !== null && known.raisedAt !== null)
    return { entryId, sentence: 'This rejection is looked at in the next weekly review.', may: false };
  const may = mayDo('decide-dispute', userId, settings.roles, String) === null;
  return may ? { entryId, sentence: null, may } : null;
}
