/** Leads that wait, as the app home page shows them: what is next for each and when, and whose data is being completed. */

import { addDays, dayOf, readableAge, readableDay } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type { FollowUpPage } from '../../src/contract/followUp.ts';
import type { FindingQuery } from '../../src/contract/guard.ts';
import { checkData } from '../../src/dataChecks.ts';
import { enrichmentSentence } from '../../src/enrichment.ts';
import { displayNameOf, type LeadFacts } from '../../src/facts.ts';
import { recordLink } from '../../src/pendingReason.ts';
import type { PortalMap } from '../../src/portal.ts';
import { LOOK_WORDS } from '../../src/wakeUps.ts';
import { pageOfEnrichments } from '../store/enrichments.ts';
import { findPortal } from '../store/portals.ts';
import { findFacts } from '../store/snapshots.ts';
import { REASONS } from '../../src/reasons.ts';
import { countUnmatched, countWaitingLeads, listWaitingLeads } from '../store/wakeUps.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { settingsOf } from './settings.ts';

/** Every rejected lead that waits, the next one first. */
export async function viewNextSteps(
  context: FlowContext,
  { portalId }: Identity,
  { after, limit }: FindingQuery,
): Promise<FollowUpPage | RefusalAnswer> {
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const now = context.now();
  const found = await listWaitingLeads(db, portalId, { after: after ?? null, limit: limit + 1 });
  const { total, ready, overdue, scoreFaults } = await countWaitingLeads(db, portalId, now);
  const rows = found.slice(0, limit);
  const facts = await factsOf(context, portalId, rows);
  const faults =
    scoreFaults === 0
      ? ''
      : ` ${count(scoreFaults, 'last look', 'last looks')} met a score that rose on old activity.`;
  return {
    ok: true,
    sentence:
      total === 0
        ? 'No rejected lead waits.'
        : `${count(total, 'lead waits', 'leads wait')}, ${ready} of them ready to hand off again, ${overdue} overdue.${faults}`,
    rows: rows.map((row) => ({
      ...aboutOf(row, facts, portal),
      age: readableAge(row.rejectedAt, now),
      sentence: row.lastOutcome === 'ready' ? 'Ready to hand off again' : LOOK_WORDS[row.kind],
      problems: [],
      dueOn: readableDay(dayOf(row.dueAt, portal.timeZone)),
    })),
    next: found.length > rows.length ? (rows.at(-1)?.entryId ?? null) : null,
    total,
  };
}

const REMATCHED = REASONS.filter(({ disposition }) => disposition === 'rematch').map(({ code }) => code);

/** Rejected as the wrong person, and nobody has named the right one. */
export async function viewRightContacts(
  context: FlowContext,
  { portalId }: Identity,
  { after, limit }: FindingQuery,
): Promise<FollowUpPage | RefusalAnswer> {
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const now = context.now();
  const asked = { after: after ?? null, limit: limit + 1, reasons: REMATCHED };
  const found = await listWaitingLeads(db, portalId, asked);
  const total = await countUnmatched(db, portalId, REMATCHED);
  const rows = found.slice(0, limit);
  const facts = await factsOf(context, portalId, rows);
  return {
    ok: true,
    sentence:
      total === 0
        ? 'Nobody waits for the right contact.'
        : `${count(total, 'company waits', 'companies wait')} for the right contact.`,
    rows: rows.map((row) => {
      const { company = null, jobTitle = null } = facts.get(row.contactId) ?? {};
      return {
        ...aboutOf(row, facts, portal),
        age: readableAge(row.rejectedAt, now),
        sentence: [jobTitle ?? 'No job title', company].filter((part) => part !== null).join(' at '),
        problems: [],
        dueOn: readableDay(dayOf(row.dueAt, portal.timeZone)),
      };
    }),
    next: found.length > rows.length ? (rows.at(-1)?.entryId ?? null) : null,
    total,
  };
}

/** Leads whose data is being completed, the oldest first. */
export async function viewEnrichments(
  context: FlowContext,
  { portalId }: Identity,
  { after, limit }: FindingQuery,
): Promise<FollowUpPage | RefusalAnswer> {
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const now = context.now();
  const { followUp } = await settingsOf(db, portalId);
  const page = await pageOfEnrichments(db, portalId, { after: after ?? null, limit: limit + 1 });
  const rows = page.rows.slice(0, limit);
  const facts = await factsOf(context, portalId, rows);
  return {
    ok: true,
    sentence:
      page.total === 0
        ? 'No lead waits for its data.'
        : `${count(page.total, 'lead waits', 'leads wait')} for complete data${page.rows[0] === undefined || after !== undefined ? '' : `, the oldest for ${readableAge(page.rows[0].openedAt, now)}`}.`,
    rows: rows.map((row) => {
      const known = facts.get(row.contactId);
      const endsOn = addDays(dayOf(row.openedAt, portal.timeZone), followUp.enrichDays);
      return {
        ...aboutOf(row, facts, portal),
        age: readableAge(row.openedAt, now),
        sentence: enrichmentSentence(row.tries, followUp, endsOn),
        problems: known === undefined ? [] : checkData(known).map(({ sentence }) => sentence),
        dueOn: readableDay(dayOf(row.tryAt, portal.timeZone)),
      };
    }),
    next: page.rows.length > rows.length ? (rows.at(-1)?.entryId ?? null) : null,
    total: page.total,
  };
}

type Row = { readonly entryId: string; readonly contactId: string };

function factsOf(
  context: FlowContext,
  portalId: number,
  rows: readonly Row[],
): Promise<ReadonlyMap<string, LeadFacts>> {
  return findFacts(
    context.store.db,
    portalId,
    rows.map(({ contactId }) => contactId),
  );
}

function aboutOf({ entryId, contactId }: Row, facts: ReadonlyMap<string, LeadFacts>, portal: PortalMap) {
  const known = facts.get(contactId);
  return {
    id: entryId,
    contactId,
    name: known === undefined ? `Contact ${contactId}` : displayNameOf(known),
    link: recordLink(portal, contactId),
  };
}

const count = (n: number, one: string, many: string): string =>
  n === 1 ? `1 ${one}` : `${n.toLocaleString('en-GB')} ${many}`;
