/** The embedded store's guards against losing what was acknowledged: each test fails when its guard is taken out. */

import fs from 'node:fs';
import { cp, mkdir, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { sql } from 'kysely';
import { lockDirectory } from '../../server/store/directoryLock.ts';
import { assertFsyncIsReal, createDurableFs, DURABLE_START_PARAMS } from '../../server/store/durableFs.ts';
import { openStore } from '../../server/store/db.ts';
import type { Store } from '../../server/store/db.ts';
import { CHECKPOINT_EVERY_MS, startMaintenance, VACUUM_EVERY_MS } from '../../server/store/maintenance.ts';
import { listPortals } from '../../server/store/portals.ts';
import { ADD_PORTALS } from './builders.ts';
import { startChild } from './childProcess.ts';
import { collectLog, newDataDir } from './engines.ts';

const WRITER = join(import.meta.dirname, 'fixtures/writeUntilKilled.ts');

let directory = '';
beforeEach(async () => {
  directory = await newDataDir();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const open = (dataDir = directory): Promise<Store> =>
  openStore({ databaseUrl: null, dataDir, log: collectLog() });

const portalIds = async (store: Store): Promise<number[]> =>
  (await listPortals(store.db)).map((portal) => portal.portalId);

describe('an fsync that is real', () => {
  it('reaches the operating system before a commit is answered', async () => {
    const store = await open();
    const real = fs.fsyncSync;
    let calls = 0;
    fs.fsyncSync = (fd) => {
      calls += 1;
      real(fd);
    };
    try {
      await store.groupCommit(ADD_PORTALS, 1);
      expect(calls).toBeGreaterThanOrEqual(1);
      const one = calls;
      await Promise.all([2, 3, 4, 5, 6, 7, 8, 9].map((portalId) => store.groupCommit(ADD_PORTALS, portalId)));
      // One sync for all of them.
      expect(calls - one).toBeLessThan(8);
    } finally {
      fs.fsyncSync = real;
      await store.close();
    }
  });

  it('loses nothing that was acknowledged when the power goes', async () => {
    const store = await open();
    const root = join(directory, 'pglite-18');
    const disk = join(directory, 'disk');
    await store.maintain();
    await cp(root, join(disk, 'pglite-18'), { recursive: true });
    // From here on the disk holds of each file what was last synced, and nothing else.
    const real = fs.fsyncSync;
    fs.fsyncSync = (fd) => {
      real(fd);
      const path = fs.readlinkSync(`/proc/self/fd/${fd}`);
      if (!fs.statSync(path).isFile()) return;
      const target = join(disk, 'pglite-18', relative(root, path));
      fs.mkdirSync(dirname(target), { recursive: true });
      fs.copyFileSync(path, target);
    };
    const wanted = Array.from({ length: 40 }, (_, i) => i + 1);
    try {
      for (const portalId of wanted) {
        await store.groupCommit(ADD_PORTALS, portalId);
        if (portalId === 20) await store.maintain();
      }
    } finally {
      fs.fsyncSync = real;
    }
    const afterwards = await open(disk);
    expect(await portalIds(afterwards)).toEqual(wanted);
    await afterwards.close();
    await store.close();
  });

  it.each([
    {
      name: 'PGlite is used as it is shipped',
      options: (dir: string) => ({ fs: new NodeFS(dir) }),
      why: 'fsync is off and must be on',
    },
    {
      name: 'an upgrade has moved the hook',
      options: (dir: string) => ({ fs: new NodeFS(dir), startParams: [...DURABLE_START_PARAMS] }),
      why: 'a commit asked for no fsync',
    },
    {
      name: 'commits do not wait for it',
      options: (dir: string) => ({
        fs: createDurableFs(dir, { calls: 0 }, () => undefined),
        startParams: [...DURABLE_START_PARAMS, '-c', 'synchronous_commit=off'],
      }),
      why: 'synchronous_commit is off and must be on',
    },
  ])('is proven at the start, which fails where $name', async ({ options, why }) => {
    const pg = new PGlite(options(join(directory, 'pg')));
    await pg.waitReady;
    await expect(assertFsyncIsReal(pg, { calls: 0 })).rejects.toThrow(why);
    await pg.close();
  });
});

describe('one process per data directory', () => {
  it('refuses a second process with a sentence that names the first', async () => {
    const child = startChild(WRITER, directory);
    try {
      await child.until(1);
      await expect(open()).rejects.toThrow(
        `is in use by another process (process ${child.pid}). Stop that process`,
      );
    } finally {
      await child.kill();
    }
  });

  it('is free again right after kill -9, with everything that was acknowledged', async () => {
    const child = startChild(WRITER, directory);
    await child.until(60);
    await child.kill();
    const store = await open();
    const found = await portalIds(store);
    const acknowledged = child.lines.map(Number);
    expect(found.slice(0, acknowledged.length)).toEqual(acknowledged);
    // The one that was under way may be there too; nothing after it.
    expect(found.length - acknowledged.length).toBeLessThanOrEqual(1);
    await store.close();
  });

  it('counts for the same process, and by whatever path the directory is reached', async () => {
    const target = join(directory, 'data');
    await mkdir(target);
    await symlink(target, join(directory, 'link'));
    const lock = await lockDirectory(target);
    await expect(lockDirectory(target)).rejects.toThrow(`(process ${process.pid})`);
    await expect(lockDirectory(join(directory, 'link'))).rejects.toThrow('in use by another process');
    await lock.release();
    const again = await lockDirectory(join(directory, 'link'));
    await again.release();
  });

  it('is given back when opening fails', async () => {
    const folder = join(directory, 'pglite-18');
    await writeFile(join(folder, 'PG_VERSION'), '9.6\n');
    await expect(open()).rejects.toThrow();
    const lock = await lockDirectory(folder);
    await lock.release();
  });
});

describe('maintenance', () => {
  const sizeOf = async (path: string): Promise<number> => {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile());
    const sizes = await Promise.all(files.map((file) => stat(join(file.parentPath, file.name))));
    return sizes.reduce((sum, { size }) => sum + size, 0) / 1e6;
  };

  it('keeps the files small over a long run', async () => {
    const store = await open();
    await sql`create table turnover (id int, body text)`.execute(store.db);
    const megabytes: number[] = [];
    // Each round writes about 30 MB of rows and deletes them, as the queue does with its jobs.
    for (let round = 0; round < 6; round += 1) {
      await sql`insert into turnover select i, repeat(md5(i::text), 30) from generate_series(1, 30000) i`.execute(
        store.db,
      );
      await sql`delete from turnover`.execute(store.db);
      await store.maintain();
      megabytes.push(await sizeOf(directory));
    }
    const [, second = 0] = megabytes;
    expect(Math.max(...megabytes.slice(2))).toBeLessThan(second + 20);
    await store.close();
  });

  it('comes by timer: a checkpoint each minute, a vacuum every five', async () => {
    jest.useFakeTimers();
    try {
      const statements: string[] = [];
      const failures: unknown[] = [];
      const maintenance = startMaintenance(
        (statement) => {
          statements.push(statement);
          return statements.length === 2 ? Promise.reject(new Error('busy')) : Promise.resolve();
        },
        (error) => failures.push(error),
      );
      expect([CHECKPOINT_EVERY_MS, VACUUM_EVERY_MS]).toEqual([60_000, 300_000]);
      await jest.advanceTimersByTimeAsync(CHECKPOINT_EVERY_MS);
      expect(statements).toEqual(['checkpoint']);
      await jest.advanceTimersByTimeAsync(VACUUM_EVERY_MS - CHECKPOINT_EVERY_MS);
      expect(statements.filter((statement) => statement === 'vacuum (analyze)')).toHaveLength(1);
      // A failing turn is told, and the next one comes all the same.
      expect(failures).toHaveLength(1);
      await maintenance.stop();
      const before = statements.length;
      await jest.advanceTimersByTimeAsync(VACUUM_EVERY_MS);
      expect(statements).toHaveLength(before);
    } finally {
      jest.useRealTimers();
    }
  });
});
