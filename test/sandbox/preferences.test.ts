import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

const V3 = '/communication-preferences/v3';
const DATED = '/communication-preferences/2026-09';
const MARKETING = '301000001';
const BASIS = { legalBasis: 'LEGITIMATE_INTEREST_OTHER', legalBasisExplanation: 'Said so on the phone.' };

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

let count = 0;
const address = (): string => `reader${++count}@example.com`;

type Results = { results: Json[] };

const optOut = (email: string, more: Json = {}) =>
  portal.call<Results & { message: string }>('POST', `${DATED}/statuses/${encodeURIComponent(email)}`, {
    subscriptionId: Number(MARKETING),
    statusState: 'UNSUBSCRIBED',
    channel: 'EMAIL',
    ...more,
  });

const statuses = async (email: string): Promise<Json[]> => {
  const reply = await portal.call<Results>(
    'GET',
    `${DATED}/statuses/${encodeURIComponent(email)}?channel=EMAIL`,
  );
  expect(reply.status).toBe(200);
  return reply.body.results;
};

describe('communication preferences', () => {
  it('are defined alike in both versions', async () => {
    const old = await portal.call<{ subscriptionDefinitions: Json[] }>('GET', `${V3}/definitions`);
    const now = await portal.call<Results>('GET', `${DATED}/definitions`);
    expect(old.body.subscriptionDefinitions.map(({ name }) => name)).toContain('Marketing Information');
    expect(now.body.results).toEqual(old.body.subscriptionDefinitions);
  });

  it('say of an address that never said anything that nothing is specified', async () => {
    expect(new Set((await statuses(address())).map(({ status }) => status))).toEqual(
      new Set(['NOT_SPECIFIED']),
    );
  });

  it('keep the legal basis and the explanation of an opt-out, and tell both versions', async () => {
    const email = address();
    const reply = await optOut(email, BASIS);
    expect(reply.body.results[0]).toMatchObject({
      status: 'UNSUBSCRIBED',
      setStatusSuccessReason: 'REQUESTED_CHANGE_OCCURRED',
    });
    const told = (await statuses(email)).find(({ subscriptionId }) => String(subscriptionId) === MARKETING);
    expect(told).toMatchObject({ status: 'UNSUBSCRIBED', ...BASIS });
    const old = await portal.call<{ subscriptionStatuses: Json[] }>('GET', `${V3}/status/email/${email}`);
    expect(old.body.subscriptionStatuses.find(({ id }) => id === MARKETING)).toMatchObject({
      status: 'NOT_SUBSCRIBED',
      ...BASIS,
    });
  });

  it('say NO_STATUS_CHANGE to a second opt-out', async () => {
    const email = address();
    await optOut(email);
    const again = await optOut(email);
    expect(again.status).toBe(200);
    expect(again.body.results[0]).toMatchObject({ setStatusSuccessReason: 'NO_STATUS_CHANGE' });
  });

  it('refuse a second opt-out in version 3, and to resubscribe whoever has opted out', async () => {
    const body = { emailAddress: address(), subscriptionId: MARKETING, ...BASIS };
    expect((await portal.call('POST', `${V3}/unsubscribe`, body)).status).toBe(200);
    expect((await portal.call('POST', `${V3}/unsubscribe`, body)).status).toBe(400);
    expect((await portal.call('POST', `${V3}/subscribe`, body)).status).toBe(400);
  });

  it.each([
    {
      title: 'an unknown kind of e-mail',
      email: 'a@example.com',
      change: { subscriptionId: 9 },
      status: 404,
    },
    { title: 'an unknown state', email: 'a@example.com', change: { statusState: 'AWAY' }, status: 400 },
    { title: 'an unknown basis', email: 'a@example.com', change: { legalBasis: 'WHIM' }, status: 400 },
    { title: 'another channel', email: 'a@example.com', change: { channel: 'WHATSAPP' }, status: 400 },
    { title: 'what is no address', email: 'nobody', change: {}, status: 400 },
  ])('refuse $title', async ({ email, change, status }) => {
    expect((await optOut(email, change)).status).toBe(status);
  });

  it('want a legal basis where data privacy is on', async () => {
    const strict = await openTestPortal({ dataPrivacy: true });
    const path = `${DATED}/statuses/a@example.com`;
    const body = { subscriptionId: Number(MARKETING), statusState: 'UNSUBSCRIBED', channel: 'EMAIL' };
    expect((await strict.call('POST', path, body)).status).toBe(400);
    expect((await strict.call('POST', path, { ...body, ...BASIS })).status).toBe(200);
    await strict.close();
  });

  it('opt out of everything, mark the contact, and may be told so twice', async () => {
    const email = address();
    const contactId = await portal.contact({ email });
    const path = `${DATED}/statuses/${email}/unsubscribe-all?channel=EMAIL`;
    expect((await portal.call<Results>('GET', path)).body.results).toEqual([]);
    const first = await portal.call<Results>('POST', path);
    const second = await portal.call<Results>('POST', path);
    expect(first.body.results[0]).toMatchObject({ wideStatusType: 'PORTAL_WIDE', status: 'UNSUBSCRIBED' });
    expect(second.body.results).toEqual(first.body.results);
    expect((await portal.call<Results>('GET', path)).body.results).toHaveLength(1);
    const { body } = await portal.call<{ properties: Json }>(
      'GET',
      `${CONTACTS}/${contactId}?properties=hs_email_optout`,
    );
    expect(body.properties.hs_email_optout).toBe('true');
  });

  it('need a scope of their own', async () => {
    const narrow = await openTestPortal({
      accessTokens: [{ token: 'narrow', scopes: ['crm.objects.contacts.read'] }],
    });
    const reply = await narrow.call('GET', `${DATED}/definitions`, undefined, {
      authorization: 'Bearer narrow',
    });
    expect(reply.status).toBe(403);
    await narrow.close();
  });
});
