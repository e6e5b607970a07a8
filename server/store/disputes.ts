/** Rejections whose record says otherwise, or that somebody asked to look at, and what was decided about them. */

import { sql, type Selectable } from 'kysely';
import type { ReasonCount } from '../../src/crosswalk.ts';
import type { LeadFacts } from '../../src/facts.ts';
import { idArray } from './batchDecisions.ts';
import type { DisputeDecisionTable, Handle } from './schema.ts';
import { TOTAL_DIM } from './rollups.ts';

export type KeptDecision = Readonly<Selectable<DisputeDecisionTable>>;

export type DisputedEntry = {
  readonly entryId: string;
  readonly contactId: string;
  readonly at: Date;
  readonly reason: string;
  readonly note: string | null;
  readonly dims: Readonly<Record<string, string>>;
  readonly decision: unknown;
  readonly facts: LeadFacts | null;
  readonly raised: boolean;
};

/** Most rejections that are looked at together: the newest of them. */
export const DISPUTED_MAX = 2_000;

const columns = sql`
  entry.entry_id, entry.contact_id, entry.at, entry.reason, entry.note, entry.dims, entry.decision,
  snapshot.facts, coalesce(dispute.raised_at is not null, false) as raised`;

const snapshots = sql`
  left join lead_snapshot snapshot
    on snapshot.portal_id = entry.portal_id and snapshot.contact_id = entry.contact_id`;

const from = (portalId: number, facts = sql``) => sql`
  from ledger entry
  left join dispute on dispute.portal_id = entry.portal_id and dispute.entry_id = entry.entry_id
  ${facts}
  where entry.portal_id = ${portalId} and entry.kind = 'rejection' and dispute.decision_id is null
    and not exists (
      select from ledger undone
      where undone.portal_id = entry.portal_id and undone.reverses_entry_id = entry.entry_id
    )`;

/** A disputed rejection as far as the questions are found by it: no facts, no words. */
export type DisputedRow = Pick<
  DisputedEntry,
  'entryId' | 'contactId' | 'at' | 'reason' | 'dims' | 'raised'
> & {
  readonly hasNote: boolean;
  /** The rep kept the reason with the evidence in view. */
  readonly kept: boolean;
};

/** What nobody has decided on: since the day `since` where the record said otherwise, and all that was asked for. */
export async function listDisputed(
  tx: Handle,
  portalId: number,
  since: string,
): Promise<readonly DisputedRow[]> {
  const found = await sql<DisputedRow>`
    select entry.entry_id, entry.contact_id, entry.at, entry.reason, entry.dims, disputed.raised,
      entry.note is not null as has_note,
      coalesce((entry.decision ->> 'keptDespiteEvidence')::boolean, false) as kept
    from (
      select entry.entry_id, coalesce(dispute.raised_at is not null, false) as raised ${from(portalId)}
        and entry.day >= ${since} and (entry.decision -> 'evidence' ->> 'verdict') = 'disagrees'
      union
      select entry.entry_id, true as raised ${from(portalId)} and dispute.raised_at is not null
    ) disputed
    join ledger entry on entry.portal_id = ${portalId} and entry.entry_id = disputed.entry_id
    order by entry.at desc, entry.entry_id limit ${DISPUTED_MAX}`.execute(tx);
  return found.rows;
}

/** Those of these rejections that stand and were not decided on, each once. */
export async function findDisputed(
  tx: Handle,
  portalId: number,
  entryIds: readonly string[],
): Promise<readonly DisputedEntry[]> {
  if (entryIds.length === 0) return [];
  const found = await sql<DisputedEntry>`
    select ${columns} ${from(portalId, snapshots)} and entry.entry_id = any(${idArray(entryIds)}::uuid[])
    order by entry.at, entry.entry_id`.execute(tx);
  return found.rows;
}

/** These rejections, whatever became of them since. */
export async function findRejections(
  tx: Handle,
  portalId: number,
  entryIds: readonly string[],
): Promise<readonly DisputedEntry[]> {
  if (entryIds.length === 0) return [];
  const found = await sql<DisputedEntry>`
    select entry.entry_id, entry.contact_id, entry.at, entry.reason, entry.note, entry.dims, entry.decision,
      snapshot.facts, false as raised
    from ledger entry
    left join lead_snapshot snapshot
      on snapshot.portal_id = entry.portal_id and snapshot.contact_id = entry.contact_id
    where entry.portal_id = ${portalId} and entry.kind = 'rejection'
      and entry.entry_id = any(${idArray(entryIds)}::uuid[])`.execute(tx);
  return found.rows;
}

/** Makes rows for these rejections and locks them until the transaction ends, so that each is decided once. */
export async function lockDisputes(tx: Handle, portalId: number, entryIds: readonly string[]): Promise<void> {
  if (entryIds.length === 0) return;
  const ids = [...entryIds].sort();
  await tx
    .insertInto('dispute')
    .values(
      ids.map((entryId) => ({ portalId, entryId, raisedByUserId: null, raisedAt: null, decisionId: null })),
    )
    .onConflict((conflict) => conflict.columns(['portalId', 'entryId']).doNothing())
    .execute();
  await sql`
    select 1 from dispute where portal_id = ${portalId} and entry_id = any(${idArray(ids)}::uuid[])
    order by entry_id for update`.execute(tx);
}

/** Somebody asks for a rejection to be looked at; the first who does stays. */
export async function raiseDispute(
  tx: Handle,
  raised: {
    readonly portalId: number;
    readonly entryId: string;
    readonly byUserId: number;
    readonly at: Date;
  },
): Promise<void> {
  await tx
    .updateTable('dispute')
    .set({ raisedByUserId: raised.byUserId, raisedAt: raised.at })
    .where('portalId', '=', raised.portalId)
    .where('entryId', '=', raised.entryId)
    .where('raisedAt', 'is', null)
    .execute();
}

/** Keeps a decision with the rejections that it is about. Lock them first. */
export async function insertDisputeDecision(
  tx: Handle,
  decision: KeptDecision,
  entryIds: readonly string[],
): Promise<void> {
  await tx.insertInto('disputeDecision').values(decision).execute();
  await sql`
    update dispute set decision_id = ${decision.decisionId}::uuid
    where portal_id = ${decision.portalId} and entry_id = any(${idArray(entryIds)}::uuid[])`.execute(tx);
}

/** The latest decisions of a portal, newest first. */
export function listDisputeDecisions(
  tx: Handle,
  portalId: number,
  limit: number,
): Promise<readonly KeptDecision[]> {
  return tx
    .selectFrom('disputeDecision')
    .selectAll()
    .where('portalId', '=', portalId)
    .orderBy('at', 'desc')
    .orderBy('decisionId')
    .limit(limit)
    .execute();
}

export type DisputeState = { readonly raisedAt: Date | null; readonly decision: KeptDecision | null };

/** What is known of one rejection as a dispute; `null` where nobody asked and nothing was decided. */
export async function findDispute(
  tx: Handle,
  portalId: number,
  entryId: string,
): Promise<DisputeState | null> {
  const found = await tx
    .selectFrom('dispute')
    .select(['raisedAt', 'decisionId'])
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .executeTakeFirst();
  if (found === undefined) return null;
  const decision =
    found.decisionId === null
      ? null
      : await tx
          .selectFrom('disputeDecision')
          .selectAll()
          .where('portalId', '=', portalId)
          .where('decisionId', '=', found.decisionId)
          .executeTakeFirstOrThrow();
  return { raisedAt: found.raisedAt, decision };
}

/** Rejections by reason and day, and all answers, of a group in the days of `from` to `to`, out of the counts. */
export async function countsOf(
  tx: Handle,
  asked: {
    readonly portalId: number;
    readonly dim: string | null;
    readonly value: string;
    readonly from: string;
    readonly to: string;
  },
): Promise<{ readonly rejections: readonly ReasonCount[]; readonly answered: number }> {
  const { portalId, dim, value } = asked;
  const found = await sql<ReasonCount & { readonly measure: string }>`
    select measure, reason, day, n from rollup
    where portal_id = ${portalId} and measure in ('rejection', 'acceptance')
      and dim = ${dim ?? TOTAL_DIM} and value = ${value}
      and day >= ${asked.from} and day <= ${asked.to} and n <> 0`.execute(tx);
  return {
    rejections: found.rows.filter(({ measure }) => measure === 'rejection'),
    answered: found.rows.reduce((sum, { n }) => sum + n, 0),
  };
}
