import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

type Batch = {
  status: string;
  results: {
    id: string;
    new?: boolean;
    objectWriteTraceId?: string;
    properties: Record<string, string | null>;
  }[];
  numErrors?: number;
  errors?: { category: string; message: string; context: Record<string, string[]> }[];
};

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

const batch = (name: string, inputs: readonly Json[], more: Json = {}) =>
  portal.call<Batch>('POST', `${CONTACTS}/batch/${name}`, { inputs, ...more });

const companyOf = async (id: string): Promise<unknown> =>
  (await portal.call<Batch['results'][number]>('GET', `${CONTACTS}/${id}?properties=company`)).body.properties
    .company;

describe('a batch', () => {
  it('answers 207 for records that do not exist and carries the other rows out', async () => {
    const id = await portal.contact();
    const reply = await batch('update', [
      { id, properties: { company: 'Kept' } },
      { id: '777777', properties: { company: 'Lost' } },
    ]);
    expect(reply.status).toBe(207);
    expect(reply.body).toMatchObject({
      status: 'COMPLETE',
      results: [{ id }],
      numErrors: 1,
      errors: [{ category: 'OBJECT_NOT_FOUND', context: { ids: ['777777'] } }],
    });
    expect(await companyOf(id)).toBe('Kept');
  });

  it('is refused as a whole for one bad value, when rows carry no trace ids', async () => {
    const [a, b] = [await portal.contact(), await portal.contact()];
    const reply = await batch('update', [
      { id: a, properties: { company: 'Never' } },
      { id: b, properties: { hs_lead_status: 'NOPE' } },
    ]);
    expect(reply.status).toBe(400);
    expect(await companyOf(a)).toBeNull();
  });

  it('is answered row by row when every row has a trace id of its own', async () => {
    const [a, b] = [await portal.contact(), await portal.contact()];
    const reply = await batch('update', [
      { id: a, objectWriteTraceId: 'row-a', properties: { company: 'Good' } },
      { id: b, objectWriteTraceId: 'row-b', properties: { hs_lead_status: 'NOPE' } },
      { id: '777777', objectWriteTraceId: 'row-c', properties: { company: 'Lost' } },
    ]);
    expect(reply.status).toBe(207);
    expect(reply.body.results).toEqual([expect.objectContaining({ id: a, objectWriteTraceId: 'row-a' })]);
    const byRow = Object.fromEntries(
      (reply.body.errors ?? []).map(
        ({ category, context }) => [context.objectWriteTraceId?.[0] ?? 'none', category] as const,
      ),
    );
    expect(byRow).toEqual({ 'row-b': 'VALIDATION_ERROR', 'row-c': 'OBJECT_NOT_FOUND' });
  });

  it('creates the good rows and reports the e-mail that is taken', async () => {
    const id = await portal.contact({ email: 'taken@example.com' });
    const rows = [
      { objectWriteTraceId: '1', properties: { email: 'fresh@example.com' } },
      { objectWriteTraceId: '2', properties: { email: 'taken@example.com' } },
      { objectWriteTraceId: '3', properties: { email: 'fresh@example.com' } },
    ];
    const reply = await batch('create', rows);
    expect(reply.status).toBe(207);
    expect(reply.body.results).toHaveLength(1);
    expect(reply.body.errors?.map(({ category }) => category)).toEqual(['CONFLICT', 'CONFLICT']);
    expect(reply.body.errors?.[0]?.message).toContain(id);
  });

  it('creates nothing when one row is bad and rows have no trace ids', async () => {
    await portal.contact({ email: 'taken2@example.com' });
    const reply = await batch('create', [
      { properties: { email: 'unborn@example.com' } },
      { properties: { email: 'taken2@example.com' } },
    ]);
    expect(reply.status).toBe(409);
    expect((await portal.call('GET', `${CONTACTS}/unborn@example.com?idProperty=email`)).status).toBe(404);
  });

  it('refuses the same id twice', async () => {
    const id = await portal.contact();
    const reply = await batch('update', [
      { id, properties: { company: 'A' } },
      { id, properties: { company: 'B' } },
    ]);
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({
      message: `Duplicate IDs found in batch input: [${id}]. IDs must be unique`,
    });
  });

  it('takes 100 rows, 50 with history, and not one more', async () => {
    const rows = (count: number) => Array.from({ length: count }, (_, n) => ({ id: String(n + 1) }));
    const read = (count: number, propertiesWithHistory: string[]) =>
      batch('read', rows(count), { properties: ['email'], propertiesWithHistory });
    expect((await read(100, [])).status).toBe(207);
    expect((await read(101, [])).status).toBe(400);
    expect((await read(50, ['email'])).status).toBe(207);
    expect((await read(51, ['email'])).status).toBe(400);
    expect((await batch('update', [])).status).toBe(400);
  });

  it('upserts by e-mail all or nothing, whatever trace ids the rows carry', async () => {
    const reply = await batch('upsert', [
      { id: 'up1@example.com', idProperty: 'email', objectWriteTraceId: '1', properties: { company: 'Up' } },
      {
        id: 'up2@example.com',
        idProperty: 'email',
        objectWriteTraceId: '2',
        properties: { hs_lead_status: 'NOPE' },
      },
    ]);
    expect(reply.status).toBe(400);
    expect((await portal.call('GET', `${CONTACTS}/up1@example.com?idProperty=email`)).status).toBe(404);
  });

  it('upserts by a unique property row by row', async () => {
    await portal.call('POST', '/crm/properties/2026-09/contacts', {
      name: 'loop_key',
      label: 'Key',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
      hasUniqueValue: true,
    });
    const row = (id: string, properties: Json) => ({
      id,
      idProperty: 'loop_key',
      objectWriteTraceId: id,
      properties,
    });
    const made = await batch('upsert', [row('k1', { firstname: 'One' }), row('k2', { firstname: 'Two' })]);
    expect(made.body.results.map((it) => it.new)).toEqual([true, true]);
    const again = await batch('upsert', [
      row('k1', { firstname: 'Eins' }),
      row('k3', { hs_lead_status: 'NOPE' }),
    ]);
    expect(again.status).toBe(207);
    expect(again.body.results).toEqual([
      expect.objectContaining({ id: made.body.results[0]?.id, new: false }),
    ]);
    const conflict = await portal.call('PATCH', `${CONTACTS}/${made.body.results[1]?.id}`, {
      properties: { loop_key: 'K1' },
    });
    expect(conflict.body).toMatchObject({ errors: [{ code: 'CONFLICTING_UNIQUE_VALUE' }] });
  });

  it('archives what is there and does not mind the rest', async () => {
    const id = await portal.contact();
    expect((await batch('archive', [{ id }, { id: '777777' }])).status).toBe(204);
    expect((await portal.call('GET', `${CONTACTS}/${id}`)).status).toBe(404);
  });
});
