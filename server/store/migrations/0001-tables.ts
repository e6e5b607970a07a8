/** The first tables. Every primary key starts with the portal, so that they can be distributed by it. */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table portal (
    portal_id bigint primary key,
    time_zone text not null,
    map jsonb,
    provisioned_at timestamptz,
    created_at timestamptz not null default now()
  )`,

  `create table portal_settings (
    portal_id bigint not null references portal,
    version int not null check (version >= 1),
    body jsonb not null,
    saved_at timestamptz not null,
    saved_by bigint,
    primary key (portal_id, version)
  )`,

  `create table lead_snapshot (
    portal_id bigint not null references portal,
    contact_id text not null,
    facts jsonb,
    read_at timestamptz,
    stale_since timestamptz,
    email_key text,
    phone_key text,
    name_company_key text,
    deleted_at timestamptz,
    primary key (portal_id, contact_id),
    check ((facts is null) = (read_at is null))
  )`,
  `create index lead_snapshot_email on lead_snapshot (portal_id, email_key) where email_key is not null`,
  `create index lead_snapshot_phone on lead_snapshot (portal_id, phone_key) where phone_key is not null`,
  `create index lead_snapshot_name_company on lead_snapshot (portal_id, name_company_key)
    where name_company_key is not null`,
  `create index lead_snapshot_stale on lead_snapshot (portal_id, stale_since)
    where stale_since is not null and deleted_at is null`,

  `create table lead_object (
    portal_id bigint not null references portal,
    lead_id text not null,
    contact_id text not null,
    primary key (portal_id, lead_id)
  )`,
  `create index lead_object_contact on lead_object (portal_id, contact_id)`,

  `create table ledger (
    portal_id bigint not null references portal,
    entry_id uuid not null,
    seq bigint generated always as identity,
    request_id text not null,
    kind text not null check (kind in ('rejection', 'acceptance', 'undo')),
    contact_id text not null,
    lead_id text,
    at timestamptz not null,
    day date not null,
    actor_user_id bigint,
    path text not null,
    reason text,
    reverses_entry_id uuid,
    note text,
    dims jsonb not null default '{}',
    decision jsonb,
    answer jsonb,
    primary key (portal_id, entry_id),
    unique (portal_id, request_id),
    foreign key (portal_id, reverses_entry_id) references ledger (portal_id, entry_id),
    constraint ledger_no_rejection_without_reason check (kind <> 'rejection' or reason is not null),
    constraint ledger_undo_names_its_entry check ((kind = 'undo') = (reverses_entry_id is not null))
  )`,
  `create index ledger_contact on ledger (portal_id, contact_id, seq)`,
  `create index ledger_day on ledger (portal_id, day)`,
  `create unique index ledger_undone_once on ledger (portal_id, reverses_entry_id)
    where reverses_entry_id is not null`,

  // The ledger only grows. A privacy erasure, marked by its transaction, may overwrite what is personal; even then
  // no row goes, so that the counts stay.
  `create function ledger_only_grows() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' and current_setting('mql_rejection_loop.privacy_erasure', true) = 'on' then
      return new;
    end if;
    raise exception 'The ledger only grows: % is refused.', tg_op using errcode = 'restrict_violation';
  end $$`,
  `create trigger ledger_only_grows before update or delete on ledger
    for each row execute function ledger_only_grows()`,
  `create trigger ledger_is_not_emptied before truncate on ledger
    for each statement execute function ledger_only_grows()`,

  `create table standing_answer (
    portal_id bigint not null references portal,
    contact_id text not null,
    entry_id uuid,
    kind text not null check (kind in ('none', 'rejection', 'acceptance')),
    attempt int not null default 0,
    primary key (portal_id, contact_id),
    foreign key (portal_id, entry_id) references ledger (portal_id, entry_id),
    check ((kind = 'none') = (entry_id is null))
  )`,

  `create table plan_step (
    portal_id bigint not null references portal,
    step_id uuid not null,
    ord bigint generated always as identity,
    entry_id uuid not null,
    contact_id text not null,
    seq int not null,
    kind text not null,
    change jsonb,
    expected jsonb,
    held boolean not null default false,
    due_at timestamptz not null,
    state text not null default 'pending'
      check (state in ('pending', 'running', 'done', 'failed', 'unknown', 'undone', 'stale')),
    attempts int not null default 0,
    claimed_by text,
    claimed_until timestamptz,
    trace jsonb,
    problem jsonb,
    undoes_step_id uuid,
    decided_at timestamptz not null,
    settled_at timestamptz,
    erased_at timestamptz,
    primary key (portal_id, step_id),
    unique (portal_id, entry_id, seq),
    foreign key (portal_id, entry_id) references ledger (portal_id, entry_id),
    foreign key (portal_id, undoes_step_id) references plan_step (portal_id, step_id),
    check (change is not null or undoes_step_id is not null or erased_at is not null),
    check (erased_at is null or coalesce(change, expected, trace, problem) is null),
    check ((state = 'running') = (claimed_by is not null and claimed_until is not null))
  )`,
  `create index plan_step_due on plan_step (portal_id, due_at) where state in ('pending', 'unknown', 'running')`,
  `create index plan_step_contact on plan_step (portal_id, contact_id, ord)
    where state in ('pending', 'unknown', 'running')`,
  `create unique index plan_step_undone_once on plan_step (portal_id, undoes_step_id)
    where undoes_step_id is not null`,

  `create table rollup (
    portal_id bigint not null references portal,
    measure text not null,
    dim text not null,
    day date not null,
    reason text not null,
    value text not null,
    n int not null,
    primary key (portal_id, measure, dim, day, reason, value)
  )`,

  // The rate limiter's points (rate-limiter-flexible fixes the columns). Unlogged: they live for seconds, and a call
  // to HubSpot must not wait for a sync of the disk. After a crash the budget starts afresh.
  `create unlogged table rate_budget (
    key varchar(255) primary key,
    points int not null default 0,
    expire bigint
  )`,
];

export async function createTables(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
