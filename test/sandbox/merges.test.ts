import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCrm } from '../../sandbox/crm/server.ts';
import { CONTACTS, type Json, type TestPortal, openTestPortal, to } from './portal.ts';

type Read = {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory: Record<string, { value: string; sourceType: string }[]>;
};

let portal: TestPortal;
let time = Date.parse('2026-11-22T10:00:00Z');
beforeEach(async () => {
  portal = await openTestPortal({ now: () => time });
});
afterEach(() => portal.close());

const merge = (primaryObjectId: string, objectIdToMerge: string, headers?: Record<string, string>) =>
  portal.call<Read>('POST', `${CONTACTS}/merge`, { primaryObjectId, objectIdToMerge }, headers);

const read = async (id: string, query = ''): Promise<Read> =>
  (await portal.call<Read>('GET', `${CONTACTS}/${id}${query}`)).body;

/** Two contacts that are one person, seen a day apart. */
const twins = async (): Promise<readonly [string, string]> => {
  const primary = await portal.contact({
    email: 'ada@work.example',
    firstname: 'Ada',
    lifecyclestage: 'lead',
  });
  time += 86_400_000;
  const other = await portal.contact({
    email: 'ada@home.example',
    firstname: 'A.',
    phone: '+49 30 1234567',
    lifecyclestage: 'marketingqualifiedlead',
  });
  time += 60_000;
  return [primary, other];
};

describe('a merge of two contacts', () => {
  it('makes a new record that both old ids lead to, in every way of reading', async () => {
    const [primary, other] = await twins();
    const { status, body } = await merge(primary, other);
    expect(status).toBe(200);
    expect([primary, other]).not.toContain(body.id);
    for (const id of [primary, other]) expect((await read(id)).id).toBe(body.id);
    const batch = await portal.call<{ results: Read[] }>('POST', `${CONTACTS}/batch/read`, {
      inputs: [{ id: primary }, { id: other }, { id: body.id }],
      properties: [],
      propertiesWithHistory: [],
    });
    expect(batch.body.results.map(({ id }) => id)).toEqual([body.id]);
    const found = await portal.call<{ results: Read[] }>('POST', `${CONTACTS}/search`, {
      query: 'ada',
      limit: 10,
    });
    expect(found.body.results.map(({ id }) => id)).toEqual([body.id]);
  });

  it("keeps the primary's values, the other's where it has none, and the stage that is further", async () => {
    const oldest = new Date(time).toISOString().replace('.000Z', 'Z');
    const [primary, other] = await twins();
    const { id } = (await merge(primary, other)).body;
    const { properties } = await read(
      id,
      '?properties=email,hs_additional_emails,firstname,phone,lifecyclestage,hs_merged_object_ids,createdate',
    );
    expect(properties).toMatchObject({
      email: 'ada@work.example',
      hs_additional_emails: 'ada@home.example',
      firstname: 'Ada',
      phone: '+49 30 1234567',
      lifecyclestage: 'marketingqualifiedlead',
      hs_merged_object_ids: `${primary};${other}`,
      createdate: oldest,
    });
    for (const address of ['ada@work.example', 'ada@home.example'])
      expect((await read(address, '?idProperty=email')).id).toBe(id);
  });

  it('keeps both histories, and says where the merge decided', async () => {
    const [primary, other] = await twins();
    const { id } = (await merge(primary, other)).body;
    const { propertiesWithHistory } = await read(
      id,
      '?propertiesWithHistory=firstname,phone,hs_merged_object_ids',
    );
    expect(propertiesWithHistory['firstname']?.map(({ value, sourceType }) => [value, sourceType])).toEqual([
      ['Ada', 'MERGE_OBJECTS'],
      ['A.', 'INTEGRATION'],
      ['Ada', 'INTEGRATION'],
    ]);
    expect(propertiesWithHistory['phone']).toHaveLength(1);
    expect(propertiesWithHistory['hs_merged_object_ids']).toHaveLength(1);
  });

  it('moves leads, tasks and lists; old ids are no members and take no associations any more', async () => {
    const [primary, other] = await twins();
    const lead = await portal.call<{ id: string }>('POST', '/crm/objects/2026-09/leads', {
      properties: { hs_lead_name: 'Ada' },
      associations: [to(other, 578)],
    });
    const list = await portal.control<{ lists: string[] }>('POST', '/import', {
      lists: [{ name: 'Nurture', members: [other] }],
    });
    const { id } = (await merge(primary, other)).body;
    const [leadProperties, links, lists] = await Promise.all([
      portal.call<Read>('GET', `/crm/objects/2026-09/leads/${lead.body.id}?properties=hs_primary_contact_id`),
      portal.call<{ results: { toObjectId: string }[] }>('GET', `${CONTACTS}/${id}/associations/leads`),
      portal.call<{ results: Json[] }>('GET', `/crm/lists/2026-09/records/0-1/${id}/memberships`),
    ]);
    expect(leadProperties.body.properties['hs_primary_contact_id']).toBe(id);
    expect(links.body.results.map(({ toObjectId }) => toObjectId)).toEqual([lead.body.id]);
    expect(lists.body.results).toMatchObject([{ listId: list.body.lists[0] }]);
    const joins = await portal.call(
      'PUT',
      `/crm/lists/2026-09/${String(list.body.lists[0])}/memberships/add`,
      [other],
    );
    expect(joins.body).toMatchObject({ recordIdsMissing: [other], recordsIdsAdded: [] });
    const note = await portal.call('POST', '/crm/objects/2026-09/notes', {
      properties: { hs_timestamp: '2026-12-01T09:00:00Z', hs_note_body: 'late' },
      associations: [to(other, 202)],
    });
    expect(note.status).toBe(400);
  });

  it('writes through an old id onto the new record, and can be merged on', async () => {
    const [primary, other] = await twins();
    const first = (await merge(primary, other)).body.id;
    const third = await portal.contact({ email: 'ada@third.example' });
    const last = (await merge(third, first)).body.id;
    const reply = await portal.call<Read>('PATCH', `${CONTACTS}/${primary}`, {
      properties: { company: 'Late write' },
    });
    expect(reply.body.id).toBe(last);
    expect((await read(other, '?properties=company,hs_merged_object_ids')).properties).toMatchObject({
      company: 'Late write',
      hs_merged_object_ids: expect.stringContaining(first),
    });
  });

  it.each([
    { what: 'with itself', status: 400, ids: (a: string) => [a, a] },
    { what: 'with one that is not there', status: 404, ids: (a: string) => [a, '999999999'] },
  ])('$what is refused', async ({ status, ids }) => {
    const [first = '', second = ''] = ids(await portal.contact());
    expect((await merge(first, second)).status).toBe(status);
  });

  it('of one that went into another already is refused', async () => {
    const [primary, other] = await twins();
    await merge(primary, other);
    expect((await merge(await portal.contact(), other)).status).toBe(400);
  });

  it('lasts over a restart of the sandbox', async () => {
    const directory = await mkdtemp(path.join(tmpdir(), 'sandbox-merge-'));
    const kept = await openTestPortal({ directory });
    const [one, two] = [await kept.contact(), await kept.contact()];
    const { body } = await kept.call<Read>('POST', `${CONTACTS}/merge`, {
      primaryObjectId: one,
      objectIdToMerge: two,
    });
    await kept.close();
    const crm = await startCrm({ port: 0, directory });
    const reply = await fetch(`${crm.url}${CONTACTS}/${two}`, {
      headers: { authorization: `Bearer token-${kept.portalId}` },
    });
    expect(await reply.json()).toMatchObject({ id: body.id });
    await crm.close();
    await rm(directory, { recursive: true });
  });
});

it('a snapshot from before merges existed is opened as one without any', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'sandbox-format-'));
  const kept = await openTestPortal({ directory });
  const [one, two] = [await kept.contact(), await kept.contact()];
  await kept.close();
  const file = path.join(directory, `portal-${kept.portalId}.json`);
  const older = (await readFile(file, 'utf8'))
    .replace('"format":2', '"format":1')
    .replaceAll(',"merged":{"$map":[]}', '');
  expect(older).not.toContain('"merged"');
  await writeFile(file, older);
  const crm = await startCrm({ port: 0, directory });
  const reply = await fetch(`${crm.url}${CONTACTS}/merge`, {
    method: 'POST',
    headers: { authorization: `Bearer token-${kept.portalId}`, 'content-type': 'application/json' },
    body: JSON.stringify({ primaryObjectId: one, objectIdToMerge: two }),
  });
  expect(reply.status).toBe(200);
  await crm.close();
  await rm(directory, { recursive: true });
});

describe('a privacy deletion', () => {
  const erase = (body: Json) => portal.call('POST', `${CONTACTS}/gdpr-delete`, body);

  it('leaves nothing of the person, in the recycle bin neither', async () => {
    const id = await portal.contact({ firstname: 'Zelda' });
    await portal.call('DELETE', `${CONTACTS}/${id}`);
    expect((await portal.call('GET', `${CONTACTS}/${id}?archived=true`)).status).toBe(200);
    expect((await erase({ objectId: id })).status).toBe(204);
    expect((await portal.call('GET', `${CONTACTS}/${id}?archived=true`)).status).toBe(404);
    expect((await portal.control('POST', '/restore', { id })).status).toBe(404);
    const { body } = await portal.control('GET', '/state');
    expect(JSON.stringify(body)).not.toContain('Zelda');
  });

  it('finds the person by the address as well, and answers an unknown address with success', async () => {
    const id = await portal.contact({ email: 'gone@example.com' });
    expect((await erase({ objectId: 'gone@example.com', idProperty: 'email' })).status).toBe(204);
    expect((await portal.call('GET', `${CONTACTS}/${id}`)).status).toBe(404);
    expect((await erase({ objectId: 'gone@example.com', idProperty: 'email' })).status).toBe(204);
    expect((await erase({ objectId: id })).status).toBe(404);
  });
});

describe('a restored record', () => {
  it('is there again with its values, its address and its associations', async () => {
    const id = await portal.contact({ email: 'back@example.com', company: 'Still here' });
    await portal.call('DELETE', `${CONTACTS}/${id}`);
    expect((await portal.control('POST', '/restore', { id, userId: 77 })).status).toBe(204);
    const { properties } = await read('back@example.com', '?idProperty=email&properties=company');
    expect(properties['company']).toBe('Still here');
    expect((await portal.control('POST', '/restore', { id })).status).toBe(404);
  });

  it('is refused while another one holds its address', async () => {
    const id = await portal.contact({ email: 'taken@example.com' });
    await portal.call('DELETE', `${CONTACTS}/${id}`);
    await portal.contact({ email: 'taken@example.com' });
    expect((await portal.control('POST', '/restore', { id })).status).toBe(409);
  });
});
