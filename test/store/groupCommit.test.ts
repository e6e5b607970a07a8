import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createGroupCommit, GROUP_LIMIT, type GroupWork } from '../../server/store/groupCommit.ts';
import type { Store } from '../../server/store/db.ts';
import type { Handle } from '../../server/store/schema.ts';
import { findPortal, upsertPortal } from '../../server/store/portals.ts';
import { describeEachEngine } from './engines.ts';

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const addPortal = (tx: Handle, portalId: number) => upsertPortal(tx, { portalId, timeZone: 'UTC' });

/** Does something for each command in turn, with the id of the transaction that it was done in. */
const eachBy = (
  act: (tx: Handle, command: number) => Promise<unknown>,
  keysOf: (command: number) => readonly string[] = () => [],
): GroupWork<number, string> => ({
  keysOf,
  run: async (tx, commands) => {
    for (const command of commands) await act(tx, command);
    const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
    return commands.map(() => rows[0]?.id ?? '');
  },
});

await describeEachEngine('group commit', (openTestStore) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
  });

  const commitAll = (work: GroupWork<number, string>, commands: readonly number[]) =>
    Promise.allSettled(commands.map((command) => store.groupCommit(work, command)));
  const sizesOf = (results: readonly PromiseSettledResult<string>[]): number[] => {
    const ids = results.map((result) => (result.status === 'fulfilled' ? result.value : 'failed'));
    return [...new Set(ids)].map((id) => ids.filter((other) => other === id).length);
  };

  it('puts what arrives together into one transaction, in order of arrival, and no more than the limit', async () => {
    const order: number[] = [];
    const work = eachBy((_tx, command) => Promise.resolve(order.push(command)));
    expect(sizesOf(await commitAll(work, range(0, GROUP_LIMIT + 6)))).toEqual([GROUP_LIMIT, 6]);
    expect(order).toEqual(range(0, GROUP_LIMIT + 6));
  });

  it('keeps commands with the same key apart, in their order, and lets the others pass', async () => {
    const order: number[] = [];
    const work = eachBy(
      (_tx, command) => Promise.resolve(order.push(command)),
      (command) => [`last digit ${command % 10}`],
    );
    // 1 and 11 and 21 share a key; 12 shares one with 2.
    expect(sizesOf(await commitAll(work, [1, 11, 21, 2, 12, 3]))).toEqual([3, 2, 1]);
    expect(order).toEqual([1, 2, 3, 11, 12, 21]);
  });

  it('lets a failing command fail alone, also one whose statement spoils the transaction', async () => {
    const work = eachBy(async (tx, portalId) => {
      await addPortal(tx, portalId);
      if (portalId === 1_003) throw new Error('mine alone');
      if (portalId === 1_006) await sql`select 1 / 0`.execute(tx);
    });
    const results = await commitAll(work, range(1_000, 10));
    expect(results.map((result) => result.status === 'fulfilled')).toEqual(
      range(1_000, 10).map((portalId) => portalId !== 1_003 && portalId !== 1_006),
    );
    for (const portalId of range(1_000, 10)) {
      const expected =
        portalId === 1_003 || portalId === 1_006 ? null : expect.objectContaining({ portalId });
      expect(await findPortal(store.db, portalId)).toEqual(expected);
    }
  });

  it('answers nobody before the commit, and only those whose own commit goes through', async () => {
    await sql`create table if not exists checked_late (id int, constraint one unique (id) deferrable initially deferred)`.execute(
      store.db,
    );
    const answered: number[] = [];
    // The same value twice: noticed by COMMIT, not by the statement.
    const work = eachBy(async (tx, portalId) => {
      await addPortal(tx, portalId);
      if (portalId !== 1_201) await sql`insert into checked_late values (1)`.execute(tx);
    });
    await Promise.allSettled(
      [1_200, 1_201, 1_202].map((portalId) =>
        store.groupCommit(work, portalId).then(() => answered.push(portalId)),
      ),
    );
    expect(answered).toEqual([1_200, 1_201]);
    expect(await findPortal(store.db, 1_201)).toMatchObject({ portalId: 1_201 });
    expect(await findPortal(store.db, 1_202)).toBeNull();
  });

  it('runs again after a conflict with another transaction', async () => {
    let runs = 0;
    const work = eachBy(async (tx) => {
      runs += 1;
      if (runs === 1) {
        await sql`do 'begin raise exception ''taken back'' using errcode = ''40P01''; end'`.execute(tx);
      }
    });
    expect(sizesOf(await commitAll(work, [1]))).toEqual([1]);
    expect(runs).toBe(2);
  });

  it('fails a whole group at once where the database is away', async () => {
    let runs = 0;
    const work = eachBy(async (tx) => {
      runs += 1;
      await sql`do 'begin raise exception ''away'' using errcode = ''57P01''; end'`.execute(tx);
    });
    const results = await commitAll(work, [1, 2, 3]);
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(runs).toBe(1);
  });

  it('takes nothing for an answer that is missing', async () => {
    const silent: GroupWork<number, string> = { run: () => Promise.resolve([]), keysOf: () => [] };
    await expect(store.groupCommit(silent, 1)).rejects.toThrow('one answer for each');
  });

  it('has as many groups under way as it may, none of them about what another one is about', async () => {
    const started: number[] = [];
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: second, resolve: secondStarted } = Promise.withResolvers<void>();
    const group = createGroupCommit<number, number>(
      // No database: what is looked at is what runs beside what.
      (body) => body({} as Handle),
      {
        keysOf: (command) => [`last digit ${command % 10}`],
        run: async (_tx, commands) => {
          started.push(...commands);
          if (commands.includes(2)) secondStarted();
          if (commands.includes(1)) await gate;
          return commands;
        },
      },
      2,
    );
    const first = group.commit(1);
    await new Promise((resolve) => setImmediate(resolve));
    const others = [11, 2, 21, 3].map((command) => group.commit(command));
    await second;
    expect(started).toEqual([1, 2, 3]);
    open();
    expect(await Promise.all([first, ...others])).toEqual([1, 11, 2, 21, 3]);
    expect(started).toEqual([1, 2, 3, 11, 21]);
    await group.idle();
  });

  it('never forgets a command, whenever it arrives', async () => {
    const seen: number[] = [];
    // A group commit of its own, so that commands can be added at the very moment a group ends.
    const group = createGroupCommit(
      (body) => store.transaction(body),
      eachBy((_tx, command) => Promise.resolve(seen.push(command))),
      2,
    );
    for (const i of range(0, 50)) await group.commit(i).then(() => group.commit(100 + i));
    const nested: Promise<unknown>[] = [];
    await Promise.all(
      range(0, 50).map((i) => group.commit(200 + i).finally(() => nested.push(group.commit(300 + i)))),
    );
    await Promise.all(nested);
    await group.idle();
    expect(seen.length).toBe(200);
  });
});
