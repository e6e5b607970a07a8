/** What the guard found: rejections without a reason, and leads that were made MQLs again. */

import { sql, type Selectable } from 'kysely';
import type { GateProof } from '../../src/gate.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { rowsOf } from './columns.ts';
import type { Write } from './planKept.ts';
import type { GuardFindingTable, Handle } from './schema.ts';

export type GuardFinding = Readonly<Selectable<GuardFindingTable>>;

export type NewFinding = Omit<
  GuardFinding,
  'closedAt' | 'closedHow' | 'managerToldAt' | 'proof' | 'state'
> & {
  readonly proof: GateProof | null;
  /** How it ended at once; `null` leaves it open, until somebody answers. */
  readonly closedHow: string | null;
};

/** Writes a finding; `false` where this very change was found before. */
export async function insertFinding(
  tx: Handle,
  { closedHow, proof, ...finding }: NewFinding,
): Promise<boolean> {
  const written = await tx
    .insertInto('guardFinding')
    .values({
      ...finding,
      proof: proof === null ? null : JSON.stringify(proof),
      state: closedHow === null ? 'open' : 'closed',
      closedAt: closedHow === null ? null : finding.foundAt,
      closedHow,
      managerToldAt: null,
    })
    .onConflict((conflict) => conflict.columns(['findingKey', 'portalId']).doNothing())
    .returning('findingId')
    .executeTakeFirst();
  return written !== undefined;
}

/** What is open about a contact, the oldest first. */
export function listOpenFindings(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<readonly GuardFinding[]> {
  return tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('state', '=', 'open')
    .orderBy('foundAt')
    .orderBy('findingId')
    .execute();
}

/** How many changes around the card were found for a contact since `since`. */
export async function countRecentFindings(
  tx: Handle,
  portalId: number,
  contactId: string,
  since: Date,
): Promise<number> {
  const { n } = await tx
    .selectFrom('guardFinding')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('kind', '=', 'rejection')
    .where('foundAt', '>', since)
    .executeTakeFirstOrThrow();
  return n;
}

/** What was found, or asked for, under this key; `null` for a new one. */
export async function findFindingByKey(
  tx: Handle,
  portalId: number,
  key: string,
): Promise<GuardFinding | null> {
  const found = await tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('findingKey', '=', key)
    .where('portalId', '=', portalId)
    .executeTakeFirst();
  return found ?? null;
}

/** A finding by its id, locked until the transaction ends. */
export function findFinding(tx: Handle, portalId: number, findingId: string): Promise<GuardFinding | null> {
  return tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('findingId', '=', findingId)
    .forUpdate()
    .executeTakeFirst()
    .then((found) => found ?? null);
}

/** Whose record is deleted: nothing can be done about it, unless it is restored. */
const isThere = sql<boolean>`not exists (
  select from lead_snapshot gone
  where gone.portal_id = guard_finding.portal_id and gone.contact_id = guard_finding.contact_id
    and gone.deleted_at is not null
)`;

/** The open findings of a portal with this outcome, oldest first, at most `limit`; and how many there are in all. */
export async function pageOfFindings(
  tx: Handle,
  portalId: number,
  outcomes: readonly GuardFinding['outcome'][],
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<{ readonly rows: readonly GuardFinding[]; readonly total: number }> {
  const open = tx
    .selectFrom('guardFinding')
    .where('portalId', '=', portalId)
    .where('state', '=', 'open')
    .where('outcome', 'in', [...outcomes])
    .where(isThere);
  const { total } = await open.select((eb) => eb.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
  const from =
    after === null
      ? open
      : open.where(
          sql<boolean>`(found_at, finding_id) > (select found_at, finding_id from guard_finding
            where portal_id = ${portalId} and finding_id = ${after}::uuid)`,
        );
  const rows = await from.selectAll().orderBy('foundAt').orderBy('findingId').limit(limit).execute();
  return { rows, total };
}

export async function closeFinding(
  tx: Handle,
  portalId: number,
  findingId: string,
  closedHow: string,
  at: Date,
): Promise<void> {
  await tx
    .updateTable('guardFinding')
    .set({ state: 'closed', closedAt: at, closedHow })
    .where('portalId', '=', portalId)
    .where('findingId', '=', findingId)
    .where('state', '=', 'open')
    .execute();
}

type Answered = {
  readonly portalId: number;
  readonly contactId: string;
  readonly kind: 'rejection' | 'acceptance';
  readonly at: Date;
};

const ANSWERED = rowsOf<Answered>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['kind', 'text', ({ kind }) => kind],
  ['at', 'timestamptz', ({ at }) => at.toISOString()],
]);

/** An answer ends what waited for one. To be sent with other writes. */
export const toAnsweredFindings = (answers: readonly Answered[]): Write => ({
  text: `update guard_finding finding set state = 'closed', closed_at = new.at, closed_how = new.kind
    from ${ANSWERED.table}
    where finding.contact_id = new.contact_id and finding.portal_id = new.portal_id and finding.state = 'open'`,
  values: ANSWERED.values(answers),
});

/** When marketing operations last decided to hand this lead off again; `null` when they did not. */
export async function findReviewedAt(tx: Handle, portalId: number, contactId: string): Promise<Date | null> {
  const found = await tx
    .selectFrom('guardFinding')
    .select((eb) => eb.fn.max('closedAt').as('at'))
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('outcome', '=', 'review')
    .where('closedHow', '=', 'hand_off_again')
    .executeTakeFirst();
  return found?.at ?? null;
}

/** Rejections whose reason has been missing since `before`, and of which no manager was told; they are marked as told. */
export async function tellManager(
  tx: Handle,
  portalId: number,
  before: Date,
  now: Date,
): Promise<readonly Pick<GuardFinding, 'findingId' | 'contactId' | 'path' | 'foundAt'>[]> {
  const told = await sql<Pick<GuardFinding, 'findingId' | 'contactId' | 'path' | 'foundAt'>>`
    update guard_finding set manager_told_at = ${now}
    where (portal_id, finding_id) in (
      select portal_id, finding_id from guard_finding
      where portal_id = ${portalId} and state = 'open' and outcome in ('put_back', 'held')
        and manager_told_at is null and found_at <= ${before} and ${isThere}
      order by found_at limit 100 for update skip locked
    )
    returning finding_id, contact_id, path, found_at`.execute(tx);
  return told.rows;
}

export type Coverage = {
  readonly path: Path;
  /** Rejections that came with a reason on the first try. */
  readonly withReason: number;
  readonly missing: number;
  readonly invalid: number;
  /** Of those without, how many have got one since. */
  readonly followedUp: number;
  readonly open: number;
};

/** The coverage ledger: rejections by the way they came, from the day `since` (YYYY-MM-DD) on. */
export async function coverageSince(
  tx: Handle,
  portalId: number,
  since: string,
): Promise<readonly Coverage[]> {
  const found = await sql<Coverage>`
    select path, sum(with_reason)::int as with_reason, sum(missing)::int as missing, sum(invalid)::int as invalid,
      sum(followed_up)::int as followed_up, sum(open)::int as open
    from (
      select path, 1 as with_reason, 0 as missing, 0 as invalid, 0 as followed_up, 0 as open
      from ledger entry
      where portal_id = ${portalId} and kind = 'rejection' and day >= ${since}
        and not exists (
          select from guard_finding finding
          where finding.portal_id = entry.portal_id and finding.contact_id = entry.contact_id
            and finding.kind = 'rejection' and finding.closed_how = 'rejection' and finding.closed_at = entry.at
        )
      union all
      select path, 0, (reason_state = 'missing')::int, (reason_state = 'invalid')::int,
        (closed_how = 'rejection')::int, (state = 'open')::int
      from guard_finding where portal_id = ${portalId} and kind = 'rejection' and day >= ${since}
    ) counted
    group by path order by path`.execute(tx);
  return found.rows;
}
