import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { StandingAnswer } from '../../src/contract.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { listSteps } from '../../server/store/planSteps.ts';
import { findSnapshot } from '../store/builders.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { APP_ID, contactRef, openHouse, type House, type Json } from './house.ts';

await describeEachEngine('carrying out', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store, { timeoutMs: 400 });
  });
  afterAll(() => house.close());

  const reject = async (
    contactId: string,
    overrides: Parameters<House['rejection']>[1] = {},
  ): Promise<string> => {
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, overrides),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  const undo = (answerId: string) =>
    undoAnswer(house.context, house.identity, answerId, { requestId: randomUUID(), reason: 'test' });
  const standing = async (contactId: string): Promise<StandingAnswer> => {
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok || view.standing === null) throw new Error('nothing stands');
    return view.standing;
  };
  const statesOf = async (entryId: string): Promise<string[]> =>
    (await listSteps(store.db, house.portalId, [entryId])).map((step) => `${step.kind} ${step.state}`);
  const listsOf = async (contactId: string): Promise<string[]> => {
    const read = await house.hubspot('GET', `/crm/lists/2026-09/records/0-1/${contactId}/memberships`);
    const ids = (read['results'] as { listId: string }[]).map((row) => row.listId);
    const names: string[] = [];
    for (const listId of ids) {
      const list = await house.hubspot('GET', `/crm/lists/2026-09/${listId}`);
      names.push(((list['list'] as Json | undefined) ?? list)['name'] as string);
    }
    return names;
  };
  const bodiesOf = async (
    contactId: string,
    type: 'notes' | 'tasks',
    property: string,
  ): Promise<string[]> => {
    const linked = await house.hubspot(
      'GET',
      `/crm/objects/2026-09/contacts/${contactId}/associations/${type}`,
    );
    const ids = (linked['results'] as Json[]).map((row) => String(row['toObjectId'] ?? row['id']));
    if (ids.length === 0) return [];
    const read = await house.hubspot('POST', `/crm/objects/2026-09/${type}/batch/read`, {
      inputs: ids.map((id) => ({ id })),
      properties: [property],
    });
    return (read['results'] as { properties: Record<string, string> }[]).map(
      (row) => row.properties[property] ?? '',
    );
  };

  it.each(DEFAULT_SETTINGS.reasons.map(({ code, label }) => [code, label]))(
    '%s is carried out to its last step, and the record shows each',
    async (code, label) => {
      const contactId = await house.addMql();
      const lead = await house.hubspot('POST', '/crm/objects/2026-09/leads', {
        properties: { hs_lead_name: 'Ada at Analytical Engines' },
        associations: [
          {
            to: { id: contactId },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }],
          },
        ],
      });
      const entryId = await reject(contactId, { reason: code, note: 'said so on the phone' });
      await house.drain();
      await house.passDays(8);
      await house.drain();
      for (const state of await statesOf(entryId)) expect(state).toMatch(/ done$/);

      const record = await house.contact(
        contactId,
        'hs_lead_status',
        'lifecyclestage',
        'mqlr_status',
        'mqlr_reason',
        'mqlr_next_step',
        'mqlr_next_step_on',
        'mqlr_disposition',
      );
      const disposition = record['mqlr_disposition'];
      expect(record).toMatchObject({
        mqlr_status: 'rejected',
        mqlr_reason: code,
        hs_lead_status: disposition === 'recycle' ? 'BAD_TIMING' : 'UNQUALIFIED',
        lifecyclestage: disposition === 'disqualify' ? 'other' : 'lead',
        mqlr_next_step: expect.stringMatching(/./),
        mqlr_next_step_on: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
      });
      expect(await listsOf(contactId)).toHaveLength(1);
      const notes = await bodiesOf(contactId, 'notes', 'hs_note_body');
      expect(notes).toEqual([expect.stringContaining(`MQL rejected as ${label}`)]);
      expect(notes[0]).toContain('said so on the phone');
      const tasks = await bodiesOf(contactId, 'tasks', 'hs_task_subject');
      expect(tasks).toHaveLength(['bad_data', 'duplicate', 'other'].includes(code) ? 1 : 0);
      const moved = await house.hubspot(
        'GET',
        `/crm/objects/2026-09/leads/${String(lead['id'])}?properties=hs_pipeline_stage`,
      );
      expect(moved['properties']).toMatchObject({ hs_pipeline_stage: 'unqualified-stage-id' });
      for (const step of (await standing(contactId)).steps) expect(step.state).toBe('done');
    },
  );

  it('a status that a person changed after the decision stays theirs, and the card says so', async () => {
    const contactId = await house.addMql();
    const entryId = await reject(contactId);
    await house.passSeconds(1);
    await house.byHand(contactId, { hs_lead_status: 'OPEN' });
    await house.drain();
    expect(await house.contact(contactId, 'hs_lead_status', 'mqlr_reason')).toMatchObject({
      hs_lead_status: 'OPEN',
    });
    expect((await statesOf(entryId))[0]).toBe('set-properties stale');
    const [step] = (await standing(contactId)).steps;
    expect(step).toMatchObject({
      state: 'failed',
      detail: expect.stringMatching(/hs_lead_status|lead status/i),
    });
  });

  it('a status that was merely older in our snapshot is no reason to stop', async () => {
    const contactId = await house.addMql();
    await viewCard(house.context, house.identity, contactRef(contactId));
    await house.byHand(contactId, { hs_lead_status: 'OPEN' });
    await house.passSeconds(1);
    const entryId = await reject(contactId);
    await house.drain();
    expect((await statesOf(entryId))[0]).toBe('set-properties done');
    await undo(entryId);
    await house.drain();
    expect(await house.contact(contactId, 'hs_lead_status')).toMatchObject({ hs_lead_status: 'OPEN' });
  });

  it('an undo restores what is still ours, leaves what somebody changed, and names it', async () => {
    const contactId = await house.addMql({ jobtitle: 'COO' });
    const entryId = await reject(contactId);
    await house.drain();
    await house.byHand(contactId, { hs_lead_status: 'CONNECTED' });
    await undo(entryId);
    await house.drain();
    expect(await house.contact(contactId, 'hs_lead_status', 'mqlr_reason')).toMatchObject({
      hs_lead_status: 'CONNECTED',
      mqlr_reason: null,
    });
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok) throw new Error(view.sentence);
    const states = view.history[0]?.steps.map((step) => step.state) ?? [];
    expect(states[0]).toBe('not-restored');
    expect(view.history[0]?.steps[0]?.detail).toMatch(/status/i);
  });

  it('while HubSpot is down nothing is lost and the card says what is tried again; once it is back, all is done once', async () => {
    const contactId = await house.addMql();
    await house.refresh();
    await house.control('PUT', '/faults', [
      { match: { path: '.*' }, fault: { kind: 'status', status: 503, applied: false } },
    ]);
    // The contact is not known yet: without HubSpot there is nothing to decide on.
    const refused = await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(refused).toMatchObject({ ok: false, kind: 'hubspot-unreachable', retry: true });
    await house.control('PUT', '/faults', []);
    const entryId = await reject(contactId);
    await house.control('PUT', '/faults', [
      { match: { path: '.*' }, fault: { kind: 'status', status: 503, applied: false } },
    ]);
    await house.drain();
    const [step] = (await standing(contactId)).steps;
    expect(step?.state === 'pending' || step?.state === 'unknown').toBe(true);
    expect(step?.detail).not.toBeNull();
    await house.control('PUT', '/faults', []);
    await house.passSeconds(700);
    await house.drain();
    expect((await statesOf(entryId)).filter((state) => state.endsWith(' done'))).toHaveLength(3);
    expect(await bodiesOf(contactId, 'notes', 'hs_note_body')).toHaveLength(1);
  });

  it('an answer that never came back is looked up before it is repeated: one note, not two', async () => {
    const contactId = await house.addMql();
    const entryId = await reject(contactId);
    await house.control('PUT', '/faults', [
      {
        match: { method: 'POST', path: '/notes/' },
        fault: { kind: 'status', status: 502, applied: true },
        times: 1,
      },
    ]);
    await house.drain();
    expect((await statesOf(entryId))[1]).toBe('create-note unknown');
    await house.passSeconds(700);
    await house.drain();
    expect((await statesOf(entryId))[1]).toBe('create-note done');
    expect(await bodiesOf(contactId, 'notes', 'hs_note_body')).toHaveLength(1);
  });

  it('a drain that died in mid-work is taken over by another after its lease, and nothing is done twice', async () => {
    const contactId = await house.addMql();
    const entryId = await reject(contactId);
    let applied = false;
    const dying: House['context'] = {
      ...house.context,
      gateway: {
        ...house.context.gateway,
        applyChanges: async (portal, steps) => {
          applied = true;
          return house.context.gateway.applyChanges(portal, steps);
        },
      },
      store: {
        ...store,
        transaction: (body) =>
          applied ? Promise.reject(new Error('the process died here')) : store.transaction(body),
      },
    };
    await expect(drainPlans(dying, house.portalId)).rejects.toThrow('died here');
    await house.drain();
    expect((await statesOf(entryId))[0]).toBe('set-properties running');
    await house.passSeconds(181);
    await house.drain();
    expect((await statesOf(entryId)).filter((state) => state.endsWith(' done'))).toHaveLength(3);
    expect(await bodiesOf(contactId, 'notes', 'hs_note_body')).toHaveLength(1);
  });

  it('a step on which the gateway breaks holds up no others, and is given up in the end', async () => {
    await house.drain();
    const poisoned = await house.addMql();
    const entryId = await reject(poisoned);
    const other = await reject(await house.addMql());
    const breaking: House['context'] = {
      ...house.context,
      gateway: {
        ...house.context.gateway,
        applyChanges: (portal, steps) =>
          steps.some(({ contactId }) => contactId === poisoned)
            ? Promise.reject(new TypeError('a bug'))
            : house.context.gateway.applyChanges(portal, steps),
      },
    };
    await drainPlans(breaking, house.portalId);
    expect((await statesOf(other)).filter((state) => state.endsWith(' done'))).toHaveLength(3);
    expect((await standing(poisoned)).steps[0]?.detail).toMatch(/^Something went wrong on our side/);
    let offsetMs = 0;
    const later = { ...breaking, now: () => new Date(house.context.now().getTime() + offsetMs) };
    for (
      let tries = 0;
      tries < 460 && (await statesOf(entryId))[0]?.endsWith(' failed') !== true;
      tries += 1
    ) {
      offsetMs += 601_000;
      await drainPlans(later, house.portalId);
    }
    expect((await statesOf(entryId))[0]).toBe('set-properties failed');
    expect((await standing(poisoned)).steps[0]?.detail).toMatch(/Given up after .* it may have happened/);
    await undo(entryId);
    const view = await viewCard(house.context, house.identity, contactRef(poisoned));
    if (!view.ok) throw new Error(view.sentence);
    expect(view.history[0]?.steps[0]).toMatchObject({ label: expect.stringMatching(/^Taking back/) });
  }, 120_000);

  it('an undo that arrives while a step’s outcome is unknown waits for it and then reverses it', async () => {
    await house.drain();
    const contactId = await house.addMql();
    const before = await house.state();
    const entryId = await reject(contactId);
    await house.control('PUT', '/faults', [
      {
        match: { method: 'POST', path: '/notes/' },
        fault: { kind: 'status', status: 502, applied: true },
        times: 1,
      },
    ]);
    await house.drain();
    await undo(entryId);
    await house.passSeconds(700);
    await house.drain();
    await house.passSeconds(700);
    await house.drain();
    expect(await house.state()).toEqual(before);
  });

  it('a webhook makes the facts stale, they are read again, and a late or repeated one changes nothing', async () => {
    const contactId = await house.addMql({ jobtitle: 'Director' });
    await viewCard(house.context, house.identity, contactRef(contactId));
    await house.passSeconds(1);
    await house.hubspot('PATCH', `/crm/objects/2026-09/contacts/${contactId}`, {
      properties: { jobtitle: 'Intern' },
    });
    const event = {
      eventId: 1,
      subscriptionId: 2,
      portalId: house.portalId,
      appId: APP_ID,
      occurredAt: house.context.now().getTime(),
      subscriptionType: 'object.propertyChange',
      attemptNumber: 0,
      objectId: contactId,
      objectTypeId: '0-1',
      propertyName: 'jobtitle',
      propertyValue: 'Intern',
    };
    await takeWebhooks(house.context, [event, event]);
    expect((await findSnapshot(store.db, house.portalId, contactId))?.staleSince).not.toBeNull();
    await house.passSeconds(1);
    await house.refresh();
    const fresh = await findSnapshot(store.db, house.portalId, contactId);
    expect(fresh).toMatchObject({ staleSince: null, facts: { jobTitle: 'Intern' } });
  });

  it('a rejection on a Lead that was made after its contact was first seen moves that Lead, and undo moves it back', async () => {
    const contactId = await house.addMql();
    await viewCard(house.context, house.identity, contactRef(contactId));
    const created = await house.hubspot('POST', '/crm/objects/2026-09/leads', {
      properties: { hs_lead_name: 'Ada' },
      associations: [
        {
          to: { id: contactId },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }],
        },
      ],
    });
    const leadId = String(created['id']);
    const stageOf = async () => {
      const lead = await house.hubspot(
        'GET',
        `/crm/objects/2026-09/leads/${leadId}?properties=hs_pipeline_stage`,
      );
      return (lead['properties'] as Record<string, string>)['hs_pipeline_stage'];
    };
    const before = await stageOf();
    const record = { objectTypeId: '0-136', objectId: leadId } as const;
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, { record }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    await house.drain();
    expect(await stageOf()).toBe('unqualified-stage-id');
    await undo(answer.rejectionId);
    await house.drain();
    expect(await stageOf()).toBe(before);
  });

  it('a deleted record cannot be answered any more, until it is restored', async () => {
    const contactId = await house.addMql();
    await viewCard(house.context, house.identity, contactRef(contactId));
    const event = {
      eventId: 9,
      subscriptionId: 3,
      portalId: house.portalId,
      appId: APP_ID,
      occurredAt: 0,
      attemptNumber: 0,
      objectId: contactId,
    };
    await takeWebhooks(house.context, [{ ...event, subscriptionType: 'contact.deletion' }]);
    const refused = await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(refused).toMatchObject({ ok: false, kind: 'record-deleted' });
    await takeWebhooks(house.context, [{ ...event, subscriptionType: 'contact.restore' }]);
    expect(await viewCard(house.context, house.identity, contactRef(contactId))).toMatchObject({ ok: true });
    expect(await recordRejection(house.context, house.identity, house.rejection(contactId))).toMatchObject({
      ok: true,
    });
  });
});
