/** The weekly batch as a queue: rejections of which some steps still wait. */

import { sql } from 'kysely';
import type { RawBuilder } from 'kysely';
import type { Day } from '../../src/calendar.ts';
import type { ReasonCount } from '../../src/crosswalk.ts';
import type { LeadFacts } from '../../src/facts.ts';
import type { Handle } from './schema.ts';

export type WaitingRejection = {
  readonly entryId: string;
  /** Grows with time: the place to go on after. */
  readonly seq: number;
  readonly contactId: string;
  readonly leadId: string | null;
  readonly at: Date;
  readonly day: Day;
  readonly path: string;
  readonly reason: string | null;
  readonly note: string | null;
  readonly decision: unknown;
  readonly facts: LeadFacts | null;
  /** When its steps run by themselves. */
  readonly runsAt: Date;
};

/** A reason code, and the day in the portal's time zone on which it was given. */
export type ReasonOfDay = Pick<ReasonCount, 'reason' | 'day'>;

export type WaitingFilter = {
  readonly portalId: number;
  readonly now: Date;
  /** With one of these reasons on one of these days; all where it is `null`. */
  readonly reasons: readonly ReasonOfDay[] | null;
  /** Looked for in name, e-mail, company and note. */
  readonly text: string | null;
};

/** The rejections that wait, oldest first, after the given place. */
export async function listWaiting(
  tx: Handle,
  filter: WaitingFilter & { readonly after: number; readonly limit: number },
): Promise<readonly WaitingRejection[]> {
  const found = await sql<WaitingRejection>`
    select entry.entry_id, entry.seq, entry.contact_id, entry.lead_id, entry.at, entry.day, entry.path, entry.reason,
      entry.note, entry.decision, snapshot.facts, waiting.runs_at
    ${waiting(filter)} and entry.seq > ${filter.after}
    order by entry.seq
    limit ${filter.limit}`.execute(tx);
  return found.rows;
}

export type WaitingCount = {
  readonly total: number;
  readonly oldestAt: Date | null;
  /** When the first of them runs by itself, and the last. */
  readonly firstRunsAt: Date | null;
  readonly lastRunsAt: Date | null;
};

/** How many wait, since when, and until when. */
export async function countWaiting(tx: Handle, filter: WaitingFilter): Promise<WaitingCount> {
  const found = await sql<WaitingCount>`
    select count(*)::int as total, min(entry.at) as oldest_at, min(waiting.runs_at) as first_runs_at,
      max(waiting.runs_at) as last_runs_at
    ${waiting(filter)}`.execute(tx);
  return found.rows[0] ?? { total: 0, oldestAt: null, firstRunsAt: null, lastRunsAt: null };
}

/** The reasons of those that wait, day by day: later versions of the taxonomy may read a day's reason as another. */
export async function waitingReasons(
  tx: Handle,
  { portalId, now }: Pick<WaitingFilter, 'portalId' | 'now'>,
): Promise<readonly ReasonCount[]> {
  const found = await sql<ReasonCount>`
    select entry.reason, entry.day, count(*)::int as n
    ${waiting({ portalId, now, reasons: null, text: null })} and entry.reason is not null
    group by 1, 2 order by 1, 2`.execute(tx);
  return found.rows;
}

/** Where the timer has run out nothing waits any more: the drain has it, or will in a moment. */
const waiting = ({ portalId, now, reasons, text }: WaitingFilter): RawBuilder<unknown> => sql`
  from (
    select entry_id, min(due_at) as runs_at from plan_step
    where portal_id = ${portalId} and state = 'pending' and held and due_at > ${now}
    group by entry_id
  ) waiting
  join ledger entry on entry.portal_id = ${portalId} and entry.entry_id = waiting.entry_id
  left join lead_snapshot snapshot
    on snapshot.portal_id = ${portalId} and snapshot.contact_id = entry.contact_id
  where snapshot.deleted_at is null
    and ${reasons === null ? sql`true` : isOneOf(reasons)}
    and ${text === null ? sql`true` : matches(text)}`;

const isOneOf = (reasons: readonly ReasonOfDay[]): RawBuilder<unknown> => sql`(entry.reason, entry.day) in (
    select * from unnest(
      ${reasons.map(({ reason }) => reason)}::text[], ${reasons.map(({ day }) => day)}::date[]
    )
  )`;

const matches = (text: string): RawBuilder<unknown> => {
  const pattern = `%${text.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return sql`concat_ws(
    ' ', snapshot.facts ->> 'firstName', snapshot.facts ->> 'lastName', snapshot.facts ->> 'email',
    snapshot.facts ->> 'company', entry.note
  ) ilike ${pattern}`;
};
