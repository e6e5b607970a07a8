/**
 * Records that HubSpot merged: what was written for the old ones belongs to the one that came out. HubSpot never takes
 * a merge back.
 */

import { sql } from 'kysely';
import { closeEnrichment } from './enrichments.ts';
import { renumberHandOffs } from './handOffMerge.ts';
import { cancelPendingSteps } from './planSteps.ts';
import { erasePerson } from './privacy.ts';
import type { Handle } from './schema.ts';
import { markStale } from './snapshots.ts';
import { lockStandingAnswers } from './standingAnswers.ts';
import { closeWakeUp } from './wakeUps.ts';

export type Merge = {
  readonly portalId: number;
  /** The record that came out of it. */
  readonly intoId: string;
  /** The records that went into it, under each id that they are known by. */
  readonly mergedIds: readonly string[];
};

/**
 * What becomes of each table's rows of a contact when it is merged. `follow`: they go over to the record that came out.
 * A table with a column `contact_id` that is not here fails a test.
 */
export const CONTACT_ROWS = {
  /** The answer that was given last stands for both. */
  standing_answer: 'latest',
  /** What was read last, until the record that came out has been read. */
  lead_snapshot: 'latest',
  lead_object: 'follow',
  ledger: 'follow',
  plan_step: 'follow',
  guard_finding: 'follow',
  workflow_wait: 'follow',
  wake_up: 'follow',
  enrichment: 'follow',
  /** All of them count; one is in force. */
  hand_off: 'renumber',
} as const satisfies Readonly<Record<string, 'follow' | 'latest' | 'renumber'>>;

/**
 * Hands over what was written for the merged records. Where both were answered, the later answer stands, and what the
 * other one still owes is not carried out any more: it would overwrite the record with an older decision. Can be
 * repeated, and told late. Needs a transaction.
 */
export async function mergeContacts(tx: Handle, merge: Merge, at: Date): Promise<void> {
  const { portalId } = merge;
  const intoId = await survivorOf(tx, portalId, merge.intoId);
  const mergedIds = [...new Set(merge.mergedIds)].filter((id) => id !== intoId).sort();
  if (mergedIds.length === 0) return;
  const array = sql`${mergedIds}::text[]`;
  await lockStandingAnswers(
    tx,
    [intoId, ...mergedIds].map((contactId) => ({ portalId, contactId })),
  );
  // While this waited for the lock, what came out of it may have gone into another one.
  if ((await survivorOf(tx, portalId, intoId)) !== intoId) return mergeContacts(tx, { ...merge, intoId }, at);
  const wasErased = await isErased(tx, portalId, [intoId, ...mergedIds]);
  await sql`
    update contact_merge set into_id = ${intoId}
    where portal_id = ${portalId} and into_id = any(${array})`.execute(tx);
  await sql`
    insert into contact_merge (portal_id, merged_id, into_id, at)
    select ${portalId}, merged_id, ${intoId}, ${at} from unnest(${array}) as merged (merged_id)
    on conflict (portal_id, merged_id) do update set into_id = excluded.into_id`.execute(tx);
  await keepLatestAnswer(tx, portalId, intoId, mergedIds, at);
  await sql`select set_config('mql_rejection_loop.merge', 'on', true)`.execute(tx);
  for (const [table, fate] of Object.entries(CONTACT_ROWS))
    if (fate === 'follow')
      await sql`
        update ${sql.table(table)} set contact_id = ${intoId}
        where portal_id = ${portalId} and contact_id = any(${array})`.execute(tx);
  await sql`select set_config('mql_rejection_loop.merge', 'off', true)`.execute(tx);
  await renumberHandOffs(tx, portalId, intoId, mergedIds, at);
  await keepLatestFacts(tx, portalId, intoId, mergedIds, at);
  // Told after the person was erased: what comes over now goes as well.
  if (wasErased) await erasePerson(tx, portalId, intoId, at);
}

/** The record that is left: what came out of a merge may have gone into another one since, and events come in any order. */
async function survivorOf(tx: Handle, portalId: number, contactId: string): Promise<string> {
  return (await findMerged(tx, portalId, [contactId])).get(contactId) ?? contactId;
}

async function isErased(tx: Handle, portalId: number, contactIds: readonly string[]): Promise<boolean> {
  const found = await tx
    .selectFrom('leadSnapshot')
    .select('contactId')
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds])
    .where('erasedAt', 'is not', null)
    .executeTakeFirst();
  return found !== undefined;
}

/** The same for several. All that they are about is locked at once, in the order in which everybody does. */
export async function mergeAll(
  tx: Handle,
  portalId: number,
  merges: readonly Omit<Merge, 'portalId'>[],
  at: Date,
): Promise<void> {
  const ids = merges.flatMap(({ intoId, mergedIds }) => [intoId, ...mergedIds]);
  await lockStandingAnswers(
    tx,
    ids.map((contactId) => ({ portalId, contactId })),
  );
  for (const merge of merges) await mergeContacts(tx, { portalId, ...merge }, at);
}

/** What was read last of any of them will do until the record that came out has been read. */
async function keepLatestFacts(
  tx: Handle,
  portalId: number,
  intoId: string,
  mergedIds: readonly string[],
  at: Date,
): Promise<void> {
  const known = await tx
    .selectFrom('leadSnapshot')
    .select(['contactId', 'readAt'])
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [intoId, ...mergedIds])
    .orderBy('readAt', (order) => order.desc().nullsLast())
    .execute();
  if (known.length === 0) return;
  const [latest] = known;
  const isKnown = known.some(({ contactId, readAt }) => contactId === intoId && readAt !== null);
  if (!isKnown && latest !== undefined && latest.readAt !== null) {
    await tx
      .deleteFrom('leadSnapshot')
      .where('portalId', '=', portalId)
      .where('contactId', '=', intoId)
      .execute();
    await sql`
      update lead_snapshot set contact_id = ${intoId}, deleted_at = null,
        facts = facts || jsonb_build_object('contactId', ${intoId}::text)
      where portal_id = ${portalId} and contact_id = ${latest.contactId}`.execute(tx);
  }
  await tx
    .deleteFrom('leadSnapshot')
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...mergedIds])
    .execute();
  await markStale(tx, portalId, [intoId], at);
}

/** The records that these went into, by the id that is asked for; absent where they were not merged. */
export async function findMerged(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (contactIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('contactMerge')
    .select(['mergedId', 'intoId'])
    .where('portalId', '=', portalId)
    .where('mergedId', 'in', [...contactIds])
    .execute();
  return new Map(rows.map(({ mergedId, intoId }) => [mergedId, intoId]));
}

async function keepLatestAnswer(
  tx: Handle,
  portalId: number,
  intoId: string,
  mergedIds: readonly string[],
  at: Date,
): Promise<void> {
  const { rows: standing } = await sql<{ contactId: string; entryId: string }>`
    select answer.contact_id, answer.entry_id
    from standing_answer answer
    join ledger entry on entry.portal_id = answer.portal_id and entry.entry_id = answer.entry_id
    where answer.portal_id = ${portalId} and answer.contact_id = any(${[intoId, ...mergedIds]}::text[])
    order by entry.at desc, entry.seq desc`.execute(tx);
  const [latest, ...others] = standing;
  for (const { entryId } of others) {
    await cancelPendingSteps(tx, portalId, entryId, at);
    await closeWakeUp(tx, { portalId, entryId }, 'merged', at);
    await closeEnrichment(tx, { portalId, entryId }, 'closed', at);
  }
  if (latest !== undefined && latest.contactId !== intoId)
    await sql`
      update standing_answer into_answer set entry_id = old.entry_id, kind = old.kind, attempt = old.attempt
      from standing_answer old
      where into_answer.portal_id = ${portalId} and into_answer.contact_id = ${intoId}
        and old.portal_id = ${portalId} and old.contact_id = ${latest.contactId}`.execute(tx);
  await tx
    .deleteFrom('standingAnswer')
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...mergedIds])
    .execute();
}
