/** All that a database holds, as text: to look for what must not be in it. */

import { sql } from 'kysely';
import type { Store } from '../../server/store/db.ts';

/** Every row of every table of every schema of ours (the queue's too), led by its table's name. */
export async function everyRow(store: Store): Promise<readonly string[]> {
  const tables = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')
    order by 1, 2`.execute(store.db);
  const rows: string[] = [];
  for (const { schema, name } of tables.rows) {
    const found = await sql<{ row: string }>`
      select to_jsonb(t)::text as row from ${sql.id(schema, name)} t`.execute(store.db);
    rows.push(...found.rows.map(({ row }) => `${schema}.${name} ${row}`));
  }
  return rows;
}
