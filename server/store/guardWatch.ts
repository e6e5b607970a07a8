/**
 * Records that somebody changed around the card. An event only says where to look: a record is in here once, however
 * often, late or out of order it was spoken of.
 */

import type { Selectable } from 'kysely';
import { rowsOf } from './columns.ts';
import { planKept } from './planKept.ts';
import type { GuardWatchTable, Handle } from './schema.ts';

export type WatchedRecord = Readonly<Selectable<GuardWatchTable>>;

/** Notes records to look at, in one statement. The same record may be given more than once. */
export async function insertWatched(tx: Handle, records: readonly WatchedRecord[]): Promise<void> {
  if (records.length > 0) await WATCH(tx, ...ROWS.values(records));
}

const ROWS = rowsOf<WatchedRecord>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['object_type_id', 'text', ({ objectTypeId }) => objectTypeId],
  ['object_id', 'text', ({ objectId }) => objectId],
  ['told_at', 'timestamptz', ({ toldAt }) => toldAt],
  ['occurred_at', 'timestamptz', ({ occurredAt }) => occurredAt],
]);

// Grouped, since one statement may not touch a row twice; sorted, so that two batches cannot dead-lock.
const WATCH = planKept(`
  insert into guard_watch as old (${ROWS.names})
  select portal_id, object_type_id, object_id, max(told_at), min(occurred_at) from ${ROWS.table}
  group by 1, 2, 3 order by 1, 2, 3
  on conflict (portal_id, object_type_id, object_id) do update set
    told_at = greatest(old.told_at, excluded.told_at),
    occurred_at = least(old.occurred_at, excluded.occurred_at)`);

/** Records to look at, the longest known first. */
export function listWatched(tx: Handle, portalId: number, limit: number): Promise<readonly WatchedRecord[]> {
  return tx
    .selectFrom('guardWatch')
    .selectAll()
    .where('portalId', '=', portalId)
    .orderBy('toldAt')
    .orderBy('objectTypeId')
    .orderBy('objectId')
    .limit(limit)
    .execute();
}

/** Forgets records that were looked at; what we were told of one since `records` were listed stays to be looked at. */
export async function deleteWatched(tx: Handle, records: readonly WatchedRecord[]): Promise<void> {
  if (records.length > 0) await FORGET(tx, ...ROWS.values(records));
}

const FORGET = planKept(`
  delete from guard_watch old using ${ROWS.table}
  where old.portal_id = new.portal_id and old.object_type_id = new.object_type_id
    and old.object_id = new.object_id and old.told_at <= new.told_at`);

/** Portals with records to look at, in the order of their ids. */
export async function portalsWithWatched(tx: Handle): Promise<readonly number[]> {
  const rows = await tx.selectFrom('guardWatch').select('portalId').distinct().orderBy('portalId').execute();
  return rows.map((row) => row.portalId);
}
