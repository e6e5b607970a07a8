import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client } from '@hubspot/api-client';
import { AssociationSpecAssociationCategoryEnum as ForLeads } from '@hubspot/api-client/lib/codegen/crm/objects/leads/models/AssociationSpec.js';
import { AssociationSpecAssociationCategoryEnum as ForNotes } from '@hubspot/api-client/lib/codegen/crm/objects/notes/models/AssociationSpec.js';
import { AssociationSpecAssociationCategoryEnum as ForTasks } from '@hubspot/api-client/lib/codegen/crm/objects/tasks/models/AssociationSpec.js';
import { AssociationSpecAssociationCategoryEnum as ForPairs } from '@hubspot/api-client/lib/codegen/crm/associations/v4/models/AssociationSpec.js';
import { FilterOperatorEnum } from '@hubspot/api-client/lib/codegen/crm/contacts/models/Filter.js';
import {
  PropertyCreateFieldTypeEnum,
  PropertyCreateTypeEnum,
} from '@hubspot/api-client/lib/codegen/crm/properties/models/PropertyCreate.js';
import { type TestPortal, openTestPortal } from './portal.ts';

let portal: TestPortal;
let client: Client;

beforeAll(async () => {
  portal = await openTestPortal();
  client = new Client({ accessToken: `token-${portal.portalId}`, basePath: portal.crm.url });
});
afterAll(() => portal.close());

/** The SDK has an enum of the same words for each of its areas. */
const spec = <C>(associationCategory: C, associationTypeId: number) => ({
  associationCategory,
  associationTypeId,
});

const createContact = async (email: string): Promise<string> => {
  const made = await client.crm.contacts.basicApi.create({ properties: { email }, associations: [] });
  return made.id;
};

describe("HubSpot's own typed client, unchanged", () => {
  it('creates, reads, changes and archives a contact', async () => {
    const made = await client.crm.contacts.basicApi.create({
      properties: {
        email: 'typed@example.com',
        firstname: 'Tilda',
        lifecyclestage: 'marketingqualifiedlead',
      },
    });
    expect(made.createdAt).toBeInstanceOf(Date);
    const changed = await client.crm.contacts.basicApi.update(made.id, {
      properties: { jobtitle: 'Head of data' },
    });
    expect(changed.properties.jobtitle).toBe('Head of data');
    const read = await client.crm.contacts.basicApi.getById(
      'typed@example.com',
      ['jobtitle', 'phone'],
      ['lifecyclestage'],
      undefined,
      false,
      'email',
    );
    expect(read.properties).toMatchObject({ jobtitle: 'Head of data', phone: null });
    expect(read.propertiesWithHistory?.lifecyclestage?.[0]).toMatchObject({
      value: 'marketingqualifiedlead',
      sourceType: 'INTEGRATION',
      sourceId: '4242',
    });
    await client.crm.contacts.basicApi.archive(made.id);
    await expect(client.crm.contacts.basicApi.getById(made.id)).rejects.toMatchObject({ code: 404 });
  });

  it('throws its ApiException with the body of a refusal', async () => {
    await createContact('twice@example.com');
    await expect(createContact('twice@example.com')).rejects.toMatchObject({
      code: 409,
      body: { category: 'CONFLICT' },
    });
  });

  it('reads, creates, changes, upserts and archives in batches', async () => {
    const { batchApi } = client.crm.contacts;
    const made = await batchApi.create({
      inputs: [
        { properties: { email: 'b1@example.com' }, associations: [] },
        { properties: { email: 'b2@example.com' }, associations: [] },
      ],
    });
    const ids = made.results.map(({ id }) => id);
    expect(ids).toHaveLength(2);
    const changed = await batchApi.update({
      inputs: ids.map((id) => ({ id, properties: { company: 'Batch' } })),
    });
    expect(changed.results.map(({ properties }) => properties.company)).toEqual(['Batch', 'Batch']);
    const read = await batchApi.read({
      inputs: [...ids, '999999'].map((id) => ({ id })),
      properties: ['company'],
      propertiesWithHistory: [],
    });
    expect(read.results).toHaveLength(2);
    expect(read).toMatchObject({ numErrors: 1 });
    const upserted = await batchApi.upsert({
      inputs: [
        { id: 'b1@example.com', idProperty: 'email', properties: { company: 'Upserted' } },
        { id: 'b3@example.com', idProperty: 'email', properties: { company: 'Made' } },
      ],
    });
    expect(upserted.results.map((row) => row._new)).toEqual([false, true]);
    await batchApi.archive({ inputs: ids.map((id) => ({ id })) });
    const gone = await batchApi.read({
      inputs: ids.map((id) => ({ id })),
      properties: [],
      propertiesWithHistory: [],
    });
    expect(gone.results).toEqual([]);
  });

  it('searches', async () => {
    await client.crm.contacts.basicApi.create({
      properties: { email: 'needle@example.com', company: 'Haystack' },
    });
    const found = await client.crm.contacts.searchApi.doSearch({
      filterGroups: [
        { filters: [{ propertyName: 'company', operator: FilterOperatorEnum.Eq, value: 'haystack' }] },
      ],
      properties: ['company'],
      sorts: ['createdate'],
      limit: 5,
      after: '0',
    });
    expect(found.total).toBe(1);
    expect(found.results[0]?.properties.email ?? found.results[0]?.properties.company).toBe('Haystack');
  });

  it('creates lists, fills and empties them', async () => {
    const [a, b] = [await createContact('l1@example.com'), await createContact('l2@example.com')];
    const { list } = await client.crm.lists.listsApi.create({
      name: 'MQL loop: typed',
      objectTypeId: '0-1',
      processingType: 'MANUAL',
    });
    const added = await client.crm.lists.membershipsApi.add(list.listId, [a, b, '424242']);
    expect(added).toMatchObject({ recordsIdsAdded: [a, b], recordIdsMissing: ['424242'] });
    const swapped = await client.crm.lists.membershipsApi.addAndRemove(list.listId, {
      recordIdsToAdd: [a],
      recordIdsToRemove: [b],
    });
    expect(swapped).toMatchObject({ recordsIdsAdded: [], recordIdsRemoved: [b] });
    const page = await client.crm.lists.membershipsApi.getPage(list.listId);
    expect(page.results.map(({ recordId }) => recordId)).toEqual([a]);
    const of = await client.crm.lists.membershipsApi.getLists('0-1', a);
    expect(of.results.map(({ listId }) => listId)).toEqual([list.listId]);
    const search = await client.crm.lists.listsApi.doSearch({ query: 'typed', processingTypes: ['MANUAL'] });
    expect(search.lists.map(({ name }) => name)).toEqual(['MQL loop: typed']);
    const byName = await client.crm.lists.listsApi.getByName('MQL loop: typed', '0-1');
    expect(byName.list.size).toBe(1);
  });

  it('defines groups and properties', async () => {
    const { groupsApi, coreApi, batchApi } = client.crm.properties;
    await groupsApi.create('contacts', { name: 'typed_group', label: 'Typed' });
    const made = await coreApi.create('contacts', {
      name: 'typed_reason',
      label: 'Reason',
      groupName: 'typed_group',
      type: PropertyCreateTypeEnum.Enumeration,
      fieldType: PropertyCreateFieldTypeEnum.Select,
      options: [{ label: 'No budget', value: 'no_budget', hidden: false, displayOrder: 0 }],
    });
    expect(made.options.map(({ value }) => value)).toEqual(['no_budget']);
    const read = await batchApi.read('contacts', { archived: false, inputs: [{ name: 'typed_reason' }] });
    expect(read.results[0]?.createdAt).toBeInstanceOf(Date);
    const all = await coreApi.getAll('contacts');
    expect(all.results.map(({ name }) => name)).toContain('typed_reason');
    await coreApi.archive('contacts', 'typed_reason');
    await expect(coreApi.getByName('contacts', 'typed_reason')).rejects.toMatchObject({ code: 404 });
  });

  it('reads pipelines and moves a lead through them', async () => {
    const { results } = await client.crm.pipelines.pipelinesApi.getAll('leads');
    const lost = results[0]?.stages.find(({ metadata }) => metadata?.leadState === 'UNQUALIFIED');
    const contact = await createContact('lead@example.com');
    const lead = await client.crm.objects.leads.basicApi.create({
      properties: { hs_lead_name: 'Lead of Leah' },
      associations: [{ to: { id: contact }, types: [spec(ForLeads.HubspotDefined, 578)] }],
    });
    const moved = await client.crm.objects.leads.basicApi.update(lead.id, {
      properties: {
        hs_pipeline_stage: lost?.id ?? '',
        hs_lead_disqualification_reason: 'NOT_A_GOOD_FIT',
      },
    });
    expect(moved.properties.hs_lead_disqualification_reason).toBe('NOT_A_GOOD_FIT');
    const read = await client.crm.objects.leads.basicApi.getById(
      lead.id,
      ['hs_lead_is_disqualified'],
      undefined,
      ['contacts'],
    );
    expect(read.properties.hs_lead_is_disqualified).toBe('true');
    expect(read.associations?.contacts?.results.map(({ id }) => id)).toEqual([contact]);
  });

  it('writes tasks and notes and finds them by association', async () => {
    const contact = await createContact('work@example.com');
    const task = await client.crm.objects.tasks.basicApi.create({
      properties: {
        hs_timestamp: '2026-12-01T09:00:00Z',
        hs_task_subject: 'Call again',
        hs_task_type: 'CALL',
      },
      associations: [{ to: { id: contact }, types: [spec(ForTasks.HubspotDefined, 204)] }],
    });
    const note = await client.crm.objects.notes.basicApi.create({
      properties: { hs_timestamp: '2026-11-22T09:00:00Z', hs_note_body: 'Too early.' },
      associations: [{ to: { id: contact }, types: [spec(ForNotes.HubspotDefined, 202)] }],
    });
    const tasks = await client.crm.associations.v4.basicApi.getPage('contacts', contact, 'tasks');
    const notes = await client.crm.associations.v4.basicApi.getPage('contacts', contact, 'notes');
    expect(tasks.results.map(({ toObjectId }) => toObjectId)).toEqual([task.id]);
    expect(notes.results[0]?.associationTypes).toEqual([
      expect.objectContaining({ typeId: 201, category: 'HUBSPOT_DEFINED' }),
    ]);
    expect(notes.results.map(({ toObjectId }) => toObjectId)).toEqual([note.id]);
  });

  it('associates, reads and parts records', async () => {
    const contact = await createContact('assoc@example.com');
    const company = await client.crm.companies.basicApi.create({ properties: { name: 'Assoc Ltd' } });
    const { basicApi, batchApi } = client.crm.associations.v4;
    const made = await basicApi.create('contacts', contact, 'companies', company.id, [
      spec(ForPairs.HubspotDefined, 1),
    ]);
    expect(made.labels).toEqual(['Primary']);
    const read = await batchApi.getPage('contacts', 'companies', { inputs: [{ id: contact }] });
    expect(read.results[0]?.to[0]?.associationTypes.map(({ typeId }) => typeId)).toEqual([1, 279]);
    await basicApi.archive('contacts', contact, 'companies', company.id);
    const after = await basicApi.getPage('contacts', contact, 'companies');
    expect(after.results).toEqual([]);
    const byDefault = await basicApi.createDefault('contacts', contact, 'companies', company.id);
    expect(byDefault.results.map(({ associationSpec }) => associationSpec.associationTypeId)).toEqual([
      279, 280,
    ]);
  });

  it('lists owners', async () => {
    await portal.control('POST', '/import', {
      owners: [{ id: '501', email: 'mia@example.com', firstName: 'Mia', lastName: 'Manager', userId: 77 }],
    });
    const { results } = await client.crm.owners.ownersApi.getPage('mia@example.com');
    expect(results[0]).toMatchObject({ id: '501', userId: 77, type: 'PERSON' });
    const one = await client.crm.owners.ownersApi.getById(77, 'userId');
    expect(one.email).toBe('mia@example.com');
  });
});
