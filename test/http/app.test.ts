/**
 * The real app on a free port, with really signed requests. Behind it stands a recorder: what the flows do with a
 * request is tested where they are. Taking a guard out makes the named test fail:
 *
 * | guard                          | test                                                  |
 * |--------------------------------|-------------------------------------------------------|
 * | known addresses and methods    | an unknown address is 404 / a wrong method is 405     |
 * | nothing twice in the query     | a record named twice is refused                       |
 * | nothing of an inner error told | an unforeseen error says nothing of itself            |
 * | `retry` of what is below       | an error that says that trying again helps is passed on as such |
 *
 * Who gets in is tested in signed.test.ts, what can be read in body.test.ts.
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptanceRoute } from '../../server/http/acceptances.ts';
import { cardRoute } from '../../server/http/card.ts';
import { FAILURES } from '../../server/http/errors.ts';
import { undoRoute } from '../../server/http/undo.ts';
import type { StartedApp } from './signedApp.ts';
import { PORTAL, REJECTION, startApp } from './signedApp.ts';

const REP = { portalId: PORTAL, userId: 77, userEmail: 'rep@example.com' };

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  app.calls.length = 0;
});
afterAll(() => app.close());

describe('what comes in signed is handed on', () => {
  it.each([
    {
      flow: 'viewCard',
      send: { path: cardRoute.example.path },
      rest: [{ objectTypeId: '0-1', objectId: '901' }],
    },
    { flow: 'recordRejection', send: REJECTION, rest: [REJECTION.body] },
    {
      flow: 'recordAcceptance',
      send: acceptanceRoute.example,
      rest: [acceptanceRoute.example.body],
    },
    {
      flow: 'undoAnswer',
      send: undoRoute.example,
      rest: ['3f1c8a30-2f6e-4a0b-a1a5-9c0d7d1e0f12', undoRoute.example.body],
    },
  ])('$flow gets who asks and what for', async ({ flow, send, rest }) => {
    const answer = await app.send(send);
    expect(answer.status).toBe(200);
    expect(app.calls).toEqual([{ flow, identity: REP, rest }]);
  });

  it('an answer is handed back as it is, and nobody may keep it', async () => {
    const answer = await app.send(REJECTION);
    expect(answer.json).toMatchObject({ ok: true, rejectionId: 'r1', undoUntil: '2026-11-22T09:00:30.000Z' });
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('x-powered-by')).toBeNull();
    expect(answer.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('a refusal that a rep can cause is an answer with status 200', async () => {
    const answer = await app.send({ path: cardRoute.example.path });
    expect(answer).toMatchObject({ status: 200, json: { ok: false, kind: 'record-unknown', retry: true } });
    expect((await app.metrics.read()).text).toContain('http_refusals_total{kind="record-unknown"}');
  });

  it('fields that HubSpot adds to the address are left alone', async () => {
    const answer = await app.send({ path: `${cardRoute.example.path}&newThing=1` });
    expect(answer.status).toBe(200);
    expect(app.calls).toHaveLength(1);
  });
});

describe('addresses', () => {
  it.each([
    '/',
    '/v1',
    '/v1/cards',
    '/v1/card/',
    '/V1/card',
    '/v1/answers//undo',
    '/v1/answers/a%2Fb/undo',
    '/v1/answers/1/undo',
    '/index.html',
  ])('an unknown address is 404 (%s)', async (path) => {
    const method = path.endsWith('undo') ? 'POST' : 'GET';
    const send = { method, path, ...(method === 'POST' && { body: undoRoute.example.body }) };
    expect(await app.send(send)).toMatchObject({ status: 404, json: { ok: false, kind: 'not-found' } });
    expect(app.calls).toEqual([]);
  });

  it('an address that cannot be read is refused', async () => {
    const answer = await app.send({ path: '/v1/answers/%E0%A4%A/undo', body: {} });
    expect(answer).toMatchObject({ status: 400, json: { kind: 'address-invalid' } });
  });

  it.each([
    { method: 'POST', path: '/v1/card', allow: 'GET, HEAD' },
    { method: 'GET', path: '/v1/rejections', allow: 'POST' },
    { method: 'PUT', path: '/v1/rejections', allow: 'POST' },
    { method: 'DELETE', path: '/v1/answers/x/undo', allow: 'POST' },
    { method: 'OPTIONS', path: '/v1/webhooks', allow: 'POST' },
    { method: 'POST', path: '/healthz', allow: 'GET, HEAD' },
  ])('a wrong method is 405 ($method $path)', async ({ method, path, allow }) => {
    const answer = await app.send({ method, path });
    expect(answer).toMatchObject({ status: 405, json: { ok: false, kind: 'method-unknown' } });
    expect(answer.headers.get('allow')).toBe(allow);
    expect(app.calls).toEqual([]);
  });
});

describe('when something breaks inside', () => {
  const failing = (error: Error) => startApp({ recordRejection: () => Promise.reject(error) });

  it('an unforeseen error says nothing of itself', async () => {
    const broken = await failing(
      new TypeError('cannot read secretThing of undefined', { cause: new Error('deep') }),
    );
    try {
      const answer = await broken.send(REJECTION);
      expect(answer).toMatchObject({ status: 500, json: { ok: false, kind: 'internal', retry: false } });
      expect(answer.text).not.toMatch(/secretThing|TypeError|deep|\n +at /);
      expect(broken.logLines).toContainEqual(
        expect.objectContaining({
          level: 'error',
          kind: 'internal',
          requestId: answer.headers.get('x-request-id'),
          err: expect.objectContaining({
            type: 'TypeError',
            cause: expect.objectContaining({ message: 'deep' }),
          }),
        }),
      );
    } finally {
      await broken.close();
    }
  });

  it('an error that says that trying again helps is passed on as such', async () => {
    const busy = Object.assign(new Error('too many connections'), { retry: true });
    const broken = await failing(new Error('could not record', { cause: busy }));
    try {
      const answer = await broken.send(REJECTION);
      expect(answer).toMatchObject({
        status: 503,
        json: { ok: false, kind: 'store-unavailable', retry: true },
      });
      expect(answer.headers.get('retry-after')).toBe('1');
    } finally {
      await broken.close();
    }
  });

  it('an error below that is final stays final, whatever is deeper', async () => {
    const deep = Object.assign(new Error('busy'), { retry: true });
    const broken = await failing(
      Object.assign(new Error('broken for good', { cause: deep }), { retry: false }),
    );
    try {
      expect(await broken.send(REJECTION)).toMatchObject({ status: 500, json: { retry: false } });
    } finally {
      await broken.close();
    }
  });

  it('every failure tells whoever reads it something to go by', () => {
    for (const { sentence, status } of Object.values(FAILURES)) {
      expect(sentence).toMatch(/^[A-Z].*\.$/);
      expect(status).toBeGreaterThanOrEqual(400);
    }
  });
});

describe('for those who run it', () => {
  it('/healthz answers while the process lives', async () => {
    const response = await fetch(`${app.url}/healthz`);
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({ ok: true });
  });

  it('/readyz says what is missing', async () => {
    expect((await fetch(`${app.url}/readyz`)).status).toBe(200);
    const waiting = await startApp(
      {},
      {
        readiness: async () => ({
          ready: false,
          checks: { store: 'ok', queue: 'The queue is not started.' },
        }),
      },
    );
    try {
      const response = await fetch(`${waiting.url}/readyz`);
      expect(response.status).toBe(503);
      expect(await response.json()).toMatchObject({ checks: { queue: 'The queue is not started.' } });
    } finally {
      await waiting.close();
    }
  });

  it('/metrics counts requests by route, never by path', async () => {
    await app.send({ path: '/v1/card?objectTypeId=0-1&objectId=424299' });
    await app.send({ path: '/somebody@example.com' });
    const response = await fetch(`${app.url}/metrics`);
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    expect(text).toContain('http_request_duration_seconds_count{method="GET",route="/v1/card",status="200"}');
    expect(text).toContain('route="unmatched",status="404"');
    expect(text).not.toMatch(/424299|somebody|14500001/);
  });
});
