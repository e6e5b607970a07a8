/**
 * A step's entry is not checked by the database: both are written in one transaction by one function, and the ledger
 * only grows. Seven checks for each rejection were a quarter of what it costs to write its plan.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function planInItsTransaction(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table plan_step drop constraint plan_step_portal_id_entry_id_fkey').execute(db);
}
