/**
 * kill -9 before and after every call to HubSpot and every commit, during a replay. What was acknowledged is carried
 * out exactly once, by HubSpot's own state. `npm run test:deaths -- --minutes 30` is the longer form.
 */

import { randomInt } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { describeEachEngine, postgresAnswers } from '../store/engines.ts';
import { tableOf } from '../death/aim.ts';
import { dieEverywhere, prepareReplay } from '../death/replay.ts';
import { withStage } from '../death/stage.ts';

const MINUTES = Number(process.env['DEATH_MINUTES'] ?? '0');
const SEED = Number(process.env['DEATH_SEED'] ?? randomInt(2 ** 31));
const PORTALS = 3;
const LEADS = 80 + Math.round(MINUTES * 40);
/** Each point is deadly on both engines, so twice in all; the longer form does so on each. */
const TIMES = MINUTES > 0 || !(await postgresAnswers()) ? 2 : 1;
const TEST_TIMEOUT_MS = 600_000 + MINUTES * 90_000;

await describeEachEngine('sudden death', (_open, database) => {
  it(
    'at any call and any commit loses and doubles nothing that was acknowledged',
    async () => {
      const firstPortal = randomInt(20_000_000, 90_000_000);
      const portalIds = Array.from({ length: PORTALS }, (_, n) => firstPortal + n);
      await withStage({ database, portalIds, servers: 1, seed: SEED }, async (stage) => {
        const replay = await prepareReplay(stage, LEADS, SEED);
        const untilMs = Date.now() + MINUTES * 30_000;
        await dieEverywhere(stage, replay, { times: TIMES, oneIn: MINUTES > 0 ? 3 : 1, untilMs });
        const disagreements = await replay.verdict();
        process.stderr.write(
          `${database.engine}, seed ${SEED}: ${stage.deaths()} deaths, ${replay.told().length} answers\n${tableOf(stage.aim)}\n`,
        );
        expect(disagreements).toEqual([]);
        expect([...stage.aim.passed()].filter((point) => stage.aim.deathsAt(point) < TIMES)).toEqual([]);
      });
    },
    TEST_TIMEOUT_MS,
  );
});
