/** Leads whose data is being completed. */

import { sql, type Selectable } from 'kysely';
import type { EnrichmentOutcome } from '../../src/enrichment.ts';
import { idArray } from './batchDecisions.ts';
import { rowsOf } from './columns.ts';
import type { Write } from './planKept.ts';
import type { EnrichmentTable, Handle } from './schema.ts';

export type KeptEnrichment = Readonly<Selectable<EnrichmentTable>>;
type Key = Pick<KeptEnrichment, 'portalId' | 'entryId'>;

export type NewEnrichment = Pick<KeptEnrichment, 'portalId' | 'entryId' | 'contactId' | 'openedAt'>;

const ROWS = rowsOf<NewEnrichment>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['opened_at', 'timestamptz', ({ openedAt }) => openedAt.toISOString()],
]);

/** To be sent with other writes. The first look is due at once. */
export const toEnrichments = (rows: readonly NewEnrichment[]): Write => ({
  text: `insert into enrichment (${ROWS.names}, look_at, try_at)
    select ${ROWS.names}, opened_at, opened_at from ${ROWS.table}`,
  values: ROWS.values(rows),
});

/** What is due to be checked, without the entries `except`. */
export function dueEnrichments(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
  except: readonly string[] = [],
): Promise<readonly KeptEnrichment[]> {
  return tx
    .selectFrom('enrichment')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('closedAt', 'is', null)
    .where('lookAt', '<=', now)
    .where(sql<boolean>`entry_id <> all(${idArray(except)}::uuid[])`)
    .orderBy('lookAt')
    .orderBy('entryId')
    .limit(limit)
    .execute();
}

/**
 * Tries that the tool was not told of yet, without the entries `except`. In no order: calls that it never takes would
 * otherwise always be the first ones.
 */
export function owedCalls(
  tx: Handle,
  portalId: number,
  limit: number,
  except: readonly string[] = [],
): Promise<readonly KeptEnrichment[]> {
  return tx
    .selectFrom('enrichment')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('closedAt', 'is', null)
    .where('owesCall', '=', true)
    .where(sql<boolean>`entry_id <> all(${idArray(except)}::uuid[])`)
    .orderBy(sql`random()`)
    .limit(limit)
    .execute();
}

/** Nobody is to be told any more: the customer has taken its tool away. Returns how many calls are given up. */
export async function forgetOwedCalls(tx: Handle, portalId: number): Promise<number> {
  const forgotten = await tx
    .updateTable('enrichment')
    .set({ owesCall: false })
    .where('portalId', '=', portalId)
    .where('closedAt', 'is', null)
    .where('owesCall', '=', true)
    .returning('entryId')
    .execute();
  return forgotten.length;
}

/** Portals with something to check or, where calls can be made at all, to tell. */
export async function portalsWithDueEnrichments(
  tx: Handle,
  now: Date,
  { callsTools }: { readonly callsTools: boolean },
): Promise<readonly number[]> {
  const found = await tx
    .selectFrom('enrichment')
    .select('portalId')
    .distinct()
    .where('closedAt', 'is', null)
    .where((eb) => eb.or([eb('lookAt', '<=', now), ...(callsTools ? [eb('owesCall', '=', true)] : [])]))
    .execute();
  return found.map(({ portalId }) => portalId);
}

export async function findEnrichment(tx: Handle, key: Key): Promise<KeptEnrichment | null> {
  const found = await tx
    .selectFrom('enrichment')
    .selectAll()
    .where('portalId', '=', key.portalId)
    .where('entryId', '=', key.entryId)
    .executeTakeFirst();
  return found ?? null;
}

/** Writes down a try, or when to look again. */
export async function setEnrichment(
  tx: Handle,
  key: Key,
  values: Partial<Pick<KeptEnrichment, 'lookAt' | 'tryAt' | 'tries' | 'owesCall' | 'dataSeen'>>,
): Promise<void> {
  await tx
    .updateTable('enrichment')
    .set(values)
    .where('portalId', '=', key.portalId)
    .where('entryId', '=', key.entryId)
    .where('closedAt', 'is', null)
    .execute();
}

/** Ends it; `closed` where its rejection no longer stands. */
export async function closeEnrichment(
  tx: Handle,
  key: Key,
  outcome: EnrichmentOutcome,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('enrichment')
    .set({ closedAt: at, outcome, owesCall: false })
    .where('portalId', '=', key.portalId)
    .where('entryId', '=', key.entryId)
    .where('closedAt', 'is', null)
    .execute();
}

/** The records have changed: their data is to be checked now. Returns whether any of them waits for that. */
export async function lookAgain(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  now: Date,
): Promise<boolean> {
  if (contactIds.length === 0) return false;
  const found = await tx
    .updateTable('enrichment')
    .set({ lookAt: now })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds])
    .where('closedAt', 'is', null)
    .where('lookAt', '>', now)
    .returning('entryId')
    .execute();
  return found.length > 0;
}

/** The open ones, the oldest first, after the given entry; and how many there are. */
export async function pageOfEnrichments(
  tx: Handle,
  portalId: number,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ readonly rows: readonly KeptEnrichment[]; readonly total: number }> {
  const open = tx
    .selectFrom('enrichment')
    .where('portalId', '=', portalId)
    .where('closedAt', 'is', null)
    // A deleted record leaves the queues, and is back when it is restored.
    .where(
      sql<boolean>`not exists (
        select from lead_snapshot gone
        where gone.portal_id = enrichment.portal_id and gone.contact_id = enrichment.contact_id
          and gone.deleted_at is not null
      )`,
    );
  const { total } = await open.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const from =
    after === null
      ? open
      : open.where(
          sql<boolean>`(opened_at, entry_id) > (select opened_at, entry_id from enrichment
            where portal_id = ${portalId} and entry_id = ${after}::uuid)`,
        );
  const rows = await from.selectAll().orderBy('openedAt').orderBy('entryId').limit(limit).execute();
  return { rows, total };
}
