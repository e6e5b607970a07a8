/**
 * Hand-offs: one row for each attempt of a lead, open until sales answers. Counts stay when a person is erased. No
 * foreign keys: a row is written by the statement that writes the answer itself, which sees no other part of it.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table hand_off (
    portal_id bigint not null,
    hand_off_id uuid not null,
    contact_id text not null,
    attempt int not null,
    opened_at timestamptz not null,
    day date not null,
    opened_by text not null check (opened_by in ('lifecycle', 'property', 'workflow', 'reentry', 'answer')),
    owner_id text,
    user_id bigint,
    dims jsonb not null,
    context jsonb,
    warn_at timestamptz not null,
    due_at timestamptz not null,
    clocked boolean not null,
    next_at timestamptz,
    warned_at timestamptz,
    warn_plan_id uuid,
    breached_at timestamptz,
    breach_plan_id uuid,
    breach_withdrawn_at timestamptz,
    first_contact_at timestamptz,
    first_contact_kind text check (first_contact_kind in ('call', 'email', 'meeting', 'logged')),
    first_contact_is_first boolean,
    closed_at timestamptz,
    closed_by uuid,
    closed_how text check (closed_how in ('rejection', 'acceptance', 'withdrawn')),
    primary key (portal_id, hand_off_id),
    check ((closed_at is null) = (closed_how is null)),
    check (next_at is null or (closed_at is null and first_contact_at is null)),
    check (num_nulls(first_contact_at, first_contact_kind, first_contact_is_first) in (0, 3))
  )`,
  // What makes opening and answering safe to repeat: an attempt is there once, whoever writes it first.
  `create unique index hand_off_attempt on hand_off (contact_id, portal_id, attempt)`,
  `create unique index hand_off_open on hand_off (contact_id, portal_id) where closed_at is null`,
  `create index hand_off_clock on hand_off (next_at, portal_id) where next_at is not null`,
  `create index hand_off_day on hand_off (day, portal_id)`,
];

export async function handOffs(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
