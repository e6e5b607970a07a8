/** An answer, what it owes to HubSpot and the job that carries it out are committed together, or none of them. */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';

await describeEachEngine('the outbox', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  const owed = async (contactId: string) => {
    const { rows } = await sql<{ answers: string; steps: string; jobs: string }>`select
      (select count(*)::text from ledger where contact_id = ${contactId} and portal_id = ${house.portalId}) as answers,
      (select count(*)::text from plan_step where contact_id = ${contactId} and portal_id = ${house.portalId}) as steps,
      (select count(*)::text from pgboss.job where name = 'drain-plans' and state = 'created'
        and singleton_key = ${String(house.portalId)}) as jobs`.execute(store.db);
    const [row] = rows;
    return { answers: Number(row?.answers), steps: Number(row?.steps), jobs: Number(row?.jobs) };
  };
  const clearJobs = () => sql`delete from pgboss.job where name = 'drain-plans'`.execute(store.db);

  it('holds the steps and their job as soon as the answer is given', async () => {
    const contactId = await house.addMql();
    await clearJobs();
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(answer.ok).toBe(true);
    const { answers, steps, jobs } = await owed(contactId);
    expect({ answers, jobs }).toEqual({ answers: 1, jobs: 1 });
    expect(steps).toBeGreaterThan(1);
  });

  it('holds nothing of an answer that could not be committed', async () => {
    const contactId = await house.addMql();
    await clearJobs();
    const failing: House['context'] = {
      ...house.context,
      queue: {
        ...house.context.queue,
        wake: async (...wake) => {
          await house.context.queue.wake(...wake);
          throw new Error('the transaction fails here');
        },
      },
    };
    await expect(recordRejection(failing, house.identity, house.rejection(contactId))).rejects.toThrow(
      'fails here',
    );
    // A job may be there: it is written at the end of the group, for all of its members, and finds nothing to do.
    expect(await owed(contactId)).toMatchObject({ answers: 0, steps: 0 });
  });
});
