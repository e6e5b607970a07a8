import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { listSteps } from '../../server/store/planSteps.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

await describeEachEngine('after a write whose answer was lost', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  const accept = async (contactId: string): Promise<void> => {
    const request = { requestId: randomUUID(), record: contactRef(contactId) };
    const answer = await recordAcceptance(house.context, house.identity, request);
    if (!answer.ok) throw new Error(answer.sentence);
  };
  const reject = async (contactId: string): Promise<string> => {
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  const undo = async (answerId: string): Promise<void> => {
    const request = { requestId: randomUUID(), reason: 'test' };
    expect(await undoAnswer(house.context, house.identity, answerId, request)).toMatchObject({ ok: true });
  };
  const answerLost = (skip: 'the first write' | 'the second write'): Promise<unknown> => {
    const lost = { kind: 'status', status: 502, applied: true };
    const path = 'contacts/batch/update';
    const passing = { match: { path }, fault: { kind: 'slow', ms: 0 }, times: 1 };
    const rules = [{ match: { path }, fault: lost, times: 1 }];
    return house.control('PUT', '/faults', skip === 'the first write' ? rules : [passing, ...rules]);
  };
  const later = async (): Promise<void> => {
    await house.passSeconds(700);
    await house.drain();
  };

  it('a person’s later word on any of its properties stays, and the step counts as done', async () => {
    const contactId = await house.addMql();
    const entryId = await reject(contactId);
    await answerLost('the first write');
    await house.drain();
    await house.passSeconds(1);
    const byPerson = { hs_lead_status: 'OPEN', mqlr_reason: 'not_icp' };
    await house.byHand(contactId, byPerson);
    await later();
    expect(await house.contact(contactId, ...Object.keys(byPerson))).toMatchObject(byPerson);
    const [step] = await listSteps(store.db, house.portalId, [entryId]);
    expect(step).toMatchObject({ kind: 'set-properties', state: 'done' });

    // Stale or forgotten, it would not be taken back, and the record would show an answer that nobody gave.
    await undo(entryId);
    await house.drain();
    expect(await house.contact(contactId, 'mqlr_status', 'mqlr_answered_at', 'mqlr_reason')).toMatchObject({
      mqlr_status: null,
      mqlr_answered_at: null,
      mqlr_reason: 'not_icp',
    });
  });

  it.each(['no answer', 'the answer to the rejection'])(
    'an acceptance that was written together with the rejection after it is whole again when %s was lost',
    async (lost) => {
      const contactId = await house.addMql();
      await house.drain();
      await accept(contactId);
      const entryId = await reject(contactId);
      if (lost !== 'no answer') await answerLost('the second write');
      await house.drain();
      await later();
      await undo(entryId);
      await house.drain();
      const properties = ['mqlr_status', 'mqlr_path', 'mqlr_attempt', 'mqlr_answered_by', 'hs_lead_status'];
      expect(await house.contact(contactId, ...properties)).toMatchObject({
        mqlr_status: 'accepted',
        mqlr_path: 'card',
        mqlr_attempt: '1',
        mqlr_answered_by: '901',
        hs_lead_status: 'IN_PROGRESS',
      });
    },
  );
});
