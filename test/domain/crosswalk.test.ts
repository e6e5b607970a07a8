import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  crosswalkProblems,
  NOTHING_READ_ANEW,
  readAs,
  readCounts,
  stepInWords,
  type Crosswalk,
} from '../../src/crosswalk.ts';
import { hubspotPreset } from '../../src/hubspotPreset.ts';

const CODES = ['a', 'b', 'c', 'd', 'e'] as const;
const DAYS = ['2026-01-01', '2026-02-01', '2026-03-01', '2026-04-01'] as const;

const code = fc.constantFrom(...CODES);
const day = fc.constantFrom(...DAYS);
/** Shares of distinct codes that make the whole. */
const reading = fc.uniqueArray(code, { minLength: 1, maxLength: 3 }).chain((codes) =>
  fc
    .array(fc.integer({ min: 1, max: 9 }), { minLength: codes.length, maxLength: codes.length })
    .map((parts) => {
      const whole = parts.reduce((sum, part) => sum + part, 0);
      return codes.map((one, place) => ({ code: one, share: (parts[place] ?? 0) / whole }));
    }),
);
const crosswalk = fc
  .array(fc.record({ day, from: code, to: reading }), { maxLength: 6 })
  .map((steps): Crosswalk =>
    steps
      .sort((one, other) => (one.day < other.day ? -1 : 1))
      .map((step, place) => ({ ...step, version: place + 1 })),
  );
const counts = fc.array(fc.record({ reason: code, day, n: fc.integer({ min: 0, max: 1_000 }) }), {
  maxLength: 20,
});

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe('a crosswalk', () => {
  it('loses nothing and adds nothing: counts by reason keep their total', () => {
    fc.assert(
      fc.property(crosswalk, counts, (walk, given) => {
        const total = sum(given.map(({ n }) => n));
        expect(sum(readCounts(walk, given).values())).toBeCloseTo(total, 6);
      }),
    );
  });

  it('without steps reads everything as itself', () => {
    fc.assert(
      fc.property(code, day, (one, on) => {
        expect(readAs(NOTHING_READ_ANEW, one, on)).toEqual([{ code: one, share: 1 }]);
      }),
    );
  });

  it('reads step by step as it reads at once', () => {
    fc.assert(
      fc.property(crosswalk, fc.nat(6), code, day, (walk, cut, one, on) => {
        const before = readAs(walk.slice(0, cut), one, on);
        const onwards = new Map<string, number>();
        for (const part of before)
          for (const next of readAs(walk.slice(cut), part.code, on))
            onwards.set(next.code, (onwards.get(next.code) ?? 0) + part.share * next.share);
        const atOnce = new Map(readAs(walk, one, on).map(({ code: name, share }) => [name, share]));
        expect([...onwards.keys()].sort()).toEqual([...atOnce.keys()].sort());
        for (const [name, share] of onwards) expect(atOnce.get(name)).toBeCloseTo(share, 9);
      }),
    );
  });

  it('leaves alone what was rejected after the change', () => {
    const walk: Crosswalk = [{ day: '2026-02-01', version: 2, from: 'a', to: [{ code: 'b', share: 1 }] }];
    expect(readAs(walk, 'a', '2026-02-01')).toEqual([{ code: 'b', share: 1 }]);
    expect(readAs(walk, 'a', '2026-02-02')).toEqual([{ code: 'a', share: 1 }]);
  });

  it.each([
    { what: 'a code that stays', edit: [{ from: 'b', to: [{ code: 'c', share: 1 }] }] },
    { what: 'a code that was never used', edit: [{ from: 'x', to: [{ code: 'c', share: 1 }] }] },
    { what: 'a target that is not in use', edit: [{ from: 'a', to: [{ code: 'x', share: 1 }] }] },
    { what: 'shares that are not the whole', edit: [{ from: 'a', to: [{ code: 'b', share: 0.9 }] }] },
    {
      what: 'a share of nothing',
      edit: [
        {
          from: 'a',
          to: [
            { code: 'b', share: 1 },
            { code: 'c', share: 0 },
          ],
        },
      ],
    },
    {
      what: 'the same target twice',
      edit: [
        {
          from: 'a',
          to: [
            { code: 'b', share: 0.5 },
            { code: 'b', share: 0.5 },
          ],
        },
      ],
    },
    {
      what: 'a code read anew twice',
      edit: [
        { from: 'a', to: [{ code: 'b', share: 1 }] },
        { from: 'a', to: [{ code: 'c', share: 1 }] },
      ],
    },
  ])('refuses $what', ({ edit }) => {
    expect(crosswalkProblems(edit, ['a', 'b', 'c'], ['b', 'c'])).toHaveLength(1);
  });

  it('takes a merge, a rename and a split, and says them', () => {
    const split = {
      from: 'a',
      to: [
        { code: 'b', share: 0.25 },
        { code: 'c', share: 0.75 },
      ],
    };
    expect(crosswalkProblems([split], ['a', 'b'], ['b', 'c'])).toEqual([]);
    expect(stepInWords({ ...split, day: '2026-02-01', version: 2 }, (one) => one.toUpperCase())).toBe(
      'A is read as B (25 %) and C (75 %)',
    );
  });
});

describe('the preset of HubSpot’s own options', () => {
  const options = (...labels: string[]) => labels.map((label) => ({ value: label.toUpperCase(), label }));

  it('maps by label, however it is spelled, with Other as the last', () => {
    expect(hubspotPreset(options('No Response', 'bad timing', 'Wrong Data'))).toEqual({
      codes: ['unreachable', 'bad_timing', 'bad_data', 'other'],
      undecided: [],
    });
  });

  it('names what is none of ours, and what would be more than seven', () => {
    const found = hubspotPreset(
      options(
        'Not a Good Fit',
        'Technical Limitations',
        'No Commercial Interest',
        'Competitor Preference',
        'Wrong Data',
        'Bad Timing',
        'Budget Constraints',
        'No Response',
        'Moon phase',
      ),
    );
    expect(found?.codes).toHaveLength(7);
    expect(found?.codes.at(-1)).toBe('other');
    expect(found?.undecided).toEqual([
      expect.stringMatching(/^“No Response” would be more than 7/),
      expect.stringMatching(/^“Moon phase” is none of the known reasons/),
    ]);
  });

  it('is none where the portal has no Leads', () => {
    expect(hubspotPreset([])).toBeNull();
  });
});
