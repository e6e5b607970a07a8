/**
 * The power goes while reps click. No root is needed: a preloaded module copies each file to another folder whenever
 * the store syncs it, so that folder holds the synced bytes and nothing else. It is reopened in place of the store.
 */

import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { openStore } from '../../server/store/db.ts';
import { collectLog, createTestDatabase, dropTestDatabase } from '../store/engines.ts';
import { prepareReplay } from './replay.ts';
import { withStage } from './stage.ts';

const PRELOAD = path.join(import.meta.dirname, 'fixtures/shadowDisk.ts');
const SEED = Number(process.env['DEATH_SEED'] ?? randomInt(2 ** 31));
const BOUTS = 8;
const LEADS = 4 * BOUTS;
const TEST_TIMEOUT_MS = 240_000;

/** Clicks, cuts the power, and tells which acknowledged answers the disk does not hold. */
const cutPower = async (fsync: 'on' | 'off'): Promise<readonly string[]> => {
  const database = await createTestDatabase('pglite');
  const disk = `${database.dataDir}-disk`;
  // The template was closed in order: all of it counts as synced.
  await cp(database.dataDir, disk, { recursive: true });
  const preload = { NODE_OPTIONS: `--import=${PRELOAD}`, SHADOW_DISK: disk, SHADOW_FSYNC: fsync };
  const portalId = randomInt(20_000_000, 90_000_000);
  let lost: readonly string[] = [];
  try {
    await withStage(
      { database, portalIds: [portalId], servers: 1, seed: SEED, serverEnvironment: preload },
      async (stage) => {
        const replay = await prepareReplay(stage, LEADS, SEED);
        for (let n = 0; n < BOUTS; n += 1) await replay.bout();
        const acknowledged = replay.told().flatMap(({ answerId }) => answerId ?? []);
        expect(acknowledged).toHaveLength(LEADS);
        await stage.cutOff();
        lost = await lostOn(disk, acknowledged);
      },
    );
    return lost;
  } finally {
    await dropTestDatabase(database);
    await rm(disk, { recursive: true, force: true });
  }
};

/** A disk on which next to nothing was synced may not open at all: then all of it is lost. */
const lostOn = async (disk: string, acknowledged: readonly string[]): Promise<readonly string[]> => {
  const store = await openStore({ databaseUrl: null, dataDir: disk, log: collectLog() }).catch(() => null);
  if (store === null) return acknowledged;
  try {
    const held = await store.db.selectFrom('ledger').select('entryId').execute();
    const known = new Set(held.map(({ entryId }) => entryId));
    return acknowledged.filter((entryId) => !known.has(entryId));
  } finally {
    await store.close();
  }
};

describe('a power cut while reps click', () => {
  it(
    'takes nothing that was acknowledged',
    async () => {
      expect(await cutPower('on')).toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );

  it(
    'takes acknowledged answers where the store does not sync, so that this check can fail',
    async () => {
      expect(await cutPower('off')).not.toEqual([]);
    },
    TEST_TIMEOUT_MS,
  );
});
