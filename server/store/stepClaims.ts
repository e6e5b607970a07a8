/**
 * Carrying plan steps out: which are ready, who holds them, and how their attempts ended.
 *
 * The steps of one contact are carried out in the order they were written, plan after plan, so that an undo never
 * overtakes what it undoes. Steps that wait for later (held, or due in the future) do not hold up the others.
 */

import { sql } from 'kysely';
import type { Change, ChangeKind, Trace } from '../../src/changes.ts';
import type { PlanStep } from './planSteps.ts';
import type { Handle, StepState } from './schema.ts';

/**
 * Due steps that are looked at, longest waiting first: enough to fill the batches of every kind, and a bound on what a
 * look costs while a backlog of any size waits behind them.
 */
const WINDOW = 12_000;
/** How much further is looked when nothing in the window can be done, since all of it waits for other steps. */
const WIDER = 8;

/** Ready steps that one batch of calls can carry out. */
export type ReadyBatch = {
  readonly kind: ChangeKind;
  /** The list whose members change; `null` where the kind is about none, or a reversal whose list is not known yet. */
  readonly listId: string | null;
  /** How many there are, as far as was looked. */
  readonly size: number;
  readonly waitingSince: Date;
  /** The longest waiting ones, as many as were asked for. */
  readonly stepIds: readonly string[];
};

/** Under way, or tried before and not settled. The index `plan_step_begun` holds just these; spell it as there. */
export const begun = sql`(state in ('running', 'unknown') or (state = 'pending' and attempts > 0))`;
const begunPortal = sql`(case when ${begun} then portal_id end)`;

/**
 * The steps that can be carried out now, by batch, the longest waiting first: due, or their holder has died, and
 * nothing earlier of their contact is open. At most `limit` ids for each batch.
 */
export async function findReadyBatches(
  tx: Handle,
  look: { readonly portalId: number; readonly now: Date; readonly limit: number },
): Promise<readonly ReadyBatch[]> {
  for (let window = WINDOW; ; window *= WIDER) {
    const { batches, seen } = await lookForBatches(tx, { ...look, window });
    if (batches.length > 0 || seen < window) return batches;
  }
}

type LookRow = { readonly seen: number } & (ReadyBatch | { readonly kind: null });

/**
 * A step is ready when it is the first open one of its contact. What may stand before it is due as well, or begun: so
 * those two sets are put together and sorted by contact once. No join: without statistics the planner takes both sets for
 * one row each and compares every step with every other, which took a second for 6,000 of them.
 */
async function lookForBatches(
  tx: Handle,
  { portalId, now, limit, window }: Parameters<typeof findReadyBatches>[1] & { readonly window: number },
): Promise<{ readonly batches: readonly ReadyBatch[]; readonly seen: number }> {
  const found = await sql<LookRow>`
    with due as materialized (
      select step_id, contact_id, ord, kind, list_id, state, due_at, claimed_until
      from plan_step
      where portal_id = ${portalId} and state in ('pending', 'unknown', 'running') and due_at <= ${now}
      order by due_at, ord
      limit ${window}
    ), open as (
      select *, true as is_due from due
      union all
      select step_id, contact_id, ord, kind, list_id, state, due_at, claimed_until, false
      from plan_step where ${begunPortal} = ${portalId} and ${begun}
    ), placed as (
      select *, min(ord) over (partition by contact_id) as first_of_contact from open
    ), batch as (
      select kind, list_id, count(*)::int as size, min(due_at) as waiting_since, min(ord) as first_ord,
        (array_agg(step_id::text order by due_at, ord))[1:${limit}] as step_ids
      from placed
      where is_due and ord = first_of_contact and (state <> 'running' or claimed_until <= ${now})
      group by kind, list_id
    )
    select seen, kind, list_id, size, waiting_since, step_ids
    from (select count(*)::int as seen from due) look left join batch on true
    order by waiting_since, first_ord`.execute(tx);
  const batches = found.rows.filter((row): row is LookRow & ReadyBatch => row.kind !== null);
  return { batches, seen: found.rows[0]?.seen ?? 0 };
}

/** What is due in a portal, at a glance: what a look for batches costs is known only afterwards. */
export type DueSteps = {
  /** When the longest waiting one fell due, and the youngest. */
  readonly oldest: Date;
  readonly newest: Date;
  /** Whether there are as many as were asked for. */
  readonly many: boolean;
};

/** The steps that are due, ready or not; `null` where there are none. */
export async function glanceAtDue(
  tx: Handle,
  { portalId, now, many }: { readonly portalId: number; readonly now: Date; readonly many: number },
): Promise<DueSteps | null> {
  const due = sql`from plan_step
    where portal_id = ${portalId} and state in ('pending', 'unknown', 'running') and due_at <= ${now}`;
  const found = await sql<{ oldest: Date | null; newest: Date; many: boolean }>`
    select (select due_at ${due} order by due_at limit 1) as oldest,
      (select due_at ${due} order by due_at desc limit 1) as newest,
      exists (select 1 ${due} order by due_at offset ${many - 1} limit 1) as many`.execute(tx);
  const [row] = found.rows;
  return row === undefined || row.oldest === null ? null : { ...row, oldest: row.oldest };
}

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
 * Claims these steps for `leaseMs` milliseconds, as far as they can still be claimed; several processes may ask for the
 * same ones and never get the same step. A holder that dies loses its steps when the lease ends.
 */
export async function claimSteps(
  tx: Handle,
  claim: {
    readonly portalId: number;
    readonly stepIds: readonly string[];
    readonly now: Date;
    /** Names the holder; outcomes are only taken from it. */
    readonly claimedBy: string;
    readonly leaseMs: number;
  },
): Promise<readonly ClaimedStep[]> {
  if (claim.stepIds.length === 0) return [];
  const claimed = await sql<ClaimedStep>`
    with picked as (
      select step.step_id, step.state as state_before
      from plan_step step
      where step.portal_id = ${claim.portalId} and step.step_id = any(${claim.stepIds}::uuid[])
        and case when step.state = 'running' then step.claimed_until <= ${claim.now}
          else step.state in ('pending', 'unknown') and step.due_at <= ${claim.now} end
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

/**
 * Ends every lease: for the start of a process that has its database to itself, so that whoever held one is dead. Such a
 * step may have happened, and is looked up before it is repeated.
 */
export async function endLeases(tx: Handle, now: Date): Promise<void> {
  await sql`update plan_step set claimed_until = ${now} where ${begun} and state = 'running'`.execute(tx);
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

/**
 * When a step that cannot be carried out now can be, if that is before `until`: its due time, the next attempt of one
 * that was tried, or the end of a lease (which may lie in the past). `null` where nothing is to come by then.
 */
export async function nextDueAt(
  tx: Handle,
  portalId: number,
  { now, until }: { readonly now: Date; readonly until: Date },
): Promise<Date | null> {
  const found = await sql<{ at: Date | null }>`
    select least(
      (select min(due_at) from plan_step
        where portal_id = ${portalId} and state in ('pending', 'unknown', 'running')
          and due_at > ${now} and due_at <= ${until}),
      (select min(case when state = 'running' then claimed_until else due_at end) from plan_step
        where ${begunPortal} = ${portalId} and ${begun})
    ) as at`.execute(tx);
  const at = found.rows[0]?.at ?? null;
  return at !== null && at <= until ? at : null;
}

/** Age of the oldest step of any portal that is due and not settled, in seconds; 0 where nothing is owed. */
export async function drainLagSeconds(tx: Handle, now: Date): Promise<number> {
  const found = await sql<{ at: Date | null }>`
    select min(due_at) as at from plan_step
    where state in ('pending', 'unknown', 'running') and due_at <= ${now}`.execute(tx);
  const oldest = found.rows[0]?.at;
  return oldest === null || oldest === undefined ? 0 : (now.getTime() - oldest.getTime()) / 1_000;
}

/** Portals with a step that is due, or whose holder has died, in the order of their ids. Others may stand before it. */
export async function portalsWithDueSteps(tx: Handle, now: Date): Promise<readonly number[]> {
  const found = await sql<{ portalId: number }>`
    select portal.portal_id from portal
    where exists (
      select 1 from plan_step where portal_id = portal.portal_id
        and state in ('pending', 'unknown', 'running') and due_at <= ${now}
        and (state <> 'running' or claimed_until <= ${now})
    )
    order by portal.portal_id`.execute(tx);
  return found.rows.map((row) => row.portalId);
}
