import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

const SECRET = 'webhook-secret';
const PUBLIC = 'https://mql-rejection-loop.example.com';

type Delivered = {
  readonly headers: IncomingMessage['headers'];
  readonly raw: string;
  readonly events: Json[];
};

/** A receiver that answers with the given statuses in turn, then 200. */
const openReceiver = async (answers: number[]) => {
  const got: Delivered[] = [];
  let wake: () => void = () => undefined;
  const server: Server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const raw = Buffer.concat(chunks).toString();
      got.push({ headers: req.headers, raw, events: JSON.parse(raw) as Json[] });
      res.writeHead(answers.shift() ?? 200).end();
      wake();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/hubspot?x=1`,
    got,
    /** Resolves when a condition over what arrived holds. */
    until: async (condition: () => boolean): Promise<void> => {
      while (!condition()) await new Promise<void>((resolve) => (wake = resolve));
    },
    close: () => {
      server.closeAllConnections();
      return new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
};

let portal: TestPortal;
let receiver: Awaited<ReturnType<typeof openReceiver>>;
const answers: number[] = [];
let time = Date.parse('2026-11-22T10:00:00Z');

beforeEach(async () => {
  answers.length = 0;
  receiver = await openReceiver(answers);
  portal = await openTestPortal({ now: () => time });
});
afterEach(async () => {
  await portal.close();
  await receiver.close();
});

const configure = (more: Json = {}) =>
  portal.control('PUT', '/webhooks', {
    targetUrl: receiver.url,
    publicUrl: PUBLIC,
    clientSecret: SECRET,
    appId: 4242,
    subscriptions: [
      { subscriptionType: 'object.propertyChange', objectTypeId: '0-1', propertyName: 'company' },
      { subscriptionType: 'object.creation', objectTypeId: '0-1' },
      { subscriptionType: 'object.deletion', objectTypeId: '0-1' },
      { subscriptionType: 'object.associationChange', objectTypeId: '0-136' },
    ],
    ...more,
  });

const eventsOf = (type: string): Json[] =>
  receiver.got.flatMap(({ events }) => events).filter(({ subscriptionType }) => subscriptionType === type);

describe('webhooks', () => {
  it('are off until a receiver is named', async () => {
    await portal.contact({ company: 'Quiet' });
    const { body } = await portal.control<{ deliveries: Json[]; pending: number }>(
      'GET',
      '/webhooks/deliveries',
    );
    expect(body).toEqual({ deliveries: [], pending: 0 });
  });

  it('tell who changed which property to what, in both ways of changing', async () => {
    await configure();
    const id = await portal.contact();
    await portal.call('PATCH', `${CONTACTS}/${id}`, {
      properties: { company: 'By app', jobtitle: 'not subscribed' },
    });
    await portal.call(
      'PATCH',
      `${CONTACTS}/${id}`,
      { properties: { company: 'By hand' } },
      {
        authorization: `Bearer sandbox-ui-${portal.portalId}`,
        'x-sandbox-actor': 'crm-ui; userId=77',
      },
    );
    await portal.call('DELETE', `${CONTACTS}/${id}`);
    await receiver.until(() => eventsOf('object.deletion').length === 1);
    expect(eventsOf('object.creation')).toEqual([
      expect.objectContaining({ objectId: Number(id), objectTypeId: '0-1' }),
    ]);
    expect(eventsOf('object.propertyChange')).toEqual([
      expect.objectContaining({
        portalId: portal.portalId,
        appId: 4242,
        objectId: Number(id),
        propertyName: 'company',
        propertyValue: 'By app',
        changeSource: 'INTEGRATION',
        sourceId: '4242',
        occurredAt: time,
        attemptNumber: 0,
      }),
      expect.objectContaining({ propertyValue: 'By hand', changeSource: 'CRM_UI', sourceId: 'userId:77' }),
    ]);
  });

  it.each([
    { actor: 'crm-ui; userId=77; via=bulk', changeSource: 'CRM_UI_BULK_ACTION', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=mobile', changeSource: 'MOBILE_IOS', sourceId: 'userId:77' },
    { actor: 'crm-ui; userId=77; via=import; import=12', changeSource: 'IMPORT', sourceId: '12' },
    { actor: 'automation; enrollmentId=9', changeSource: 'AUTOMATION_PLATFORM', sourceId: 'enrollmentId:9' },
  ])('tell the way of a change: $actor', async ({ actor, ...expected }) => {
    const id = await portal.contact();
    await configure();
    await portal.call(
      'PATCH',
      `${CONTACTS}/${id}`,
      { properties: { company: 'Moved' } },
      { authorization: `Bearer sandbox-ui-${portal.portalId}`, 'x-sandbox-actor': actor },
    );
    await receiver.until(() => eventsOf('object.propertyChange').length > 0);
    expect(eventsOf('object.propertyChange')).toEqual([expect.objectContaining(expected)]);
  });

  it('tell a merge with all ids that it is about, and nothing else of it', async () => {
    const [primary, other] = [await portal.contact({ company: 'A' }), await portal.contact({ company: 'B' })];
    await configure({
      subscriptions: [
        { subscriptionType: 'object.merge', objectTypeId: '0-1' },
        { subscriptionType: 'object.creation', objectTypeId: '0-1' },
        { subscriptionType: 'object.deletion', objectTypeId: '0-1' },
        { subscriptionType: 'object.propertyChange', objectTypeId: '0-1', propertyName: 'company' },
      ],
    });
    const { body } = await portal.call(
      'POST',
      `${CONTACTS}/merge`,
      { primaryObjectId: primary, objectIdToMerge: other },
      {
        authorization: `Bearer sandbox-ui-${portal.portalId}`,
        'x-sandbox-actor': 'crm-ui; userId=77',
      },
    );
    await portal.contact();
    await receiver.until(() => eventsOf('object.creation').length > 0);
    expect(receiver.got.flatMap(({ events }) => events)).toEqual([
      expect.objectContaining({
        subscriptionType: 'object.merge',
        objectTypeId: '0-1',
        primaryObjectId: Number(primary),
        mergedObjectIds: [Number(other)],
        newObjectId: Number(body.id),
        changeSource: 'CRM_UI',
      }),
      expect.objectContaining({ subscriptionType: 'object.creation' }),
    ]);
  });

  it('tell a privacy deletion in its own spelling besides the deletion, and a restoration', async () => {
    const [id, back] = [await portal.contact(), await portal.contact()];
    await portal.call('DELETE', `${CONTACTS}/${back}`);
    await configure({
      subscriptions: [
        { subscriptionType: 'object.deletion', objectTypeId: '0-1' },
        { subscriptionType: 'object.restore', objectTypeId: '0-1' },
        { subscriptionType: 'contact.privacyDeletion', objectTypeId: '0-1' },
      ],
    });
    await portal.call('POST', `${CONTACTS}/gdpr-delete`, { objectId: id });
    await portal.control('POST', '/restore', { id: back, userId: 77 });
    await receiver.until(() => eventsOf('object.restore').length > 0);
    expect(eventsOf('object.deletion')).toMatchObject([{ objectId: Number(id), changeFlag: 'DELETED' }]);
    expect(eventsOf('contact.privacyDeletion')).toMatchObject([{ objectId: Number(id) }]);
    expect(eventsOf('contact.privacyDeletion')[0]).not.toHaveProperty('objectTypeId');
    expect(eventsOf('object.restore')).toMatchObject([{ objectId: Number(back), sourceId: 'userId:77' }]);
  });

  it('say nothing when a write changes nothing', async () => {
    const id = await portal.contact({ company: 'Same' });
    await configure();
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'Same' } });
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'Other' } });
    await receiver.until(() => eventsOf('object.propertyChange').length > 0);
    expect(eventsOf('object.propertyChange')).toHaveLength(1);
  });

  it('are signed (version 3) over the public URL, the raw body and the time', async () => {
    await configure();
    await portal.contact();
    await receiver.until(() => receiver.got.length > 0);
    const [first] = receiver.got;
    const timestamp = String(first?.headers['x-hubspot-request-timestamp']);
    expect(Number(timestamp)).toBe(time);
    expect(first?.headers['x-hubspot-signature-v3']).toBe(
      createHmac('sha256', SECRET)
        .update(`POST${PUBLIC}/webhooks/hubspot?x=1${first?.raw}${timestamp}`)
        .digest('base64'),
    );
  });

  it('come in arrays of at most 100', async () => {
    await configure();
    for (let n = 0; n < 3; n += 1)
      await portal.call('POST', `${CONTACTS}/batch/create`, {
        inputs: Array.from({ length: 90 }, (_, row) => ({ properties: { firstname: `P${n}-${row}` } })),
      });
    await receiver.until(() => eventsOf('object.creation').length === 270);
    expect(Math.max(...receiver.got.map(({ events }) => events.length))).toBeLessThanOrEqual(100);
  });

  it('are sent again with growing gaps until they are taken', async () => {
    answers.push(500, 404);
    await configure({ retryMs: 10_000 });
    await portal.contact();
    await receiver.until(() => receiver.got.length === 1);
    const pending = async () =>
      (await portal.control<{ pending: number }>('GET', '/webhooks/deliveries')).body.pending;
    expect(await pending()).toBe(1);
    const moveTo = (offsetMs: number) =>
      fetch(`${portal.crm.url}/sandbox/clock`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ offsetMs }),
      });
    await moveTo(9_999);
    expect(receiver.got).toHaveLength(1);
    await moveTo(10_000);
    await receiver.until(() => receiver.got.length === 2);
    expect(await pending()).toBe(1);
    await moveTo(30_000);
    await receiver.until(() => receiver.got.length === 3);
    expect(receiver.got.map(({ events }) => events[0]?.attemptNumber)).toEqual([0, 1, 2]);
    expect(new Set(receiver.got.map(({ events }) => events[0]?.eventId)).size).toBe(1);
  });

  it('are sent again to a receiver that was not there', async () => {
    await receiver.close();
    await configure({ retryMs: 1 });
    await portal.contact();
    type Report = { deliveries: { outcome: unknown }[] };
    let reports: Report['deliveries'] = [];
    while (reports.length < 2) {
      time += 10;
      reports = (await portal.control<Report>('GET', '/webhooks/deliveries')).body.deliveries;
    }
    expect(reports[0]?.outcome).toBe('connection');
    receiver = await openReceiver(answers);
  });

  it('come twice and out of order when disorder is switched on', async () => {
    await configure({ disorder: { duplicate: 1, reorder: true, seed: 3 } });
    await portal.call('POST', `${CONTACTS}/batch/create`, {
      inputs: Array.from({ length: 20 }, (_, row) => ({ properties: { firstname: `P${row}` } })),
    });
    await receiver.until(() => eventsOf('object.creation').length === 40);
    const ids = eventsOf('object.creation').map(({ objectId }) => Number(objectId));
    expect(new Set(ids).size).toBe(20);
    expect(ids).not.toEqual(ids.toSorted((a, b) => a - b));
  });

  it('tell of imports only when asked to', async () => {
    await configure();
    const rows = { objects: { contacts: [{ properties: { firstname: 'Silent' } }] } };
    await portal.control('POST', '/import', rows);
    await portal.control('POST', '/import?webhooks=true', rows);
    await receiver.until(() => receiver.got.length > 0);
    expect(eventsOf('object.creation')).toHaveLength(1);
  });
});
