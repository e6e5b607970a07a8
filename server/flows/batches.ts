/** Which of the ready batches is carried out next, or for how long it pays to wait until one has filled. Pure. */

import type { ReadyBatch } from '../store/stepClaims.ts';

/** Steps carried out together: a multiple of HubSpot's batches of 100 inputs, and the largest list call. */
export const BATCH_LIMIT = 300;

/** While so few calls were made in the last ten seconds, nothing waits: batching must not slow a lone rep down. */
const FREE_CALLS = 20;
/** From so many on (HubSpot's smallest published allowance) a batch waits its longest. */
const BUSY_CALLS = 100;
/** How long a batch waits to fill in a busy portal. */
const LONGEST_LINGER_MS = 2_000;
/** Under a backlog a batch that is not full goes behind the full ones, but not for longer than this. */
const FULL_FIRST_MS = 5 * 60_000;

export type NextBatch =
  | { readonly do: 'carry-out'; readonly batch: ReadyBatch }
  | { readonly do: 'wait'; readonly forMs: number }
  | { readonly do: 'nothing' };

/** @param recentCalls how many calls the portal got in the last ten seconds */
export function nextBatch(batches: readonly ReadyBatch[], recentCalls: number, now: Date): NextBatch {
  if (batches.length === 0) return { do: 'nothing' };
  const busy = Math.min(1, Math.max(0, (recentCalls - FREE_CALLS) / (BUSY_CALLS - FREE_CALLS)));
  const lingerMs = busy * LONGEST_LINGER_MS;
  const ripeInMs = (batch: ReadyBatch): number =>
    isFull(batch) ? 0 : Math.max(0, lingerMs - (now.getTime() - batch.waitingSince.getTime()));
  const [first] = batches.filter((batch) => ripeInMs(batch) === 0).sort((a, b) => urgency(a) - urgency(b));
  if (first !== undefined) return { do: 'carry-out', batch: first };
  return { do: 'wait', forMs: Math.min(...batches.map(ripeInMs)) };
}

const isFull = ({ size }: ReadyBatch): boolean => size >= BATCH_LIMIT;

/** When a batch has waited since, in milliseconds since 1970; a full one counts as waiting longer. */
function urgency(batch: ReadyBatch): number {
  return batch.waitingSince.getTime() - (isFull(batch) ? FULL_FIRST_MS : 0);
}
