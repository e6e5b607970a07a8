/** A single rejection on an idle portal: from the click until HubSpot holds it. Batching must not cost the lone rep. */

import { setTimeout as pause } from 'node:timers/promises';
import { createRandom } from '../../sandbox/data/random.ts';
import type { Bench, Figures } from '../bench.ts';
import { startGenerator } from '../load/generator.ts';
import { toClick, writeLines } from '../load/leads.ts';
import { median, quantile } from '../numbers.ts';
import { contactsChangedBy, readRequests } from '../requests.ts';
import { openStage, targetOf, whenQuiet } from '../stage.ts';
import { assertAllAnswered } from './acks.ts';

const PRIVATE_APP_CALLS_PER_10S = 190;
/** The pauses between clicks differ by up to a second, so that no poll of the app is in step with them. */
const SEED = 7;
const LONGEST_PAUSE_MS = 1_000;
const POLL_MS = 20;
const PATIENCE_MS = 30_000;

export const measureIdleEffect = async (bench: Bench): Promise<Figures> => {
  const times = bench.quick ? 15 : 40;
  const clicks = writeLines(times + 1).map(toClick);
  const generator = bench.hold(startGenerator());
  const stage = bench.hold(
    await openStage(
      { databaseUrl: await bench.database(), callsPer10s: PRIVATE_APP_CALLS_PER_10S },
      writeLines(times + 1),
    ),
  );
  const target = targetOf(stage);
  const random = createRandom(SEED);
  const tookMs: number[] = [];
  for (const [place, click] of clicks.entries()) {
    await whenQuiet(stage);
    await pause(LONGEST_PAUSE_MS + LONGEST_PAUSE_MS * random.next());
    const requests = await readRequests(stage.crmUrl, stage.portalId);
    const played = await generator.play(target, [click], 1);
    assertAllAnswered('idle', played);
    const sentAt = played.answered[0]?.sentAt ?? Number.NaN;
    const deadline = Date.now() + PATIENCE_MS;
    let changedAt: number | undefined;
    while (changedAt === undefined) {
      const entries = await requests.next();
      changedAt = entries.find((entry) => contactsChangedBy(entry).includes(click.contactId))?.at;
      if (Date.now() > deadline) throw new Error('A rejection on an idle portal did not reach HubSpot.');
      await pause(POLL_MS);
    }
    // The first one warms the server up.
    if (place > 0) tookMs.push(changedAt - sentAt);
  }
  return { idle_effect_ms: Math.round(median(tookMs)), idle_effect_p95_ms: quantile(tookMs, 0.95) };
};
