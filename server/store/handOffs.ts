/** Hand-offs: opened once for each attempt, closed by the answer, with the clock of the first contact. */

import { sql, type Selectable } from 'kysely';
import type { FirstContact } from '../../src/firstContact.ts';
import type { HandOff, OpenedHandOff } from '../../src/handOff.ts';
import { rowsOf } from './columns.ts';
import { planKept, type Write } from './planKept.ts';
import type { Handle, HandOffTable } from './schema.ts';

export type HandOffRow = Readonly<Selectable<HandOffTable>>;

export type NewHandOff = OpenedHandOff & {
  readonly portalId: number;
  readonly handOffId: string;
  readonly contactId: string;
  readonly firstContact: FirstContact | null;
};

/** The columns that a decision reads of the latest hand-off, all empty where there is none. */
export type HandOffColumns = {
  readonly handOffId: string | null;
  readonly handOffAttempt: number;
  readonly openedAt: Date;
  readonly dueAt: Date | null;
  readonly firstContactAt: Date | null;
  readonly firstContactKind: FirstContact['kind'] | null;
  readonly firstContactIsFirst: boolean | null;
};

export function toHandOff(row: HandOffColumns): HandOff | null {
  const { handOffId, handOffAttempt: attempt, openedAt, dueAt } = row;
  if (handOffId === null) return null;
  return { handOffId, attempt, openedAt, dueAt, firstContact: contactIn(row) };
}

/** The first contact of a row; `null` where none is known. */
export function contactIn(
  row: Pick<HandOffColumns, 'firstContactAt' | 'firstContactKind' | 'firstContactIsFirst'>,
): FirstContact | null {
  const { firstContactAt: at, firstContactKind: kind, firstContactIsFirst: isFirst } = row;
  return at === null || kind === null || isFirst === null ? null : { at, kind, isFirst };
}

const OPENED: Parameters<typeof rowsOf<NewHandOff>>[0] = [
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['hand_off_id', 'uuid', ({ handOffId }) => handOffId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['attempt', 'int', ({ attempt }) => attempt],
  ['opened_at', 'timestamptz', ({ openedAt }) => openedAt.toISOString()],
  ['day', 'date', ({ day }) => day],
  ['opened_by', 'text', ({ openedBy }) => openedBy],
  ['owner_id', 'text', ({ ownerId }) => ownerId],
  ['user_id', 'bigint', ({ userId }) => userId],
  ['dims', 'jsonb', ({ dims }) => JSON.stringify(dims)],
  ['context', 'jsonb', ({ context }) => JSON.stringify(context)],
  ['warn_at', 'timestamptz', ({ warnAt }) => warnAt?.toISOString() ?? null],
  ['due_at', 'timestamptz', ({ dueAt }) => dueAt?.toISOString() ?? null],
  ['clocked', 'boolean', ({ nextAt }) => nextAt !== null],
  ['first_contact_at', 'timestamptz', ({ firstContact }) => firstContact?.at.toISOString() ?? null],
  ['first_contact_kind', 'text', ({ firstContact }) => firstContact?.kind ?? null],
  ['first_contact_is_first', 'boolean', ({ firstContact }) => firstContact?.isFirst ?? null],
];

const CLOCKED = rowsOf<NewHandOff>([
  ...OPENED,
  // Whoever was contacted needs no clock.
  [
    'next_at',
    'timestamptz',
    ({ nextAt, firstContact }) => (firstContact === null ? (nextAt?.toISOString() ?? null) : null),
  ],
]);

/**
 * An attempt that is there stays as it is, but for one that marketing had withdrawn: it begins anew. A contact with an open hand-off gets no second one.
 */
const OPEN = planKept<{ contactId: string }>(`
  insert into hand_off as old (${CLOCKED.names}) select ${CLOCKED.names} from ${CLOCKED.table}
  where not exists (
    select from hand_off open
    where open.contact_id = new.contact_id and open.portal_id = new.portal_id and open.closed_at is null
  )
  order by portal_id, contact_id
  on conflict (contact_id, portal_id, attempt) do update set
    opened_at = excluded.opened_at, day = excluded.day, opened_by = excluded.opened_by,
    owner_id = excluded.owner_id, user_id = excluded.user_id, dims = excluded.dims, context = excluded.context,
    warn_at = excluded.warn_at, due_at = excluded.due_at, clocked = excluded.clocked, next_at = excluded.next_at,
    warned_at = null, warn_plan_id = null, breached_at = null, breach_plan_id = null,
    first_contact_at = excluded.first_contact_at, first_contact_kind = excluded.first_contact_kind,
    first_contact_is_first = excluded.first_contact_is_first, closed_at = null, closed_by = null, closed_how = null
  where old.closed_how = 'withdrawn' and old.closed_at <= excluded.opened_at
  returning contact_id`);

/** Opens these hand-offs; returns the contacts whose hand-off was opened by this very call. */
export async function insertHandOffs(
  tx: Handle,
  opened: readonly NewHandOff[],
): Promise<ReadonlySet<string>> {
  if (opened.length === 0) return new Set();
  const written = await OPEN(tx, ...CLOCKED.values(opened));
  return new Set(written.map(({ contactId }) => contactId));
}

/** A hand-off with its answer: the row that is written where none was opened before. */
export type AnsweredHandOff = NewHandOff & {
  readonly closedAt: Date;
  readonly closedBy: string;
  readonly closedHow: 'rejection' | 'acceptance';
};

const ANSWERED = rowsOf<AnsweredHandOff>([
  ...OPENED,
  ['closed_at', 'timestamptz', ({ closedAt }) => closedAt.toISOString()],
  ['closed_by', 'uuid', ({ closedBy }) => closedBy],
  ['closed_how', 'text', ({ closedHow }) => closedHow],
]);

const ANSWER = `
  insert into hand_off as old (${ANSWERED.names}) select ${ANSWERED.names} from ${ANSWERED.table}
  order by portal_id, contact_id
  on conflict (contact_id, portal_id, attempt) do update set
    closed_at = excluded.closed_at, closed_by = excluded.closed_by, closed_how = excluded.closed_how, next_at = null,
    first_contact_at = coalesce(old.first_contact_at, excluded.first_contact_at),
    first_contact_kind = coalesce(old.first_contact_kind, excluded.first_contact_kind),
    first_contact_is_first = coalesce(old.first_contact_is_first, excluded.first_contact_is_first)`;

/** Closes hand-offs by their answers, to be sent with other writes. One that nobody had seen is opened and closed at once. */
export const toAnsweredHandOffs = (answered: readonly AnsweredHandOff[]): Write => ({
  text: ANSWER,
  values: ANSWERED.values(answered),
});

/**
 * An answer was taken back: its hand-off is open again, or closed by the answer that stands again.
 *
 * @param restart when the first contact fell due meanwhile: from now on it is due then
 */
export async function reopenHandOff(
  tx: Handle,
  portalId: number,
  entryId: string,
  {
    contactId,
    standsAgain,
    restart,
    now,
  }: {
    readonly contactId: string;
    readonly standsAgain: { readonly entryId: string; readonly at: Date } | null;
    readonly restart: { readonly warnAt: Date; readonly dueAt: Date };
    readonly now: Date;
  },
): Promise<void> {
  if (standsAgain !== null) {
    await tx
      .updateTable('handOff')
      .set({ closedAt: standsAgain.at, closedBy: standsAgain.entryId, closedHow: 'acceptance' })
      .where('portalId', '=', portalId)
      .where('contactId', '=', contactId)
      .where('closedBy', '=', entryId)
      .execute();
    return;
  }
  const { warnAt, dueAt } = restart;
  await sql`
    update hand_off set
      closed_at = null, closed_by = null, closed_how = null,
      warn_at = case when due_at <= ${now} and breached_at is null then ${warnAt} else warn_at end,
      due_at = case when due_at <= ${now} and breached_at is null then ${dueAt} else due_at end,
      next_at = case
        when not clocked or first_contact_at is not null or context is null or due_at is null then null
        -- The tasks of an alarm went with the answer: they come again with the next minute.
        when breached_at is not null then case when breach_plan_id is null then ${now}::timestamptz end
        when due_at <= ${now} then ${warnAt}::timestamptz
        when warned_at is not null and warn_plan_id is not null then due_at
        else warn_at end
    where portal_id = ${portalId} and contact_id = ${contactId} and closed_by = ${entryId}`.execute(tx);
}

/** Of these contacts, those without an answer that stands and without an open hand-off. */
export async function withoutHandOff(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<readonly string[]> {
  if (contactIds.length === 0) return [];
  const found = await sql<{ contactId: string }>`
    select contact_id from unnest(${[...contactIds]}::text[]) as asked (contact_id)
    where not exists (
      select from standing_answer standing
      where standing.portal_id = ${portalId} and standing.contact_id = asked.contact_id and standing.kind <> 'none'
    ) and not exists (
      select from hand_off open
      where open.portal_id = ${portalId} and open.contact_id = asked.contact_id and open.closed_at is null
    )`.execute(tx);
  return found.rows.map(({ contactId }) => contactId);
}

export type Uncontacted = Pick<HandOffRow, 'handOffId' | 'contactId' | 'openedAt' | 'dueAt' | 'nextAt'>;

/** The latest hand-offs of these contacts whose first contact is not known for certain, rejected ones left out. */
export async function listUncontacted(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<readonly Uncontacted[]> {
  if (contactIds.length === 0) return [];
  const found = await sql<Uncontacted>`
    select latest.* from unnest(${[...contactIds]}::text[]) as asked (contact_id)
    cross join lateral (
      select hand_off_id, contact_id, opened_at, due_at, next_at, closed_how, first_contact_is_first from hand_off
      where hand_off.portal_id = ${portalId} and hand_off.contact_id = asked.contact_id
      order by attempt desc limit 1
    ) latest
    where latest.first_contact_is_first is distinct from true
      and (latest.closed_how is null or latest.closed_how = 'acceptance')`.execute(tx);
  return found.rows;
}

/** Keeps a first contact. Returns the row as it was before; `null` where one as good was known already. */
export async function noteFirstContact(
  tx: Handle,
  portalId: number,
  handOffId: string,
  contact: FirstContact,
  now: Date,
): Promise<HandOffRow | null> {
  const before = await tx
    .selectFrom('handOff')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('handOffId', '=', handOffId)
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return null;
  const known = contactIn(before);
  if (known !== null && (known.isFirst || !contact.isFirst)) return null;
  const inTime = before.dueAt === null || contact.at <= before.dueAt;
  await tx
    .updateTable('handOff')
    .set({
      firstContactAt: contact.at,
      firstContactKind: contact.kind,
      firstContactIsFirst: contact.isFirst,
      nextAt: null,
      ...(inTime && before.breachedAt !== null
        ? { breachedAt: null, breachPlanId: null, breachWithdrawnAt: now }
        : {}),
    })
    .where('portalId', '=', portalId)
    .where('handOffId', '=', handOffId)
    .execute();
  return before;
}

/**
 * These contacts are not with sales any more, although nobody has answered: marketing took them back. Not where our own
 * step that hands one over is still under way.
 */
export async function withdrawLost(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  now: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  await sql`
    update hand_off set closed_at = ${now}, closed_how = 'withdrawn', next_at = null
    where portal_id = ${portalId} and contact_id = any(${[...contactIds]}::text[]) and closed_at is null
      and not exists (
        select from plan_step step
        where step.portal_id = ${portalId} and step.contact_id = hand_off.contact_id
          and step.kind = 'set-lifecycle-stage' and step.state in ('pending', 'running', 'unknown')
      )`.execute(tx);
}

/** Marketing took these leads back before sales answered. */
export async function withdrawHandOffs(
  tx: Handle,
  portalId: number,
  handOffIds: readonly string[],
  now: Date,
): Promise<void> {
  if (handOffIds.length === 0) return;
  await tx
    .updateTable('handOff')
    .set({ closedAt: now, closedHow: 'withdrawn', nextAt: null })
    .where('portalId', '=', portalId)
    .where('handOffId', 'in', [...handOffIds])
    .where('closedAt', 'is', null)
    .execute();
}

/** Every hand-off of a contact, the latest attempt first. */
export function listHandOffs(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<readonly HandOffRow[]> {
  return tx
    .selectFrom('handOff')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .orderBy('attempt', 'desc')
    .execute();
}
