/**
 * The door to the database: PostgreSQL where DATABASE_URL names one, else PGlite in the data directory. One SQL
 * dialect, one set of migrations, the same values (typeParsers.ts). Nobody else imports a driver.
 */

import { CamelCasePlugin, CompiledQuery, Kysely, PostgresDialect } from 'kysely';
import { createGroupCommit, type GroupCommit, type GroupWork } from './groupCommit.ts';
import { migrateToLatest } from './migrate.ts';
import { openPglite } from './pgliteDatabase.ts';
import { openPostgres } from './postgresDatabase.ts';
import type { BossOptions, Engine, LimiterClient, StoreLog } from './door.ts';
import type { Handle, Schema } from './schema.ts';
import { createTransactionEnd } from './transactionEnd.ts';
import type { EndWork, Over } from './transactionEnd.ts';
import { createTransactionScope } from './transactionScope.ts';
import { orUnavailable, telling, tellingUnavailable } from './storeUnavailable.ts';
import { isTransientConflict } from './transientConflict.ts';

export type Store = {
  readonly engine: Engine;
  /** The root handle: single statements, outside of transactions. Inside one it throws; use the one passed in. */
  readonly db: Handle;
  /**
   * Runs `body` in one transaction (read committed) and resolves when it is committed. Run once more when the
   * database takes it back because of another one (40001, 40P01), so `body` holds database work only.
   */
  readonly transaction: <T>(body: (tx: Handle) => Promise<T>) => Promise<T>;
  /** Carries the command out in a transaction that it shares with others of the same work: see groupCommit.ts. */
  readonly groupCommit: <Command, Answer>(
    work: GroupWork<Command, Answer>,
    command: Command,
  ) => Promise<Answer>;
  /**
   * Does `work` at the end of the transaction that `tx` is, before its COMMIT, once per key however often it is asked
   * for; at once where `tx` is the root handle. It must be harmless when the one who asked is rolled back alone.
   */
  readonly beforeCommit: (tx: Handle, key: string, work: EndWork) => Promise<void>;
  /**
   * Leaves a statement of the transaction that `tx` is to its COMMIT, which is sent behind it without waiting for its
   * answer; a failure fails the transaction. For the last writes, whose answers nobody needs. Awaited (which takes no
   * time) so that it may be used with the root handle as well.
   */
  readonly withCommit: (tx: Handle, statement: Promise<unknown>) => Promise<void>;
  readonly bossOptions: BossOptions;
  /** Whether another process runs jobs on this database; asked before this one's queue starts. */
  readonly hasQueues: () => Promise<boolean>;
  readonly limiterClient: LimiterClient;
  /** Table that the rate limiter keeps its points in; made by the migrations (`tableCreated: true`). */
  readonly limiterTable: typeof LIMITER_TABLE;
  /** CHECKPOINT and VACUUM of the embedded store now; PostgreSQL does it by itself. */
  readonly maintain: () => Promise<void>;
  /** How often the embedded store has asked for an fsync since it was opened; 0 on PostgreSQL. */
  readonly fsyncCalls: () => number;
  /** Whether the database answers; rejects when it does not. */
  readonly ping: () => Promise<void>;
  /** Waits for what is under way, then lets go of the database. */
  readonly close: () => Promise<void>;
};

export type StoreOptions = {
  /** `null`: the embedded store in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly log: StoreLog;
};

export const LIMITER_TABLE = 'rate_budget';

/**
 * Opens the database and brings its tables up to date (one process at a time does that). Rejects with a sentence for
 * the operator when the embedded store is in use elsewhere or cannot write durably.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const scope = createTransactionScope();
  const end = createTransactionEnd();
  const door =
    options.databaseUrl === null
      ? await openPglite(options.dataDir, scope, options.log)
      : openPostgres(options.databaseUrl, scope, options.log);
  const db: Handle = new Kysely<Schema>({
    dialect: new PostgresDialect({ pool: tellingUnavailable(door.pool) }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  });
  try {
    await migrateToLatest(db);
  } catch (error) {
    await door.close();
    throw error;
  }

  const once = async <T>(body: (tx: Handle) => Promise<T>): Promise<T> => {
    const over: Over[] = [];
    try {
      return await db.connection().execute(async (tx) => {
        const say = (statement: string) =>
          tx.executeQuery<{ readonly command?: string }>(CompiledQuery.raw(statement));
        await say('begin');
        try {
          const left: Promise<unknown>[] = [];
          const value = await scope.run(() => end.run(tx, body, over, left));
          // Sent behind what is left, not after it. Where one of those fails, COMMIT takes the transaction back.
          const [ended] = await Promise.all([say('commit'), ...left]);
          if (ended.rows[0]?.command === 'ROLLBACK')
            throw new Error('A statement of the transaction had failed, so that nothing of it was kept.');
          return value;
        } catch (error) {
          // The connection answers in order: when this is through, nothing of the transaction is under way. Where it cannot
          // be sent the connection is gone, and the transaction with it; why it failed is what the caller has to hear.
          await say('rollback').catch(() => undefined);
          throw error;
        }
      });
    } finally {
      for (const tell of over) tell();
    }
  };

  // Each work has commands and answers of its own types, which a map cannot tell apart: only groupFor reads it.
  const groups = new Map<unknown, GroupCommit<never, never>>();
  const groupFor = <Command, Answer>(work: GroupWork<Command, Answer>): GroupCommit<Command, Answer> => {
    const known = groups.get(work) as GroupCommit<Command, Answer> | undefined;
    if (known !== undefined) return known;
    const created = createGroupCommit(once, work, door.groupsAtOnce);
    groups.set(work, created as unknown as GroupCommit<never, never>);
    return created;
  };
  const rethrow = (error: unknown): never => {
    throw orUnavailable(error);
  };

  return {
    engine: door.engine,
    db,
    transaction: async (body) => {
      try {
        return await once(body);
      } catch (error) {
        if (!isTransientConflict(error)) throw orUnavailable(error);
        return await once(body).catch(rethrow);
      }
    },
    groupCommit: (work, command) => groupFor(work).commit(command).catch(rethrow),
    beforeCommit: end.ask,
    withCommit: end.leave,
    bossOptions: door.boss,
    hasQueues: door.hasQueues,
    limiterClient: { query: (query) => telling(() => door.limiterClient.query(query)) },
    limiterTable: LIMITER_TABLE,
    maintain: door.maintain,
    fsyncCalls: door.fsyncCalls,
    ping: async () => {
      await db.selectNoFrom((eb) => eb.lit(1).as('one')).execute();
    },
    close: async () => {
      for (const group of groups.values()) await group.idle();
      await db.destroy();
      await door.close();
    },
  };
}
