/**
 * The job that looks at records which somebody changed around the card: reads them and their property history, and puts
 * right what was found. A second look finds the same and changes nothing.
 */

import { dayOf } from '../../src/calendar.ts';
import { planPendingReason } from '../../src/pendingReason.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { Actor } from '../../src/rejection.ts';
import { judge, watchedOfContacts, WATCHED, type Finding, type PropertyHistory } from '../../src/watch.ts';
import { countRecentFindings, insertFinding, listOpenFindings } from '../store/findings.ts';
import { forgetWatched, listWatched } from '../store/guardWatch.ts';
import { findLastEntryAt } from '../store/ledger.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { findContactsOfLeads } from '../store/snapshots.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import type { Answerer, FlowContext } from './context.ts';
import { owePlan } from './owedPlan.ts';
import { meetReentry } from './reentry.ts';
import { recordAcceptance } from './recordAcceptance.ts';
import { recordRejection } from './recordRejection.ts';
import { settingsOf } from './settings.ts';
import { gatherSituations, type Gathered } from './situation.ts';
import { readSnapshots } from './snapshots.ts';

/** Records looked at together: HubSpot's largest batch with history. */
const BATCH = 50;
/** So often a lead is put back in a day; then something puts it there again by itself, and it is held instead. */
const PUT_BACKS_A_DAY = 2;
const DAY_MS = 86_400_000;

/** Looks at every record of the portal that waits for it. */
export async function guardRecords(context: FlowContext, portalId: number): Promise<void> {
  const { store, gateway } = context;
  const portal = await findPortal(store.db, portalId);
  const map = portal?.map ?? null;
  if (portal === null || map === null) return;
  const properties = watchedOfContacts(await settingsOf(store.db, portalId));
  for (;;) {
    const watched = await listWatched(store.db, portalId, BATCH);
    if (watched.length === 0) return;
    // The next start's sweep finds what is left.
    if (context.stopping()) return;
    const idsOf = (type: string): string[] =>
      watched.filter(({ objectTypeId }) => objectTypeId === type).map(({ objectId }) => objectId);
    const leadIds = idsOf('0-136');
    const known = await findContactsOfLeads(store.db, portalId, leadIds);
    const asked =
      leadIds.length === 0 ? new Map<string, string>() : await gateway.readContactsOfLeads(map, leadIds);
    const contactIds = [...new Set([...idsOf('0-1'), ...known, ...asked.values()])].sort();
    const found = [...new Set((await readSnapshots(context, map, contactIds, 'live')).values())];
    const histories = await gateway.readHistories(map, 'contacts', found, properties);
    for (const contactId of found)
      await look(context, map, contactId, histories.get(contactId) ?? {}, portal.createdAt);
    await store.transaction((tx) => forgetWatched(tx, watched));
  }
}

async function look(
  context: FlowContext,
  portal: PortalMap,
  contactId: string,
  history: PropertyHistory,
  servedSince: Date,
): Promise<void> {
  const { store, gateway } = context;
  const { portalId } = portal;
  const lead = { portalId, objectId: contactId, isLead: false, requestId: null };
  const [before] = await gatherSituations(store.db, [lead]);
  const leadIds = before?.ok === true ? before.situation.facts.leads.map(({ leadId }) => leadId) : [];
  const leadHistories =
    leadIds.length === 0
      ? new Map<string, PropertyHistory>()
      : await gateway.readHistories(portal, 'leads', leadIds, WATCHED['0-136']);
  const finding = await store.transaction(async (tx) => {
    await lockStandingAnswers(tx, [{ portalId, contactId }]);
    const [gathered] = await gatherSituations(tx, [lead]);
    if (gathered?.ok !== true) return null;
    const [open] = await listOpenFindings(tx, portalId, contactId);
    const { facts, settings, standing } = gathered.situation;
    const judged = judge({
      facts,
      settings,
      portal,
      standing,
      since: await judgedSince(tx, context, gathered, servedSince),
      history,
      leadHistories,
      pending:
        open === undefined || open.kind !== 'rejection'
          ? null
          : // A path is written by us alone.
            { changedAt: open.changedAt, path: open.path as Finding['path'] },
    });
    if (judged === null) return null;
    if (judged.kind === 'acceptance') return judged;
    if (judged.kind === 'reentry') {
      const { key, path, actor, at, also } = judged;
      await meetReentry(tx, context, gathered, { key, path, actor, at, moved: [judged, ...also] });
    } else if (judged.kind === 'reason-given' || judged.reason.state === 'valid') return judged;
    else await askForReason(tx, context, gathered, judged, open !== undefined);
    return null;
  });
  if (finding?.kind === 'acceptance') await accept(context, portalId, contactId, finding);
  else if (finding !== null) await complete(context, portalId, contactId, finding);
}

/** Nothing from before is judged: our own last word about the lead, its hand-off, and the day that the app came. */
async function judgedSince(
  tx: Handle,
  { gateway }: FlowContext,
  gathered: Extract<Gathered, { ok: true }>,
  servedSince: Date,
): Promise<Date> {
  const { facts, portal } = gathered.situation;
  const answered = await findLastEntryAt(tx, portal.portalId, facts.contactId);
  // A hand-off and a rejection in one edit have the same moment: the rejection counts.
  const handedOff = facts.handedOffAt === null ? 0 : new Date(facts.handedOffAt).getTime() - 1;
  const ours = Math.max(servedSince.getTime(), answered?.getTime() ?? 0);
  return new Date(
    Math.max(gateway.toTheirTime(new Date(ours)).getTime(), gathered.standing === null ? handedOff : 0),
  );
}

type CompleteFinding = Exclude<Finding, { kind: 'reentry' | 'acceptance' }>;

const answererOf = (portalId: number, { userId, name }: Actor): Answerer =>
  userId === null ? { portalId, userId, name } : { portalId, userId, userEmail: null };

/** A valid reason came with it: it is a rejection like any other, by the way that it came. */
async function complete(
  context: FlowContext,
  portalId: number,
  contactId: string,
  finding: CompleteFinding,
): Promise<void> {
  const leadId = finding.kind === 'rejection' ? finding.leadId : null;
  const reason =
    finding.kind === 'reason-given'
      ? finding.reason
      : finding.reason.state === 'valid'
        ? finding.reason.code
        : null;
  const answer = await recordRejection(
    context,
    answererOf(portalId, finding.actor),
    {
      requestId: `guard:${finding.key}`,
      record:
        leadId === null
          ? { objectTypeId: '0-1', objectId: contactId }
          : { objectTypeId: '0-136', objectId: leadId },
      reason,
      note: null,
      keptDespiteEvidence: false,
    },
    finding.path,
  );
  if (!answer.ok)
    context.log.warn({ portalId, kind: answer.kind }, 'a rejection around the card could not be taken');
}

/** Somebody took the lead on by its status: an acceptance like any other, by the way that it came. */
async function accept(
  context: FlowContext,
  portalId: number,
  contactId: string,
  { key, path, actor }: Extract<Finding, { kind: 'acceptance' }>,
): Promise<void> {
  const request = {
    requestId: `guard:${key}`,
    record: { objectTypeId: '0-1' as const, objectId: contactId },
  };
  const answer = await recordAcceptance(context, answererOf(portalId, actor), request, path);
  if (!answer.ok)
    context.log.warn({ portalId, kind: answer.kind }, 'an acceptance around the card could not be taken');
}

async function askForReason(
  tx: Handle,
  context: FlowContext,
  { situation }: Extract<Gathered, { ok: true }>,
  finding: Extract<Finding, { kind: 'rejection' }>,
  askedBefore: boolean,
): Promise<void> {
  const { portal, facts } = situation;
  const now = context.now();
  const recent = await countRecentFindings(
    tx,
    portal.portalId,
    facts.contactId,
    new Date(now.getTime() - DAY_MS),
  );
  const mode = recent >= PUT_BACKS_A_DAY ? 'hold' : situation.settings.guard.mode;
  const settings = { ...situation.settings, guard: { ...situation.settings.guard, mode } };
  const findingId = context.newId();
  const isNew = await insertFinding(tx, {
    portalId: portal.portalId,
    findingId,
    findingKey: finding.key,
    kind: 'rejection',
    contactId: facts.contactId,
    leadId: finding.leadId,
    path: finding.path,
    actorUserId: finding.actor.userId,
    changedAt: finding.at,
    foundAt: now,
    day: dayOf(finding.at, portal.timeZone),
    reason: finding.reason.state === 'invalid' ? finding.reason.value : null,
    reasonState: finding.reason.state === 'invalid' ? 'invalid' : 'missing',
    outcome: mode === 'hold' ? 'held' : 'put_back',
    closedHow: null,
    proof: null,
  });
  if (!isNew) return;
  const steps = planPendingReason(finding, { facts, settings, portal }, askedBefore, now);
  await owePlan(tx, context, {
    portalId: portal.portalId,
    owedBy: findingId,
    contactId: facts.contactId,
    steps,
  });
}
