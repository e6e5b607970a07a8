import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { confirmEventDate } from '../../server/flows/eventDate.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { sweep } from '../../server/flows/sweep.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { wakeLeads } from '../../server/flows/wakeUp.ts';
import type { Store } from '../../server/store/db.ts';
import { leadsInLimbo } from '../../server/store/wakeUps.ts';
import { addDays, dayOf, readableDay } from '../../src/calendar.ts';
import type { RejectionRequest } from '../../src/contract.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

const NEXT = ['mqlr_reentry', 'mqlr_next_step', 'mqlr_next_step_on'];

await describeEachEngine('a rejected lead is looked at again', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterEach(async () => {
    expect(await leadsInLimbo(store.db, house.portalId)).toEqual([]);
  });
  afterAll(() => house.close());

  const today = (): string => dayOf(house.context.now(), 'Europe/Berlin');
  const reject = async (contactId: string, overrides: Partial<RejectionRequest> = {}): Promise<string> => {
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, overrides),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    await house.drain();
    return answer.rejectionId;
  };
  const wake = async (): Promise<void> => {
    await wakeLeads(house.context, house.portalId);
    await house.drain();
  };
  /** What HubSpot's own analytics write, which no API can. */
  const happens = async (contactId: string, properties: Readonly<Record<string, string>>): Promise<void> => {
    await house.control('POST', '/import', { objects: { contacts: [{ id: contactId, properties }] } });
  };
  const requestsDemo = (contactId: string): Promise<void> =>
    happens(contactId, {
      recent_conversion_event_name: 'Book a demo',
      recent_conversion_date: house.context.now().toISOString(),
    });
  const wakeUpsOf = (contactId: string) =>
    store.db
      .selectFrom('wakeUp')
      .select(['kind', 'outcome', 'dueAt', 'scoreFault'])
      .where('portalId', '=', house.portalId)
      .where('contactId', '=', contactId)
      .orderBy('look')
      .execute();
  const looksOf = async (contactId: string) =>
    (await wakeUpsOf(contactId)).map(({ kind, outcome }) => `${kind}: ${outcome ?? 'open'}`);

  it('when cooling-off is over, in the morning, and is ready on a new signal', async () => {
    const contactId = await house.addMql();
    await reject(contactId);
    const overOn = addDays(today(), 30);
    expect(await house.contact(contactId, ...NEXT)).toMatchObject({
      mqlr_reentry: 'waiting',
      mqlr_next_step_on: overOn,
    });
    const [first] = await wakeUpsOf(contactId);
    expect(first?.kind).toBe('cooling_over');
    expect(dayOf(first?.dueAt ?? new Date(0), 'Europe/Berlin')).toBe(overOn);
    await wake();
    expect(await looksOf(contactId)).toEqual(['cooling_over: open']);

    await house.passDays(31);
    await requestsDemo(contactId);
    await wake();
    expect(await looksOf(contactId)).toEqual(['cooling_over: ready', 'requalification: open']);
    expect(await house.contact(contactId, ...NEXT)).toMatchObject({
      mqlr_reentry: 'ready',
      mqlr_next_step: 'Ready to hand off again',
      mqlr_next_step_on: today(),
    });
  });

  it('a second time by the same job without a second look', async () => {
    const contactId = await house.addMql();
    await reject(contactId);
    await house.passDays(31);
    await Promise.all([wakeLeads(house.context, house.portalId), wakeLeads(house.context, house.portalId)]);
    await wake();
    expect(await looksOf(contactId)).toEqual(['cooling_over: blocked', 'requalification: open']);
  });

  it('after 60 days, and then every quarter, as long as nothing new happens', async () => {
    const contactId = await house.addMql();
    await reject(contactId);
    await house.passDays(31);
    await wake();
    await house.passDays(30);
    await wake();
    const quarter = addDays(today(), 90);
    expect(await house.contact(contactId, ...NEXT)).toMatchObject({
      mqlr_reentry: 'waiting',
      mqlr_next_step: 'In the slow lane, looked at each quarter',
      mqlr_next_step_on: quarter,
    });
    await house.passDays(91);
    await wake();
    expect(await looksOf(contactId)).toEqual([
      'cooling_over: blocked',
      'requalification: blocked',
      'slow_lane: blocked',
      'slow_lane: open',
    ]);
  });

  it('never again once it is undone, and the record is as it was', async () => {
    const contactId = await house.addMql();
    const entryId = await reject(contactId);
    await house.passDays(61);
    await wake();
    const undone = await undoAnswer(house.context, house.identity, entryId, {
      requestId: randomUUID(),
      reason: 'wrong lead',
    });
    expect(undone).toMatchObject({ ok: true });
    await house.drain();
    expect(await looksOf(contactId)).toEqual(['cooling_over: blocked', 'slow_lane: undone']);
    const record = await house.contact(contactId, ...NEXT, 'lifecyclestage');
    expect(record).toMatchObject({ mqlr_reentry: null, mqlr_next_step: null, mqlr_next_step_on: null });
  });

  it('before a date of its own, and not in the quarter', async () => {
    const renewal = addDays(today(), 200);
    const contactId = await house.addMql({ mqlr_renewal_on: renewal });
    await reject(contactId, { reason: 'too_late' });
    expect(await looksOf(contactId)).toEqual(['event: open']);
    expect(await house.contact(contactId, ...NEXT)).toMatchObject({
      mqlr_next_step_on: addDays(renewal, -30),
    });
  });

  it('before a date that a note speaks of, once somebody confirms it', async () => {
    const contactId = await house.addMql();
    const ends = addDays(today(), 120);
    const entryId = await reject(contactId, { reason: 'too_late', note: `Acme until ${ends}.` });
    const card = async () => {
      const view = await viewCard(house.context, house.identity, contactRef(contactId));
      if (!view.ok) throw new Error(view.sentence);
      return view;
    };
    expect((await card()).waiting?.proposals).toMatchObject([{ on: ends, quote: `Acme until ${ends}` }]);

    const request = { requestId: randomUUID(), on: ends };
    const confirm = (given: typeof request) =>
      confirmEventDate(house.context, house.identity, entryId, given);
    const first = await confirm(request);
    expect(first).toMatchObject({ ok: true });
    expect(await confirm(request)).toEqual(first);
    await house.drain();
    expect(await looksOf(contactId)).toEqual(['cooling_over: moved', 'event: open']);
    expect(await house.contact(contactId, ...NEXT)).toMatchObject({ mqlr_next_step_on: addDays(ends, -30) });
    expect((await card()).waiting).toMatchObject({ proposals: [] });
    expect(await confirm({ requestId: randomUUID(), on: today() })).toMatchObject({
      ok: false,
      kind: 'event-date-unusable',
    });

    await house.passDays(91);
    await wake();
    expect(await looksOf(contactId)).toEqual(['cooling_over: moved', 'event: blocked', 'slow_lane: open']);
    const undone = await undoAnswer(house.context, house.identity, entryId, {
      requestId: randomUUID(),
      reason: 'wrong lead',
    });
    expect(undone).toMatchObject({ ok: true });
    await house.drain();
    expect(await house.contact(contactId, ...NEXT)).toMatchObject({ mqlr_next_step_on: null });
    expect(await confirm({ requestId: randomUUID(), on: addDays(today(), 9) })).toMatchObject({
      ok: false,
      kind: 'answer-replaced',
    });
  });

  it('never before a date inside its cooling-off, which is neither proposed nor taken', async () => {
    const contactId = await house.addMql();
    const soon = addDays(today(), 20);
    const entryId = await reject(contactId, { note: `Acme until ${soon}.` });
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    expect(view).toMatchObject({ waiting: { proposals: [] } });
    const confirm = (on: string) =>
      confirmEventDate(house.context, house.identity, entryId, { requestId: randomUUID(), on });
    expect(await confirm(soon)).toMatchObject({
      ok: false,
      kind: 'event-date-unusable',
      sentence: expect.stringContaining(readableDay(addDays(today(), 30))),
    });
    expect(await confirm(addDays(today(), 31))).toMatchObject({ ok: true });
    expect(await looksOf(contactId)).toEqual(['cooling_over: moved', 'event: open']);
  });

  it('with a score that rose by itself is told as a fault of the scoring', async () => {
    const contactId = await house.addMql();
    await happens(contactId, { hubspotscore: '40' });
    await reject(contactId);
    await house.passDays(31);
    await happens(contactId, { hubspotscore: '90' });
    await wake();
    expect((await wakeUpsOf(contactId))[0]).toMatchObject({ outcome: 'blocked', scoreFault: true });
  });

  it('also when its record was deleted, since it may be restored', async () => {
    const contactId = await house.addMql();
    await reject(contactId);
    await house.asPerson('DELETE', `/crm/objects/2026-09/contacts/${contactId}`);
    await house.passDays(31);
    await wakeLeads(house.context, house.portalId);
    expect(await looksOf(contactId)).toEqual(['cooling_over: record_gone', 'slow_lane: open']);
  });

  it('also when the look at another one fails, which the queue is told of', async () => {
    const broken = await house.addMql();
    const entryId = await reject(broken);
    const healthy = await house.addMql();
    await reject(healthy);
    await house.passDays(31);
    // A row that stands where the next look of this one would be written.
    const wedge = { portalId: house.portalId, entryId, look: 2, contactId: broken };
    await store.db
      .insertInto('wakeUp')
      .values({
        ...wedge,
        kind: 'slow_lane',
        dueAt: new Date(),
        closedAt: new Date(),
        outcome: 'moved',
      } as never)
      .execute();
    await expect(wakeLeads(house.context, house.portalId)).rejects.toThrow('Not every lead');
    expect(await looksOf(healthy)).toEqual(['cooling_over: blocked', 'requalification: open']);
    await store.db.deleteFrom('wakeUp').where('entryId', '=', entryId).where('look', '=', 2).execute();
    await wake();
    expect(await looksOf(broken)).toEqual(['cooling_over: blocked', 'requalification: open']);
  });

  it('by the minute’s sweep', async () => {
    const contactId = await house.addMql();
    await reject(contactId);
    await house.passDays(31);
    const woken: string[] = [];
    const queue = {
      ...house.context.queue,
      wake: (_tx: unknown, job: string) => {
        woken.push(job);
        return Promise.resolve();
      },
    };
    await sweep({ ...house.context, queue });
    expect(woken).toContain('wake-leads');
  });

  it('under the record that it was merged into, also where nobody told of the merge', async () => {
    const [rejected, other] = [await house.addMql(), await house.addMql()];
    await reject(rejected);
    const { id } = (await house.asPerson('POST', '/crm/objects/2026-09/contacts/merge', {
      primaryObjectId: other,
      objectIdToMerge: rejected,
    })) as { id: string };
    await house.passDays(31);
    await wake();
    expect(await looksOf(id)).toEqual(['cooling_over: blocked', 'requalification: open']);
  });
});
