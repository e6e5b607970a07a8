/** Which of the ready batches are carried out now, or for how long it pays to wait until one has filled. Pure. */

import type { ReadyBatch } from '../store/stepClaims.ts';

/** Steps carried out together: a multiple of HubSpot's batches of 100 inputs, and the largest list call. */
export const BATCH_LIMIT = 300;

/** While so few calls were made in the last ten seconds, nothing waits: batching must not slow a lone rep down. */
const FREE_CALLS = 20;
/** From so many on (HubSpot's smallest published allowance) a batch waits its longest. */
const BUSY_CALLS = 100;
/** How long a batch waits to fill in a busy portal. */
const LONGEST_LINGER_MS = 2_000;
/** Answers that keep arriving come first, and fill batches meanwhile: while the newest step is younger than this. */
const ARRIVING_MS = 150;
/** So few leads are no stream: the lone rep's plan is carried out at once. */
const FEW_LEADS = 8;
/** Under a backlog a batch that is not full stays behind while there are full ones, but not for longer than this. */
const FULL_FIRST_MS = 5 * 60_000;

export type Ripe =
  | { readonly batches: readonly ReadyBatch[] }
  /** None yet, but some will be. */
  | { readonly inMs: number };

/**
 * The batches to carry out now, in this order; none where nothing is ready.
 *
 * @param recentCalls how many calls the portal got in the last ten seconds
 */
export function ripeBatches(ready: readonly ReadyBatch[], recentCalls: number, now: Date): Ripe {
  const arriving = areArriving(ready, now);
  const busy = Math.min(1, Math.max(0, (recentCalls - FREE_CALLS) / (BUSY_CALLS - FREE_CALLS)));
  const lingerMs = arriving ? LONGEST_LINGER_MS : busy * LONGEST_LINGER_MS;
  const waitedMs = (batch: ReadyBatch): number => now.getTime() - batch.waitingSince.getTime();
  const ripeInMs = (batch: ReadyBatch): number =>
    isFull(batch) && !arriving ? 0 : Math.max(0, lingerMs - waitedMs(batch));
  const ripe = ready
    .filter((batch) => ripeInMs(batch) === 0)
    .sort((a, b) => a.waitingSince.getTime() - b.waitingSince.getTime());
  if (ripe.length === 0 && ready.length > 0)
    return { inMs: Math.min(...ready.map(ripeInMs), arriving ? ARRIVING_MS : Infinity) };
  const first = ripe.filter((batch) => isFull(batch) || waitedMs(batch) > FULL_FIRST_MS);
  return { batches: ripe.some(isFull) ? first : ripe };
}

const isFull = ({ size }: ReadyBatch): boolean => size >= BATCH_LIMIT;

/** Every lead has one ready step at most, so that the sizes add up to leads. */
function areArriving(ready: readonly ReadyBatch[], now: Date): boolean {
  const leads = ready.reduce((sum, { size }) => sum + size, 0);
  const newest = Math.max(...ready.map(({ newestSince }) => newestSince.getTime()));
  return leads > FEW_LEADS && now.getTime() - newest < ARRIVING_MS;
}
