/** A server that is to end lets go of a backlog between two batches, and leaves a job for whoever comes next. */

import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';

await describeEachEngine('a drain of a process that is to end', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  const waitingJobs = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pgboss.job
      where name = 'drain-plans' and state = 'created' and singleton_key = ${String(house.portalId)}`.execute(
      store.db,
    );
    return rows[0]?.n ?? 0;
  };
  const dueSteps = async (): Promise<number> => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from plan_step
      where portal_id = ${house.portalId} and state = 'pending' and not held`.execute(store.db);
    return rows[0]?.n ?? 0;
  };

  it('carries no more batches out, and wakes the next one for the rest', async () => {
    const contactId = await house.addMql();
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(answer.ok).toBe(true);
    await sql`delete from pgboss.job where name = 'drain-plans'`.execute(store.db);
    const owed = await dueSteps();
    expect(owed).toBeGreaterThan(1);

    let looks = 0;
    // Asked before each look and each batch: it is to end after the first batch.
    const stopping = (): boolean => (looks += 1) > 2;
    await drainPlans({ ...house.context, stopping }, house.portalId);
    const left = await dueSteps();
    expect(left).toBeLessThan(owed);
    expect(left).toBeGreaterThan(0);
    expect(await waitingJobs()).toBe(1);

    await house.drain();
    expect(await dueSteps()).toBe(0);
  });
});
