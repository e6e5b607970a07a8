import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { BULK_MAX, type BulkAnswer, type BulkRequest } from '../../src/contract/bulk.ts';
import { rejectMany, viewReasons } from '../../server/flows/rejectMany.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { sweep } from '../../server/flows/sweep.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { listEntries } from '../../server/store/ledger.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';

await describeEachEngine('the bulk action', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  const request = (objectIds: readonly string[], over: Partial<BulkRequest> = {}): BulkRequest => ({
    requestId: randomUUID(),
    objectTypeId: '0-1',
    objectIds: [...objectIds],
    reason: 'not_icp',
    note: null,
    ...over,
  });
  const send = async (given: BulkRequest): Promise<BulkAnswer> => {
    const answer = await rejectMany(house.context, house.identity, given);
    if (!answer.ok) throw new Error(answer.sentence);
    return answer;
  };
  const resultsOf = ({ rows }: BulkAnswer) => rows.map(({ result }) => result);
  const entriesOf = (contactId: string) => listEntries(store.db, house.portalId, contactId);

  it('offers the reasons that the team uses', async () => {
    const answer = await viewReasons(house.context, house.identity);
    expect(answer).toMatchObject({ ok: true, atOnce: BULK_MAX });
    expect(answer.ok && answer.reasons.map(({ code }) => code)).toContain('not_icp');
  });

  it('rejects each record by itself, with its own answer, routed like any other', async () => {
    const open = await house.addMql({ firstname: 'Grace', lastname: 'Hopper' });
    const rejected = await house.addMql();
    await recordRejection(house.context, house.identity, house.rejection(rejected));
    const early = await house.addMql({ lifecyclestage: 'lead' });
    const answer = await send(request([open, rejected, early, '99999999']));
    expect(resultsOf(answer)).toEqual(['rejected', 'already_rejected', 'not_handed_off', 'record_unknown']);
    expect(answer.rows[0]).toMatchObject({
      objectId: open,
      name: 'Grace Hopper',
      sentence: expect.stringMatching(/^Rejected as Not ICP\./),
    });
    expect(await entriesOf(open)).toMatchObject([
      { kind: 'rejection', reason: 'not_icp', path: 'bulk_action' },
    ]);
    await house.drain();
    expect(await house.contact(open, 'mqlr_reason', 'mqlr_path', 'hs_lead_status')).toMatchObject({
      mqlr_reason: 'not_icp',
      mqlr_path: 'bulk_action',
      hs_lead_status: 'UNQUALIFIED',
    });
  });

  it('a whole part is read from HubSpot in one call, not one for each record', async () => {
    const ids = [];
    for (let place = 0; place < 20; place += 1) ids.push(await house.addMql());
    const before = house.context.gateway.recentCalls({ portalId: house.portalId } as never);
    const answer = await send(request(ids));
    const calls = house.context.gateway.recentCalls({ portalId: house.portalId } as never) - before;
    expect(resultsOf(answer)).toEqual(ids.map(() => 'rejected'));
    expect(calls).toBeLessThan(10);
  });

  it('a second delivery gives the first answers, whatever became of the leads since', async () => {
    const [one, two] = [await house.addMql(), await house.addMql({ lifecyclestage: 'lead' })];
    const given = request([one, two]);
    const [first, second] = await Promise.all([send(given), send(given)]);
    expect(second).toEqual(first);
    await house.byHand(two, { lifecyclestage: 'marketingqualifiedlead' });
    const [entry] = await entriesOf(one);
    await undoAnswer(house.context, house.identity, entry?.entryId ?? '', {
      requestId: randomUUID(),
      reason: null,
    });
    expect(await send(given)).toEqual(first);
    expect(await entriesOf(one)).toHaveLength(2);
    expect(await entriesOf(two)).toHaveLength(0);
  });

  it('a part that broke off in the middle goes on where it was', async () => {
    const ids = [await house.addMql(), await house.addMql()];
    const given = request(ids);
    // What a process leaves that ended after the first row.
    await recordRejection(
      house.context,
      house.identity,
      house.rejection(ids[0] ?? '', {
        requestId: `bulk:${given.requestId}:0-1:${ids[0]}`,
        reason: 'not_icp',
      }),
      'bulk_action',
    );
    expect(resultsOf(await send(given))).toEqual(['rejected', 'rejected']);
    for (const id of ids) expect(await entriesOf(id)).toHaveLength(1);
  });

  it.each([
    { fault: 'no reason', over: { reason: null }, kind: 'reason-missing' },
    { fault: 'a reason that nobody uses here', over: { reason: 'no_budget' }, kind: 'reason-not-active' },
  ])('$fault is refused as a whole, and can be mended and sent again', async ({ over, kind }) => {
    const id = await house.addMql();
    const given = request([id], over);
    expect(await rejectMany(house.context, house.identity, given)).toMatchObject({ ok: false, kind });
    expect(await entriesOf(id)).toHaveLength(0);
    expect(resultsOf(await send({ ...given, reason: 'not_icp' }))).toEqual(['rejected']);
  });

  it('what HubSpot could not give now is asked for again with the same request', async () => {
    const id = await house.addMql();
    const given = request([id]);
    await house.control('PUT', '/faults', [
      { match: { path: '/crm/objects' }, fault: { kind: 'status', status: 503 } },
    ]);
    expect(resultsOf(await send(given))).toEqual(['later']);
    await house.control('PUT', '/faults', []);
    expect(resultsOf(await send(given))).toEqual(['rejected']);
  });

  it('records that are not there, or that HubSpot cannot give now, are asked for once for all of them', async () => {
    const calls = async (): Promise<number> =>
      ((await house.control('GET', '/log')) as { entries: readonly unknown[] }).entries.length;
    const callsFor = async (given: BulkRequest) => {
      const before = await calls();
      const results = new Set(resultsOf(await send(given)));
      return { results: [...results], few: (await calls()) - before <= 3 };
    };
    const gone = Array.from({ length: 20 }, (_, place) => String(990_000 + place));
    const few = true;
    expect(await callsFor(request(gone))).toEqual({ results: ['record_unknown'], few });
    expect(await callsFor(request(gone, { objectTypeId: '0-136' }))).toEqual({
      results: ['record_unknown'],
      few,
    });
    await house.control('PUT', '/faults', [
      { match: { path: '/crm/' }, fault: { kind: 'status', status: 503 } },
    ]);
    const there = [];
    for (let place = 0; place < 20; place += 1) there.push(String(995_000 + place));
    const later = await callsFor(request(there));
    await house.control('PUT', '/faults', []);
    expect(later).toEqual({ results: ['later'], few });
  });

  it('500 records are answered in ten parts', async () => {
    const ids = Array.from({ length: 500 }, (_, place) => String(800_000 + place));
    await house.control('POST', '/import', {
      objects: {
        contacts: ids.map((id) => ({
          id,
          properties: { email: `lead.${id}@example.com`, lifecyclestage: 'marketingqualifiedlead' },
        })),
      },
    });
    const results: string[] = [];
    for (let place = 0; place < ids.length; place += BULK_MAX)
      results.push(...resultsOf(await send(request(ids.slice(place, place + BULK_MAX)))));
    expect(results).toEqual(ids.map(() => 'rejected'));
  });

  it('the first answer is forgotten after 90 days, by the minute’s sweep', async () => {
    await send(request([await house.addMql()]));
    const kept = async () =>
      (await store.db.selectFrom('requestAnswer').select('requestId').execute()).length;
    const before = await kept();
    await sweep(house.context);
    expect(await kept()).toBe(before);
    await house.passDays(91);
    await sweep(house.context);
    expect(await kept()).toBe(0);
  });
});
