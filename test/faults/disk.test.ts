/** The disk of the embedded store is full. */

import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openStore } from '../../server/store/db.ts';
import { listPortals } from '../../server/store/portals.ts';
import { collectLog, newDataDir } from '../store/engines.ts';
import type { FullDisk } from './fixtures/fullDisk.ts';
import { LATER, openProduct, type Product } from './product.ts';
import { cardPath } from './rep.ts';
import { OTHER_FAULTS } from './table.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
const PRELOAD = `--disable-warning=ExperimentalWarning --import=${path.join(FIXTURES, 'fullDisk.ts')}`;

let folder = '';
const orders = (): string => path.join(folder, 'orders');
const disk = (met: FullDisk | 'room'): Promise<void> => writeFile(orders(), met === 'room' ? '' : met);

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'mql-disk-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('while the server runs', () => {
  let product: Product;
  beforeAll(async () => {
    await disk('room');
    product = await openProduct({
      serverEnvironment: { NODE_OPTIONS: PRELOAD, FULL_DISK_ORDERS: orders() },
    });
  }, 90_000);
  afterAll(() => product.close());

  const takenOnceThereIsRoom = async (contactId: string, requestId: string): Promise<void> => {
    await disk('room');
    const answerId = await product.clickUntilTaken(contactId, requestId);
    expect(await product.clickUntilTaken(contactId, requestId)).toBe(answerId);
    for (const { state } of await product.settled(contactId)) expect(state).toMatch(/^(done|waiting)$/);
    expect(await product.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
  };

  it(
    OTHER_FAULTS['disk-full-tables'].fault,
    async () => {
      const [contactId = ''] = await product.addMqls(1);
      const requestId = randomUUID();
      await disk('everything');

      expect(await product.click(contactId, requestId)).toEqual(LATER);
      expect((await product.send('GET', cardPath(contactId))).body).toMatchObject({
        ok: true,
        state: 'open',
      });
      expect(OTHER_FAULTS['disk-full-tables'].seen).toContain(LATER.body.sentence);
      expect(await product.held(contactId)).toEqual({ notes: 0, tasks: 0, lists: 0 });

      await takenOnceThereIsRoom(contactId, requestId);
    },
    60_000,
  );

  it(
    OTHER_FAULTS['disk-nearly-full'].fault,
    async () => {
      const [contactId = ''] = await product.addMqls(1);
      const requestId = randomUUID();
      await disk('nearly');

      expect(await product.click(contactId, requestId)).toEqual(LATER);
      expect(await product.send('GET', cardPath(contactId))).toEqual(LATER);
      expect(OTHER_FAULTS['disk-nearly-full'].seen).toContain(LATER.body.sentence);

      await takenOnceThereIsRoom(contactId, requestId);
    },
    60_000,
  );
});

describe(OTHER_FAULTS['disk-full-log'].fault, () => {
  it('ends the process with a sentence, and the next start holds all that was acknowledged', async () => {
    const dataDir = await newDataDir();
    await disk('log');
    const writing = promisify(execFile)(
      process.execPath,
      [...PRELOAD.split(' '), path.join(FIXTURES, 'writeUntilFull.ts'), dataDir],
      { env: { ...process.env, FULL_DISK_ORDERS: orders() } },
    );
    const { code, stdout } = await writing.then(
      () => ({ code: 0, stdout: '' }),
      (ended: unknown) => ended as { code: number; stdout: string },
    );
    const lines = stdout.trim().split('\n');
    const acknowledged = lines.filter((line) => /^\d+$/.test(line)).map(Number);

    expect(code).toBe(1);
    expect(acknowledged.length).toBeGreaterThan(5);
    expect(lines.at(-1)).toMatch(/^log: The embedded database has stopped itself .* kept\.$/);
    await disk('room');
    const store = await openStore({ databaseUrl: null, dataDir, log: collectLog() });
    try {
      const kept = (await listPortals(store.db)).map(({ portalId }) => portalId);
      expect(kept.slice(0, acknowledged.length)).toEqual(acknowledged);
    } finally {
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  }, 60_000);
});
