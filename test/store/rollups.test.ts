import { beforeAll, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Store } from '../../server/store/db.ts';
import type { NewEntry } from '../../server/store/ledger.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import {
  addToRollups,
  contributionsOf,
  listRollups,
  rebuildRollups,
  TOTAL_DIM,
} from '../../server/store/rollups.ts';
import { buildEntry, buildUndo, insertEntry } from './builders.ts';
import { describeEachEngine } from './engines.ts';

/** What one run of the property does to a portal: answers, and undoings of some of them. */
const history = fc.array(
  fc.record({
    kind: fc.constantFrom('rejection', 'acceptance'),
    reason: fc.constantFrom('not_icp', 'too_early', 'other'),
    day: fc.constantFrom('2026-03-29', '2026-10-25', '2026-12-31', '2027-01-01'),
    undoneOn: fc.option(fc.constantFrom('2026-12-31', '2027-02-01')),
    source: fc.constantFrom('webinar', 'ads "quoted" \\ ünïcode', ''),
    campaign: fc.option(fc.constantFrom('a', 'b')),
    /** Whether the lead had been accepted before: a rejection then replaces that acceptance. */
    acceptedOn: fc.option(fc.constantFrom('2026-03-28', '2026-12-31')),
  }),
  { maxLength: 12 },
);

await describeEachEngine('rollups', (openTestStore) => {
  let store: Store;
  let portalId = 30;
  beforeAll(async () => {
    store = await openTestStore();
  });

  const newPortal = async (): Promise<void> => {
    portalId += 1;
    await upsertPortal(store.db, { portalId, timeZone: 'UTC' });
  };

  const answer = (entry: NewEntry, replaced: NewEntry | null = null): Promise<void> =>
    store.transaction(async (tx) => {
      await insertEntry(tx, entry);
      await addToRollups(tx, contributionsOf(entry, 1, replaced));
    });
  const undo = (entry: NewEntry, day: string, replaced: NewEntry | null = null): Promise<void> =>
    store.transaction(async (tx) => {
      await insertEntry(tx, buildUndo(entry, { day }));
      await addToRollups(tx, contributionsOf(entry, -1, replaced));
    });

  it('count an answer once for its day and once for each of its dimensions', async () => {
    await newPortal();
    await answer(buildEntry({ portalId, day: '2026-11-22', reason: 'not_icp', dims: { source: 'ads' } }));
    await answer(
      buildEntry({ portalId, kind: 'acceptance', reason: null, day: '2026-11-22', dims: { source: 'ads' } }),
    );
    const common = { portalId, day: '2026-11-22', n: 1 };
    expect(await listRollups(store.db, portalId)).toEqual([
      { ...common, measure: 'acceptance', dim: TOTAL_DIM, reason: '', value: '' },
      { ...common, measure: 'acceptance', dim: 'source', reason: '', value: 'ads' },
      { ...common, measure: 'rejection', dim: TOTAL_DIM, reason: 'not_icp', value: '' },
      { ...common, measure: 'rejection', dim: 'source', reason: 'not_icp', value: 'ads' },
    ]);
  });

  it('are the same when they are rebuilt from the ledger, whatever was answered, replaced and undone', async () => {
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        await newPortal();
        for (const { kind, reason, day, undoneOn, source, campaign, acceptedOn } of steps) {
          const replaced =
            kind === 'rejection' && acceptedOn !== null
              ? buildEntry({ portalId, kind: 'acceptance', reason: null, day: acceptedOn, dims: { source } })
              : null;
          if (replaced !== null) await answer(replaced);
          const entry = buildEntry({
            portalId,
            kind,
            day,
            decision: { kind, replaces: replaced?.entryId ?? null },
            reason: kind === 'rejection' ? reason : null,
            dims: { source, ...(campaign === null ? {} : { campaign }) },
          });
          await answer(entry, replaced);
          if (undoneOn !== null) await undo(entry, undoneOn, replaced);
        }
        const running = await listRollups(store.db, portalId);
        await store.transaction((tx) => rebuildRollups(tx, portalId));
        expect(await listRollups(store.db, portalId)).toEqual(running);
        const total = running.filter((row) => row.dim === TOTAL_DIM).reduce((sum, row) => sum + row.n, 0);
        // One hand-off, one answer; an undone rejection leaves the acceptance that it had replaced.
        const standing = steps.filter(
          (step) => step.undoneOn === null || (step.kind === 'rejection' && step.acceptedOn !== null),
        );
        expect(total).toBe(standing.length);
        for (const { n } of running) expect(n).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 25 },
    );
  });

  it('rebuild one portal and leave the others alone', async () => {
    await newPortal();
    const before = portalId;
    await answer(buildEntry({ portalId }));
    const kept = await listRollups(store.db, before);
    await newPortal();
    await store.transaction((tx) => rebuildRollups(tx, portalId));
    expect(await listRollups(store.db, before)).toEqual(kept);
    expect(await listRollups(store.db, portalId)).toEqual([]);
  });

  it('lose nothing when many transactions meet on the same rows, rebuilds among them', async () => {
    await newPortal();
    const reasons = ['not_icp', 'too_early', 'other'];
    await Promise.all(
      Array.from({ length: 80 }, (_, i) =>
        // Every fourth is a rebuild; rows that are new just then are what it could trip over.
        i % 4 === 3
          ? store.transaction((tx) => rebuildRollups(tx, portalId))
          : answer(
              buildEntry({
                portalId,
                contactId: String(i),
                reason: reasons[i % 3] ?? null,
                dims:
                  i % 2 === 0 ? { source: 'a', campaign: String(i) } : { campaign: String(i), source: 'a' },
              }),
            ),
      ),
    );
    const rows = await listRollups(store.db, portalId);
    expect(rows.filter((row) => row.dim === TOTAL_DIM).reduce((sum, row) => sum + row.n, 0)).toBe(60);
    await store.transaction((tx) => rebuildRollups(tx, portalId));
    expect(await listRollups(store.db, portalId)).toEqual(rows);
  });
});
