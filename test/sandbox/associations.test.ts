import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, type TestPortal, openTestPortal, to } from './portal.ts';

type Targets = {
  results: { toObjectId: string; associationTypes: { typeId: number; label: string | null }[] }[];
};

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

const company = async (): Promise<string> =>
  (
    await portal.call<{ id: string }>('POST', '/crm/objects/2026-09/companies', {
      properties: { name: 'Co' },
    })
  ).body.id;

const companiesOf = async (contact: string): Promise<Record<string, number[]>> => {
  const { body } = await portal.call<Targets>(
    'GET',
    `/crm/objects/2026-09/contacts/${contact}/associations/companies`,
  );
  return Object.fromEntries(
    body.results.map(({ toObjectId, associationTypes }) => [
      toObjectId,
      associationTypes.map(({ typeId }) => typeId),
    ]),
  );
};

const makePrimary = (contact: string, id: string) =>
  portal.call('PUT', `/crm/objects/2026-09/contacts/${contact}/associations/companies/${id}`, [
    { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 1 },
  ]);

describe('associations', () => {
  it('hold one primary company: the second takes the place of the first', async () => {
    const [contact, first, second] = [await portal.contact(), await company(), await company()];
    await makePrimary(contact, first);
    expect(await companiesOf(contact)).toEqual({ [first]: [1, 279] });
    await makePrimary(contact, second);
    expect(await companiesOf(contact)).toEqual({ [first]: [279], [second]: [1, 279] });
    const read = await portal.call(
      'GET',
      `/crm/objects/2026-09/contacts/${contact}?properties=associatedcompanyid`,
    );
    expect(read.body).toMatchObject({ properties: { associatedcompanyid: second } });
  });

  it('are seen from both sides', async () => {
    const [contact, id] = [await portal.contact(), await company()];
    await portal.call('PUT', `/crm/objects/2026-09/contacts/${contact}/associations/default/companies/${id}`);
    const { body } = await portal.call<Targets>(
      'GET',
      `/crm/objects/2026-09/companies/${id}/associations/contacts`,
    );
    expect(body.results).toEqual([
      { toObjectId: contact, associationTypes: [{ category: 'HUBSPOT_DEFINED', typeId: 280, label: null }] },
    ]);
  });

  it('are read in a batch, which names records without any', async () => {
    const [contact, alone] = [await portal.contact(), await portal.contact()];
    const task = await portal.call<{ id: string }>('POST', '/crm/objects/2026-09/tasks', {
      properties: { hs_timestamp: '2026-12-01T09:00:00Z' },
      associations: [to(contact, 204)],
    });
    const reply = await portal.call<{ results: { to: { toObjectId: string }[] }[]; errors: Json[] }>(
      'POST',
      '/crm/associations/2026-09/contacts/tasks/batch/read',
      { inputs: [{ id: contact }, { id: alone }] },
    );
    expect(reply.status).toBe(207);
    expect(reply.body.results[0]?.to[0]?.toObjectId).toBe(task.body.id);
    expect(reply.body.errors).toEqual([expect.objectContaining({ category: 'OBJECT_NOT_FOUND' })]);
  });

  it('are made and parted in batches; a dead id fails its row only', async () => {
    const [contact, id] = [await portal.contact(), await company()];
    const spec = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 279 }];
    const reply = await portal.call<{ results: Json[]; errors: Json[] }>(
      'POST',
      '/crm/associations/2026-09/contacts/companies/batch/create',
      {
        inputs: [
          { from: { id: contact }, to: { id }, types: spec },
          { from: { id: contact }, to: { id: '999' }, types: spec },
        ],
      },
    );
    expect(reply.status).toBe(207);
    expect(reply.body.errors).toEqual([
      expect.objectContaining({ context: { INVALID_OBJECT_IDS: ['COMPANY=999 is not valid'] } }),
    ]);
    await portal.call('POST', '/crm/associations/2026-09/contacts/companies/batch/archive', {
      inputs: [{ from: { id: contact }, to: [{ id }] }],
    });
    expect(await companiesOf(contact)).toEqual({});
  });

  it('are refused when the type goes another way', async () => {
    const [contact, id] = [await portal.contact(), await company()];
    const reply = await portal.call(
      'PUT',
      `/crm/objects/2026-09/contacts/${contact}/associations/companies/${id}`,
      [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 204 }],
    );
    expect(reply.status).toBe(400);
  });

  it('have a budget of their own', async () => {
    const own = await openTestPortal({
      rateLimit: { tenSecondly: 3 },
      now: () => Date.parse('2026-11-22T10:00:00Z'),
    });
    const id = await own.contact();
    for (let n = 0; n < 5; n += 1) {
      const reply = await own.call('GET', `/crm/objects/2026-09/contacts/${id}/associations/tasks`);
      expect(reply.status).toBe(200);
      expect(reply.headers.get('x-hubspot-ratelimit-max')).toBe('150');
    }
    await own.close();
  });
});
