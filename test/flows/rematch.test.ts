import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { viewRightContacts } from '../../server/flows/followUpQueues.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { nameRightContact } from '../../server/flows/rematch.ts';
import { viewCandidates } from '../../server/flows/candidates.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import type { Store } from '../../server/store/db.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { clearStandingAnswer } from '../../server/store/standingAnswers.ts';
import { bodyOf, DEFAULT_SETTINGS, reasonsOfPreset } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House, type Json } from './house.ts';

await describeEachEngine('the wrong contact', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    // Roles are named, and the rep who names right contacts is in none of them.
    const roles = { ...DEFAULT_SETTINGS.roles, admins: [1], reviewers: [2] };
    const body = bodyOf({ ...DEFAULT_SETTINGS, preset: 'six', reasons: reasonsOfPreset('six'), roles });
    const { portalId, context } = house;
    await saveSettings(store.db, {
      portalId,
      body,
      basedOnVersion: 0,
      savedAt: context.now(),
      savedBy: null,
    });
  });
  afterAll(() => house.close());

  const rejected = async (): Promise<{ contactId: string; entryId: string }> => {
    const contactId = await house.addMql();
    const given = house.rejection(contactId, { reason: 'wrong_contact', note: 'Ask for Grace.' });
    const answer = await recordRejection(house.context, house.identity, given);
    if (!answer.ok) throw new Error(answer.sentence);
    await house.drain();
    return { contactId, entryId: answer.rejectionId };
  };
  const grace = () => ({
    requestId: randomUUID(),
    email: `grace.${randomUUID()}@engines.example`,
    firstName: 'Grace',
    lastName: 'Hopper',
  });
  const name = async (entryId: string, request: ReturnType<typeof grace>) => {
    const answer = await nameRightContact(house.context, house.identity, entryId, request);
    await house.drain();
    return answer;
  };
  type State = {
    readonly objects: Readonly<
      Record<string, Readonly<Record<string, { properties: Record<string, string> }>>>
    >;
    readonly associations: readonly string[];
  };
  const state = async (): Promise<State> => (await house.state()) as State;
  const byEmail = async (email: string): Promise<[string, Record<string, string>][]> =>
    Object.entries((await state()).objects['contacts'] ?? {}).flatMap(([id, { properties }]) =>
      properties['email'] === email ? [[id, properties]] : [],
    );
  const waits = async (contactId: string): Promise<boolean> => {
    const page = await viewRightContacts(house.context, house.identity, { limit: 100 });
    if (!page.ok) throw new Error(page.sentence);
    return page.rows.some((row) => row.contactId === contactId);
  };

  it('waits until somebody names the right one, who is made once, linked and handed off with the context', async () => {
    const { contactId, entryId } = await rejected();
    expect(await waits(contactId)).toBe(true);
    const request = grace();
    const first = await name(entryId, request);
    expect(first).toMatchObject({ ok: true, sentence: expect.stringContaining('Grace Hopper') });
    expect(await name(entryId, request)).toEqual(first);
    const found = await byEmail(request.email);
    expect(found).toHaveLength(1);
    const [id, properties] = found[0] ?? ['', {}];
    expect(properties).toMatchObject({
      company: 'Analytical Engines',
      lifecyclestage: 'marketingqualifiedlead',
      mqlr_attempt: '1',
    });
    const { associations, objects } = await state();
    expect(
      associations.some((line) => line.includes(`contact ${id} `) && line.includes(`contact ${contactId} `)),
    ).toBe(true);
    const notes = Object.values(objects['notes'] ?? {}).map((note) => note.properties['hs_note_body'] ?? '');
    expect(
      notes.some((note) => note.includes('Named as the right contact') && note.includes('Ask for Grace.')),
    ).toBe(true);
    const tasks = Object.values(objects['tasks'] ?? {}).map(
      (task) => task.properties['hs_task_subject'] ?? '',
    );
    expect(tasks).toContain('Job-title criteria: Ada Lovelace was not the right contact');
    expect(await waits(contactId)).toBe(false);
    expect(await name(entryId, grace())).toMatchObject({ ok: false, kind: 'contact-unusable' });
  });

  it('takes back the hand-off of the right one with its own undo, and keeps the person', async () => {
    const { entryId } = await rejected();
    const request = grace();
    await name(entryId, request);
    await undoAnswer(house.context, house.identity, entryId, { requestId: randomUUID(), reason: 'test' });
    await house.drain();
    const [[, properties] = ['', {}]] = await byEmail(request.email);
    expect(properties).toMatchObject({ lastname: 'Hopper' });
    expect((properties as Json)['mqlr_attempt'] ?? '').toBe('');
    expect((properties as Json)['lifecyclestage']).not.toBe('marketingqualifiedlead');
  });

  it('is linked with a contact that is there already, and never with itself or a rejected one', async () => {
    const there = grace();
    const created = await house.hubspot('POST', '/crm/objects/2026-09/contacts', {
      properties: { email: there.email, firstname: 'Grace', lifecyclestage: 'lead' },
    });
    const one = await rejected();
    expect(await name(one.entryId, there)).toMatchObject({ ok: true });
    expect(await byEmail(there.email)).toMatchObject([
      [created['id'], { lifecyclestage: 'marketingqualifiedlead' }],
    ]);
    const other = await rejected();
    const emailOf = async (contactId: string) => (await house.contact(contactId, 'email'))['email'] ?? '';
    const itself = { ...grace(), email: await emailOf(other.contactId) };
    expect(await name(other.entryId, itself)).toMatchObject({ ok: false, kind: 'contact-unusable' });
    const rejectedOne = { ...grace(), email: await emailOf(one.contactId) };
    expect(await name(other.entryId, rejectedOne)).toMatchObject({ ok: false, kind: 'contact-unusable' });
  });

  it('is chosen among the contacts of the company, by its name or the domain of its mailboxes', async () => {
    const { contactId, entryId } = await rejected();
    const add = async (properties: Readonly<Record<string, string>>): Promise<string> =>
      String((await house.hubspot('POST', '/crm/objects/2026-09/contacts', { properties }))['id']);
    const byDomain = await add({ email: 'edsger@engines.example', lastname: 'Dijkstra' });
    const byName = await add({ company: 'Analytical Engines', lastname: 'Knuth', jobtitle: 'CTO' });
    const stranger = await add({ email: 'x@elsewhere.example', lastname: 'Knuthson', company: 'Elsewhere' });
    // HubSpot's index lags behind.
    await house.passSeconds(60);
    const look = async (q: string): Promise<readonly string[]> => {
      const found = await viewCandidates(house.context, house.identity, entryId, { q });
      if (!found.ok) throw new Error(found.sentence);
      return found.candidates.map((one) => one.contactId);
    };
    const all = await look('');
    expect(all).toEqual(expect.arrayContaining([byDomain, byName]));
    expect(all).not.toContain(contactId);
    expect(all).not.toContain(stranger);
    expect(await look('knuth')).toEqual([byName]);
    const choose = (id: string) =>
      nameRightContact(house.context, house.identity, entryId, { requestId: randomUUID(), contactId: id });
    expect(await choose(contactId)).toMatchObject({ ok: false, kind: 'contact-unusable' });
    expect(await choose(byName)).toMatchObject({ ok: true, sentence: expect.not.stringContaining('stays') });
    await house.drain();
    expect(await house.contact(byName, 'lifecyclestage', 'mqlr_attempt')).toMatchObject({
      lifecyclestage: 'marketingqualifiedlead',
      mqlr_attempt: '1',
    });
  });

  it('that was made is said to stay, with the hand-off and by its undo', async () => {
    const { contactId, entryId } = await rejected();
    const stays = 'Grace Hopper was made as a contact, and stays one when this is taken back.';
    expect(await name(entryId, grace())).toMatchObject({
      ok: true,
      sentence: expect.stringContaining(stays),
    });
    await undoAnswer(house.context, house.identity, entryId, { requestId: randomUUID(), reason: 'test' });
    await house.drain();
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.history[0]?.steps).toContainEqual(
      expect.objectContaining({ state: 'not-restored', detail: stays }),
    );
  });

  it('is not written to HubSpot where nobody may be named', async () => {
    const one = await rejected();
    expect(await name(one.entryId, grace())).toMatchObject({ ok: true });
    const undone = await rejected();
    await undoAnswer(house.context, house.identity, undone.entryId, {
      requestId: randomUUID(),
      reason: 'test',
    });
    const contactId = await house.addMql();
    const given = house.rejection(contactId, { reason: 'not_icp' });
    const other = await recordRejection(house.context, house.identity, given);
    if (!other.ok) throw new Error(other.sentence);
    await house.drain();
    const accepted = await recordAcceptance(house.context, house.identity, {
      requestId: randomUUID(),
      record: contactRef(await house.addMql()),
    });
    if (!accepted.ok) throw new Error(accepted.sentence);
    const twice = await rejected();
    const rejectedAlso = { ...grace(), email: (await house.contact(one.contactId, 'email'))['email'] ?? '' };
    await house.drain();
    const before = await house.state();
    const refused = async (entryId: string, request = grace()) => {
      expect(await name(entryId, request)).toMatchObject({ ok: false });
    };
    await refused(one.entryId);
    await refused(undone.entryId);
    await refused(other.rejectionId);
    await refused(accepted.acceptanceId);
    await refused(randomUUID());
    await refused(twice.entryId, rejectedAlso);
    expect(await house.state()).toEqual(before);
  });

  it('is not handed off a second time where sales has it already, and gets the context', async () => {
    const email = `grace.${randomUUID()}@engines.example`;
    const successorId = await house.addMql({ email, firstname: 'Grace', lastname: 'Hopper' });
    await recordAcceptance(house.context, house.identity, {
      requestId: randomUUID(),
      record: contactRef(successorId),
    });
    await house.drain();
    const of = () =>
      house.contact(successorId, 'mqlr_attempt', 'mqlr_next_step', 'lifecyclestage', 'mqlr_status');
    const before = await of();
    const { entryId, contactId } = await rejected();
    expect(await name(entryId, { ...grace(), email })).toMatchObject({
      ok: true,
      sentence: 'Grace Hopper is with sales already, and has the context in a note.',
    });
    expect(await of()).toEqual(before);
    expect(await waits(contactId)).toBe(false);
  });

  it('begins the attempt that follows its earlier ones', async () => {
    const email = `grace.${randomUUID()}@engines.example`;
    const successorId = await house.addMql({ email });
    const given = house.rejection(successorId, { reason: 'not_icp' });
    expect(await recordRejection(house.context, house.identity, given)).toMatchObject({ ok: true });
    await house.drain();
    // As a passed re-entry leaves it, before the lead was handed off again.
    await store.transaction((tx) => clearStandingAnswer(tx, house.portalId, successorId));
    await house.byHand(successorId, { lifecyclestage: 'lead', hs_lead_status: 'NEW' });
    const { entryId } = await rejected();
    expect(await name(entryId, { ...grace(), email })).toMatchObject({ ok: true });
    expect(await house.contact(successorId, 'mqlr_attempt')).toMatchObject({ mqlr_attempt: '2' });
  });

  it('is not taken as linked where HubSpot refuses the link in an answer that looks like success', async () => {
    const { entryId } = await rejected();
    const request = grace();
    await house.control('PUT', '/faults', [
      {
        match: { path: 'associations/2026-09/0-1/0-1/batch/create' },
        fault: { kind: 'rows', every: 1 },
      },
    ]);
    expect(await name(entryId, request)).toMatchObject({ ok: false });
    await house.control('PUT', '/faults', []);
    expect(await name(entryId, request)).toMatchObject({ ok: true });
    const [[id] = ['']] = await byEmail(request.email);
    const { associations } = await state();
    expect(associations.filter((line) => line.includes(`contact ${id} `))).not.toEqual([]);
  });
});
