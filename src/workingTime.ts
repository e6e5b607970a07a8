/** The SLA clock: working minutes in a portal's own time zone. It stands still outside of working hours and on holidays. */

import { addDays, dayOf, wallClockMs, weekdayOf, type Day } from './calendar.ts';
import type { WorkingHours } from './settings.ts';

const MINUTE_MS = 60_000;
/** Ten thousand minutes at five a week take forty years; farther on nobody works at all. */
const FARTHEST_DAYS = 20_000;
/** Days whose hours are remembered for one set of hours. */
const REMEMBERED = 2_000;

/** From and until, in epoch milliseconds. */
type Stretch = readonly [from: number, until: number];

/** What one day comes to in instants is asked for with every hand-off, and reckoned once. */
const known = new WeakMap<WorkingHours, Map<string, readonly Stretch[]>>();

function stretchesOf(day: Day, hours: WorkingHours, timeZone: string): readonly Stretch[] {
  const ofHours = known.get(hours) ?? new Map<string, readonly Stretch[]>();
  known.set(hours, ofHours);
  const key = `${timeZone} ${day}`;
  const found = ofHours.get(key);
  if (found !== undefined) return found;
  const ranges = hours.holidays.includes(day) ? [] : (hours.days[weekdayOf(day) - 1] ?? []);
  const stretches = ranges
    .map(({ from, to }): Stretch => [wallClockMs(day, from, timeZone), wallClockMs(day, to, timeZone)])
    .filter(([from, until]) => until > from);
  if (ofHours.size >= REMEMBERED) ofHours.clear();
  ofHours.set(key, stretches);
  return stretches;
}

/**
 * The instant at which so many working minutes have passed since `from`. Throws where nobody ever works, which settings
 * refuse.
 */
export function dueAt(from: Date, minutes: number, hours: WorkingHours, timeZone: string): Date {
  let left = Math.round(minutes * MINUTE_MS);
  let day = dayOf(from, timeZone);
  for (let passed = 0; passed < FARTHEST_DAYS; passed += 1) {
    for (const [begins, until] of stretchesOf(day, hours, timeZone)) {
      const start = Math.max(begins, from.getTime());
      if (start >= until) continue;
      if (until - start >= left) return new Date(start + left);
      left -= until - start;
    }
    day = addDays(day, 1);
  }
  throw new Error('These working hours never come to the time that was asked for.');
}

/** Working minutes between two instants, fractions included; none where `to` is not after `from`. */
export function workingMinutesBetween(from: Date, to: Date, hours: WorkingHours, timeZone: string): number {
  if (to.getTime() <= from.getTime()) return 0;
  const last = dayOf(to, timeZone);
  let sum = 0;
  for (let day = dayOf(from, timeZone); day <= last; day = addDays(day, 1)) {
    for (const [begins, until] of stretchesOf(day, hours, timeZone))
      sum += Math.max(0, Math.min(until, to.getTime()) - Math.max(begins, from.getTime()));
  }
  return sum / MINUTE_MS;
}

/** `40 min`, `2 h`, `3 h 20 min`: working time for people, in whole minutes. */
export function readableMinutes(minutes: number): string {
  const whole = Math.round(minutes);
  const [hours, rest] = [Math.floor(whole / 60), whole % 60];
  if (hours === 0) return `${rest} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}
