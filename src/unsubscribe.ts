/** "Not interested" asks one more thing: whether the person wants no more e-mail. */

import { reasonOf, type ReasonCode, type ReasonRow } from './reasons.ts';

/** Whether the card asks, with this reason, if the person wants no more e-mail. */
export function asksToUnsubscribe(code: ReasonCode): boolean {
  return code === 'not_interested';
}

/**
 * The registry's row of a reason, as it is after the answer to that question; `null`: it was not asked, or not answered,
 * and then a task asks it.
 */
export function rowOf(
  code: ReasonCode,
  unsubscribe: boolean | null,
): ReasonRow & { readonly code: ReasonCode } {
  const row = reasonOf(code);
  if (unsubscribe === null || !asksToUnsubscribe(code)) return row;
  return unsubscribe
    ? { ...row, disposition: 'unsubscribe', destination: 'disqualified', nurtureDays: null, task: null }
    : {
        ...row,
        destination: 'solution',
        task: {
          subject: 'Verify the interest',
          body: 'This lead said no to what was offered, and still wants e-mail. Find out what would interest them, and put them into the track of that solution.',
          dueInDays: 3,
        },
      };
}
