/**
 * Requests of people that are no answers to a lead (settings, definitions) have no ledger entry that would know them
 * again when they come twice. Versions of the settings say which part was changed.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function keepRequestAnswers(db: Kysely<unknown>): Promise<void> {
  const statements = [
    `create table request_answer (
      portal_id bigint not null,
      request_id text not null,
      route text not null,
      answer json not null,
      at timestamptz not null,
      primary key (portal_id, request_id)
    )`,
    'alter table portal_settings add column section text',
  ];
  for (const statement of statements) await sql.raw(statement).execute(db);
}
