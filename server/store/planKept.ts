/** Statements of the acknowledgement: made once, planned once for each connection. */

import { CompiledQuery } from 'kysely';
import type { Handle } from './schema.ts';

/**
 * What a statement begins with whose plan each connection keeps. The driver knows it by this alone: a statement goes
 * through Kysely as text and values, without a place for a name.
 */
export const PLAN_KEPT = '/* plan kept */';

/**
 * A statement whose text is made once, and that each connection plans once: making, parsing and planning took longer
 * than carrying it out. Only for statements whose look-ups all go by an index, whatever the tables hold.
 *
 * @param text with `$1`, `$2`… for the values
 */
export function planKept<Row>(text: string): (tx: Handle, ...values: unknown[]) => Promise<readonly Row[]> {
  const marked = `${PLAN_KEPT}${text}`;
  return async (tx, ...values) => (await tx.executeQuery<Row>(CompiledQuery.raw(marked, values))).rows;
}
