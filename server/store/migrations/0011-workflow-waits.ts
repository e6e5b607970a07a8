/** Workflows of HubSpot's that wait at one of our actions until a person has decided; each is owed a call that ends it. */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `create table workflow_wait (
    portal_id bigint not null references portal,
    callback_id text not null,
    waits_for text not null check (waits_for in ('answer', 'review')),
    contact_id text not null,
    asked_at timestamptz not null,
    expires_at timestamptz not null,
    output jsonb,
    try_at timestamptz not null,
    settled_at timestamptz,
    settled_how text,
    primary key (portal_id, callback_id),
    check ((settled_at is null) = (settled_how is null))
  )`,
  `create index workflow_wait_open on workflow_wait (try_at, portal_id) where settled_at is null`,
];

export async function workflowWaits(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
