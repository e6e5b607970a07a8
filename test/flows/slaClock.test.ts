import { afterAll, beforeAll, expect, it } from '@jest/globals';

import { viewCard } from '../../server/flows/viewCard.ts';
import { sweep } from '../../server/flows/sweep.ts';
import { watchSla } from '../../server/flows/watchSla.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef } from './house.ts';

import { HOUR_S, MANAGER, MQL, openHandOffStage, type HandOffStage } from './handOffStage.ts';

await describeEachEngine('the clock of a hand-off', (openTestStore) => {
  let stage: HandOffStage;
  beforeAll(async () => {
    stage = await openHandOffStage(await openTestStore());
  });
  afterAll(() => stage.close());

  it('warns the rep once, and tells rep and manager once when it is too late, also from two servers', async () => {
    const contactId = await stage.handedOff();
    await stage.watch();
    expect(await stage.tasksOf(contactId)).toEqual([]);
    await stage.house.passSeconds(1.6 * HOUR_S);
    const both = () =>
      Promise.all([
        watchSla(stage.house.context, stage.house.portalId),
        watchSla(stage.house.context, stage.house.portalId),
      ]);
    await both();
    await stage.drain();
    await stage.watch();
    expect(await stage.tasksOf(contactId)).toMatchObject([
      { subject: expect.stringMatching(/^First contact due by .*: Ada Lovelace$/), owner: '577' },
    ]);
    await stage.house.passSeconds(0.5 * HOUR_S);
    await both();
    await stage.drain();
    await stage.watch();
    const told = (await stage.tasksOf(contactId)).map(({ subject, owner }) => `${subject} → ${owner}`);
    expect(told.slice(1).sort()).toEqual([
      'First contact is overdue: Ada Lovelace → 577',
      `No first contact in time: Ada Lovelace → ${MANAGER}`,
    ]);
    expect(await stage.latest(contactId)).toMatchObject({ nextAt: null, closedAt: null });
    expect((await stage.latest(contactId)).breachedAt).not.toBeNull();
  });

  it('that was contacted or answered in time causes no alarm', async () => {
    const contacted = await stage.handedOff();
    const answered = await stage.handedOff();
    await stage.house.passSeconds(HOUR_S);
    // HubSpot tells of it only later: the clock asks before it speaks.
    await stage.call(contacted, stage.ago(600));
    await stage.inbox.take();
    await stage.reject(answered);
    await stage.house.passSeconds(2 * HOUR_S);
    await stage.watch();
    expect(await stage.tasksOf(contacted)).toEqual([]);
    expect(
      (await stage.tasksOf(answered)).filter(({ subject }) => subject.includes('First contact')),
    ).toEqual([]);
    expect(await stage.latest(contacted)).toMatchObject({
      firstContactKind: 'call',
      firstContactIsFirst: true,
    });
  });

  it('takes the first thing that sales did: no incoming call, nothing from before', async () => {
    const contactId = await stage.addLead();
    await stage.call(contactId, stage.ago(30));
    await stage.house.passSeconds(60);
    await stage.house.byHand(contactId, MQL);
    await stage.settle();
    expect(await stage.latest(contactId)).toMatchObject({ firstContactAt: null });
    await stage.house.passSeconds(HOUR_S);
    const first = stage.ago(600);
    await stage.call(contactId, stage.ago(60));
    await stage.call(contactId, first);
    await stage.call(contactId, stage.ago(1_200), 'INBOUND');
    await stage.settle();
    expect(await stage.latest(contactId)).toMatchObject({ firstContactKind: 'call', firstContactAt: first });
    const card = await viewCard(stage.house.context, stage.house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.whyHere.at(-1)).toMatch(/^Contacted by call on .*, after 50 min of working time$/);
  });

  it('withdraws its alarms when a contact from before the due time shows up late', async () => {
    const contactId = await stage.handedOff();
    await stage.house.passSeconds(1.6 * HOUR_S);
    await stage.watch();
    await stage.house.passSeconds(0.5 * HOUR_S);
    await stage.watch();
    expect(await stage.tasksOf(contactId)).toHaveLength(3);
    await stage.call(contactId, stage.ago(1.5 * HOUR_S));
    await stage.settle();
    await stage.drain();
    expect(await stage.tasksOf(contactId)).toEqual([]);
    const row = await stage.latest(contactId);
    expect(row).toMatchObject({ breachedAt: null, firstContactKind: 'call' });
    expect(row.breachWithdrawnAt).not.toBeNull();
  });

  it('keeps the alarm of a breach when the contact came too late, and says so with the rejection', async () => {
    const contactId = await stage.handedOff();
    await stage.house.passSeconds(3 * HOUR_S);
    await stage.watch();
    await stage.call(contactId, stage.ago(60));
    await stage.settle();
    expect(await stage.tasksOf(contactId)).toHaveLength(2);
    await stage.reject(contactId, 'low_intent');
    await stage.drain();
    expect(await stage.house.contact(contactId, 'mqlr_class')).toEqual(
      expect.objectContaining({ mqlr_class: 'slow_response' }),
    );
    const card = await viewCard(stage.house.context, stage.house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.standing?.classed).toMatch(/^Slow response: First contact on .* 2 h were agreed\.$/);
  });

  it('rings by a job of its own portal: the minute’s sweep waits for nobody’s HubSpot', async () => {
    await stage.handedOff();
    await stage.house.passSeconds(1.6 * HOUR_S);
    const { context, portalId } = stage.house;
    const woken: string[] = [];
    const queue = {
      ...context.queue,
      wake: (_tx: unknown, job: string, payload: { readonly portalId: number }) => {
        woken.push(`${job} ${payload.portalId}`);
        return Promise.resolve();
      },
    };
    const log = () => stage.house.control('GET', '/log') as Promise<{ entries: readonly unknown[] }>;
    const before = (await log()).entries.length;
    await sweep({ ...context, queue });
    expect(woken).toContain(`watch-sla ${portalId}`);
    expect((await log()).entries).toHaveLength(before);
    await stage.watch();
    woken.length = 0;
    await sweep({ ...context, queue });
    expect(woken).not.toContain(`watch-sla ${portalId}`);
  });

  it('from before the app came, or that marketing took back, alarms nobody', async () => {
    const contactId = await stage.house.addMql({ lifecyclestage: 'lead' });
    const long = stage.ago(40 * 24 * HOUR_S).toISOString();
    await stage.house.control('POST', '/import', {
      objects: {
        contacts: [
          {
            id: contactId,
            properties: { ...MQL, hs_lifecyclestage_marketingqualifiedlead_date: long },
          },
        ],
      },
    });
    await viewCard(stage.house.context, stage.house.identity, contactRef(contactId));
    expect(await stage.latest(contactId)).toMatchObject({ openedAt: new Date(long), nextAt: null });
    const back = await stage.handedOff();
    await stage.house.byHand(back, { lifecyclestage: 'lead' });
    await stage.settle();
    await stage.house.passSeconds(3 * HOUR_S);
    await stage.watch();
    expect(await stage.tasksOf(contactId)).toEqual([]);
    expect(await stage.tasksOf(back)).toEqual([]);
    expect(await stage.latest(back)).toMatchObject({ closedHow: 'withdrawn' });
    await stage.house.byHand(back, MQL);
    await stage.settle();
    expect(await stage.handOffsOf(back)).toMatchObject([{ attempt: 1, closedHow: null }]);
  });

  it('begins anew for a lead that breached, was taken back, and is an MQL again later', async () => {
    const contactId = await stage.handedOff();
    await stage.house.passSeconds(3 * HOUR_S);
    await stage.watch();
    expect((await stage.latest(contactId)).breachedAt).not.toBeNull();
    await stage.house.byHand(contactId, { lifecyclestage: 'lead' });
    await stage.settle();
    expect(await stage.latest(contactId)).toMatchObject({ closedHow: 'withdrawn' });
    await stage.house.passSeconds(60 * 24 * HOUR_S);
    await stage.house.byHand(contactId, MQL);
    await stage.settle();
    const row = await stage.latest(contactId);
    expect(row).toMatchObject({ attempt: 1, closedHow: null, breachedAt: null });
    expect(row.openedAt.getTime()).toBeGreaterThan(stage.ago(HOUR_S).getTime());
    expect(row.nextAt).not.toBeNull();
  });

  it('goes on for the record that came out of a merge, and after a restore', async () => {
    const [one, other] = [await stage.handedOff(), await stage.handedOff()];
    const { id } = (await stage.house.asPerson('POST', '/crm/objects/2026-09/contacts/merge', {
      primaryObjectId: one,
      objectIdToMerge: other,
    })) as { id: string };
    await stage.house.passSeconds(3 * HOUR_S);
    // Nobody has told of the merge: the clock's own read learns of it.
    await stage.watch();
    expect(await stage.latest(id)).toMatchObject({ closedHow: null });
    expect((await stage.latest(id)).breachedAt).not.toBeNull();

    const deleted = await stage.handedOff();
    await stage.house.asPerson('DELETE', `/crm/objects/2026-09/contacts/${deleted}`);
    await stage.house.passSeconds(3 * HOUR_S);
    await stage.watch();
    expect(await stage.latest(deleted)).toMatchObject({ closedHow: null, breachedAt: null });
    await stage.house.control('POST', '/restore', { id: deleted, userId: 77 });
    await stage.settle();
    await stage.watch();
    expect((await stage.latest(deleted)).breachedAt).not.toBeNull();
  });

  it('runs for inbound leads alone, and for all of them where an admin says so', async () => {
    const cameFrom = async (source: string): Promise<string> => {
      const contactId = await stage.addLead();
      const properties = { hs_analytics_source: source };
      await stage.house.control('POST', '/import', {
        objects: { contacts: [{ id: contactId, properties }] },
      });
      await stage.settle();
      await stage.house.byHand(contactId, MQL);
      await stage.settle();
      return contactId;
    };
    const inbound = await cameFrom('ORGANIC_SEARCH');
    const outbound = await cameFrom('OFFLINE');
    expect(await stage.latest(outbound)).toMatchObject({ dueAt: null, nextAt: null });
    await stage.use({}, { onlyInbound: false });
    const all = await cameFrom('OFFLINE');
    await stage.use({}, { outboundSources: ['ORGANIC_SEARCH'] });
    const other = await cameFrom('ORGANIC_SEARCH');
    await stage.use({});
    await stage.house.passSeconds(3 * HOUR_S);
    await stage.watch();
    const told = async (contactId: string): Promise<number> => (await stage.tasksOf(contactId)).length;
    expect([await told(inbound), await told(outbound), await told(all), await told(other)]).toEqual([
      2, 0, 2, 0,
    ]);
    const card = await viewCard(stage.house.context, stage.house.identity, contactRef(outbound));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.whyHere.at(-1)).toBe('No time is agreed for the first contact with leads of this source');
    await stage.reject(outbound, 'low_intent');
    await stage.drain();
    expect(await stage.house.contact(outbound, 'mqlr_class')).not.toMatchObject({
      mqlr_class: 'slow_response',
    });
  });

  it('takes its tasks away when the lead is answered, and gives them again when that is taken back', async () => {
    const contactId = await stage.handedOff();
    await stage.house.passSeconds(1.6 * HOUR_S);
    await stage.watch();
    await stage.house.passSeconds(0.5 * HOUR_S);
    await stage.watch();
    expect(await stage.tasksOf(contactId)).toHaveLength(3);
    const entryId = await stage.reject(contactId);
    await stage.drain();
    const alarms = async (): Promise<readonly string[]> =>
      (await stage.tasksOf(contactId))
        .map(({ subject }) => subject)
        .filter((subject) => subject.toLowerCase().includes('first contact'))
        .sort();
    await Promise.all([
      watchSla(stage.house.context, stage.house.portalId),
      watchSla(stage.house.context, stage.house.portalId),
    ]);
    await stage.watch();
    expect(await alarms()).toEqual([]);
    const { breachedAt } = await stage.latest(contactId);
    expect(breachedAt).not.toBeNull();
    await stage.undo(entryId);
    await stage.drain();
    await stage.watch();
    expect(await alarms()).toEqual([
      'First contact is overdue: Ada Lovelace',
      'No first contact in time: Ada Lovelace',
    ]);
    // It was late from then on, not from the undo on.
    expect((await stage.latest(contactId)).breachedAt).toEqual(breachedAt);
  });
});
