import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { GroupWork } from '../../server/store/groupCommit.ts';
import { createQueue } from '../../server/jobs/queue.ts';
import type { Queue } from '../../server/jobs/queue.ts';
import type { Store } from '../../server/store/db.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import { collectLog, describeEachEngine } from '../store/engines.ts';
import { createProbe } from './probe.ts';

await describeEachEngine('the job queue', (openTestStore) => {
  let store: Store;
  /** Another store on the same data: where there can be one, with connections of its own. */
  let outside: Store;
  let queue: Queue;
  const log = collectLog();
  let handle: (portalId: number) => Promise<void> = () => Promise.resolve();

  beforeAll(async () => {
    store = await openTestStore();
    outside = await openTestStore();
    queue = createQueue(store, { log });
    queue.work('drain-plans', ({ portalId }) => handle(portalId));
    await queue.start();
  });
  afterAll(() => queue.stop());

  const wake = (portalId: number) => store.transaction((tx) => queue.wake(tx, 'drain-plans', { portalId }));

  it('runs a job once its transaction is committed', async () => {
    const probe = createProbe<number>();
    handle = async (portalId) => probe.take(portalId);
    for (let round = 1; round <= 5; round += 1) {
      await wake(100 + round);
      await probe.until(round);
    }
    expect(probe.seen).toEqual([101, 102, 103, 104, 105]);
  });

  it('has no job after a rollback', async () => {
    const probe = createProbe<number>();
    handle = async (portalId) => probe.take(portalId);
    await expect(
      store.transaction(async (tx) => {
        await queue.wake(tx, 'drain-plans', { portalId: 200 });
        await upsertPortal(tx, { portalId: 200, timeZone: 'UTC' });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await wake(201);
    await probe.until(1);
    expect(probe.seen).toEqual([201]);
    const { rows } = await sql`select 1 from pgboss.job where singleton_key = '200'`.execute(store.db);
    expect(rows).toEqual([]);
  });

  it('runs once per portal at a time, and again for what came meanwhile, without another job', async () => {
    const started = createProbe<number>();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    let running = 0;
    let mostRunning = 0;
    handle = async (portalId) => {
      running += 1;
      mostRunning = Math.max(mostRunning, running);
      started.take(portalId);
      await gate;
      running -= 1;
    };
    try {
      await wake(300);
      await started.until(1);
      for (let i = 0; i < 5; i += 1) await wake(300);
      const waiting = await sql<{ state: string; n: number }>`
        select state::text as state, count(*) as n from pgboss.job
        where singleton_key = '300' group by state order by 1`.execute(store.db);
      // What came meanwhile joined the run under way.
      expect(waiting.rows).toEqual([{ state: 'active', n: 1 }]);
    } finally {
      // Whatever was found, the workers are needed again.
      open();
    }
    await started.until(2);
    expect(started.seen).toEqual([300, 300]);
    expect(mostRunning).toBe(1);
  });

  it('does not end before a commit that counts on the run under way, and runs again after it', async () => {
    const rowsSeen = createProbe<number>();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    handle = async (portalId) => {
      const found = await store.db
        .selectFrom('portal')
        .where('portalId', '=', portalId)
        .selectAll()
        .execute();
      rowsSeen.take(found.length);
      await gate;
    };
    await wake(350);
    await rowsSeen.until(1);
    await store.transaction(async (tx) => {
      await upsertPortal(tx, { portalId: 350, timeZone: 'UTC' });
      await queue.wake(tx, 'drain-plans', { portalId: 350 });
      open();
    });
    await rowsSeen.until(2);
    expect(rowsSeen.seen).toEqual([0, 1]);
  });

  it('does not let a delayed wake-up hold back an immediate one, nor the other way round', async () => {
    const probe = createProbe<number>();
    handle = async (portalId) => probe.take(portalId);
    const inAnHour = new Date(Date.now() + 3_600_000);
    await store.transaction((tx) =>
      queue.wake(tx, 'drain-plans', { portalId: 400 }, { startAfter: inAnHour }),
    );
    await wake(400);
    await probe.until(1);
    expect(probe.seen).toEqual([400]);

    const soon = new Date(Date.now() + 1_200);
    await store.transaction(async (tx) => {
      await queue.wake(tx, 'drain-plans', { portalId: 401 }, { startAfter: soon });
      await queue.wake(tx, 'drain-plans', { portalId: 401 }, { startAfter: inAnHour });
    });
    await probe.until(2);
    expect(Date.now()).toBeGreaterThanOrEqual(soon.getTime());
  });

  it('runs after the commit that counts on it, even where an earlier job was taken meanwhile', async () => {
    const rowsSeen = createProbe<number>();
    handle = async (portalId) => {
      const found = await store.db
        .selectFrom('portal')
        .select('portalId')
        .where('portalId', '=', portalId)
        .execute();
      rowsSeen.take(found.length);
    };
    await store.transaction(async (tx) => {
      await upsertPortal(tx, { portalId: 500, timeZone: 'UTC' });
      await queue.wake(tx, 'drain-plans', { portalId: 500 });
      if (store.engine === 'pglite') return;
      // Another connection wakes the same portal; its job runs and cannot see our row yet.
      await outside.transaction((other) => queue.wake(other, 'drain-plans', { portalId: 500 }));
      await rowsSeen.until(1);
    });
    await rowsSeen.until(store.engine === 'pglite' ? 1 : 2);
    expect(rowsSeen.seen.at(-1)).toBe(1);
  });

  it('is woken once by many that are committed together, and not by one that fails', async () => {
    const probe = createProbe<number>();
    handle = async (portalId) => probe.take(portalId);
    const waking: GroupWork<number, null> = {
      keysOf: () => [],
      run: async (tx, members) => {
        for (const _ of members) await queue.wake(tx, 'drain-plans', { portalId: 550 });
        if (members.includes(0)) throw new Error('alone');
        return members.map(() => null);
      },
    };
    await Promise.all([1, 2, 3, 4, 5, 6].map((member) => store.groupCommit(waking, member)));
    await expect(store.groupCommit(waking, 0)).rejects.toThrow('alone');
    await wake(551);
    await probe.until(2);
    expect(probe.seen.filter((portalId) => portalId === 550)).toEqual([550]);
  });

  it('runs a job again after a failure, and keeps what the failure said out of its tables', async () => {
    const probe = createProbe<number>();
    const { promise: gate, resolve: open } = Promise.withResolvers<void>();
    handle = async (portalId) => {
      probe.take(portalId);
      if (probe.seen.length === 1) throw new TypeError('ada@example.com could not be written');
      // Held open: once it succeeds, pg-boss forgets what the failure said.
      await gate;
    };
    await wake(600);
    await probe.until(2);
    expect(probe.seen).toEqual([600, 600]);
    expect(log.lines.some((line) => line.message === 'A job failed; it is tried again.')).toBe(true);
    const { rows } = await sql<{ all: string }>`
      select string_agg(coalesce(output::text, ''), ' ') as all from pgboss.job where singleton_key = '600'`.execute(
      store.db,
    );
    expect(rows[0]?.all).toContain('drain-plans failed (TypeError)');
    expect(rows[0]?.all).not.toContain('ada@example.com');
    open();
  });

  it('refuses a second handler for one job', () => {
    expect(() => queue.work('drain-plans', () => Promise.resolve())).toThrow('has a handler already');
  });
});
