/** Which of the ready steps are carried out now, and for how long it pays to wait until more have come. Pure. */

import type { DueSteps, ReadyBatch } from '../store/stepClaims.ts';

/** Steps carried out together: a multiple of HubSpot's batches of 100 inputs, and the largest list call. */
export const BATCH_LIMIT = 300;

/** While so few calls were made in the last ten seconds, nothing waits: batching must not slow a lone rep down. */
const FREE_CALLS = 20;
/** From so many on (HubSpot's smallest published allowance) a batch waits its longest. */
const BUSY_CALLS = 100;
/** How long a batch waits to fill in a busy portal. */
const LONGEST_LINGER_MS = 2_000;
/** Under a backlog a batch that is not full stays behind while there are full ones, but not for longer than this. */
const FULL_FIRST_MS = 5 * 60_000;

/** How long answers that keep coming hold carrying out up at most. */
const LONGEST_HOLD_MS = 5_000;
/** So many steps at once are no lone rep's. */
export const MANY_STEPS = 60;
/** While the youngest step is younger than this, more are coming. */
const ARRIVING_MS = 100;

/**
 * How long to let answers come before anything is carried out, in milliseconds; 0 to begin now. Reps who click come
 * first, and fill the batches meanwhile; what was promised to the first of them waits five seconds at most.
 */
export function waitForAnswers(due: DueSteps | null, now: Date): number {
  if (due === null || !due.many || now.getTime() - due.newest.getTime() >= ARRIVING_MS) return 0;
  const left = LONGEST_HOLD_MS - (now.getTime() - due.oldest.getTime());
  return Math.max(0, Math.min(ARRIVING_MS, left));
}

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
  const busy = Math.min(1, Math.max(0, (recentCalls - FREE_CALLS) / (BUSY_CALLS - FREE_CALLS)));
  const lingerMs = busy * LONGEST_LINGER_MS;
  const waitedMs = (batch: ReadyBatch): number => now.getTime() - batch.waitingSince.getTime();
  const ripeInMs = (batch: ReadyBatch): number =>
    isFull(batch) ? 0 : Math.max(0, lingerMs - waitedMs(batch));
  const ripe = ready
    .filter((batch) => ripeInMs(batch) === 0)
    .sort((a, b) => a.waitingSince.getTime() - b.waitingSince.getTime());
  if (ripe.length === 0 && ready.length > 0) return { inMs: Math.min(...ready.map(ripeInMs)) };
  const first = ripe.filter((batch) => isFull(batch) || waitedMs(batch) > FULL_FIRST_MS);
  return { batches: ripe.some(isFull) ? first : ripe };
}

const isFull = ({ size }: ReadyBatch): boolean => size >= BATCH_LIMIT;
