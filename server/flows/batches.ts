/** Which of the ready batches is carried out next, or for how long it pays to wait until one has filled. Pure. */

import type { ReadyBatch } from '../store/stepClaims.ts';

/** Steps carried out together: a multiple of HubSpot's batches of 100 inputs, and the largest list call. */
export const BATCH_LIMIT = 300;

/** How long a batch waits to fill once the whole budget of the portal is spent. */
const LONGEST_LINGER_MS = 2_000;
/** While so little of the budget is spent, nothing waits: a lone rep is not slowed down for the sake of batching. */
const FREE_SHARE = 0.2;
/** Under a backlog a batch that is not full goes behind the full ones, but not for longer than this. */
const FULL_FIRST_MS = 5 * 60_000;

export type NextBatch =
  | { readonly do: 'carry-out'; readonly batch: ReadyBatch }
  | { readonly do: 'wait'; readonly forMs: number }
  | { readonly do: 'nothing' };

/** @param spent share of the portal's budget that the last ten seconds took, from 0 to 1 */
export function nextBatch(batches: readonly ReadyBatch[], spent: number, now: Date): NextBatch {
  if (batches.length === 0) return { do: 'nothing' };
  const lingerMs = spent < FREE_SHARE ? 0 : Math.min(1, spent) * LONGEST_LINGER_MS;
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
