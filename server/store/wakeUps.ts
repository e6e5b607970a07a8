/** When rejected leads are looked at again. A row for each look; as long as the rejection stands one of them is open. */

import { sql, type Selectable } from 'kysely';
import type { WakeUpKind, WakeUpOutcome } from '../../src/wakeUps.ts';
import { idArray } from './batchDecisions.ts';
import { rowsOf } from './columns.ts';
import { writeTogether, type Write } from './planKept.ts';
import type { Handle, WakeUpTable } from './schema.ts';

export type KeptWakeUp = Readonly<Selectable<WakeUpTable>>;

export type NewWakeUp = Pick<
  KeptWakeUp,
  'portalId' | 'entryId' | 'look' | 'contactId' | 'kind' | 'dueAt' | 'eventOn' | 'eventBy' | 'successorId'
>;

const ROWS = rowsOf<NewWakeUp>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['look', 'int', ({ look }) => look],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['kind', 'text', ({ kind }) => kind],
  ['due_at', 'timestamptz', ({ dueAt }) => dueAt.toISOString()],
  ['event_on', 'date', ({ eventOn }) => eventOn],
  ['event_by', 'bigint', ({ eventBy }) => eventBy],
  ['successor_id', 'text', ({ successorId }) => successorId],
]);

const INSERT = `insert into wake_up (${ROWS.names}) select ${ROWS.names} from ${ROWS.table}`;

/** Wake-ups to be sent with other writes. */
export const toWakeUps = (wakeUps: readonly NewWakeUp[]): Write => ({
  text: INSERT,
  values: ROWS.values(wakeUps),
});

export async function insertWakeUp(tx: Handle, wakeUp: NewWakeUp): Promise<void> {
  await writeTogether(tx, [toWakeUps([wakeUp])]);
}

/** Writes down who is the right person instead. */
export async function setSuccessor(
  tx: Handle,
  { portalId, entryId }: Pick<KeptWakeUp, 'portalId' | 'entryId'>,
  successorId: string,
): Promise<void> {
  await tx
    .updateTable('wakeUp')
    .set({ successorId })
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('closedAt', 'is', null)
    .execute();
}

/** The open wake-up of a rejection; `null` where it stands no more. Call it with the lead's answer locked. */
export async function findOpenWakeUp(
  tx: Handle,
  portalId: number,
  entryId: string,
): Promise<KeptWakeUp | null> {
  const found = await tx
    .selectFrom('wakeUp')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('closedAt', 'is', null)
    .executeTakeFirst();
  return found ?? null;
}

/** Ends what is waited for, if it is. Returns the row that was open. */
export async function closeWakeUp(
  tx: Handle,
  { portalId, entryId }: Pick<KeptWakeUp, 'portalId' | 'entryId'>,
  outcome: WakeUpOutcome,
  at: Date,
  scoreFault = false,
): Promise<KeptWakeUp | null> {
  const closed = await tx
    .updateTable('wakeUp')
    .set({ closedAt: at, outcome, scoreFault })
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('closedAt', 'is', null)
    .returningAll()
    .executeTakeFirst();
  return closed ?? null;
}

/** What the latest finished look of a rejection found; `null` where there was none. */
export async function lastLook(tx: Handle, portalId: number, entryId: string): Promise<WakeUpOutcome | null> {
  const found = await tx
    .selectFrom('wakeUp')
    .select('outcome')
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('closedAt', 'is not', null)
    .where('outcome', '!=', 'moved')
    .orderBy('look', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.outcome ?? null;
}

/** Wake-ups that are due, the longest first, without those of the entries `except`. */
export function dueWakeUps(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
  except: readonly string[] = [],
): Promise<readonly KeptWakeUp[]> {
  return tx
    .selectFrom('wakeUp')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('closedAt', 'is', null)
    .where('dueAt', '<=', now)
    .where(sql<boolean>`entry_id <> all(${idArray(except)}::uuid[])`)
    .orderBy('dueAt')
    .orderBy('entryId')
    .limit(limit)
    .execute();
}

/** Portals with wake-ups that are due. */
export async function portalsWithDueWakeUps(tx: Handle, now: Date): Promise<readonly number[]> {
  const found = await tx
    .selectFrom('wakeUp')
    .select('portalId')
    .distinct()
    .where('closedAt', 'is', null)
    .where('dueAt', '<=', now)
    .execute();
  return found.map(({ portalId }) => portalId);
}

/** Contacts whose rejection stands and that nobody will look at again: always none. People who were erased do not count. */
export async function leadsInLimbo(tx: Handle, portalId: number): Promise<readonly string[]> {
  const found = await sql<{ contactId: string }>`
    select contact_id from standing_answer standing
    where portal_id = ${portalId} and kind = 'rejection' and not exists (
      select from wake_up
      where portal_id = standing.portal_id and entry_id = standing.entry_id
        and (closed_at is null or outcome = 'erased')
    )
    order by contact_id`.execute(tx);
  return found.rows.map(({ contactId }) => contactId);
}

export type WaitingLead = {
  readonly entryId: string;
  readonly contactId: string;
  readonly kind: WakeUpKind;
  readonly dueAt: Date;
  readonly rejectedAt: Date;
  readonly lastOutcome: WakeUpOutcome | null;
};

/** Leads that wait, the next one first, after the given entry. */
export async function listWaitingLeads(
  tx: Handle,
  portalId: number,
  {
    after,
    limit,
    reasons = null,
  }: {
    readonly after: string | null;
    readonly limit: number;
    /** Only leads of these reasons for which nobody is named yet. */
    readonly reasons?: readonly string[] | null;
  },
): Promise<readonly WaitingLead[]> {
  const from =
    after === null
      ? sql`true`
      : sql`(waiting.due_at, waiting.entry_id) > (
          select due_at, entry_id from wake_up
          where portal_id = ${portalId} and entry_id = ${after}::uuid order by look desc limit 1
        )`;
  const only =
    reasons === null
      ? sql`true`
      : sql`entry.reason = any(${sql.val(`{${reasons.join(',')}}`)}::text[]) and waiting.successor_id is null`;
  const found = await sql<WaitingLead>`
    select waiting.entry_id, waiting.contact_id, waiting.kind, waiting.due_at, entry.at as rejected_at,
      (
        select outcome from wake_up looked
        where looked.portal_id = waiting.portal_id and looked.entry_id = waiting.entry_id
          and looked.look < waiting.look and looked.outcome <> 'moved'
        order by look desc limit 1
      ) as last_outcome
    from wake_up waiting
    join ledger entry on entry.portal_id = waiting.portal_id and entry.entry_id = waiting.entry_id
    where waiting.portal_id = ${portalId} and waiting.closed_at is null and ${from} and ${only}
    order by waiting.due_at, waiting.entry_id
    limit ${limit}`.execute(tx);
  return found.rows;
}

export type WaitingLeads = {
  readonly total: number;
  /** Looked at, and every rule of the gate held. */
  readonly ready: number;
  /** Due and not looked at yet. */
  readonly overdue: number;
  /** Those whose last look met a score that had risen on old activity. */
  readonly scoreFaults: number;
};

/** How many leads wait in a portal. */
export async function countWaitingLeads(tx: Handle, portalId: number, now: Date): Promise<WaitingLeads> {
  const found = await sql<WaitingLeads>`
    select count(*)::int as total,
      count(*) filter (where waiting.due_at <= ${now})::int as overdue,
      count(*) filter (where looked.outcome = 'ready')::int as ready,
      count(*) filter (where looked.score_fault)::int as score_faults
    from wake_up waiting
    left join wake_up looked
      on looked.portal_id = waiting.portal_id and looked.entry_id = waiting.entry_id
      and looked.look = waiting.look - 1
    where waiting.portal_id = ${portalId} and waiting.closed_at is null`.execute(tx);
  return found.rows[0] ?? { total: 0, ready: 0, overdue: 0, scoreFaults: 0 };
}

/** How many leads of these reasons wait without anybody being named in their place. */
export async function countUnmatched(
  tx: Handle,
  portalId: number,
  reasons: readonly string[],
): Promise<number> {
  const { n } = await tx
    .selectFrom('wakeUp')
    .innerJoin('ledger', (join) =>
      join.onRef('ledger.portalId', '=', 'wakeUp.portalId').onRef('ledger.entryId', '=', 'wakeUp.entryId'),
    )
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('wakeUp.portalId', '=', portalId)
    .where('wakeUp.closedAt', 'is', null)
    .where('wakeUp.successorId', 'is', null)
    .where('ledger.reason', 'in', [...reasons])
    .executeTakeFirstOrThrow();
  return n;
}

/**
 * Restored records whose rejection stands are looked at now: while they were gone a look had found nothing. Says whether
 * there was any.
 */
export async function wakeRestored(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  now: Date,
): Promise<boolean> {
  if (contactIds.length === 0) return false;
  const ids = sql`${[...contactIds].sort()}::text[]`;
  const moved = await sql`
    update wake_up open set due_at = ${now}, kind = gone.kind
    from wake_up gone
    where open.portal_id = ${portalId} and open.contact_id = any(${ids}) and open.closed_at is null
      and gone.portal_id = open.portal_id and gone.entry_id = open.entry_id
      and gone.look = open.look - 1 and gone.outcome = 'record_gone'`.execute(tx);
  // Earlier releases ended the waiting there.
  const again = await sql`
    insert into wake_up (portal_id, entry_id, look, contact_id, kind, due_at, event_on, event_by, successor_id)
    select gone.portal_id, gone.entry_id, gone.look + 1, standing.contact_id, gone.kind, ${now},
      gone.event_on, gone.event_by, gone.successor_id
    from standing_answer standing
    cross join lateral (
      select * from wake_up latest
      where latest.portal_id = standing.portal_id and latest.entry_id = standing.entry_id
      order by look desc limit 1
    ) gone
    where standing.portal_id = ${portalId} and standing.contact_id = any(${ids})
      and standing.kind = 'rejection' and gone.outcome = 'record_gone'`.execute(tx);
  return (moved.numAffectedRows ?? 0n) + (again.numAffectedRows ?? 0n) > 0n;
}
