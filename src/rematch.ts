/**
 * The right person was named: handed to sales with the context, while the first one stays warm. What is written on one
 * of the two names the other by its record alone, so that a privacy deletion of either leaves no name behind.
 */

import { addDays, dayOf, morningOf } from './calendar.ts';
import { displayNameOf, type LeadFacts } from './facts.ts';
import { planHandOff, recordLink } from './pendingReason.ts';
import type { PortalMap } from './portal.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import { canBeAnswered, type Situation } from './rejection.ts';
import type { Settings } from './settings.ts';

/** HubSpot's own stages behind the hand-off: a contact there is nobody's new lead. */
const BEHIND_HAND_OFF: readonly string[] = ['opportunity', 'customer', 'evangelist'];

/** Whether sales has this contact already: accepted, under way, or handed off and not answered yet. */
export function isWithSales({
  facts,
  settings,
  standing,
}: Pick<Situation, 'facts' | 'settings' | 'standing'>): boolean {
  return (
    standing?.kind === 'acceptance' ||
    canBeAnswered(facts, settings) ||
    settings.handOff.acceptedStatuses.includes(facts.leadStatus ?? '') ||
    BEHIND_HAND_OFF.includes(facts.lifecycleStage ?? '')
  );
}

type Around = { readonly settings: Settings; readonly portal: PortalMap };

/** Another contact of the same company. */
export type Colleague = Pick<LeadFacts, 'contactId' | 'firstName' | 'lastName' | 'email' | 'jobTitle'>;

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

/** Said with the hand-off, and again when it is taken back. */
export const staysInHubSpot = (successor: LeadFacts): string =>
  `${displayNameOf(successor)} was made as a contact, and stays one when this is taken back.`;

/** The steps on the contact that was named; one that is with sales already gets the context and nothing else. */
export function planSuccessor(
  {
    original,
    successor,
    attempt,
    note,
    by,
    isNew,
    settings,
    portal,
  }: Around & {
    readonly original: LeadFacts;
    readonly successor: LeadFacts;
    /** The hand-off that begins, from 1; `null` where the contact is with sales already. */
    readonly attempt: number | null;
    readonly note: string | null;
    readonly by: string;
    /** Whether the contact was made just now: then an undo says that it stays. */
    readonly isNew: boolean;
  },
  now: Date,
): readonly PlannedStep[] {
  const body = [
    `Named as the right contact by ${by}, instead of the one who was handed off.`,
    `The first contact: ${recordLink(portal, original.contactId)}`,
    ...(original.contentDownloaded === null ? [] : [`It came from “${original.contentDownloaded}”.`]),
    ...(note === null ? [] : [`Note from sales: ${note}`]),
  ].join('\n');
  const context = plainStep(
    { kind: 'create-note', body, ...(isNew && { remains: staysInHubSpot(successor) }) },
    now,
  );
  if (attempt === null) return [context];
  const values = { mqlr_attempt: String(attempt), mqlr_next_step: 'With sales', mqlr_next_step_on: '' };
  const owner = successor.ownerId ?? original.ownerId;
  return [
    context,
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
      `A lead ${title} was handed off, and the right person is another one${successor.jobTitle === null ? '' : ` (“${successor.jobTitle}”)`}.`,
      'Decide whether the scoring or targeting of job titles should change.',
      recordLink(portal, successor.contactId),
    ].join('\n'),
    dueAt: morningOf(addDays(dayOf(now, portal.timeZone), 7), portal.timeZone).toISOString(),
    ownerId: settings.queueOwnerId,
  };
  const label = 'Stays warm; the right contact was named';
  return [
    plainStep({ kind: 'set-properties', values: { mqlr_next_step: label } }, now),
    plainStep({ kind: 'create-task', task }, now),
  ];
}
