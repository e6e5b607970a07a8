import { describe, expect, it } from '@jest/globals';
import { BATCH_LIMIT, ripeBatches } from '../../server/flows/batches.ts';
import type { ReadyBatch } from '../../server/store/stepClaims.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const batch = (kind: ReadyBatch['kind'], size: number, waitedMs: number): ReadyBatch => ({
  kind,
  listId: null,
  size,
  waitingSince: new Date(NOW.getTime() - waitedMs),
  newestSince: new Date(NOW.getTime() - waitedMs),
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
