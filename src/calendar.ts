/** Days, weeks and dates in a portal's own time zone. The only file that knows time zones. */

import { Temporal } from 'temporal-polyfill';

/** A calendar day, `YYYY-MM-DD`. */
export type Day = string;

const zoned = (at: Date, timeZone: string): Temporal.ZonedDateTime =>
  Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(timeZone);

const REMEMBERED = 1_000;

/**
 * The same function, which remembers its latest results: what is asked for is the same few days for as long as a day
 * lasts, and reckoning with them was a tenth of what a rejection costs.
 */
function remembering<A extends readonly (string | number)[], R>(
  compute: (...given: A) => R,
): (...given: A) => R {
  const known = new Map<string, R>();
  return (...given) => {
    const key = given.join(' ');
    const found = known.get(key);
    if (found !== undefined) return found;
    const result = compute(...given);
    if (known.size >= REMEMBERED) known.clear();
    known.set(key, result);
    return result;
  };
}

/** The day that was asked for last in each time zone, from its first millisecond until the next day's. */
const lastDays = new Map<string, { readonly day: Day; readonly from: number; readonly until: number }>();

/** The calendar day of an instant in a time zone (IANA name; HubSpot's legacy names such as `US/Eastern` work). */
export function dayOf(at: Date, timeZone: string): Day {
  const last = lastDays.get(timeZone);
  if (last !== undefined && at.getTime() >= last.from && at.getTime() < last.until) return last.day;
  const start = zoned(at, timeZone).startOfDay();
  const day = start.toPlainDate().toString();
  const until = start.add({ days: 1 }).startOfDay().epochMilliseconds;
  lastDays.set(timeZone, { day, from: start.epochMilliseconds, until });
  return day;
}

/** Whether a text names a day of the calendar, as `YYYY-MM-DD`. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  try {
    return Temporal.PlainDate.from(text, { overflow: 'reject' }).toString() === text;
  } catch {
    return false;
  }
}

/** `days` calendar days later. */
export const addDays = remembering((day: Day, days: number): Day =>
  Temporal.PlainDate.from(day).add({ days }).toString(),
);

/** `months` calendar months later; the last day of a month that is too short. */
export function addMonths(day: Day, months: number): Day {
  return Temporal.PlainDate.from(day).add({ months }).toString();
}

/** The instant `days` calendar days later at the same wall-clock time, across daylight-saving changes. */
export function sameTimeAfterDays(at: Date, days: number, timeZone: string): Date {
  return new Date(zoned(at, timeZone).add({ days }).epochMilliseconds);
}

const morningMsOf = remembering(
  (day: Day, timeZone: string): number =>
    Temporal.PlainDate.from(day).toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from('09:00') })
      .epochMilliseconds,
);

/** 09:00 on a day in a time zone: when tasks of that day are due. */
export function morningOf(day: Day, timeZone: string): Date {
  return new Date(morningMsOf(day, timeZone));
}

/** The instant of a time of day (`HH:MM`, up to `24:00`) in a time zone, in epoch milliseconds. A time that a clock change skips is the moment after it, one that comes twice is the first. */
export function wallClockMs(day: Day, clock: string, timeZone: string): number {
  const date = Temporal.PlainDate.from(day);
  if (clock === '24:00') return date.add({ days: 1 }).toZonedDateTime({ timeZone }).epochMilliseconds;
  const [hour, minute] = clock.split(':').map(Number);
  return date
    .toPlainDateTime({ hour: hour ?? 0, minute: minute ?? 0 })
    .toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
}

/** Monday is 1, Sunday 7. */
export const weekdayOf = (day: Day): number => Temporal.PlainDate.from(day).dayOfWeek;

/** The ISO 8601 week of a day, `YYYY-Www`; the year is the week's, not the day's. */
export function isoWeekOf(day: Day): string {
  const date = Temporal.PlainDate.from(day);
  return `${date.yearOfWeek}-W${String(date.weekOfYear).padStart(2, '0')}`;
}

// Made once: making a formatter costs more than all else that a decision computes.
const MONTH_NAMES = new Intl.DateTimeFormat('en-GB', { month: 'short', timeZone: 'UTC' });

/** A day for people: `22 Dec 2026`. */
export const readableDay = remembering((day: Day): string => {
  const { day: dayOfMonth, month, year } = Temporal.PlainDate.from(day);
  return `${dayOfMonth} ${MONTH_NAMES.format(Date.UTC(year, month - 1, dayOfMonth))} ${year}`;
});

/** How long ago: `less than a minute`, `12 m`, `1 h 12 m`; from two days on in whole days, `3 days`. */
export function readableAge(from: Date, to: Date): string {
  const minutes = Math.max(0, Math.floor((to.getTime() - from.getTime()) / 60_000));
  const days = Math.floor(minutes / 1_440);
  if (days >= 2) return `${days} days`;
  const hours = Math.floor(minutes / 60);
  if (hours >= 1) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} m`;
  return minutes === 0 ? 'less than a minute' : `${minutes} m`;
}

/** Whole days between two instants, never negative. */
export function daysBetween(from: Date, to: Date): number {
  return Math.max(0, Math.floor((to.getTime() - from.getTime()) / 86_400_000));
}

/** The first instant of the next calendar day in a time zone: when HubSpot's daily quota starts anew. */
export function startOfNextDay(at: Date, timeZone: string): Date {
  return new Date(zoned(at, timeZone).add({ days: 1 }).startOfDay().epochMilliseconds);
}

/** A moment for people, in a time zone: `22 Nov 2026, 14:03`. */
export function readableMoment(at: Date, timeZone: string): string {
  const { hour, minute } = zoned(at, timeZone);
  const clock = [hour, minute].map((part) => String(part).padStart(2, '0')).join(':');
  return `${readableDay(dayOf(at, timeZone))}, ${clock}`;
}
