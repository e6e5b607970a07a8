/** PostgreSQL behind DATABASE_URL, by the `pg` driver. Several processes may share it. */

import pg from 'pg';
import type { PostgresPool } from 'kysely';
import { QUEUE_CONNECTION, type DatabaseDoor, type StoreLog } from './door.ts';
import type { TransactionScope } from './transactionScope.ts';
import { TYPE_PARSERS } from './typeParsers.ts';

/** Connections of one process; the queue brings a few of its own. */
const MAX_CONNECTIONS = 10;
/** How long to wait for a connection before failing, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;

export function openPostgres(databaseUrl: string, scope: TransactionScope, log: StoreLog): DatabaseDoor {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    application_name: 'mql-rejection-loop',
    types: { getTypeParser: parserOf },
  });
  // An idle connection that breaks would otherwise end the process; the pool replaces it.
  pool.on('error', (error) => log.warn({ err: error }, 'An idle database connection broke.'));
  // So would one that breaks in use, where the pool does not listen; the statement under way rejects by itself.
  pool.on('connect', (client) => client.on('error', () => undefined));

  const guarded: PostgresPool = {
    options: pool.options,
    end: () => Promise.resolve(),
    connect: () => {
      scope.assertOutside();
      return pool.connect();
    },
  };

  return {
    engine: 'postgres',
    pool: guarded,
    boss: { backend: 'postgres', connectionString: databaseUrl },
    limiterClient: {
      query: (query) => pool.query<Record<string, unknown>>(query.text, [...(query.values ?? [])]),
    },
    hasQueues: async () => {
      const { rows } = await pool.query(
        'select from pg_stat_activity where datname = current_database() and application_name = $1 limit 1',
        [QUEUE_CONNECTION],
      );
      return rows.length > 0;
    },
    maintain: () => Promise.resolve(),
    fsyncCalls: () => 0,
    close: () => pool.end(),
  };
}

/** Ours where we have one, else the driver's own. Text is all that we ask PostgreSQL for. */
const parserOf: pg.CustomTypesConfig['getTypeParser'] = (oid, format) => {
  const own = format === 'binary' ? undefined : TYPE_PARSERS[oid];
  return own ?? (pg.types.getTypeParser(oid, format) as (text: string) => unknown);
};
