/** What is known about each lead: filled at the hand-off and by webhooks, so that a click never waits for HubSpot. */

import { sql } from 'kysely';
import { displayNameOf } from '../../src/facts.ts';
import type { LeadFacts, PossibleDuplicate } from '../../src/facts.ts';
import type { PortalMap } from '../../src/portal.ts';
import { toDuplicateKeys } from './duplicateKeys.ts';
import type { Handle } from './schema.ts';

/**
 * Keeps facts that were read. A read that is older than the one at hand, or than the record's deletion, changes nothing
 * (answers may arrive out of order), and a mark that is newer than the read stays. One contact may not be given twice.
 */
export async function upsertSnapshots(
  tx: Handle,
  portalId: number,
  facts: readonly LeadFacts[],
): Promise<void> {
  if (facts.length === 0) return;
  // Sorted, so that two batches that overlap take their row locks in the same order.
  const sorted = [...facts].sort((a, b) => compare(a.contactId, b.contactId));
  const rows = sorted.map((one) => ({
    contactId: one.contactId,
    facts: one,
    readAt: one.readAt,
    ...toDuplicateKeys(one),
  }));
  const written = await sql<{ contactId: string }>`
    insert into lead_snapshot as old
      (portal_id, contact_id, facts, read_at, email_key, phone_key, name_company_key)
    select ${portalId}::bigint, "contactId", facts, "readAt", "emailKey", "phoneKey", "nameCompanyKey"
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as new
      ("contactId" text, facts jsonb, "readAt" timestamptz, "emailKey" text, "phoneKey" text, "nameCompanyKey" text)
    on conflict (portal_id, contact_id) do update set
      facts = excluded.facts,
      read_at = excluded.read_at,
      stale_since = case when old.stale_since > excluded.read_at then old.stale_since end,
      seen_before = case
        when excluded.facts ->> 'lastSeenAt' is distinct from old.facts ->> 'lastSeenAt'
        then (old.facts ->> 'lastSeenAt')::timestamptz else old.seen_before end,
      email_key = excluded.email_key,
      phone_key = excluded.phone_key,
      name_company_key = excluded.name_company_key,
      deleted_at = null
    where (old.read_at is null or old.read_at <= excluded.read_at)
      and (old.deleted_at is null or old.deleted_at < excluded.read_at)
    returning contact_id`.execute(tx);
  const kept = new Set(written.rows.map((row) => row.contactId));
  await replaceLeadObjects(
    tx,
    portalId,
    sorted.filter((one) => kept.has(one.contactId)),
  );
}

/** Writes which Leads hang on these contacts now, and forgets those that no longer do. */
async function replaceLeadObjects(tx: Handle, portalId: number, facts: readonly LeadFacts[]): Promise<void> {
  if (facts.length === 0) return;
  await tx
    .deleteFrom('leadObject')
    .where('portalId', '=', portalId)
    .where(
      'contactId',
      'in',
      facts.map((one) => one.contactId),
    )
    .execute();
  const byLead = new Map(facts.flatMap((one) => one.leads.map((lead) => [lead.leadId, one.contactId])));
  if (byLead.size === 0) return;
  await tx
    .insertInto('leadObject')
    .values(
      [...byLead]
        .sort(([a], [b]) => compare(a, b))
        .map(([leadId, contactId]) => ({ portalId, leadId, contactId })),
    )
    .onConflict((conflict) =>
      conflict.columns(['portalId', 'leadId']).doUpdateSet({ contactId: sql.ref('excluded.contact_id') }),
    )
    .execute();
}

/** Where a record stands in the store. */
export type LocatedLead = {
  readonly map: PortalMap | null;
  /** The contact, or the one that it was merged into, or that the Lead hangs on; `null` where that is not known. */
  readonly contactId: string | null;
  /** Whether the contact was ever read. */
  readonly isRead: boolean;
  readonly deletedAt: Date | null;
  readonly staleSince: Date | null;
};

/** Looks a record up by its id, with its portal's map, in one statement; `null` where the portal is not known. */
export async function locateLead(
  tx: Handle,
  portalId: number,
  record: { readonly contactId: string } | { readonly leadId: string },
): Promise<LocatedLead | null> {
  const contact =
    'contactId' in record
      ? sql`select coalesce(
          (select into_id from contact_merge where portal_id = ${portalId} and merged_id = ${record.contactId}),
          ${record.contactId}::text
        ) as contact_id`
      : sql`select contact_id from lead_object where portal_id = ${portalId} and lead_id = ${record.leadId}`;
  const found = await sql<LocatedLead>`
    select portal.map, contact.contact_id, snapshot.read_at is not null as is_read,
      snapshot.deleted_at, snapshot.stale_since
    from portal
    left join lateral (${contact}) contact on true
    left join lead_snapshot snapshot
      on snapshot.portal_id = portal.portal_id and snapshot.contact_id = contact.contact_id
    where portal.portal_id = ${portalId}`.execute(tx);
  return found.rows[0] ?? null;
}

/** The contacts that these Lead objects hang on, as far as they are known. */
export async function findContactsOfLeads(
  tx: Handle,
  portalId: number,
  leadIds: readonly string[],
): Promise<readonly string[]> {
  if (leadIds.length === 0) return [];
  const rows = await tx
    .selectFrom('leadObject')
    .select('contactId')
    .distinct()
    .where('portalId', '=', portalId)
    .where('leadId', 'in', [...leadIds])
    .execute();
  return rows.map((row) => row.contactId);
}

/** Lead object → its contact, as far as they are known. */
export async function findContactByLead(
  tx: Handle,
  portalId: number,
  leadIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (leadIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('leadObject')
    .select(['leadId', 'contactId'])
    .where('portalId', '=', portalId)
    .where('leadId', 'in', [...leadIds])
    .execute();
  return new Map(rows.map(({ leadId, contactId }) => [leadId, contactId]));
}

/**
 * Notes that records changed in HubSpot at `at`; contacts that were never read become wanted. The latest change
 * counts, because only a read after it shows it; one from before the last read changes nothing.
 */
export async function markStale(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  at: Date,
): Promise<void> {
  const unique = [...new Set(contactIds)].sort(compare);
  if (unique.length === 0) return;
  await tx
    .insertInto('leadSnapshot')
    .values(unique.map((contactId) => ({ portalId, contactId, facts: null, readAt: null, staleSince: at })))
    .onConflict((conflict) =>
      conflict
        .columns(['portalId', 'contactId'])
        .doUpdateSet({ staleSince: sql`greatest(lead_snapshot.stale_since, excluded.stale_since)` })
        .where((eb) =>
          eb.or([
            eb('leadSnapshot.readAt', 'is', null),
            eb('leadSnapshot.readAt', '<', eb.ref('excluded.staleSince')),
          ]),
        ),
    )
    .execute();
}

/** What is known of these contacts, by id; those that were never read, or were erased, are absent. */
export async function findFacts(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, LeadFacts>> {
  if (contactIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('leadSnapshot')
    .select(['contactId', 'facts'])
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds])
    .execute();
  return new Map(rows.flatMap(({ contactId, facts }) => (facts === null ? [] : [[contactId, facts]])));
}

/** The visit before the latest one that was noticed; `null` where there was none. */
export async function findSeenBefore(tx: Handle, portalId: number, contactId: string): Promise<Date | null> {
  const found = await tx
    .selectFrom('leadSnapshot')
    .select('seenBefore')
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .executeTakeFirst();
  return found?.seenBefore ?? null;
}

/** Contacts to read again, longest waiting first; also deleted ones of which something was heard since. */
export async function listStale(tx: Handle, portalId: number, limit: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom('leadSnapshot')
    .select('contactId')
    .where('portalId', '=', portalId)
    .where('staleSince', 'is not', null)
    .orderBy('staleSince')
    .orderBy('contactId')
    .limit(limit)
    .execute();
  return rows.map((row) => row.contactId);
}

/** Portals with records to read again, in the order of their ids. */
export async function portalsWithStaleSnapshots(tx: Handle): Promise<readonly number[]> {
  const rows = await tx
    .selectFrom('leadSnapshot')
    .select('portalId')
    .distinct()
    .where('staleSince', 'is not', null)
    .orderBy('portalId')
    .execute();
  return rows.map((row) => row.portalId);
}

/** Notes that a record no longer exists in HubSpot; what was known about it stays for the history. */
export async function markDeleted(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  at: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx
    .updateTable('leadSnapshot')
    .set({ deletedAt: at, staleSince: null })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds])
    .execute();
}

const WHY = {
  phoneKey: 'same phone number',
  nameCompanyKey: 'same name and company',
  emailKey: 'same mailbox name and company',
} as const;

/** Words for another record of the portal that looks like the same person, by the keys that are the same. */
export function toPossibleDuplicate(
  contactId: string,
  facts: LeadFacts,
  same: Readonly<Record<keyof typeof WHY, boolean>>,
): PossibleDuplicate {
  const signs = (Object.keys(WHY) as (keyof typeof WHY)[]).filter((sign) => same[sign]);
  return { contactId, label: displayNameOf(facts), why: signs.map((sign) => WHY[sign]).join(', ') };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
