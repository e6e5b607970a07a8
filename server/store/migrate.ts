/** Brings the tables up to date. Kysely's migrator holds an advisory lock, so processes that start together queue up. */

import { Migrator } from 'kysely/migration';
import { MIGRATIONS } from './migrations/list.ts';
import type { Handle } from './schema.ts';

/** Runs every migration that has not run yet, all in one transaction; throws the first failure, with nothing changed. */
export async function migrateToLatest(db: Handle): Promise<void> {
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
