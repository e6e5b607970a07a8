/** Which answer stands for a lead now. One row per contact, which is also the lock that puts answers in a row. */

import type { Selectable } from 'kysely';
import { rowsOf } from './columns.ts';
import { planKept, writeTogether, type Write } from './planKept.ts';
import type { Handle, StandingAnswerTable } from './schema.ts';

export type StandingAnswer = Readonly<Selectable<StandingAnswerTable>>;

type Lead = { readonly portalId: number; readonly contactId: string };

/**
 * Locks the answers of these leads until the transaction ends. Two answers to one lead that arrive together are thereby
 * taken one after the other; what stands is to be read afterwards, so that the second one sees the first.
 */
export async function lockStandingAnswers(tx: Handle, leads: readonly Lead[]): Promise<void> {
  if (leads.length === 0) return;
  await LOCK(tx, JSON.stringify(leads));
}

/**
 * Sorted, so that two groups that share leads take their locks in the same order. An update that changes nothing,
 * because DO NOTHING would not lock the row.
 */
const lockRows = (leads: string): string => `
  insert into standing_answer (portal_id, contact_id, entry_id, kind, attempt)
  select distinct "portalId", "contactId", null::uuid, 'none', 0 from ${leads}
  order by 1, 2
  on conflict (portal_id, contact_id) do update set contact_id = excluded.contact_id`;

const LOCK = planKept(
  lockRows('jsonb_to_recordset($1::text::jsonb) as lead ("portalId" bigint, "contactId" text)'),
);

/** A record as HubSpot's card names it. */
export type RecordRow = {
  readonly portalId: number;
  /** HubSpot record id of the contact, or of the Lead that hangs on one. */
  readonly objectId: string;
  readonly isLead: boolean;
};

/** The contact of the record `asked`; none where a Lead's is not known. */
export const CONTACT_ASKED = `case
  when asked."isLead" then (
    select contact_id from lead_object where portal_id = asked."portalId" and lead_id = asked."objectId"
  ) else asked."objectId" end`;

/**
 * Locks the answers of the leads behind these records, and returns their contacts in the same order; `null` where the
 * contact is not known or was never read, and where the portal is not set up.
 */
export async function lockRecords(
  tx: Handle,
  records: readonly RecordRow[],
): Promise<readonly (string | null)[]> {
  const rows = records.map((record, place) => ({ ...record, place }));
  const found = await LOCK_RECORDS(tx, JSON.stringify(rows));
  const byPlace = new Map(found.map(({ place, contactId }) => [place, contactId]));
  return records.map((_, place) => byPlace.get(place) ?? null);
}

const LOCK_RECORDS = planKept<{ place: number; contactId: string }>(`
    with lead as materialized (
      select asked.place, asked."portalId", snapshot.contact_id as "contactId"
      from jsonb_to_recordset($1::text::jsonb) as asked
        (place int, "portalId" bigint, "objectId" text, "isLead" boolean)
      cross join lateral (
        select contact_id from lead_snapshot
        where portal_id = asked."portalId" and read_at is not null and contact_id = ${CONTACT_ASKED} limit 1
      ) snapshot
    ), locked as (
      ${lockRows('lead')}
    )
    select place, "contactId" as contact_id from lead`);

/** What stands, without a lock; `null` where the contact was never answered or nothing stands any more. */
export async function findStandingAnswer(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<StandingAnswer | null> {
  const found = await tx
    .selectFrom('standingAnswer')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('kind', '!=', 'none')
    .executeTakeFirst();
  return found ?? null;
}

export type NewStandingAnswer = Lead & {
  readonly entryId: string;
  readonly kind: 'rejection' | 'acceptance';
  /** Hand-off number of the lead that is answered. */
  readonly attempt: number;
};

/** Says which entries stand now. */
export async function setStandingAnswers(tx: Handle, answers: readonly NewStandingAnswer[]): Promise<void> {
  if (answers.length === 0) return;
  await writeTogether(tx, [toStandingAnswers(answers)]);
}

/** The same, to be sent with other writes. */
export const toStandingAnswers = (answers: readonly NewStandingAnswer[]): Write => ({
  text: SET,
  values: ROWS.values(answers),
});

const ROWS = rowsOf<NewStandingAnswer>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['kind', 'text', ({ kind }) => kind],
  ['attempt', 'int', ({ attempt }) => attempt],
]);

const SET = `
  insert into standing_answer (${ROWS.names}) select ${ROWS.names} from ${ROWS.table} order by 1, 2
  on conflict (portal_id, contact_id) do update set
    entry_id = excluded.entry_id, kind = excluded.kind, attempt = excluded.attempt`;

/** Nothing stands any more; the count of attempts stays. */
export async function clearStandingAnswer(tx: Handle, portalId: number, contactId: string): Promise<void> {
  await tx
    .updateTable('standingAnswer')
    .set({ entryId: null, kind: 'none' })
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .execute();
}
