import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays, dayOf, morningOf } from '../../src/calendar.ts';

const ZONES = [
  'UTC',
  'Europe/Berlin',
  'US/Eastern',
  'Asia/Kolkata',
  'Pacific/Apia',
  'America/Sao_Paulo',
] as const;
const MINUTE_MS = 60_000;
/** Around the ends of days, of daylight-saving time, and of the day that Samoa left out (30 December 2011). */
const instants = fc
  .tuple(
    fc.constantFrom(
      '2026-03-29T00:00:00Z',
      '2026-10-25T01:00:00Z',
      '2011-12-30T10:00:00Z',
      '2018-11-04T03:00:00Z',
    ),
    fc.integer({ min: -60 * 48, max: 60 * 48 }),
  )
  .map(([around, minutes]) => new Date(Date.parse(around) + minutes * MINUTE_MS));

it('gives the day of every instant, whatever was asked for before', () => {
  const formats = new Map(
    ZONES.map((timeZone) => [timeZone, new Intl.DateTimeFormat('en-CA', { timeZone })]),
  );
  fc.assert(
    fc.property(
      fc.array(fc.tuple(instants, fc.constantFrom(...ZONES)), { minLength: 2, maxLength: 20 }),
      (asked) => {
        for (const [at, timeZone] of asked)
          expect(dayOf(at, timeZone)).toBe(formats.get(timeZone)?.format(at));
      },
    ),
  );
});

it('gives the same morning and the same day again, and nobody else’s', () => {
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  expect(addDays('2026-12-31', 11)).toBe('2027-01-11');
  expect(addDays('2026-12-31', 1)).toBe('2027-01-01');
  const morning = morningOf('2026-11-22', 'Europe/Berlin');
  expect(morning.toISOString()).toBe('2026-11-22T08:00:00.000Z');
  morning.setFullYear(1999);
  expect(morningOf('2026-11-22', 'Europe/Berlin').toISOString()).toBe('2026-11-22T08:00:00.000Z');
  expect(morningOf('2026-11-22', 'UTC').toISOString()).toBe('2026-11-22T09:00:00.000Z');
});
