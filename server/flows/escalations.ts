/**
 * Odd patterns: once a day the answers of each portal are looked over, what is odd is raised with one task, and a person
 * answers three questions about it on the home page.
 */

import { readableAge, readableDay, dayOf } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import {
  ESCALATION_LEADS_MAX,
  type EscalationAnswer,
  type EscalationPage,
  type EscalationRequest,
} from '../../src/contract/escalations.ts';
import { ESCALATION_QUESTIONS, ESCALATION_VERDICTS } from '../../src/escalationLists.ts';
import { lookOver, SEGMENT_DAYS } from '../../src/escalations.ts';
import {
  escalationSentence,
  escalationTitle,
  notEnoughData,
  planEscalationTask,
  resolutionInWords,
} from '../../src/escalationWords.ts';
import { displayNameOf } from '../../src/facts.ts';
import { recordLink } from '../../src/pendingReason.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { Settings } from '../../src/settings.ts';
import { toStorable } from '../../src/text.ts';
import {
  answersSince,
  findLooked,
  keepLooked,
  listEscalatedLeads,
  listOpenEscalations,
  listResolvedEscalations,
  lockEscalation,
  raiseEscalation,
  resolvedPatterns,
  resolveEscalation,
  withdrawEscalations,
  type EscalatedLead,
  type KeptEscalation,
} from '../store/escalations.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity, PortalAt } from './context.ts';
import { reasonLabelIn } from './disputes.ts';
import { mayNot } from './mayNot.ts';
import { owePlan } from './owedPlan.ts';
import { nameIn } from './saveSettings.ts';
import { settingsOf } from './settings.ts';

const DAY_MS = 86_400_000;
/** Patterns that are shown after they were resolved. */
const RESOLVED_SHOWN = 10;

/** How long after a look a portal is looked over again. */
export const LOOK_OVER_EVERY_MS = DAY_MS;

/** The job: looks over the answers of a portal and raises what is odd, each pattern once until it is resolved. */
export async function findEscalations(context: FlowContext, portalId: number): Promise<void> {
  const { store } = context;
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return;
  const now = context.now();
  const settings = await settingsOf(store.db, portalId);
  // Outside of the transaction, which the many answers of a large portal would hold open.
  const answers = await answersSince(store.db, portalId, new Date(now.getTime() - SEGMENT_DAYS * DAY_MS));
  await store.transaction(async (tx) => {
    const resolved = await resolvedPatterns(tx, portalId);
    const { patterns, ...looked } = lookOver(answers, settings.icp, resolved, now);
    const contactOf = new Map(answers.map(({ entryId, contactId }) => [entryId, contactId]));
    for (const pattern of patterns) {
      const escalationId = context.newId();
      if (!(await raiseEscalation(tx, pattern, { portalId, escalationId, at: now }))) continue;
      const contactId = contactOf.get(pattern.entryIds[0] ?? '');
      if (contactId === undefined) throw new Error(`Nobody is behind the pattern ${pattern.kind}.`);
      await lockStandingAnswers(tx, [{ portalId, contactId }]);
      const task = planEscalationTask(pattern, contactId, portal, settings.queueOwnerId, now);
      await owePlan(tx, context, { portalId, owedBy: escalationId, contactId, steps: [task] });
    }
    await withdrawEscalations(tx, portalId, now);
    await keepLooked(tx, portalId, looked, now);
  });
}

/** The open patterns with the leads behind them, and what was resolved lately. */
export async function viewEscalations(
  context: FlowContext,
  { portalId }: Identity,
): Promise<EscalationPage | RefusalAnswer> {
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const at: PortalAt = { portal, now: context.now() };
  const settings = await settingsOf(db, portalId);
  const open = await listOpenEscalations(db, portalId);
  const rows: EscalationPage['rows'] = [];
  for (const one of open) rows.push(await toRow(db, one, settings, at));
  const looked = await findLooked(db, portalId);
  const resolved = await listResolvedEscalations(db, portalId, RESOLVED_SHOWN);
  return {
    ok: true,
    sentence:
      rows.length === 0
        ? 'No company and no segment stands out beyond chance.'
        : `${rows.length === 1 ? 'One pattern waits' : `${rows.length} patterns wait`} for an answer, the oldest for ${rows[0]?.age ?? ''}.`,
    notEnough: looked === null ? 'Nothing was looked over yet.' : notEnoughData(looked),
    rows,
    resolved: resolved.map((one) => ({
      id: one.escalationId,
      title: escalationTitle(one),
      sentence: resolvedSentence(one, at.portal),
    })),
    questions: ESCALATION_QUESTIONS.map(({ value, label }) => ({ value, label })),
    verdicts: ESCALATION_VERDICTS.map(({ value, label }) => ({ value, label })),
  };
}

async function toRow(
  db: Handle,
  one: KeptEscalation,
  settings: Settings,
  { portal, now }: PortalAt,
): Promise<EscalationPage['rows'][number]> {
  const leads = await listEscalatedLeads(db, one.portalId, one.escalationId);
  const shown = leads.slice(0, ESCALATION_LEADS_MAX);
  return {
    id: one.escalationId,
    title: escalationTitle(one),
    sentence: escalationSentence(one.evidence),
    age: readableAge(one.raisedAt, now),
    leads: shown.map((lead) => ({
      contactId: lead.contactId,
      name: lead.facts === null ? `Contact ${lead.contactId}` : displayNameOf(lead.facts),
      link: recordLink(portal, lead.contactId),
      owner: ownerOf(lead, portal),
      age: readableAge(lead.at, now),
      reason: reasonLabelIn(settings, lead.reason),
    })),
    more: leads.length - shown.length,
  };
}

function ownerOf({ facts }: EscalatedLead, { ownerIds, userNames }: PortalMap): string {
  const ownerId = facts?.ownerId ?? null;
  if (ownerId === null) return 'Nobody';
  const userId = Object.entries(ownerIds ?? {}).find(([, owner]) => owner === ownerId)?.[0];
  return (userId === undefined ? undefined : userNames[userId]) ?? `Owner ${ownerId}`;
}

/** A reviewer answers the three questions. The first resolution stands: a later one is told what it was. */
export async function decideEscalation(
  context: FlowContext,
  { portalId, userId }: Identity,
  escalationId: string,
  { verdicts, text }: EscalationRequest,
): Promise<EscalationAnswer | RefusalAnswer> {
  const denied = await mayNot(context, { portalId, userId }, 'resolve-review');
  if (denied !== null) return refusalAnswer(context, denied);
  return context.store.transaction(async (tx) => {
    const portal = (await findPortal(tx, portalId))?.map ?? null;
    if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
    const seen = await lockEscalation(tx, portalId, escalationId);
    if (seen === null) return refusalAnswer(context, { kind: 'escalation-unknown' });
    if (seen.closedHow === 'withdrawn')
      return { ok: true, sentence: 'Nothing is left to decide: its rejections were taken back.' };
    if (seen.closedHow === 'resolved')
      return { ok: true, sentence: `Resolved already: ${resolvedSentence(seen, portal)}` };
    const at = context.now();
    const kept = toStorable(text).trim() || null;
    await resolveEscalation(tx, { portalId, escalationId, verdicts, text: kept, byUserId: userId, at });
    return {
      ok: true,
      sentence: 'Resolved. It is raised again only where new rejections stand out by themselves.',
    };
  });
}

function resolvedSentence({ verdicts, text, byUserId, closedAt }: KeptEscalation, portal: PortalMap): string {
  if (verdicts === null || byUserId === null || closedAt === null)
    throw new Error('A resolved pattern has no resolution.');
  return `${nameIn(portal, byUserId)}, ${readableDay(dayOf(closedAt, portal.timeZone))}: ${resolutionInWords(verdicts, text)}`;
}
