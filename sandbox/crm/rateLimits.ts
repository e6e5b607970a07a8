/**
 * HubSpot's request budgets of one portal.
 * Docs: developers.hubspot.com/docs/developer-tooling/platform/usage-guidelines
 *
 * general: a rolling window of ten seconds (110 for OAuth apps) and a day that ends at the portal's midnight;
 * search: 5 a second, no headers; associations: 150 in ten seconds, 500,000 a day.
 */

import type { Bucket } from './call.ts';
import { HubSpotError } from './errors.ts';

export type RateLimit = { readonly tenSecondly: number; readonly daily?: number };

type Window = { readonly max: number; readonly ms: number; readonly times: number[]; head: number };

export type Budget = {
  /** Charges one request and gives the headers of its answer. @throws HubSpotError 429 */
  readonly take: (bucket: Bucket, now: number) => Readonly<Record<string, string>>;
};

const createWindow = (max: number, ms: number): Window => ({ max, ms, times: [], head: 0 });

/** Requests left after this one, or -1 when the window is full. A refused request is not counted. */
const charge = (window: Window, now: number): number => {
  const { times } = window;
  while (window.head < times.length && (times[window.head] ?? 0) <= now - window.ms) window.head += 1;
  if (window.head > 4096) {
    times.splice(0, window.head);
    window.head = 0;
  }
  if (times.length - window.head >= window.max) return -1;
  times.push(now);
  return window.max - (times.length - window.head);
};

type PolicyName = 'TEN_SECONDLY_ROLLING' | 'SECONDLY' | 'DAILY';

/** What is said of each policy, and the text that names it. */
const SENTENCE = {
  TEN_SECONDLY_ROLLING: 'You have reached your ten_secondly_rolling limit.',
  SECONDLY: 'You have reached your secondly limit.',
  DAILY: 'You have reached your daily limit.',
} as const satisfies Record<PolicyName, string>;

export const isPolicyName = (text: string): text is PolicyName => text in SENTENCE;

/** No Retry-After: HubSpot documents none for this answer. */
export const rateLimited = (
  policyName: PolicyName,
  headers: Readonly<Record<string, string>> = {},
): HubSpotError =>
  new HubSpotError({
    status: 429,
    category: 'RATE_LIMITS',
    message: SENTENCE[policyName],
    extra: { errorType: 'RATE_LIMIT', policyName },
    headers,
  });

/** Counts of a day in the portal's zone. */
const createDay = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  let day = '';
  let hour = Number.NaN;
  let used = 0;
  return (now: number): number => {
    const thisHour = Math.floor(now / 900_000);
    if (thisHour !== hour) {
      hour = thisHour;
      const today = format.format(now);
      if (today !== day) used = 0;
      day = today;
    }
    return (used += 1);
  };
};

const ASSOCIATIONS = { tenSecondly: 150, daily: 500_000 } as const;

export const createBudget = (limit: RateLimit, timeZone: string): Budget => {
  const search = createWindow(5, 1000);
  const general = createMeter(limit, timeZone);
  const associations = createMeter(ASSOCIATIONS, timeZone);
  return {
    take: (bucket, now) => {
      if (bucket === 'associations') return associations(now);
      if (bucket === 'general') return general(now);
      if (charge(search, now) < 0) throw rateLimited('SECONDLY');
      return {};
    },
  };
};

const createMeter = ({ tenSecondly, daily }: RateLimit, timeZone: string) => {
  const window = createWindow(tenSecondly, 10_000);
  const day = createDay(timeZone);
  return (now: number): Readonly<Record<string, string>> => {
    const left = charge(window, now);
    const headers = (remaining: number, leftToday: number | undefined): Readonly<Record<string, string>> => ({
      'X-HubSpot-RateLimit-Max': String(tenSecondly),
      'X-HubSpot-RateLimit-Remaining': String(remaining),
      'X-HubSpot-RateLimit-Interval-Milliseconds': '10000',
      ...(daily !== undefined && {
        'X-HubSpot-RateLimit-Daily': String(daily),
        'X-HubSpot-RateLimit-Daily-Remaining': String(Math.max(0, leftToday ?? 0)),
      }),
    });
    if (left < 0) throw rateLimited('TEN_SECONDLY_ROLLING', headers(0, undefined));
    if (daily === undefined) return headers(left, undefined);
    const leftToday = daily - day(now);
    if (leftToday < 0) throw rateLimited('DAILY', headers(left, 0));
    return headers(left, leftToday);
  };
};
