/** Leads whose data is completed: a row for each rejection for bad data, written with it, gone from the index when it ends. */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table enrichment (
    portal_id bigint not null,
    entry_id uuid not null,
    contact_id text not null,
    opened_at timestamptz not null,
    look_at timestamptz not null,
    try_at timestamptz not null,
    tries int not null default 0,
    owes_call boolean not null default false,
    data_seen text,
    closed_at timestamptz,
    outcome text,
    primary key (portal_id, entry_id),
    check ((closed_at is null) = (outcome is null))
  )`,
  `create index enrichment_due on enrichment (look_at, portal_id) where closed_at is null`,
  `create index enrichment_contact on enrichment (contact_id, portal_id) where closed_at is null`,
];

export async function enrichment(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
