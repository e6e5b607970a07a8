/** Brings the tables up to date. Kysely's migrator holds an advisory lock, so processes that start together queue up. */

import { sql } from 'kysely';
import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations/list.ts';
import type { Handle } from './schema.ts';

/** Runs every migration that has not run yet, all in one transaction; throws the first failure, with nothing changed. */
export async function migrateToLatest(db: Handle): Promise<void> {
  if (await isUpToDate(db)) return;
  const migrator = new Migrator({
    // Migrations speak the database's own names.
    db: db.withoutPlugins(),
    provider: {
      getMigrations: () =>
        Promise.resolve(Object.fromEntries(MIGRATIONS.map(({ name, ...up }) => [name, up]))),
    },
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error === undefined) return;
  const failed =
    results?.find((result) => result.status === 'Error')?.migrationName ?? 'before the first one';
  throw new Error(`Migration of the database failed (${failed}).`, { cause: error });
}

/** The migrator looks through every table before it finds that there is nothing to do; most starts need two questions. */
async function isUpToDate(db: Handle): Promise<boolean> {
  const tables = await sql<{ found: boolean }>`
    select to_regclass('kysely_migration') is not null as found`.execute(db);
  if (tables.rows[0]?.found !== true) return false;
  const { rows } = await sql<{ name: string }>`select name from kysely_migration order by name`.execute(db);
  return rows.map(({ name }) => name).join() === MIGRATIONS.map(({ name }) => name).join();
}
