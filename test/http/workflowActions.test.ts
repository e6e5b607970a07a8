/** Workflow actions: signed with v2 or v3, for a portal that is named in the signed body, and without a user. */

import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { WORKFLOW_ROUTES } from '../../server/http/workflowActions.ts';
import type { StartedApp, ToSend } from './signedApp.ts';
import { AS_WORKFLOW, PORTAL, PUBLIC_URL, REJECTION, SECRET, startApp } from './signedApp.ts';

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  app.calls.length = 0;
});
afterAll(() => app.close());

const ROUTES = WORKFLOW_ROUTES.map(({ name, example }) => ({ name, example }));
type Example = (typeof ROUTES)[number]['example'];

const V3_HEADERS = ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'];

/** As HubSpot signs workflow actions: SHA-256 over secret, method, address and body, and no time. */
const signedV2 = ({ path, body }: Example, secret = SECRET): ToSend => ({
  path,
  body,
  headers: {
    'x-hubspot-signature': createHash('sha256')
      .update(`${secret}POST${PUBLIC_URL}${path}${JSON.stringify(body)}`)
      .digest('hex'),
    'x-hubspot-signature-version': 'v2',
  },
});

const sendV2 = (example: Example, secret?: string) =>
  app.send(signedV2(example, secret), { ...AS_WORKFLOW, leaveOut: V3_HEADERS });

const changed = ({ path, body }: Example, changes: Record<string, unknown>): Example => ({
  path,
  body: { ...(body as Record<string, unknown>), ...changes },
});

describe.each(ROUTES)('$name', ({ name, example }) => {
  it('is let in with a signature of version 3, and of version 2', async () => {
    expect(await app.send(example, AS_WORKFLOW)).toMatchObject({ status: 200 });
    expect(await sendV2(example)).toMatchObject({ status: 200 });
    expect(app.calls.map(({ flow, rest }) => ({ flow, portalId: rest[0] }))).toEqual([
      { flow: name, portalId: PORTAL },
      { flow: name, portalId: PORTAL },
    ]);
  });

  it('is not let in with a forged signature of version 2, nor with a bad one of version 3 beside a good one', async () => {
    expect(await sendV2(example, 'not-the-secret')).toMatchObject({
      status: 401,
      json: { kind: 'signature-forged' },
    });
    expect(await app.send(signedV2(example), { ...AS_WORKFLOW, secret: 'not-the-secret' })).toMatchObject({
      status: 401,
      json: { kind: 'signature-forged' },
    });
    expect(app.calls).toEqual([]);
  });

  it('answers no portal that is not served', async () => {
    const other = changed(example, { origin: { portalId: PORTAL + 1 } });
    expect(await sendV2(other)).toMatchObject({ status: 401, json: { kind: 'portal-unknown' } });
    expect(await sendV2(changed(example, { origin: {} }))).toMatchObject({
      status: 400,
      json: { kind: 'body-invalid' },
    });
    expect(app.calls).toEqual([]);
  });

  it('passes over what HubSpot adds', async () => {
    expect(await sendV2(changed(example, { somethingNew: { in: 'the body' } }))).toMatchObject({
      status: 200,
    });
  });
});

it('version 2 is for workflow actions only', async () => {
  const { path, body } = REJECTION;
  const answer = await app.send(signedV2({ path, body }), { query: '', leaveOut: V3_HEADERS });
  expect(answer).toMatchObject({ status: 401, json: { kind: 'signature-missing' } });
});

it('what HubSpot is to ask again is an error that it retries', async () => {
  const away = await startApp({
    rejectByWorkflow: async () => ({
      ok: false,
      kind: 'hubspot-unreachable',
      sentence: 'HubSpot did not give us this record just now.',
      retry: true,
    }),
  });
  try {
    const [reject] = WORKFLOW_ROUTES;
    const answer = await away.send(reject?.example as ToSend, AS_WORKFLOW);
    expect(answer).toMatchObject({ status: 503, json: { kind: 'workflow-too-early', retry: true } });
    expect(answer.json.sentence).toContain('did not give us this record');
    // In this direction HubSpot reads milliseconds, everybody else seconds: there is no number that suits both.
    expect(answer.headers.get('retry-after')).toBeNull();
  } finally {
    await away.close();
  }
});
