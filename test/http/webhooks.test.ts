/**
 * | guard                              | test                                                  |
 * |------------------------------------|-------------------------------------------------------|
 * | app id in events                   | events of another app are refused as a whole          |
 * | portal of each event               | events of a portal that is not served are passed over |
 * | at most 100 events                 | a batch that cannot be read is refused                |
 * | each event readable                | an event that cannot be read holds up no others       |
 * | answer only after they are stored  | are not confirmed when they could not be stored       |
 */

import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { webhookRoute } from '../../server/http/webhooks.ts';
import type { StartedApp, ToSend } from './signedApp.ts';
import { APP_ID, AS_WEBHOOK, PORTAL, startApp } from './signedApp.ts';

const event = (webhookRoute.example.body as Record<string, unknown>[])[0];
const webhooks = (...changes: Record<string, unknown>[]): ToSend => ({
  path: '/v1/webhooks',
  body: changes.map((change) => ({ ...event, ...change })),
});

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  app.calls.length = 0;
});
afterAll(() => app.close());

describe('webhooks', () => {
  it('events are handed on in the order they came, with what is unknown dropped', async () => {
    const answer = await app.send(webhooks({ objectId: 1, brandNew: true }, { objectId: '2' }), AS_WEBHOOK);
    expect(answer).toMatchObject({ status: 200, json: { ok: true, taken: 2, ignored: 0 } });
    expect(app.calls).toEqual([
      {
        flow: 'takeWebhooks',
        identity: null,
        rest: [[expect.objectContaining({ objectId: '1' }), expect.objectContaining({ objectId: '2' })]],
      },
    ]);
    expect(JSON.stringify(app.calls)).not.toContain('brandNew');
  });

  it('events of another app are refused as a whole', async () => {
    const answer = await app.send(webhooks({}, { appId: APP_ID + 1 }), AS_WEBHOOK);
    expect(answer).toMatchObject({ status: 401, json: { kind: 'app-unknown' } });
    expect(app.calls).toEqual([]);
  });

  it('events of a portal that is not served are passed over', async () => {
    const stranger = PORTAL + 1;
    const answer = await app.send(webhooks({ portalId: stranger, objectId: 5 }, { objectId: 6 }), AS_WEBHOOK);
    expect(answer).toMatchObject({ status: 200, json: { taken: 1, ignored: 1 } });
    expect(app.calls[0]?.rest).toEqual([[expect.objectContaining({ portalId: PORTAL, objectId: '6' })]]);
    expect(app.logLines).toContainEqual(expect.objectContaining({ level: 'warn', portalIds: [stranger] }));
    app.calls.length = 0;
    const onlyStrangers = await app.send(webhooks({ portalId: stranger }), AS_WEBHOOK);
    expect(onlyStrangers.json).toMatchObject({ taken: 0, ignored: 1 });
    expect(app.calls).toEqual([]);
  });

  it.each([
    { what: 'none', body: [] },
    { what: 'more than 100', body: Array.from({ length: 101 }, () => event) },
    { what: 'not a list', body: event },
  ])('a batch that cannot be read is refused ($what)', async ({ body }) => {
    const answer = await app.send({ path: '/v1/webhooks', body }, AS_WEBHOOK);
    expect(answer).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
    expect(app.calls).toEqual([]);
  });

  it.each([
    { what: 'without a portal', odd: { ...event, portalId: undefined }, fields: ['portalId'] },
    { what: 'without an app', odd: { ...event, appId: undefined }, fields: ['appId'] },
    { what: 'an id that is a word', odd: { ...event, objectId: 'ada@example.com' }, fields: ['objectId'] },
    { what: 'nothing', odd: null, fields: [''] },
  ])('an event that cannot be read is counted and holds up no others ($what)', async ({ odd, fields }) => {
    const body = [odd, { ...event, objectId: 7 }];
    const answer = await app.send({ path: '/v1/webhooks', body }, AS_WEBHOOK);
    expect(answer).toMatchObject({ status: 200, json: { ok: true, taken: 1, ignored: 1 } });
    expect(app.calls[0]?.rest).toEqual([[expect.objectContaining({ objectId: '7' })]]);
    expect(app.logLines).toContainEqual(expect.objectContaining({ level: 'warn', events: 1, fields }));
    expect(JSON.stringify(app.logLines)).not.toContain('ada@example.com');
  });

  it('a field that nobody uses may hold anything', async () => {
    const answer = await app.send(
      webhooks({ occurredAt: '2026-11-22', propertyValue: { odd: 1 } }),
      AS_WEBHOOK,
    );
    expect(answer.json).toMatchObject({ taken: 1, ignored: 0 });
    expect(JSON.stringify(app.calls)).not.toContain('odd');
  });

  it('an event that cannot be read and was sent to another app still refuses the batch', async () => {
    const answer = await app.send(webhooks({}, { appId: APP_ID + 1, portalId: undefined }), AS_WEBHOOK);
    expect(answer).toMatchObject({ status: 401, json: { kind: 'app-unknown' } });
    expect(app.calls).toEqual([]);
  });

  it('are not confirmed when they could not be stored', async () => {
    const broken = await startApp({ takeWebhooks: () => Promise.reject(new Error('disk full')) });
    try {
      expect((await broken.send(webhooks({}), AS_WEBHOOK)).status).toBe(500);
    } finally {
      await broken.close();
    }
  });
});
