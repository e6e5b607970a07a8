/**
 * What the weekly batch decided, and what each row of a request was told, refusals included: a second delivery is
 * answered from here. Nothing in it is about a person, so a privacy deletion leaves it as it is.
 *
 * What waits needs no index of its own: held steps are in `plan_step_due` until they have run, and another one would be
 * written with every click.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `create table batch_decision (
    portal_id bigint not null references portal,
    request_id text not null,
    entry_id uuid not null,
    verdict text not null check (verdict in ('approved', 'overridden', 'refused')),
    sentence text not null,
    undo_entry_id uuid,
    new_entry_id uuid,
    at timestamptz not null,
    by_user_id bigint not null,
    primary key (portal_id, request_id, entry_id),
    constraint batch_decision_names_both check (
      (verdict = 'overridden') = (undo_entry_id is not null) and (undo_entry_id is null) = (new_entry_id is null)
    )
  )`,
  `create unique index batch_decision_once on batch_decision (entry_id, portal_id) where verdict <> 'refused'`,
];

export async function batchDecisions(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
