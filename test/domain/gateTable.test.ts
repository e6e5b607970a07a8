/** The re-entry gate as a whole: each combination of its rules, and the days of portals all over the world. */

import { describe, expect, it } from '@jest/globals';
import type { LeadFacts } from '../../src/facts.ts';
import { baselineOf, gateOf } from '../../src/gate.ts';
import type { GateSituation } from '../../src/gateSituation.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { buildFacts } from './build.ts';

const REJECTED_AT = '2026-09-20T08:00:00.000Z';
const DEMO_AT = '2026-10-25T09:30:00.000Z';
const REVIEWED_AT = '2026-10-30T08:00:00.000Z';
const NOW = new Date('2026-11-01T10:00:00Z');
const OLD = buildFacts({
  lastSeenAt: '2026-09-19T08:00:00.000Z',
  score: 60,
  recentConversionAt: null,
  lastPage: null,
});

/** What one rule finds; `silent` where it is not about the lead. */
type Finds = 'holds' | 'fails' | 'silent';
type Row = {
  readonly cooling: Exclude<Finds, 'silent'>;
  readonly signal: Exclude<Finds, 'silent'>;
  readonly review: Finds;
  readonly lock: Finds;
};

const TWO = ['holds', 'fails'] as const;
const THREE = ['holds', 'fails', 'silent'] as const;
const ROWS: readonly Row[] = TWO.flatMap((cooling) =>
  TWO.flatMap((signal) =>
    THREE.flatMap((review) => THREE.map((lock): Row => ({ cooling, signal, review, lock }))),
  ),
);

const toSituation = ({ cooling, signal, review, lock }: Row): GateSituation => {
  const demo: Partial<LeadFacts> =
    signal === 'holds' ? { contentDownloaded: 'Book a demo', recentConversionAt: DEMO_AT } : {};
  return {
    timeZone: 'Europe/Berlin',
    settings: DEFAULT_SETTINGS.gate,
    rejected: {
      at: REJECTED_AT,
      reason: lock === 'silent' ? 'too_early' : 'not_icp',
      coolingUntil: cooling === 'holds' ? '2026-10-20' : '2026-12-19',
      icpVersion: lock === 'silent' ? null : 3,
      baseline: baselineOf(OLD),
    },
    facts: { ...OLD, ...demo },
    visitBefore: null,
    rejections: review === 'silent' ? 1 : 2,
    reviewedAt: review === 'holds' ? REVIEWED_AT : null,
    icpVersion: lock === 'holds' ? 4 : 3,
    completedAt: null,
  };
};

/** What the method says of such a lead, written down a second time and in another way. */
const expected = ({ cooling, signal, review, lock }: Row) => {
  const missing = [
    ...(cooling === 'fails' ? ['cooling-off ends on 19 Dec 2026'] : []),
    ...(signal === 'fails'
      ? ['a demo request, a pricing visit after a gap, or a score gained by new activity is missing']
      : []),
    ...(review === 'fails' ? ['marketing operations have to look at it first'] : []),
    ...(lock === 'fails' ? ['a newer ICP definition or a changed company fact is missing'] : []),
  ];
  const earliestOn = cooling === 'fails' ? '2026-12-19' : null;
  if (missing.length === 0)
    return {
      verdict: 'passed',
      earliestOn,
      sentence: 'May come back to sales: a demo was requested (“Book a demo”) (25 Oct 2026, 10:30).',
    };
  if (missing.length === 1 && review === 'fails')
    return {
      verdict: 'review',
      earliestOn,
      sentence: 'Marketing operations decide first: it was rejected and recycled before.',
    };
  return { verdict: 'blocked', earliestOn, sentence: `Not yet: ${missing.join('; ')}.` };
};

/** What the proof says under each rule, with its date. */
const PROOF = {
  cooling: {
    holds: { fact: 'cooling-off ended on 20 Oct 2026', at: null },
    fails: { fact: 'cooling-off lasts until 19 Dec 2026', at: null },
  },
  signal: {
    holds: { fact: 'a demo was requested (“Book a demo”)', at: DEMO_AT },
    fails: { fact: 'nothing new since the rejection on 20 Sept 2026', at: null },
  },
  review: {
    holds: { fact: 'marketing operations decided to hand it off again', at: REVIEWED_AT },
    fails: { fact: 'this would be attempt 3', at: null },
  },
  lock: {
    holds: { fact: 'ICP definition v4 is in force; the rejection was by v3', at: null },
    fails: { fact: 'ICP definition v3 is still in force and the company is as it was', at: null },
  },
} as const;
const RULE_OF = {
  cooling: 'cooling',
  signal: 'new-signal',
  review: 'human-review',
  lock: 'icp-lock',
} as const;
type Part = keyof Row;
const PARTS: readonly Part[] = ['cooling', 'signal', 'review', 'lock'];

describe('the gate, for each combination of what its rules find', () => {
  it.each(ROWS)('cooling $cooling, signal $signal, review $review, ICP lock $lock', (row) => {
    const proof = gateOf(toSituation(row), NOW);
    const { verdict, earliestOn, sentence } = proof;
    expect({ verdict, earliestOn, sentence }).toEqual(expected(row));
    const rules = PARTS.flatMap((part) => {
      const finds = row[part];
      if (finds === 'silent') return [];
      return [{ rule: RULE_OF[part], holds: finds === 'holds', ...PROOF[part][finds] }];
    });
    expect(proof.rules.map(({ rule, holds, fact, at }) => ({ rule, holds, fact, at }))).toEqual(rules);
    expect(proof.rules.filter(({ holds, needs }) => holds !== (needs === null))).toEqual([]);
  });
});

/** The day of an instant by the platform's own calendar. */
const dayIn = (timeZone: string) => {
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, dateStyle: 'short' });
  return (at: number): string => format.format(at);
};
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The first instant of a day or of the first one after it, by halving. */
const beginOf = (day: string, timeZone: string): number => {
  const dayAt = dayIn(timeZone);
  let [before, from] = [Date.parse(day) - 2 * DAY_MS, Date.parse(day) + 2 * DAY_MS];
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (dayAt(middle) >= day) from = middle;
    else before = middle;
  }
  return from;
};

/** Zone → days about which its clocks change, or days like any other where they never do. */
const DAYS = {
  // 5 Apr and 27 Sept.
  'Pacific/Auckland': ['2026-04-04', '2026-04-05', '2026-04-06', '2026-09-26', '2026-09-27', '2026-09-28'],
  // 8 Mar and 1 Nov.
  'America/New_York': ['2026-03-07', '2026-03-08', '2026-03-09', '2026-10-31', '2026-11-01', '2026-11-02'],
  // 29 Mar and 25 Oct.
  'Europe/Berlin': ['2026-03-28', '2026-03-29', '2026-03-30', '2026-10-24', '2026-10-25', '2026-10-26'],
  'Asia/Kolkata': ['2026-01-01', '2026-02-28', '2026-03-01', '2026-12-31'],
  // It went over the date line: 30 Dec 2011 was never there.
  'Pacific/Apia': ['2011-12-29', '2011-12-30', '2011-12-31', '2026-01-01', '2026-12-31'],
  // Clocks that change at midnight: the day begins at one.
  'America/Santiago': ['2026-04-04', '2026-04-05', '2026-09-05', '2026-09-06', '2026-09-07'],
} as const;
const BOUNDARIES = Object.entries(DAYS).flatMap(([timeZone, days]) => days.map((day) => ({ timeZone, day })));
const PASSED = toSituation({ cooling: 'holds', signal: 'holds', review: 'silent', lock: 'silent' });

describe('the days of the gate, in portals all over the world', () => {
  it.each(BOUNDARIES)(
    '$timeZone: cooling-off until $day ends with the first moment of that day',
    ({ timeZone, day }) => {
      const begin = beginOf(day, timeZone);
      const asked: GateSituation = {
        ...PASSED,
        timeZone,
        rejected: PASSED.rejected && { ...PASSED.rejected, coolingUntil: day },
      };
      const at = (moment: number) => gateOf(asked, new Date(moment));
      expect(at(begin - 1)).toMatchObject({ verdict: 'blocked', earliestOn: day });
      expect(at(begin)).toMatchObject({ verdict: 'passed', earliestOn: null });
      expect(at(begin + 12 * HOUR_MS).verdict).toBe('passed');
    },
  );

  it.each(BOUNDARIES)(
    '$timeZone: a gap that ends on $day is counted in days, not in hours',
    ({ timeZone, day }) => {
      const dayAt = dayIn(timeZone);
      const visit = beginOf(day, timeZone);
      // The day the visit is on: one that was never there begins as the next.
      const earliest = Date.parse(dayAt(visit)) - DEFAULT_SETTINGS.gate.visitGapDays * DAY_MS;
      const lastMoment = beginOf(new Date(earliest + DAY_MS).toISOString().slice(0, 10), timeZone) - 1;
      const found = (visitBefore: number): boolean | undefined => {
        const asked: GateSituation = {
          ...PASSED,
          timeZone,
          rejected: PASSED.rejected && { ...PASSED.rejected, at: '2011-01-01T00:00:00.000Z' },
          facts: { ...OLD, lastPage: 'https://x.example/pricing', lastSeenAt: new Date(visit).toISOString() },
          visitBefore: new Date(visitBefore).toISOString(),
        };
        return gateOf(asked, new Date(visit)).rules.find(({ rule }) => rule === 'new-signal')?.holds;
      };
      expect(found(lastMoment)).toBe(true);
      expect(found(lastMoment + 1)).toBe(false);
    },
  );
});
