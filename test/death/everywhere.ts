/**
 * kill -9 before and after every kind of call to HubSpot and every kind of commit, during a replay. What was
 * acknowledged is carried out exactly once, by HubSpot's own state and log. Each point is deadly twice at least: once on
 * each engine, twice where only one of them passes it or where only one can be tried.
 * `npm run test:deaths -- --minutes 30` is the longer form: twice on each, and on and on while there is time.
 */

import { randomInt } from 'node:crypto';
import { expect } from '@jest/globals';
import { postgresAnswers, type TestDatabase } from '../store/engines.ts';
import { tableOf, type Point } from './aim.ts';
import { dieEverywhere, prepareReplay } from './replay.ts';
import { withStage } from './stage.ts';

const MINUTES = Number(process.env['DEATH_MINUTES'] ?? '0');
const SEED = Number(process.env['DEATH_SEED'] ?? randomInt(2 ** 31));
const PORTALS = 3;
/** In each portal. */
const LEADS = 120 + Math.round(MINUTES * 60);

/** For a test of one engine, in milliseconds. */
export const DEATHS_TIMEOUT_MS = 600_000 + MINUTES * 90_000;

const aroundCommitsOf = (kinds: readonly string[]): readonly Point[] =>
  kinds.flatMap((kind) => [`before commit of ${kind}`, `after commit of ${kind}`]);

/** The budget's table is not logged, so that the embedded store does not sync it; what that syncs by itself is its own. */
const ON_ONE_ENGINE = aroundCommitsOf(['rate_budget', 'the store itself']);
const ON_BOTH = aroundCommitsOf([
  'an answer',
  'a claim of steps',
  'outcomes of steps',
  'lead_snapshot',
  'standing_answer',
  'the job queue',
]);

/** One engine's part: the engines' tests are files of their own, so that they can run side by side. */
export const expectNothingLostByDeaths = async (database: TestDatabase): Promise<void> => {
  const times = MINUTES > 0 || !(await postgresAnswers()) ? 2 : 1;
  const firstPortal = randomInt(20_000_000, 90_000_000);
  const portalIds = Array.from({ length: PORTALS }, (_, n) => firstPortal + n);
  await withStage({ database, portalIds, servers: 1, seed: SEED }, async (stage) => {
    const { aim } = stage;
    const replay = await prepareReplay(stage, LEADS, SEED);
    await dieEverywhere(stage, replay, {
      times,
      timesOf: Object.fromEntries(ON_ONE_ENGINE.map((point) => [point, 2])),
      oneIn: MINUTES > 0 ? 3 : 1,
      untilMs: Date.now() + MINUTES * 30_000,
    });
    const disagreements = await replay.verdict();
    const told = `${database.engine}, seed ${SEED}: ${stage.deaths()} deaths, ${replay.told().length} answers`;
    if (MINUTES > 0 || disagreements.length > 0) process.stderr.write(`${told}\n${tableOf(aim)}\n`);
    expect(disagreements).toEqual([]);
    const calls = [...replay.kindsOfCalls()].flatMap((kind) => [`before ${kind}`, `after ${kind}`]);
    const onBoth = new Set<Point>([...ON_BOTH, ...calls]);
    expect([...onBoth].filter((point) => aim.deathsAt(point) < times)).toEqual([]);
    const owed = (point: Point): number => (ON_ONE_ENGINE.includes(point) ? 2 : times);
    expect([...aim.passed()].filter((point) => aim.deathsAt(point) < owed(point))).toEqual([]);
  });
};
