import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());
afterEach(() => portal.control('PUT', '/faults', []));

const fault = (one: Json, more: Json = {}) =>
  portal.control('PUT', '/faults', [{ match: { method: 'PATCH', path: '/contacts/' }, fault: one, ...more }]);

const rename = (id: string, company: string) =>
  portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company } });

const companyOf = async (id: string): Promise<unknown> =>
  (await portal.call<{ properties: Json }>('GET', `${CONTACTS}/${id}?properties=company`)).body.properties
    .company;

describe('a fault', () => {
  it.each([409, 423, 477, 500, 502, 503])('of status %i answers instead of the change', async (status) => {
    const id = await portal.contact();
    await fault({ kind: 'status', status });
    const reply = await rename(id, 'Never');
    expect(reply.status).toBe(status);
    expect(reply.headers.get('retry-after')).toBe(status === 477 ? '60' : null);
    expect(await companyOf(id)).toBeNull();
  });

  it('can let the change happen before it answers', async () => {
    const id = await portal.contact();
    await fault({ kind: 'status', status: 502, applied: true });
    expect((await rename(id, 'Happened')).status).toBe(502);
    expect(await companyOf(id)).toBe('Happened');
  });

  it.each(['TEN_SECONDLY_ROLLING', 'SECONDLY', 'DAILY'])('of 429 names the policy %s', async (policyName) => {
    const id = await portal.contact();
    await fault({ kind: 'status', status: 429, policyName });
    expect((await rename(id, 'x')).body).toMatchObject({ policyName });
  });

  it.each([
    ['cut-before-headers', true],
    ['cut-before-body', true],
    ['cut-mid-body', true],
    ['cut-mid-body', false],
  ])('%s ends the connection (change applied: %s)', async (kind, applied) => {
    const id = await portal.contact();
    await fault({ kind, applied });
    await expect(rename(id, 'Cut')).rejects.toThrow();
    expect(await companyOf(id)).toBe(applied ? 'Cut' : null);
  });

  it('of malformed JSON answers 200 with a body that cannot be read', async () => {
    const id = await portal.contact();
    await fault({ kind: 'malformed-json' });
    await expect(rename(id, 'Unreadable')).rejects.toThrow(SyntaxError);
    expect(await companyOf(id)).toBe('Unreadable');
  });

  it('of unknown fields adds what nobody has documented', async () => {
    const id = await portal.contact();
    await fault({ kind: 'unknown-fields' });
    expect((await rename(id, 'New')).body).toMatchObject({ id, sandboxUnknownField: {} });
  });

  it('of rows fails every nth of a batch and carries out the others', async () => {
    const ids = [await portal.contact(), await portal.contact(), await portal.contact()];
    await portal.control('PUT', '/faults', [
      { match: { path: '/batch/update' }, fault: { kind: 'rows', every: 2 } },
    ]);
    const reply = await portal.call('POST', `${CONTACTS}/batch/update`, {
      inputs: ids.map((id) => ({ id, objectWriteTraceId: `t${id}`, properties: { company: 'Row' } })),
    });
    expect(reply.status).toBe(207);
    expect(reply.body).toMatchObject({
      numErrors: 1,
      errors: [{ context: { ids: [ids[1]], objectWriteTraceId: [`t${ids[1]}`] } }],
    });
    expect([await companyOf(ids[0] ?? ''), await companyOf(ids[1] ?? '')]).toEqual(['Row', null]);
  });

  it('happens as often as it is told, and is counted and logged', async () => {
    const id = await portal.contact();
    await fault({ kind: 'status', status: 503 }, { times: 2 });
    const statuses = [];
    for (let n = 0; n < 3; n += 1) statuses.push((await rename(id, 'x')).status);
    expect(statuses).toEqual([503, 503, 200]);
    const shown = await portal.control<{ faults: Json[] }>('GET', '/faults');
    expect(shown.body.faults).toEqual([expect.objectContaining({ matched: 3, applied: 2 })]);
    const log = await portal.control<{ entries: Json[] }>('GET', '/log');
    expect(log.body.entries.filter((entry) => entry.fault === 'status').length).toBeGreaterThanOrEqual(2);
  });

  it('at a rate happens to the same requests each time the seed is the same', async () => {
    const id = await portal.contact();
    const run = async (seed: number): Promise<number[]> => {
      await fault({ kind: 'status', status: 500 }, { rate: 0.5, seed });
      const statuses: number[] = [];
      for (let n = 0; n < 12; n += 1) statuses.push((await rename(id, 'x')).status);
      return statuses;
    };
    const first = await run(7);
    expect(new Set(first)).toEqual(new Set([200, 500]));
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  it('of slowness and the latency of the portal add up', async () => {
    const id = await portal.contact();
    await portal.control('PUT', '/latency', { ms: 60 });
    await fault({ kind: 'slow', ms: 60 });
    const start = performance.now();
    await rename(id, 'Slow');
    expect(performance.now() - start).toBeGreaterThanOrEqual(110);
    await portal.control('PUT', '/latency', { ms: 0 });
  });

  it('of slowness are told as long as they are under way', async () => {
    const id = await portal.contact();
    const underWay = async () => (await portal.control<{ underWay: number }>('GET', '')).body.underWay;
    expect(await underWay()).toBe(0);
    await fault({ kind: 'slow', ms: 500 });
    const slow = rename(id, 'Slow');
    const giveUpAt = performance.now() + 500;
    let seen = 0;
    while (seen === 0 && performance.now() < giveUpAt) seen = await underWay();
    expect(seen).toBe(1);
    await slow;
    expect(await underWay()).toBe(0);
  });

  it('of an unknown kind is refused', async () => {
    expect((await fault({ kind: 'gremlins' })).status).toBe(400);
  });
});
