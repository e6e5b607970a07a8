/** The tasks by which the SLA clock speaks: one to the rep before the time is over; one to each of rep and manager after. */

import { readableMoment } from './calendar.ts';
import { displayNameOf, type LeadFacts } from './facts.ts';
import { recordLink } from './pendingReason.ts';
import type { PortalMap } from './portal.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import type { Settings } from './settings.ts';
import { readableMinutes } from './workingTime.ts';

export function planAlarm(
  alarm: { readonly is: 'warning' | 'breach'; readonly openedAt: Date; readonly dueAt: Date },
  around: { readonly facts: LeadFacts; readonly settings: Settings; readonly portal: PortalMap },
  now: Date,
): readonly PlannedStep[] {
  const { facts, settings, portal } = around;
  const name = displayNameOf(facts);
  const due = readableMoment(alarm.dueAt, portal.timeZone);
  const since = readableMoment(alarm.openedAt, portal.timeZone);
  const agreed = readableMinutes(settings.sla.firstContactMinutes);
  const link = recordLink(portal, facts.contactId);
  const handedOff = `${name} was handed off on ${since}; ${agreed} of working time were agreed for the first contact.`;
  const task = (subject: string, sentence: string, dueAt: Date, ownerId: string | null): PlannedStep => {
    const body = [handedOff, sentence, link].join('\n');
    return plainStep(
      { kind: 'create-task', task: { subject, body, dueAt: dueAt.toISOString(), ownerId } },
      now,
    );
  };
  const manager = settings.queueOwnerId;
  const rep = facts.ownerId ?? manager;
  if (alarm.is === 'warning')
    return [
      task(
        `First contact due by ${due}: ${name}`,
        'Call or write, or answer on the card of the record:',
        alarm.dueAt,
        rep,
      ),
    ];
  return [
    task(
      `First contact is overdue: ${name}`,
      `It was due by ${due}. Call or write now, or answer on the card of the record:`,
      now,
      rep,
    ),
    task(`No first contact in time: ${name}`, `It was due by ${due}, and HubSpot shows none:`, now, manager),
  ];
}
