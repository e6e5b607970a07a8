/**
 * What the record itself says: named signals over the facts. A reason row names the signals that speak for it (the
 * suggestion) and against it (the evidence check), so neither needs code of its own.
 */

import { daysBetween } from './calendar.ts';
import { isPlaceholder, usablePhone } from './dataChecks.ts';
import type { LeadFacts, PossibleDuplicate } from './facts.ts';
import { icpCheck, type IcpDefinition } from './icp.ts';

/** What signals look at. `duplicate` is another record of the portal that looks like the same person. */
export type Evidence = {
  readonly facts: LeadFacts;
  readonly duplicate: PossibleDuplicate | null;
  /** What of the customer's settings the record is measured by. */
  readonly settings: { readonly icp: IcpDefinition; readonly highScore: number };
  readonly now: Date;
};

/** A sentence fragment with the evidence ("first seen 3 days ago, no pricing page") or `null`: the record is silent. */
type Signal = (evidence: Evidence) => string | null;

/** Days after the first visit within which somebody counts as just having arrived. *Ours.* */
const NEW_VISITOR_DAYS = 7;
/** Days without a visit after which a score no longer describes anybody. *Ours.* */
const QUIET_DAYS = 180;
/** At or under this many page views nobody has looked around. *Ours.* */
const FEW_PAGE_VIEWS = 2;

const BUYING_PAGE =
  /\b(?:pricing|prices?|demo|trial|quote|contact[- ]sales|book(?:ing)?[- ](?:a|your|call|meeting|demo))\b/i;
const SENIOR_TITLE =
  /\b(?:chief|c[eftimo]o|cmo|cro|founder|owner|president|partner|vp|vice president|head|director)\b/i;
const JUNIOR_TITLE = /\b(?:intern|student|trainee|assistant|apprentice|working student)\b/i;

/** In the order of their weight: the first that holds decides the suggestion. */
export const SIGNALS = {
  'possible-duplicate': ({ duplicate }) =>
    duplicate === null ? null : `looks like ${duplicate.label} (${duplicate.why})`,
  'open-deal': ({ facts }) =>
    facts.lifecycleStage === 'customer'
      ? 'lifecycle stage is customer'
      : (facts.openDeals ?? 0) > 0
        ? `${facts.openDeals} associated ${facts.openDeals === 1 ? 'deal' : 'deals'}`
        : null,
  'unreachable-data': ({ facts }) => {
    const gaps = [
      usablePhone(facts) === null ? 'no usable phone' : null,
      facts.email === null ? 'no e-mail' : null,
      facts.company === null
        ? 'no company'
        : isPlaceholder(facts.company)
          ? `company is “${facts.company}”`
          : null,
      isPlaceholder(facts.jobTitle) ? `job title is “${facts.jobTitle}”` : null,
    ].filter((gap) => gap !== null);
    return gaps.length >= 2 ? gaps.join(', ') : null;
  },
  'reachable-data': ({ facts }) =>
    usablePhone(facts) !== null && facts.company !== null && !isPlaceholder(facts.company)
      ? 'the record has a valid phone and company'
      : null,
  'outside-icp': ({ facts, settings }) => icpCheck(facts, settings.icp).outside,
  'inside-icp': ({ facts, settings }) => icpCheck(facts, settings.icp).inside,
  'junior-title': ({ facts }) =>
    facts.jobTitle !== null && JUNIOR_TITLE.test(facts.jobTitle) ? `job title is “${facts.jobTitle}”` : null,
  'senior-title': ({ facts }) =>
    facts.jobTitle !== null && SENIOR_TITLE.test(facts.jobTitle) && !JUNIOR_TITLE.test(facts.jobTitle)
      ? `job title is “${facts.jobTitle}”`
      : null,
  'buying-pages': ({ facts }) => {
    const pages = [facts.pagesSeen, facts.lastPage, facts.contentDownloaded].filter((page) => page !== null);
    const page = pages.find((text) => BUYING_PAGE.test(text));
    return page === undefined ? null : `seen: ${shorten(page)}`;
  },
  'new-visitor': (evidence) => {
    const { facts, now } = evidence;
    if (facts.firstSeenAt === null || SIGNALS['buying-pages'](evidence) !== null) return null;
    const days = daysBetween(new Date(facts.firstSeenAt), now);
    if (days > NEW_VISITOR_DAYS) return null;
    return `first visit ${days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`}, no pricing page`;
  },
  'gone-quiet': ({ facts, now }) => {
    if (facts.lastSeenAt === null) return null;
    const days = daysBetween(new Date(facts.lastSeenAt), now);
    return days >= QUIET_DAYS ? `last visit ${days} days ago` : null;
  },
  'weak-intent': (evidence) => {
    const { pageViews } = evidence.facts;
    if (pageViews === null || pageViews > FEW_PAGE_VIEWS || SIGNALS['buying-pages'](evidence) !== null)
      return null;
    return pageViews === 1 ? 'one page view in all' : `${pageViews} page views in all`;
  },
  'high-score': ({ facts, settings }) =>
    facts.score !== null && facts.score > settings.highScore
      ? `score ${facts.score}, above ${settings.highScore}`
      : null,
  'recently-active': ({ facts, now }) =>
    facts.lastSeenAt !== null && daysBetween(new Date(facts.lastSeenAt), now) <= NEW_VISITOR_DAYS
      ? 'was on the site within the last week'
      : null,
  'never-contacted': ({ facts }) =>
    (facts.contactAttempts ?? 0) === 0 && facts.lastContactedAt === null
      ? 'no contact attempt is recorded'
      : null,
} as const satisfies Record<string, Signal>;

export type SignalKey = keyof typeof SIGNALS;
export const SIGNAL_ORDER = Object.keys(SIGNALS) as readonly SignalKey[];

function shorten(text: string): string {
  const line = text.replace(/^https?:\/\/[^/]+/, '').trim();
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
