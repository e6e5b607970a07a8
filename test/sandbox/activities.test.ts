import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal, to } from './portal.ts';

/** The sandbox's time, which the test moves. */
const NOW = Date.parse('2026-06-01T09:00:00Z');
const HOUR_MS = 3_600_000;
const at = (hours: number): string => new Date(NOW + hours * HOUR_MS).toISOString().replace('.000Z', 'Z');

type Version = { value: string; sourceType: string };

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal({ now: () => NOW });
});
afterAll(() => portal.close());

const TO_CONTACT = { calls: 194, emails: 198, meetings: 200, tasks: 204, notes: 202, deals: 3 } as const;
type Kind = keyof typeof TO_CONTACT;

const add = async (kind: Kind, contactId: string, properties: Record<string, string>): Promise<string> => {
  const reply = await portal.call<{ id: string }>('POST', `/crm/objects/2026-09/${kind}`, {
    properties: kind === 'deals' ? properties : { hs_timestamp: at(-1), ...properties },
    associations: [to(contactId, TO_CONTACT[kind])],
  });
  expect(reply.status).toBe(201);
  return reply.body.id;
};

const FIGURES = [
  'num_notes',
  'num_contacted_notes',
  'notes_last_contacted',
  'notes_last_updated',
  'notes_next_activity_date',
  'num_associated_deals',
];

/** What the contact's figures say; those without a value are left out. */
const figures = async (contactId: string): Promise<Json> => {
  const { body } = await portal.call<{ properties: Record<string, string | null> }>(
    'GET',
    `${CONTACTS}/${contactId}?properties=${FIGURES.join(',')}`,
  );
  return Object.fromEntries(
    FIGURES.map((name) => [name, body.properties[name]]).filter(([, value]) => value !== null),
  ) as Json;
};

describe('calls, e-mails, meetings and deals', () => {
  it.each([
    {
      kind: 'calls',
      properties: {
        hs_timestamp: at(-1),
        hs_call_title: 'Intro',
        hs_call_direction: 'OUTBOUND',
        hs_call_status: 'COMPLETED',
        hs_call_duration: '61000',
        hs_call_disposition: 'f240bbac-87c9-4f6e-bf70-924b57d47db7',
      },
      change: { hs_call_status: 'NO_ANSWER' },
    },
    {
      kind: 'emails',
      properties: { hs_timestamp: at(-1), hs_email_direction: 'EMAIL', hs_email_subject: 'Hello' },
      change: { hs_email_status: 'BOUNCED' },
    },
    {
      kind: 'meetings',
      properties: { hs_timestamp: at(2), hs_meeting_start_time: at(2), hs_meeting_end_time: at(3) },
      change: { hs_meeting_outcome: 'NO_SHOW' },
    },
    {
      kind: 'deals',
      properties: { dealname: 'Forty seats', dealstage: 'qualifiedtobuy', amount: '1200' },
      change: { dealstage: 'closedwon' },
    },
  ])(
    'of $kind are made, read, changed, found and archived in batches',
    async ({ kind, properties, change }) => {
      const path = `/crm/objects/2026-09/${kind}`;
      const names = Object.keys({ ...properties, ...change });
      const made = await portal.call<{ results: { id: string }[] }>('POST', `${path}/batch/create`, {
        inputs: [{ properties, associations: [] }],
      });
      expect(made.status).toBe(201);
      const id = made.body.results[0]?.id ?? '';
      await portal.call('POST', `${path}/batch/update`, { inputs: [{ id, properties: change }] });
      const read = await portal.call<{ results: { properties: Json }[] }>('POST', `${path}/batch/read`, {
        inputs: [{ id }],
        properties: names,
        propertiesWithHistory: [],
      });
      expect(read.body.results[0]?.properties).toMatchObject({ ...properties, ...change });
      const [name, value] = Object.entries(change)[0] ?? [];
      const found = await portal.call<{ results: { id: string }[] }>('POST', `${path}/search`, {
        filterGroups: [{ filters: [{ propertyName: name, operator: 'EQ', value }] }],
        properties: [],
        sorts: [],
        limit: 10,
        after: '0',
      });
      expect(found.body.results.map((it) => it.id)).toContain(id);
      const gone = await portal.call('POST', `${path}/batch/archive`, { inputs: [{ id }] });
      expect(gone.status).toBe(204);
      expect((await portal.call('GET', `${path}/${id}`)).status).toBe(404);
    },
  );

  it('refuses a call status that HubSpot does not have', async () => {
    const reply = await portal.call<{ message: string }>('POST', '/crm/objects/2026-09/calls', {
      properties: { hs_timestamp: at(-1), hs_call_status: 'ANSWERED' },
      associations: [],
    });
    expect(reply.status).toBe(400);
    expect(reply.body.message).toContain('ANSWERED was not one of the allowed options');
  });

  it('tells whether a deal is closed and won from its stage', async () => {
    const contactId = await portal.contact();
    const id = await add('deals', contactId, { dealname: 'Won', dealstage: 'closedwon' });
    const { body } = await portal.call<{ properties: Json }>(
      'GET',
      `/crm/objects/2026-09/deals/${id}?properties=pipeline,hs_is_closed,hs_is_closed_won,hs_deal_stage_probability`,
    );
    expect(body.properties).toMatchObject({
      pipeline: 'default',
      hs_is_closed: 'true',
      hs_is_closed_won: 'true',
      hs_deal_stage_probability: '1',
    });
  });
});

describe('what a contact counts', () => {
  it.each<{ title: string; kind: Kind; properties: Record<string, string>; expected: Json }>([
    {
      title: 'a call, answered or not, is a contact',
      kind: 'calls',
      properties: { hs_call_status: 'NO_ANSWER' },
      expected: {
        num_notes: '1',
        num_contacted_notes: '1',
        notes_last_contacted: at(-1),
        notes_last_updated: at(-1),
      },
    },
    {
      title: 'an outgoing e-mail is a contact',
      kind: 'emails',
      properties: { hs_email_direction: 'EMAIL' },
      expected: {
        num_notes: '1',
        num_contacted_notes: '1',
        notes_last_contacted: at(-1),
        notes_last_updated: at(-1),
      },
    },
    {
      title: 'an incoming e-mail is an activity, not a contact',
      kind: 'emails',
      properties: { hs_email_direction: 'INCOMING_EMAIL' },
      expected: { num_notes: '1', notes_last_updated: at(-1) },
    },
    {
      title: 'a completed meeting is a contact',
      kind: 'meetings',
      properties: { hs_meeting_start_time: at(-2), hs_meeting_outcome: 'COMPLETED' },
      expected: {
        num_notes: '1',
        num_contacted_notes: '1',
        notes_last_contacted: at(-2),
        notes_last_updated: at(-2),
      },
    },
    {
      title: 'a meeting to which nobody came is nothing',
      kind: 'meetings',
      properties: { hs_meeting_start_time: at(-2), hs_meeting_outcome: 'NO_SHOW' },
      expected: {},
    },
    {
      title: 'a meeting ahead is the next activity',
      kind: 'meetings',
      properties: { hs_meeting_start_time: at(5), hs_meeting_outcome: 'SCHEDULED' },
      expected: { notes_next_activity_date: at(5) },
    },
    {
      title: 'a note is an activity',
      kind: 'notes',
      properties: { hs_note_body: 'x' },
      expected: { num_notes: '1', notes_last_updated: at(-1) },
    },
    {
      title: 'an open task is the next activity',
      kind: 'tasks',
      properties: { hs_timestamp: at(30) },
      expected: { notes_next_activity_date: at(30) },
    },
    {
      title: 'a deal is an associated deal',
      kind: 'deals',
      properties: { dealname: 'One', dealstage: 'contractsent' },
      expected: { num_associated_deals: '1' },
    },
  ])('$title', async ({ kind, properties, expected }) => {
    const contactId = await portal.contact();
    await add(kind, contactId, properties);
    expect(await figures(contactId)).toEqual(expected);
  });

  it('adds to what an import says, and does not count what the import brought again', async () => {
    const {
      body: { objects },
    } = await portal.control<{ objects: { contacts: string[] } }>('POST', '/import', {
      objects: {
        contacts: [
          {
            properties: {
              email: 'imported@example.com',
              num_contacted_notes: '3',
              notes_last_contacted: at(-90),
            },
          },
        ],
        calls: [{ id: '777001', properties: { hs_timestamp: at(-90) } }],
      },
    });
    const contactId = objects.contacts[0] ?? '';
    await portal.control('POST', '/import', {
      associations: [{ from: { type: 'calls', id: '777001' }, to: { type: 'contacts', id: contactId } }],
    });
    expect(await figures(contactId)).toMatchObject({
      num_contacted_notes: '3',
      notes_last_contacted: at(-90),
    });
    const id = await add('calls', contactId, {});
    expect(await figures(contactId)).toMatchObject({
      num_contacted_notes: '4',
      notes_last_contacted: at(-1),
    });
    await portal.call('DELETE', `/crm/objects/2026-09/calls/${id}`);
    expect(await figures(contactId)).toMatchObject({
      num_contacted_notes: '3',
      notes_last_contacted: at(-90),
    });
  });

  it('keeps history, as computed by HubSpot, and is told by webhooks of nobody', async () => {
    const contactId = await portal.contact();
    await add('calls', contactId, { hs_timestamp: at(-3) });
    await add('calls', contactId, { hs_timestamp: at(-2) });
    const { body } = await portal.call<{ propertiesWithHistory: { num_contacted_notes: Version[] } }>(
      'GET',
      `${CONTACTS}/${contactId}?propertiesWithHistory=num_contacted_notes`,
    );
    const versions = body.propertiesWithHistory.num_contacted_notes;
    expect(versions.map(({ value }) => value)).toEqual(['2', '1']);
    expect(versions[0]).toMatchObject({ sourceType: 'CALCULATED' });
    expect(versions[0]).not.toHaveProperty('updatedByUserId');
  });

  it('cannot be written by an app', async () => {
    const contactId = await portal.contact();
    const reply = await portal.call('PATCH', `${CONTACTS}/${contactId}`, {
      properties: { num_contacted_notes: '9' },
    });
    expect(reply.status).toBe(400);
  });

  it('counts both contacts together once they are one', async () => {
    const [one, other] = [await portal.contact(), await portal.contact()];
    await add('calls', one, {});
    await add('calls', other, {});
    const merged = await portal.call<{ id: string }>('POST', `${CONTACTS}/merge`, {
      primaryObjectId: one,
      objectIdToMerge: other,
    });
    expect(await figures(merged.body.id)).toMatchObject({ num_contacted_notes: '2', num_notes: '2' });
  });

  it('takes a meeting for held once the clock has passed it', async () => {
    const own = await openTestPortal();
    const startsAt = new Date(Date.now() + HOUR_MS).toISOString();
    const contactId = await own.contact();
    await own.call('POST', '/crm/objects/2026-09/meetings', {
      properties: { hs_timestamp: startsAt, hs_meeting_start_time: startsAt },
      associations: [to(contactId, 200)],
    });
    const contacted = async (): Promise<unknown> => {
      const { body } = await own.call<{ properties: Json }>(
        'GET',
        `${CONTACTS}/${contactId}?properties=num_contacted_notes,notes_next_activity_date`,
      );
      return body.properties;
    };
    expect(await contacted()).toMatchObject({
      num_contacted_notes: null,
      notes_next_activity_date: startsAt,
    });
    await fetch(`${own.crm.url}/sandbox/clock`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ offsetMs: 2 * HOUR_MS }),
    });
    expect(await contacted()).toMatchObject({ num_contacted_notes: '1', notes_next_activity_date: null });
    await own.close();
  });
});
