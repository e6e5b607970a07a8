import { describe, expect, it } from '@jest/globals';
import { BATCH_LIMIT, nextBatch } from '../../server/flows/batches.ts';
import type { ReadyBatch } from '../../server/store/stepClaims.ts';

const NOW = new Date('2026-11-22T12:00:00Z');
const batch = (name: ReadyBatch['kind'], size: number, waitedMs: number): ReadyBatch => ({
  kind: name,
  listId: null,
  size,
  waitingSince: new Date(NOW.getTime() - waitedMs),
  stepIds: [],
});

describe('the next batch', () => {
  it.each([
    { name: 'nothing where nothing is ready', batches: [], recentCalls: 190, next: { do: 'nothing' } },
    {
      name: 'a lone step at once, while the portal is calm',
      batches: [batch('set-properties', 1, 0)],
      recentCalls: 19,
      next: { do: 'carry-out', batch: { kind: 'set-properties' } },
    },
    {
      name: 'a wait for company, the longer the busier the portal is',
      batches: [batch('set-properties', 1, 0), batch('create-note', 1, 300)],
      recentCalls: 60,
      next: { do: 'wait', forMs: 700 },
    },
    {
      name: 'a full batch without any wait',
      batches: [batch('set-properties', 1, 5_000), batch('create-note', BATCH_LIMIT, 0)],
      recentCalls: 190,
      next: { do: 'carry-out', batch: { kind: 'create-note' } },
    },
    {
      name: 'the one that has waited longest among those that are alike',
      batches: [batch('create-note', BATCH_LIMIT, 10), batch('set-properties', BATCH_LIMIT + 5, 20)],
      recentCalls: 190,
      next: { do: 'carry-out', batch: { kind: 'set-properties' } },
    },
    {
      name: 'one that never fills before the full ones, once it has waited minutes longer',
      batches: [batch('create-note', BATCH_LIMIT, 0), batch('create-task', 2, 5 * 60_000 + 1)],
      recentCalls: 190,
      next: { do: 'carry-out', batch: { kind: 'create-task' } },
    },
  ])('is $name', ({ batches, recentCalls, next }) => {
    expect(nextBatch(batches, recentCalls, NOW)).toMatchObject(next);
  });
});
