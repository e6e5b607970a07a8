import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json, type TestPortal, openTestPortal } from './portal.ts';

const PATH = '/crm/lists/2026-09';
type Change = { recordsIdsAdded: string[]; recordIdsRemoved: string[]; recordIdsMissing: string[] };
type Members = { results: { recordId: string }[]; total: number; paging?: { next: { after: string } } };

let portal: TestPortal;
beforeAll(async () => {
  portal = await openTestPortal();
});
afterAll(() => portal.close());

let named = 0;
const createList = async (more: Json = {}): Promise<string> => {
  const { status, body } = await portal.call<{ list: { listId: string } }>('POST', PATH, {
    name: `MQL loop: ${++named}`,
    objectTypeId: '0-1',
    processingType: 'MANUAL',
    ...more,
  });
  expect(status).toBe(200);
  return body.list.listId;
};
const change = (listId: string, verb: string, body: unknown) =>
  portal.call<Change>('PUT', `${PATH}/${listId}/memberships/${verb}`, body);
const members = async (listId: string): Promise<string[]> =>
  (await portal.call<Members>('GET', `${PATH}/${listId}/memberships`)).body.results.map(
    ({ recordId }) => recordId,
  );

describe('a static list', () => {
  it('takes each record once and names those that do not exist', async () => {
    const listId = await createList();
    const [a, b] = [await portal.contact(), await portal.contact()];
    expect((await change(listId, 'add', [a, b, a, '999'])).body).toEqual({
      recordsIdsAdded: [a, b],
      recordIdsRemoved: [],
      recordIdsMissing: ['999'],
    });
    expect((await change(listId, 'add', [a])).body.recordsIdsAdded).toEqual([]);
    expect((await change(listId, 'remove', [a, '999'])).body.recordIdsRemoved).toEqual([a]);
    expect((await change(listId, 'remove', [a])).body.recordIdsRemoved).toEqual([]);
    expect(await members(listId)).toEqual([b]);
  });

  it('swaps members in one call', async () => {
    const listId = await createList();
    const [a, b] = [await portal.contact(), await portal.contact()];
    await change(listId, 'add', [a]);
    const swapped = await change(listId, 'add-and-remove', { recordIdsToAdd: [b], recordIdsToRemove: [a] });
    expect(swapped.body).toMatchObject({ recordsIdsAdded: [b], recordIdsRemoved: [a] });
  });

  it('is left by a record that is archived', async () => {
    const listId = await createList();
    const a = await portal.contact();
    await change(listId, 'add', [a]);
    await portal.call('DELETE', `${CONTACTS}/${a}`);
    expect(await members(listId)).toEqual([]);
  });

  it('is paged at most 250 at a time and can be emptied', async () => {
    const own = await openTestPortal();
    const { body } = await own.control<{ objects: { contacts: string[] } }>('POST', '/import', {
      objects: { contacts: Array.from({ length: 260 }, (_, n) => ({ properties: { firstname: `P${n}` } })) },
    });
    const { body: made } = await own.call<{ list: { listId: string } }>('POST', PATH, {
      name: 'Long',
      objectTypeId: '0-1',
      processingType: 'MANUAL',
    });
    const at = `${PATH}/${made.list.listId}/memberships`;
    await own.call('PUT', `${at}/add`, body.objects.contacts);
    const first = await own.call<Members>('GET', `${at}?limit=250`);
    expect(first.body).toMatchObject({ total: 260, paging: { next: { after: '250' } } });
    expect((await own.call<Members>('GET', `${at}?limit=250&after=250`)).body.results).toHaveLength(10);
    expect((await own.call('GET', `${at}?limit=251`)).status).toBe(400);
    expect((await own.call('DELETE', at)).status).toBe(204);
    expect((await own.call<Members>('GET', at)).body.total).toBe(0);
    await own.close();
  });

  it('tells a record which lists it is on', async () => {
    const [one, two] = [await createList(), await createList()];
    const a = await portal.contact();
    await change(one, 'add', [a]);
    await change(two, 'add', [a]);
    const { body } = await portal.call<{ results: { listId: string }[] }>(
      'GET',
      `${PATH}/records/0-1/${a}/memberships`,
    );
    expect(body.results.map(({ listId }) => listId)).toEqual([one, two]);
    await portal.call('DELETE', `${PATH}/${two}`);
    const batch = await portal.call<{ results: { recordListMemberships: { listId: string }[] }[] }>(
      'POST',
      `${PATH}/records/memberships/batch/read`,
      { inputs: [{ objectTypeId: '0-1', recordId: a }] },
    );
    expect(batch.body.results[0]?.recordListMemberships.map(({ listId }) => listId)).toEqual([one]);
  });

  it('has a name of its own, is found by it, can be renamed, deleted and restored', async () => {
    const listId = await createList({ name: 'Nurture' });
    const twice = await portal.call('POST', PATH, {
      name: 'nurture',
      objectTypeId: '0-1',
      processingType: 'MANUAL',
    });
    expect(twice.body).toMatchObject({
      category: 'VALIDATION_ERROR',
      subCategory: 'ILS.DUPLICATE_LIST_NAMES',
    });
    await portal.call('PUT', `${PATH}/${listId}/update-list-name?listName=Education`);
    const search = await portal.call<{ lists: { listId: string }[] }>('POST', `${PATH}/search`, {
      query: 'educ',
    });
    expect(search.body.lists.map((list) => list.listId)).toEqual([listId]);
    await portal.call('DELETE', `${PATH}/${listId}`);
    expect((await portal.call('GET', `${PATH}/${listId}`)).status).toBe(404);
    expect((await change(listId, 'add', ['1'])).status).toBe(404);
    await portal.call('PUT', `${PATH}/${listId}/restore`);
    expect((await portal.call('GET', `${PATH}/object-type-id/0-1/name/Education`)).status).toBe(200);
  });
});

describe('an active list', () => {
  it('takes no members from outside', async () => {
    const listId = await createList({
      processingType: 'DYNAMIC',
      filterBranch: { filterBranchType: 'OR', filterBranchOperator: 'OR', filterBranches: [], filters: [] },
    });
    const a = await portal.contact();
    expect((await change(listId, 'add', [a])).status).toBe(400);
    expect(await members(listId)).toEqual([]);
  });
});
