/** What a rejected lead waits for, as the card says it, with the dates that its note speaks of. */

import { dayOf, readableDay } from '../../src/calendar.ts';
import type { CardView } from '../../src/contract.ts';
import { contractEndQuestion } from '../../src/events.ts';
import { noteDates } from '../../src/noteDates.ts';
import type { Situation } from '../../src/rejection.ts';
import { wakeUpLabel } from '../../src/wakeUps.ts';
import { findEntry } from '../store/ledger.ts';
import type { EarlierEntry } from '../store/leadSituations.ts';
import type { Handle } from '../store/schema.ts';
import { findOpenWakeUp } from '../store/wakeUps.ts';
import { decisionOf } from './situation.ts';
import { waitingOf } from './wakeUp.ts';

/** `null` where no rejection stands. */
export async function waitingFor(
  tx: Handle,
  situation: Situation,
  standing: EarlierEntry | null,
  now: Date,
): Promise<CardView['waiting']> {
  if (standing === null) return null;
  const decision = decisionOf(standing);
  const { portalId, entryId } = standing;
  const open = await findOpenWakeUp(tx, portalId, entryId);
  if (decision.kind !== 'rejection' || open === null) return null;
  const { timeZone } = situation.portal;
  const on = dayOf(open.dueAt, timeZone);
  const waiting = waitingOf(decision, situation, open.eventOn, now);
  const why = wakeUpLabel({ kind: open.kind, on }, waiting, waiting.queueLabel);
  const note = open.eventOn === null ? ((await findEntry(tx, portalId, entryId))?.note ?? '') : '';
  const today = dayOf(now, timeZone);
  // What lies inside cooling-off is nothing that the lead could wait for.
  const after = today > decision.gate.coolingUntil ? today : decision.gate.coolingUntil;
  const proposals = noteDates(note, standing.day).filter((date) => date.on > after);
  const { reason } = decision;
  return {
    sentence: `${why}. Next look on ${readableDay(on)}.`,
    proposals: proposals.map((date) => ({ ...date, label: readableDay(date.on) })),
    asked: contractEndQuestion(
      { reason, rejectedOn: standing.day },
      { event: waiting.event, proposed: proposals.map((date) => date.on) },
      today,
    ),
  };
}
