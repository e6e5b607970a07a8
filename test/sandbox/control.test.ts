import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startCrm } from '../../sandbox/crm/server.ts';
import { CONTACTS, type Json, openTestPortal, to } from './portal.ts';

type State = {
  objects: Record<string, Record<string, { properties: Json; archived: boolean }>>;
  associations: string[];
};

describe('the state of a portal', () => {
  it('is the same before a change and after its undoing, history aside', async () => {
    const portal = await openTestPortal();
    const id = await portal.contact({ company: 'Before' });
    const state = async (query = '') => (await portal.control<State>('GET', `/state${query}`)).body;
    const [plain, full] = [await state('?without=history'), await state()];
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'After' } });
    expect(await state('?without=history')).not.toEqual(plain);
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'Before' } });
    expect(await state('?without=history')).toEqual(plain);
    expect(await state()).not.toEqual(full);
    await portal.close();
  });

  it('shows a list membership, an association, a task and an archived record', async () => {
    const portal = await openTestPortal();
    const id = await portal.contact();
    const state = async () => JSON.stringify((await portal.control('GET', '/state?without=history')).body);
    const seen = new Set([await state()]);
    await portal.call('POST', '/crm/lists/2026-09', {
      name: 'L',
      objectTypeId: '0-1',
      processingType: 'MANUAL',
    });
    seen.add(await state());
    await portal.call('PUT', '/crm/lists/2026-09/1/memberships/add', [id]);
    seen.add(await state());
    const task = await portal.call<{ id: string }>('POST', '/crm/objects/2026-09/tasks', {
      properties: { hs_timestamp: '2026-12-01T09:00:00Z' },
    });
    seen.add(await state());
    await portal.call(
      'PUT',
      `/crm/objects/2026-09/tasks/${task.body.id}/associations/default/contacts/${id}`,
    );
    seen.add(await state());
    await portal.call('DELETE', `/crm/objects/2026-09/tasks/${task.body.id}`);
    seen.add(await state());
    expect(seen.size).toBe(6);
    await portal.close();
  });

  it('is the same in two sandboxes that were asked the same', async () => {
    const run = async () => {
      const portal = await openTestPortal({
        now: () => Date.parse('2026-11-22T10:00:00Z'),
        portalId: 20_999_999,
      });
      const contact = await portal.call<{ id: string }>(
        'POST',
        CONTACTS,
        {
          properties: { email: 'same@example.com' },
        },
        { authorization: `Bearer sandbox-ui-20999999`, 'x-sandbox-actor': 'crm-ui; userId=1' },
      );
      expect(contact.status).toBe(201);
      const state = await (await fetch(`${portal.crm.url}/sandbox/portals/20999999/state`)).json();
      await portal.close();
      return state;
    };
    expect(await run()).toEqual(await run());
  });
});

describe('an import', () => {
  it('brings ids, dates, history and read-only values', async () => {
    const portal = await openTestPortal();
    const { status } = await portal.control('POST', '/import', {
      owners: [{ id: '501', email: 'mia@example.com', userId: 77 }],
      objects: {
        contacts: [
          {
            id: '7001',
            createdAt: '2026-01-05T08:00:00Z',
            properties: { email: 'old@example.com', hubspotscore: '84', hubspot_owner_id: '501' },
            history: {
              lifecyclestage: [
                { value: 'lead', timestamp: '2026-01-05T08:00:00Z' },
                { value: 'marketingqualifiedlead', timestamp: '2026-02-01T08:00:00Z', updatedByUserId: 77 },
              ],
            },
          },
        ],
        tasks: [{ id: '7002', properties: { hs_task_subject: 'Call' } }],
      },
      associations: [{ from: { type: 'tasks', id: '7002' }, to: { type: 'contacts', id: '7001' } }],
      lists: [{ name: 'Imported', members: ['7001'] }],
    });
    expect(status).toBe(200);
    const { body } = await portal.call(
      'GET',
      `${CONTACTS}/old@example.com?idProperty=email&properties=hubspotscore,createdate&propertiesWithHistory=lifecyclestage&associations=tasks`,
    );
    expect(body).toMatchObject({
      id: '7001',
      createdAt: '2026-01-05T08:00:00Z',
      properties: {
        hubspotscore: '84',
        lifecyclestage: 'marketingqualifiedlead',
        createdate: '2026-01-05T08:00:00Z',
      },
      propertiesWithHistory: {
        lifecyclestage: [{ value: 'marketingqualifiedlead', updatedByUserId: 77 }, { value: 'lead' }],
      },
      associations: { tasks: { results: [{ id: '7002' }] } },
    });
    const made = await portal.call<{ id: string }>('POST', CONTACTS, {
      properties: { email: 'next@example.com' },
    });
    expect(Number(made.body.id)).toBeGreaterThan(7002);
    await portal.close();
  });

  it('computes what HubSpot would have computed, and makes up no lifecycle stage', async () => {
    const portal = await openTestPortal();
    await portal.control('POST', '/import', {
      objects: {
        contacts: [{ id: '1', properties: { email: 'Plain@Example.com' } }],
        leads: [{ id: '2', properties: { hs_lead_name: 'L', hs_pipeline_stage: 'unqualified-stage-id' } }],
      },
      associations: [{ from: { type: 'leads', id: '2' }, to: { type: 'contacts', id: '1' }, typeId: 578 }],
    });
    const lead = await portal.call(
      'GET',
      '/crm/objects/2026-09/leads/2?properties=hs_lead_is_disqualified,hs_pipeline,hs_primary_contact_id',
    );
    expect(lead.body).toMatchObject({
      properties: {
        hs_lead_is_disqualified: 'true',
        hs_pipeline: 'lead-pipeline-id',
        hs_primary_contact_id: '1',
      },
    });
    const contact = await portal.call('GET', `${CONTACTS}/1?properties=lifecyclestage,hs_email_domain`);
    expect(contact.body).toMatchObject({
      properties: { lifecyclestage: null, hs_email_domain: 'example.com' },
    });
    await portal.close();
  });

  it.each([
    ['a value outside the options', { hs_lead_status: 'Nope' }, 'INVALID_OPTION'],
    ['a number that is none', { hubspotscore: 'high' }, 'INVALID_DOUBLE'],
  ])('refuses %s', async (_what, properties, code) => {
    const portal = await openTestPortal();
    const reply = await portal.control('POST', '/import', { objects: { contacts: [{ properties }] } });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ errors: [{ code }] });
    await portal.close();
  });

  it('names a property that does not exist', async () => {
    const portal = await openTestPortal();
    const reply = await portal.control('POST', '/import', {
      objects: { contacts: [{ properties: { phonee: '1' } }] },
    });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain('phonee');
    await portal.close();
  });
});

describe('the request log', () => {
  it('tells what really happened, from a given place on', async () => {
    const portal = await openTestPortal();
    const id = await portal.contact();
    await portal.call('GET', `/crm/v3/objects/contacts/${id}?properties=email`);
    type Log = { entries: { seq: number; method: string; path: string; status: number; body?: Json }[] };
    const { body } = await portal.control<Log>('GET', '/log');
    expect(body.entries.map(({ method, path, status }) => [method, path, status])).toEqual([
      ['POST', CONTACTS, 201],
      ['GET', `/crm/v3/objects/contacts/${id}?properties=email`, 200],
    ]);
    expect(body.entries[0]?.body).toMatchObject({ properties: {} });
    const later = await portal.control<Log>('GET', `/log?since=${body.entries[0]?.seq}`);
    expect(later.body.entries).toHaveLength(1);
    await portal.close();
  });
});

describe('the clock', () => {
  it('only moves forward', async () => {
    const portal = await openTestPortal({ now: () => 1_000_000 });
    const put = async (offsetMs: unknown) =>
      (
        await fetch(`${portal.crm.url}/sandbox/clock`, {
          method: 'PUT',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ offsetMs }),
        })
      ).status;
    expect(await put(5_000)).toBe(200);
    expect(await put(4_999)).toBe(400);
    expect(await put('soon')).toBe(400);
    const clock = await (await fetch(`${portal.crm.url}/sandbox/clock`)).json();
    expect(clock).toEqual({ offsetMs: 5_000, now: 1_005_000 });
    await portal.close();
  });
});

describe('a portal', () => {
  it('keeps its records when it is opened again, and loses them when it is deleted', async () => {
    const portal = await openTestPortal();
    const id = await portal.contact();
    const open = () =>
      fetch(`${portal.crm.url}/sandbox/portals`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ portalId: portal.portalId, accessTokens: [`token-${portal.portalId}`] }),
      });
    expect((await open()).status).toBe(200);
    expect((await portal.call('GET', `${CONTACTS}/${id}`)).status).toBe(200);
    expect((await portal.control('DELETE', '')).status).toBe(204);
    expect((await portal.call('GET', `${CONTACTS}/${id}`)).status).toBe(401);
    expect((await open()).status).toBe(201);
    expect((await portal.call('GET', `${CONTACTS}/${id}`)).status).toBe(404);
    await portal.close();
  });

  it('survives a restart when the sandbox has a directory', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'sandbox-'));
    const portal = await openTestPortal({ directory });
    const id = await portal.contact({ email: 'kept@example.com', company: 'Kept' });
    await portal.call('POST', '/crm/objects/2026-09/notes', {
      properties: { hs_timestamp: '2026-12-01T09:00:00Z', hs_note_body: 'n' },
      associations: [to(id, 202)],
    });
    const before = (await portal.control('GET', '/state')).body;
    await portal.close();
    const again = await startCrm({ port: 0, directory });
    const after = await (await fetch(`${again.url}/sandbox/portals/${portal.portalId}/state`)).json();
    expect(after).toEqual(before);
    const duplicate = await fetch(`${again.url}${CONTACTS}`, {
      method: 'POST',
      headers: { authorization: `Bearer token-${portal.portalId}`, 'content-type': 'application/json' },
      body: JSON.stringify({ properties: { email: 'kept@example.com' } }),
    });
    expect(duplicate.status).toBe(409);
    await again.close();
    await rm(directory, { recursive: true });
  });
});
