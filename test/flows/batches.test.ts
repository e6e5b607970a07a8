import { describe, expect, it } from '@jest/globals';
import { BATCH_LIMIT, ripeBatches, waitForAnswers } from '../../server/flows/batches.ts';
import type { ReadyBatch } from '../../server/store/stepClaims.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const batch = (kind: ReadyBatch['kind'], size: number, waitedMs: number): ReadyBatch => ({
  kind,
  listId: null,
  size,
  waitingSince: new Date(NOW.getTime() - waitedMs),
  stepIds: [],
});
const kindsOf = (ready: readonly ReadyBatch[], recentCalls: number): readonly string[] => {
  const ripe = ripeBatches(ready, recentCalls, NOW);
  return 'batches' in ripe ? ripe.batches.map(({ kind }) => kind) : [`in ${ripe.inMs} ms`];
};

describe('ripe batches', () => {
  it.each([
    { name: 'are none where nothing is ready', ready: [], recentCalls: 190, ripe: [] },
    {
      name: 'are all, the longest waiting first, while the portal is calm',
      ready: [batch('set-properties', 1, 0), batch('create-note', 1, 5)],
      recentCalls: 19,
      ripe: ['create-note', 'set-properties'],
    },
    {
      name: 'wait for company, the longer the busier the portal is',
      ready: [batch('set-properties', 1, 0), batch('create-note', 1, 300)],
      recentCalls: 60,
      ripe: ['in 700 ms'],
    },
    {
      name: 'are full ones without any wait',
      ready: [batch('set-properties', 1, 500), batch('create-note', BATCH_LIMIT, 0)],
      recentCalls: 190,
      ripe: ['create-note'],
    },
    {
      name: 'are full ones alone while there are any',
      ready: [
        batch('create-task', 20, 60_000),
        batch('create-note', BATCH_LIMIT, 10),
        batch('set-properties', BATCH_LIMIT + 5, 20),
      ],
      recentCalls: 190,
      ripe: ['set-properties', 'create-note'],
    },
    {
      name: 'are one that never fills too, once it has waited for minutes',
      ready: [batch('create-note', BATCH_LIMIT, 0), batch('create-task', 2, 5 * 60_000 + 1)],
      recentCalls: 190,
      ripe: ['create-task', 'create-note'],
    },
  ])('$name', ({ ready, recentCalls, ripe }) => {
    expect(kindsOf(ready, recentCalls)).toEqual(ripe);
  });
});

describe('answers that keep coming', () => {
  const agoMs = (ms: number): Date => new Date(NOW.getTime() - ms);
  it.each([
    { name: 'are waited for', oldest: agoMs(300), newest: agoMs(20), many: true, waitMs: 100 },
    {
      name: 'are not waited for once they have stopped',
      oldest: agoMs(300),
      newest: agoMs(100),
      many: true,
      waitMs: 0,
    },
    { name: 'are no lone click', oldest: agoMs(5), newest: agoMs(5), many: false, waitMs: 0 },
    {
      name: 'hold up the first of them for five seconds at most',
      oldest: agoMs(4_970),
      newest: NOW,
      many: true,
      waitMs: 30,
    },
    { name: 'do not hold up a backlog', oldest: agoMs(60_000), newest: NOW, many: true, waitMs: 0 },
  ])('$name', ({ waitMs, ...due }) => {
    expect(waitForAnswers(due, NOW)).toBe(waitMs);
  });
  it('are none where nothing is due', () => {
    expect(waitForAnswers(null, NOW)).toBe(0);
  });
});
