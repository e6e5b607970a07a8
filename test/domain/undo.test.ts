import { describe, expect, it } from '@jest/globals';

import { decideUndo, OUTCOME_UNKNOWN } from '../../src/rejection.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { NOW } from './build.ts';

const standing = {
  entryId: 'e1',
  kind: 'rejection' as const,
  at: '2026-11-22T08:00:00.000Z',
  reasonLabel: 'Not ICP',
};

describe('undo', () => {
  const answer = {
    entryId: 'e1',
    at: NOW.toISOString(),
    undone: false,
    undoUntil: '2026-11-22T10:00:30.000Z',
    steps: [],
  };
  const situation = { settings: DEFAULT_SETTINGS, standing };
  const later = new Date('2026-11-22T10:00:31Z');

  it('asks nothing for thirty seconds and then asks why', () => {
    expect(decideUndo({ reason: null }, answer, situation, new Date('2026-11-22T10:00:30Z')).ok).toBe(true);
    expect(decideUndo({ reason: ' ' }, answer, situation, later)).toMatchObject({
      refusal: { kind: 'undo-needs-reason' },
    });
    expect(decideUndo({ reason: 'wrong lead' }, answer, situation, later).ok).toBe(true);
  });

  it('refuses a second undo, and one of an answer that was replaced', () => {
    expect(decideUndo({ reason: null }, { ...answer, undone: true }, situation, NOW)).toMatchObject({
      refusal: { kind: 'already-undone' },
    });
    expect(
      decideUndo({ reason: null }, answer, { ...situation, standing: { ...standing, entryId: 'e2' } }, NOW),
    ).toMatchObject({ refusal: { kind: 'answer-replaced' } });
  });

  it('also reverses a step that was given up without anybody knowing whether it happened', () => {
    const kind = 'create-note' as const;
    const steps = [
      { stepId: 'a', kind, state: 'failed' as const, problem: { kind: 'validation' } },
      { stepId: 'b', kind, state: 'failed' as const, problem: { kind: OUTCOME_UNKNOWN } },
    ];
    const result = decideUndo({ reason: null }, { ...answer, steps }, situation, NOW);
    expect(result).toMatchObject({ decision: { reverse: [{ stepId: 'b' }] } });
  });

  it('cancels what never started, reverses the rest backwards and leaves failed steps alone', () => {
    const kind = 'create-note' as const;
    const steps = [
      { stepId: 'a', kind, state: 'done' as const },
      { stepId: 'b', kind, state: 'failed' as const },
      { stepId: 'c', kind, state: 'unknown' as const },
      { stepId: 'd', kind, state: 'pending' as const },
    ];
    const result = decideUndo({ reason: null }, { ...answer, steps }, situation, NOW);
    expect(result).toMatchObject({
      decision: { cancel: ['d'], reverse: [{ stepId: 'c' }, { stepId: 'a' }] },
    });
  });
});
