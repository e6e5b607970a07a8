import { describe, expect, it } from '@jest/globals';

import { gateOf } from '../../src/gate.ts';
import { decideRejection } from '../../src/rejection.ts';
import { planScore, pointsOf } from '../../src/score.ts';
import { DEFAULT_SETTINGS, reasonsOfPreset } from '../../src/settings.ts';
import type { ScoreMode } from '../../src/settingsLists.ts';
import { standardRoute } from '../../src/tracks.ts';
import { buildFacts, buildRejection, buildSituation, NOW } from './build.ts';

const NAMES = { ...DEFAULT_SETTINGS.routing.score, behaviour: 'points_did', fit: 'points_is' };
const KNOWN = { score: 90, behaviourScore: 40, fitScore: 30, scoreLess: null };
const ONE_SCORE = { score: 60, behaviourScore: null, fitScore: null, scoreLess: 10 };

describe('the score of a rejected lead', () => {
  it.each<{
    mode: ScoreMode;
    of: typeof KNOWN | typeof ONE_SCORE;
    writes: Record<string, string> | null;
    after: number;
  }>([
    { mode: 'keep', of: KNOWN, writes: null, after: 70 },
    { mode: 'reset_implicit', of: KNOWN, writes: { points_did: '0' }, after: 30 },
    { mode: 'reset_both', of: KNOWN, writes: { points_did: '0', points_is: '0' }, after: 0 },
    { mode: 'decay', of: KNOWN, writes: { points_did: '20' }, after: 50 },
    { mode: 'separate', of: KNOWN, writes: { points_did: '0', mqlr_score_nurture: '70' }, after: 30 },
    { mode: 'keep', of: ONE_SCORE, writes: null, after: 50 },
    { mode: 'reset_implicit', of: ONE_SCORE, writes: { mqlr_score_less: '60' }, after: 0 },
    { mode: 'reset_both', of: ONE_SCORE, writes: { mqlr_score_less: '60' }, after: 0 },
    { mode: 'decay', of: ONE_SCORE, writes: { mqlr_score_less: '35' }, after: 25 },
    {
      mode: 'separate',
      of: ONE_SCORE,
      writes: { mqlr_score_less: '60', mqlr_score_nurture: '50' },
      after: 0,
    },
  ])('$mode writes $writes and leaves $after', ({ mode, of, writes, after }) => {
    const planned = planScore(mode, of, NAMES);
    expect(planned?.values ?? null).toEqual(writes);
    expect(planned?.after ?? pointsOf(of)).toBe(after);
    if (planned === null) return;
    // What is written is what the gate then counts.
    const { values } = planned;
    const number = (name: string, before: number | null): number | null =>
      name in values ? Number(values[name]) : before;
    const behaviourScore = number('points_did', of.behaviourScore);
    const fitScore = number('points_is', of.fitScore);
    const scoreLess = number('mqlr_score_less', of.scoreLess);
    expect(pointsOf({ score: of.score, behaviourScore, fitScore, scoreLess })).toBe(after);
  });

  it('nobody’s points are changed where nobody scores', () => {
    const nothing = { score: null, behaviourScore: null, fitScore: null, scoreLess: null };
    expect(planScore('reset_both', nothing, NAMES)).toBeNull();
  });

  it('the gate measures a later gain by the points that the rejection left', () => {
    const routes = [{ ...standardRoute('too_early'), score: 'reset_implicit' as const }];
    const settings = {
      ...DEFAULT_SETTINGS,
      reasons: reasonsOfPreset('seven'),
      routing: { ...DEFAULT_SETTINGS.routing, routes },
    };
    const facts = buildFacts({ score: 60 });
    const decided = decideRejection(buildRejection(), buildSituation({ settings, facts }), NOW);
    if (!decided.ok) throw new Error(decided.refusal.kind);
    const { baseline } = decided.decision;
    expect(baseline.score).toBe(0);
    const later = new Date('2027-03-01T10:00:00Z');
    const proofOf = (score: number) =>
      gateOf(
        {
          timeZone: 'Europe/Berlin',
          settings: settings.gate,
          rejected: {
            at: NOW.toISOString(),
            reason: 'too_early',
            coolingUntil: '2026-12-22',
            icpVersion: null,
            baseline,
          },
          facts: { ...facts, score, scoreLess: 60, lastSeenAt: '2027-02-27T10:00:00.000Z' },
          visitBefore: null,
          rejections: 1,
          reviewedAt: null,
          completedAt: null,
          icpVersion: 1,
        },
        later,
      ).verdict;
    expect(proofOf(64)).toBe('blocked');
    expect(proofOf(75)).toBe('passed');
  });
});
