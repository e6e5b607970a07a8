import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { HubSpotError } from '../../server/hubspot/errors.ts';
import type { HubSpotRequest } from '../../server/hubspot/client.ts';
import { fakeDate, passMs } from './fakeDate.ts';
import { openLab, type Lab, type LabPortal } from './lab.ts';
import { openVariant } from './variant.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());
let clock = Date.now();
beforeEach(() => fakeDate(clock));
afterEach(() => {
  clock = Date.now() + 60_000;
  jest.useRealTimers();
});

const READ: HubSpotRequest = { method: 'GET', path: '/crm/properties/2026-09/contacts/email' };
const SEARCH: HubSpotRequest = {
  method: 'POST',
  path: '/crm/objects/2026-09/contacts/search',
  body: { limit: 1, after: '0', filterGroups: [], properties: [], sorts: [] },
  cost: 'search',
};

const refFor = ({ portalId }: LabPortal) => ({ portalId, timeZone: 'Europe/Berlin' });

/** The most requests that any window of this length holds, as HubSpot counts them. */
function busiest(times: readonly number[], windowMs: number): number {
  return Math.max(...times.map((start) => times.filter((at) => at >= start && at < start + windowMs).length));
}

async function kindOf(call: Promise<unknown>): Promise<string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    if (error instanceof HubSpotError) return error.kind;
    throw error;
  }
}

describe('the budget of a portal', () => {
  it.each([
    { name: 'one process', processes: 1 },
    { name: 'three processes', processes: 3 },
  ])('never exceeds the rolling ten seconds, and uses nearly all of them ($name)', async ({ processes }) => {
    const LIMIT = 20;
    const portal = await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: LIMIT } });
    const clients = Array.from({ length: processes }, () =>
      lab.client(
        portal.portalId,
        lab.budget({ callsPerTenSeconds: LIMIT, maxWaitMs: 60_000, timeoutMs: 1_000, sleep: passMs }),
      ),
    );
    const CALLS = 90;
    for (let n = 0; n < CALLS; n += 1) {
      // Calls take time, and not always the same: the window's edges wander.
      await passMs((n * 37) % 150);
      const client = clients[n % processes];
      expect(client && (await kindOf(client.call(refFor(portal), READ, z.unknown())))).toBe('ok');
    }

    const log = await portal.log();
    expect(log.filter(({ status }) => status === 429)).toEqual([]);
    expect(log).toHaveLength(CALLS);
    expect(
      busiest(
        log.map(({ at }) => at),
        10_000,
      ),
    ).toBeLessThanOrEqual(LIMIT);
  });

  it('never exceeds them either when calls are on their way for seconds, some longer than others', async () => {
    const LIMIT = 12;
    let sent = 0;
    const slowWire = await openVariant(lab.crmUrl, (request) => {
      sent += 1;
      jest.setSystemTime(Date.now() + ((sent * 911) % 2_900));
      return request;
    });
    const portal = await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: LIMIT } });
    const budget = lab.budget({ callsPerTenSeconds: LIMIT, maxWaitMs: 3_600_000, sleep: passMs });
    const client = lab.client(portal.portalId, budget, 5_000, slowWire.url);
    try {
      for (let round = 0; round < 8; round += 1) {
        await Promise.all(Array.from({ length: 12 }, () => client.call(refFor(portal), READ, z.unknown())));
      }
    } finally {
      await slowWire.close();
    }

    const log = await portal.log();
    expect(log.filter(({ status }) => status === 429)).toEqual([]);
    expect(log).toHaveLength(96);
    expect(
      busiest(
        log.map(({ at }) => at),
        10_000,
      ),
    ).toBeLessThanOrEqual(LIMIT);
  });

  it('lets a burst through at once', async () => {
    const portal = await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: 20 } });
    const client = lab.client(portal.portalId, lab.budget({ callsPerTenSeconds: 20 }));
    const kinds = await Promise.all(
      Array.from({ length: 25 }, () => kindOf(client.call(refFor(portal), READ, z.unknown()))),
    );
    expect(kinds.filter((kind) => kind === 'ok').length).toBeGreaterThanOrEqual(14);
    expect(kinds.filter((kind) => kind !== 'ok').every((kind) => kind === 'rate-ten-seconds')).toBe(true);
    expect((await portal.log()).filter(({ status }) => status === 429)).toEqual([]);
  });

  it('says how long to wait, without having called, when it is used up', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const client = lab.client(portal.portalId, lab.budget({ callsPerTenSeconds: 1 }));
    await portal.faults({ match: { path: '.' }, fault: { kind: 'unknown-fields' } }); // no headers: nothing is learnt
    await client.call(refFor(portal), READ, z.unknown());

    const refused = client.call(refFor(portal), READ, z.unknown());

    await expect(refused).rejects.toMatchObject({
      kind: 'rate-ten-seconds',
      retry: true,
      mayHaveHappened: false,
      retryAfterMs: 10_000,
    });
    expect(await portal.log()).toHaveLength(1);
    await passMs(10_000);
    await client.call(refFor(portal), READ, z.unknown());
  });

  it('learns the true limit from the answers', async () => {
    const portal = await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: 5 } });
    const client = lab.client(portal.portalId, lab.budget({ callsPerTenSeconds: 100 }));
    const kinds: string[] = [];
    for (let n = 0; n < 12; n += 1) {
      kinds.push(await kindOf(client.call(refFor(portal), READ, z.unknown())));
      await passMs(10);
    }
    expect(kinds.filter((kind) => kind === 'ok').length).toBeGreaterThanOrEqual(4);
    expect((await portal.log()).filter(({ status }) => status === 429)).toEqual([]);
  });

  it('keeps searches under five a second', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const budget = lab.budget({ maxWaitMs: 30_000, sleep: passMs });
    const client = lab.client(portal.portalId, budget);
    for (let n = 0; n < 17; n += 1) {
      await passMs((n * 13) % 40);
      await client.call(refFor(portal), SEARCH, z.unknown());
    }
    const log = await portal.log();
    expect(log.filter(({ status }) => status === 429)).toEqual([]);
    expect(
      busiest(
        log.map(({ at }) => at),
        1_000,
      ),
    ).toBeLessThanOrEqual(5);
  });

  it('keeps a share for live work while backfill takes all it can', async () => {
    const portal = await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: 20 } });
    const client = lab.client(portal.portalId, lab.budget({ callsPerTenSeconds: 20 }));
    const backfill: HubSpotRequest = { ...READ, priority: 'backfill' };
    const taken: string[] = [];
    for (let n = 0; n < 20; n += 1)
      taken.push(await kindOf(client.call(refFor(portal), backfill, z.unknown())));
    expect(taken.filter((kind) => kind === 'ok')).toHaveLength(14);

    const live: string[] = [];
    for (let n = 0; n < 6; n += 1) live.push(await kindOf(client.call(refFor(portal), READ, z.unknown())));
    expect(live).toEqual(Array.from({ length: 6 }, () => 'ok'));
  });

  it('is one portal’s own', async () => {
    const [busy, idle] = [
      await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: 1 } }),
      await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: 1 } }),
    ];
    const budget = lab.budget({ callsPerTenSeconds: 1 });
    const call = (portal: LabPortal): Promise<string> =>
      kindOf(lab.client(portal.portalId, budget).call(refFor(portal), READ, z.unknown()));
    expect([await call(busy), await call(busy), await call(idle)]).toEqual(['ok', 'rate-ten-seconds', 'ok']);
  });
});

describe('after a 429', () => {
  it('nobody calls that portal until the wait is over, in no process', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const [first, second] = [
      lab.client(portal.portalId, lab.budget({})),
      lab.client(portal.portalId, lab.budget({})),
    ];
    await portal.faults({
      match: { path: '.' },
      fault: { kind: 'status', status: 429, policyName: 'TEN_SECONDLY_ROLLING', retryAfterSeconds: 4 },
      times: 1,
    });
    expect(await kindOf(first.call(refFor(portal), READ, z.unknown()))).toBe('rate-ten-seconds');
    expect(await kindOf(second.call(refFor(portal), READ, z.unknown()))).toBe('rate-ten-seconds');
    expect(await portal.log()).toHaveLength(1);
    await passMs(4_000);
    expect(await kindOf(second.call(refFor(portal), READ, z.unknown()))).toBe('ok');
  });

  it('of the day, the wait lasts until midnight in the portal’s zone', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const client = lab.client(portal.portalId, lab.budget({}));
    jest.setSystemTime(new Date('2027-01-15T20:30:00Z')); // 21:30 in Berlin
    await portal.faults({
      match: { path: '.' },
      fault: { kind: 'status', status: 429, policyName: 'DAILY' },
      times: 1,
    });
    await expect(client.call(refFor(portal), READ, z.unknown())).rejects.toMatchObject({
      kind: 'rate-daily',
      retryAfterMs: 2.5 * 3_600_000,
    });
    await passMs(2 * 3_600_000);
    expect(await kindOf(client.call(refFor(portal), SEARCH, z.unknown()))).toBe('rate-daily');
    await passMs(1_800_000);
    expect(await kindOf(client.call(refFor(portal), READ, z.unknown()))).toBe('ok');
  });

  it('is avoided: the day’s last tenth is left to live work, and nothing is called when it is used up', async () => {
    const portal = await lab.openPortal({ provisioned: false, rateLimit: { tenSecondly: 1_000, daily: 20 } });
    const client = lab.client(portal.portalId, lab.budget({}));
    const call = (priority: 'live' | 'backfill'): Promise<string> =>
      kindOf(client.call(refFor(portal), { ...READ, priority }, z.unknown()));
    const backfill: string[] = [];
    for (let n = 0; n < 20; n += 1) backfill.push(await call('backfill'));
    expect(backfill.filter((kind) => kind === 'ok')).toHaveLength(18);
    expect([await call('live'), await call('live'), await call('live')]).toEqual(['ok', 'ok', 'rate-daily']);
    expect((await portal.log()).filter(({ status }) => status === 429)).toEqual([]);
  });
});
