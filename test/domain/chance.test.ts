import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { beyondChance, binomialTail, fisherTail } from '../../src/chance.ts';

describe('the chance of what was counted', () => {
  // Known values: by hand for small numbers, R's `1 - pbinom(k - 1, n, p)` for the others.
  it.each([
    { hits: 3, trials: 3, rate: 0.25, chance: 0.015_625 },
    { hits: 2, trials: 3, rate: 0.5, chance: 0.5 },
    { hits: 0, trials: 5, rate: 0.1, chance: 1 },
    { hits: 1, trials: 10, rate: 0.1, chance: 1 - 0.9 ** 10 },
    { hits: 6, trials: 5, rate: 0.9, chance: 0 },
    { hits: 8, trials: 10, rate: 0.5, chance: 56 / 1_024 },
  ])('$hits or more of $trials at $rate is $chance', ({ hits, trials, rate, chance }) => {
    expect(binomialTail(hits, trials, rate)).toBeCloseTo(chance, 12);
  });

  it('needs no more than the counts where many are asked for', () => {
    expect(binomialTail(5_000, 10_000, 0.5)).toBeCloseTo(0.504, 3);
  });

  it('is a share, that falls with each hit more and rises with the rate', () => {
    const counts = fc.record({
      trials: fc.integer({ min: 1, max: 200 }),
      hits: fc.integer({ min: 0, max: 200 }),
      rate: fc.double({ min: 0.001, max: 0.999, noNaN: true }),
    });
    fc.assert(
      fc.property(counts, ({ trials, hits, rate }) => {
        const chance = binomialTail(hits, trials, rate);
        expect(chance).toBeGreaterThanOrEqual(0);
        expect(chance).toBeLessThanOrEqual(1);
        expect(binomialTail(hits + 1, trials, rate)).toBeLessThanOrEqual(chance);
        expect(binomialTail(hits, trials, Math.min(0.999, rate * 1.1)) + 1e-9).toBeGreaterThanOrEqual(chance);
      }),
    );
  });

  it('is the same as counted out where hits are dealt between two groups', () => {
    // Fisher's lady: three of four cups right, by guessing.
    expect(fisherTail({ hits: 3, misses: 1 }, { hits: 1, misses: 3 })).toBeCloseTo(17 / 70, 12);
    expect(fisherTail({ hits: 4, misses: 0 }, { hits: 0, misses: 4 })).toBeCloseTo(1 / 70, 12);
    expect(fisherTail({ hits: 0, misses: 4 }, { hits: 4, misses: 0 })).toBeCloseTo(1, 12);
    expect(fisherTail({ hits: 0, misses: 0 }, { hits: 4, misses: 2 })).toBe(1);
  });

  it('of a split and of the split turned round overlap in the one split alone', () => {
    const n = fc.integer({ min: 0, max: 40 });
    fc.assert(
      fc.property(n, n, n, n, (a, b, c, d) => {
        const up = fisherTail({ hits: a, misses: b }, { hits: c, misses: d });
        const down = fisherTail({ hits: b, misses: a }, { hits: d, misses: c });
        expect(up + down).toBeGreaterThanOrEqual(1 - 1e-9);
        expect(up).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('must be the smaller the more is looked at', () => {
    expect(beyondChance([0.04], 0.05)).toEqual([true]);
    expect(beyondChance([0.04, 0.5], 0.05)).toEqual([false, false]);
    // The second has to stand against the one that is left only.
    expect(beyondChance([0.04, 0.02, 0.3], 0.05)).toEqual([false, false, false]);
    expect(beyondChance([0.02, 0.01, 0.3], 0.05)).toEqual([true, true, false]);
    expect(beyondChance([], 0.05)).toEqual([]);
  });
});
