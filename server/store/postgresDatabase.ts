/** PostgreSQL behind DATABASE_URL, by the `pg` driver. Several processes may share it. */

import pg from 'pg';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { QUEUE_CONNECTION, type DatabaseDoor, type StoreLog } from './door.ts';
import { PLAN_KEPT } from './planKept.ts';
import type { TransactionScope } from './transactionScope.ts';
import { TYPE_PARSERS } from './typeParsers.ts';

/** Connections of one process; the queue brings a few of its own. */
const MAX_CONNECTIONS = 10;
/** One is decided while the other waits for the database; more would only be smaller ones. */
const GROUPS_AT_ONCE = 2;
/** How long to wait for a connection before failing, in milliseconds. */
const CONNECT_TIMEOUT_MS = 10_000;
/**
 * A connection is replaced when it is so old, in seconds, and with it the plans that it keeps: one that was made while
 * tables were small, in a database that nobody analyzes, does not stay for ever.
 */
const LONGEST_LIFE_SECONDS = 300;

export function openPostgres(databaseUrl: string, scope: TransactionScope, log: StoreLog): DatabaseDoor {
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max: MAX_CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    maxLifetimeSeconds: LONGEST_LIFE_SECONDS,
    // A new connection knows neither tables nor plans: the first answers over it take three times as long.
    idleTimeoutMillis: LONGEST_LIFE_SECONDS * 1_000,
    application_name: 'mql-rejection-loop',
    // Statements of one transaction that do not wait for each other's rows share a way to the database and back.
    pipeline: true,
    types: { getTypeParser: parserOf },
  });
  // An idle connection that breaks would otherwise end the process; the pool replaces it.
  pool.on('error', (error) => log.warn({ err: error }, 'An idle database connection broke.'));
  // So would one that breaks in use, where the pool does not listen; the statement under way rejects by itself.
  pool.on('connect', (client) => client.on('error', () => undefined));

  // One for each connection: what is behind it knows a connection by its object.
  const clients = new WeakMap<pg.PoolClient, PostgresPoolClient>();
  const guarded: PostgresPool = {
    options: pool.options,
    end: () => Promise.resolve(),
    connect: async () => {
      scope.assertOutside();
      const client = await pool.connect();
      const known = clients.get(client) ?? keepingPlans(client);
      clients.set(client, known);
      return known;
    },
  };

  return {
    engine: 'postgres',
    groupsAtOnce: GROUPS_AT_ONCE,
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

/** The driver parses and plans a statement anew each time, unless it has a name. */
function keepingPlans(client: pg.PoolClient): PostgresPoolClient {
  const query = (text: string, parameters: readonly unknown[]) => {
    const values = [...parameters];
    return client.query(text.startsWith(PLAN_KEPT) ? { name: nameOf(text), text, values } : { text, values });
  };
  // Looked up each time: the pool gives the client a new one whenever it hands it out.
  const release = (destroy?: boolean) => client.release(destroy);
  // Of its two forms of `query`, Kysely calls this one; the other is for cursors, which are not used here.
  return { query, release } as unknown as PostgresPoolClient;
}

/** Names are the process's own and few: a text that keeps its plan holds no value. */
const names = new Map<string, string>();
function nameOf(text: string): string {
  const name = names.get(text) ?? `kept_${names.size + 1}`;
  names.set(text, name);
  return name;
}
