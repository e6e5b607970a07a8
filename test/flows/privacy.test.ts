import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { decideDispute } from '../../server/flows/decideDispute.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { rejectMany } from '../../server/flows/rejectMany.ts';
import { nameRightContact } from '../../server/flows/rematch.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { viewSettings } from '../../server/flows/viewSettings.ts';
import { findPortal, saveSettings } from '../../server/store/portals.ts';
import { listSteps } from '../../server/store/planSteps.ts';
import { listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import type { Store } from '../../server/store/db.ts';
import { bodyOf, DEFAULT_SETTINGS, reasonsOfPreset } from '../../src/settings.ts';
import { insertWait, keepOutput } from '../../server/store/workflowWaits.ts';
import { everyRow } from '../store/dump.ts';
import { describeEachEngine } from '../store/engines.ts';
import { APP_ID, contactRef, openHouse, type House } from './house.ts';

const PERSON = /Zubeida|Qasimova|5550199|countess/i;

await describeEachEngine('a privacy deletion in HubSpot', (openTestStore) => {
  let store: Store;
  let house: House;
  let contactId: string;
  let rejectionId: string;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    await house.control('POST', '/import', {
      owners: [{ id: '577', userId: 77, email: 'dana@example.com', firstName: 'Dana', lastName: 'Demand' }],
    });
    await provisionPortal(house.context, house.portalId);
    const reasons = [...reasonsOfPreset('six'), ...DEFAULT_SETTINGS.reasons];
    const body = bodyOf({
      ...DEFAULT_SETTINGS,
      reasons: reasons.filter(({ code }, at) => reasons.findIndex((one) => one.code === code) === at),
    });
    const { portalId, context } = house;
    await saveSettings(store.db, {
      portalId,
      body,
      basedOnVersion: 0,
      savedAt: context.now(),
      savedBy: null,
    });
    contactId = await house.addMql({
      firstname: 'Zubeida',
      lastname: 'Qasimova',
      email: 'countess@engines.example',
      phone: '+49 30 5550199',
    });
    const accepted = { requestId: randomUUID(), record: contactRef(contactId) };
    expect(await recordAcceptance(house.context, house.identity, accepted)).toMatchObject({ ok: true });
    const request = house.rejection(contactId, {
      reason: 'duplicate',
      note: 'Zubeida Qasimova (countess@engines.example, +49 30 5550199) is here twice',
    });
    const answer = await recordRejection(house.context, house.identity, request);
    if (!answer.ok) throw new Error(answer.sentence);
    rejectionId = answer.rejectionId;
    await house.drain();
  });
  afterAll(() => house.close());

  const portalMap = async () => {
    const map = (await findPortal(store.db, house.portalId))?.map ?? null;
    if (map === null) throw new Error('The portal is not set up.');
    return map;
  };
  const personal = async () => (await everyRow(store)).filter((row) => PERSON.test(row));
  const steps = () => listSteps(store.db, house.portalId, [rejectionId]);
  const deletePrivately = () =>
    takeWebhooks(house.context, [
      {
        portalId: house.portalId,
        appId: APP_ID,
        subscriptionType: 'contact.privacyDeletion',
        objectId: contactId,
      },
    ]);

  it('erases the person from every table, keeps the counts, and a second one changes nothing', async () => {
    const tables = new Set((await personal()).map((row) => row.split(' ')[0]));
    expect([...tables].sort()).toEqual(['public.lead_snapshot', 'public.ledger', 'public.plan_step']);
    const rollups = await listRollups(store.db, house.portalId);
    await deletePrivately();
    expect(await personal()).toEqual([]);
    expect(await listRollups(store.db, house.portalId)).toEqual(rollups);
    await store.transaction((tx) => rebuildRollups(tx, house.portalId));
    expect(await listRollups(store.db, house.portalId)).toEqual(rollups);

    // Only the moment before which a read does not count moves on: it is the snapshot's.
    const rows = async () => (await everyRow(store)).filter((row) => !/lead_snapshot|^pgboss/.test(row));
    const once = await rows();
    await house.passSeconds(1);
    await deletePrivately();
    expect(await rows()).toEqual(once);
    expect(await personal()).toEqual([]);
  });

  it('leaves nothing that is still carried out, and no undo that claims to have restored something', async () => {
    const before = await house.state();
    const states = (await steps()).map((step) => step.state);
    expect(states).toContain('done');
    await house.passDays(8);
    await house.drain();
    const undone = await undoAnswer(house.context, house.identity, rejectionId, {
      requestId: randomUUID(),
      reason: 'wrong lead',
    });
    if (!undone.ok) throw new Error(undone.sentence);
    await house.drain();
    expect((await steps()).map((step) => step.state)).toEqual(states);
    const reversals = await listSteps(store.db, house.portalId, [undone.undoId]);
    expect(reversals.map((step) => step.state)).toEqual(
      states.filter((state) => state === 'done').map(() => 'undone'),
    );
    expect(await house.state()).toEqual(before);
    expect(await personal()).toEqual([]);
  });

  it('leaves a card that speaks of erased steps where the record is still open somewhere', async () => {
    await house.byHand(contactId, { firstname: 'Removed', lastname: '', email: '', phone: '' });
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    expect(JSON.stringify(view)).not.toMatch(PERSON);
  });

  it('erases the person also where others are spoken of: bulk answers, right contacts, duplicates, disputes, workflows', async () => {
    const { context, identity, portalId } = house;
    const ask = async <A extends { readonly ok: boolean }>(answer: Promise<A>): Promise<A> => {
      const given = await answer;
      expect(given).toMatchObject({ ok: true });
      await house.drain();
      return given;
    };
    const person = { firstname: 'Zubeida', lastname: 'Qasimova' };
    const emailOf = () => `countess.${randomUUID()}@engines.example`;
    // In a bulk action.
    const inBulk = await house.addMql({ ...person, email: emailOf() });
    const bulk = {
      requestId: randomUUID(),
      objectTypeId: '0-1' as const,
      objectIds: [inBulk],
      reason: 'too_early',
      note: null,
    };
    await ask(rejectMany(context, identity, bulk));
    // As the right contact of somebody else, and as somebody whose right contact is another.
    const wrong = async (properties: Readonly<Record<string, string>>, note: string | null) => {
      const rejected = house.rejection(await house.addMql(properties), { reason: 'wrong_contact', note });
      const answer = await ask(recordRejection(context, identity, rejected));
      return answer.ok ? answer.rejectionId : '';
    };
    const name = (entryId: string, email: string, firstName: string, lastName: string) =>
      ask(
        nameRightContact(context, identity, entryId, { requestId: randomUUID(), email, firstName, lastName }),
      );
    const named = emailOf();
    await name(await wrong({}, null), named, 'Zubeida', 'Qasimova');
    const successor = await context.gateway.findContactByEmail(await portalMap(), named);
    const replacedEmail = emailOf();
    await name(
      await wrong({ ...person, email: replacedEmail }, 'Zubeida Qasimova has left'),
      `grace.${randomUUID()}@engines.example`,
      'Grace',
      'Hopper',
    );
    const replaced = await context.gateway.findContactByEmail(await portalMap(), replacedEmail);
    // As the record that survives a duplicate.
    const twin = await house.addMql({ ...person, email: emailOf(), phone: '+49 30 5550777' });
    await ask(recordAcceptance(context, identity, { requestId: randomUUID(), record: contactRef(twin) }));
    const double = await house.addMql({ firstname: 'Ada', lastname: 'Byron', phone: '+49 30 5550777' });
    await ask(recordRejection(context, identity, house.rejection(double, { reason: 'duplicate' })));
    const stepsOfDouble = (await everyRow(store)).filter((row) => row.startsWith('public.plan_step'));
    expect(stepsOfDouble.some((row) => row.includes(`/record/0-1/${twin} `))).toBe(true);
    // In what a workflow is about to be told.
    const at = context.now();
    const wait = { portalId, callbackId: 'ap-privacy', waitsFor: 'answer', contactId: inBulk } as const;
    await insertWait(store.db, { ...wait, askedAt: at, expiresAt: new Date(at.getTime() + 1_000) });
    await keepOutput(store.db, portalId, 'ap-privacy', { result: 'rejected', next: 'Ask Zubeida Qasimova.' });
    // In a dispute that has reopened a definition.
    const disputed = await house.addMql({ ...person, email: emailOf() });
    const doubted = await ask(
      recordRejection(
        context,
        identity,
        house.rejection(disputed, { reason: 'bad_data', keptDespiteEvidence: true }),
      ),
    );
    const entryId = doubted.ok ? doubted.rejectionId : '';
    await ask(
      decideDispute(context, identity, {
        requestId: randomUUID(),
        group: { reason: 'bad_data', dim: null, value: '' },
        entryIds: [entryId],
        cause: 'record_wrong',
        change: 'definition',
        text: 'Phones are checked first.',
        ownerUserId: 77,
        dueOn: '2099-12-12',
        reopen: 'icp',
      }),
    );
    const view = await viewSettings(context, identity);
    expect(JSON.stringify(view)).toMatch(PERSON);

    const people = [inBulk, successor, replaced, twin, disputed].map(String);
    for (const objectId of people) {
      const event = { portalId, appId: APP_ID, subscriptionType: 'contact.privacyDeletion', objectId };
      await takeWebhooks(context, [event]);
    }
    expect(await personal()).toEqual([]);
    expect(JSON.stringify(await viewSettings(context, identity))).not.toMatch(PERSON);
    // The second delivery still says what became of it.
    expect(await rejectMany(context, identity, bulk)).toEqual({
      ok: true,
      rows: [{ objectId: inBulk, name: `Record ${inBulk}`, result: 'rejected', sentence: 'Rejected.' }],
    });
  });
});
