/** Hand-offs: marketing passes a lead to sales, and the answer closes it. At most one of a lead is with sales. */

import { sql, type Insertable, type Selectable } from 'kysely';
import { rowsOf } from './columns.ts';
import { planKept, writeTogether, type Write } from './planKept.ts';
import type { Handle, HandOffTable } from './schema.ts';

export type HandOff = Readonly<Selectable<HandOffTable>>;

export type NewHandOff = Pick<
  Insertable<HandOffTable>,
  | 'portalId'
  | 'handOffId'
  | 'contactId'
  | 'leadId'
  | 'attempt'
  | 'trigger'
  | 'at'
  | 'day'
  | 'ownerId'
  | 'slaDueAt'
  | 'slaNextAt'
> & {
  readonly dims: HandOff['dims'];
  readonly context: HandOff['context'];
  readonly gate: HandOff['gate'];
};

/**
 * Opens hand-offs, in one statement. A lead that is with sales already, or whose person was erased, keeps what it has:
 * nothing is opened for it. Returns the ids of those that were opened.
 */
export async function insertHandOffs(tx: Handle, rows: readonly NewHandOff[]): Promise<readonly string[]> {
  if (rows.length === 0) return [];
  const opened = await OPEN(tx, ...NEW_ROWS.values(rows));
  return opened.map(({ handOffId }) => handOffId);
}

const NEW_ROWS = rowsOf<NewHandOff>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['hand_off_id', 'uuid', ({ handOffId }) => handOffId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['lead_id', 'text', ({ leadId }) => leadId],
  ['attempt', 'int', ({ attempt }) => attempt],
  ['trigger', 'text', ({ trigger }) => trigger],
  ['at', 'timestamptz', ({ at }) => at],
  ['day', 'date', ({ day }) => day],
  ['owner_id', 'text', ({ ownerId }) => ownerId],
  ['dims', 'jsonb', ({ dims }) => JSON.stringify(dims)],
  ['context', 'jsonb', ({ context }) => (context === null ? null : JSON.stringify(context))],
  ['gate', 'jsonb', ({ gate }) => (gate === null ? null : JSON.stringify(gate))],
  ['sla_due_at', 'timestamptz', ({ slaDueAt }) => slaDueAt],
  ['sla_next_at', 'timestamptz', ({ slaNextAt }) => slaNextAt],
]);

// Sorted by the lead, so that two batches that share leads wait for each other instead of dead-locking.
const OPEN = planKept<{ handOffId: string }>(`
  insert into hand_off (${NEW_ROWS.names}, state)
  select ${NEW_ROWS.names}, 'open' from ${NEW_ROWS.table}
  order by contact_id, portal_id
  on conflict (contact_id, portal_id) where state in ('open', 'accepted') do nothing
  returning hand_off_id`);

/** An answer that closes the hand-off of its lead. */
export type ClosedHandOff = Pick<HandOff, 'portalId' | 'contactId'> & {
  readonly entryId: string;
  readonly state: 'accepted' | 'rejected';
  readonly class: HandOff['class'];
  readonly at: Date;
};

/** Closes what is with sales of these leads; a rejection also ends an accepted hand-off. Others are left alone. */
export async function closeHandOffs(tx: Handle, rows: readonly ClosedHandOff[]): Promise<void> {
  if (rows.length > 0) await writeTogether(tx, [toClosedHandOffs(rows)]);
}

/** The same, to be sent with other writes. */
export const toClosedHandOffs = (rows: readonly ClosedHandOff[]): Write => ({
  text: CLOSE,
  values: CLOSED_ROWS.values(rows),
});

const CLOSED_ROWS = rowsOf<ClosedHandOff>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['state', 'text', ({ state }) => state],
  ['class', 'text', (row) => row.class],
  ['at', 'timestamptz', ({ at }) => at],
]);

// The clock goes on after an acceptance, until there was a contact; after a rejection there is nothing to wait for.
const CLOSE = `
  update hand_off set state = new.state, entry_id = new.entry_id, class = new.class, closed_at = new.at,
    sla_next_at = case when new.state = 'accepted' then hand_off.sla_next_at end
  from ${CLOSED_ROWS.table}
  where hand_off.portal_id = new.portal_id and hand_off.contact_id = new.contact_id
    and hand_off.state in ('open', 'accepted')`;

/**
 * Takes back what an answer closed, for its undo: open again, or accepted again where the answer had taken the place of
 * an acceptance. Nothing happens where the answer closed none, or the lead was handed off again since.
 *
 * @param slaNextAt when the clock looks next; `null` when nothing is to come
 */
export async function reopenHandOff(
  tx: Handle,
  given: {
    readonly portalId: number;
    readonly entryId: string;
    readonly replaced: { readonly entryId: string; readonly at: Date } | null;
    readonly slaNextAt: Date | null;
  },
): Promise<boolean> {
  const { portalId, entryId, replaced, slaNextAt } = given;
  const reopened = await sql`
    update hand_off set
      state = ${replaced === null ? 'open' : 'accepted'},
      entry_id = ${replaced?.entryId ?? null}::uuid,
      closed_at = ${replaced?.at ?? null}::timestamptz,
      class = null,
      sla_next_at = ${slaNextAt}::timestamptz
    where portal_id = ${portalId} and entry_id = ${entryId} and state in ('accepted', 'rejected')
      and not exists (
        select 1 from hand_off other
        where other.contact_id = hand_off.contact_id and other.portal_id = hand_off.portal_id
          and other.state in ('open', 'accepted') and other.hand_off_id <> hand_off.hand_off_id
      )
    returning hand_off_id`.execute(tx);
  return reopened.rows.length > 0;
}

/** Takes back hand-offs whose records are gone, or that marketing wants back; their clocks stop. */
export async function withdrawHandOffs(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  at: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx
    .updateTable('handOff')
    .set({ state: 'withdrawn', closedAt: at, entryId: null, slaNextAt: null })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds].sort())
    .where('state', 'in', ['open', 'accepted'])
    .execute();
}

/** The latest hand-off of each of these leads, whatever became of it; leads without one are left out. */
export async function findLatestHandOffs(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, HandOff>> {
  if (contactIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom('handOff')
    .distinctOn('contactId')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds])
    .orderBy('contactId')
    .orderBy('at', 'desc')
    .orderBy('attempt', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.contactId, row]));
}

/** Every hand-off of a lead, newest first. */
export function listHandOffs(tx: Handle, portalId: number, contactId: string): Promise<readonly HandOff[]> {
  return tx
    .selectFrom('handOff')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .orderBy('at', 'desc')
    .orderBy('attempt', 'desc')
    .execute();
}

/**
 * Hand-offs whose clock is due, locked until the transaction ends; those that another process looks at are passed over.
 * At most `limit`, the longest due first.
 */
export function claimDueHandOffs(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
): Promise<readonly HandOff[]> {
  return tx
    .selectFrom('handOff')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('slaNextAt', '<=', now)
    .orderBy('slaNextAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** What the clock found out about a hand-off; what is left out stays as it was. */
export type ClockNews = {
  readonly firstContactAt?: Date;
  readonly firstContactBy?: NonNullable<HandOff['firstContactBy']>;
  readonly slaWarnedAt?: Date;
  readonly slaBreachedAt?: Date;
  readonly slaNextAt: Date | null;
};

/** Writes what the clock found; the caller holds the row (`claimDueHandOffs`), so a warning is written once. */
export async function noteClock(
  tx: Handle,
  handOff: Pick<HandOff, 'portalId' | 'handOffId'>,
  news: ClockNews,
): Promise<void> {
  await tx
    .updateTable('handOff')
    .set(news)
    .where('portalId', '=', handOff.portalId)
    .where('handOffId', '=', handOff.handOffId)
    .execute();
}
