/** A person confirms that a date is worth waiting for: the wake-up moves, and an undo takes that back as well. */

import { dayOf, morningOf } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type { EventDateRequest, FollowUpAnswer } from '../../src/contract/followUp.ts';
import { isPlannable } from '../../src/noteDates.ts';
import { decideMove } from '../../src/wakeUps.ts';
import { closeWakeUp, insertWakeUp } from '../store/wakeUps.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { oweMore } from './owedPlan.ts';
import { answerOnce } from './requestAnswers.ts';
import { nameIn } from './saveSettings.ts';
import { standingRejection } from './standingRejection.ts';
import { waitingOf } from './wakeUp.ts';

/** Moves the wake-up of the rejection that stands to before this date; one inside its cooling-off is refused. */
export async function confirmEventDate(
  context: FlowContext,
  identity: Identity,
  entryId: string,
  { requestId, on }: EventDateRequest,
): Promise<FollowUpAnswer | RefusalAnswer> {
  const { portalId, userId } = identity;
  const request = { requestId, route: `confirmEventDate ${entryId}` };
  return answerOnce<FollowUpAnswer>(context, identity, request, async (tx, now) => {
    const found = await standingRejection(tx, portalId, entryId);
    if (!found.ok) return refusalAnswer(context, found.refusal);
    const { situation, decision } = found;
    const { timeZone } = situation.portal;
    if (!isPlannable(on, dayOf(now, timeZone)))
      return refusalAnswer(context, { kind: 'event-date-unusable', coolingUntil: null });
    const { coolingUntil } = decision.gate;
    if (on <= coolingUntil) return refusalAnswer(context, { kind: 'event-date-unusable', coolingUntil });
    const event = { kind: 'note', on } as const;
    const { contactId } = situation.facts;
    const { wakeUp, sentence, steps } = decideMove(
      {
        ...waitingOf(decision, situation, on, now),
        event,
        by: nameIn(situation.portal, userId),
        timeZone,
      },
      now,
    );
    const open = await closeWakeUp(tx, { portalId, entryId }, 'moved', now);
    await insertWakeUp(tx, {
      portalId,
      entryId,
      look: (open?.look ?? 0) + 1,
      contactId,
      kind: wakeUp.kind,
      dueAt: morningOf(wakeUp.on, timeZone),
      eventOn: on,
      eventBy: userId,
      successorId: open?.successorId ?? null,
    });
    await oweMore(tx, context, { portalId, entryId, contactId, steps });
    return { ok: true, sentence };
  });
}
