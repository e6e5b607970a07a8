/** A workflow waits at one of our actions until a person has decided: whom it asks, how long, and what it is told. */

import { addDays, dayOf, morningOf } from './calendar.ts';
import { displayNameOf } from './facts.ts';
import { recordLink } from './pendingReason.ts';
import type { RejectionDecision, AcceptanceDecision, Situation } from './rejection.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';

/** Days that a workflow waits; then HubSpot lets it go on without an answer. HubSpot's own default is the same. */
export const WAIT_DAYS = 7;
/** The same as HubSpot reads it (ISO 8601). */
export const WAIT_DURATION = `P${WAIT_DAYS}D`;

/** The task of the rep whom a workflow asks for the reason. */
export function planAskForReason(
  { facts, portal, settings }: Pick<Situation, 'facts' | 'portal' | 'settings'>,
  workflow: string,
  now: Date,
): PlannedStep {
  const due = addDays(dayOf(now, portal.timeZone), 1);
  return plainStep(
    {
      kind: 'create-task',
      task: {
        subject: `Accept or reject: ${displayNameOf(facts)}`,
        body: [
          `A step of ${workflow} waits for your answer to this lead, for ${WAIT_DAYS} days.`,
          `Open the record and accept it, or reject it with a reason: ${recordLink(portal, facts.contactId)}`,
        ].join('\n'),
        dueAt: morningOf(due, portal.timeZone).toISOString(),
        ownerId: facts.ownerId ?? settings.queueOwnerId,
      },
    },
    now,
  );
}

type Told<D> = D extends unknown ? Omit<D, 'steps'> : never;

/** What *Reject MQL with reason* ends with when the lead was answered by a person. */
export function toldOfAnswer(decision: Told<RejectionDecision | AcceptanceDecision>): {
  readonly result: 'rejected' | 'accepted';
  readonly sentence: string;
  readonly next: string;
} {
  return decision.kind === 'rejection'
    ? { result: 'rejected', sentence: decision.headline, next: decision.next }
    : { result: 'accepted', sentence: decision.headline, next: '' };
}

/** What *Hand off MQL* ends with when the review was closed, by how it was closed. */
export function toldOfReview(closedHow: string): {
  readonly result: 'handed_off' | 'kept_in_nurture' | 'with_sales';
  readonly sentence: string;
} {
  switch (closedHow) {
    case 'hand_off_again':
      return { result: 'handed_off', sentence: 'Marketing operations handed it off again.' };
    case 'keep_in_nurture':
      return { result: 'kept_in_nurture', sentence: 'Marketing operations keep it in nurture.' };
    default:
      // Sales answered the lead while the review was open.
      return { result: 'with_sales', sentence: 'Sales has answered this lead meanwhile.' };
  }
}
