import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { SETTINGS_ROUTES } from '../../server/http/settings.ts';
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

const exampleOf = (name: string) => {
  const route = SETTINGS_ROUTES.find((one) => one.name === name);
  if (route === undefined) throw new Error(`There is no route ${name}.`);
  return route.example as { path: string; body: Record<string, unknown> };
};
const bodyOf = (name: string, over: Record<string, unknown>) => {
  const { path, body } = exampleOf(name);
  return { path, body: { ...body, ...over } };
};

it('an empty number passes the wire, to be refused beside its field', async () => {
  const value = { mode: 'hold', rejectedStatuses: ['UNQUALIFIED'], managerAfterDays: null };
  expect((await app.send(bodyOf('saveSettings', { value }))).status).toBe(200);
  expect(app.calls[0]?.rest[0]).toMatchObject({ value: { managerAfterDays: NaN } });
});

it.each<[string, Record<string, unknown>]>([
  ['a section that does not exist', { section: 'prices' }],
  ['the value of another section', { section: 'gate' }],
  ['a field that nobody asked for', { userId: 1 }],
  ['a request without an id', { requestId: undefined }],
  ['no version', { basedOnVersion: undefined }],
])('%s is not taken', async (_what, over) => {
  const answer = await app.send(bodyOf('saveSettings', over));
  expect(answer).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
  expect(app.calls).toEqual([]);
});

it('a definition is read as what its kind says', async () => {
  const icp = {
    url: null,
    minEmployees: 50,
    maxEmployees: null,
    countries: [],
    industries: [],
    excludedTitleWords: [],
  };
  const wrong = await app.send(bodyOf('draftDefinition', { value: icp }));
  expect(wrong).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
  const { body } = bodyOf('draftDefinition', { value: icp });
  expect((await app.send({ path: '/v1/definitions/icp/draft', body })).status).toBe(200);
  expect(app.calls).toMatchObject([{ flow: 'draftDefinition', rest: ['icp', { value: icp }] }]);
});

it.each(['draftDefinition', 'signDefinition'])(
  '%s of something that is no definition is not found',
  async (name) => {
    const { path, body } = exampleOf(name);
    const answer = await app.send({ path: path.replace('/mql/', '/bant/'), body });
    expect(answer).toMatchObject({ status: 404, json: { kind: 'not-found' } });
  },
);

it('the problems of a refusal arrive with their fields', async () => {
  const problems = [{ field: 'guard.managerAfterDays', sentence: 'The manager is told after 1 to 30 days.' }];
  const refusing = await startApp({
    saveSection: async () => ({ ok: false, kind: 'settings-invalid', sentence: 'x', retry: false, problems }),
  });
  try {
    expect((await refusing.send(exampleOf('saveSettings'))).json).toMatchObject({ ok: false, problems });
  } finally {
    await refusing.close();
  }
});
