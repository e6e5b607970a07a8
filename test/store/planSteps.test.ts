import { randomUUID } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import type { ChangeKind } from '../../src/changes.ts';
import type { Store } from '../../server/store/db.ts';
import {
  cancelPendingSteps,
  insertPlanSteps,
  listSteps,
  lockSteps,
  releaseHeldSteps,
  type NewPlanStep,
} from '../../server/store/planSteps.ts';
import {
  claimSteps,
  findReadyBatches,
  markReversed,
  nextDueAt,
  portalsWithDueSteps,
  recordOutcomes,
  type ClaimedStep,
  type StepOutcome,
} from '../../server/store/stepClaims.ts';
import { insertEntries } from '../../server/store/ledger.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import { buildEntry, buildStep, later, NOW, insertEntry } from './builders.ts';
import { describeEachEngine } from './engines.ts';

const LEASE_MS = 60_000;
const MINUTE = 60_000;

await describeEachEngine('plan steps', (openTestStore) => {
  let store: Store;
  let portalId = 20;
  beforeAll(async () => {
    store = await openTestStore();
  });

  /** A portal of its own for each test. */
  const newPortal = async (): Promise<number> => {
    portalId += 1;
    await upsertPortal(store.db, { portalId, timeZone: 'UTC' });
    return portalId;
  };

  /** One entry of a contact with a step per row, in order. Returns the steps' ids. */
  const plan = async (contactId: string, steps: readonly Partial<NewPlanStep>[]): Promise<string[]> => {
    const entry = buildEntry({ portalId, contactId });
    await insertEntry(store.db, entry);
    const rows = steps.map((step, seq) =>
      buildStep({ portalId, entryId: entry.entryId, contactId, seq, ...step }),
    );
    await insertPlanSteps(store.db, rows);
    return rows.map((row) => row.stepId);
  };

  /** Claims the batch that has waited longest. */
  const claim = async (
    now = NOW,
    claimedBy: string = randomUUID(),
    limit = 100,
  ): Promise<readonly ClaimedStep[]> => {
    const batches = await findReadyBatches(store.db, { portalId, now, limit });
    const [first] = batches.toSorted((a, b) => a.waitingSince.getTime() - b.waitingSince.getTime());
    const stepIds = first?.stepIds ?? [];
    return store.transaction((tx) =>
      claimSteps(tx, { portalId, stepIds, now, claimedBy, leaseMs: LEASE_MS }),
    );
  };

  const outcomeOf = (step: ClaimedStep, outcome: Partial<StepOutcome> = {}): StepOutcome => ({
    portalId,
    stepId: step.stepId,
    claimedBy: step.claimedBy ?? '',
    state: 'done',
    trace: { kind: 'set-owner', before: '5' },
    problem: null,
    dueAt: null,
    at: NOW,
    ...outcome,
  });

  const record = (steps: readonly ClaimedStep[], outcome: Partial<StepOutcome> = {}) =>
    recordOutcomes(
      store.db,
      steps.map((step) => outcomeOf(step, outcome)),
    );

  const idsOf = (steps: readonly { readonly stepId: string }[]): string[] => steps.map((step) => step.stepId);
  const stateOf = async (stepId: string) => {
    const found = await store.db
      .selectFrom('planStep')
      .selectAll()
      .where('stepId', '=', stepId)
      .executeTakeFirst();
    return found ?? null;
  };

  it('come back as they were written', async () => {
    await newPortal();
    const change = { kind: 'set-properties', values: { mqlr_status: 'ümlaut' } } as const;
    const [stepId] = await plan('1', [
      { kind: 'set-properties', change, expected: { hs_lead_status: '' }, held: true },
    ]);
    const [claimed] = await claim();
    expect(claimed).toMatchObject({
      stepId,
      kind: 'set-properties',
      change,
      expected: { hs_lead_status: '' },
      held: true,
      state: 'running',
      attempts: 1,
      claimedUntil: later(LEASE_MS),
      dueAt: NOW,
      undoes: null,
      mayHaveHappened: false,
    });
    expect(await listSteps(store.db, portalId, [claimed?.entryId ?? ''])).toHaveLength(1);
  });

  it('are claimed one kind at a time, the longest waiting first, and never more than asked for', async () => {
    await newPortal();
    const kinds: ChangeKind[] = ['create-note', 'set-owner', 'create-note', 'set-owner', 'create-note'];
    const planned: string[] = [];
    for (const [index, kind] of kinds.entries()) {
      const dueAt = later(index === 1 ? -5 * MINUTE : -index);
      planned.push(...(await plan(`${index}`, [{ kind, dueAt }])));
    }
    const first = await claim(NOW, 'a', 1);
    expect(idsOf(first)).toEqual([planned[1]]);
    expect((await claim(NOW, 'a')).map((step) => step.kind)).toEqual([
      'create-note',
      'create-note',
      'create-note',
    ]);
    expect(idsOf(await claim(NOW, 'a'))).toEqual([planned[3]]);
    expect(await claim(NOW, 'a')).toEqual([]);
  });

  it('wait for the earlier steps of their plan, and those for the earlier plans of the contact', async () => {
    await newPortal();
    const [a, b] = await plan('1', [{}, { kind: 'create-note' }]);
    const [c] = await plan('1', [{ kind: 'create-task' }]);
    const [other] = await plan('2', [{ kind: 'create-task' }]);
    const first = await claim();
    expect(idsOf(first)).toEqual([a]);
    const unrelated = await claim();
    expect(idsOf(unrelated)).toEqual([other]);
    expect(await claim()).toEqual([]);
    await record([...first, ...unrelated]);
    const second = await claim();
    expect(idsOf(second)).toEqual([b]);
    // It is tried again in a minute: what comes after it still waits.
    await record(second, { state: 'pending', trace: null, dueAt: later(MINUTE) });
    expect(await claim()).toEqual([]);
    const again = await claim(later(MINUTE));
    expect(again).toMatchObject([{ stepId: b, attempts: 2, mayHaveHappened: false }]);
    await record(again, {
      state: 'failed',
      trace: null,
      problem: { kind: 'record-gone', sentence: 'Gone.' },
    });
    expect(idsOf(await claim())).toEqual([c]);
  });

  it('that wait for the weekly review do not hold up the others', async () => {
    await newPortal();
    const [held, next] = await plan('1', [
      { held: true, dueAt: later(7 * 24 * 60 * MINUTE) },
      { kind: 'create-note' },
    ]);
    expect(idsOf(await claim())).toEqual([next]);
    const [entry] = await store.db
      .selectFrom('planStep')
      .select('entryId')
      .where('stepId', '=', held ?? '')
      .execute();
    expect([...(await releaseHeldSteps(store.db, portalId, [entry?.entryId ?? ''], NOW))]).toEqual([
      entry?.entryId,
    ]);
    expect(idsOf(await claim())).toEqual([held]);
  });

  it('are handed to another holder when the lease ends, who is told that they may have happened', async () => {
    await newPortal();
    const [stepId] = await plan('1', [{}]);
    const first = await claim(NOW, 'first');
    expect(await claim(later(LEASE_MS - 1), 'second')).toEqual([]);
    const second = await claim(later(LEASE_MS), 'second');
    expect(second).toMatchObject([{ stepId, mayHaveHappened: true, claimedBy: 'second', attempts: 2 }]);
    // The first holder comes back late: its word no longer counts.
    expect(await record(first, { state: 'failed', trace: null })).toEqual([]);
    expect(await record(second)).toEqual([stepId]);
    expect(await stateOf(stepId ?? '')).toMatchObject({
      state: 'done',
      trace: { kind: 'set-owner', before: '5' },
    });
  });

  it('that may have happened are looked at again when their time comes', async () => {
    await newPortal();
    const [stepId] = await plan('1', [{}]);
    await record(await claim(), {
      state: 'unknown',
      trace: null,
      dueAt: later(MINUTE),
      problem: { kind: 'timeout', sentence: 'No answer.', retryAt: later(MINUTE).toISOString() },
    });
    expect(await stateOf(stepId ?? '')).toMatchObject({
      state: 'unknown',
      problem: { kind: 'timeout', retryAt: later(MINUTE).toISOString() },
      settledAt: null,
    });
    expect(await claim()).toEqual([]);
    expect(await claim(later(MINUTE))).toMatchObject([{ stepId, mayHaveHappened: true }]);
  });

  it('refuse an open outcome without the time of the next attempt', async () => {
    await newPortal();
    await plan('1', [{}]);
    await expect(record(await claim(), { state: 'pending', trace: null })).rejects.toThrow(
      'time of its next attempt',
    );
  });

  it('that never started are cancelled by an undo; the others are returned for an inverse', async () => {
    await newPortal();
    const [done, running, pending, held] = await plan('1', [
      {},
      { kind: 'create-note' },
      { kind: 'create-task' },
      { kind: 'set-lifecycle-stage', held: true, dueAt: later(MINUTE) },
    ]);
    const [first] = await claim();
    await record(first === undefined ? [] : [first]);
    await claim();
    const entryId = first?.entryId ?? '';
    await store.transaction(async (tx) => {
      expect(idsOf(await lockSteps(tx, portalId, entryId))).toEqual([done, running, pending, held]);
      expect(idsOf(await cancelPendingSteps(tx, portalId, entryId, NOW))).toEqual([done, running]);
    });
    const states = await Promise.all([done, running, pending, held].map((id) => stateOf(id ?? '')));
    expect(states.map((step) => step?.state)).toEqual(['done', 'running', 'undone', 'undone']);
    expect(await claim(later(2 * MINUTE - 1), 'x')).toMatchObject([{ stepId: running }]);
  });

  it('of an undo wait until the undone step has settled, and then learn how it ended', async () => {
    await newPortal();
    const [original] = await plan('1', [{}]);
    const first = await claim();
    const [undo] = await plan('1', [{ undoesStepId: original ?? '', change: null }]);
    expect(await claim()).toEqual([]);
    await record(first);
    const claimed = await claim();
    expect(claimed).toMatchObject([
      {
        stepId: undo,
        change: null,
        undoes: {
          stepId: original,
          state: 'done',
          change: { kind: 'set-owner', ownerId: '' },
          trace: { kind: 'set-owner', before: '5' },
        },
      },
    ]);
    await record(claimed, {
      change: { kind: 'set-owner', ownerId: '5' },
      trace: { kind: 'set-owner', before: '' },
    });
    await markReversed(store.db, portalId, [{ stepId: original ?? '', problem: null }], NOW);
    expect(await stateOf(undo ?? '')).toMatchObject({
      state: 'done',
      change: { kind: 'set-owner', ownerId: '5' },
    });
    expect(await stateOf(original ?? '')).toMatchObject({ state: 'undone', settledAt: NOW });
  });

  it('that would be tried again although their undo is planned end instead', async () => {
    await newPortal();
    const [original] = await plan('1', [{}]);
    const first = await claim();
    await plan('1', [{ undoesStepId: original ?? '', change: null }]);
    await record(first, { state: 'pending', trace: null, dueAt: later(MINUTE) });
    expect(await stateOf(original ?? '')).toMatchObject({ state: 'undone', settledAt: NOW, trace: null });
    expect(await claim()).toMatchObject([{ undoes: { state: 'undone' } }]);
  });

  it('tell when the next one can be claimed, and in which portals there are some now', async () => {
    const empty = await newPortal();
    const until = later(20 * MINUTE);
    expect(await nextDueAt(store.db, empty, { now: NOW, until })).toBeNull();
    await newPortal();
    await plan('1', [{}, { kind: 'create-note' }]);
    await plan('2', [{ held: true, dueAt: later(10 * MINUTE) }]);
    // What is due now is claimed now; it needs no other time.
    expect(await nextDueAt(store.db, portalId, { now: NOW, until })).toEqual(later(10 * MINUTE));
    expect(await portalsWithDueSteps(store.db, NOW)).toContain(portalId);
    expect(await portalsWithDueSteps(store.db, NOW)).not.toContain(empty);
    const claimed = await claim();
    // The note waits for the step under way, whose holder may die: then it is the lease that counts.
    expect(await nextDueAt(store.db, portalId, { now: NOW, until })).toEqual(later(LEASE_MS));
    expect(await portalsWithDueSteps(store.db, later(LEASE_MS))).toContain(portalId);
    await record(claimed);
    await record(await claim());
    expect(await nextDueAt(store.db, portalId, { now: NOW, until })).toEqual(later(10 * MINUTE));
    expect(await nextDueAt(store.db, portalId, { now: NOW, until: later(5 * MINUTE) })).toBeNull();
    expect(await portalsWithDueSteps(store.db, NOW)).not.toContain(portalId);
  });

  it('are told apart by the list that they change, as many as there are', async () => {
    await newPortal();
    const toList = (listId: string): Partial<NewPlanStep> => ({
      kind: 'add-to-list',
      change: { kind: 'add-to-list', listId, listName: listId },
    });
    const [early, other, late] = [
      (await plan('1', [toList('7')]))[0],
      (await plan('2', [toList('8')]))[0],
      (await plan('3', [{ ...toList('7'), dueAt: later(-MINUTE) }]))[0],
    ];
    await plan('4', [{ kind: 'create-note' }, toList('7')]);
    const look = (limit: number) => findReadyBatches(store.db, { portalId, now: NOW, limit });
    const batchOf = async (listId: string, limit: number) =>
      (await look(limit)).find((batch) => batch.listId === listId);
    expect(await batchOf('7', 10)).toEqual({
      seen: 5,
      kind: 'add-to-list',
      listId: '7',
      size: 2,
      waitingSince: later(-MINUTE),
      stepIds: [late, early],
    });
    expect(await batchOf('7', 1)).toMatchObject({ size: 2, stepIds: [late] });
    expect(await batchOf('8', 10)).toMatchObject({ size: 1, stepIds: [other] });
    expect((await look(10)).map(({ kind }) => kind).sort()).toEqual([
      'add-to-list',
      'add-to-list',
      'create-note',
    ]);
  });

  it('behind a crowd that waits for other steps are found all the same', async () => {
    await newPortal();
    // Each contact's first step is tried again later; thousands of due ones wait behind them.
    const crowd = 1_100;
    const entries = Array.from({ length: crowd }, (_, i) => buildEntry({ portalId, contactId: `c${i}` }));
    await insertEntries(store.db, entries);
    await insertPlanSteps(
      store.db,
      entries.flatMap(({ entryId, contactId }) =>
        [0, 1, 2, 3].map((seq) =>
          buildStep({ portalId, entryId, contactId, seq, kind: seq === 0 ? 'set-owner' : 'create-note' }),
        ),
      ),
    );
    for (;;) {
      const [owners] = (await findReadyBatches(store.db, { portalId, now: NOW, limit: 500 })).filter(
        ({ kind }) => kind === 'set-owner',
      );
      if (owners === undefined) break;
      const claimed = await store.transaction((tx) =>
        claimSteps(tx, { portalId, stepIds: owners.stepIds, now: NOW, claimedBy: 'a', leaseMs: LEASE_MS }),
      );
      await record(claimed, { state: 'pending', trace: null, dueAt: later(MINUTE) });
    }
    const [behind] = await plan('free', [{ kind: 'create-task', dueAt: NOW }]);
    expect(await findReadyBatches(store.db, { portalId, now: NOW, limit: 10 })).toMatchObject([
      { kind: 'create-task', stepIds: [behind] },
    ]);
  });

  it('are claimed by one holder each, however many ask at once', async () => {
    await newPortal();
    const planned: string[] = [];
    for (let contact = 0; contact < 60; contact += 1) {
      planned.push(
        ...(await plan(`${contact}`, [{ kind: contact % 2 === 0 ? 'create-note' : 'set-owner' }])),
      );
    }
    const holders = await Promise.all(
      Array.from({ length: 6 }, async (_, holder) => {
        const mine: string[] = [];
        for (;;) {
          const steps = await claim(NOW, `holder ${holder}`, 7);
          if (steps.length === 0) return mine;
          expect(new Set(steps.map((step) => step.kind)).size).toBe(1);
          mine.push(...idsOf(steps));
        }
      }),
    );
    const all = holders.flat();
    expect(new Set(all).size).toBe(all.length);
    // A holder may stop early when others hold what is left; a last look finds nothing forgotten.
    const rest = idsOf(await claim(NOW, 'last'));
    expect([...all, ...rest].sort()).toEqual(planned.sort());
  });
});
