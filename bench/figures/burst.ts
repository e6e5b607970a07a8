/**
 * Six hundred rejections in one go, in a portal that takes 190 calls in ten seconds: how long until HubSpot holds them
 * all, whether it had to refuse a call, and whether anything was lost or doubled. Then the clock goes on past the weekly
 * review, so that the calls of a whole plan are counted.
 */

import { setTimeout as pause } from 'node:timers/promises';
import type { Bench, Figures } from '../bench.ts';
import { type Generator, startGenerator } from '../load/generator.ts';
import { type Click, toClick, writeLines } from '../load/leads.ts';
import { rounded } from '../numbers.ts';
import { openPlain } from '../plain/portal.ts';
import { countKinds, isWrite, refusedAsTooMany, watchRequests } from '../requests.ts';
import { openStage, type Stage, targetOf, whenQuiet } from '../stage.ts';
import { judge, OURS, PLAIN } from '../witness.ts';
import { CALLERS } from './acks.ts';

const CALLS_PER_10S = 190;
const WARM_UP = 60;
const BURST = 600;
/** The budget's window, and a second. */
const BUDGET_WHOLE_MS = 11_000;
/** The weekly review's seven days, and one more. */
const HELD_STEPS_MS = 8 * 86_400_000;

export const measureBurst = async (bench: Bench): Promise<Figures> => {
  const lines = writeLines(WARM_UP + BURST);
  const warmUp = lines.slice(0, WARM_UP).map(toClick);
  const clicks = lines.slice(WARM_UP).map(toClick);
  const generator = bench.hold(startGenerator());
  const databaseUrl = await bench.database();
  const stage = bench.hold(await openStage({ databaseUrl, callsPer10s: CALLS_PER_10S }, lines));
  await generator.play(targetOf(stage), warmUp, CALLERS);
  await whenQuiet(stage);
  const ours = await burstOfOurs(bench, stage, generator, clicks);
  const plain = await burstOfPlain(bench, stage.crmUrl, generator, { lines, warmUp, clicks });
  return { ...ours, ...plain };
};

const per1000 = (calls: number): number => Math.round((calls / BURST) * 1_000);

const burstOfOurs = async (
  bench: Bench,
  stage: Stage,
  generator: Generator,
  clicks: readonly Click[],
): Promise<Figures> => {
  await pause(BUDGET_WHOLE_MS);
  const watch = bench.hold(await watchRequests(stage.crmUrl, stage.portalId));
  const { answered } = await generator.play(targetOf(stage), clicks, CALLERS);
  await whenQuiet(stage);
  const entries = await watch.stop();
  const startedAt = Math.min(...answered.map(({ sentAt }) => sentAt));
  const changes = entries.filter(isWrite);
  const endedAt = Math.max(...changes.map(({ at }) => at));
  const verdict = await judge(stage, OURS, clicks, answered);
  bench.say(`  ours   ${JSON.stringify(countKinds(entries), null, 2)}`);

  const held = bench.hold(await watchRequests(stage.crmUrl, stage.portalId));
  await stage.setClock(HELD_STEPS_MS);
  await whenQuiet(stage);
  const heldEntries = await held.stop();
  bench.say(`  after the weekly review ${JSON.stringify(countKinds(heldEntries), null, 2)}`);
  return {
    burst600_s: rounded((endedAt - startedAt) / 1_000),
    burst600_429: refusedAsTooMany(entries),
    burst600_lost: verdict.lost,
    burst600_doubled: verdict.doubled,
    burst600_refused: verdict.refused,
    calls_per_1000_at_once: per1000(entries.length),
    calls_per_1000: per1000(entries.length + heldEntries.length),
  };
};

const burstOfPlain = async (
  bench: Bench,
  crmUrl: string,
  generator: Generator,
  load: {
    readonly lines: Parameters<typeof openPlain>[2];
    readonly warmUp: readonly Click[];
    readonly clicks: readonly Click[];
  },
): Promise<Figures> => {
  const plain = bench.hold(await openPlain(crmUrl, CALLS_PER_10S, load.lines));
  await generator.play(plain.target, load.warmUp, CALLERS);
  await pause(BUDGET_WHOLE_MS);
  const watch = bench.hold(await watchRequests(crmUrl, plain.portalId));
  const { answered, seconds } = await generator.play(plain.target, load.clicks, CALLERS);
  const entries = await watch.stop();
  const verdict = await judge(plain, PLAIN, load.clicks, answered);
  bench.say(`  plain  ${JSON.stringify(countKinds(entries), null, 2)}`);
  return {
    'plain.burst600_s': rounded(seconds),
    'plain.burst600_429': refusedAsTooMany(entries),
    'plain.burst600_lost': verdict.lost,
    'plain.burst600_doubled': verdict.doubled,
    'plain.burst600_refused': verdict.refused,
    'plain.calls_per_1000': per1000(entries.length),
  };
};
