/**
 * Odd patterns that a person looks at, the rejections behind each, and when a portal was last looked over; and hand-offs
 * without a clock.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table escalation (
    portal_id bigint not null references portal,
    escalation_id uuid not null,
    kind text not null check (kind in ('company', 'segment')),
    pattern text not null,
    label text not null,
    evidence jsonb not null,
    raised_at timestamptz not null,
    closed_at timestamptz,
    closed_how text check (closed_how in ('resolved', 'withdrawn')),
    verdicts jsonb,
    text text,
    by_user_id bigint,
    primary key (portal_id, escalation_id),
    check ((closed_at is null) = (closed_how is null)),
    check ((closed_how = 'resolved') = (verdicts is not null and by_user_id is not null) or closed_how is null)
  )`,
  // Raised once until it is resolved, whoever looks.
  `create unique index escalation_open on escalation (pattern, portal_id) where closed_at is null`,
  `create index escalation_closed on escalation (closed_at, portal_id) where closed_at is not null`,
  `create table escalation_lead (
    portal_id bigint not null,
    escalation_id uuid not null,
    entry_id uuid not null,
    primary key (portal_id, escalation_id, entry_id),
    foreign key (portal_id, escalation_id) references escalation (portal_id, escalation_id),
    foreign key (portal_id, entry_id) references ledger (portal_id, entry_id)
  )`,
  `create index escalation_lead_entry on escalation_lead (entry_id, portal_id)`,
  `create table escalation_check (
    portal_id bigint not null references portal,
    checked_at timestamptz not null,
    looked jsonb not null,
    primary key (portal_id)
  )`,
];

/** Leads of some sources have no agreed time. An answer takes the tasks of alarms away; of earlier answers they stay. */
const CLOCK_STATEMENTS: readonly string[] = [
  `alter table hand_off alter column warn_at drop not null, alter column due_at drop not null`,
  `alter table hand_off add constraint hand_off_clock_has_times check (next_at is null or due_at is not null)`,
  `update hand_off set warn_plan_id = null, breach_plan_id = null where closed_at is not null`,
  `create index hand_off_answered_alarms on hand_off (closed_at, portal_id)
    where closed_at is not null and (warn_plan_id is not null or breach_plan_id is not null)`,
];

export async function escalations(db: Kysely<unknown>): Promise<void> {
  for (const statement of [...STATEMENTS, ...CLOCK_STATEMENTS]) await sql.raw(statement).execute(db);
}
