import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createQueue } from '../../server/jobs/queue.ts';
import { startChild } from '../store/childProcess.ts';
import { collectLog, describeEachEngine } from '../store/engines.ts';
import { createProbe } from './probe.ts';

const HANGING = join(import.meta.dirname, 'fixtures/hangForEver.ts');
/** A dead worker is noticed after its heartbeat (10 s) at the next look (10 s); the rest is for a slow machine. */
const CRASH_TIMEOUT_MS = 120_000;

await describeEachEngine('after kill -9', (openTestStore, database) => {
  it(
    'a job that was under way is run by another process',
    async () => {
      const child = startChild(HANGING, database.databaseUrl ?? '', database.dataDir, '7');
      await child.until(1);
      await child.kill();
      const store = await openTestStore();
      const queue = createQueue(store, { log: collectLog() });
      const ran = createProbe<number>();
      queue.work('drain-plans', async ({ portalId }) => ran.take(portalId));
      await queue.start();
      await ran.until(1);
      expect(ran.seen).toEqual([7]);
      await queue.stop();
    },
    CRASH_TIMEOUT_MS,
  );
});
