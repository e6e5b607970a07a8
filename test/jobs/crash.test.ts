import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { createQueue } from '../../server/jobs/queue.ts';
import { startChild } from '../store/childProcess.ts';
import { collectLog, describeEachEngine } from '../store/engines.ts';
import { createProbe } from './probe.ts';

const HANGING = join(import.meta.dirname, 'fixtures/hangForEver.ts');
/** A dead worker is noticed after its heartbeat (10 s) at the next look (10 s); the rest is for a slow machine. */
const CRASH_TIMEOUT_MS = 120_000;
/** Shorter than that heartbeat. */
const AT_ONCE_MS = 9_000;

await describeEachEngine('after kill -9', (openTestStore, database) => {
  it(
    'a job that was under way is run at once by the process that starts in its stead',
    async () => {
      const child = startChild(HANGING, database.databaseUrl ?? '', database.dataDir, '7');
      await child.until(1);
      await child.kill();
      const store = await openTestStore();
      const queue = createQueue(store, { log: collectLog() });
      const ran = createProbe<number>();
      queue.work('drain-plans', async ({ portalId }) => ran.take(portalId));
      const startedAt = Date.now();
      await queue.start();
      await ran.until(1);
      expect(Date.now() - startedAt).toBeLessThan(AT_ONCE_MS);
      expect(ran.seen).toEqual([7]);
      await queue.stop();
    },
    CRASH_TIMEOUT_MS,
  );

  // The embedded store has one process.
  if (database.engine === 'pglite') return;
  it(
    'a job is left to its process while that lives, and run by another that was there already when it dies',
    async () => {
      const child = startChild(HANGING, database.databaseUrl ?? '', database.dataDir, '8');
      await child.until(1);
      const store = await openTestStore();
      const queue = createQueue(store, { log: collectLog() });
      const ran = createProbe<number>();
      queue.work('drain-plans', async ({ portalId }) => ran.take(portalId));
      await queue.start();
      const { rows } = await sql<{ state: string }>`
        select state from pgboss.job where name = 'drain-plans' and singleton_key = '8'`.execute(store.db);
      expect(rows).toEqual([{ state: 'active' }]);
      await child.kill();
      await ran.until(1);
      expect(ran.seen).toEqual([8]);
      await queue.stop();
    },
    CRASH_TIMEOUT_MS,
  );
});
