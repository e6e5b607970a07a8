/**
 * What is owed to HubSpot: the steps of every plan. They are written in the transaction of their ledger entry and are
 * the outbox; a job only says that there is something to do. How they are carried out is stepClaims.ts.
 */

import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Change, ChangeKind } from '../../src/changes.ts';
import { rowsOf } from './columns.ts';
import { writeTogether, type Write } from './planKept.ts';
import type { Handle, PlanStepTable } from './schema.ts';

export type PlanStep = Readonly<Selectable<PlanStepTable>>;

export type NewPlanStep = {
  readonly portalId: number;
  readonly stepId: string;
  readonly entryId: string;
  readonly contactId: string;
  /** Place in its plan, from 0. */
  readonly seq: number;
  readonly kind: ChangeKind;
  /** For an undo step it may be `null`: the inverse can only be known once the undone step has settled. */
  readonly change: Change | null;
  /** What must still be so when the step is carried out. */
  readonly expected: unknown;
  /** Waits for the weekly review; carried out at `dueAt` at the latest. */
  readonly held: boolean;
  readonly dueAt: Date;
  readonly undoesStepId: string | null;
  readonly decidedAt: Date;
};

/** Writes steps in the order given, in one statement. Call it with the leads' answers locked. */
export async function insertPlanSteps(tx: Handle, steps: readonly NewPlanStep[]): Promise<void> {
  if (steps.length === 0) return;
  await writeTogether(tx, [toPlanSteps(steps)]);
}

/** The same, to be sent with other writes. */
export const toPlanSteps = (steps: readonly NewPlanStep[]): Write => ({
  text: INSERT,
  values: ROWS.values(steps),
});

const ROWS = rowsOf<NewPlanStep>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['step_id', 'uuid', ({ stepId }) => stepId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['seq', 'int', ({ seq }) => seq],
  ['kind', 'text', ({ kind }) => kind],
  ['list_id', 'text', ({ change }) => (change !== null && 'listId' in change ? change.listId : null)],
  ['change', 'jsonb', ({ change }) => (change === null ? null : JSON.stringify(change))],
  ['expected', 'jsonb', ({ expected }) => JSON.stringify(expected)],
  ['held', 'boolean', ({ held }) => held],
  ['due_at', 'timestamptz', ({ dueAt }) => dueAt.toISOString()],
  ['undoes_step_id', 'uuid', ({ undoesStepId }) => undoesStepId],
  ['decided_at', 'timestamptz', ({ decidedAt }) => decidedAt.toISOString()],
]);

const INSERT = `insert into plan_step (${ROWS.names}, state, attempts)
  select ${ROWS.names}, 'pending', 0 from ${ROWS.table} order by place`;

/** The steps of these entries, in the order of their writing. */
export async function listSteps(
  tx: Handle,
  portalId: number,
  entryIds: readonly string[],
): Promise<readonly PlanStep[]> {
  if (entryIds.length === 0) return [];
  return tx
    .selectFrom('planStep')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', 'in', [...entryIds])
    .orderBy('ord')
    .execute();
}

/**
 * Takes back what an entry still owes: steps that have not happened become `undone` at once. Returns those that have
 * or may have happened and so need an inverse, in the order of their writing.
 */
export async function cancelPendingSteps(
  tx: Handle,
  portalId: number,
  entryId: string,
  at: Date,
): Promise<readonly PlanStep[]> {
  await tx
    .updateTable('planStep')
    .set({ state: 'undone', settledAt: at, problem: null })
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('state', '=', 'pending')
    .execute();
  return tx
    .selectFrom('planStep')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('state', 'in', ['running', 'done', 'unknown'])
    .orderBy('ord')
    .execute();
}

/** The place after the last one in an entry's plan. */
export async function nextPlace(tx: Handle, portalId: number, entryId: string): Promise<number> {
  const { last } = await tx
    .selectFrom('planStep')
    .select((eb) => eb.fn.max<number | null>('seq').as('last'))
    .where('entryId', '=', entryId)
    .where('portalId', '=', portalId)
    .executeTakeFirstOrThrow();
  return (last ?? -1) + 1;
}

/** Lets the held steps of these entries go now. Returns the entries that had any. */
export async function releaseHeldSteps(
  tx: Handle,
  portalId: number,
  entryIds: readonly string[],
  at: Date,
): Promise<ReadonlySet<string>> {
  if (entryIds.length === 0) return new Set();
  const released = await tx
    .updateTable('planStep')
    .set({ held: false, dueAt: at })
    .where('portalId', '=', portalId)
    .where('entryId', 'in', [...entryIds])
    .where('state', '=', 'pending')
    .where('held', '=', true)
    .returning('entryId')
    .execute();
  return new Set(released.map(({ entryId }) => entryId));
}

/** The steps of an entry, locked until the transaction ends: no drain can claim one meanwhile. */
export function lockSteps(tx: Handle, portalId: number, entryId: string): Promise<readonly PlanStep[]> {
  return tx
    .selectFrom('planStep')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .orderBy('ord')
    .forUpdate()
    .execute();
}

/**
 * What could not be carried out because the record was deleted is owed again, now that it has been restored. Not where
 * its reversal is planned. Says whether there was any.
 */
export async function reviveSteps(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  at: Date,
): Promise<boolean> {
  if (contactIds.length === 0) return false;
  const revived = await sql`
    update plan_step step set state = 'pending', attempts = 0, problem = null, settled_at = null, due_at = ${at}
    where portal_id = ${portalId} and contact_id = any(${[...contactIds].sort()}::text[])
      and state = 'failed' and problem ->> 'kind' = 'record-gone'
      and not exists (
        select from plan_step undo
        where undo.undoes_step_id = step.step_id and undo.portal_id = step.portal_id
      )`.execute(tx);
  return (revived.numAffectedRows ?? 0n) > 0n;
}
