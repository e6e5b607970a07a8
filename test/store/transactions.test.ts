import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Store } from '../../server/store/db.ts';
import type { GroupWork } from '../../server/store/groupCommit.ts';
import { planKept } from '../../server/store/planKept.ts';
import { findPortal, upsertPortal } from '../../server/store/portals.ts';
import { describeEachEngine } from './engines.ts';

const UTC = 'UTC';

await describeEachEngine('a transaction', (openTestStore, database) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
  });

  it('takes everything back when its body fails', async () => {
    await expect(
      store.transaction(async (tx) => {
        await upsertPortal(tx, { portalId: 1, timeZone: UTC });
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await findPortal(store.db, 1)).toBeNull();
  });

  it('rejects when a statement failed and its error was swallowed, since nothing was kept', async () => {
    await expect(
      store.transaction(async (tx) => {
        await upsertPortal(tx, { portalId: 2, timeZone: UTC });
        await sql`select 1 / 0`.execute(tx).catch(() => undefined);
        return 'kept';
      }),
    ).rejects.toThrow();
    expect(await findPortal(store.db, 2)).toBeNull();
  });

  it('takes back what was sent together when one of it fails, and leaves the connection in order', async () => {
    await expect(
      store.transaction(async (tx) => {
        const portal = upsertPortal(tx, { portalId: 5, timeZone: UTC });
        const broken = sql`select 1 / 0`.execute(tx);
        const later = upsertPortal(tx, { portalId: 6, timeZone: UTC });
        await Promise.all([portal, broken, later]);
      }),
    ).rejects.toThrow('division by zero');
    for (const portalId of [5, 6]) expect(await findPortal(store.db, portalId)).toBeNull();
  });

  it('fails for what failed first, not for what came after it', async () => {
    const failing = store.transaction(async (tx) => {
      await store.withCommit(tx, sql`select 1 / 0`.execute(tx));
      await store.beforeCommit(tx, 'a wake-up', async (end) => {
        await sql`select 1`.execute(end);
      });
    });
    await expect(failing).rejects.toThrow('division');
  });

  it('sends COMMIT behind a statement that is left to it, and keeps nothing where that fails', async () => {
    await store.transaction(async (tx) => {
      await store.withCommit(tx, upsertPortal(tx, { portalId: 18, timeZone: UTC }));
    });
    expect(await findPortal(store.db, 18)).toMatchObject({ portalId: 18 });
    await expect(
      store.transaction(async (tx) => {
        await upsertPortal(tx, { portalId: 19, timeZone: UTC });
        await store.withCommit(tx, sql`select 1 / 0`.execute(tx));
      }),
    ).rejects.toThrow('division by zero');
    expect(await findPortal(store.db, 19)).toBeNull();
    // With the root handle there is no COMMIT to leave it to.
    await expect(store.withCommit(store.db, sql`select 1 / 0`.execute(store.db))).rejects.toThrow('division');
  });

  it('carries out in their order what was sent together', async () => {
    const rows = await store.transaction(async (tx) => {
      const [, , found] = await Promise.all([
        upsertPortal(tx, { portalId: 17, timeZone: UTC }),
        upsertPortal(tx, { portalId: 17, timeZone: 'Europe/Berlin' }),
        findPortal(tx, 17),
      ]);
      return found;
    });
    expect(rows).toMatchObject({ timeZone: 'Europe/Berlin' });
  });

  if (database.engine === 'postgres') {
    it('plans a statement once for each connection where it says so, and no other', async () => {
      const kept = await store.transaction(async (tx) => {
        for (const n of [1, 2, 3]) {
          await planKept('select $1::int + 1')(tx, n);
          await sql`select ${n}::int + 1`.execute(tx);
        }
        const { rows } = await sql<{ n: number; runs: number }>`
          select count(*)::int as n, sum(generic_plans + custom_plans)::int as runs
          from pg_prepared_statements where statement like '%::int + 1'`.execute(tx);
        return rows;
      });
      expect(kept).toEqual([{ n: 1, runs: 3 }]);
    });
  }

  it('makes a query through the root handle a clear error instead of a dead-lock', async () => {
    await expect(
      store.transaction(async () => {
        await findPortal(store.db, 3);
      }),
    ).rejects.toThrow('root handle while its own transaction is open');
    await expect(store.transaction(() => store.transaction(() => Promise.resolve()))).rejects.toThrow(
      'root handle while its own transaction is open',
    );
    const outside: GroupWork<number, unknown> = {
      run: () => findPortal(store.db, 3).then(() => []),
      keysOf: () => [],
    };
    await expect(store.groupCommit(outside, 3)).rejects.toThrow('root handle');
    // The connection is free again.
    expect(await findPortal(store.db, 3)).toBeNull();
  });

  it('frees work that it started and that outlives it', async () => {
    const { promise: committed, resolve: commit } = Promise.withResolvers<void>();
    let later: Promise<unknown> = Promise.resolve();
    await store.transaction((tx) => {
      later = committed.then(() => findPortal(store.db, 4));
      return upsertPortal(tx, { portalId: 4, timeZone: UTC });
    });
    commit();
    expect(await later).toMatchObject({ portalId: 4 });
  });

  it('lets others wait for it instead of mixing their statements in', async () => {
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    const { promise: inside, resolve: entered } = Promise.withResolvers<void>();
    const failing = store.transaction(async (tx) => {
      await upsertPortal(tx, { portalId: 5, timeZone: UTC });
      entered();
      await gate;
      throw new Error('rolled back');
    });
    const expectation = expect(failing).rejects.toThrow('rolled back');
    await inside;
    const other = upsertPortal(store.db, { portalId: 6, timeZone: UTC });
    open();
    await expectation;
    await other;
    expect(await findPortal(store.db, 5)).toBeNull();
    expect(await findPortal(store.db, 6)).toMatchObject({ portalId: 6 });
  });

  it.each(['08006', '57P01', '53300'])('says that a later try can help after SQLSTATE %s', async (state) => {
    const fail = (tx: Parameters<Parameters<Store['transaction']>[0]>[0]) =>
      sql`do ${sql.lit(`begin raise exception 'away' using errcode = '${state}'; end`)}`.execute(tx);
    const unavailable = { retry: true, cause: { code: state } };
    await expect(store.transaction(fail)).rejects.toMatchObject(unavailable);
    const failing: GroupWork<null, unknown> = { run: (tx) => fail(tx).then(() => []), keysOf: () => [] };
    await expect(store.groupCommit(failing, null)).rejects.toMatchObject(unavailable);
  });

  // The embedded store has no connection that anybody could cut.
  if (database.engine === 'postgres') {
    it('says that a later try can help when its connection is cut, and the next one works', async () => {
      const cut = store.transaction((tx) => sql`select pg_terminate_backend(pg_backend_pid())`.execute(tx));
      await expect(cut).rejects.toMatchObject({ retry: true });
      expect(await store.transaction((tx) => findPortal(tx, 700))).toBeNull();
    });
  }

  it.each(['40001', '40P01'])('runs once more after SQLSTATE %s, and only once', async (state) => {
    const fail = (tx: Parameters<Parameters<Store['transaction']>[0]>[0]) =>
      sql`do ${sql.lit(`begin raise exception 'taken back' using errcode = '${state}'; end`)}`.execute(tx);
    let runs = 0;
    const value = await store.transaction(async (tx) => {
      runs += 1;
      if (runs === 1) await fail(tx);
      return 'second run';
    });
    expect({ value, runs }).toEqual({ value: 'second run', runs: 2 });

    let failures = 0;
    await expect(
      store.transaction((tx) => {
        failures += 1;
        return fail(tx);
      }),
    ).rejects.toMatchObject({ retry: true, cause: { code: state } });
    expect(failures).toBe(2);
  });
});
