import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal, to } from './portal.ts';

type Found = {
  total: number;
  results: { id: string; properties: Record<string, string | null> }[];
  paging?: { next: { after: string } };
};

let portal: TestPortal;
let time = Date.parse('2026-11-22T10:00:00Z');
const ids: Record<string, string> = {};

/** Searches are limited to five a second, so the clock moves on with each. */
const search = async (body: Json, type = 'contacts', from = portal) => {
  time += 300;
  return from.call<Found>('POST', `/crm/objects/2026-09/${type}/search`, body);
};

beforeAll(async () => {
  portal = await openTestPortal({ now: () => time });
  for (const [key, properties] of Object.entries({
    anna: { firstname: 'Anna', company: 'North Wind', annualrevenue: '900', hs_lead_status: 'NEW' },
    bert: { firstname: 'Bert', company: 'South Sea', annualrevenue: '1000', hs_lead_status: 'OPEN' },
    carl: { firstname: 'Carl', hs_lead_status: 'BAD_TIMING' },
  })) {
    ids[key] = await portal.contact({ email: `${key}@search.example.com`, ...properties });
    time += 60_000;
  }
});
afterAll(() => portal.close());

const names = (found: Found): string[] =>
  found.results.map(({ id }) => Object.keys(ids).find((key) => ids[key] === id) ?? id);

const filter = (...filters: Json[]): Json => ({ filterGroups: [{ filters }] });

describe('search', () => {
  it.each<[string, Json, string[]]>([
    [
      'EQ, without regard to case',
      { propertyName: 'company', operator: 'EQ', value: 'north wind' },
      ['anna'],
    ],
    [
      'NEQ, only among those with a value',
      { propertyName: 'company', operator: 'NEQ', value: 'North Wind' },
      ['bert'],
    ],
    ['IN', { propertyName: 'hs_lead_status', operator: 'IN', values: ['NEW', 'OPEN'] }, ['anna', 'bert']],
    ['NOT_IN', { propertyName: 'hs_lead_status', operator: 'NOT_IN', values: ['NEW', 'OPEN'] }, ['carl']],
    ['HAS_PROPERTY', { propertyName: 'company', operator: 'HAS_PROPERTY' }, ['anna', 'bert']],
    ['NOT_HAS_PROPERTY', { propertyName: 'company', operator: 'NOT_HAS_PROPERTY' }, ['carl']],
    [
      'CONTAINS_TOKEN with a star',
      { propertyName: 'company', operator: 'CONTAINS_TOKEN', value: 'sou*' },
      ['bert'],
    ],
    [
      'BETWEEN dates',
      {
        propertyName: 'createdate',
        operator: 'BETWEEN',
        value: '2026-11-22T10:00:30Z',
        highValue: '2026-11-22T10:01:30Z',
      },
      ['bert'],
    ],
    [
      'GT on ids, for paging by id',
      { propertyName: 'hs_object_id', operator: 'GT', value: '1001' },
      ['bert', 'carl'],
    ],
  ])('filters by %s', async (_what, one, expected) => {
    const { body } = await search(filter(one));
    expect(names(body)).toEqual(expected);
    expect(body.total).toBe(expected.length);
  });

  it('joins filters of a group by AND and groups by OR', async () => {
    const { body } = await search({
      filterGroups: [
        {
          filters: [
            { propertyName: 'hs_lead_status', operator: 'EQ', value: 'NEW' },
            { propertyName: 'company', operator: 'HAS_PROPERTY' },
          ],
        },
        { filters: [{ propertyName: 'firstname', operator: 'EQ', value: 'Carl' }] },
      ],
    });
    expect(names(body)).toEqual(['anna', 'carl']);
  });

  it('finds by words anywhere in the fields that HubSpot searches', async () => {
    expect(names((await search({ query: 'bert@search' })).body)).toEqual(['bert']);
  });

  it('sorts in both directions, records without a value last', async () => {
    const by = async (direction: string) =>
      names((await search({ sorts: [{ propertyName: 'company', direction }] })).body);
    expect(await by('ASCENDING')).toEqual(['anna', 'bert', 'carl']);
    expect(await by('DESCENDING')).toEqual(['bert', 'anna', 'carl']);
  });

  it('pages to the end', async () => {
    const first = await search({ limit: 2, properties: ['firstname'] });
    expect(first.body).toMatchObject({ total: 3, paging: { next: { after: '2' } } });
    expect(first.body.results[0]?.properties.firstname).toBe('Anna');
    const second = await search({ limit: 2, after: '2' });
    expect(names(second.body)).toEqual(['carl']);
    expect(second.body.paging).toBeUndefined();
  });

  it('finds the leads of a contact', async () => {
    const lead = await portal.call<{ id: string }>('POST', '/crm/objects/2026-09/leads', {
      properties: { hs_lead_name: 'Lead of Anna' },
      associations: [to(ids.anna ?? '', 578)],
    });
    const { body } = await search(
      filter({ propertyName: 'associations.contact', operator: 'EQ', value: ids.anna }),
      'leads',
    );
    expect(body.results.map(({ id }) => id)).toEqual([lead.body.id]);
  });

  const one = { propertyName: 'email', operator: 'HAS_PROPERTY' };
  it.each<[string, Json]>([
    ['six groups', { filterGroups: Array.from({ length: 6 }, () => ({ filters: [one] })) }],
    ['seven filters in a group', filter(...Array.from({ length: 7 }, () => one))],
    [
      'nineteen filters',
      { filterGroups: [6, 6, 6, 1].map((n) => ({ filters: Array.from({ length: n }, () => one) })) },
    ],
    ['two sorts', { sorts: ['email', 'createdate'] }],
    ['201 results a page', { limit: 201 }],
    ['more than 10,000 results', { limit: 100, after: '9950' }],
    ['a body of more than 3,000 characters', { query: 'x'.repeat(3_001) }],
    ['an unknown property', filter({ propertyName: 'nonsense', operator: 'EQ', value: '1' })],
    ['an unknown operator', filter({ propertyName: 'email', operator: 'IS', value: '1' })],
    ['an operator without its value', filter({ propertyName: 'email', operator: 'EQ' })],
  ])('refuses %s', async (_what, body) => {
    expect((await search(body)).status).toBe(400);
  });

  it('knows a new record and a changed value only after the lag', async () => {
    const own = await openTestPortal({ now: () => time, searchLagMs: 5_000 });
    const byCompany = async (value: string) =>
      (await search(filter({ propertyName: 'company', operator: 'EQ', value }), 'contacts', own)).body.total;
    const id = await own.contact({ company: 'Before' });
    expect(await byCompany('Before')).toBe(0);
    time += 5_000;
    expect(await byCompany('Before')).toBe(1);
    await own.call('PATCH', `${CONTACTS}/${id}`, { properties: { company: 'After' } });
    expect(await byCompany('Before')).toBe(1);
    expect(await byCompany('After')).toBe(0);
    time += 5_000;
    expect(await byCompany('Before')).toBe(0);
    expect(await byCompany('After')).toBe(1);
    await own.call('DELETE', `${CONTACTS}/${id}`);
    expect(await byCompany('After')).toBe(1);
    time += 5_000;
    expect(await byCompany('After')).toBe(0);
    await own.close();
  });
});
