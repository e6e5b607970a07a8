/**
 * How fast a rep is answered: 16 callers, everything committed and the signature checked. The portal's budget is ample,
 * for ours as for the plain handler: what is measured is the handlers, not the limit. Ours carries plans out beside
 * answering, with the same latency and nothing held back. After each round the rest is waited for, so that a round
 * never pays for the one before.
 */

import { median, quantile, rounded } from '../numbers.ts';
import { type Played, startGenerator, type Target } from '../load/generator.ts';
import { toClick, writeLines } from '../load/leads.ts';
import { openPlain } from '../plain/portal.ts';
import { AMPLE_CALLS_PER_10S, openStage, residentMb, targetOf, whenQuiet } from '../stage.ts';
import type { Bench, Figures } from '../bench.ts';

export const CALLERS = 16;

type Contestant = {
  readonly name: 'postgres' | 'pglite' | 'plain';
  readonly target: Target;
  readonly settle: () => Promise<void>;
  readonly memoryMb: () => Promise<number>;
};

export const measureAcks = async (bench: Bench): Promise<Figures> => {
  const { rounds, warmUp, clicks } = bench.quick
    ? { rounds: 1, warmUp: 100, clicks: 600 }
    : { rounds: 5, warmUp: 2_000, clicks: 2_000 };
  const lines = writeLines(warmUp + rounds * clicks);
  const all = lines.map(toClick);
  const generator = bench.hold(startGenerator());
  const contestants = await openContestants(bench, lines);
  const played = new Map<string, Played[]>(contestants.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round += 1)
    for (const { name, target, settle } of contestants) {
      const start = round === 0 ? 0 : warmUp + (round - 1) * clicks;
      const part = all.slice(start, round === 0 ? warmUp : start + clicks);
      const result = await generator.play(target, part, CALLERS);
      assertAllAnswered(name, result);
      bench.say(
        `  ${name.padEnd(8)} ${round === 0 ? 'warm-up ' : `round ${round} `} ${Math.round(part.length / result.seconds)}/s`,
      );
      if (round > 0) played.get(name)?.push(result);
      await settle();
    }
  const figures: Record<string, number> = {};
  for (const { name, memoryMb } of contestants) {
    const results = played.get(name) ?? [];
    const perSecond = median(results.map(({ answered, seconds }) => answered.length / seconds));
    const tookMs = results.flatMap(({ answered }) => answered.map(({ ms }) => ms));
    figures[name === 'plain' ? 'plain.acks_per_s' : `acks_per_s.${name}`] = rounded(perSecond);
    figures[`ack_p50_ms.${name}`] = rounded(quantile(tookMs, 0.5));
    figures[`ack_p99_ms.${name}`] = rounded(quantile(tookMs, 0.99));
    figures[`rss_mb.${name}`] = Math.round(await memoryMb());
  }
  return figures;
};

/** Ours on every database that there is, and the plain one in the first one's HubSpot. */
const openContestants = async (
  bench: Bench,
  lines: Parameters<typeof openStage>[1],
): Promise<readonly Contestant[]> => {
  const contestants: Contestant[] = [];
  let crmUrl: string | undefined;
  for (const name of ['postgres', 'pglite'] as const) {
    const databaseUrl = name === 'postgres' ? await bench.database() : null;
    if (name === 'postgres' && databaseUrl === null) continue;
    const stage = bench.hold(await openStage({ databaseUrl, callsPer10s: AMPLE_CALLS_PER_10S }, lines));
    crmUrl ??= stage.crmUrl;
    contestants.push({
      name,
      target: targetOf(stage),
      settle: async () => void (await whenQuiet(stage)),
      memoryMb: () => residentMb(stage.serverPid),
    });
  }
  if (crmUrl === undefined) throw new Error('There is no stage.');
  const plain = bench.hold(await openPlain(crmUrl, AMPLE_CALLS_PER_10S, lines));
  contestants.push({
    name: 'plain',
    target: plain.target,
    settle: async () => undefined,
    memoryMb: () => residentMb(plain.pid),
  });
  return contestants;
};

/** A rate of answers that were refusals would be no rate of acknowledgements. */
export const assertAllAnswered = (name: string, { answered }: Played): void => {
  const bad = answered.filter(({ ok }) => !ok);
  if (bad.length > 0)
    throw new Error(
      `${name}: ${bad.length} of ${answered.length} clicks were not taken, e.g. ${bad[0]?.said ?? ''}`,
    );
};
