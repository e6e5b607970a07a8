/** The story's calendar: weeks that end at the moment the story is told, and office hours in the portal's zone. */

import type { Random } from './random.ts';

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

/** Which of the story's weeks an instant is in: `weeks` is the one that ends at `now`, 1 the oldest. */
export const weekOf = (at: Date, now: Date, weeks: number): number =>
  weeks - Math.floor((now.getTime() - at.getTime()) / (7 * DAY_MS));

const zones = new Map<string, Intl.DateTimeFormat>();

/** Weekday (0 is Sunday) and hour of an instant in a time zone. */
export const clockIn = (timeZone: string, at: Date): { readonly weekday: number; readonly hour: number } => {
  const format =
    zones.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', { timeZone, weekday: 'short', hour: '2-digit', hourCycle: 'h23' });
  zones.set(timeZone, format);
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  const weekday = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'].indexOf(parts['weekday'] ?? '');
  return { weekday, hour: Number(parts['hour']) };
};

/** How likely somebody fills in a form then, from 0 to 1. */
const busyness = (timeZone: string, at: Date): number => {
  const { weekday, hour } = clockIn(timeZone, at);
  const day = weekday === 0 || weekday === 6 ? 0.15 : 1;
  const time = hour >= 8 && hour < 18 ? 1 : hour >= 18 && hour < 22 ? 0.35 : hour >= 6 ? 0.2 : 0.03;
  return day * time;
};

/** A moment in one of the story's weeks, mostly in office hours. */
export const momentInWeek = (
  random: Random,
  timeZone: string,
  now: Date,
  week: number,
  weeks: number,
): Date => {
  const start = now.getTime() - (weeks - week + 1) * 7 * DAY_MS;
  for (;;) {
    const at = new Date(start + Math.floor(random.next() * 7 * DAY_MS));
    if (random.next() < busyness(timeZone, at)) return at;
  }
};
