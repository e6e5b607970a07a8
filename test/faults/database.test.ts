/** PostgreSQL is stopped and started while the server is at work. */

import { appendFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NOTICE_FILE_VARIABLE } from '../store/engines.ts';
import { makeCluster } from './cluster.ts';
import { LATER, openProduct, type Product } from './product.ts';
import { cardPath } from './rep.ts';
import { OTHER_FAULTS } from './table.ts';

const LEFT_OUT = "PostgreSQL's binaries are not installed: a restart of the database was not tried";
const LEASE_MS = 180_000;

const cluster = await makeCluster();
if (cluster === null) {
  const notices = process.env[NOTICE_FILE_VARIABLE];
  if (notices) appendFileSync(notices, `${LEFT_OUT}\n`);
  process.stderr.write(`${LEFT_OUT}.\n`);
}

(cluster === null ? describe.skip : describe)(OTHER_FAULTS['database-restarted'].fault, () => {
  let product: Product;
  beforeAll(async () => {
    product = await openProduct({ databaseUrl: cluster?.url ?? '' });
  }, 90_000);
  afterAll(async () => {
    await product.close();
    await cluster?.stop('immediate');
    await cluster?.remove();
  });

  let offsetMs = 0;
  const passLease = async (): Promise<void> => {
    offsetMs += LEASE_MS + 1_000;
    await product.sandbox.setClock(offsetMs);
  };

  it('answers "later" meanwhile, and owes nothing in the end', async () => {
    const [first = '', second = ''] = await product.addMqls(2);
    const [firstClick, secondClick] = [randomUUID(), randomUUID()];
    // Slow enough that the steps are under way when the database goes.
    await product.control('PUT', '~/latency', { ms: 150 });
    const before = await product.calls();
    const answerId = await product.clickUntilTaken(first, firstClick);
    while ((await product.calls()) === before);

    await cluster?.stop('immediate');

    expect(await product.click(second, secondClick)).toEqual(LATER);
    expect(await product.click(first, firstClick)).toEqual(LATER);
    expect(await product.send('GET', cardPath(first))).toEqual(LATER);
    expect(OTHER_FAULTS['database-restarted'].seen).toContain(LATER.body.sentence);
    expect((await fetch(`${product.sandbox.serverUrl}/readyz`)).status).toBe(503);

    await cluster?.start();
    await product.control('PUT', '~/latency', { ms: 0 });

    expect(await product.clickUntilTaken(first, firstClick)).toBe(answerId);
    const secondId = await product.clickUntilTaken(second, secondClick);
    expect(await product.clickUntilTaken(second, secondClick)).toBe(secondId);
    // The second lead needs no lease to end: its work begins by itself.
    await product.settled(second);
    await passLease();
    for (const contactId of [first, second]) {
      for (const { state } of await product.settled(contactId)) expect(state).toMatch(/^(done|waiting)$/);
      expect(await product.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
    }
  }, 120_000);
});
