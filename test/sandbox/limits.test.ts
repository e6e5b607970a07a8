import { afterEach, describe, expect, it } from '@jest/globals';
import { CONTACTS, type TestPortal, openTestPortal } from './portal.ts';

const START = Date.parse('2026-11-22T10:00:00Z');
let time = START;
let portal: TestPortal | undefined;
const open = async (rateLimit: { tenSecondly: number; daily?: number }): Promise<TestPortal> => {
  time = START;
  portal = await openTestPortal({ now: () => time, rateLimit });
  return portal;
};
afterEach(() => portal?.close());

const ask = (from: TestPortal) => from.call('GET', `${CONTACTS}?limit=1`);

describe('the budget of ten seconds', () => {
  it('is counted down in the headers and refuses what is over', async () => {
    const from = await open({ tenSecondly: 3 });
    for (const left of ['2', '1', '0']) {
      const { status, headers } = await ask(from);
      expect(status).toBe(200);
      expect(headers.get('x-hubspot-ratelimit-max')).toBe('3');
      expect(headers.get('x-hubspot-ratelimit-remaining')).toBe(left);
      expect(headers.get('x-hubspot-ratelimit-interval-milliseconds')).toBe('10000');
      expect(headers.get('x-hubspot-ratelimit-daily')).toBeNull();
    }
    const refused = await ask(from);
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBeNull();
    expect(refused.body).toMatchObject({
      status: 'error',
      message: 'You have reached your ten_secondly_rolling limit.',
      errorType: 'RATE_LIMIT',
      category: 'RATE_LIMITS',
      policyName: 'TEN_SECONDLY_ROLLING',
    });
  });

  it('rolls: each request makes room ten seconds after its own', async () => {
    const from = await open({ tenSecondly: 2 });
    await ask(from);
    time += 6_000;
    await ask(from);
    expect((await ask(from)).status).toBe(429);
    time += 3_999;
    expect((await ask(from)).status).toBe(429);
    time += 1;
    expect((await ask(from)).status).toBe(200);
    expect((await ask(from)).status).toBe(429);
  });

  it('changes nothing for a write that is refused', async () => {
    const from = await open({ tenSecondly: 1 });
    const id = await from.contact({ company: 'Before' });
    const refused = await from.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'After' } });
    expect(refused.status).toBe(429);
    time += 10_000;
    const read = await from.call('GET', `${CONTACTS}/${id}?properties=company`);
    expect(read.body).toMatchObject({ properties: { company: 'Before' } });
  });

  it('is not charged for what a person does in the page', async () => {
    const from = await open({ tenSecondly: 1 });
    await ask(from);
    const person = { authorization: `Bearer sandbox-ui-${from.portalId}` };
    expect((await from.call('GET', CONTACTS, undefined, person)).status).toBe(200);
  });
});

describe('the budget of a day', () => {
  it('ends at midnight of the portal', async () => {
    const from = await open({ tenSecondly: 100, daily: 2 });
    expect((await ask(from)).headers.get('x-hubspot-ratelimit-daily-remaining')).toBe('1');
    await ask(from);
    const refused = await ask(from);
    expect(refused.body).toMatchObject({
      policyName: 'DAILY',
      message: 'You have reached your daily limit.',
    });
    time = Date.parse('2026-11-22T22:59:00Z');
    expect((await ask(from)).status).toBe(429);
    time = Date.parse('2026-11-22T23:00:00Z');
    expect((await ask(from)).status).toBe(200);
  });
});

describe('the budget of searches', () => {
  it('is five a second, has no headers and spares the other one', async () => {
    const from = await open({ tenSecondly: 2 });
    const search = () => from.call('POST', `${CONTACTS}/search`, { limit: 1 });
    for (let n = 0; n < 5; n += 1) {
      const { status, headers } = await search();
      expect(status).toBe(200);
      expect(headers.get('x-hubspot-ratelimit-max')).toBeNull();
    }
    const refused = await search();
    expect(refused.body).toMatchObject({
      policyName: 'SECONDLY',
      message: 'You have reached your secondly limit.',
    });
    expect((await ask(from)).headers.get('x-hubspot-ratelimit-remaining')).toBe('1');
    time += 1_000;
    expect((await search()).status).toBe(200);
  });
});
