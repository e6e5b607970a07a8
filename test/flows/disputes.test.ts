import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import {
  QUESTION_PAGE_MAX,
  type DisputeDecisionRequest,
  type DisputePage,
} from '../../src/contract/disputes.ts';
import { decideDispute, disputeRejection } from '../../server/flows/decideDispute.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { viewDisputes } from '../../server/flows/disputes.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { saveSection } from '../../server/flows/saveSettings.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { viewSettings } from '../../server/flows/viewSettings.ts';
import { erasePerson } from '../../server/store/privacy.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

await describeEachEngine('disputes', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    await house.control('POST', '/import', {
      owners: [{ id: '577', userId: 77, email: 'dana@example.com', firstName: 'Dana', lastName: 'Demand' }],
    });
    await provisionPortal(house.context, house.portalId);
  });
  afterAll(() => house.close());

  const mqlOf = async (campaign: string): Promise<string> => {
    const contactId = await house.addMql({ phone: '+49 30 901820' });
    // HubSpot sets where a contact came from; nobody else can.
    const properties = { hs_analytics_source: 'PAID_SEARCH', hs_analytics_source_data_2: campaign };
    await house.control('POST', '/import', { objects: { contacts: [{ id: contactId, properties }] } });
    return contactId;
  };
  /** Its record has a valid phone and company, so that “bad data” is contradicted. */
  const against = async (campaign: string, reason = 'bad_data', note: string | null = null) => {
    const contactId = await mqlOf(campaign);
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, { reason, note, keptDespiteEvidence: true }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return { contactId, entryId: answer.rejectionId };
  };
  const page = async (after = 0): Promise<DisputePage> => {
    const view = await viewDisputes(house.context, house.identity, { after, limit: QUESTION_PAGE_MAX });
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const questionOf = async (campaign: string) =>
    (await page()).questions.find(({ group }) => group.value === campaign);
  const decision = (
    campaign: string,
    entryIds: string[],
    over: Partial<DisputeDecisionRequest> = {},
  ): DisputeDecisionRequest => ({
    requestId: randomUUID(),
    group: { reason: 'bad_data', dim: 'campaign', value: campaign },
    entryIds,
    cause: 'record_wrong',
    change: 'scoring',
    text: 'Phones are checked before the score counts them.',
    ownerUserId: 77,
    dueOn: '2099-12-12',
    reopen: null,
    ...over,
  });
  const decide = (request: DisputeDecisionRequest) => decideDispute(house.context, house.identity, request);
  const card = async (contactId: string) => {
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const tasks = async () => {
    await house.drain();
    const found = await house.hubspot(
      'GET',
      '/crm/objects/2026-09/tasks?limit=100&properties=hs_task_subject,hs_task_body,hubspot_owner_id',
    );
    return found['results'] as { properties: Record<string, string> }[];
  };

  it('rejections against the record of one campaign are one question, with three leads beside each other', async () => {
    const leads = [];
    for (let place = 0; place < 4; place += 1) leads.push(await against('one', 'bad_data', `note ${place}`));
    await against('elsewhere');
    const question = await questionOf('one');
    expect(question).toMatchObject({ title: 'Bad data, campaign “one”' });
    expect(question?.sentence).toMatch(/^4 leads raise it, since /);
    expect(question?.entryIds).toEqual(leads.map(({ entryId }) => entryId));
    expect(question?.shown).toHaveLength(3);
    const [shown] = question?.shown ?? [];
    expect(shown).toMatchObject({
      name: 'Ada Lovelace',
      reason: 'Bad data',
      note: 'note 3',
      contact: 'No contact with sales is on the record before the rejection.',
    });
    expect(shown?.evidence).toMatch(
      /^The record says otherwise: .+\. The reason was kept with that in view\.$/,
    );
    expect(shown?.response).toMatch(/^Answered .+ after the hand-off\.$/);
    expect(shown?.link).toContain(`/record/0-1/${leads[3]?.contactId}`);
    expect(JSON.stringify(question)).not.toContain('mia@example.com');
  });

  it('what was taken back, and what the record agrees with, raises none', async () => {
    const { entryId } = await against('gone');
    const agreed = await house.addMql();
    await recordRejection(house.context, house.identity, house.rejection(agreed));
    await undoAnswer(house.context, house.identity, entryId, { requestId: randomUUID(), reason: null });
    const ids = (await page()).questions.flatMap((question) => question.entryIds);
    expect(ids).not.toContain(entryId);
    expect(await questionOf('gone')).toBeUndefined();
  });

  it('a reviewer puts any rejection before the review, once, and the card says so', async () => {
    const contactId = await mqlOf('asked for');
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    if (!answer.ok) throw new Error(answer.sentence);
    const entryId = answer.rejectionId;
    expect((await card(contactId)).dispute).toEqual({ entryId, sentence: null, may: true });
    const request = { requestId: randomUUID(), entryId };
    const first = await disputeRejection(house.context, house.identity, request);
    expect(first).toMatchObject({ ok: true });
    expect(await disputeRejection(house.context, house.identity, request)).toEqual(first);
    expect((await page()).questions.flatMap((question) => question.entryIds)).toContain(entryId);
    expect((await card(contactId)).dispute).toEqual({
      entryId,
      sentence: 'This rejection is looked at in the next weekly review.',
      may: false,
    });
    expect(
      await disputeRejection(house.context, house.identity, {
        requestId: randomUUID(),
        entryId: randomUUID(),
      }),
    ).toMatchObject({ ok: false, kind: 'dispute-unknown' });
  });

  it('one decision closes the question, gives its owner one task, and stands on each card', async () => {
    const leads = [await against('decided'), await against('decided')];
    const entryIds = leads.map(({ entryId }) => entryId);
    const request = decision('decided', entryIds);
    const [first, second] = await Promise.all([decide(request), decide(request)]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    expect(await questionOf('decided')).toBeUndefined();
    const mine = (await tasks()).filter(({ properties }) =>
      properties['hs_task_subject']?.includes('decided'),
    );
    expect(mine).toHaveLength(1);
    expect(mine[0]?.properties).toMatchObject({
      hs_task_body: expect.stringContaining('Phones are checked'),
      hubspot_owner_id: '577',
    });
    for (const { contactId } of leads)
      expect((await card(contactId)).dispute?.sentence).toMatch(
        /^Change of scoring, decided on .+: Phones are checked .+ \(Dana Demand, by 12 Dec 2099\)\.$/,
      );
    const [decided] = (await page()).decided;
    expect(decided).toMatchObject({ title: 'Bad data, campaign “decided”' });
    expect(decided?.effect).toBe(
      'Not enough yet to compare: 2 of 2 answered leads in the 28 days before, 0 of 0 answered leads since.',
    );
    expect(await decide(decision('decided', entryIds))).toMatchObject({ ok: false, kind: 'dispute-unknown' });
  });

  it('the effect counts what comes after the decision, and is said from twenty answers on', async () => {
    const leads = [];
    for (let place = 0; place < 20; place += 1) leads.push(await against('counted'));
    await decide(
      decision(
        'counted',
        leads.map(({ entryId }) => entryId),
      ),
    );
    await house.passDays(2);
    for (let place = 0; place < 20; place += 1)
      await against('counted', place < 5 ? 'bad_data' : 'too_early');
    const decided = (await page()).decided.find(({ title }) => title.includes('counted'));
    expect(decided?.effect).toMatch(/^100\.0 % before, 25\.0 % since \(20 of 20 .+ 5 of 20 /);
  });

  it('two decisions at the same moment share no lead', async () => {
    const leads = [await against('both'), await against('both')];
    const entryIds = leads.map(({ entryId }) => entryId);
    const answers = await Promise.all([
      decide(decision('both', entryIds)),
      decide(decision('both', [...entryIds].reverse())),
    ]);
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
  });

  it('a decision without words, owner or day to come is refused beside its fields, and nothing changes', async () => {
    const { entryId } = await against('refused');
    const answer = await decide(
      decision('refused', [entryId], { text: ' ', ownerUserId: 424_242, dueOn: '2020-01-01' }),
    );
    expect(answer).toMatchObject({ ok: false, kind: 'dispute-incomplete' });
    expect('problems' in answer && answer.problems?.map(({ field }) => field)).toEqual([
      'text',
      'ownerUserId',
      'dueOn',
    ]);
    expect((await page()).questions.flatMap((question) => question.entryIds)).toContain(entryId);
  });

  it('reopening the definition opens a draft of it with the evidence attached', async () => {
    const { entryId } = await against('reopened');
    const answer = await decide(decision('reopened', [entryId], { change: 'definition', reopen: 'icp' }));
    expect(answer).toMatchObject({
      ok: true,
      sentence: expect.stringContaining('The ICP definition has a draft'),
    });
    const view = await viewSettings(house.context, house.identity);
    if (!view.ok) throw new Error(view.sentence);
    const icp = view.definitions.find(({ kind }) => kind === 'icp');
    expect(icp?.draft?.content).toEqual(icp?.content);
    expect(icp?.draft?.evidence).toEqual([
      'Bad data, campaign “reopened”: Phones are checked before the score counts them.',
      expect.stringMatching(/^Ada Lovelace: The record says otherwise: .+ https:/),
    ]);
  });

  it('a person whose data is erased is no longer looked at', async () => {
    const { contactId, entryId } = await against('erased');
    await disputeRejection(house.context, house.identity, { requestId: randomUUID(), entryId });
    await store.transaction((tx) => erasePerson(tx, house.portalId, contactId, house.context.now()));
    expect((await page()).questions.flatMap((question) => question.entryIds)).not.toContain(entryId);
  });

  it('only reviewers and admins dispute and decide, once there is an admin', async () => {
    const { contactId, entryId } = await against('roles');
    const view = await viewSettings(house.context, house.identity);
    if (!view.ok) throw new Error(view.sentence);
    const saved = await saveSection(house.context, house.identity, {
      requestId: randomUUID(),
      basedOnVersion: view.version,
      section: 'roles',
      value: { ...view.settings.roles, admins: [house.identity.userId] },
    });
    expect(saved).toMatchObject({ ok: true });
    const stranger = { ...house.identity, userId: 5_555 };
    expect(await decideDispute(house.context, stranger, decision('roles', [entryId]))).toMatchObject({
      ok: false,
      kind: 'not-allowed',
    });
    expect(
      await disputeRejection(house.context, stranger, { requestId: randomUUID(), entryId }),
    ).toMatchObject({ ok: false, kind: 'not-allowed' });
    const theirs = await viewCard(house.context, stranger, contactRef(contactId));
    expect(theirs).toMatchObject({ ok: true, dispute: null });
    expect(await viewDisputes(house.context, stranger, { after: 0, limit: 1 })).toMatchObject({
      ok: true,
      may: { allowed: false },
    });
  });
});
