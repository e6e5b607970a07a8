/**
 * What is owed to HubSpot: the steps of every plan. They are written in the transaction of their ledger entry and are
 * the outbox; a job only says that there is something to do.
 *
 * The steps of one contact are carried out in the order they were written, plan after plan, so that an undo never
 * overtakes what it undoes. Steps that wait for later (held, or due in the future) do not hold up the others.
 */

import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Change, ChangeKind, Trace } from '../../src/changes.ts';
import type { Handle, PlanStepTable, StepState } from './schema.ts';

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
  const rows = steps.map((step, place) => ({ ...step, place }));
  await sql`
    insert into plan_step (portal_id, step_id, entry_id, contact_id, seq, kind, change, expected, held, due_at,
      undoes_step_id, decided_at, state, attempts)
    select "portalId", "stepId", "entryId", "contactId", seq, kind, change, expected, held, "dueAt",
      "undoesStepId", "decidedAt", 'pending', 0
    from jsonb_to_recordset(${JSON.stringify(rows)}::text::jsonb) as new
      (place int, "portalId" bigint, "stepId" uuid, "entryId" uuid, "contactId" text, seq int, kind text,
       change jsonb, expected jsonb, held boolean, "dueAt" timestamptz, "undoesStepId" uuid, "decidedAt" timestamptz)
    order by place`.execute(tx);
}

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
 * Earlier work on the same contact that must be settled first, as a condition on `step`.
 *
 * Asked for every step of a backlog, which grows faster than the planner's statistics. So it is spelled in a way that
 * is answered by one row out of the right index even without statistics (`exists` is not: it then compares every step
 * with every other): the smallest `ord` of the contact's open steps, and one step by its primary key.
 */
const blocked = (now: Date) => sql<boolean>`coalesce((
  select min(earlier.ord) from plan_step earlier
  where earlier.portal_id = step.portal_id
    and earlier.contact_id = step.contact_id
    and earlier.state in ('pending', 'unknown', 'running')
    and (earlier.state <> 'pending' or earlier.attempts > 0 or earlier.due_at <= ${now})
) < step.ord, false) or coalesce((
  select undone.state from plan_step undone
  where undone.portal_id = step.portal_id and undone.step_id = step.undoes_step_id
) in ('pending', 'unknown', 'running'), false)`;

/** Whether a step may be claimed now: due, or its holder has died, and nothing before it is open. */
const claimable = (now: Date) => sql<boolean>`(
  (step.state in ('pending', 'unknown') and step.due_at <= ${now})
  or (step.state = 'running' and step.claimed_until <= ${now})
) and not (${blocked(now)})`;

export type ClaimedStep = PlanStep & {
  /**
   * An earlier attempt may have reached HubSpot: its answer was lost, or its process died. Look before repeating.
   */
  readonly mayHaveHappened: boolean;
  /** For an undo step: what it undoes, as it ended. */
  readonly undoes: {
    readonly stepId: string;
    readonly state: StepState;
    readonly change: Change | null;
    readonly trace: Trace | null;
    readonly problem: PlanStep['problem'];
  } | null;
};

/**
 * Claims up to `limit` steps of ONE kind, the one with the step that has waited longest, for `leaseMs` milliseconds;
 * empty when nothing can be done now. Several processes may claim at once and never get the same step. A holder that
 * dies loses its steps when the lease ends.
 */
export async function claimDueSteps(
  tx: Handle,
  claim: {
    readonly portalId: number;
    readonly now: Date;
    readonly limit: number;
    /** Names the holder; outcomes are only taken from it. */
    readonly claimedBy: string;
    readonly leaseMs: number;
  },
): Promise<readonly ClaimedStep[]> {
  const kinds = await sql<{ kind: ChangeKind }>`
    select step.kind from plan_step step
    where step.portal_id = ${claim.portalId} and ${claimable(claim.now)}
    group by step.kind
    order by min(step.due_at), min(step.ord)`.execute(tx);
  // More than one turn only where another process has taken the first kind's steps in between.
  for (const { kind } of kinds.rows) {
    const steps = await claimKind(tx, kind, claim);
    if (steps.length > 0) return steps;
  }
  return [];
}

async function claimKind(
  tx: Handle,
  kind: ChangeKind,
  claim: Parameters<typeof claimDueSteps>[1],
): Promise<readonly ClaimedStep[]> {
  const claimed = await sql<ClaimedStep>`
    with picked as (
      select step.step_id, step.state as state_before
      from plan_step step
      where step.portal_id = ${claim.portalId} and step.kind = ${kind} and ${claimable(claim.now)}
      order by step.due_at, step.ord
      limit ${claim.limit}
      for update skip locked
    ), taken as (
      update plan_step step set
        state = 'running',
        attempts = step.attempts + 1,
        claimed_by = ${claim.claimedBy},
        claimed_until = ${new Date(claim.now.getTime() + claim.leaseMs)}
      from picked
      where step.portal_id = ${claim.portalId} and step.step_id = picked.step_id
      returning step.*, picked.state_before
    )
    select taken.*, taken.state_before in ('unknown', 'running') as may_have_happened,
      case when undone.step_id is not null then jsonb_build_object(
        'stepId', undone.step_id, 'state', undone.state, 'change', undone.change, 'trace', undone.trace,
        'problem', undone.problem
      ) end as undoes
    from taken
    left join plan_step undone
      on undone.portal_id = taken.portal_id and undone.step_id = taken.undoes_step_id
    order by taken.ord`.execute(tx);
  return claimed.rows;
}

/** How an attempt ended. */
export type StepOutcome = {
  readonly portalId: number;
  readonly stepId: string;
  /** As given when the step was claimed; another holder's outcome is refused. */
  readonly claimedBy: string;
  /** `pending`: did not happen, tried again at `dueAt`. `unknown`: may have happened, looked up at `dueAt`. */
  readonly state: 'done' | 'failed' | 'stale' | 'undone' | 'pending' | 'unknown';
  /** What was learned while carrying it out; kept from earlier attempts where `null`. */
  readonly trace: Trace | null;
  readonly problem: PlanStep['problem'];
  /** What was carried out in the end, for a step whose change was not known when it was written. */
  readonly change?: Change | null;
  /** Next attempt; needed for `pending` and `unknown`. */
  readonly dueAt: Date | null;
  /** When the outcome was known. */
  readonly at: Date;
};

/**
 * Records outcomes in one statement and returns the ids of the steps that took theirs. A step that has gone to another
 * holder keeps its state. One that would be tried again although its undo is planned, or although the person was erased
 * meanwhile, is ended instead: `undone`. Of an erased step only the state is kept, never what was learned.
 */
export async function recordOutcomes(
  tx: Handle,
  outcomes: readonly StepOutcome[],
): Promise<readonly string[]> {
  if (outcomes.length === 0) return [];
  const open = outcomes.filter((outcome) => isOpen(outcome.state) && outcome.dueAt === null);
  if (open.length > 0) throw new Error('An outcome that is tried again needs the time of its next attempt.');
  const recorded = await sql<{ stepId: string }>`
    update plan_step step set
      state = case when step.erased_at is not null and ending.state in ('pending', 'unknown') then 'undone'
        else ending.state end,
      claimed_by = null,
      claimed_until = null,
      trace = case when step.erased_at is null then coalesce(new.trace, step.trace) end,
      change = case when step.erased_at is null then coalesce(new.change, step.change) end,
      problem = case when step.erased_at is null and ending.state <> 'undone' then new.problem end,
      due_at = coalesce(new."dueAt", step.due_at),
      settled_at = case when step.erased_at is null and ending.state in ('pending', 'unknown') then null
        else new.at end
    from jsonb_to_recordset(${JSON.stringify(outcomes)}::text::jsonb) as new
      ("portalId" bigint, "stepId" uuid, "claimedBy" text, state text, trace jsonb, change jsonb, problem jsonb,
       "dueAt" timestamptz, at timestamptz)
    cross join lateral (
      select case when new.state = 'pending' and exists (
        select 1 from plan_step undo
        where undo.portal_id = new."portalId" and undo.undoes_step_id = new."stepId"
      ) then 'undone' else new.state end as state
    ) ending
    where step.portal_id = new."portalId" and step.step_id = new."stepId"
      and step.state = 'running' and step.claimed_by = new."claimedBy"
    returning step.step_id`.execute(tx);
  return recorded.rows.map((row) => row.stepId);
}

function isOpen(state: StepState): boolean {
  return state === 'pending' || state === 'unknown';
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

/** Lets the held steps of an entry go now. Returns how many there were. */
export async function releaseHeldSteps(
  tx: Handle,
  portalId: number,
  entryId: string,
  at: Date,
): Promise<number> {
  const released = await tx
    .updateTable('planStep')
    .set({ held: false, dueAt: at })
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .where('state', '=', 'pending')
    .where('held', '=', true)
    .returning('stepId')
    .execute();
  return released.length;
}

/**
 * When the portal's next step can be claimed: its due time, or the end of a lease; may lie in the past, `null` where
 * nothing is owed. Steps that wait for others count by those.
 */
export async function nextDueAt(tx: Handle, portalId: number, now: Date): Promise<Date | null> {
  const found = await sql<{ at: Date | null }>`
    select min(case when step.state = 'running' then step.claimed_until else step.due_at end) as at
    from plan_step step
    where step.portal_id = ${portalId} and step.state in ('pending', 'unknown', 'running')
      and not (${blocked(now)})`.execute(tx);
  return found.rows[0]?.at ?? null;
}

/** Age of the oldest step of any portal that is due and not settled, in seconds; 0 where nothing is owed. */
export async function drainLagSeconds(tx: Handle, now: Date): Promise<number> {
  const found = await sql<{ at: Date | null }>`
    select min(due_at) as at from plan_step
    where state in ('pending', 'unknown', 'running') and due_at <= ${now}`.execute(tx);
  const oldest = found.rows[0]?.at;
  return oldest === null || oldest === undefined ? 0 : (now.getTime() - oldest.getTime()) / 1_000;
}

/** Portals with a step that can be claimed now, in the order of their ids. */
export async function portalsWithDueSteps(tx: Handle, now: Date): Promise<readonly number[]> {
  const found = await sql<{ portalId: number }>`
    select portal.portal_id from portal
    where exists (
      select 1 from plan_step step where step.portal_id = portal.portal_id and ${claimable(now)}
    )
    order by portal.portal_id`.execute(tx);
  return found.rows.map((row) => row.portalId);
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

/** Closes steps whose reversal came through; `problem` names what could not be restored. */
export async function markReversed(
  tx: Handle,
  portalId: number,
  reversed: readonly { readonly stepId: string; readonly problem: PlanStep['problem'] }[],
  at: Date,
): Promise<void> {
  if (reversed.length === 0) return;
  await sql`
    update plan_step step set state = 'undone', settled_at = ${at},
      problem = case when step.erased_at is null then new.problem end
    from jsonb_to_recordset(${JSON.stringify(reversed)}::text::jsonb) as new ("stepId" uuid, problem jsonb)
    where step.portal_id = ${portalId} and step.step_id = new."stepId"`.execute(tx);
}
