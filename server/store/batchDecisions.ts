/** What the weekly batch decided on rejections, and what it needs to know of them before. */

import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { BatchDecisionTable, EntryKind, Handle } from './schema.ts';

export type BatchDecision = Readonly<Selectable<BatchDecisionTable>>;

/** A rejection as far as the batch decides on it. */
export type BatchEntry = {
  readonly entryId: string;
  readonly contactId: string;
  readonly leadId: string | null;
  readonly kind: EntryKind;
  readonly reason: string | null;
  readonly undone: boolean;
  /** Whether some of its steps still wait. */
  readonly waits: boolean;
  /** When the steps that waited for the batch run by themselves, or ran; `null` where none ever waited. */
  readonly runsAt: Date | null;
  /** When the batch approved it, where it did. */
  readonly approvedAt: Date | null;
};

/** The entries among these ids that exist, by id. Lock their leads' answers before relying on it. */
export async function findBatchEntries(
  tx: Handle,
  portalId: number,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, BatchEntry>> {
  if (entryIds.length === 0) return new Map();
  const found = await sql<BatchEntry>`
    select entry.entry_id, entry.contact_id, entry.lead_id, entry.kind, entry.reason,
      exists (
        select 1 from ledger undone
        where undone.portal_id = entry.portal_id and undone.reverses_entry_id = entry.entry_id
      ) as undone,
      coalesce(step.waits, false) as waits, step.runs_at,
      (
        select at from batch_decision decided
        where decided.portal_id = entry.portal_id and decided.entry_id = entry.entry_id
          and decided.verdict = 'approved'
      ) as approved_at
    from ledger entry
    left join lateral (
      select bool_or(state = 'pending') as waits, min(due_at) as runs_at
      from plan_step where portal_id = entry.portal_id and entry_id = entry.entry_id and held
    ) step on true
    where entry.portal_id = ${portalId} and entry.entry_id = any(${idArray(entryIds)}::uuid[])`.execute(tx);
  return new Map(found.rows.map((row) => [row.entryId, row]));
}

/** What this request was told about these entries before, by entry. */
export async function findBatchDecisions(
  tx: Handle,
  portalId: number,
  requestId: string,
  entryIds: readonly string[],
): Promise<ReadonlyMap<string, BatchDecision>> {
  if (entryIds.length === 0) return new Map();
  const found = await tx
    .selectFrom('batchDecision')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('requestId', '=', requestId)
    .where('entryId', 'in', [...entryIds])
    .execute();
  return new Map(found.map((row) => [row.entryId, row]));
}

/**
 * Keeps what was decided and said. A refusal that the same request brings twice at once is kept once; a second approval
 * or override of an entry throws, since whoever decides has locked its lead.
 */
export async function insertBatchDecisions(tx: Handle, decisions: readonly BatchDecision[]): Promise<void> {
  if (decisions.length === 0) return;
  await tx
    .insertInto('batchDecision')
    .values([...decisions])
    .onConflict((conflict) => conflict.columns(['portalId', 'requestId', 'entryId']).doNothing())
    .execute();
}

/** One parameter however many ids there are. */
export const idArray = (ids: readonly string[]): string => `{${ids.join(',')}}`;
