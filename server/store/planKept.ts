import { CompiledQuery } from 'kysely';
import type { Handle } from './schema.ts';

/** What a statement begins with whose plan each connection keeps. */
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

/** A column of rows that are written together: its name, its type, and its value in one of them. */
export type Column<Item> = readonly [name: string, type: string, of: (item: Item) => unknown];

/**
 * Rows as a statement's text takes them: one array for each column, which costs PostgreSQL two thirds of what reading
 * them out of JSON does.
 */
export function rowsOf<Item>(columns: readonly Column<Item>[]) {
  const names = columns.map(([name]) => name).join(', ');
  return {
    names,
    /** A table `new` with these columns and each row's `place`, from 1, to select from. */
    table: `unnest(${columns.map(([, type], place) => `$${place + 1}::${type}[]`).join(', ')}) with ordinality as new (${names}, place)`,
    /** The values for it, in the order of the parameters. */
    values: (items: readonly Item[]): unknown[][] => columns.map(([, , of]) => items.map(of)),
  };
}
