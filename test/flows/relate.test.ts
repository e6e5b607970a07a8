import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import type { Store } from '../../server/store/db.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { bodyOf, DEFAULT_SETTINGS, reasonsOfPreset } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHouse, type House } from './house.ts';

await describeEachEngine('an existing customer', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    const body = bodyOf({ ...DEFAULT_SETTINGS, preset: 'six', reasons: reasonsOfPreset('six') });
    const { portalId, context } = house;
    await saveSettings(store.db, {
      portalId,
      body,
      basedOnVersion: 0,
      savedAt: context.now(),
      savedBy: null,
    });
    await house.control('POST', '/import', {
      owners: [
        { id: '801', userId: 901, email: 'ae@example.com' },
        { id: '802', userId: 902, email: 'csm@example.com' },
      ],
    });
  });
  afterAll(() => house.close());

  const reject = async (contactId: string): Promise<string> => {
    const given = house.rejection(contactId, { reason: 'existing_customer' });
    const answer = await recordRejection(house.context, house.identity, given);
    if (!answer.ok) throw new Error(answer.sentence);
    await house.drain();
    return answer.rejectionId;
  };
  const addDeal = async (contactId: string, properties: Readonly<Record<string, string>>): Promise<void> => {
    const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 3 }];
    await house.hubspot('POST', '/crm/objects/2026-09/deals', {
      properties: { dealname: 'More seats', dealstage: 'appointmentscheduled', ...properties },
      associations: [{ to: { id: contactId }, types }],
    });
  };
  /** The owner of the contact's task, `null` where it has none. */
  const taskOwner = async (contactId: string): Promise<string | null | undefined> => {
    const { objects, associations } = (await house.state()) as {
      objects: { tasks?: Record<string, { properties: { hubspot_owner_id?: string } }> };
      associations: readonly string[];
    };
    const found = Object.entries(objects.tasks ?? {}).find(([id]) =>
      associations.some((line) => line.startsWith(`contact ${contactId} → task ${id} `)),
    );
    return found === undefined ? undefined : (found[1].properties.hubspot_owner_id ?? null);
  };

  it('goes to the owner of the open deal, and not of a closed one', async () => {
    const contactId = await house.addMql({ mqlr_csm_owner_id: '802' });
    await addDeal(contactId, { hubspot_owner_id: '801' });
    await addDeal(contactId, { hubspot_owner_id: '802', dealstage: 'closedlost' });
    const entryId = await reject(contactId);
    expect(await taskOwner(contactId)).toBe('801');
    await undoAnswer(house.context, house.identity, entryId, { requestId: randomUUID(), reason: 'test' });
    await house.drain();
    expect(await taskOwner(contactId)).toBeUndefined();
  });

  it('goes to whoever looks after it where no deal is open, and to the queue where nobody does', async () => {
    const known = await house.addMql({ mqlr_csm_owner_id: '802' });
    await reject(known);
    expect(await taskOwner(known)).toBe('802');
    const unknown = await house.addMql();
    await reject(unknown);
    expect(await taskOwner(unknown)).toBeNull();
  });
});
