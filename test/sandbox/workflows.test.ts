import { createHash, createHmac } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

const SECRET = 'workflow-secret';
const PUBLIC = 'https://mql-rejection-loop.example.com/v1/workflow/check';
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const CALLBACKS = '/automation/actions/callbacks/2026-09';

type Answer = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly outputFields?: Json;
};
type Got = { readonly headers: IncomingMessage['headers']; readonly raw: string; readonly body: Json };

/** Where custom actions are posted; answers what is given in turn, then SUCCESS. */
const openCatcher = async () => {
  const got: Got[] = [];
  const answers: Answer[] = [];
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      got.push({ headers: req.headers, raw, body: JSON.parse(raw) as Json });
      const { status = 200, headers = {}, outputFields = {} } = answers.shift() ?? {};
      res.writeHead(status, { 'content-type': 'application/json', ...headers });
      res.end(JSON.stringify({ outputFields }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/check`,
    got,
    answers,
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

let portal: TestPortal;
let catcher: Awaited<ReturnType<typeof openCatcher>>;
let offsetMs: number;

beforeEach(async () => {
  catcher = await openCatcher();
  portal = await openTestPortal();
  offsetMs = 0;
  await portal.control('PUT', '/workflow-actions', {
    clientSecret: SECRET,
    timeoutMs: 2_000,
    actions: [
      {
        uid: 'check',
        actionUrl: catcher.url,
        publicUrl: PUBLIC,
        objectTypes: ['CONTACT'],
        properties: ['company'],
        inputFields: ['why'],
        outputFields: ['result'],
      },
    ],
  });
});
afterEach(async () => {
  await portal.close();
  await catcher.close();
});

type Run = {
  enrollmentId: string;
  state: string;
  callbackId?: string;
  attempt?: number;
  lines: { step: string; outcome: string; text: string }[];
};

const passTime = async (ms: number): Promise<void> => {
  offsetMs += ms;
  const reply = await fetch(`${portal.crm.url}/sandbox/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ offsetMs }),
  });
  expect(reply.status).toBe(200);
};

const add = async (steps: Json[], more: Json = {}): Promise<string> => {
  const reply = await portal.control<{ id: string }>('POST', '/workflows', {
    name: 'When the score changes',
    trigger: { kind: 'property', property: 'jobtitle' },
    steps,
    ...more,
  });
  expect(reply.status).toBe(201);
  return reply.body.id;
};

const runs = async (workflowId: string): Promise<Run[]> =>
  (await portal.control<{ runs: Run[] }>('GET', `/workflows/${workflowId}/runs`)).body.runs;

/** The only run, once it is in this state. */
const runOnce = async (workflowId: string, isSo: (run: Run) => boolean): Promise<Run> => {
  for (;;) {
    const [run] = await runs(workflowId);
    if (run && isSo(run)) return run;
    await pause(5);
  }
};
const ended = (workflowId: string): Promise<Run> => runOnce(workflowId, ({ state }) => state === 'ended');

const outcomes = ({ lines }: Run): string[] => lines.map(({ step, outcome }) => `${step} ${outcome}`);

const trigger = async (contactId: string, jobtitle = 'Head of Operations'): Promise<void> => {
  await portal.call('PATCH', `${CONTACTS}/${contactId}`, { properties: { jobtitle } });
};

const contact = async (id: string, name: string) => {
  const { body } = await portal.call<{ propertiesWithHistory: Record<string, Json[]> }>(
    'GET',
    `${CONTACTS}/${id}?propertiesWithHistory=${name}`,
  );
  return body.propertiesWithHistory[name]?.[0];
};

const CHECK = { kind: 'custom-action', name: 'check', action: 'check', inputs: { why: { value: 'score' } } };
const SET = { kind: 'set-property', property: 'city', to: { value: 'Bonn' } };

describe('a workflow', () => {
  it('asks the app when a value changes, and hands over what is ready', async () => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'SUCCESS', result: 'ready' } });
    const workflowId = await add([
      CHECK,
      {
        kind: 'branch',
        on: { output: 'check.result' },
        cases: [
          {
            values: ['ready'],
            steps: [
              { kind: 'set-property', property: 'lifecyclestage', to: { value: 'marketingqualifiedlead' } },
              { kind: 'set-property', property: 'city', to: { output: 'check.result' } },
            ],
          },
        ],
        otherwise: [SET],
      },
    ]);
    const id = await portal.contact({ company: 'Lagerwerk' });
    await trigger(id);
    const run = await ended(workflowId);
    expect(outcomes(run)).toEqual([
      'enrolment done',
      'custom-action done',
      'branch done',
      'set-property done',
      'set-property done',
      'end done',
    ]);
    expect(await contact(id, 'lifecyclestage')).toMatchObject({
      value: 'marketingqualifiedlead',
      sourceType: 'AUTOMATION_PLATFORM',
      sourceId: `enrollmentId:${run.enrollmentId}`,
    });
    expect(await contact(id, 'city')).toMatchObject({ value: 'ready' });
    expect(catcher.got).toHaveLength(1);
    expect(catcher.got[0]?.body).toMatchObject({
      callbackId: expect.stringMatching(/^ap-/),
      origin: { portalId: portal.portalId, actionDefinitionVersion: 1 },
      context: { source: 'WORKFLOWS', workflowId: Number(workflowId) },
      object: { objectId: Number(id), objectType: 'CONTACT', properties: { company: 'Lagerwerk' } },
      inputFields: { why: 'score' },
      fields: { why: 'score' },
    });
  });

  it('signs what it asks, in both versions, over the public address', async () => {
    const workflowId = await add([CHECK]);
    await trigger(await portal.contact());
    await ended(workflowId);
    const [{ headers, raw } = { headers: {} as IncomingMessage['headers'], raw: '' }] = catcher.got;
    const time = String(headers['x-hubspot-request-timestamp']);
    expect(headers['x-hubspot-signature-v3']).toBe(
      createHmac('sha256', SECRET).update(`POST${PUBLIC}${raw}${time}`).digest('base64'),
    );
    expect(headers['x-hubspot-signature']).toBe(
      createHash('sha256').update(`${SECRET}POST${PUBLIC}${raw}`).digest('hex'),
    );
  });

  it('takes the other way when the answer is another', async () => {
    catcher.answers.push({ outputFields: { result: 'too_early' } });
    const workflowId = await add([
      CHECK,
      {
        kind: 'branch',
        on: { output: 'check.result' },
        cases: [{ values: ['ready'], steps: [] }],
        otherwise: [SET],
      },
    ]);
    const id = await portal.contact();
    await trigger(id);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('does not take a record in a second time unless it may', async () => {
    const once = await add([SET]);
    const often = await add([SET], { reenrolls: true });
    const id = await portal.contact();
    await trigger(id);
    await ended(once);
    await ended(often);
    await trigger(id, 'Another title');
    expect(await runs(once)).toHaveLength(1);
    expect(await runs(often)).toHaveLength(2);
  });

  it('takes in only the values that it names', async () => {
    const workflowId = await add([SET], {
      trigger: { kind: 'property', property: 'hs_lead_status', values: ['UNQUALIFIED'] },
    });
    const id = await portal.contact({ hs_lead_status: 'NEW' });
    expect(await runs(workflowId)).toEqual([]);
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { hs_lead_status: 'UNQUALIFIED' } });
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('takes in whoever is put on its list, and moves it from list to list', async () => {
    const { body } = await portal.control<{ lists: string[] }>('POST', '/import', {
      lists: [{ name: 'In' }, { name: 'Out' }],
    });
    const [from = '', into = ''] = body.lists;
    const workflowId = await add(
      [
        { kind: 'add-to-list', listId: into },
        { kind: 'remove-from-list', listId: from },
      ],
      { trigger: { kind: 'list', listId: from } },
    );
    const id = await portal.contact();
    await portal.call('PUT', `/crm/lists/2026-09/${from}/memberships/add`, [id]);
    await ended(workflowId);
    const members = async (listId: string) =>
      (
        await portal.call<{ results: Json[] }>('GET', `/crm/lists/2026-09/${listId}/memberships`)
      ).body.results.map(({ recordId }) => recordId);
    expect(await members(from)).toEqual([]);
    expect(await members(into)).toEqual([id]);
  });

  it('makes a task at the record', async () => {
    const workflowId = await add([{ kind: 'create-task', subject: 'Call again', dueInDays: 2 }]);
    const id = await portal.contact();
    await trigger(id);
    await ended(workflowId);
    const { body } = await portal.call<{ associations: { tasks: { results: Json[] } } }>(
      'GET',
      `${CONTACTS}/${id}?associations=tasks`,
    );
    expect(body.associations.tasks.results).toHaveLength(1);
  });

  it('waits on the clock of the sandbox', async () => {
    const workflowId = await add([{ kind: 'delay', ms: 3 * DAY_MS }, SET]);
    const id = await portal.contact();
    await trigger(id);
    await runOnce(workflowId, ({ lines }) => lines.some(({ step }) => step === 'delay'));
    await passTime(3 * DAY_MS - MINUTE_MS);
    expect((await runs(workflowId))[0]).toMatchObject({ state: 'waiting' });
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('notes what the portal refuses, and goes on', async () => {
    const workflowId = await add([{ kind: 'set-property', property: 'nonsense', to: { value: 'x' } }, SET]);
    const id = await portal.contact();
    await trigger(id);
    expect(outcomes(await ended(workflowId))).toContain('set-property failed');
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('ends for a record that was deleted meanwhile, and follows one that was merged', async () => {
    const workflowId = await add([{ kind: 'delay', ms: DAY_MS }, SET]);
    const [gone, merged, other] = [await portal.contact(), await portal.contact(), await portal.contact()];
    await trigger(gone);
    await trigger(merged);
    await runOnce(workflowId, ({ lines }) => lines.some(({ step }) => step === 'delay'));
    await portal.call('DELETE', `${CONTACTS}/${gone}`);
    await portal.call('POST', `${CONTACTS}/merge`, { primaryObjectId: merged, objectIdToMerge: other });
    await passTime(DAY_MS);
    await ended(workflowId);
    expect((await runs(workflowId)).map(({ lines }) => lines.at(-1)?.text)).toEqual([
      'The record is gone.',
      'Finished.',
    ]);
    expect(await contact(merged, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('does nothing once it is switched off', async () => {
    const workflowId = await add([SET]);
    await portal.control('PUT', `/workflows/${workflowId}`, { isEnabled: false });
    await trigger(await portal.contact());
    expect(await runs(workflowId)).toEqual([]);
  });

  it.each([
    { title: 'without steps', body: { steps: [] } },
    { title: 'with an unknown step', body: { steps: [{ kind: 'pray' }] } },
    { title: 'with an unknown trigger', body: { trigger: { kind: 'moon' } } },
    { title: 'without a name', body: { name: ' ' } },
  ])('$title is refused', async ({ body }) => {
    const reply = await portal.control('POST', '/workflows', {
      name: 'X',
      trigger: { kind: 'property', property: 'city' },
      steps: [SET],
      ...body,
    });
    expect(reply.status).toBe(400);
  });
});

describe('a custom action', () => {
  const start = async (): Promise<{ workflowId: string; id: string }> => {
    const workflowId = await add([CHECK, SET]);
    const id = await portal.contact();
    await trigger(id);
    return { workflowId, id };
  };

  it('is asked again after a minute, then later and later, when it fails, under the same callback id', async () => {
    catcher.answers.push({ status: 503 }, { status: 500 });
    const { workflowId } = await start();
    await runOnce(workflowId, ({ attempt }) => attempt === 1);
    expect(catcher.got).toHaveLength(1);
    await passTime(MINUTE_MS);
    await runOnce(workflowId, ({ attempt }) => attempt === 2);
    await passTime(MINUTE_MS);
    expect(catcher.got).toHaveLength(2);
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(new Set(catcher.got.map(({ body }) => body.callbackId)).size).toBe(1);
  });

  it('is given up after three days, and the workflow goes on', async () => {
    catcher.answers.push(...Array.from({ length: 40 }, () => ({ status: 500 })));
    const { workflowId, id } = await start();
    for (let attempt = 1; (await runs(workflowId))[0]?.state !== 'ended'; attempt += 1) {
      await runOnce(workflowId, (run) => run.state === 'ended' || run.attempt === attempt);
      await passTime(8 * 60 * MINUTE_MS);
    }
    expect(outcomes((await runs(workflowId))[0] as Run)).toContain('custom-action failed');
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('is asked again after as many milliseconds as a 429 says', async () => {
    catcher.answers.push({ status: 429, headers: { 'retry-after': String(10 * MINUTE_MS) } });
    const { workflowId } = await start();
    await runOnce(workflowId, ({ attempt }) => attempt === 1);
    await passTime(9 * MINUTE_MS);
    expect(catcher.got).toHaveLength(1);
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(catcher.got).toHaveLength(2);
  });

  it.each([{ status: 400 }, { status: 404 }])('is not asked again after $status', async (answer) => {
    catcher.answers.push(answer);
    const { workflowId, id } = await start();
    expect(outcomes(await ended(workflowId))).toContain('custom-action failed');
    expect(catcher.got).toHaveLength(1);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('that says FAIL_CONTINUE has failed, and the workflow goes on', async () => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'refused' } });
    const { workflowId } = await start();
    expect(outcomes(await ended(workflowId))).toEqual([
      'enrolment done',
      'custom-action failed',
      'set-property done',
      'end done',
    ]);
  });

  it.each([
    { title: 'one', path: (id: string) => `${CALLBACKS}/${id}/complete`, body: (): Json => ({}) },
    {
      title: 'a batch',
      path: () => `${CALLBACKS}/complete`,
      body: (callbackId: string): Json => ({ callbackId }),
      batch: true,
    },
    {
      title: 'one, by version 4',
      path: (id: string) => `/automation/v4/actions/callbacks/${id}/complete`,
      body: (): Json => ({}),
    },
  ])('that blocks waits until it is completed: $title', async ({ path, body, batch }) => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'BLOCK' } });
    const workflowId = await add([
      CHECK,
      { kind: 'set-property', property: 'city', to: { output: 'check.result' } },
    ]);
    const id = await portal.contact();
    await trigger(id);
    const { callbackId = '' } = await runOnce(workflowId, ({ state }) => state === 'blocked');
    const row = { outputFields: { result: 'ready' }, typedOutputs: {}, ...body(callbackId) };
    const sent = batch === true ? { inputs: [row] } : row;
    expect((await portal.call('POST', path(callbackId), sent)).status).toBe(204);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'ready' });
    expect((await portal.call('POST', path(callbackId), sent)).status).toBe(404);
  });

  it('that is completed without typedOutputs is refused on dated paths', async () => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'BLOCK' } });
    const { workflowId } = await start();
    const { callbackId = '' } = await runOnce(workflowId, ({ state }) => state === 'blocked');
    const reply = await portal.call('POST', `${CALLBACKS}/${callbackId}/complete`, { outputFields: {} });
    expect(reply.status).toBe(400);
  });

  it.each([
    { duration: 'P1DT2H', ms: DAY_MS + 120 * MINUTE_MS },
    { duration: undefined, ms: 7 * DAY_MS },
  ])('that blocks for $duration and is never completed lets the workflow go on', async ({ duration, ms }) => {
    catcher.answers.push({
      outputFields: {
        hs_execution_state: 'BLOCK',
        ...(duration !== undefined && { hs_expiration_duration: duration }),
      },
    });
    const { workflowId, id } = await start();
    await runOnce(workflowId, ({ state }) => state === 'blocked');
    await passTime(ms - MINUTE_MS);
    expect((await runs(workflowId))[0]).toMatchObject({ state: 'blocked' });
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });
});
