/**
 * The embedded database: PGlite behind its guards (durableFs, directoryLock, maintenance, diskSpace), presented as a pool
 * of one connection, so that Kysely's PostgreSQL dialect drives both engines. Everything goes through one mutex:
 * whoever holds the connection holds it for the whole transaction, and nobody else's statement slips in between.
 */

import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { BossDatabase, DatabaseDoor, LimiterQuery, StoreLog } from './door.ts';
import { assertRoom } from './diskSpace.ts';
import { lockDirectory } from './directoryLock.ts';
import { assertFsyncIsReal, createDurableFs, DURABLE_START_PARAMS } from './durableFs.ts';
import type { FsyncCounter } from './durableFs.ts';
import { startMaintenance } from './maintenance.ts';
import { createMutex } from './mutex.ts';
import type { TransactionScope } from './transactionScope.ts';
import { TYPE_PARSERS } from './typeParsers.ts';

/** Folder inside the data directory; its name says which PostgreSQL wrote it, since others cannot read it. */
const FOLDER = 'pglite-18';

export async function openPglite(
  dataDir: string,
  scope: TransactionScope,
  log: StoreLog,
): Promise<DatabaseDoor> {
  const directory = join(dataDir, FOLDER);
  await mkdir(directory, { recursive: true });
  const lock = await lockDirectory(directory);
  try {
    assertRoom(directory);
    return await openLocked(directory, scope, log, lock.release);
  } catch (error) {
    await lock.release();
    throw error;
  }
}

async function openLocked(
  directory: string,
  scope: TransactionScope,
  log: StoreLog,
  releaseLock: () => Promise<void>,
): Promise<DatabaseDoor> {
  const counter: FsyncCounter = { calls: 0 };
  const pg = new PGlite({
    fs: createDurableFs(directory, counter, (line) => stopAtPanic(line, log)),
    startParams: [...DURABLE_START_PARAMS],
    parsers: { ...TYPE_PARSERS },
  });
  try {
    await pg.waitReady;
    await assertFsyncIsReal(pg, counter);
  } catch (error) {
    if (pg.ready) await pg.close();
    throw error;
  }

  const mutex = createMutex();
  /** Runs `work` alone on the connection. */
  const alone = async <T>(work: () => Promise<T>): Promise<T> => {
    scope.assertOutside();
    const release = await mutex.acquire();
    try {
      return await work();
    } finally {
      release();
    }
  };
  const aloneWithRoom = async <T>(work: () => Promise<T>): Promise<T> => {
    assertRoom(directory);
    return alone(work);
  };

  const maintenance = startMaintenance(
    (statement) => alone(() => pg.exec(statement)),
    (error) => log.error({ err: error }, 'Maintenance of the embedded database failed; it is tried again.'),
  );

  return {
    engine: 'pglite',
    groupsAtOnce: 1,
    pool: poolOfOne(pg, () => {
      scope.assertOutside();
      assertRoom(directory);
      return mutex.acquire();
    }),
    boss: { backend: 'pglite', db: bossDatabase(pg, aloneWithRoom) },
    limiterClient: { query: (query: LimiterQuery) => aloneWithRoom(() => limiterQuery(pg, query)) },
    hasQueues: () => Promise.resolve(false),
    maintain: maintenance.maintain,
    fsyncCalls: () => counter.calls,
    close: async () => {
      await maintenance.stop();
      const release = await mutex.acquire();
      try {
        await pg.close();
      } finally {
        release();
        await releaseLock();
      }
    },
  };
}

/**
 * A disk that fails in the middle of a commit ends the database: PostgreSQL panics rather than believe in a write that
 * did not happen. Embedded it cannot end itself and would spin for ever, with the whole server inside its last call.
 * So the process ends here; the next start replays the log, which holds all that was acknowledged.
 */
function stopAtPanic(line: string, log: StoreLog): void {
  log.error(
    { panic: line },
    'The embedded database has stopped itself because its disk failed, and so does the server. Start it again when ' +
      'the disk is in order: what was acknowledged is kept.',
  );
  process.exit(1);
}

/** The one connection as Kysely expects a pool; `end` does nothing, since the door's `close` ends it. */
function poolOfOne(pg: PGlite, acquire: () => Promise<() => void>): PostgresPool {
  return {
    options: {},
    end: () => Promise.resolve(),
    connect: async () => {
      const release = await acquire();
      const client = {
        // PGlite's result has the fields that Kysely reads: command, rowCount and rows.
        query: (text: string, parameters: readonly unknown[]) => pg.query(text, [...parameters]),
        release,
      };
      return client as unknown as PostgresPoolClient;
    },
  };
}

/** The connection as pg-boss expects its database, with the semantics of a pool: one failure touches nothing else. */
function bossDatabase(pg: PGlite, alone: <T>(work: () => Promise<T>) => Promise<T>): BossDatabase {
  const run = async (text: string, values: readonly unknown[] | undefined) => {
    if (values !== undefined && values.length > 0) return { rows: (await pg.query(text, [...values])).rows };
    // Without parameters it may be several statements with a BEGIN … COMMIT of their own.
    return { rows: (await pg.exec(text)).flatMap((result) => result.rows) };
  };
  return {
    executeSql: (text, values) =>
      alone(async () => {
        try {
          return await run(text, values);
        } catch (error) {
          // A failed block leaves its transaction open. Still alone here, so this ends nobody else's.
          await pg.exec('rollback');
          throw error;
        }
      }),
    listen: async (channel, onNotification, onReconnect) => {
      const unlisten = await alone(() => pg.listen(channel, onNotification));
      onReconnect();
      return { close: () => alone(() => unlisten()) };
    },
  };
}

async function limiterQuery(pg: PGlite, query: LimiterQuery) {
  const { rows, affectedRows, rowCount } = await pg.query<Record<string, unknown>>(query.text, [
    ...(query.values ?? []),
  ]);
  return { rows, rowCount: rowCount ?? affectedRows ?? rows.length };
}
