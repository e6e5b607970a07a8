/** Two servers on one PostgreSQL: one is killed and stays dead, the other finishes everything. */

import { randomInt } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { createTestDatabase, dropTestDatabase, postgresAnswers } from '../store/engines.ts';
import { dieOnce, prepareReplay } from './replay.ts';
import { withStage } from './stage.ts';

const SEED = Number(process.env['DEATH_SEED'] ?? randomInt(2 ** 31));
const BOUTS = 6;
const TEST_TIMEOUT_MS = 300_000;

/** In mid-work each: claimed and not carried out, carried out and not written down, answered and not acknowledged. */
const POINTS = [
  'after commit of a claim of steps',
  'after POST /crm/objects/2026-09/notes/batch/create',
  'after commit of an answer',
] as const;

const answers = await postgresAnswers();

describe('two servers on one PostgreSQL', () => {
  // They mostly wait for the queue to believe that a worker is gone, so they can do so together.
  (answers ? it.concurrent.each(POINTS) : it.concurrent.skip.each(POINTS))(
    'one dies %s, and the other finishes everything without it',
    async (point) => {
      const database = await createTestDatabase('postgres');
      const firstPortal = randomInt(20_000_000, 90_000_000);
      const portalIds = [firstPortal, firstPortal + 1];
      try {
        await withStage({ database, portalIds, servers: 2, seed: SEED }, async (stage) => {
          const replay = await prepareReplay(stage, 2 * BOUTS * 4, SEED);
          stage.leaveDead();
          await dieOnce(stage, replay, point, BOUTS);
          expect(stage.deaths()).toBe(1);
          expect(stage.aim.deathsAt(point)).toBe(1);
          expect(await replay.verdict()).toEqual([]);
          expect(stage.deaths()).toBe(1);
          expect(replay.told().length).toBeGreaterThanOrEqual(4 * BOUTS);
        });
      } finally {
        await dropTestDatabase(database);
      }
    },
    TEST_TIMEOUT_MS,
  );
});
