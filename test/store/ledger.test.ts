import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Store } from '../../server/store/db.ts';
import { findEntry, findEntryByRequest, findUndoOf, listEntries } from '../../server/store/ledger.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import {
  clearStandingAnswer,
  findStandingAnswer,
  lockStandingAnswers,
  setStandingAnswers,
} from '../../server/store/standingAnswers.ts';
import { buildEntry, buildUndo, insertEntry, situationOf } from './builders.ts';
import { describeEachEngine } from './engines.ts';

await describeEachEngine('the ledger', (openTestStore) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
    for (const portalId of [10, 11]) await upsertPortal(store.db, { portalId, timeZone: 'Europe/Berlin' });
  });

  it('gives back what was written', async () => {
    const entry = buildEntry({
      portalId: 10,
      contactId: 'a',
      leadId: '9',
      note: 'Ünïcode',
      answer: { list: [1, 'b'] },
    });
    expect(await insertEntry(store.db, entry)).toBe(true);
    const { seq, ...found } = (await findEntry(store.db, 10, entry.entryId)) ?? { seq: null };
    expect(found).toEqual(entry);
    expect(seq).toEqual(expect.any(Number));
    expect(await findEntryByRequest(store.db, 10, entry.requestId)).toEqual({ seq, ...found });
  });

  it('takes a request id once, and says so the second time', async () => {
    const entry = buildEntry({ portalId: 10, contactId: 'b' });
    expect(await insertEntry(store.db, entry)).toBe(true);
    expect(
      await insertEntry(store.db, buildEntry({ ...entry, entryId: entry.entryId.replace(/^./, '0') })),
    ).toBe(false);
    expect(await listEntries(store.db, 10, 'b')).toHaveLength(1);
  });

  it('keeps portals apart', async () => {
    const entry = buildEntry({ portalId: 10, contactId: 'c' });
    await insertEntry(store.db, entry);
    expect(await insertEntry(store.db, { ...entry, portalId: 11 })).toBe(true);
    await expect(insertEntry(store.db, buildEntry({ portalId: 12 }))).rejects.toMatchObject({
      code: '23503',
    });
    expect(await findEntryByRequest(store.db, 12, entry.requestId)).toBeNull();
    expect(await listEntries(store.db, 11, 'c')).toHaveLength(1);
  });

  it('refuses a rejection without a reason', async () => {
    await expect(insertEntry(store.db, buildEntry({ portalId: 10, reason: null }))).rejects.toMatchObject({
      constraint: 'ledger_no_rejection_without_reason',
    });
  });

  it.each([
    ['an update', sql`update ledger set note = 'rewritten'`],
    ['a delete', sql`delete from ledger`],
    ['a truncate', sql`truncate ledger cascade`],
  ])('refuses %s', async (_name, statement) => {
    await insertEntry(store.db, buildEntry({ portalId: 10, contactId: 'd' }));
    await expect(statement.execute(store.db)).rejects.toThrow('The ledger only grows');
  });

  it('counts rejections that nobody took back, and an entry can be undone once', async () => {
    const first = buildEntry({ portalId: 10, contactId: 'e' });
    const second = buildEntry({ portalId: 10, contactId: 'e' });
    await insertEntry(store.db, first);
    await insertEntry(store.db, second);
    expect((await situationOf(store.db, 10, 'e')).rejections).toBe(2);
    const undo = buildUndo(first);
    await insertEntry(store.db, undo);
    expect((await situationOf(store.db, 10, 'e')).rejections).toBe(1);
    expect(await findUndoOf(store.db, 10, first.entryId)).toMatchObject({ entryId: undo.entryId });
    expect(await findUndoOf(store.db, 10, second.entryId)).toBeNull();
    await expect(insertEntry(store.db, buildUndo(first))).rejects.toMatchObject({ code: '23505' });
    const listed = await listEntries(store.db, 10, 'e');
    expect(listed.map((entry) => entry.entryId)).toEqual([undo.entryId, second.entryId, first.entryId]);
  });

  it('says which answer stands, and keeps the attempt when nothing stands any more', async () => {
    const entry = buildEntry({ portalId: 10, contactId: 'f' });
    await insertEntry(store.db, entry);
    const lead = { portalId: 10, contactId: 'f' };
    await lockStandingAnswers(store.db, [lead]);
    expect(await findStandingAnswer(store.db, 10, 'f')).toBeNull();
    const standing = { ...lead, entryId: entry.entryId, kind: 'rejection', attempt: 2 } as const;
    await setStandingAnswers(store.db, [standing]);
    await lockStandingAnswers(store.db, [lead, lead]);
    expect(await findStandingAnswer(store.db, 10, 'f')).toEqual(standing);
    expect((await situationOf(store.db, 10, 'f')).standing).toMatchObject({ entryId: entry.entryId });
    await clearStandingAnswer(store.db, 10, 'f');
    await lockStandingAnswers(store.db, [lead]);
    expect(await findStandingAnswer(store.db, 10, 'f')).toBeNull();
    expect((await situationOf(store.db, 10, 'f')).standing).toBeNull();
    const { rows } = await sql`select attempt from standing_answer where contact_id = 'f'`.execute(store.db);
    expect(rows).toEqual([{ attempt: 2 }]);
  });

  it('puts two answers to one lead in a row, and does not hold up other leads', async () => {
    const log: string[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: locked, resolve: hasLocked } = Promise.withResolvers<void>();
    const first = store.transaction(async (tx) => {
      await lockStandingAnswers(tx, [{ portalId: 10, contactId: 'g' }]);
      hasLocked();
      await gate;
      const entry = buildEntry({ portalId: 10, contactId: 'g' });
      await insertEntry(tx, entry);
      await setStandingAnswers(tx, [
        {
          portalId: 10,
          contactId: 'g',
          entryId: entry.entryId,
          kind: 'rejection',
          attempt: 1,
        },
      ]);
      log.push('first');
    });
    await locked;
    const second = store.transaction(async (tx) => {
      await lockStandingAnswers(tx, [{ portalId: 10, contactId: 'g' }]);
      log.push(`second sees ${(await findStandingAnswer(tx, 10, 'g'))?.kind ?? 'nothing'}`);
    });
    if (store.engine === 'postgres')
      await store.transaction((tx) => lockStandingAnswers(tx, [{ portalId: 10, contactId: 'another' }]));
    open();
    await Promise.all([first, second]);
    expect(log).toEqual(['first', 'second sees rejection']);
  });
});
