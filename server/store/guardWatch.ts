/** Records of which HubSpot told that something watched was changed: to be looked at, once for however many events. */

import { rowsOf } from './columns.ts';
import { writeTogether } from './planKept.ts';
import type { Handle } from './schema.ts';

export type WatchedRecord = {
  readonly portalId: number;
  /** HubSpot object type: 0-1 contact, 0-136 Lead. */
  readonly objectTypeId: string;
  readonly objectId: string;
};

type Told = WatchedRecord & { readonly toldAt: Date };

const ROWS = rowsOf<Told>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['object_type_id', 'text', ({ objectTypeId }) => objectTypeId],
  ['object_id', 'text', ({ objectId }) => objectId],
  ['told_at', 'timestamptz', ({ toldAt }) => toldAt.toISOString()],
]);

const WATCH = `
  insert into guard_watch as old (${ROWS.names}) select ${ROWS.names} from ${ROWS.table} order by 1, 2, 3
  on conflict (portal_id, object_type_id, object_id)
  do update set told_at = greatest(old.told_at, excluded.told_at)`;

/** Notes that these records are to be looked at; the latest telling counts. */
export async function watchRecords(
  tx: Handle,
  records: readonly WatchedRecord[],
  toldAt: Date,
): Promise<void> {
  const unique = new Map(records.map((record) => [JSON.stringify(Object.values(record)), record]));
  if (unique.size === 0) return;
  const told = [...unique.values()].map((record) => ({ ...record, toldAt }));
  await writeTogether(tx, [{ text: WATCH, values: ROWS.values(told) }]);
}

/** The longest waiting ones of a portal, at most `limit`. */
export function listWatched(tx: Handle, portalId: number, limit: number): Promise<readonly Told[]> {
  return tx
    .selectFrom('guardWatch')
    .selectAll()
    .where('portalId', '=', portalId)
    .orderBy('toldAt')
    .orderBy('objectId')
    .limit(limit)
    .execute();
}

/** These were looked at; one that was told of again since stays. */
export async function forgetWatched(tx: Handle, looked: readonly Told[]): Promise<void> {
  for (const { portalId, objectTypeId, objectId, toldAt } of looked)
    await tx
      .deleteFrom('guardWatch')
      .where('portalId', '=', portalId)
      .where('objectTypeId', '=', objectTypeId)
      .where('objectId', '=', objectId)
      .where('toldAt', '<=', toldAt)
      .execute();
}

/** Portals with records to look at. */
export async function portalsWithWatched(tx: Handle): Promise<readonly number[]> {
  const rows = await tx.selectFrom('guardWatch').select('portalId').distinct().orderBy('portalId').execute();
  return rows.map(({ portalId }) => portalId);
}
