/**
 * What a rejection says about marketing's work: only an *unqualified* lead was a bad lead. The others came too early, by
 * criteria that nobody vouches for, or were left waiting. Each class with the sentence that proves it.
 */

import { readableMoment } from './calendar.ts';
import { isLate, type HandOff } from './handOff.ts';
import { definitionNotice } from './icp.ts';
import type { RejectionClass } from './mqlProperties.ts';
import type { PortalMap } from './portal.ts';
import type { ReasonCode } from './reasons.ts';
import type { Settings } from './settings.ts';
import { readableMinutes, workingMinutesBetween } from './workingTime.ts';

/**
 * What time does to a reason.
 * - `fit`: who the lead is. No contact, however early, would have changed it; the criteria might have.
 * - `premature`: the rep says so. Waiting would have helped.
 * - `timing`: not now; but where nobody called in time, nobody knows.
 * - `cooled`: interest that is gone or went elsewhere, or that nobody reached: what a late call brings about.
 * - `record`: something about the record or the account.
 */
const NATURE_OF = {
  not_icp: 'fit',
  wrong_contact: 'fit',
  wrong_solution: 'fit',
  wrong_interest: 'fit',
  too_early: 'premature',
  low_intent: 'timing',
  bad_timing: 'timing',
  no_budget: 'timing',
  too_late: 'cooled',
  not_interested: 'cooled',
  unreachable: 'cooled',
  other: 'cooled',
  bad_data: 'record',
  duplicate: 'record',
  existing_customer: 'record',
  partner_conflict: 'record',
} as const satisfies Record<ReasonCode, 'fit' | 'premature' | 'timing' | 'cooled' | 'record'>;

export type Classed = { readonly class: RejectionClass; readonly because: string };

export type ToClass = {
  readonly reason: { readonly code: ReasonCode; readonly label: string };
  readonly handOff: Pick<HandOff, 'openedAt' | 'dueAt' | 'firstContact'>;
  readonly settings: Pick<Settings, 'icp' | 'sla'>;
  readonly portal: Pick<PortalMap, 'timeZone'>;
};

/** The class of a rejection at `now`, with its evidence. */
export function classOf(given: ToClass, now: Date): Classed {
  const { reason } = given;
  const nature = NATURE_OF[reason.code];
  switch (nature) {
    case 'fit': {
      const stale = staleCriteria(given, now);
      if (stale !== null) return { class: 'stale_criteria', because: stale };
      return {
        class: 'unqualified',
        because: `“${reason.label}” by ${versionOf(given)}, which is in force.`,
      };
    }
    case 'premature':
      return { class: 'early', because: `“${reason.label}”: sales says that it came before its time.` };
    case 'timing':
    case 'cooled': {
      const slow = slowResponse(given, now);
      if (slow !== null) return { class: 'slow_response', because: slow };
      const inTime = `“${reason.label}”, and ${contactInTime(given)}.`;
      return { class: nature === 'timing' ? 'early' : 'unqualified', because: inTime };
    }
    case 'record':
      return {
        class: 'unqualified',
        because: `“${reason.label}” has nothing to do with the time of the contact.`,
      };
  }
}

const versionOf = ({ settings }: ToClass): string => `ICP v${settings.icp.version}`;

/** Nobody signed the definition, it is over a year old, or another one took its place since the hand-off. */
function staleCriteria(given: ToClass, now: Date): string | null {
  const { icp } = given.settings;
  const notice = definitionNotice(icp, now);
  if (notice !== null) return `It was measured by ${versionOf(given)}, which is ${notice}.`;
  if (icp.signedAt === null || new Date(icp.signedAt) <= given.handOff.openedAt) return null;
  const { timeZone } = given.portal;
  return `It was handed off before ${versionOf(given)} took force on ${readableMoment(new Date(icp.signedAt), timeZone)}.`;
}

function slowResponse({ handOff, settings, portal }: ToClass, now: Date): string | null {
  const { firstContact: contact, dueAt, openedAt } = handOff;
  if (dueAt === null) return null;
  const { hours, firstContactMinutes } = settings.sla;
  const agreed = readableMinutes(firstContactMinutes);
  if (contact === null)
    return now.getTime() > dueAt.getTime()
      ? `No contact was made; it was due by ${readableMoment(dueAt, portal.timeZone)} (${agreed} of working time).`
      : null;
  if (isLate(contact, dueAt) !== true) return null;
  const took = readableMinutes(workingMinutesBetween(openedAt, contact.at, hours, portal.timeZone));
  return `First contact on ${readableMoment(contact.at, portal.timeZone)}, after ${took} of working time; ${agreed} were agreed.`;
}

function contactInTime({ handOff: { firstContact: contact, dueAt }, portal }: ToClass): string {
  if (dueAt === null) return 'no time was agreed for the first contact with leads of its source';
  if (contact === null) return `the contact was not due before ${readableMoment(dueAt, portal.timeZone)}`;
  const at = readableMoment(contact.at, portal.timeZone);
  return isLate(contact, dueAt) === null
    ? `of its contacts only the last is known, on ${at}`
    : `the contact on ${at} was in time`;
}
