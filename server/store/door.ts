/** What an engine brings. Everything else of the store is the same for both. */

import type { PostgresPool } from 'kysely';

export type Engine = 'pglite' | 'postgres';

/** What the store says to the log; pino's shape. */
export type StoreLog = {
  readonly info: (fields: object, message: string) => void;
  readonly warn: (fields: object, message: string) => void;
  readonly error: (fields: object, message: string) => void;
};

/** The embedded database as pg-boss expects one (its `IDatabase`). */
export type BossDatabase = {
  // pg-boss reads the columns of its own tables out of these rows; their shape is its business.
  readonly executeSql: (text: string, values?: unknown[]) => Promise<{ rows: unknown[] }>;
  readonly listen: (
    channel: string,
    onNotification: (payload: string) => void,
    onReconnect: () => void,
  ) => Promise<{ close: () => Promise<void> }>;
};

/** How pg-boss reaches this database: through ours where there is one connection, by its own pool elsewhere. */
export type BossOptions =
  | { readonly backend: 'pglite'; readonly db: BossDatabase }
  | { readonly backend: 'postgres'; readonly connectionString: string };

export type LimiterQuery = { readonly text: string; readonly values?: readonly unknown[] };

/** The `storeClient` for rate-limiter-flexible's RateLimiterPostgres (with `storeType: 'client'`). */
export type LimiterClient = {
  readonly query: (
    query: LimiterQuery,
  ) => Promise<{ rows: readonly Record<string, unknown>[]; rowCount: number | null }>;
};

/** By this name the queue's connections are known to the database, and so is a process that runs jobs. */
export const QUEUE_CONNECTION = 'mql-rejection-loop-jobs';

export type DatabaseDoor = {
  readonly engine: Engine;
  /** Groups of answers that are under way together: one where there is one connection. */
  readonly groupsAtOnce: number;
  readonly pool: PostgresPool;
  readonly boss: BossOptions;
  readonly limiterClient: LimiterClient;
  /**
   * Whether a queue is connected, here or in another process, as far as PostgreSQL tells: those of other roles and of
   * other nodes may go unseen. The embedded store is held by one process only.
   */
  readonly hasQueues: () => Promise<boolean>;
  readonly maintain: () => Promise<void>;
  readonly fsyncCalls: () => number;
  readonly close: () => Promise<void>;
};
