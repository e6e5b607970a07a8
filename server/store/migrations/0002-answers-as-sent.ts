/**
 * jsonb sorts an object's keys; a second delivery has to get the first answer byte for byte, so answers are kept as
 * they were sent.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

export async function keepAnswersAsSent(db: Kysely<unknown>): Promise<void> {
  await sql.raw('alter table ledger alter column answer type json using answer::json').execute(db);
}
