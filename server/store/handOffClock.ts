/** The clock of hand-offs: what is due, which alarms were given, and when it stands still. */

import { sql } from 'kysely';
import type { HandOffRow } from './handOffs.ts';
import type { Handle } from './schema.ts';

/** Nothing was agreed, it is over, or there is nobody left to contact. */
const hasNoClock = sql`(
  not clocked or first_contact_at is not null or breached_at is not null or context is null or due_at is null
)`;

/** Hand-offs whose clock has something to say now, the longest waiting first. */
export function listDueHandOffs(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
): Promise<readonly Pick<HandOffRow, 'handOffId' | 'contactId'>[]> {
  return tx
    .selectFrom('handOff')
    .select(['handOffId', 'contactId'])
    .where('portalId', '=', portalId)
    .where('nextAt', '<=', now)
    .orderBy('nextAt')
    .limit(limit)
    .execute();
}

/** Portals with hand-offs whose clock has something to say now, or whose alarms are out although they are answered. */
export async function portalsWithDueHandOffs(tx: Handle, now: Date): Promise<readonly number[]> {
  const found = await sql<{ portalId: number }>`
    select portal_id from hand_off where next_at <= ${now}
    union
    select portal_id from hand_off
    where closed_at is not null and (warn_plan_id is not null or breach_plan_id is not null)`.execute(tx);
  return found.rows.map(({ portalId }) => portalId);
}

export type Alarm = Pick<HandOffRow, 'handOffId' | 'contactId' | 'openedAt'> & {
  /** There is one where the clock runs. */
  readonly dueAt: Date;
  readonly planId: string;
  readonly is: 'warning' | 'breach';
};

/**
 * Takes the alarms of these hand-offs that are due: each is given once, to whoever asks first. Needs their contacts'
 * answers locked.
 */
export async function takeAlarms(
  tx: Handle,
  portalId: number,
  plans: readonly { readonly handOffId: string; readonly planId: string }[],
  now: Date,
): Promise<readonly Alarm[]> {
  const found = await sql<Alarm>`
    update hand_off set
      warned_at = case when due_at > ${now} then ${now} else warned_at end,
      warn_plan_id = case when due_at > ${now} then plan.plan_id else warn_plan_id end,
      breached_at = case when due_at <= ${now} then coalesce(breached_at, ${now}) else breached_at end,
      breach_plan_id = case when due_at <= ${now} then plan.plan_id else breach_plan_id end,
      next_at = case when due_at > ${now} then due_at end
    from unnest(${plans.map(({ handOffId }) => handOffId)}::uuid[], ${plans.map(({ planId }) => planId)}::uuid[])
      as plan (hand_off_id, plan_id)
    where hand_off.portal_id = ${portalId} and hand_off.hand_off_id = plan.hand_off_id
      and hand_off.next_at <= ${now} and hand_off.closed_at is null
    returning hand_off.hand_off_id, contact_id, opened_at, due_at, plan.plan_id,
      case when due_at > ${now} then 'warning' else 'breach' end as is`.execute(tx);
  return found.rows;
}

/** The records of these hand-offs are gone for now: nobody is blamed for a lead that is not there. */
export async function haltClocks(tx: Handle, portalId: number, handOffIds: readonly string[]): Promise<void> {
  if (handOffIds.length === 0) return;
  await tx
    .updateTable('handOff')
    .set({ nextAt: null })
    .where('portalId', '=', portalId)
    .where('handOffId', 'in', [...handOffIds])
    .execute();
}

/** The records of these contacts are back, and so are their clocks. */
export async function resumeClocks(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<void> {
  if (contactIds.length === 0) return;
  await sql`
    update hand_off set next_at = case
      when ${hasNoClock} then null when warned_at is not null then due_at else warn_at end
    where portal_id = ${portalId} and contact_id = any(${[...contactIds]}::text[])
      and closed_at is null and next_at is null`.execute(tx);
}

/** Answered hand-offs whose alarms have still tasks out, or owe them. */
export async function listAnsweredAlarms(
  tx: Handle,
  portalId: number,
  limit: number,
): Promise<readonly Pick<HandOffRow, 'handOffId' | 'contactId'>[]> {
  const found = await sql<Pick<HandOffRow, 'handOffId' | 'contactId'>>`
    select hand_off_id, contact_id from hand_off
    where portal_id = ${portalId} and closed_how in ('rejection', 'acceptance')
      and (warn_plan_id is not null or breach_plan_id is not null)
    order by closed_at, hand_off_id limit ${limit}`.execute(tx);
  return found.rows;
}

/**
 * Lets go of the alarms of a hand-off, if it is answered still: what they owe is returned, once. That there was a breach
 * stays. Needs its contact's answer locked.
 */
export async function letAlarmsGo(
  tx: Handle,
  portalId: number,
  handOffId: string,
): Promise<readonly string[]> {
  const before = await tx
    .selectFrom('handOff')
    .select(['warnPlanId', 'breachPlanId'])
    .where('portalId', '=', portalId)
    .where('handOffId', '=', handOffId)
    .where('closedHow', 'in', ['rejection', 'acceptance'])
    .forUpdate()
    .executeTakeFirst();
  if (before === undefined) return [];
  await tx
    .updateTable('handOff')
    .set({ warnPlanId: null, breachPlanId: null })
    .where('portalId', '=', portalId)
    .where('handOffId', '=', handOffId)
    .execute();
  return [before.warnPlanId, before.breachPlanId].filter((planId) => planId !== null);
}
