import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { workflowRejectCall } from '../../src/contract/workflow.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import {
  acceptByWorkflow,
  factsForWorkflow,
  reasonsForWorkflow,
  rejectByWorkflow,
} from '../../server/flows/workflowActions.ts';
import { listEntries } from '../../server/store/ledger.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

await describeEachEngine('workflows as callers', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  /** A call as HubSpot posts it, read as the route reads it. */
  const call = (
    contactId: string,
    inputFields: { reason?: string | null; note?: string | null } = {},
    over: { callbackId?: string; objectType?: string } = {},
  ) =>
    workflowRejectCall.parse({
      callbackId: over.callbackId ?? `ap-${randomUUID()}`,
      origin: { portalId: house.portalId, actionDefinitionId: 2, actionDefinitionVersion: 1 },
      context: { source: 'WORKFLOWS', workflowId: 192814114 },
      object: { objectId: Number(contactId), objectType: over.objectType ?? 'CONTACT', properties: {} },
      inputFields,
    });
  const reject = (given: ReturnType<typeof call>) => rejectByWorkflow(house.context, house.portalId, given);
  const accept = (given: ReturnType<typeof call>) =>
    acceptByWorkflow(house.context, house.portalId, { ...given, inputFields: {} });
  const facts = (contactId: string) =>
    factsForWorkflow(house.context, house.portalId, { ...call(contactId), inputFields: {} });
  const entries = (contactId: string) => listEntries(store.db, house.portalId, contactId);

  it('a workflow rejects with a reason, under its own name and for no rep', async () => {
    const contactId = await house.addMql();
    expect(await reject(call(contactId, { reason: 'too_early', note: 'set by the board' }))).toEqual({
      outputFields: {
        hs_execution_state: 'SUCCESS',
        result: 'rejected',
        sentence: 'Rejected as Too early.',
        next: expect.stringContaining('No sales contact before'),
      },
    });
    expect(await entries(contactId)).toMatchObject([
      {
        kind: 'rejection',
        reason: 'too_early',
        note: 'set by the board',
        path: 'workflow_action',
        actorUserId: null,
        dims: { rep: 'none', path: 'workflow_action' },
        decision: { by: 'workflow 192814114' },
      },
    ]);
    await house.drain();
    expect(await house.contact(contactId, 'mqlr_reason', 'mqlr_path', 'mqlr_answered_by')).toMatchObject({
      mqlr_reason: 'too_early',
      mqlr_path: 'workflow_action',
    });
    expect((await house.contact(contactId, 'mqlr_answered_by'))['mqlr_answered_by'] ?? '').toBe('');
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    expect(view).toMatchObject({ state: 'rejected', standing: { by: 'workflow 192814114' } });
  });

  it.each([
    { reason: null, says: 'Choose a reason first' },
    { reason: '  ', says: 'Choose a reason first' },
    { reason: 'no_budget', says: 'not among your team' },
    { reason: 'nonsense', says: 'does not exist' },
  ])('without a reason of this portal ($reason) the lead stays as it is', async ({ reason, says }) => {
    const contactId = await house.addMql();
    await house.drain();
    const before = await house.state();
    expect(await reject(call(contactId, { reason }))).toEqual({
      outputFields: {
        hs_execution_state: 'FAIL_CONTINUE',
        result: 'reason_missing',
        sentence: expect.stringContaining(says),
        next: '',
      },
    });
    await house.drain();
    expect(await house.state()).toEqual(before);
    expect(await entries(contactId)).toEqual([]);
  });

  it('a callback that is delivered again gets its first answer, whatever has happened since', async () => {
    const contactId = await house.addMql();
    const given = call(contactId, { reason: 'not_icp' });
    const [first, together] = await Promise.all([reject(given), reject(given)]);
    expect(together).toEqual(first);
    const [entry] = await entries(contactId);
    await undoAnswer(house.context, house.identity, entry?.entryId ?? '', {
      requestId: randomUUID(),
      reason: 'wrong branch',
    });
    expect(await reject(given)).toEqual(first);
    expect((await entries(contactId)).map(({ kind }) => kind)).toEqual(['undo', 'rejection']);
  });

  it('one callback cannot stand for two answers', async () => {
    const contactId = await house.addMql();
    const given = call(contactId, { reason: 'not_icp' });
    await reject(given);
    expect(await accept(given)).toMatchObject({
      outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'refused' },
    });
  });

  it('a workflow records an acceptance, and is told what stands already', async () => {
    const contactId = await house.addMql();
    expect(await accept(call(contactId))).toMatchObject({
      outputFields: { hs_execution_state: 'SUCCESS', result: 'accepted' },
    });
    expect(await accept(call(contactId))).toMatchObject({
      outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'already_accepted' },
    });
    expect(await facts(contactId)).toMatchObject({ outputFields: { result: 'accepted', attempt: '1' } });
    expect(await reject(call(contactId, { reason: 'too_early' }))).toMatchObject({
      outputFields: { result: 'rejected' },
    });
    for (const again of [await accept(call(contactId)), await reject(call(contactId, { reason: 'not_icp' }))])
      expect(again).toMatchObject({ outputFields: { result: 'already_rejected' } });
  });

  it('tells the facts of a rejection as text to branch on', async () => {
    const contactId = await house.addMql();
    expect(await facts(contactId)).toMatchObject({
      outputFields: { hs_execution_state: 'SUCCESS', result: 'open', reason: '', attempt: '1' },
    });
    await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(await facts(contactId)).toEqual({
      outputFields: {
        hs_execution_state: 'SUCCESS',
        result: 'rejected',
        sentence: expect.stringMatching(/^Rejected as Too early\. No sales contact before /),
        reason: 'too_early',
        root_cause: 'wrong_timing',
        disposition: 'recycle',
        attempt: '1',
        earliest_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      },
    });
    const stranger = await house.addMql({ lifecyclestage: 'subscriber' });
    expect(await facts(stranger)).toMatchObject({ outputFields: { result: 'not_handed_off' } });
    expect(await facts('99999999')).toMatchObject({
      outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'record_unknown' },
    });
  });

  it('works on contacts and leads, by word or by id, and on nothing else', async () => {
    const contactId = await house.addMql();
    expect(await reject(call(contactId, { reason: 'too_early' }, { objectType: 'DEAL' }))).toMatchObject({
      outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'refused' },
    });
    expect(await reject(call(contactId, { reason: 'too_early' }, { objectType: '0-1' }))).toMatchObject({
      outputFields: { result: 'rejected' },
    });
  });

  it('what will be otherwise in a while is no result: HubSpot is to call again', async () => {
    const notSetUp = house.portalId + 500_000;
    expect(await rejectByWorkflow(house.context, notSetUp, call('51', { reason: 'not_icp' }))).toMatchObject({
      ok: false,
      kind: 'portal-not-ready',
      retry: true,
    });
  });

  it('offers the portal’s active reasons where a workflow is built', async () => {
    const ask = (q: string | null) =>
      reasonsForWorkflow(house.context, house.portalId, {
        origin: { portalId: house.portalId },
        fetchOptions: { q },
      });
    const all = await ask(null);
    expect(all.options.map(({ value }) => value)).toContain('too_early');
    expect(all.options.length).toBeGreaterThanOrEqual(5);
    expect((await ask('BAD D')).options).toEqual([
      { label: 'Bad data', value: 'bad_data', description: expect.stringMatching(/\S/) },
    ]);
    expect((await ask('nothing like it')).options).toEqual([]);
  });
});
