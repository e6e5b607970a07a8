/** A portal with one custom action and somebody who answers it, anew for each test of the file that imports it. */

import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, expect } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

export const SECRET = 'workflow-secret';
export const PUBLIC = 'https://mql-rejection-loop.example.com/v1/workflow/check';
export const MINUTE_MS = 60_000;
export const DAY_MS = 86_400_000;
export const CALLBACKS = '/automation/actions/callbacks/2026-09';

export type Answer = {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly outputFields?: Json;
};
export type Got = { readonly headers: IncomingMessage['headers']; readonly raw: string; readonly body: Json };

/** Where custom actions are posted; answers what is given in turn, then SUCCESS. */
export const openCatcher = async () => {
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

export let portal: TestPortal;
export let catcher: Awaited<ReturnType<typeof openCatcher>>;
export let offsetMs: number;

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

export type Run = {
  enrollmentId: string;
  state: string;
  callbackId?: string;
  attempt?: number;
  lines: { step: string; outcome: string; text: string }[];
};

export const passTime = async (ms: number): Promise<void> => {
  offsetMs += ms;
  const reply = await fetch(`${portal.crm.url}/sandbox/clock`, {
    method: 'PUT',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ offsetMs }),
  });
  expect(reply.status).toBe(200);
};

export const add = async (steps: Json[], more: Json = {}): Promise<string> => {
  const reply = await portal.control<{ id: string }>('POST', '/workflows', {
    name: 'When the score changes',
    trigger: { kind: 'property', property: 'jobtitle' },
    steps,
    ...more,
  });
  expect(reply.status).toBe(201);
  return reply.body.id;
};

export const runs = async (workflowId: string): Promise<Run[]> =>
  (await portal.control<{ runs: Run[] }>('GET', `/workflows/${workflowId}/runs`)).body.runs;

/** The only run, once it is in this state. */
export const runOnce = async (workflowId: string, isSo: (run: Run) => boolean): Promise<Run> => {
  for (;;) {
    const [run] = await runs(workflowId);
    if (run && isSo(run)) return run;
    await pause(5);
  }
};
export const ended = (workflowId: string): Promise<Run> =>
  runOnce(workflowId, ({ state }) => state === 'ended');

export const outcomes = ({ lines }: Run): string[] => lines.map(({ step, outcome }) => `${step} ${outcome}`);

export const trigger = async (contactId: string, jobtitle = 'Head of Operations'): Promise<void> => {
  await portal.call('PATCH', `${CONTACTS}/${contactId}`, { properties: { jobtitle } });
};

export const contact = async (id: string, name: string) => {
  const { body } = await portal.call<{ propertiesWithHistory: Record<string, Json[]> }>(
    'GET',
    `${CONTACTS}/${id}?propertiesWithHistory=${name}`,
  );
  return body.propertiesWithHistory[name]?.[0];
};

export const CHECK = {
  kind: 'custom-action',
  name: 'check',
  action: 'check',
  inputs: { why: { value: 'score' } },
};
export const SET = { kind: 'set-property', property: 'city', to: { value: 'Bonn' } };
