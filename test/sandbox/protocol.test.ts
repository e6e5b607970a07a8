import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type TestPortal, openTestPortal } from './portal.ts';

let portal: TestPortal;
let time = Date.parse('2026-11-22T10:00:00Z');
beforeAll(async () => {
  portal = await openTestPortal({ now: () => time });
});
afterAll(() => portal.close());

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe('who asks', () => {
  it.each([
    ['no token', { authorization: '' }],
    ['another scheme', { authorization: 'Basic abc' }],
    ['an unknown token', bearer('nobody')],
  ])('is refused with %s', async (_what, headers) => {
    const reply = await portal.call('GET', CONTACTS, undefined, headers);
    expect(reply.status).toBe(401);
    expect(reply.body).toMatchObject({ category: 'INVALID_AUTHENTICATION' });
  });

  it('is refused once the token has expired', async () => {
    await fetch(`${portal.crm.url}/sandbox/portals`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        portalId: 30_000_001,
        accessTokens: [{ token: 'short', expiresAt: time + 1_000 }],
      }),
    });
    expect((await portal.call('GET', CONTACTS, undefined, bearer('short'))).status).toBe(200);
    time += 4_000;
    const reply = await portal.call('GET', CONTACTS, undefined, bearer('short'));
    expect(reply.status).toBe(401);
    expect(reply.body).toMatchObject({
      category: 'EXPIRED_AUTHENTICATION',
      message: 'The OAuth token used to make this call expired 3 second(s) ago.',
    });
  });

  it('is told which scopes are missing', async () => {
    await fetch(`${portal.crm.url}/sandbox/portals`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        portalId: 30_000_002,
        accessTokens: [{ token: 'reader', scopes: ['crm.objects.contacts.read'] }],
      }),
    });
    expect((await portal.call('GET', CONTACTS, undefined, bearer('reader'))).status).toBe(200);
    const write = await portal.call('POST', CONTACTS, { properties: { email: 'a@b.cd' } }, bearer('reader'));
    expect(write.status).toBe(403);
    expect(write.body).toMatchObject({
      category: 'MISSING_SCOPES',
      errors: [{ context: { requiredGranularScopes: ['crm.objects.contacts.write'] } }],
    });
    expect((await portal.call('GET', '/crm/objects/2026-09/leads', undefined, bearer('reader'))).status).toBe(
      403,
    );
  });

  it('sees its own portal only', async () => {
    const id = await portal.contact();
    expect((await portal.call('GET', `${CONTACTS}/${id}`, undefined, bearer('reader'))).status).toBe(404);
  });
});

describe('a request', () => {
  const raw = (
    method: string,
    path: string,
    body: string | Uint8Array<ArrayBuffer>,
    type = 'application/json',
  ) =>
    fetch(portal.crm.url + path, {
      method,
      headers: { ...bearer(`token-${portal.portalId}`), 'content-type': type },
      body,
    });

  it.each([
    ['an unknown path', 'GET', '/crm/objects/2026-09/contacts/1/nothing', 404],
    ['a version that does not exist', 'GET', '/crm/objects/1999-01/contacts', 404],
    ['a method that the path does not take', 'PUT', CONTACTS, 405],
    ['an unknown object type', 'GET', '/crm/objects/2026-09/unicorns', 400],
  ])('to %s is refused', async (_what, method, path, status) => {
    const reply = await portal.call(method, path, method === 'PUT' ? {} : undefined);
    expect(reply.status).toBe(status);
    expect(reply.body).toMatchObject({ status: 'error', correlationId: expect.any(String) });
    expect(reply.headers.get('x-hubspot-correlation-id')).toBe(reply.body.correlationId);
  });

  it.each([
    ['malformed JSON', '{"properties": {', 400],
    ['bytes that are no UTF-8', new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400],
    ['an array in place of an object', '[]', 400],
    ['nothing', '', 400],
  ])('with %s is refused', async (_what, body, status) => {
    const reply = await raw('POST', CONTACTS, body);
    expect(reply.status).toBe(status);
    expect(await reply.json()).toMatchObject({ category: 'VALIDATION_ERROR' });
  });

  it('with another content type is refused', async () => {
    expect((await raw('POST', CONTACTS, 'email=a', 'application/x-www-form-urlencoded')).status).toBe(415);
  });

  it('with a URL of more than 16,000 characters is refused', async () => {
    const reply = await portal.call('GET', `${CONTACTS}?properties=${'a'.repeat(16_000)}`);
    expect(reply.status).toBe(414);
  });

  it('may name its object type in the singular, by id and in capitals', async () => {
    const id = await portal.contact();
    for (const name of ['contact', '0-1', 'CONTACTS'])
      expect((await portal.call('GET', `/crm/objects/2026-09/${name}/${id}`)).status).toBe(200);
  });

  it('for the account tells portal, zone and offset', async () => {
    const { body } = await portal.call('GET', '/account-info/2026-09/details');
    expect(body).toMatchObject({ portalId: portal.portalId, timeZone: 'Europe/Berlin', utcOffset: '+01:00' });
  });
});

describe("an admin's rule", () => {
  const properties = { hs_lead_status: 'UNQUALIFIED' };

  it('holds a write of 2026-09 until the other property comes in the same write', async () => {
    await portal.control('PUT', '/rules', [
      { property: 'hs_lead_status', values: ['UNQUALIFIED'], requires: ['jobtitle'] },
    ]);
    const id = await portal.contact();
    const refused = await portal.call('PATCH', `${CONTACTS}/${id}`, { properties });
    expect(refused.status).toBe(400);
    expect(refused.body).toMatchObject({
      category: 'VALIDATION_ERROR',
      errors: [
        {
          code: 'MISSING_CONDITIONAL_REQUIRED_PROPERTY',
          message: 'jobtitle is required because of a conditional property rule based on [hs_lead_status]',
          context: { propertyName: ['jobtitle'] },
        },
      ],
    });
    const both = { properties: { ...properties, jobtitle: 'Head of tests' } };
    expect((await portal.call('PATCH', `${CONTACTS}/${id}`, both)).status).toBe(200);
    const other = await portal.contact();
    expect((await portal.call('PATCH', `/crm/v3/objects/contacts/${other}`, { properties })).status).toBe(
      200,
    );
    await portal.control('PUT', '/rules', []);
  });

  it('for the create form holds creates, not changes', async () => {
    const id = await portal.contact();
    await portal.control('PUT', '/rules', [{ kind: 'create-form', requires: ['country'] }]);
    const refused = await portal.call('POST', CONTACTS, { properties: { email: 'form@example.com' } });
    expect(refused.body).toMatchObject({ errors: [{ code: 'MISSING_REQUIRED_PROPERTY' }] });
    expect((await portal.call('PATCH', `${CONTACTS}/${id}`, { properties })).status).toBe(200);
    await portal.control('PUT', '/rules', []);
  });
});
