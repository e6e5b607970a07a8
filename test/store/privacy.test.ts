import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Store } from '../../server/store/db.ts';
import { findEntry } from '../../server/store/ledger.ts';
import { insertPlanSteps, listSteps } from '../../server/store/planSteps.ts';
import { claimSteps, findReadyBatches, recordOutcomes } from '../../server/store/stepClaims.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import { erasePerson } from '../../server/store/privacy.ts';
import { addToRollups, contributionsOf, listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import { upsertSnapshots } from '../../server/store/snapshots.ts';
import {
  buildEntry,
  buildFacts,
  buildStep,
  buildUndo,
  findContactOfLead,
  findPossibleDuplicate,
  findSnapshot,
  insertEntry,
  later,
  NOW,
} from './builders.ts';
import { everyRow } from './dump.ts';
import { describeEachEngine } from './engines.ts';

const PORTAL_ID = 80;
const LEAD = { leadId: 'L1', pipelineId: 'p', stageId: 's', disqualificationReason: '' };

await describeEachEngine('a privacy deletion', (openTestStore) => {
  let store: Store;
  const person = {
    firstName: 'Ada',
    lastName: 'Lovelace',
    phone: '+49 30 1234567',
    email: 'countess@engines.example',
  };
  const facts = buildFacts('1', person, NOW, [LEAD]);
  const accepted = buildEntry({
    portalId: PORTAL_ID,
    contactId: '1',
    kind: 'acceptance',
    reason: null,
    decision: { kind: 'acceptance', by: 'rep' },
  });
  const decision = {
    kind: 'rejection',
    reason: 'too_early',
    by: 'rep',
    replaces: accepted.entryId,
    note: 'Ada said no',
    surprise: 'Lovelace',
  };
  const entry = buildEntry({
    portalId: PORTAL_ID,
    contactId: '1',
    note: 'Ada said no',
    decision,
    answer: { ok: true, next: 'Call Ada Lovelace again.' },
  });
  const undo = buildUndo(entry, { note: 'Ada again', decision: { kind: 'undo', headline: 'Taken back.' } });
  const body = { kind: 'create-note', body: 'Ada Lovelace was rejected.' } as const;
  const common = { portalId: PORTAL_ID, contactId: '1', kind: 'create-note' as const };
  const steps = [0, 1, 2, 3].map((seq) =>
    buildStep({ ...common, entryId: entry.entryId, seq, change: body, expected: { firstname: 'Ada' } }),
  );

  beforeAll(async () => {
    store = await openTestStore();
    await upsertPortal(store.db, { portalId: PORTAL_ID, timeZone: 'UTC' });
    await upsertSnapshots(store.db, PORTAL_ID, [facts]);
    await insertEntry(store.db, accepted);
    await insertEntry(store.db, entry);
    await insertEntry(store.db, undo);
    const other = buildEntry({ portalId: PORTAL_ID, contactId: '2', note: 'somebody else' });
    await insertEntry(store.db, other);
    await addToRollups(store.db, [
      ...contributionsOf(accepted, 1),
      ...contributionsOf(entry, 1, accepted),
      ...contributionsOf(entry, -1, accepted),
      ...contributionsOf(other, 1),
    ]);
    await insertPlanSteps(store.db, steps);
  });

  const LEASE_MS = 60_000;
  const claim = async (now: Date, claimedBy: string) => {
    const [batch] = await findReadyBatches(store.db, { portalId: PORTAL_ID, now, limit: 1 });
    const stepIds = batch?.stepIds ?? [];
    const [step] = await store.transaction((tx) =>
      claimSteps(tx, { portalId: PORTAL_ID, stepIds, now, claimedBy, leaseMs: LEASE_MS }),
    );
    return step;
  };
  const statesOf = async (entryId: string) =>
    (await listSteps(store.db, PORTAL_ID, [entryId])).map((step) => step.state);
  const trace = { kind: 'create-note', createdId: 'Ada 5' } as const;
  const problem = { kind: 'refused', sentence: 'Ada Lovelace could not be found.' };
  const outcomeOf = (step: { readonly stepId: string } | undefined, claimedBy: string) => ({
    portalId: PORTAL_ID,
    stepId: step?.stepId ?? '',
    claimedBy,
    trace,
    problem,
    change: body,
    dueAt: null,
    at: later(20),
  });
  const PERSON = /Ada|Lovelace|1234567|countess|L1/;

  it('erases the person everywhere, keeps the counts, and ends what was not started', async () => {
    const before = await listRollups(store.db, PORTAL_ID);
    const first = await claim(NOW, 'drain');
    await recordOutcomes(store.db, [{ ...outcomeOf(first, 'drain'), state: 'done' }]);
    const underWay = await claim(NOW, 'drain');
    expect((await everyRow(store)).join('\n')).toMatch(PERSON);

    await store.transaction((tx) => erasePerson(tx, PORTAL_ID, '1', later(10)));

    expect((await everyRow(store)).filter((row) => PERSON.test(row))).toEqual([]);
    expect((await everyRow(store)).join('\n')).toContain('somebody else');
    expect(await statesOf(entry.entryId)).toEqual(['done', 'running', 'undone', 'undone']);
    expect(await findEntry(store.db, PORTAL_ID, entry.entryId)).toMatchObject({
      reason: 'too_early',
      dims: entry.dims,
      decision: { kind: 'rejection', reason: 'too_early', by: 'rep' },
    });
    expect(await listRollups(store.db, PORTAL_ID)).toEqual(before);
    await store.transaction((tx) => rebuildRollups(tx, PORTAL_ID));
    expect(await listRollups(store.db, PORTAL_ID)).toEqual(before);

    const ended = { ...outcomeOf(underWay, 'drain'), state: 'done' } as const;
    expect(await recordOutcomes(store.db, [ended])).toEqual([ended.stepId]);
    expect(await statesOf(entry.entryId)).toEqual(['done', 'done', 'undone', 'undone']);
    expect((await everyRow(store)).filter((row) => PERSON.test(row))).toEqual([]);
  });

  it('ends a step under way that would be tried again, without what was learned of it', async () => {
    const again = buildEntry({ portalId: PORTAL_ID, contactId: '4' });
    await insertEntry(store.db, again);
    const [retried, dying] = [0, 1].map((seq) =>
      buildStep({ ...common, contactId: '4', entryId: again.entryId, seq, change: body }),
    );
    await insertPlanSteps(
      store.db,
      [retried, dying].filter((step) => step !== undefined),
    );
    const held = await claim(NOW, 'drain');
    await store.transaction((tx) => erasePerson(tx, PORTAL_ID, '4', later(10)));
    const retry = { ...outcomeOf(held, 'drain'), state: 'unknown', dueAt: later(30) } as const;
    await recordOutcomes(store.db, [retry]);
    expect(await statesOf(again.entryId)).toEqual(['undone', 'undone']);
    expect(await claim(later(10 * LEASE_MS), 'drain')).toBeUndefined();
    expect((await everyRow(store)).filter((row) => PERSON.test(row))).toEqual([]);
  });

  it('is not undone by a read that comes late', async () => {
    await upsertSnapshots(store.db, PORTAL_ID, [{ ...facts, readAt: later(5).toISOString() }]);
    expect(await findSnapshot(store.db, PORTAL_ID, '1')).toBeNull();
    expect(await findContactOfLead(store.db, PORTAL_ID, 'L1')).toBeNull();
    expect(
      await findPossibleDuplicate(store.db, PORTAL_ID, buildFacts('3', { phone: '030 1234567' })),
    ).toBeNull();
  });

  it('of somebody never seen holds as well', async () => {
    await store.transaction((tx) => erasePerson(tx, PORTAL_ID, 'never seen', later(10)));
    await upsertSnapshots(store.db, PORTAL_ID, [buildFacts('never seen', { firstName: 'Ada' }, later(5))]);
    expect(await findSnapshot(store.db, PORTAL_ID, 'never seen')).toBeNull();
  });

  it('opens the ledger for itself alone', async () => {
    await expect(
      store.transaction(async (tx) => {
        await erasePerson(tx, PORTAL_ID, '2', NOW);
        await sql`update ledger set note = 'rewritten'`.execute(tx);
      }),
    ).rejects.toThrow('The ledger only grows');
  });
});
