/**
 * What is changed around the card: records to look at, and what was found there. No foreign keys, since both are written
 * by transactions that have read what they point at.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  // A row for each record, however often HubSpot tells of it; gone when it was looked at.
  `create table guard_watch (
    portal_id bigint not null,
    object_type_id text not null,
    object_id text not null,
    told_at timestamptz not null,
    primary key (portal_id, object_type_id, object_id)
  )`,
  `create index guard_watch_told on guard_watch (told_at, portal_id)`,
  `create table guard_finding (
    portal_id bigint not null,
    finding_id uuid not null,
    finding_key text not null,
    kind text not null check (kind in ('rejection', 'reentry')),
    contact_id text not null,
    lead_id text,
    path text not null,
    actor_user_id bigint,
    reason text,
    reason_state text not null check (reason_state in ('missing', 'invalid', 'none')),
    changed_at timestamptz not null,
    found_at timestamptz not null,
    day date not null,
    outcome text not null check (outcome in ('put_back', 'held', 'blocked', 'review', 'handed_off')),
    state text not null check (state in ('open', 'closed')),
    closed_at timestamptz,
    closed_how text,
    manager_told_at timestamptz,
    proof jsonb,
    primary key (portal_id, finding_id),
    check ((state = 'closed') = (closed_at is not null and closed_how is not null))
  )`,
  `create unique index guard_finding_key on guard_finding (finding_key, portal_id)`,
  `create index guard_finding_open on guard_finding (contact_id, portal_id) where state = 'open'`,
  `create index guard_finding_contact on guard_finding (contact_id, portal_id, found_at)`,
  `create index guard_finding_age on guard_finding (found_at, portal_id) where state = 'open'`,
  `create index guard_finding_day on guard_finding (day, portal_id)`,
  // The visit before the latest one: without it nobody knows that a visit came after a silence.
  `alter table lead_snapshot add column seen_before timestamptz`,
];

export async function guard(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
