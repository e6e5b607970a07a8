/**
 * Disputes: rejections that somebody asked to look at, or that a decision was about, and the decisions. Candidates are
 * not written down: the ledger knows where the record said otherwise. The index holds those few alone.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `create table dispute_decision (
    portal_id bigint not null references portal,
    decision_id uuid not null,
    reason text not null,
    dim text,
    value text not null,
    cause text not null,
    change text not null,
    text text not null,
    owner_user_id bigint not null,
    due_on date not null,
    at timestamptz not null,
    day date not null,
    by_user_id bigint not null,
    primary key (portal_id, decision_id)
  )`,
  `create index dispute_decision_latest on dispute_decision (at, portal_id)`,
  `create table dispute (
    portal_id bigint not null references portal,
    entry_id uuid not null,
    raised_by_user_id bigint,
    raised_at timestamptz,
    decision_id uuid,
    primary key (portal_id, entry_id),
    foreign key (portal_id, entry_id) references ledger (portal_id, entry_id),
    foreign key (portal_id, decision_id) references dispute_decision (portal_id, decision_id),
    check ((raised_by_user_id is null) = (raised_at is null))
  )`,
  `create index dispute_open on dispute (raised_at, portal_id) where decision_id is null and raised_at is not null`,
  `create index ledger_disagrees on ledger (day, portal_id)
    where kind = 'rejection' and (decision -> 'evidence' ->> 'verdict') = 'disagrees'`,
];

export async function disputes(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
