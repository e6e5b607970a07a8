import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { listSteps } from '../../server/store/planSteps.ts';
import { listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import type { Store } from '../../server/store/db.ts';
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
});
