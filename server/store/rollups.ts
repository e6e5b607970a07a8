/**
 * Counts per day, one dimension at a time: (measure, dimension, day, reason, value) → n. Written in the ledger's own
 * transaction, and always the same as what a rebuild from the ledger gives.
 */

import { sql } from 'kysely';
import type { LedgerEntry, NewEntry } from './ledger.ts';
import { rowsOf } from './columns.ts';
import { writeTogether, type Write } from './planKept.ts';
import type { Handle } from './schema.ts';

/** The dimension without a value: all answers of the day. */
export const TOTAL_DIM = '';

export type Contribution = {
  readonly portalId: number;
  /** What is counted: the kind of answer. */
  readonly measure: 'rejection' | 'acceptance';
  readonly dim: string;
  /** Day in the portal's time zone, 'YYYY-MM-DD'. */
  readonly day: string;
  /** Reason code; empty where the answer has none. */
  readonly reason: string;
  readonly value: string;
  readonly n: number;
};

type Counted = Pick<NewEntry | LedgerEntry, 'portalId' | 'kind' | 'day' | 'reason' | 'dims'>;

/**
 * What an answer adds to the counts: one for the day, one for each of its dimensions. Pass `-1` and the entry that is
 * taken back for an undo: it takes away exactly what that entry added, on that entry's day. An answer that replaces an
 * earlier one to the same hand-off takes that one's counts away while it stands, so that one hand-off counts once.
 */
export function contributionsOf(
  entry: Counted,
  n: 1 | -1,
  replaced: Counted | null = null,
): readonly Contribution[] {
  const { kind } = entry;
  if (kind === 'undo') return [];
  const { portalId, day } = entry;
  const reason = entry.reason ?? '';
  const own = [[TOTAL_DIM, ''] as const, ...Object.entries(entry.dims)].map(([dim, value]) => ({
    portalId,
    measure: kind,
    dim,
    day,
    reason,
    value,
    n,
  }));
  return replaced === null ? own : [...own, ...contributionsOf(replaced, n === 1 ? -1 : 1)];
}

/**
 * Adds to the counts, in one statement. Rows are taken in the order of their key, so that transactions that meet on
 * the same rows wait for each other instead of dead-locking.
 */
export async function addToRollups(tx: Handle, contributions: readonly Contribution[]): Promise<void> {
  if (contributions.length === 0) return;
  await writeTogether(tx, [toRollups(contributions)]);
}

/** The same, to be sent with other writes. */
export const toRollups = (contributions: readonly Contribution[]): Write => ({
  text: ADD,
  values: ROWS.values(summedUp(contributions)),
});

const ROWS = rowsOf<Contribution>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['measure', 'text', ({ measure }) => measure],
  ['dim', 'text', ({ dim }) => dim],
  ['day', 'date', ({ day }) => day],
  ['reason', 'text', ({ reason }) => reason],
  ['value', 'text', ({ value }) => value],
  ['n', 'int', ({ n }) => n],
]);

const ADD = `
  insert into rollup as old (${ROWS.names}) select ${ROWS.names} from ${ROWS.table} order by place
  on conflict (portal_id, measure, dim, day, reason, value) do update set n = old.n + excluded.n`;

/** One for each row that is counted in, in the order of their keys. */
function summedUp(contributions: readonly Contribution[]): readonly Contribution[] {
  const sums = new Map<string, Contribution>();
  for (const one of contributions) {
    const { portalId, measure, dim, day, reason, value, n } = one;
    const key = JSON.stringify([portalId, measure, dim, day, reason, value]);
    sums.set(key, { ...one, n: n + (sums.get(key)?.n ?? 0) });
  }
  return [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, sum]) => sum);
}

/**
 * Writes the portal's counts anew from the ledger alone. Needs a transaction; answers that are being written wait
 * until it ends.
 */
export async function rebuildRollups(tx: Handle, portalId: number): Promise<void> {
  // Without this, an answer committed between the two statements would be counted twice or not at all.
  await sql`lock table rollup in share row exclusive mode`.execute(tx);
  await tx.deleteFrom('rollup').where('portalId', '=', portalId).execute();
  await sql`
    insert into rollup (portal_id, measure, dim, day, reason, value, n)
    select counted.portal_id, counted.kind, each.dim, counted.day, coalesce(counted.reason, ''), each.value,
      sum(counted.n)
    from (
      with change as (
        select portal_id, entry_id, 1 as n from ledger where portal_id = ${portalId} and kind <> 'undo'
        union all
        select portal_id, reverses_entry_id, -1 from ledger where portal_id = ${portalId} and kind = 'undo'
      )
      select answer.portal_id, answer.kind, answer.day, answer.reason, answer.dims, change.n
      from change join ledger answer using (portal_id, entry_id)
      union all
      select replaced.portal_id, replaced.kind, replaced.day, replaced.reason, replaced.dims, -change.n
      from change join ledger answer using (portal_id, entry_id)
      join ledger replaced
        on replaced.portal_id = answer.portal_id
        and replaced.entry_id = (answer.decision ->> 'replaces')::uuid
    ) counted
    cross join lateral (
      select ${TOTAL_DIM}::text as dim, '' as value
      union all
      select key, value from jsonb_each_text(counted.dims)
    ) each
    group by 1, 2, 3, 4, 5, 6`.execute(tx);
}

/** The counts of a portal, in the order of their key. */
export function listRollups(tx: Handle, portalId: number): Promise<readonly Contribution[]> {
  return tx
    .selectFrom('rollup')
    .selectAll()
    .where('portalId', '=', portalId)
    .orderBy('measure')
    .orderBy('dim')
    .orderBy('day')
    .orderBy('reason')
    .orderBy('value')
    .execute() as Promise<readonly Contribution[]>;
}
