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

/** A write that can be sent as a part of a larger statement: its text, which never varies, and its values. */
export type Write = { readonly text: string; readonly values: readonly unknown[] };

/**
 * Carries these writes out in one statement, with one way to the database and back. All of them see the tables as they
 * were before it, and references between them are checked at its end. Rows of a later write that nothing asks for are
 * still written: PostgreSQL carries every data-modifying WITH out to its end.
 */
export async function writeTogether(tx: Handle, writes: readonly Write[]): Promise<void> {
  const text = joined(writes.map((write) => write.text));
  await tx.executeQuery(
    CompiledQuery.raw(
      text,
      writes.flatMap(({ values }) => values),
    ),
  );
}

const JOINED = new Map<string, string>();

/** As CTEs of one statement, each with its parameters moved behind those of the writes before it. */
function joined(texts: readonly string[]): string {
  const key = texts.join(';');
  const known = JOINED.get(key);
  if (known !== undefined) return known;
  let taken = 0;
  const parts = texts.map((text, place) => {
    const own = Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    const moved = text.replaceAll(/\$(\d+)/g, (_, number: string) => `$${Number(number) + taken}`);
    taken += own;
    return `write_${place} as (${moved})`;
  });
  const made = `${PLAN_KEPT}with ${parts.join(', ')} select`;
  JOINED.set(key, made);
  return made;
}
