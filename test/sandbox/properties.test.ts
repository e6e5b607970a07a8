import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Json, type TestPortal, openTestPortal } from './portal.ts';

let portal: TestPortal;
const PATH = '/crm/properties/2026-09/contacts';

beforeAll(async () => {
  portal = await openTestPortal();
  await portal.call('POST', `${PATH}/groups`, { name: 'loop', label: 'Loop' });
});
afterAll(() => portal.close());

const definition = (name: string, more: Json = {}): Json => ({
  name,
  label: name,
  type: 'string',
  fieldType: 'text',
  groupName: 'loop',
  ...more,
});

describe('a property', () => {
  it('is created once; the second time the name is taken', async () => {
    expect((await portal.call('POST', PATH, definition('once'))).status).toBe(201);
    const again = await portal.call('POST', PATH, definition('once'));
    expect(again.status).toBe(409);
    expect(again.body).toMatchObject({
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
    });
  });

  it('comes back when its archived name is created again, with the values it had', async () => {
    await portal.call('POST', PATH, definition('phoenix'));
    const id = await portal.contact({ phoenix: 'ash' });
    expect((await portal.call('DELETE', `${PATH}/phoenix`)).status).toBe(204);
    expect((await portal.call('GET', `${PATH}/phoenix`)).status).toBe(404);
    expect((await portal.call('GET', `${PATH}/phoenix?archived=true`)).body).toMatchObject({
      archived: true,
    });
    const write = await portal.call('PATCH', `/crm/objects/2026-09/contacts/${id}`, {
      properties: { phoenix: 'x' },
    });
    expect(write.body).toMatchObject({ errors: [{ code: 'PROPERTY_DOESNT_EXIST' }] });
    expect((await portal.call('POST', PATH, definition('phoenix', { label: 'Risen' }))).status).toBe(201);
    const read = await portal.call('GET', `/crm/objects/2026-09/contacts/${id}?properties=phoenix`);
    expect(read.body).toMatchObject({ properties: { phoenix: 'ash' } });
  });

  it('loses the options that a change leaves out, and keeps them when options are not mentioned', async () => {
    const option = (value: string) => ({ label: value, value, hidden: false, displayOrder: 0 });
    await portal.call(
      'POST',
      PATH,
      definition('choice', { type: 'enumeration', fieldType: 'select', options: [option('a'), option('b')] }),
    );
    await portal.call('PATCH', `${PATH}/choice`, { label: 'Choice' });
    expect((await portal.call('GET', `${PATH}/choice`)).body).toMatchObject({
      label: 'Choice',
      options: [{}, {}],
    });
    await portal.call('PATCH', `${PATH}/choice`, { options: [option('c')] });
    const { body } = await portal.call<{ options: { value: string }[] }>('GET', `${PATH}/choice`);
    expect(body.options.map(({ value }) => value)).toEqual(['c']);
  });

  it.each<[string, Json]>([
    ['a type without its field type', { type: 'number', fieldType: 'text' }],
    ['an unknown type', { type: 'colour' }],
    ['a group that does not exist', { groupName: 'nowhere' }],
    ['a name with capitals', { name: 'Loud' }],
    [
      'two options of one value',
      {
        type: 'enumeration',
        fieldType: 'select',
        options: [1, 2].map((n) => ({ label: `L${n}`, value: 'x', hidden: false, displayOrder: n })),
      },
    ],
  ])('is not created with %s', async (_what, more) => {
    expect((await portal.call('POST', PATH, definition('bad', more))).status).toBe(400);
  });

  it('of HubSpot itself cannot be deleted, nor its definition changed when that is read only', async () => {
    expect((await portal.call('DELETE', `${PATH}/company`)).status).toBe(400);
    expect((await portal.call('PATCH', `${PATH}/hubspotscore`, { label: 'Mine' })).status).toBe(400);
  });

  it('is created in a batch beside rows that fail', async () => {
    const reply = await portal.call('POST', `${PATH}/batch/create`, {
      inputs: [definition('row_one'), definition('company'), definition('row_two', { type: 'colour' })],
    });
    expect(reply.status).toBe(207);
    expect(reply.body).toMatchObject({ results: [{ name: 'row_one' }], numErrors: 2 });
  });

  it('can be unique for at most ten properties of an object', async () => {
    for (let n = 0; n < 10; n += 1)
      expect(
        (await portal.call('POST', PATH, definition(`unique_${n}`, { hasUniqueValue: true }))).status,
      ).toBe(201);
    expect((await portal.call('POST', PATH, definition('unique_11', { hasUniqueValue: true }))).status).toBe(
      400,
    );
  });
});

describe('a property group', () => {
  it('is not deleted while it holds properties', async () => {
    await portal.call('POST', `${PATH}/groups`, { name: 'crowded', label: 'Crowded' });
    await portal.call('POST', PATH, definition('inhabitant', { groupName: 'crowded' }));
    expect((await portal.call('DELETE', `${PATH}/groups/crowded`)).status).toBe(400);
    await portal.call('DELETE', `${PATH}/inhabitant`);
    expect((await portal.call('DELETE', `${PATH}/groups/crowded`)).status).toBe(204);
    expect((await portal.call('GET', `${PATH}/groups/crowded`)).status).toBe(404);
  });

  it('of a taken name is a conflict', async () => {
    expect((await portal.call('POST', `${PATH}/groups`, { name: 'loop', label: 'Loop' })).status).toBe(409);
  });
});
