/** Workflows that wait for a person, and what they are told when the decision is there. */

import { sql, type Selectable } from 'kysely';
import type { Handle, WorkflowWaitTable } from './schema.ts';

export type WorkflowWait = Readonly<Selectable<WorkflowWaitTable>>;
export type NewWait = Pick<
  WorkflowWait,
  'portalId' | 'callbackId' | 'waitsFor' | 'contactId' | 'askedAt' | 'expiresAt'
>;

/** A wait by HubSpot's name for it, locked until the transaction ends. */
export async function findWait(
  tx: Handle,
  portalId: number,
  callbackId: string,
): Promise<WorkflowWait | null> {
  const found = await tx
    .selectFrom('workflowWait')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('callbackId', '=', callbackId)
    .forUpdate()
    .executeTakeFirst();
  return found ?? null;
}

export async function insertWait(tx: Handle, wait: NewWait): Promise<void> {
  await tx
    .insertInto('workflowWait')
    .values({ ...wait, output: null, tryAt: wait.askedAt, settledAt: null, settledHow: null })
    .execute();
}

/** Moves the end of a wait that is still open. */
export async function prolongWait(
  tx: Handle,
  portalId: number,
  callbackId: string,
  expiresAt: Date,
): Promise<void> {
  await tx
    .updateTable('workflowWait')
    .set({ expiresAt })
    .where('portalId', '=', portalId)
    .where('callbackId', '=', callbackId)
    .where('settledAt', 'is', null)
    .execute();
}

/** A wait with what has happened to its lead since. */
export type DecidedWait = Pick<
  WorkflowWait,
  'callbackId' | 'waitsFor' | 'contactId' | 'output' | 'expiresAt'
> & {
  /** The answer that stands and was given since the call. */
  readonly decision: unknown;
  /** How the review that the call led to was closed; `null` while it is open. */
  readonly closedHow: string | null;
};

/** Open waits that are to be looked at now, each with what decides on it. */
const decidedAt = (now: Date) => sql`
  from workflow_wait wait
  left join standing_answer answer
    on wait.waits_for = 'answer' and answer.portal_id = wait.portal_id
    and answer.contact_id = wait.contact_id and answer.kind <> 'none'
  left join ledger entry
    on entry.portal_id = answer.portal_id and entry.entry_id = answer.entry_id and entry.at >= wait.asked_at
  left join guard_finding finding
    on wait.waits_for = 'review' and finding.portal_id = wait.portal_id
    and finding.finding_key = 'workflow:' || wait.callback_id and finding.state = 'closed'
  where wait.settled_at is null and wait.try_at <= ${now}
    and (wait.output is not null or entry.entry_id is not null or finding.finding_id is not null
      or wait.expires_at <= ${now})`;

/** The open waits of a portal that are to be looked at now: decided, to be told again, or expired. */
export async function listDecidedWaits(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
): Promise<readonly DecidedWait[]> {
  const found = await sql<DecidedWait>`
    select wait.callback_id, wait.waits_for, wait.contact_id, wait.output, wait.expires_at,
      entry.decision, finding.closed_how
    ${decidedAt(now)} and wait.portal_id = ${portalId}
    order by wait.asked_at limit ${limit}`.execute(tx);
  return found.rows;
}

/** Fixes what a workflow is told, before it is told: a later change of mind is another story. */
export async function keepOutput(
  tx: Handle,
  portalId: number,
  callbackId: string,
  output: Readonly<Record<string, string>>,
): Promise<void> {
  await tx
    .updateTable('workflowWait')
    .set({ output: JSON.stringify(output) })
    .where('portalId', '=', portalId)
    .where('callbackId', '=', callbackId)
    .execute();
}

export async function settleWait(
  tx: Handle,
  portalId: number,
  callbackId: string,
  settled: { readonly how: NonNullable<WorkflowWait['settledHow']>; readonly at: Date },
): Promise<void> {
  await tx
    .updateTable('workflowWait')
    .set({ settledAt: settled.at, settledHow: settled.how })
    .where('portalId', '=', portalId)
    .where('callbackId', '=', callbackId)
    .where('settledAt', 'is', null)
    .execute();
}

export async function postponeWait(
  tx: Handle,
  portalId: number,
  callbackId: string,
  tryAt: Date,
): Promise<void> {
  await tx
    .updateTable('workflowWait')
    .set({ tryAt })
    .where('portalId', '=', portalId)
    .where('callbackId', '=', callbackId)
    .execute();
}

/** Portals with a workflow that is to be told something now, or has waited too long. */
export async function portalsWithWaits(tx: Handle, now: Date): Promise<readonly number[]> {
  const found = await sql<{ portalId: number }>`
    select distinct wait.portal_id ${decidedAt(now)}`.execute(tx);
  return found.rows.map(({ portalId }) => portalId);
}
