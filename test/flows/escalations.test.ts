import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { decideEscalation, findEscalations, viewEscalations } from '../../server/flows/escalations.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { bodyOf, DEFAULT_SETTINGS } from '../../src/settings.ts';
import type { Store } from '../../server/store/db.ts';
import { erasePerson } from '../../server/store/privacy.ts';
import type { EscalationPage, EscalationRequest } from '../../src/contract/escalations.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

const RESOLUTION: EscalationRequest = {
  verdicts: { icp: 'no', competitor: 'yes', product: 'unclear' },
  text: 'Ada says that all of them are under contract.',
};

await describeEachEngine('odd patterns', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    await house.control('POST', '/import', {
      owners: [{ id: '577', userId: 77, email: 'kim@example.com', firstName: 'Kim', lastName: 'Sales' }],
    });
    await provisionPortal(house.context, house.portalId);
    // What is usual here: most leads are accepted, each of another company.
    for (let place = 0; place < 30; place += 1) {
      const contactId = await house.addMql({ email: `ada@usual${place}.example`, company: `Usual ${place}` });
      await recordAcceptance(house.context, house.identity, {
        requestId: randomUUID(),
        record: contactRef(contactId),
      });
    }
  });
  afterAll(() => house.close());

  const reject = async (domain: string, userId: number) => {
    const contactId = await house.addMql({
      email: `${randomUUID()}@${domain}`,
      company: domain,
      hubspot_owner_id: '577',
    });
    const answer = await recordRejection(
      house.context,
      { ...house.identity, userId },
      house.rejection(contactId),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return { contactId, entryId: answer.rejectionId };
  };
  const turnDown = async (domain: string) => [
    await reject(domain, 77),
    await reject(domain, 78),
    await reject(domain, 78),
    await reject(domain, 78),
  ];
  const find = () => findEscalations(house.context, house.portalId);
  const page = async (): Promise<EscalationPage> => {
    const view = await viewEscalations(house.context, house.identity);
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const rowOf = async (domain: string) =>
    (await page()).rows.find(({ title }) => title.startsWith(`${domain} `));
  const resolve = async (domain: string) => {
    const row = await rowOf(domain);
    if (row === undefined) throw new Error(`${domain} was not raised.`);
    return decideEscalation(house.context, house.identity, row.id, RESOLUTION);
  };
  const tasksAbout = async (domain: string): Promise<number> => {
    await house.drain();
    const state = (await house.state()) as {
      objects: { tasks: Record<string, { properties: Record<string, string> }> };
    };
    return Object.values(state.objects.tasks).filter(({ properties }) =>
      properties['hs_task_subject']?.startsWith(`Human review: ${domain} `),
    ).length;
  };

  it('say so where nothing stands out', async () => {
    expect((await page()).notEnough).toBe('Nothing was looked over yet.');
    await find();
    expect(await page()).toMatchObject({ rows: [], notEnough: null });
  });

  it('are raised once, with one task and the leads behind them, however often somebody looks', async () => {
    const leads = await turnDown('once.example');
    await Promise.all([find(), find()]);
    await find();
    const row = await rowOf('once.example');
    expect(row?.sentence).toMatch(/^4 of 4 answers in 180 days were rejections, by 2 people/);
    expect(row?.leads.map(({ contactId }) => contactId).sort()).toEqual(
      leads.map(({ contactId }) => contactId).sort(),
    );
    expect(row?.leads[0]).toMatchObject({
      name: 'Ada Lovelace',
      owner: 'Kim Sales',
      reason: 'Too early',
      link: expect.stringContaining(`/record/0-1/${row?.leads[0]?.contactId}`),
    });
    expect(await tasksAbout('once.example')).toBe(1);
    await reject('once.example', 77);
    await find();
    expect((await rowOf('once.example'))?.leads).toHaveLength(5);
    expect(await tasksAbout('once.example')).toBe(1);
  });

  it('are resolved once, and raised again by new rejections only', async () => {
    await turnDown('again.example');
    await find();
    const row = await rowOf('again.example');
    expect(await resolve('again.example')).toMatchObject({
      ok: true,
      sentence: expect.stringMatching(/^Resolved\./),
    });
    const second = await decideEscalation(house.context, house.identity, row?.id ?? '', {
      ...RESOLUTION,
      verdicts: { ...RESOLUTION.verdicts, icp: 'yes' },
    });
    expect(second).toMatchObject({
      sentence: expect.stringMatching(/^Resolved already: .* Is the ICP changing\? No\./),
    });
    await find();
    expect(await rowOf('again.example')).toBeUndefined();
    expect((await page()).resolved[0]).toMatchObject({
      title: 'again.example is turned down again and again',
      sentence: expect.stringContaining('Is a competitor taking the segment? Yes.'),
    });
    await house.passSeconds(60);
    await turnDown('again.example');
    await find();
    expect((await rowOf('again.example'))?.leads).toHaveLength(4);
    await resolve('again.example');
  });

  it('end by themselves when all of their rejections are taken back', async () => {
    const leads = await turnDown('taken-back.example');
    await find();
    expect(await rowOf('taken-back.example')).toBeDefined();
    for (const { entryId } of leads)
      await undoAnswer(house.context, house.identity, entryId, {
        requestId: randomUUID(),
        reason: 'mistake',
      });
    await find();
    expect(await rowOf('taken-back.example')).toBeUndefined();
  });

  it('keep nothing of a person who is erased, nor what was written about them', async () => {
    const leads = await turnDown('gone.example');
    await find();
    await resolve('gone.example');
    const kept = async () =>
      JSON.stringify({
        escalations: await store.db
          .selectFrom('escalation')
          .selectAll()
          .where('portalId', '=', house.portalId)
          .execute(),
        leads: await store.db
          .selectFrom('escalationLead')
          .selectAll()
          .where('portalId', '=', house.portalId)
          .execute(),
      });
    const erase = (contactId: string) =>
      store.transaction((tx) => erasePerson(tx, house.portalId, contactId, house.context.now()));
    const [first, ...rest] = leads;
    if (first === undefined) throw new Error('Nobody was rejected.');
    await erase(first.contactId);
    expect(await kept()).not.toContain(first.entryId);
    expect(
      (await page()).resolved.find(({ title }) => title.startsWith('gone.example'))?.sentence,
    ).not.toContain('Ada');
    for (const { contactId } of rest) await erase(contactId);
    expect(await kept()).not.toContain('gone.example');
  });

  it('are refused to those who may not resolve a review, and unknown ones to everybody', async () => {
    const asked = (userId: number) =>
      decideEscalation(house.context, { ...house.identity, userId }, randomUUID(), RESOLUTION);
    expect(await asked(901)).toMatchObject({ ok: false, kind: 'escalation-unknown' });
    const roles = { ...DEFAULT_SETTINGS.roles, admins: [1], reviewers: [901] };
    await saveSettings(store.db, {
      portalId: house.portalId,
      body: bodyOf({ ...DEFAULT_SETTINGS, roles }),
      basedOnVersion: 0,
      savedAt: house.context.now(),
      savedBy: null,
    });
    expect(await asked(77)).toMatchObject({ ok: false, kind: 'not-allowed' });
    expect(await asked(901)).toMatchObject({ ok: false, kind: 'escalation-unknown' });
  });
});
