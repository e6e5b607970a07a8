/**
 * What makes finding the work that is ready cheap.
 *
 * Indexes that answer what they are for and nothing else, whatever the planner knows of the tables: without statistics
 * it takes any index that begins with the portal, and then reads all of the portal's rows for each one that it wants.
 * A burst into a fresh database has none, and plans made then are kept by each connection.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  // Steps of one list go together; asked of each step in a backlog, that must not mean to read its whole change.
  `alter table plan_step add column list_id text`,
  `update plan_step set list_id = change ->> 'listId' where kind in ('add-to-list', 'remove-from-list')`,
  // Locked once for each row, by every transaction at once; the ledger's own reference says as much.
  `alter table plan_step drop constraint plan_step_portal_id_fkey`,
  `alter table rollup drop constraint rollup_portal_id_fkey`,
  // Begun and not settled: few, and in an index that no other question can use.
  `create index plan_step_begun on plan_step (
    (case when (state in ('running', 'unknown') or (state = 'pending' and attempts > 0)) then portal_id end)
  ) where (state in ('running', 'unknown') or (state = 'pending' and attempts > 0))`,
  // It invited a look at the contact's other steps for every single one.
  `drop index plan_step_contact`,
  `drop index plan_step_due`,
  `create index plan_step_due on plan_step (due_at, portal_id, ord) where state in ('pending', 'unknown', 'running')`,
  // The checks of foreign keys went by the day, or by the request: only the primary key begins with the portal now.
  `alter table ledger drop constraint ledger_portal_id_request_id_key`,
  `create unique index ledger_request on ledger (request_id, portal_id)`,
  `drop index ledger_undone_once`,
  `create unique index ledger_undone_once on ledger (reverses_entry_id, portal_id) where reverses_entry_id is not null`,
  `alter table plan_step drop constraint plan_step_portal_id_entry_id_seq_key`,
  `create unique index plan_step_place on plan_step (entry_id, seq, portal_id)`,
  `drop index plan_step_undone_once`,
  `create unique index plan_step_undone_once on plan_step (undoes_step_id, portal_id) where undoes_step_id is not null`,
  `drop index ledger_day`,
  `create index ledger_day on ledger (day, portal_id)`,
  `drop index ledger_contact`,
  `create index ledger_contact on ledger (contact_id, portal_id, seq)`,
  `drop index lead_object_contact`,
  `create index lead_object_contact on lead_object (contact_id, portal_id)`,
];

export async function plainIndexes(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
