/** What the store knows about leads at the moment of a decision, for many leads in one statement. */

import type { LeadFacts, PossibleDuplicate } from '../../src/facts.ts';
import type { HandOff } from '../../src/handOff.ts';
import { toHandOff, type HandOffColumns } from './handOffs.ts';
import type { LedgerEntry } from './ledger.ts';
import { planKept } from './planKept.ts';
import type { Handle } from './schema.ts';
import { toPossibleDuplicate } from './snapshots.ts';
import { CONTACT_ASKED, type RecordRow } from './standingAnswers.ts';

export type AskedLead = RecordRow & {
  /** The request that is to be decided, in case that it was answered before; `null` where nothing is decided. */
  readonly requestId: string | null;
};

/** An entry as far as a later decision about the same lead needs it. */
export type EarlierEntry = Pick<
  LedgerEntry,
  'portalId' | 'entryId' | 'kind' | 'contactId' | 'at' | 'day' | 'reason' | 'dims' | 'decision'
>;

export type FirstAnswer = Pick<LedgerEntry, 'kind' | 'contactId' | 'reversesEntryId' | 'answer'>;

export type LeadSituation = {
  /** The record's contact; `null` where that is not known or was never read. */
  readonly contactId: string | null;
  /** `null` where the record was never read. */
  readonly facts: LeadFacts | null;
  readonly staleSince: Date | null;
  readonly deletedAt: Date | null;
  /** The answer that stands. */
  readonly standing: EarlierEntry | null;
  /** What was answered to this very request. */
  readonly first: FirstAnswer | null;
  /** Rejections of this lead that nobody took back. */
  readonly rejections: number;
  readonly duplicate: PossibleDuplicate | null;
  /** The latest hand-off. */
  readonly handOff: HandOff | null;
};

type Row = {
  readonly contactId: string | null;
  readonly facts: LeadFacts | null;
  readonly staleSince: Date | null;
  readonly deletedAt: Date | null;
  readonly standingEntryId: string | null;
  readonly standingKind: LedgerEntry['kind'];
  readonly standingAt: Date;
  readonly standingDay: string;
  readonly standingReason: string | null;
  readonly standingDims: LedgerEntry['dims'];
  readonly standingDecision: unknown;
  readonly firstKind: LedgerEntry['kind'] | null;
  readonly firstContactId: string;
  readonly firstReversesEntryId: string | null;
  readonly firstAnswer: unknown;
  readonly rejections: number;
  readonly twinId: string | null;
  readonly twinFacts: LeadFacts | null;
  readonly samePhone: boolean | null;
  readonly sameNameCompany: boolean | null;
  readonly sameMailbox: boolean | null;
} & HandOffColumns;

/**
 * The situations of the leads behind these records, in the order asked for. Whoever decides on them locks the standing answers first.
 *
 * Each part is a lateral look-up of at most a few rows by an index, so that no statistics can talk the planner into
 * reading a whole table for one click.
 */
export async function findLeadSituations(
  tx: Handle,
  leads: readonly AskedLead[],
): Promise<readonly LeadSituation[]> {
  const asked = leads.map((lead, place) => ({ ...lead, place }));
  const found = await FIND(tx, JSON.stringify(asked));
  return found.map((row, place) => toSituation(row, leads[place]));
}

/** One branch for each key, each answered by that key's index; the oldest record of all survives a merge. */
const OLDEST_TWIN = `
  select * from (
    ${['phone_key', 'name_company_key', 'email_key']
      .map(
        (key) => `(
          select contact_id, facts, phone_key, name_company_key, email_key from lead_snapshot other
          where other.portal_id = asked."portalId" and other.${key} = snapshot.${key}
            and other.contact_id <> contact.contact_id and other.deleted_at is null
        )`,
      )
      .join(' union all ')}
  ) candidate
  order by (facts ->> 'createdAt')::timestamptz asc nulls last, contact_id
  limit 1`;

const FIND = planKept<Row>(`
    select contact.contact_id, snapshot.facts, snapshot.stale_since, snapshot.deleted_at,
      standing.entry_id as standing_entry_id, standing.kind as standing_kind, standing.at as standing_at,
      standing.day as standing_day, standing.reason as standing_reason, standing.dims as standing_dims,
      standing.decision as standing_decision,
      first.kind as first_kind, first.contact_id as first_contact_id,
      first.reverses_entry_id as first_reverses_entry_id, first.answer as first_answer,
      counted.rejections,
      handed.hand_off_id, handed.attempt as hand_off_attempt, handed.opened_at, handed.due_at,
      handed.first_contact_at, handed.first_contact_kind, handed.first_contact_is_first,
      twin.contact_id as twin_id, twin.facts as twin_facts,
      twin.phone_key = snapshot.phone_key as same_phone,
      twin.name_company_key = snapshot.name_company_key as same_name_company,
      twin.email_key = snapshot.email_key as same_mailbox
    from jsonb_to_recordset($1::text::jsonb) as asked
      (place int, "portalId" bigint, "objectId" text, "isLead" boolean, "requestId" text)
    left join lateral (select ${CONTACT_ASKED} as contact_id) contact on true
    left join lateral (
      select * from lead_snapshot
      where portal_id = asked."portalId" and contact_id = contact.contact_id limit 1
    ) snapshot on true
    left join lateral (
      select entry.* from ledger entry
      where entry.portal_id = asked."portalId" and entry.entry_id = (
        select entry_id from standing_answer
        where portal_id = asked."portalId" and contact_id = contact.contact_id
      ) limit 1
    ) standing on true
    left join lateral (
      select * from ledger where portal_id = asked."portalId" and request_id = asked."requestId" limit 1
    ) first on true
    left join lateral (
      select count(*)::int as rejections from ledger answered
      where answered.portal_id = asked."portalId" and answered.contact_id = contact.contact_id
        and answered.kind = 'rejection'
        and (
          select undone.entry_id from ledger undone
          where undone.portal_id = answered.portal_id and undone.reverses_entry_id = answered.entry_id
        ) is null
    ) counted on true
    left join lateral (
      select * from hand_off
      where portal_id = asked."portalId" and contact_id = contact.contact_id
      order by attempt desc limit 1
    ) handed on true
    left join lateral (
      ${OLDEST_TWIN}
    ) twin on true
    order by asked.place`);

function toSituation(row: Row, lead: AskedLead | undefined): LeadSituation {
  if (lead === undefined) throw new Error('A lead was found that was not asked for.');
  const { facts, staleSince, deletedAt, rejections } = row;
  const standing: EarlierEntry | null =
    row.standingEntryId === null
      ? null
      : {
          portalId: lead.portalId,
          entryId: row.standingEntryId,
          kind: row.standingKind,
          contactId: row.contactId ?? '',
          at: row.standingAt,
          day: row.standingDay,
          reason: row.standingReason,
          dims: row.standingDims,
          decision: row.standingDecision,
        };
  const first: FirstAnswer | null =
    row.firstKind === null
      ? null
      : {
          kind: row.firstKind,
          contactId: row.firstContactId,
          reversesEntryId: row.firstReversesEntryId,
          answer: row.firstAnswer,
        };
  const duplicate =
    row.twinId === null || row.twinFacts === null
      ? null
      : toPossibleDuplicate(row.twinId, row.twinFacts, {
          phoneKey: row.samePhone === true,
          nameCompanyKey: row.sameNameCompany === true,
          emailKey: row.sameMailbox === true,
        });
  return {
    contactId: facts === null ? null : row.contactId,
    facts,
    staleSince,
    deletedAt,
    standing,
    first,
    rejections,
    duplicate,
    handOff: toHandOff(row),
  };
}
