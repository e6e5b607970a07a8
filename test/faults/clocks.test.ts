/** Clocks that disagree: ours with HubSpot's, which signs the requests of the card and dates every change. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { cardPath } from './rep.ts';
import { openStand, type Stand } from './stand.ts';
import { OTHER_FAULTS } from './table.ts';

const MINUTE_MS = 60_000;
const WAYS = [
  { way: 'ahead', sign: 1 },
  { way: 'behind', sign: -1 },
] as const;

let stand: Stand;
let clockAheadMs = 0;
beforeAll(async () => {
  stand = await openStand({ clockAheadMs: () => clockAheadMs });
});
afterAll(() => stand.close());
afterEach(async () => {
  clockAheadMs = 0;
  await stand.faults();
});

const statusOf = async (contactId: string): Promise<string | null | undefined> =>
  (await stand.contact(contactId, 'hs_lead_status'))['hs_lead_status'];

describe(OTHER_FAULTS['clock-inside'].fault, () => {
  it.each(WAYS)('$way: what a person changed after the decision stays theirs', async ({ sign }) => {
    const contactId = await stand.addMql();
    clockAheadMs = sign * 4 * MINUTE_MS;
    await stand.reject(contactId);
    await stand.pass(MINUTE_MS);
    await stand.byHand(contactId, { hs_lead_status: 'OPEN' });
    await stand.drain();
    expect(await statusOf(contactId)).toBe('OPEN');
    expect((await stand.steps(contactId))[0]).toMatchObject({
      state: 'failed',
      detail: expect.stringContaining('after this decision'),
    });
  });

  it.each(WAYS)('$way: what a person changed before the decision does not stop it', async ({ sign }) => {
    const contactId = await stand.addMql();
    await stand.card(contactId);
    await stand.byHand(contactId, { hs_lead_status: 'OPEN' });
    await stand.pass(MINUTE_MS);
    clockAheadMs = sign * 4 * MINUTE_MS;
    await stand.reject(contactId);
    await stand.drain();
    expect((await stand.steps(contactId))[0]?.state).toBe('done');
    expect(await statusOf(contactId)).not.toBe('OPEN');
  });

  it.each(
    WAYS.flatMap((way) =>
      ['/contacts/batch/update', '/notes/batch/create'].map((path) => ({ ...way, path })),
    ),
  )(
    '$way: an answer lost by $path is looked up, and an undo restores what was there',
    async ({ sign, path }) => {
      const contactId = await stand.addMql();
      await stand.card(contactId);
      const before = await stand.state();
      await stand.pass(MINUTE_MS);
      clockAheadMs = sign * 4 * MINUTE_MS;
      await stand.faults({ match: { path }, fault: { kind: 'cut-mid-body' }, times: 1 });
      const answerId = await stand.reject(contactId);
      await stand.drain();
      await stand.pass(MINUTE_MS);
      await stand.drain();
      expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
      await stand.undo(answerId);
      await stand.drain();
      expect(await stand.state()).toEqual(before);
    },
  );
});

describe(OTHER_FAULTS['clock-outside'].fault, () => {
  it.each(WAYS)('$way', async ({ sign }) => {
    const contactId = await stand.addMql();
    await stand.card(contactId);
    const owed = await stand.addMql();
    await stand.reject(owed);
    const requestId = randomUUID();
    clockAheadMs = sign * 6 * MINUTE_MS;

    const clicked = await stand.click(contactId, requestId);
    const seen = await stand.send('GET', cardPath(contactId));

    for (const { status, body } of [clicked, seen]) {
      expect(status).toBe(401);
      expect(OTHER_FAULTS['clock-outside'].seen).toContain(String(body['sentence']));
    }
    // What was owed before goes on: at once, or when the clock has come to it.
    if (sign === 1) await stand.drain();
    clockAheadMs = 0;
    await stand.drain();
    expect(await stand.held(owed)).toEqual({ notes: 1, tasks: 1, lists: 1 });

    expect((await stand.card(contactId)).state).toBe('open');
    const answerId = await stand.reject(contactId, requestId);
    expect(await stand.reject(contactId, requestId)).toBe(answerId);
    await stand.drain();
    expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
  });
});
