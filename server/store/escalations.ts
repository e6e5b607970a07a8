/** Odd patterns, the rejections behind them, and what they were resolved as. */

import { sql, type Selectable } from 'kysely';
import type { EscalationVerdicts } from '../../src/escalationLists.ts';
import type { AnsweredLead, Pattern } from '../../src/escalations.ts';
import type { LeadFacts } from '../../src/facts.ts';
import type { EscalationCheckTable, EscalationTable, Handle } from './schema.ts';

export type KeptEscalation = Readonly<Selectable<EscalationTable>>;
export type Looked = Selectable<EscalationCheckTable>['looked'];

/** Portals that nobody has looked over since `before`. */
export async function portalsToLookOver(tx: Handle, before: Date): Promise<readonly number[]> {
  const found = await sql<{ portalId: number }>`
    select portal_id from portal where map is not null and not exists (
      select from escalation_check looked
      where looked.portal_id = portal.portal_id and looked.checked_at > ${before}
    ) order by portal_id`.execute(tx);
  return found.rows.map(({ portalId }) => portalId);
}

/** The answers in force since then: the one that closed each hand-off. */
export async function answersSince(
  tx: Handle,
  portalId: number,
  since: Date,
): Promise<readonly AnsweredLead[]> {
  const found = await sql<AnsweredLead>`
    select entry.entry_id, entry.contact_id, entry.kind, entry.at, entry.actor_user_id as by,
      facts ->> 'company' as company, facts ->> 'email' as email, facts ->> 'employees' as employees,
      facts ->> 'industry' as industry, facts ->> 'country' as country,
      coalesce(hand_off.dims ->> 'size', 'unknown') as size_band,
      coalesce(hand_off.dims ->> 'industry', 'unknown') as hand_off_industry
    from hand_off
    join ledger entry on entry.portal_id = hand_off.portal_id and entry.entry_id = hand_off.closed_by
    left join lead_snapshot snapshot
      on snapshot.portal_id = entry.portal_id and snapshot.contact_id = entry.contact_id
    where hand_off.portal_id = ${portalId} and hand_off.closed_at > ${since}
      and hand_off.closed_how in ('rejection', 'acceptance')
    order by entry.at, entry.entry_id`.execute(tx);
  return found.rows;
}

/** Pattern → when it was last resolved. */
export async function resolvedPatterns(tx: Handle, portalId: number): Promise<ReadonlyMap<string, Date>> {
  const found = await tx
    .selectFrom('escalation')
    .select(['pattern', (eb) => eb.fn.max('closedAt').as('at')])
    .where('portalId', '=', portalId)
    .where('closedHow', '=', 'resolved')
    .groupBy('pattern')
    .execute();
  return new Map(found.flatMap(({ pattern, at }) => (at === null ? [] : [[pattern, at] as const])));
}

/** Raises a pattern with its rejections, or adds to the one that is open. Says whether it was raised just now. */
export async function raiseEscalation(
  tx: Handle,
  { entryIds, kind, pattern, label, evidence }: Pattern,
  raised: { readonly portalId: number; readonly escalationId: string; readonly at: Date },
): Promise<boolean> {
  const { portalId, at } = raised;
  const found = await sql<{ escalationId: string }>`
    insert into escalation (portal_id, escalation_id, kind, pattern, label, evidence, raised_at)
    values (${portalId}, ${raised.escalationId}, ${kind}, ${pattern}, ${label},
      ${JSON.stringify(evidence)}::text::jsonb, ${at})
    on conflict (pattern, portal_id) where closed_at is null
    do update set evidence = excluded.evidence, label = excluded.label
    returning escalation_id`.execute(tx);
  const escalationId = found.rows[0]?.escalationId;
  if (escalationId === undefined) throw new Error('A pattern was neither raised nor open.');
  await sql`
    insert into escalation_lead (portal_id, escalation_id, entry_id)
    select ${portalId}::bigint, ${escalationId}::uuid, entry_id
    from unnest(${[...entryIds]}::uuid[]) as behind (entry_id)
    on conflict do nothing`.execute(tx);
  return escalationId === raised.escalationId;
}

/** Whether a rejection is still what its hand-off was answered with. */
const inForce = sql<boolean>`exists (
  select from hand_off
  where hand_off.portal_id = entry.portal_id and hand_off.contact_id = entry.contact_id
    and hand_off.closed_by = entry.entry_id
)`;

/** Ends open patterns of which every rejection was taken back or erased. */
export async function withdrawEscalations(tx: Handle, portalId: number, at: Date): Promise<void> {
  await sql`
    update escalation set closed_at = ${at}, closed_how = 'withdrawn'
    where portal_id = ${portalId} and closed_at is null and not exists (
      select from escalation_lead behind
      join ledger entry on entry.portal_id = behind.portal_id and entry.entry_id = behind.entry_id
      where behind.portal_id = escalation.portal_id and behind.escalation_id = escalation.escalation_id
        and ${inForce}
    )`.execute(tx);
}

export async function keepLooked(tx: Handle, portalId: number, looked: Looked, at: Date): Promise<void> {
  const row = { looked: JSON.stringify(looked), checkedAt: at };
  await tx
    .insertInto('escalationCheck')
    .values({ portalId, ...row })
    .onConflict((conflict) => conflict.column('portalId').doUpdateSet(row))
    .execute();
}

/** What the last look said; `null` where nobody has looked yet. */
export async function findLooked(tx: Handle, portalId: number): Promise<Looked | null> {
  const found = await tx
    .selectFrom('escalationCheck')
    .select('looked')
    .where('portalId', '=', portalId)
    .executeTakeFirst();
  return found?.looked ?? null;
}

/** The open patterns, the oldest first. */
export function listOpenEscalations(tx: Handle, portalId: number): Promise<readonly KeptEscalation[]> {
  return tx
    .selectFrom('escalation')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('closedAt', 'is', null)
    .orderBy('raisedAt')
    .orderBy('escalationId')
    .execute();
}

/** What was resolved last, newest first. */
export function listResolvedEscalations(
  tx: Handle,
  portalId: number,
  limit: number,
): Promise<readonly KeptEscalation[]> {
  return tx
    .selectFrom('escalation')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('closedHow', '=', 'resolved')
    .orderBy('closedAt', 'desc')
    .orderBy('escalationId')
    .limit(limit)
    .execute();
}

export type EscalatedLead = {
  readonly contactId: string;
  readonly at: Date;
  readonly reason: string;
  readonly facts: LeadFacts | null;
};

/** The rejections behind a pattern that are in force, the newest first; one more than `limit` says that there are more. */
export async function listEscalatedLeads(
  tx: Handle,
  portalId: number,
  escalationId: string,
): Promise<readonly EscalatedLead[]> {
  const found = await sql<EscalatedLead>`
    select entry.contact_id, entry.at, entry.reason, snapshot.facts
    from escalation_lead behind
    join ledger entry on entry.portal_id = behind.portal_id and entry.entry_id = behind.entry_id
    left join lead_snapshot snapshot
      on snapshot.portal_id = entry.portal_id and snapshot.contact_id = entry.contact_id
    where behind.portal_id = ${portalId} and behind.escalation_id = ${escalationId} and ${inForce}
    order by entry.at desc, entry.entry_id`.execute(tx);
  return found.rows;
}

/** A pattern, locked until the transaction ends. */
export async function lockEscalation(
  tx: Handle,
  portalId: number,
  escalationId: string,
): Promise<KeptEscalation | null> {
  const found = await tx
    .selectFrom('escalation')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('escalationId', '=', escalationId)
    .forUpdate()
    .executeTakeFirst();
  return found ?? null;
}

/** Lock it first. */
export async function resolveEscalation(
  tx: Handle,
  resolved: {
    readonly portalId: number;
    readonly escalationId: string;
    readonly verdicts: EscalationVerdicts;
    readonly text: string | null;
    readonly byUserId: number;
    readonly at: Date;
  },
): Promise<void> {
  const { portalId, escalationId, verdicts, text, byUserId, at } = resolved;
  await tx
    .updateTable('escalation')
    .set({ closedAt: at, closedHow: 'resolved', verdicts: JSON.stringify(verdicts), text, byUserId })
    .where('portalId', '=', portalId)
    .where('escalationId', '=', escalationId)
    .execute();
}

/**
 * Takes a person out of every pattern, with the words of those who resolved one, who may have written about the person.
 * A company of which nobody else is known may be the person: then its name goes as well.
 */
export async function eraseFromEscalations(tx: Handle, portalId: number, contactId: string): Promise<void> {
  const left = await sql<{ escalationId: string }>`
    delete from escalation_lead behind using ledger entry
    where behind.portal_id = ${portalId} and entry.portal_id = behind.portal_id
      and entry.entry_id = behind.entry_id and entry.contact_id = ${contactId}
    returning behind.escalation_id`.execute(tx);
  const ids = [...new Set(left.rows.map(({ escalationId }) => escalationId))].sort();
  if (ids.length === 0) return;
  await sql`
    update escalation set text = null where portal_id = ${portalId} and escalation_id = any(${ids}::uuid[])`.execute(
    tx,
  );
  await sql`
    update escalation set pattern = 'erased ' || escalation_id, label = 'A company that was erased'
    where portal_id = ${portalId} and escalation_id = any(${ids}::uuid[]) and kind = 'company' and not exists (
      select from escalation_lead behind
      where behind.portal_id = escalation.portal_id and behind.escalation_id = escalation.escalation_id
    )`.execute(tx);
}
