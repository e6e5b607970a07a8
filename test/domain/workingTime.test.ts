import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_SETTINGS, type WorkingHours } from '../../src/settings.ts';
import { problemsOf } from '../../src/settingsProblems.ts';
import { dueAt, readableMinutes, workingMinutesBetween } from '../../src/workingTime.ts';

const ZONES = [
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Australia/Lord_Howe',
  'America/Santiago',
];
const NINE_TO_FIVE = DEFAULT_SETTINGS.sla.hours;
const always = (from: string, to: string): WorkingHours => ({
  days: Array.from({ length: 7 }, () => [{ from, to }]),
  holidays: [],
});
const at = (text: string): Date => new Date(text);

describe('working time', () => {
  it.each([
    { from: '2026-11-23T09:00+01:00', minutes: 120, due: '2026-11-23T11:00+01:00', what: 'within a day' },
    { from: '2026-11-23T16:00+01:00', minutes: 120, due: '2026-11-24T10:00+01:00', what: 'over night' },
    { from: '2026-11-27T16:30+01:00', minutes: 60, due: '2026-11-30T09:30+01:00', what: 'over a weekend' },
    { from: '2026-11-28T12:00+01:00', minutes: 1, due: '2026-11-30T09:01+01:00', what: 'from a day off on' },
    {
      from: '2026-11-23T06:00+01:00',
      minutes: 480,
      due: '2026-11-23T17:00+01:00',
      what: 'up to the end of a day',
    },
    { from: '2026-10-23T16:00+02:00', minutes: 120, due: '2026-10-26T10:00+01:00', what: 'into winter time' },
    { from: '2026-03-27T16:00+01:00', minutes: 120, due: '2026-03-30T10:00+02:00', what: 'into summer time' },
  ])('$what: $minutes minutes from $from are over at $due', ({ from, minutes, due }) => {
    expect(dueAt(at(from), minutes, NINE_TO_FIVE, 'Europe/Berlin')).toEqual(at(due));
  });

  it('stands still on holidays', () => {
    const hours = { ...NINE_TO_FIVE, holidays: ['2026-12-24', '2026-12-25'] };
    expect(dueAt(at('2026-12-23T16:30+01:00'), 60, hours, 'Europe/Berlin')).toEqual(
      at('2026-12-28T09:30+01:00'),
    );
    expect(
      workingMinutesBetween(
        at('2026-12-24T00:00+01:00'),
        at('2026-12-26T00:00+01:00'),
        hours,
        'Europe/Berlin',
      ),
    ).toBe(0);
  });

  it('counts the hours that a clock change takes or gives', () => {
    const day = (from: string, to: string): number =>
      workingMinutesBetween(at(from), at(to), always('00:00', '24:00'), 'Europe/Berlin') / 60;
    expect(day('2026-03-29T00:00+01:00', '2026-03-30T00:00+02:00')).toBe(23);
    expect(day('2026-10-25T00:00+02:00', '2026-10-26T00:00+01:00')).toBe(25);
    // Hours that are skipped on that day are no working time at all.
    expect(
      workingMinutesBetween(
        at('2026-03-29T00:00+01:00'),
        at('2026-03-30T00:00+02:00'),
        always('02:00', '03:00'),
        'Europe/Berlin',
      ),
    ).toBe(0);
  });

  const clock = (minute: number): string =>
    `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
  const ranges = fc
    .uniqueArray(fc.integer({ min: 0, max: 1_440 }), { maxLength: 4 })
    .map((cuts) => cuts.sort((a, b) => a - b))
    .map((cuts) =>
      cuts.flatMap((cut, place) =>
        place % 2 === 1 ? [{ from: clock(cuts[place - 1] ?? 0), to: clock(cut) }] : [],
      ),
    );
  const hours: fc.Arbitrary<WorkingHours> = fc
    .record({
      days: fc.array(ranges, { minLength: 7, maxLength: 7 }),
      holidays: fc.constantFrom([], ['2026-03-30', '2026-10-26', '2026-11-01']),
    })
    .filter(({ days }) => days.some((of) => of.length > 0));
  // Around the clock changes of the zones above.
  const instant = fc
    .integer({ min: Date.UTC(2026, 2, 1), max: Date.UTC(2026, 11, 15) })
    .map((ms) => new Date(ms));
  const zone = fc.constantFrom(...ZONES);
  const minutes = fc.integer({ min: 0, max: 3_000 });

  it('what falls due has just that many working minutes before it', () => {
    fc.assert(
      fc.property(instant, minutes, hours, zone, (from, given, week, timeZone) => {
        const due = dueAt(from, given, week, timeZone);
        expect(due.getTime()).toBeGreaterThanOrEqual(from.getTime());
        expect(workingMinutesBetween(from, due, week, timeZone)).toBe(given);
      }),
    );
  });

  it('more minutes, or a later beginning, never fall due earlier', () => {
    fc.assert(
      fc.property(instant, instant, minutes, minutes, hours, zone, (a, b, m, n, week, timeZone) => {
        const [early, late] = a < b ? [a, b] : [b, a];
        expect(dueAt(early, m, week, timeZone).getTime()).toBeLessThanOrEqual(
          dueAt(late, m, week, timeZone).getTime(),
        );
        expect(dueAt(a, Math.min(m, n), week, timeZone).getTime()).toBeLessThanOrEqual(
          dueAt(a, Math.max(m, n), week, timeZone).getTime(),
        );
      }),
    );
  });

  it('of two stretches that meet is the sum of both', () => {
    fc.assert(
      fc.property(fc.tuple(instant, instant, instant), hours, zone, (three, week, timeZone) => {
        const [a, b, c] = [...three].sort((x, y) => x.getTime() - y.getTime()) as [Date, Date, Date];
        const between = (from: Date, to: Date): number =>
          Math.round(workingMinutesBetween(from, to, week, timeZone) * 60_000);
        expect(between(a, b) + between(b, c)).toBe(between(a, c));
      }),
    );
  });

  it('without any working hours is refused by the settings, and never waited for', () => {
    const never: WorkingHours = { days: Array.from({ length: 7 }, () => []), holidays: [] };
    const settings = { ...DEFAULT_SETTINGS, sla: { ...DEFAULT_SETTINGS.sla, hours: never } };
    expect(problemsOf(settings, null, ['sla'])).toMatchObject([{ field: 'sla.hours.days' }]);
    expect(() => dueAt(at('2026-11-23T09:00Z'), 1, never, 'UTC')).toThrow('never come');
  });

  it.each([
    [40, '40 min'],
    [120, '2 h'],
    [200.4, '3 h 20 min'],
  ])('%d minutes are said as %s', (given, said) => {
    expect(readableMinutes(given)).toBe(said);
  });
});
