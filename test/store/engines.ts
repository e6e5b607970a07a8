/**
 * Runs a suite on both engines: PGlite in a temporary directory always, PostgreSQL where one answers
 * (TEST_DATABASE_URL, else 127.0.0.1:5432 as user postgres), in a throw-away database of its own.
 */

import { appendFileSync, existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHash, randomUUID } from 'node:crypto';
import { afterAll, describe } from '@jest/globals';
import pg from 'pg';
import { openStore } from '../../server/store/db.ts';
import type { Engine } from '../../server/store/door.ts';
import type { Store } from '../../server/store/db.ts';

const ADMIN_URL = process.env['TEST_DATABASE_URL'] ?? 'postgres://postgres@127.0.0.1:5432/postgres';
const CONNECT_TIMEOUT_MS = 2_000;

/** Said at the end of a run that could not try PostgreSQL. */
export const POSTGRES_SILENT = 'PostgreSQL did not answer: database suites ran on PGlite only';
/** File to which that line is added, where the runner of the tests names one. */
export const NOTICE_FILE_VARIABLE = 'TEST_NOTICE_FILE';

let answers: Promise<boolean> | undefined;

/** Whether a PostgreSQL for tests answers; asked once per process. */
export function postgresAnswers(): Promise<boolean> {
  answers ??= askPostgres();
  return answers;
}

async function askPostgres(): Promise<boolean> {
  const client = new pg.Client({ connectionString: ADMIN_URL, connectionTimeoutMillis: CONNECT_TIMEOUT_MS });
  try {
    await client.connect();
    await client.end();
    return true;
  } catch {
    const file = process.env[NOTICE_FILE_VARIABLE];
    if (file !== undefined && file !== '') appendFileSync(file, `${POSTGRES_SILENT}\n`);
    return false;
  }
}

export type TestDatabase = {
  readonly engine: Engine;
  /** As `openStore` takes them: `null` for PGlite. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
};

/** What a test may say to the log; kept, so that a test can look at it. */
export function collectLog() {
  const lines: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, info: at('info'), warn: at('warn'), error: at('error') };
}

export type OpenTestStore = () => Promise<Store>;

/**
 * Describes a suite once for each engine that answers. `openTestStore` opens the suite's own database: every call
 * gives another store on the same data (PGlite: the one store, since it has one holder). All is closed and removed
 * afterwards.
 */
export async function describeEachEngine(
  name: string,
  suite: (openTestStore: OpenTestStore, database: TestDatabase) => void,
): Promise<void> {
  const engines: readonly Engine[] = (await postgresAnswers()) ? ['pglite', 'postgres'] : ['pglite'];
  for (const engine of engines) {
    const database = await createTestDatabase(engine);
    describe(`${name} (${engine})`, () => {
      const opened: Store[] = [];
      suite(async () => {
        const first = opened[0];
        if (engine === 'pglite' && first !== undefined) return first;
        const store = await openStore({ ...database, log: collectLog() });
        opened.push(store);
        return store;
      }, database);
      afterAll(async () => {
        for (const store of opened) await store.close();
        await dropTestDatabase(database);
      });
    });
  }
}

/** A database of a test's own; the caller drops it. */
export async function createTestDatabase(engine: Engine): Promise<TestDatabase> {
  if (engine === 'pglite') return { engine, databaseUrl: null, dataDir: await newDataDir() };
  const dataDir = await mkdtemp(join(tmpdir(), 'mql-store-'));
  const name = `mql_test_${randomUUID().replaceAll('-', '')}`;
  await asAdmin(`create database ${name}`);
  const url = new URL(ADMIN_URL);
  url.pathname = `/${name}`;
  return { engine, databaseUrl: url.toString(), dataDir };
}

/** A new data directory with the tables of an empty store; the caller removes it. */
export async function newDataDir(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mql-store-'));
  await cp(await pgliteTemplate(), dataDir, { recursive: true });
  return dataDir;
}

/**
 * A data directory that has been opened once, to be copied: making one takes seconds of computing, a copy next to
 * none. Its name holds a digest of all that goes into it, so that it is made anew when any of that changes.
 */
async function pgliteTemplate(): Promise<string> {
  const digest = createHash('sha256');
  for (const file of await templateSources()) digest.update(await readFile(file));
  const template = join(tmpdir(), `mql-pglite-template-${digest.digest('hex').slice(0, 16)}`);
  if (existsSync(template)) return template;
  const unfinished = await mkdtemp(join(tmpdir(), 'mql-pglite-unfinished-'));
  try {
    const store = await openStore({ databaseUrl: null, dataDir: unfinished, log: collectLog() });
    await store.close();
    await rename(unfinished, template);
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    // Another test process may have been quicker; its directory is as good.
    if (!existsSync(template)) throw error;
  }
  return template;
}

async function templateSources(): Promise<readonly string[]> {
  const store = join(import.meta.dirname, '../../server/store');
  const migrations = join(store, 'migrations');
  const pglite = join(import.meta.dirname, '../../node_modules/@electric-sql/pglite/package.json');
  const names = (await readdir(migrations)).sort();
  return [
    pglite,
    join(store, 'pgliteDatabase.ts'),
    join(store, 'durableFs.ts'),
    ...names.map((name) => join(migrations, name)),
  ];
}

/** Removes what `createTestDatabase` made. */
export async function dropTestDatabase(database: TestDatabase): Promise<void> {
  await rm(database.dataDir, { recursive: true, force: true });
  if (database.databaseUrl === null) return;
  await asAdmin(`drop database ${new URL(database.databaseUrl).pathname.slice(1)} with (force)`);
}

async function asAdmin(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: ADMIN_URL });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
