import { describe, expect, it } from '@jest/globals';

import type { LeadFacts } from '../../src/facts.ts';
import { baselineOf, gateOf } from '../../src/gate.ts';
import type { GateSituation, RejectedBefore } from '../../src/gateSituation.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { buildFacts } from './build.ts';

const REJECTED_AT = '2026-09-20T08:00:00.000Z';
const OLD = buildFacts({
  lastSeenAt: '2026-09-19T08:00:00.000Z',
  score: 60,
  recentConversionAt: null,
  lastPage: null,
});

const rejected = (over: Partial<RejectedBefore> = {}): RejectedBefore => ({
  at: REJECTED_AT,
  reason: 'too_early',
  coolingUntil: '2026-10-20',
  icpVersion: null,
  baseline: baselineOf(OLD),
  ...over,
});

const situation = (over: Partial<GateSituation> = {}, facts: Partial<LeadFacts> = {}): GateSituation => ({
  timeZone: 'Europe/Berlin',
  settings: DEFAULT_SETTINGS.gate,
  rejected: rejected(),
  facts: { ...OLD, ...facts },
  visitBefore: null,
  rejections: 1,
  reviewedAt: null,
  icpVersion: 1,
  completedAt: null,
  ...over,
});

/** A demo request after the rejection: the plainest new signal. */
const DEMO = { contentDownloaded: 'Book a demo', recentConversionAt: '2026-10-25T09:30:00.000Z' };
const LATER = new Date('2026-11-01T10:00:00Z');

const ruleOf = (asked: GateSituation, rule: string, now = LATER) =>
  gateOf(asked, now).rules.find((one) => one.rule === rule);

describe('the re-entry gate', () => {
  it('asks nothing of a lead that was never rejected', () => {
    expect(gateOf(situation({ rejected: null }), LATER)).toMatchObject({ verdict: 'passed', rules: [] });
  });

  it('lets a lead back with the very event and its date as proof', () => {
    expect(gateOf(situation({}, DEMO), LATER)).toMatchObject({
      verdict: 'passed',
      earliestOn: null,
      sentence: 'May come back to sales: a demo was requested (“Book a demo”) (25 Oct 2026, 10:30).',
    });
  });

  it('names the date and the event that are still missing', () => {
    const proof = gateOf(situation(), new Date('2026-10-01T10:00:00Z'));
    expect(proof).toMatchObject({ verdict: 'blocked', earliestOn: '2026-10-20' });
    expect(proof.sentence).toBe(
      'Not yet: cooling-off ends on 20 Oct 2026; a demo request, a pricing visit after a gap, or a score gained by new activity is missing.',
    );
  });

  // A day begins at the portal's own midnight, also on the days on which its clocks change (29 Mar and 25 Oct 2026 in
  // Berlin, 8 Mar and 1 Nov in New York).
  it.each([
    ['Europe/Berlin', '2026-03-29', '2026-03-28T22:59:59Z', '2026-03-28T23:00:00Z'],
    ['Europe/Berlin', '2026-03-30', '2026-03-29T21:59:59Z', '2026-03-29T22:00:00Z'],
    ['Europe/Berlin', '2026-10-25', '2026-10-24T21:59:59Z', '2026-10-24T22:00:00Z'],
    ['Europe/Berlin', '2026-10-26', '2026-10-25T22:59:59Z', '2026-10-25T23:00:00Z'],
    ['America/New_York', '2026-03-09', '2026-03-09T03:59:59Z', '2026-03-09T04:00:00Z'],
    ['America/New_York', '2026-11-02', '2026-11-02T04:59:59Z', '2026-11-02T05:00:00Z'],
    ['Asia/Kolkata', '2026-06-15', '2026-06-14T18:29:59Z', '2026-06-14T18:30:00Z'],
    ['Pacific/Auckland', '2026-09-27', '2026-09-26T11:59:59Z', '2026-09-26T12:00:00Z'],
    ['US/Eastern', '2026-01-02', '2026-01-02T04:59:59Z', '2026-01-02T05:00:00Z'],
  ])('in %s cooling-off until %s holds to the second', (timeZone, coolingUntil, before, from) => {
    const asked = situation({ timeZone, rejected: rejected({ coolingUntil }) }, DEMO);
    expect(ruleOf(asked, 'cooling', new Date(before))?.holds).toBe(false);
    expect(ruleOf(asked, 'cooling', new Date(from))?.holds).toBe(true);
  });

  it.each<[string, Partial<LeadFacts>, Partial<GateSituation>, boolean]>([
    ['a demo request', DEMO, {}, true],
    ['a demo request of before', { ...DEMO, recentConversionAt: '2026-09-19T08:00:00.000Z' }, {}, false],
    [
      'a demo request at the moment of the rejection',
      { ...DEMO, recentConversionAt: REJECTED_AT },
      {},
      false,
    ],
    ['another form', { ...DEMO, contentDownloaded: 'Newsletter' }, {}, false],
    [
      'a word that only contains the name of one',
      { ...DEMO, contentDownloaded: 'Democracy report' },
      {},
      false,
    ],
    [
      'a pricing visit after 14 days without one',
      { lastPage: 'https://x.example/pricing', lastSeenAt: '2026-10-14T08:00:00.000Z' },
      { visitBefore: '2026-09-30T08:00:00.000Z' },
      true,
    ],
    [
      'a pricing visit after 13 days',
      { lastPage: 'https://x.example/pricing', lastSeenAt: '2026-10-13T08:00:00.000Z' },
      { visitBefore: '2026-09-30T08:00:00.000Z' },
      false,
    ],
    [
      'another page after a gap',
      { lastPage: 'https://x.example/blog', lastSeenAt: '2026-10-14T08:00:00.000Z' },
      { visitBefore: '2026-09-20T08:00:00.000Z' },
      false,
    ],
    ['15 points of new activity', { score: 75, lastSeenAt: '2026-10-14T08:00:00.000Z' }, {}, true],
    ['a fifth of the score of new activity', { score: 72, lastSeenAt: '2026-10-14T08:00:00.000Z' }, {}, true],
    ['11 points, less than a fifth', { score: 71, lastSeenAt: '2026-10-14T08:00:00.000Z' }, {}, false],
    ['40 points without any activity', { score: 100 }, {}, false],
    [
      'points from nothing, where a fifth of nothing says nothing',
      { score: 5, lastSeenAt: '2026-10-14T08:00:00.000Z' },
      { rejected: rejected({ baseline: { ...baselineOf(OLD), score: 0 } }) },
      false,
    ],
  ])('takes for a new signal, or not: %s', (_what, facts, over, holds) => {
    expect(ruleOf(situation(over, facts), 'new-signal')?.holds).toBe(holds);
  });

  it('reports a score that rose on old activity as a fault of the scoring', () => {
    expect(gateOf(situation({}, { score: 100 }), LATER)).toMatchObject({
      verdict: 'blocked',
      scoreFault: true,
    });
    expect(gateOf(situation({}, { score: 61 }), LATER).scoreFault).toBe(false);
    expect(gateOf(situation({}, { ...DEMO, score: 100 }), LATER).scoreFault).toBe(false);
  });

  it.each([
    [1, null, undefined],
    [2, null, false],
    [2, '2026-09-19T08:00:00.000Z', false],
    [2, '2026-10-30T08:00:00.000Z', true],
    [5, '2026-10-30T08:00:00.000Z', true],
  ])('after %i rejections, reviewed at %s, the review says %s', (rejections, reviewedAt, holds) => {
    expect(ruleOf(situation({ rejections, reviewedAt }, DEMO), 'human-review')?.holds).toBe(holds);
  });

  it('asks for a review only where nothing else is missing', () => {
    expect(gateOf(situation({ rejections: 2 }, DEMO), LATER).verdict).toBe('review');
    expect(gateOf(situation({ rejections: 2 }), LATER).verdict).toBe('blocked');
  });

  it.each<[string, Partial<LeadFacts>, number, boolean]>([
    ['nothing changed', {}, 1, false],
    ['a newer definition', {}, 2, true],
    ['more employees', { employees: '900' }, 1, true],
    ['the same words in other letters', { country: 'germany' }, 1, false],
    ['an industry that became known', { industry: 'SOFTWARE' }, 1, true],
  ])('opens the ICP lock, or not: %s', (_what, facts, icpVersion, holds) => {
    const was = buildFacts({ ...OLD, country: 'Germany' });
    const asked = situation(
      { icpVersion, rejected: rejected({ reason: 'not_icp', icpVersion: 1, baseline: baselineOf(was) }) },
      { country: 'Germany', ...DEMO, ...facts },
    );
    expect(ruleOf(asked, 'icp-lock')?.holds).toBe(holds);
  });

  it('says nothing of the ICP where the reason did not rest on it', () => {
    expect(ruleOf(situation({ icpVersion: 9 }, DEMO), 'icp-lock')).toBeUndefined();
  });
});
