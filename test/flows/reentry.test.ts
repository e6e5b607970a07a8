import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { drainPlans } from '../../server/flows/drainPlans.ts';
import { decideReview, viewReviews } from '../../server/flows/guardQueues.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { checkByWorkflow, handOffByWorkflow } from '../../server/flows/workflowGate.ts';
import { workflowHandOffCall } from '../../src/contract/workflow.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { bodyOf, DEFAULT_SETTINGS, type Roles } from '../../src/settings.ts';
import type { Store } from '../../server/store/db.ts';
import { findOpenWakeUp } from '../../server/store/wakeUps.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';
import { openInbox, type Inbox } from './inbox.ts';

const MQL = { lifecyclestage: 'marketingqualifiedlead' };

await describeEachEngine('a rejected lead that is made an MQL again', (openTestStore) => {
  let store: Store;
  let house: House;
  let inbox: Inbox;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    inbox = await openInbox(house, { duplicate: 0.5, reorder: true, seed: 11 });
  });
  afterAll(async () => {
    inbox.close();
    await house.close();
  });

  const settle = async (): Promise<void> => {
    for (;;) {
      const events = await inbox.take();
      if (events.length === 0) return;
      await takeWebhooks(house.context, events);
      await guardRecords(house.context, house.portalId);
      const gateway = { ...house.context.gateway, recentCalls: () => 0 };
      await drainPlans({ ...house.context, gateway }, house.portalId);
    }
  };
  const reject = async (contactId: string): Promise<string> => {
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    if (!answer.ok) throw new Error(answer.sentence);
    await settle();
    await house.drain();
    return answer.rejectionId;
  };
  /** Rejected, routed to its end, and out of sales. */
  const rejectedLead = async (): Promise<{ contactId: string; entryId: string }> => {
    const contactId = await house.addMql();
    await settle();
    const entryId = await reject(contactId);
    await house.passDays(8);
    await house.drain();
    await settle();
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });
    return { contactId, entryId };
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
  const promote = async (contactId: string): Promise<void> => {
    await house.actAs('automation; enrollmentId=9', 'PATCH', `/crm/objects/2026-09/contacts/${contactId}`, {
      properties: MQL,
    });
    await settle();
  };
  let version = 0;
  const setRoles = async (roles: Roles): Promise<void> => {
    const body = bodyOf({ ...DEFAULT_SETTINGS, roles });
    const saved = await saveSettings(store.db, {
      portalId: house.portalId,
      body,
      basedOnVersion: version,
      savedAt: house.context.now(),
      savedBy: null,
    });
    version = saved ?? version;
  };
  const findings = (contactId: string) =>
    store.db
      .selectFrom('guardFinding')
      .selectAll()
      .where('portalId', '=', house.portalId)
      .where('contactId', '=', contactId)
      .orderBy('foundAt')
      .execute();
  const notesOf = async (contactId: string): Promise<readonly string[]> => {
    const state = (await house.state()) as {
      objects: { notes: Record<string, { properties: { hs_note_body: string } }> };
      associations: readonly string[];
    };
    return Object.entries(state.objects.notes)
      .filter(([id]) =>
        state.associations.some((line) => line.startsWith(`contact ${contactId} → note ${id} `)),
      )
      .map(([, note]) => note.properties.hs_note_body);
  };

  it('too early is put back, with the proof in a note and on the card', async () => {
    const { contactId } = await rejectedLead();
    await promote(contactId);
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });
    expect(await findings(contactId)).toMatchObject([
      { kind: 'reentry', path: 'workflow', outcome: 'blocked', state: 'closed', closedHow: 'blocked' },
    ]);
    const proof = (await notesOf(contactId)).find((body) => body.includes('cannot come back to sales yet'));
    expect(proof).toContain('cooling-off lasts until');
    expect(proof).toContain('nothing new since the rejection');
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    expect(card).toMatchObject({ ok: true, state: 'rejected' });
    if (card.ok) expect(card.gate?.sentence).toMatch(/^Not yet: cooling-off ends on /);
  });

  it('after cooling-off and on a new event is with sales again, as the next attempt', async () => {
    const { contactId, entryId } = await rejectedLead();
    await house.passDays(30);
    await requestsDemo(contactId);
    await promote(contactId);
    expect(await house.contact(contactId, 'lifecyclestage', 'mqlr_status', 'mqlr_attempt')).toMatchObject({
      ...MQL,
      mqlr_status: null,
      mqlr_attempt: '2',
    });
    expect(await findings(contactId)).toMatchObject([
      { kind: 'reentry', outcome: 'handed_off', state: 'closed' },
    ]);
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    expect(card).toMatchObject({ ok: true, state: 'open', gate: null });
    if (card.ok) expect(card.title).toContain('attempt 2');
    expect(await findOpenWakeUp(store.db, house.portalId, entryId)).toBeNull();
    // What was decided about the first hand-off stands for ever now.
    const undone = await undoAnswer(house.context, house.identity, entryId, {
      requestId: randomUUID(),
      reason: 'late',
    });
    expect(undone).toMatchObject({ ok: false, kind: 'answer-replaced' });
  });

  it('on old activity is put back after any time, and told as a fault of the scoring', async () => {
    const contactId = await house.addMql();
    await happens(contactId, { hubspotscore: '40' });
    await settle();
    await reject(contactId);
    await house.passDays(40);
    await house.drain();
    await settle();
    await happens(contactId, { hubspotscore: '90' });
    await promote(contactId);
    expect(await findings(contactId)).toMatchObject([{ outcome: 'blocked', proof: { scoreFault: true } }]);
  });

  it('a third time waits for marketing operations, and is put back meanwhile', async () => {
    const { contactId } = await rejectedLead();
    await house.passDays(30);
    await requestsDemo(contactId);
    await promote(contactId);
    await reject(contactId);
    await house.passDays(40);
    await house.drain();
    await settle();
    await requestsDemo(contactId);
    await promote(contactId);
    expect((await findings(contactId)).at(-1)).toMatchObject({ outcome: 'review', state: 'open' });
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });
  });

  it('while its own plan has not moved it yet, is no re-entry', async () => {
    const contactId = await house.addMql();
    await settle();
    await reject(contactId);
    await house.byHand(contactId, { company: 'Another name' });
    await settle();
    expect(await findings(contactId)).toEqual([]);
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject(MQL);
  });

  it('for the third time is handed to sales when a reviewer says so, once', async () => {
    const { contactId } = await rejectedLead();
    await house.passDays(30);
    await requestsDemo(contactId);
    await promote(contactId);
    await reject(contactId);
    await house.passDays(40);
    await house.drain();
    await settle();
    await requestsDemo(contactId);
    await promote(contactId);
    const page = await viewReviews(house.context, house.identity, { limit: 100 });
    if (!page.ok) throw new Error(page.sentence);
    const row = page.rows.find((one) => one.contactId === contactId);
    expect(row).toMatchObject({ name: 'Ada Lovelace', path: 'workflow' });
    expect(row?.sales).toHaveLength(2);
    expect(row?.marketing).toContainEqual(expect.stringContaining('a demo was requested'));
    const decide = () =>
      decideReview(house.context, house.identity, row?.id ?? '', { resolution: 'hand_off_again' });
    await setRoles({ ...DEFAULT_SETTINGS.roles, admins: [5], reviewers: [6] });
    expect(await decide()).toMatchObject({ ok: false, kind: 'not-allowed' });
    await setRoles(DEFAULT_SETTINGS.roles);
    expect(await decide()).toMatchObject({ ok: true, sentence: 'Handed to sales again, as attempt 3.' });
    expect(await decide()).toMatchObject({ ok: true, sentence: 'Decided already: Hand off again.' });
    await house.drain();
    await settle();
    expect(await house.contact(contactId, 'lifecyclestage', 'mqlr_attempt')).toMatchObject({
      ...MQL,
      mqlr_attempt: '3',
    });
    await house.refresh();
    expect(await viewCard(house.context, house.identity, contactRef(contactId))).toMatchObject({
      state: 'open',
    });
  });

  const call = (contactId: string, callbackId: string = `ap-${randomUUID()}`) =>
    workflowHandOffCall.parse({
      callbackId,
      origin: { portalId: house.portalId },
      object: { objectId: Number(contactId), objectType: 'CONTACT' },
    });
  const check = (contactId: string) =>
    checkByWorkflow(house.context, house.portalId, { ...call(contactId), inputFields: {} });
  const handOff = (given: ReturnType<typeof call>) => handOffByWorkflow(house.context, house.portalId, given);

  it('by a workflow is told what the gate says, before and after', async () => {
    const { contactId } = await rejectedLead();
    expect(await check(contactId)).toMatchObject({
      outputFields: {
        hs_execution_state: 'SUCCESS',
        result: 'too_early',
        earliest_on: expect.stringMatching(/^20/),
      },
    });
    const early = call(contactId);
    const first = await handOff(early);
    expect(first).toMatchObject({ outputFields: { result: 'too_early' } });
    expect(await handOff(early)).toEqual(first);
    await settle();
    await house.drain();
    expect((await notesOf(contactId)).filter((body) => body.startsWith('Not handed off'))).toHaveLength(1);
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });

    await house.passDays(30);
    await requestsDemo(contactId);
    await house.byHand(contactId, { company: 'Another name' });
    await settle();
    await house.refresh();
    expect(await check(contactId)).toMatchObject({ outputFields: { result: 'ready' } });
    const ready = call(contactId);
    expect(await handOff(ready)).toMatchObject({ outputFields: { result: 'handed_off' } });
    expect(await handOff(ready)).toMatchObject({ outputFields: { result: 'handed_off' } });
    await house.drain();
    await settle();
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject(MQL);
    expect(await check(contactId)).toMatchObject({ outputFields: { result: 'with_sales' } });
  });

  it('for the first time needs no proof, and an unknown record has none', async () => {
    const contactId = await house.addMql({ lifecyclestage: 'lead' });
    expect(await check(contactId)).toMatchObject({ outputFields: { result: 'ready' } });
    expect(await handOff(call(contactId))).toMatchObject({ outputFields: { result: 'handed_off' } });
    await house.drain();
    expect(await house.contact(contactId, 'lifecyclestage')).toMatchObject(MQL);
    expect(await check('99999999')).toMatchObject({ outputFields: { result: 'record_unknown' } });
  });
});
