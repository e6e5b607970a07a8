import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal, to } from './portal.ts';

type Record_ = {
  id: string;
  properties: Record<string, string | null>;
  propertiesWithHistory?: Record<string, { value: string; sourceType: string; updatedByUserId?: number }[]>;
  updatedAt: string;
  warnings?: Json[];
};
type Page = { results: Record_[]; paging?: { next: { after: string } } };

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

describe('a record', () => {
  it('answers null for a property without a value and nothing for an unknown one', async () => {
    const id = await portal.contact({ company: 'Acme' });
    const { body } = await portal.call<Record_>('GET', `${CONTACTS}/${id}?properties=company,phone,nonsense`);
    expect(body.properties).toMatchObject({ company: 'Acme', phone: null });
    expect(Object.keys(body.properties)).not.toContain('nonsense');
  });

  it('is cleared by an empty string, which its history keeps', async () => {
    const id = await portal.contact({ company: 'Acme' });
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: '' } });
    const { body } = await portal.call<Record_>('GET', `${CONTACTS}/${id}?propertiesWithHistory=company`);
    expect(body.properties.company).toBeNull();
    expect(body.propertiesWithHistory?.company?.map(({ value }) => value)).toEqual(['', 'Acme']);
  });

  it('keeps its date of change when nothing changed', async () => {
    const id = await portal.contact({ company: 'Same' });
    const before = await portal.call<Record_>('GET', `${CONTACTS}/${id}`);
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'Same' } });
    const after = await portal.call<Record_>('GET', `${CONTACTS}/${id}`);
    expect(after.body.updatedAt).toBe(before.body.updatedAt);
  });

  it.each([
    ['an unknown property', { nonsense: 'x' }, 'PROPERTY_DOESNT_EXIST'],
    ['a read-only property', { hubspotscore: '9' }, 'READ_ONLY_VALUE'],
    ['a value outside the options', { hs_lead_status: 'NOPE' }, 'INVALID_OPTION'],
    ['a label in place of the value', { hs_lead_status: 'Bad Timing' }, 'INVALID_OPTION'],
    ['a malformed e-mail', { email: 'not-an-address' }, 'INVALID_EMAIL'],
    ['an owner that does not exist', { hubspot_owner_id: '404' }, 'INVALID_OWNER_ID'],
  ])('refuses %s and stays as it was', async (_what, properties, error) => {
    const id = await portal.contact({ company: 'Before' });
    const reply = await portal.call('PATCH', `${CONTACTS}/${id}`, {
      properties: { company: 'After', ...properties },
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ category: 'VALIDATION_ERROR', errors: [{ code: error }] });
    expect(String(reply.body.message)).toMatch(/^Property values were not valid: \[\{"isValid":false/);
    const after = await portal.call<Record_>('GET', `${CONTACTS}/${id}?properties=company`);
    expect(after.body.properties.company).toBe('Before');
  });

  it.each([[12], [true], [null], [['a']]])('refuses the value %j, which is no string', async (value) => {
    const id = await portal.contact();
    const reply = await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: value } });
    expect(reply.status).toBe(400);
  });

  it('is found by its e-mail, whatever the case', async () => {
    const id = await portal.contact({ email: 'Anna.Case@Example.com' });
    const { body } = await portal.call<Record_>('GET', `${CONTACTS}/anna.case@EXAMPLE.com?idProperty=email`);
    expect(body.id).toBe(id);
    const wrong = await portal.call('GET', `${CONTACTS}/x?idProperty=company`);
    expect(wrong.status).toBe(400);
  });

  it('names the record that holds an e-mail already', async () => {
    const id = await portal.contact({ email: 'held@example.com' });
    const reply = await portal.call('POST', CONTACTS, { properties: { email: 'HELD@example.com' } });
    expect(reply.status).toBe(409);
    expect(reply.body).toMatchObject({
      category: 'CONFLICT',
      message: `Contact already exists. Existing ID: ${id}`,
    });
  });

  it('is gone once archived, can be read as archived, and frees its e-mail', async () => {
    const id = await portal.contact({ email: 'leaving@example.com' });
    expect((await portal.call('DELETE', `${CONTACTS}/${id}`)).status).toBe(204);
    expect((await portal.call('DELETE', `${CONTACTS}/${id}`)).status).toBe(204);
    expect((await portal.call('GET', `${CONTACTS}/${id}`)).status).toBe(404);
    expect((await portal.call('GET', `${CONTACTS}/${id}?archived=true`)).body).toMatchObject({
      archived: true,
    });
    expect((await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'x' } })).status).toBe(
      404,
    );
    expect(
      (await portal.call('POST', CONTACTS, { properties: { email: 'leaving@example.com' } })).status,
    ).toBe(201);
  });

  it('rounds a date that is not midnight and says so; the older path refuses it', async () => {
    await portal.call('POST', '/crm/properties/2026-09/contacts', {
      name: 'next_step_on',
      label: 'On',
      type: 'date',
      fieldType: 'date',
      groupName: 'contactinformation',
    });
    const id = await portal.contact();
    const body = { properties: { next_step_on: '2026-12-24T10:00:00Z' } };
    const rounded = await portal.call<Record_>('PATCH', `${CONTACTS}/${id}`, body);
    expect(rounded.body.properties.next_step_on).toBe('2026-12-24');
    expect(rounded.body.warnings).toEqual([
      expect.objectContaining({ category: 'PROPERTY_VALUE_NORMALIZED', normalizedValue: '2026-12-24' }),
    ]);
    const refused = await portal.call('PATCH', `/crm/v3/objects/contacts/${id}`, body);
    expect(refused.body).toMatchObject({ errors: [{ code: 'INVALID_DATE' }] });
    const nonsense = await portal.call('PATCH', `${CONTACTS}/${id}`, {
      properties: { next_step_on: 'tomorrow' },
    });
    expect(nonsense.body).toMatchObject({ errors: [{ code: 'INVALID_LONG' }] });
  });

  it.each([
    ['tasks', { hs_task_subject: 'No due date' }, 'hs_timestamp'],
    ['leads', {}, 'hs_lead_name'],
    ['contacts', { company: 'No name' }, 'One of [email, firstname, lastname]'],
  ])('of %s is not created without what it needs', async (type, properties, missing) => {
    const reply = await portal.call('POST', `/crm/objects/2026-09/${type}`, { properties });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ context: { properties: [missing] } });
  });

  it('of a task knows when it was completed, and forgets it when reopened', async () => {
    const made = await portal.call<Record_>('POST', '/crm/objects/2026-09/tasks', {
      properties: { hs_timestamp: '2026-12-01T09:00:00Z', hs_task_subject: 'Call' },
    });
    const path = `/crm/objects/2026-09/tasks/${made.body.id}`;
    await portal.call('PATCH', path, { properties: { hs_task_status: 'COMPLETED' } });
    const done = await portal.call<Record_>(
      'GET',
      `${path}?properties=hs_task_completion_date,hs_task_is_completed`,
    );
    expect(done.body.properties).toMatchObject({
      hs_task_is_completed: '1',
      hs_task_completion_date: expect.any(String),
    });
    await portal.call('PATCH', path, { properties: { hs_task_status: 'NOT_STARTED' } });
    const open = await portal.call<Record_>('GET', `${path}?properties=hs_task_completion_date`);
    expect(open.body.properties.hs_task_completion_date).toBeNull();
  });

  it('refuses an association to a record that is gone, and creates nothing', async () => {
    const gone = await portal.contact();
    await portal.call('DELETE', `${CONTACTS}/${gone}`);
    const reply = await portal.call('POST', '/crm/objects/2026-09/notes', {
      properties: { hs_timestamp: '2026-12-01T09:00:00Z', hs_note_body: 'lost' },
      associations: [to(gone, 202)],
    });
    expect(reply.status).toBe(400);
    expect(reply.body).toMatchObject({ context: { INVALID_OBJECT_IDS: [`CONTACT=${gone} is not valid`] } });
    const notes = await portal.call<Page>('GET', '/crm/objects/2026-09/notes?properties=hs_note_body');
    expect(notes.body.results.filter(({ properties }) => properties.hs_note_body === 'lost')).toEqual([]);
  });

  it('changed by a person in the page carries the person, not the app', async () => {
    const id = await portal.contact();
    const asPerson = {
      authorization: `Bearer sandbox-ui-${portal.portalId}`,
      'x-sandbox-actor': 'crm-ui; userId=77',
    };
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'By hand' } }, asPerson);
    const { body } = await portal.call<Record_>('GET', `${CONTACTS}/${id}?propertiesWithHistory=company`);
    expect(body.propertiesWithHistory?.company?.[0]).toMatchObject({
      sourceType: 'CRM_UI',
      updatedByUserId: 77,
    });
    const forged = await portal.call(
      'PATCH',
      `${CONTACTS}/${id}`,
      { properties: { company: 'Forged' } },
      {
        'x-sandbox-actor': 'crm-ui; userId=77',
      },
    );
    expect(forged.status).toBe(403);
  });
});

describe('the list of records', () => {
  it('is walked to its end by the paging tokens, each record once', async () => {
    const own = await openTestPortal();
    const ids: string[] = [];
    for (let n = 0; n < 7; n += 1) ids.push(await own.contact());
    const seen: string[] = [];
    let after: string | undefined = '';
    while (after !== undefined) {
      const { body }: { body: Page } = await own.call<Page>('GET', `${CONTACTS}?limit=3&after=${after}`);
      seen.push(...body.results.map(({ id }) => id));
      after = body.paging?.next.after;
    }
    expect(seen).toEqual(ids);
    await own.close();
  });

  it('is at most 100 long, 50 with history', async () => {
    expect((await portal.call('GET', `${CONTACTS}?limit=100`)).status).toBe(200);
    expect((await portal.call('GET', `${CONTACTS}?limit=101`)).status).toBe(400);
    expect((await portal.call('GET', `${CONTACTS}?limit=51&propertiesWithHistory=email`)).status).toBe(400);
  });
});
