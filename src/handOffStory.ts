/** Why this lead is here, in the words of the card: composed from facts, most important first. */

import { readableAge } from './calendar.ts';
import type { LeadFacts } from './facts.ts';

/** HubSpot's own values of `hs_analytics_source`, as HubSpot labels them (original source drill-down). */
const SOURCES: Readonly<Partial<Record<string, string>>> = {
  ORGANIC_SEARCH: 'Organic search',
  PAID_SEARCH: 'Paid search',
  EMAIL_MARKETING: 'Email marketing',
  SOCIAL_MEDIA: 'Organic social',
  PAID_SOCIAL: 'Paid social',
  REFERRALS: 'Referrals',
  OTHER_CAMPAIGNS: 'Other campaigns',
  DIRECT_TRAFFIC: 'Direct traffic',
  OFFLINE: 'Offline sources',
  AI_REFERRALS: 'AI referrals',
};

/** What HubSpot tells a contact's source by. */
export const KNOWN_SOURCES = Object.keys(SOURCES).map((value) => ({ value, label: sourceLabel(value) }));

/** A source for people; a value HubSpot adds later is shown as readable as it can be. */
export function sourceLabel(source: string): string {
  const words = source.toLowerCase().replaceAll('_', ' ');
  return SOURCES[source] ?? words.charAt(0).toUpperCase() + words.slice(1);
}

/** `MQL from “Ops webinar” · attempt 1 · handed off 1 h 12 m ago`. */
export function storyTitle(facts: LeadFacts, attempt: number, now: Date): string {
  const origin = facts.campaign ?? (facts.source === null ? null : sourceLabel(facts.source));
  const since =
    facts.handedOffAt === null ? null : `handed off ${readableAge(new Date(facts.handedOffAt), now)} ago`;
  return [origin === null ? 'MQL' : `MQL from “${origin}”`, `attempt ${attempt}`, since]
    .filter((part) => part !== null)
    .join(' · ');
}

/**
 * Said when the facts are not the latest known: the record moved on, or they are older than the customer's limit.
 * `null` while they are fresh.
 */
export function factsNotice(
  facts: LeadFacts,
  staleSince: Date | null,
  freshMinutes: number,
  now: Date,
): string | null {
  const readAt = new Date(facts.readAt);
  if (staleSince === null && now.getTime() - readAt.getTime() <= freshMinutes * 60_000) return null;
  return `These facts were read ${readableAge(readAt, now)} ago and may have changed since; they are being read again.`;
}

/** The intent context: behaviour first, then who it is, then where they came from. Lines without facts are left out. */
export function storyLines(facts: LeadFacts): readonly string[] {
  const views =
    facts.pageViews === null ? null : `${facts.pageViews} page ${facts.pageViews === 1 ? 'view' : 'views'}`;
  const behaviour = [
    facts.pagesSeen ?? views,
    facts.contentDownloaded,
    facts.secondsOnSite === null ? null : `${readableSeconds(facts.secondsOnSite)} on site`,
    scoreOf(facts),
  ];
  const person = [
    facts.jobTitle,
    facts.company,
    facts.employees === null ? null : `${facts.employees} people`,
    facts.industry,
    facts.country,
  ];
  const origin = [
    facts.source === null ? null : `Source ${sourceLabel(facts.source)}`,
    facts.sourceDetail,
    facts.pagesSeen === null ? null : views,
  ];
  return [behaviour, person, origin]
    .map((parts) => parts.filter((part) => part !== null).join(' · '))
    .filter((line) => line !== '');
}

function scoreOf(facts: LeadFacts): string | null {
  if (facts.score === null) return null;
  return facts.scoreMovedBy === null
    ? `score ${facts.score}`
    : `score ${facts.score} (${facts.scoreMovedBy})`;
}

function readableSeconds(seconds: number): string {
  return seconds < 60 ? `${Math.round(seconds)} s` : `${Math.round(seconds / 60)} min`;
}
