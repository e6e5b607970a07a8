/** Several processes on one database share the work. (On PGlite, which has one holder: two queues on one store.) */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { createQueue, JOBS } from '../../server/jobs/queue.ts';
import type { Queue } from '../../server/jobs/queue.ts';
import type { Store } from '../../server/store/db.ts';
import type { GroupWork } from '../../server/store/groupCommit.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import { addToRollups, contributionsOf, listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import {
  findStandingAnswer,
  lockStandingAnswers,
  setStandingAnswers,
} from '../../server/store/standingAnswers.ts';
import { buildEntry, insertEntry, situationOf } from '../store/builders.ts';
import { collectLog, describeEachEngine } from '../store/engines.ts';
import { createProbe } from './probe.ts';

await describeEachEngine('two processes on one database', (openTestStore, { engine }) => {
  type Member = { readonly store: Store; readonly queue: Queue };
  let members: readonly Member[] = [];
  const ran = createProbe<{ readonly by: number; readonly portalId: number }>();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();

  beforeAll(async () => {
    const join = async (by: number): Promise<Member> => {
      const store = await openTestStore();
      const queue = createQueue(store, { log: collectLog() });
      queue.work('drain-plans', async ({ portalId }) => {
        ran.take({ by, portalId });
        await gate;
      });
      await queue.start();
      return { store, queue };
    };
    // At the same moment where that can be: their migrations, and the queue's, must not get in each other's way.
    members = engine === 'postgres' ? await Promise.all([join(0), join(1)]) : [await join(0), await join(1)];
  });
  afterAll(async () => {
    for (const { queue } of members) await queue.stop();
  });

  it('share the jobs, each one run once', async () => {
    const portalIds = Array.from({ length: 40 }, (_, i) => i + 1);
    for (const { store, queue } of members.slice(0, 1)) {
      for (const portalId of portalIds) {
        await store.transaction((tx) => queue.wake(tx, 'drain-plans', { portalId }));
      }
    }
    // One more than a process takes at once can only be under way when both take part.
    await ran.until(JOBS['drain-plans'].atOnce + 1);
    open();
    await ran.until(portalIds.length);
    expect(ran.seen.map(({ portalId }) => portalId).sort((a, b) => a - b)).toEqual(portalIds);
    expect(new Set(ran.seen.map(({ by }) => by))).toEqual(new Set([0, 1]));
  });

  it('take simultaneous answers to one lead one after the other, with counts that agree', async () => {
    const portalId = 900;
    for (const { store } of members) await upsertPortal(store.db, { portalId, timeZone: 'UTC' });
    const contacts = Array.from({ length: 12 }, (_, i) => String(i));
    // Both answer every contact, in opposite order: locks cross, and only one answer to each may stand.
    const answering = (queue: Queue): GroupWork<string, 'taken' | 'refused'> => ({
      keysOf: (contactId) => [contactId],
      run: async (tx, contactIds) => {
        // One after the other, so that two groups meet in the middle.
        const results: ('taken' | 'refused')[] = [];
        for (const contactId of contactIds) {
          await lockStandingAnswers(tx, [{ portalId, contactId }]);
          const taken = (await findStandingAnswer(tx, portalId, contactId)) === null;
          results.push(taken ? 'taken' : 'refused');
          if (!taken) continue;
          const entry = buildEntry({ portalId, contactId });
          await insertEntry(tx, entry);
          const { entryId } = entry;
          await setStandingAnswers(tx, [{ portalId, contactId, entryId, kind: 'rejection', attempt: 1 }]);
          await addToRollups(tx, contributionsOf(entry, 1));
          await queue.wake(tx, 'drain-plans', { portalId });
        }
        return results;
      },
    });
    const answers = members.flatMap(({ store, queue }, index) => {
      const work = answering(queue);
      return (index === 0 ? contacts : contacts.toReversed()).map((contactId) =>
        store.groupCommit(work, contactId),
      );
    });
    const results = await Promise.all(answers);
    expect(results.filter((result) => result === 'taken')).toHaveLength(contacts.length);
    for (const { store } of members) {
      for (const contactId of contacts)
        expect(await situationOf(store.db, portalId, contactId)).toMatchObject({ rejections: 1 });
      const counted = await listRollups(store.db, portalId);
      await store.transaction((tx) => rebuildRollups(tx, portalId));
      expect(await listRollups(store.db, portalId)).toEqual(counted);
    }
  });
});
