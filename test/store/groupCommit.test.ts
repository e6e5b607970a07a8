import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createGroupCommit, GROUP_LIMIT } from '../../server/store/groupCommit.ts';
import type { Store } from '../../server/store/db.ts';
import type { Handle } from '../../server/store/schema.ts';
import { findPortal, upsertPortal } from '../../server/store/portals.ts';
import { describeEachEngine } from './engines.ts';

const range = (from: number, count: number): number[] => Array.from({ length: count }, (_, i) => from + i);
const addPortal = (tx: Handle, portalId: number) => upsertPortal(tx, { portalId, timeZone: 'UTC' });

await describeEachEngine('group commit', (openTestStore) => {
  let store: Store;
  /** Transactions that were opened, and what became of them. */
  let sizes: number[] = [];
  beforeAll(async () => {
    store = await openTestStore();
  });

  /** Counts the members of each group by the transaction ids that they see. */
  const countGroups = async (members: readonly Promise<string>[]): Promise<number[]> => {
    const ids = await Promise.all(members);
    return [...new Set(ids)].map((id) => ids.filter((other) => other === id).length);
  };
  const transactionId = async (tx: Handle): Promise<string> => {
    const { rows } = await sql<{ id: string }>`select pg_current_xact_id()::text as id`.execute(tx);
    return rows[0]?.id ?? '';
  };

  it('puts what arrives together into one transaction, in order of arrival, and no more than the limit', async () => {
    const order: number[] = [];
    sizes = await countGroups(
      range(0, GROUP_LIMIT + 6).map((i) =>
        store.groupCommit(async (tx) => {
          order.push(i);
          return transactionId(tx);
        }),
      ),
    );
    expect(sizes).toEqual([GROUP_LIMIT, 6]);
    expect(order).toEqual(range(0, GROUP_LIMIT + 6));
  });

  it('rolls a failing member back alone', async () => {
    const results = await Promise.allSettled(
      range(1_000, 10).map((portalId) =>
        store.groupCommit(async (tx) => {
          await addPortal(tx, portalId);
          if (portalId === 1_003) throw new Error('mine alone');
          // A failing statement spoils the transaction; only the savepoint saves the others.
          if (portalId === 1_006) await sql`select 1 / 0`.execute(tx);
          return portalId;
        }),
      ),
    );
    expect(results.map((result) => result.status === 'fulfilled')).toEqual(
      range(1_000, 10).map((portalId) => portalId !== 1_003 && portalId !== 1_006),
    );
    for (const portalId of range(1_000, 10)) {
      const expected =
        portalId === 1_003 || portalId === 1_006 ? null : expect.objectContaining({ portalId });
      expect(await findPortal(store.db, portalId)).toEqual(expected);
    }
  });

  it('rejects a member that swallowed a failed statement, and keeps the others', async () => {
    const [bad, good] = await Promise.allSettled([
      store.groupCommit(async (tx) => {
        await addPortal(tx, 1_100);
        await sql`select 1 / 0`.execute(tx).catch(() => undefined);
      }),
      store.groupCommit((tx) => addPortal(tx, 1_101)),
    ]);
    expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
    expect(await findPortal(store.db, 1_100)).toBeNull();
    expect(await findPortal(store.db, 1_101)).toMatchObject({ portalId: 1_101 });
  });

  it('answers nobody before the commit, and fails everybody when the commit fails', async () => {
    await sql`create table if not exists checked_late (id int, constraint one unique (id) deferrable initially deferred)`.execute(
      store.db,
    );
    const answered: number[] = [];
    const results = await Promise.allSettled(
      [1_200, 1_201, 1_202].map((portalId) =>
        store
          .groupCommit(async (tx) => {
            await addPortal(tx, portalId);
            // The same value twice: noticed by COMMIT, not by the statement.
            if (portalId !== 1_201) await sql`insert into checked_late values (1)`.execute(tx);
          })
          .then(() => answered.push(portalId)),
      ),
    );
    expect(answered).toEqual([]);
    expect(
      results.map((result) => (result.status === 'rejected' ? (result.reason as { code: string }).code : '')),
    ).toEqual(['23505', '23505', '23505']);
    expect(await findPortal(store.db, 1_201)).toBeNull();
    // The next ones are not affected.
    await store.groupCommit((tx) => addPortal(tx, 1_203));
    expect(await findPortal(store.db, 1_203)).toMatchObject({ portalId: 1_203 });
  });

  it('runs a member once more after a conflict with another transaction', async () => {
    let runs = 0;
    const [victim, other] = await Promise.all([
      store.groupCommit(async (tx) => {
        runs += 1;
        if (runs === 1) {
          await sql`do 'begin raise exception ''taken back'' using errcode = ''40P01''; end'`.execute(tx);
        }
        return runs;
      }),
      store.groupCommit(() => Promise.resolve('not touched')),
    ]);
    expect({ victim, other }).toEqual({ victim: 2, other: 'not touched' });
  });

  it('never forgets a member, whenever it arrives', async () => {
    // A group commit of its own, so that members can be added at the very moment a group ends.
    const group = createGroupCommit((body) => store.transaction(body));
    const seen: number[] = [];
    const add = (i: number): Promise<unknown> =>
      group.commit(() => {
        seen.push(i);
        return Promise.resolve(i);
      });
    for (const i of range(0, 50)) await add(i).then(() => add(100 + i));
    const nested: Promise<unknown>[] = [];
    await Promise.all(range(0, 50).map((i) => add(200 + i).finally(() => nested.push(add(300 + i)))));
    await Promise.all(nested);
    await group.idle();
    expect(seen.length).toBe(200);
  });
});
