/** Faults that meet some rows of a batch, and those that meet a record on first sight. */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import type { StepView } from '../../src/contract.ts';
import { cardPath } from './rep.ts';
import { openStand, type Stand } from './stand.ts';
import { OTHER_FAULTS, type OtherFault } from './table.ts';

const LEADS = 6;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand();
});
afterAll(() => stand.close());
afterEach(() => stand.faults());

/** What the page says of a row is what the card shows. */
const expectTold = (id: OtherFault, detail: unknown): void =>
  expect(OTHER_FAULTS[id].seen).toContain(String(detail));

const rejectMany = async (): Promise<{ contactId: string; answerId: string }[]> => {
  const rejected: { contactId: string; answerId: string }[] = [];
  for (let n = 0; n < LEADS; n += 1) {
    const contactId = await stand.addMql();
    rejected.push({ contactId, answerId: await stand.reject(contactId) });
  }
  return rejected;
};

const firstStep = async (contactId: string): Promise<StepView | undefined> =>
  (await stand.steps(contactId))[0];

const everySecond = (path: string, category: string) => ({
  match: { path },
  fault: { kind: 'rows', every: 2, category },
  times: 1,
});

describe('of a batch of leads', () => {
  it(OTHER_FAULTS['rows-refused'].fault, async () => {
    const before = await stand.state();
    const leads = await rejectMany();
    await stand.faults(everySecond('/contacts/batch/update', 'VALIDATION_ERROR'));
    await stand.drain();

    for (const [place, { contactId }] of leads.entries()) {
      const step = await firstStep(contactId);
      expect(step?.state).toBe(place % 2 === 1 ? 'failed' : 'done');
      if (place % 2 === 1) expectTold('rows-refused', step?.detail);
      // The steps behind it go on.
      expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
    }
    await stand.newCalls();
    await stand.pass(3_600_000);
    await stand.drain();
    expect(await stand.newCalls()).toEqual([]);

    for (const { answerId } of leads) await stand.undo(answerId);
    await stand.drain();
    const { objects: contactsBefore } = before as { objects: Record<string, object> };
    const { objects, ...rest } = (await stand.state()) as { objects: Record<string, object> };
    expect({ ...rest, notes: objects['notes'], tasks: objects['tasks'] }).toEqual({
      ...(before as object),
      objects: undefined,
      notes: contactsBefore['notes'],
      tasks: contactsBefore['tasks'],
    });
    for (const { contactId } of leads)
      expect(await stand.contact(contactId, 'hs_lead_status', 'mqlr_reason')).toMatchObject({
        hs_lead_status: 'NEW',
        mqlr_reason: null,
      });
  });

  it(OTHER_FAULTS['rows-locked'].fault, async () => {
    const leads = await rejectMany();
    await stand.faults(everySecond('/contacts/batch/update', 'LOCKED'));
    await stand.drain();
    for (const [place, { contactId }] of leads.entries()) {
      const step = await firstStep(contactId);
      expect(step?.state).toBe(place % 2 === 1 ? 'pending' : 'done');
      if (place % 2 === 1) expectTold('rows-locked', step?.detail);
    }

    await stand.newCalls();
    await stand.pass(1_999);
    await stand.drain();
    expect(await stand.newCalls()).toEqual([]);
    await stand.pass(1);
    await stand.drain();

    const written = (await stand.newCalls())
      .filter(({ path }) => path.endsWith('/contacts/batch/update'))
      .flatMap(({ body }) => (body?.inputs ?? []).map(({ id }) => id));
    expect(written.sort()).toEqual(
      leads.flatMap(({ contactId }, place) => (place % 2 === 1 ? [contactId] : [])).sort(),
    );
    for (const { contactId } of leads) {
      expect((await firstStep(contactId))?.state).toBe('done');
      expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
    }
  });
});

describe(OTHER_FAULTS['rows-unread'].fault, () => {
  const lost = (path: string) => ({
    match: { path },
    fault: { kind: 'status', status: 502, applied: true },
    times: 1,
  });
  const locked = (path: string) => ({
    match: { path },
    fault: { kind: 'rows', every: 1, category: 'LOCKED' },
    times: 1,
  });

  it.each([
    { look: 'the contact', write: '/notes/batch/create', path: '/contacts/batch/read' },
    { look: 'its notes', write: '/notes/batch/create', path: '0-1/0-46/batch/read' },
    { look: 'their texts', write: '/notes/batch/create', path: '/notes/batch/read' },
    { look: 'the history', write: '/contacts/batch/update', path: '/contacts/batch/read' },
    {
      look: 'the lists of the contact',
      write: '/memberships/add$',
      path: '/memberships/batch/read',
    },
  ])('$look', async ({ write, path }) => {
    const contactId = await stand.addMql();
    await stand.card(contactId);
    const before = await stand.state();
    await stand.faults(lost(write));
    const answerId = await stand.reject(contactId);
    await stand.drain();
    const place = (await stand.steps(contactId)).findIndex(({ state }) => state === 'unknown');
    expect(place).not.toBe(-1);

    await stand.faults(locked(path));
    await stand.pass(5_000);
    await stand.drain();
    const step = (await stand.steps(contactId))[place];
    expect(step?.state).toBe('unknown');
    expectTold('rows-unread', step?.detail);

    await stand.pass(2_000);
    await stand.drain();
    expect((await stand.steps(contactId))[place]?.state).toBe('done');
    expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
    await stand.undo(answerId);
    await stand.drain();
    expect(await stand.state()).toEqual(before);
  });
});

it(OTHER_FAULTS['first-sight'].fault, async () => {
  const contactId = await stand.addMql();
  const before = await stand.state();
  await stand.faults({ match: { path: '.*' }, fault: { kind: 'status', status: 503 } });
  const requestId = randomUUID();

  const seen = await stand.send('GET', cardPath(contactId));
  const clicked = await stand.click(contactId, requestId);

  for (const { status, body } of [seen, clicked]) {
    expect(status).toBe(200);
    expect(body).toMatchObject({ ok: false, retry: true });
    expectTold('first-sight', body['sentence']);
  }
  await stand.faults();
  expect(await stand.state()).toEqual(before);
  const answerId = await stand.reject(contactId, requestId);
  expect(await stand.reject(contactId, requestId)).toBe(answerId);
  await stand.drain();
  expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
});
