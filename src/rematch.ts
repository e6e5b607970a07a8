/** The right person was named: handed to sales with the context, while the first one stays warm. */

import { addDays, dayOf, morningOf } from './calendar.ts';
import { displayNameOf, type LeadFacts } from './facts.ts';
import { planHandOff, recordLink } from './pendingReason.ts';
import type { PortalMap } from './portal.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import type { Settings } from './settings.ts';

type Around = { readonly settings: Settings; readonly portal: PortalMap };

/** What a new contact takes over from the one at the same company. */
export function inheritedValues(
  facts: LeadFacts,
  { firstName, lastName }: { readonly firstName: string; readonly lastName: string },
): Readonly<Record<string, string>> {
  const given = {
    firstname: firstName,
    lastname: lastName,
    company: facts.company ?? '',
    industry: facts.industry ?? '',
    country: facts.country ?? '',
    numemployees: facts.employees ?? '',
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ''));
}

/** The steps on the contact that was named. */
export function planSuccessor(
  {
    original,
    successor,
    note,
    by,
    settings,
    portal,
  }: Around & {
    readonly original: LeadFacts;
    readonly successor: LeadFacts;
    readonly note: string | null;
    readonly by: string;
  },
  now: Date,
): readonly PlannedStep[] {
  const body = [
    `Named as the right contact instead of ${displayNameOf(original)} by ${by}.`,
    `The first contact: ${recordLink(portal, original.contactId)}`,
    ...(original.contentDownloaded === null ? [] : [`It came from “${original.contentDownloaded}”.`]),
    ...(note === null ? [] : [`Note from sales: ${note}`]),
  ].join('\n');
  const values = { mqlr_attempt: '1', mqlr_next_step: 'With sales', mqlr_next_step_on: '' };
  const owner = successor.ownerId ?? original.ownerId;
  return [
    plainStep({ kind: 'create-note', body }, now),
    plainStep({ kind: 'set-properties', values }, now),
    ...(owner === null || successor.ownerId !== null
      ? []
      : [{ ...plainStep({ kind: 'set-owner', ownerId: owner }, now), expected: { hubspot_owner_id: '' } }]),
    ...planHandOff({ facts: successor, settings, portal }, now),
  ];
}

/** The steps on the first contact: its list and its wake-up stay, and marketing is asked about its title. */
export function planOriginal(
  {
    original,
    successor,
    settings,
    portal,
  }: Around & {
    readonly original: LeadFacts;
    readonly successor: LeadFacts;
  },
  now: Date,
): readonly PlannedStep[] {
  const title = original.jobTitle === null ? 'without a job title' : `with the title “${original.jobTitle}”`;
  const task = {
    subject: `Job-title criteria: ${displayNameOf(original)} was not the right contact`,
    body: [
      `A lead ${title} was handed off, and the right person is ${displayNameOf(successor)}${successor.jobTitle === null ? '' : ` (“${successor.jobTitle}”)`}.`,
      'Decide whether the scoring or targeting of job titles should change.',
      recordLink(portal, successor.contactId),
    ].join('\n'),
    dueAt: morningOf(addDays(dayOf(now, portal.timeZone), 7), portal.timeZone).toISOString(),
    ownerId: settings.queueOwnerId,
  };
  const label = `Stays warm; ${displayNameOf(successor)} is the right contact`;
  return [
    plainStep({ kind: 'set-properties', values: { mqlr_next_step: label } }, now),
    plainStep({ kind: 'create-task', task }, now),
  ];
}
