/**
 * Finding what can be carried out now, whatever the planner knows of the tables: the steps under way have an index that
 * answers to nothing else, and the one by contact, which invited a look for every single step, is gone.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create index plan_step_begun on plan_step (
    (case when (state in ('running', 'unknown') or (state = 'pending' and attempts > 0)) then portal_id end)
  ) where (state in ('running', 'unknown') or (state = 'pending' and attempts > 0))`,
  `drop index plan_step_contact`,
  `drop index plan_step_due`,
  `create index plan_step_due on plan_step (portal_id, due_at, ord) where state in ('pending', 'unknown', 'running')`,
];

export async function indexReadySteps(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
