/** When a rejected lead is looked at again. */

import type { Selectable } from 'kysely';
import { rowsOf } from './columns.ts';
import { writeTogether, type Write } from './planKept.ts';
import type { Handle, WakeUpTable } from './schema.ts';

export type WakeUp = Readonly<Selectable<WakeUpTable>>;
export type NewWakeUp = Omit<WakeUp, 'state' | 'settledAt' | 'verdict'>;

/** Schedules wake-ups. */
export async function insertWakeUps(tx: Handle, wakeUps: readonly NewWakeUp[]): Promise<void> {
  if (wakeUps.length > 0) await writeTogether(tx, [toWakeUps(wakeUps)]);
}

/** The same, to be sent with other writes. */
export const toWakeUps = (wakeUps: readonly NewWakeUp[]): Write => ({
  text: INSERT,
  values: ROWS.values(wakeUps),
});

const ROWS = rowsOf<NewWakeUp>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['wake_up_id', 'uuid', ({ wakeUpId }) => wakeUpId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['kind', 'text', ({ kind }) => kind],
  ['due_at', 'timestamptz', ({ dueAt }) => dueAt],
]);

const INSERT = `insert into wake_up (${ROWS.names}) select ${ROWS.names} from ${ROWS.table} order by place`;

/** Waiting wake-ups that are due, locked until the transaction ends; the longest due first. */
export function claimDueWakeUps(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
): Promise<readonly WakeUp[]> {
  return tx
    .selectFrom('wakeUp')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('state', '=', 'waiting')
    .where('dueAt', '<=', now)
    .orderBy('dueAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** Notes what a wake-up came to. */
export async function settleWakeUp(
  tx: Handle,
  wakeUp: Pick<WakeUp, 'portalId' | 'wakeUpId'>,
  verdict: WakeUp['verdict'],
  at: Date,
): Promise<void> {
  await tx
    .updateTable('wakeUp')
    .set({ state: 'done', settledAt: at, verdict })
    .where('portalId', '=', wakeUp.portalId)
    .where('wakeUpId', '=', wakeUp.wakeUpId)
    .execute();
}

/** Cancels what waits for these leads: they were handed off again, taken back, or are gone. */
export async function cancelWakeUps(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  at: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx
    .updateTable('wakeUp')
    .set({ state: 'cancelled', settledAt: at })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds].sort())
    .where('state', '=', 'waiting')
    .execute();
}

/** The wake-ups of a rejection, in the order of their days. */
export function listWakeUps(tx: Handle, portalId: number, entryId: string): Promise<readonly WakeUp[]> {
  return tx
    .selectFrom('wakeUp')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .orderBy('dueAt')
    .execute();
}
