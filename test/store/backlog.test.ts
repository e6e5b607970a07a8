import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import { countBegunSteps, countPortalsAtWork } from '../../server/store/backlog.ts';
import { insertPlanSteps, type NewPlanStep } from '../../server/store/planSteps.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import { claimSteps, recordOutcomes, type StepOutcome } from '../../server/store/stepClaims.ts';
import { buildEntry, buildStep, insertEntry, later, NOW } from './builders.ts';
import { describeEachEngine } from './engines.ts';

const MINUTE = 60_000;

await describeEachEngine('the backlog', (openTestStore) => {
  it('tells what can be done from what has to wait for another try, itself or an earlier step', async () => {
    const store = await openTestStore();
    const [portalId, idle, notServed] = [61, 62, 63];
    for (const id of [portalId, idle, notServed])
      await upsertPortal(store.db, { portalId: id, timeZone: 'UTC' });
    const holder = randomUUID();
    const planIn = async (
      owner: number,
      contactId: string,
      rows: readonly Partial<NewPlanStep>[],
    ): Promise<string[]> => {
      const entry = buildEntry({ portalId: owner, contactId });
      await insertEntry(store.db, entry);
      const steps = rows.map((row, seq) =>
        buildStep({ portalId: owner, entryId: entry.entryId, contactId, seq, ...row }),
      );
      await insertPlanSteps(store.db, steps);
      return steps.map(({ stepId }) => stepId);
    };
    const claim = (stepId: string, now = NOW) =>
      store.transaction((tx) =>
        claimSteps(tx, { portalId, stepIds: [stepId], now, claimedBy: holder, leaseMs: MINUTE }),
      );
    const record = (stepId: string, state: StepOutcome['state'], dueAt: Date | null = null) =>
      recordOutcomes(store.db, [
        { portalId, stepId, claimedBy: holder, state, trace: null, problem: null, dueAt, at: NOW },
      ]);
    const told = async (now = NOW) => [
      await countPortalsAtWork(store.db, [portalId, idle], now),
      await countBegunSteps(store.db, [portalId, idle]),
    ];

    await planIn(notServed, '1', [{}]);
    expect(await told()).toEqual([0, 0]);
    await planIn(portalId, '1', [{ held: true, dueAt: later(MINUTE) }]);
    expect(await told()).toEqual([0, 0]);
    const [first = '', second = ''] = await planIn(portalId, '2', [{}, { kind: 'create-note' }]);
    expect(await told()).toEqual([1, 0]);
    await claim(first);
    expect(await told()).toEqual([1, 1]);
    await record(first, 'unknown', later(2 * MINUTE));
    // The note is due, but stands behind the step that is tried again later.
    expect(await told()).toEqual([0, 1]);
    expect(await told(later(2 * MINUTE))).toEqual([1, 1]);
    await claim(first, later(2 * MINUTE));
    await record(first, 'done');
    expect(await told()).toEqual([1, 0]);
    await claim(second);
    await record(second, 'done');
    expect(await told()).toEqual([0, 0]);
  });
});
