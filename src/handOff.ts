/**
 * A hand-off: marketing passes an MQL to sales. What is kept of it, when its first contact is due, and what is owed to
 * HubSpot at its beginning.
 */

import { dayOf, readableMoment, type Day } from './calendar.ts';
import type { Change } from './changes.ts';
import type { LeadFacts } from './facts.ts';
import { loggedContact, type FirstContact } from './firstContact.ts';
import { employeesOf } from './icp.ts';
import type { PortalMap } from './portal.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import type { Settings } from './settings.ts';
import { dueAt, readableMinutes, workingMinutesBetween } from './workingTime.ts';

/** How a hand-off came to our knowledge. `answer`: only when sales answered it. */
export const OPENED_BY = ['lifecycle', 'property', 'workflow', 'reentry', 'answer'] as const;
export type OpenedBy = (typeof OPENED_BY)[number];

/** Dimension → value at the hand-off, for rates by the week of the hand-off. Nothing personal. */
export type HandOffDimensions = Readonly<
  Record<'source' | 'campaign' | 'persona' | 'size' | 'industry' | 'country' | 'score', string>
>;

/** What the lead had done when it was handed off. It goes with a privacy deletion. */
export type IntentContext = Pick<
  LeadFacts,
  | 'pagesSeen'
  | 'pageViews'
  | 'contentDownloaded'
  | 'source'
  | 'sourceDetail'
  | 'secondsOnSite'
  | 'score'
  | 'scoreMovedBy'
>;

/** A hand-off as it begins. */
export type OpenedHandOff = {
  readonly attempt: number;
  readonly openedAt: Date;
  /** The day of `openedAt` in the portal's time zone. */
  readonly day: Day;
  readonly openedBy: OpenedBy;
  readonly ownerId: string | null;
  readonly userId: number | null;
  readonly dims: HandOffDimensions;
  readonly context: IntentContext;
  /** `null` where no time is agreed for leads of its source. */
  readonly warnAt: Date | null;
  readonly dueAt: Date | null;
  /** When the clock has to look next; `null` where it does not run: nobody is reminded of what was before us. */
  readonly nextAt: Date | null;
};

/** What a decision and the card need of the lead's latest hand-off. */
export type HandOff = {
  readonly handOffId: string;
  readonly attempt: number;
  readonly openedAt: Date;
  /** `null` where no time is agreed for leads of its source. */
  readonly dueAt: Date | null;
  readonly firstContact: FirstContact | null;
};

type Around = { readonly facts: LeadFacts; readonly settings: Settings; readonly portal: PortalMap };

/**
 * The hand-off of these facts.
 *
 * @param openedAt HubSpot's own moment where it tells one
 * @param runsSince the clock runs for hand-offs from this moment on
 */
export function openHandOff(
  { facts, settings, portal }: Around,
  how: { readonly attempt: number; readonly openedAt: Date; readonly openedBy: OpenedBy },
  runsSince: Date,
): OpenedHandOff {
  const { attempt, openedAt, openedBy } = how;
  const { warnAt, dueAt: due } = agreedClock(openedAt, { facts, settings, portal });
  const userId = Object.entries(portal.ownerIds ?? {}).find(([, owner]) => owner === facts.ownerId)?.[0];
  return {
    attempt,
    openedAt,
    day: dayOf(openedAt, portal.timeZone),
    openedBy,
    ownerId: facts.ownerId,
    userId: userId === undefined ? null : Number(userId),
    dims: dimensionsOf(facts),
    context: contextOf(facts),
    warnAt,
    dueAt: due,
    nextAt: openedAt.getTime() < runsSince.getTime() ? null : warnAt,
  };
}

/** Whether the lead came by itself, so that somebody waits for a call. */
export function isInbound({ source }: Pick<LeadFacts, 'source'>, { sla }: Pick<Settings, 'sla'>): boolean {
  return source === null || !sla.outboundSources.includes(source);
}

const NO_CLOCK = { warnAt: null, dueAt: null };

/** The clock of this lead's hand-off; none where the agreement is about inbound leads alone and this is none. */
function agreedClock(
  from: Date,
  { facts, settings, portal }: Around,
): Pick<OpenedHandOff, 'warnAt' | 'dueAt'> {
  if (settings.sla.onlyInbound && !isInbound(facts, settings)) return NO_CLOCK;
  return clockFrom(from, settings, portal);
}

/** When the rep is warned, and when the first contact is due. */
export function clockFrom(
  from: Date,
  { sla }: Pick<Settings, 'sla'>,
  { timeZone }: Pick<PortalMap, 'timeZone'>,
): { readonly warnAt: Date; readonly dueAt: Date } {
  const { firstContactMinutes: minutes, warnShare, hours } = sla;
  return {
    warnAt: dueAt(from, minutes * warnShare, hours, timeZone),
    dueAt: dueAt(from, minutes, hours, timeZone),
  };
}

/**
 * The hand-off that is answered or shown: as it is kept, with what the facts of now add; worked out from the facts where
 * none is kept of this attempt.
 */
export function handOffInForce(
  kept: HandOff | null,
  { facts, settings, portal }: Around,
  attempt: number,
  now: Date,
): Pick<HandOff, 'openedAt' | 'dueAt' | 'firstContact'> {
  if (kept?.attempt === attempt)
    return { ...kept, firstContact: kept.firstContact ?? loggedContact(facts, kept.openedAt) };
  const openedAt = handedOffAt(facts, now);
  const { dueAt: due } = agreedClock(openedAt, { facts, settings, portal });
  return { openedAt, dueAt: due, firstContact: loggedContact(facts, openedAt) };
}

/** HubSpot's own date of the lead's becoming an MQL; `seenAt` where it tells none. A date to come is none. */
export function handedOffAt({ handedOffAt: at }: LeadFacts, seenAt: Date): Date {
  const theirs = at === null ? seenAt : new Date(at);
  return theirs.getTime() > seenAt.getTime() ? seenAt : theirs;
}

function contextOf(facts: LeadFacts): IntentContext {
  const {
    pagesSeen,
    pageViews,
    contentDownloaded,
    source,
    sourceDetail,
    secondsOnSite,
    score,
    scoreMovedBy,
  } = facts;
  return {
    pagesSeen,
    pageViews,
    contentDownloaded,
    source,
    sourceDetail,
    secondsOnSite,
    score,
    scoreMovedBy,
  };
}

function dimensionsOf(facts: LeadFacts): HandOffDimensions {
  return {
    source: facts.source ?? 'unknown',
    campaign: facts.campaign ?? 'unknown',
    persona: jobLevelOf(facts.jobTitle),
    size: sizeBandOf(facts.employees),
    industry: facts.industry ?? 'unknown',
    country: facts.country ?? 'unknown',
    score: scoreBandOf(facts.score),
  };
}

/** Words of a job title → level, the highest first: "VP and Managing Director" is a VP. *Ours.* */
const LEVELS = [
  ['c_level', ['ceo', 'cfo', 'cto', 'coo', 'cmo', 'cio', 'cro', 'chief', 'founder', 'president', 'owner']],
  ['vp', ['vp', 'svp', 'evp', 'vice']],
  ['director', ['director', 'head', 'principal']],
  ['manager', ['manager', 'lead', 'supervisor', 'teamlead']],
  ['junior', ['student', 'intern', 'trainee', 'assistant', 'junior']],
] as const;

/** The level of a job title, by its words; `individual` where none of them tells. */
export function jobLevelOf(title: string | null): string {
  if (title === null) return 'unknown';
  const words = new Set(title.toLowerCase().split(/[^\p{L}]+/u));
  // "Vice President" names a president, and is none.
  if (words.has('vice')) return 'vp';
  return LEVELS.find(([, signs]) => signs.some((sign) => words.has(sign)))?.[0] ?? 'individual';
}

const SIZES = [10, 50, 200, 1_000, 5_000] as const;

/** HubSpot's own property is a choice of bands, which stay as they are; a number of people is put into ours. */
function sizeBandOf(text: string | null): string {
  const employees = employeesOf(text);
  if (text === null || employees === null) return 'unknown';
  if (!/^[\d.,\s]+$/.test(text)) return text;
  const place = SIZES.findIndex((largest) => employees <= largest);
  if (place === -1) return `${SIZES.at(-1)}+`;
  return `${place === 0 ? 1 : (SIZES[place - 1] ?? 0) + 1}-${SIZES[place]}`;
}

function scoreBandOf(score: number | null): string {
  if (score === null) return 'unknown';
  const from = Math.min(80, Math.max(0, Math.floor(score / 20) * 20));
  return from === 80 ? '80+' : `${from}-${from + 19}`;
}

/**
 * What the customer's acknowledgement (e-mail, booking link) waits for: a value or a list. A later attempt takes the
 * mark of the one before off first, since HubSpot's workflows enrol on a change.
 */
export function planAcknowledgement(
  { handOff }: Pick<Settings, 'handOff'>,
  attempt: number,
  now: Date,
): readonly PlannedStep[] {
  const mark = handOff.acknowledgement;
  if (mark === null) return [];
  const [off, on]: readonly [Change, Change] =
    mark.kind === 'property'
      ? [
          { kind: 'set-properties', values: { [mark.property]: '' } },
          { kind: 'set-properties', values: { [mark.property]: mark.value } },
        ]
      : [
          { kind: 'remove-from-list', listId: mark.listId, listName: mark.listName },
          { kind: 'add-to-list', listId: mark.listId, listName: mark.listName },
        ];
  return (attempt > 1 ? [off, on] : [on]).map((change) => plainStep(change, now));
}

/** Whether a contact came after the time that was agreed, if any; `null` where HubSpot tells only that there was one. */
export function isLate(contact: FirstContact, due: Date | null): boolean | null {
  if (due === null || contact.at.getTime() <= due.getTime()) return false;
  return contact.isFirst ? true : null;
}

/** The line of the card: when the first contact is due, or when and how it was made. */
export function handOffLine(
  handOff: Pick<HandOff, 'openedAt' | 'dueAt' | 'firstContact'>,
  { sla }: Pick<Settings, 'sla'>,
  { timeZone }: Pick<PortalMap, 'timeZone'>,
  now: Date,
): string {
  const { firstContact: contact, openedAt, dueAt: due } = handOff;
  const moment = (at: Date): string => readableMoment(at, timeZone);
  if (due === null) {
    if (contact === null) return 'No time is agreed for the first contact with leads of this source';
    return `Contacted${contact.kind === 'logged' ? '' : ` by ${contact.kind}`} on ${moment(contact.at)}`;
  }
  if (contact === null)
    return due.getTime() > now.getTime()
      ? `First contact due by ${moment(due)}`
      : `No first contact; it was due by ${moment(due)}`;
  const late = isLate(contact, due);
  if (late === null) return `Contacted, last on ${moment(contact.at)}; due was ${moment(due)}`;
  const took = readableMinutes(workingMinutesBetween(openedAt, contact.at, sla.hours, timeZone));
  const how = contact.kind === 'logged' ? '' : ` by ${contact.kind}`;
  return `Contacted${how} on ${moment(contact.at)}, after ${took} of working time${late ? ': late' : ''}`;
}
