/** What the weekly batch takes from a page, and what it does not. */

import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import type { StartedApp } from './signedApp.ts';
import { startApp } from './signedApp.ts';

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  app.calls.length = 0;
});
afterAll(() => app.close());

const PAGE = '/v1/queues/weekly_batch';
const ids = (count: number): string[] => Array.from({ length: count }, () => randomUUID());
const body = (approve: string[], override: object[] = []) => ({
  path: '/v1/batch',
  body: { requestId: randomUUID(), approve, override },
});
const overrides = (count: number, over: object = {}) =>
  ids(count).map((entryId) => ({ entryId, reason: 'bad_data', note: null, ...over }));

it('a look without anything is the first fifty', async () => {
  await app.send({ path: PAGE });
  expect(app.calls).toMatchObject([{ flow: 'viewBatch', identity: { userId: 77 }, rest: [{ limit: 50 }] }]);
});

it('a look takes a place, a text and a reason as they are written', async () => {
  await app.send({ path: `${PAGE}?after=120&limit=100&q=O%27Brien%20%26%20co&reason=too_early` });
  expect(app.calls[0]?.rest).toEqual([{ after: '120', limit: 100, q: "O'Brien & co", reason: 'too_early' }]);
});

it.each(['limit=101', 'limit=0', 'limit=ten', 'after=-1', 'after=1;drop', `q=${'x'.repeat(201)}`])(
  'a look that does not fit is refused (%.20s)',
  async (query) => {
    const answer = await app.send({ path: `${PAGE}?${query}` });
    expect(answer).toMatchObject({ status: 400, json: { kind: 'query-invalid' } });
    expect(app.calls).toEqual([]);
  },
);

it('decides on five hundred at once, and on fifty overrides', async () => {
  expect((await app.send(body(ids(500), overrides(50)))).status).toBe(200);
  expect(app.calls).toMatchObject([{ flow: 'decideBatch', identity: { userId: 77 } }]);
});

it.each([
  { name: 'more than that', sent: body(ids(501)) },
  { name: 'more overrides than that', sent: body([], overrides(51)) },
  { name: 'an id that is none', sent: body(['7']) },
  { name: 'an override without its reason', sent: body([], overrides(1, { reason: undefined })) },
  { name: 'somebody else’s name', sent: body([], overrides(1, { userId: 1 })) },
])('refuses $name', async ({ sent }) => {
  expect(await app.send(sent)).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
  expect(app.calls).toEqual([]);
});
