/**
 * Nobody but HubSpot gets to the flows. Taking a guard out makes the named test fail:
 *
 * | guard                               | test                                                               |
 * |-------------------------------------|--------------------------------------------------------------------|
 * | signature on each route of HubSpot's | nobody gets past the signature, on any route                      |
 * | portal check                        | a portal that is not served gets nothing                           |
 * | app id in the signed query          | another HubSpot app gets nothing                                   |
 * | identity said once                  | an address that does not say once who asks is refused              |
 * | identity from the signature         | the body cannot say who is asking                                  |
 * | a GET has no body                   | digits moved from the address into the body do not change who asks |
 * | several secrets                     | while the secret is being changed both count                       |
 *
 * The signature itself is tested in verify.test.ts.
 */

import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { cardRoute } from '../../server/http/card.ts';
import { ROUTES } from '../../server/http/routes.ts';
import type { Signing, StartedApp, ToSend } from './signedApp.ts';
import {
  APP_ID,
  AS_WEBHOOK,
  AS_WORKFLOW,
  identityQuery,
  NOW,
  PORTAL,
  PUBLIC_URL,
  REJECTION,
  rejectionWith,
  SECRET,
  signV3,
  startApp,
} from './signedApp.ts';

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  app.calls.length = 0;
});
afterAll(() => app.close());

describe('only HubSpot gets in', () => {
  const SIGNED = ROUTES.flatMap((route) =>
    // The enrichment tool has a signature of its own: enrichment.test.ts.
    route.caller === 'anyone' || route.caller === 'tool'
      ? []
      : [
          {
            name: route.name,
            send: route.example satisfies ToSend,
            caller: route.caller,
            usual: route.caller === 'hubspot' ? AS_WEBHOOK : route.caller === 'workflow' ? AS_WORKFLOW : {},
          },
        ],
  );
  const BAD: { kind: string; signing: Signing }[] = [
    { kind: 'signature-missing', signing: { leaveOut: ['x-hubspot-signature-v3'] } },
    { kind: 'signature-missing', signing: { leaveOut: ['x-hubspot-request-timestamp'] } },
    { kind: 'signature-forged', signing: { secret: 'not-the-secret' } },
    { kind: 'signature-forged', signing: { secret: '' } },
    { kind: 'signature-forged', signing: { signedPath: '/v1/other' } },
    { kind: 'signature-forged', signing: { signedBytes: new TextEncoder().encode('{"another":"body"}') } },
    { kind: 'signature-stale', signing: { timestamp: NOW - 300_001 } },
    { kind: 'signature-future', signing: { timestamp: NOW + 300_001 } },
    { kind: 'timestamp-invalid', signing: { timestamp: 'yesterday' } },
  ];

  it.each(SIGNED.flatMap((route) => BAD.map((bad) => ({ ...route, ...bad }))))(
    'nobody gets past the signature, on any route ($name, $kind, $signing)',
    async ({ send, usual, signing, kind }) => {
      const answer = await app.send(send, { ...usual, ...signing });
      expect(answer).toMatchObject({ status: 401, json: { ok: false, kind, retry: false } });
      expect(app.calls).toEqual([]);
    },
  );

  it.each(SIGNED.filter(({ caller }) => caller === 'user'))(
    'a portal that is not served gets nothing ($name)',
    async ({ send }) => {
      const answer = await app.send(send, { portalId: PORTAL + 1 });
      expect(answer).toMatchObject({ status: 401, json: { kind: 'portal-unknown' } });
      expect(app.calls).toEqual([]);
    },
  );

  it('another HubSpot app gets nothing', async () => {
    const query = identityQuery().replace(`appId=${APP_ID}`, `appId=${APP_ID + 1}`);
    expect(await app.send(REJECTION, { query })).toMatchObject({
      status: 401,
      json: { kind: 'app-unknown' },
    });
    expect(app.calls).toEqual([]);
  });

  it.each(['', 'userId=77', `portalId=${PORTAL}`, `portalId=${PORTAL + 1}&${identityQuery()}`])(
    'an address that does not say once who asks is refused (%s)',
    async (query) => {
      expect(await app.send(REJECTION, { query })).toMatchObject({
        status: 401,
        json: { kind: 'identity-unclear' },
      });
      expect(app.calls).toEqual([]);
    },
  );

  it('the body cannot say who is asking', async () => {
    const answer = await app.send(rejectionWith({ userId: 1, portalId: PORTAL + 1 }));
    expect(answer).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
    expect(app.calls).toEqual([]);
  });

  it('digits moved from the address into the body do not change who asks', async () => {
    // fetch() sends no body with GET, so these bytes are written by hand.
    const path = `${cardRoute.example.path}&portalId=${PORTAL}&userId=77`;
    const genuine = await app.send({ path }, { query: '' });
    expect(genuine.status).toBe(200);
    app.calls.length = 0;
    const answer = await sendByHand(app, path.slice(0, -1), '7', path);
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(answer).toContain('body-unexpected');
    expect(app.calls).toEqual([]);
  });

  it('while the secret is being changed both count', async () => {
    const both = await startApp({}, { secrets: ['newest', SECRET] });
    try {
      expect((await both.send(REJECTION)).status).toBe(200);
      expect((await both.send(REJECTION, { secret: 'newest' })).status).toBe(200);
    } finally {
      await both.close();
    }
  });
});

/** One GET over a bare connection, signed for `signedPath`, with a body. */
const sendByHand = async (
  to: StartedApp,
  path: string,
  body: string,
  signedPath: string,
): Promise<string> => {
  const signature = signV3(SECRET, 'GET', PUBLIC_URL + signedPath, new Uint8Array(), String(NOW));
  const socket = connect(Number(new URL(to.url).port), '127.0.0.1');
  socket.end(
    [
      `GET ${path} HTTP/1.1`,
      'Host: x',
      'Connection: close',
      `Content-Length: ${body.length}`,
      `X-HubSpot-Signature-v3: ${signature}`,
      `X-HubSpot-Request-Timestamp: ${NOW}`,
      '',
      body,
    ].join('\r\n'),
  );
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};
