import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { StandingAnswer } from '../../src/contract.ts';
import { workflowHandOffCall } from '../../src/contract/workflow.ts';
import { bodyOf, DEFAULT_SETTINGS, reasonsOfPreset } from '../../src/settings.ts';
import { ROUTING_MODES, type RoutingMode } from '../../src/settingsLists.ts';
import { standardRoute, type RoutingSettings, type Track } from '../../src/tracks.ts';
import { decideBatch } from '../../server/flows/batchReview.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { saveSection } from '../../server/flows/saveSettings.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { viewSettings } from '../../server/flows/viewSettings.ts';
import { handOffByWorkflow } from '../../server/flows/workflowGate.ts';
import type { Store } from '../../server/store/db.ts';
import { listSteps } from '../../server/store/planSteps.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';
import { openInbox, type Inbox } from './inbox.ts';

/** The house's identity, a colleague with an inbox, and one whose user has no sales seat. */
const REP = '11';
const OWNERS = [
  { id: REP, userId: 901, email: 'mia@example.com', firstName: 'Mia', lastName: 'Sales' },
  { id: '12', userId: 902, email: 'ben@example.com', firstName: 'Ben', lastName: 'Sales' },
  { id: '13', userId: 903, email: 'noa@example.com', firstName: 'Noa', lastName: 'Sales', salesSeat: false },
];
const SEQUENCE: Track = { kind: 'sequence', target: '44', value: 'Budget season' };

await describeEachEngine('tracks', (openTestStore) => {
  let store: Store;
  let house: House;
  let version = 0;
  let inbox: Inbox;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    inbox = await openInbox(house, {});
    await house.control('POST', '/import', {
      owners: OWNERS,
      sequences: [{ id: '44', name: 'Budget season' }],
    });
    await provisionPortal(house.context, house.portalId);
  });
  afterAll(async () => {
    inbox.close();
    await house.close();
  });

  const decideFor = async (
    routing: Partial<RoutingSettings>,
    mode: RoutingMode = 'immediate',
  ): Promise<void> => {
    const reasons = reasonsOfPreset('sales-feedback').map((reason) => ({ ...reason, routingMode: mode }));
    const saved = await saveSettings(store.db, {
      portalId: house.portalId,
      body: bodyOf({
        ...DEFAULT_SETTINGS,
        reasons,
        routing: { ...DEFAULT_SETTINGS.routing, ...routing },
      }),
      basedOnVersion: version,
      savedAt: house.context.now(),
      savedBy: null,
    });
    if (saved === null) throw new Error('Nothing was saved.');
    version = saved;
  };
  const trackOf = (track: Track) => ({ routes: [{ ...standardRoute('no_budget'), track }] });
  const reject = async (
    contactId: string,
    { reason = 'no_budget', userId = 901, userEmail = 'mia@example.com' } = {},
  ): Promise<string> => {
    const answer = await recordRejection(
      house.context,
      { ...house.identity, userId, userEmail },
      house.rejection(contactId, { reason, note: 'said so' }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  /** Without waiting for batches to fill. */
  const drain = (): Promise<void> =>
    drainPlans(
      { ...house.context, gateway: { ...house.context.gateway, recentCalls: () => 0 } },
      house.portalId,
    );
  const standing = async (contactId: string): Promise<StandingAnswer> => {
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok || view.standing === null) throw new Error('nothing stands');
    return view.standing;
  };
  const undoStanding = async (contactId: string): Promise<void> => {
    const { id } = await standing(contactId);
    const request = { requestId: randomUUID(), reason: 'They called back' };
    const answer = await undoAnswer(house.context, house.identity, id, request);
    if (!answer.ok) throw new Error(answer.sentence);
    await drain();
  };
  const isMember = async (contactId: string): Promise<boolean> => {
    const read = await house.hubspot('GET', `/crm/lists/2026-09/records/0-1/${contactId}/memberships`);
    return (read['results'] as unknown[]).length > 0;
  };

  describe('a sequence', () => {
    it('is begun as whoever rejected, from their address', async () => {
      await decideFor(trackOf(SEQUENCE));
      const contactId = await house.addMql();
      await reject(contactId);
      await drain();
      const path = `/automation/sequences/2026-09/enrollments/contact/${contactId}`;
      expect(await house.hubspot('GET', path)).toMatchObject({
        sequenceId: '44',
        enrolledBy: '901',
        enrolledByEmail: 'mia@example.com',
      });
      expect(await isMember(contactId)).toBe(false);
    });

    it.each([
      { why: 'the sequence is gone', track: { ...SEQUENCE, target: '99' }, userId: 901, from: 'mia' },
      { why: 'the user has no seat', track: SEQUENCE, userId: 903, from: 'noa' },
      { why: 'the address is no inbox of theirs', track: SEQUENCE, userId: 901, from: 'other' },
    ])('gives way to the list where $why, and the card says so', async ({ track, userId, from }) => {
      await decideFor(trackOf(track));
      const contactId = await house.addMql();
      await reject(contactId, { userId, userEmail: `${from}@example.com` });
      await drain();
      expect(await isMember(contactId)).toBe(true);
      const step = (await standing(contactId)).steps.find(({ label }) => label.includes('Budget season'));
      expect(step).toMatchObject({
        state: 'done',
        detail: expect.stringContaining('The lead went to “MQL loop: long-cycle track” instead.'),
      });
    });
  });

  describe('the turn of the rep', () => {
    it.each([{ by: 'the batch' }, { by: 'its timer' }] as const)(
      'comes back when the rejection stands by $by, and not before',
      async ({ by }) => {
        await decideFor({}, 'immediate_with_batch_veto');
        const contactId = await house.addMql({ hubspot_owner_id: REP });
        const entryId = await reject(contactId);
        await drain();
        const told = () =>
          house.contact(contactId, 'mqlr_credit_owner', 'mqlr_not_to_owner', 'mqlr_sender', 'mqlr_status');
        expect(await told()).toMatchObject({
          mqlr_credit_owner: null,
          mqlr_not_to_owner: REP,
          mqlr_sender: 'mia@example.com',
          mqlr_status: 'pending_review',
        });
        if (by === 'its timer') await house.passDays(8);
        else
          await decideBatch(house.context, house.identity, {
            requestId: randomUUID(),
            approve: [entryId],
            override: [],
          });
        await drain();
        expect(await told()).toMatchObject({ mqlr_credit_owner: REP, mqlr_status: 'rejected' });
      },
    );
  });

  describe('in each routing mode', () => {
    it.each(ROUTING_MODES)(
      '$mode: what can wait waits, and the timer carries out all of it',
      async ({ mode }) => {
        await decideFor(
          {
            ...trackOf(SEQUENCE),
            unsubscribe: {
              subscriptionIds: ['301000001'],
              legalBasis: 'LEGITIMATE_INTEREST_OTHER',
              explanation: 'Said so',
            },
          },
          mode,
        );
        const statesOf = async (entryId: string): Promise<Record<string, string>> =>
          Object.fromEntries(
            (await listSteps(store.db, house.portalId, [entryId])).map(({ kind, state }) => [kind, state]),
          );
        const budget = await house.addMql({ hubspot_owner_id: REP });
        const sequence = await reject(budget);
        const gone = await house.addMql({ hubspot_owner_id: REP });
        const answer = await recordRejection(
          house.context,
          house.identity,
          house.rejection(gone, { reason: 'not_interested', unsubscribe: true }),
        );
        if (!answer.ok) throw new Error(answer.sentence);
        await drain();
        const hard = mode === 'immediate' ? 'done' : 'pending';
        const easy = mode === 'hold_for_batch' ? 'pending' : 'done';
        expect(await statesOf(sequence)).toMatchObject({
          'create-note': 'done',
          'enrol-in-sequence': hard,
          'close-tasks': easy,
          'cancel-meetings': easy,
        });
        expect(await statesOf(answer.rejectionId)).toMatchObject({ 'add-to-list': easy, unsubscribe: hard });
        await house.passDays(8);
        await drain();
        for (const entryId of [sequence, answer.rejectionId])
          expect(new Set(Object.values(await statesOf(entryId)))).toEqual(new Set(['done']));
      },
    );
  });

  it('points are taken off what HubSpot calculates, and put back by an undo', async () => {
    await decideFor({
      routes: [{ ...standardRoute('no_budget'), score: 'reset_both' }],
      notBackToSameRep: false,
    });
    const contactId = await house.addMql();
    const scored = (hubspotscore: string) =>
      house.control('POST', '/import', {
        objects: { contacts: [{ id: contactId, properties: { hubspotscore } }] },
      });
    await scored('60');
    const rejectNow = async (): Promise<void> => {
      await takeWebhooks(house.context, await inbox.take());
      await house.refresh();
      await reject(contactId);
      await drain();
    };
    await rejectNow();
    expect(await house.contact(contactId, 'mqlr_score_less')).toMatchObject({ mqlr_score_less: '60' });
    await scored('85');
    await undoStanding(contactId);
    expect(await house.contact(contactId, 'mqlr_score_less')).toMatchObject({ mqlr_score_less: null });
    await rejectNow();
    expect(await house.contact(contactId, 'mqlr_score_less')).toMatchObject({ mqlr_score_less: '85' });
  });

  it('a lead that comes back is not the same rep’s, unless a person empties the property', async () => {
    for (const isForgiven of [false, true]) {
      await decideFor({});
      const contactId = await house.addMql({ hubspot_owner_id: REP });
      await reject(contactId);
      await drain();
      await house.passDays(40);
      await house.byHand(contactId, {
        hubspot_owner_id: REP,
        ...(isForgiven && { mqlr_not_to_owner: '' }),
      });
      await house.control('POST', '/import', {
        objects: {
          contacts: [
            {
              id: contactId,
              properties: {
                recent_conversion_event_name: 'Book a demo',
                recent_conversion_date: house.context.now().toISOString(),
              },
            },
          ],
        },
      });
      await takeWebhooks(house.context, await inbox.take());
      const given = workflowHandOffCall.parse({
        callbackId: `ap-${randomUUID()}`,
        origin: { portalId: house.portalId },
        object: { objectId: Number(contactId), objectType: 'CONTACT' },
      });
      await handOffByWorkflow(house.context, house.portalId, given);
      await drain();
      expect(await house.contact(contactId, 'lifecyclestage', 'hubspot_owner_id')).toMatchObject({
        lifecyclestage: 'marketingqualifiedlead',
        hubspot_owner_id: isForgiven ? REP : null,
      });
    }
  });

  it('two admins: a newsletter is refused beside its field, and the later save is told', async () => {
    const own = await openHouse(store);
    try {
      const view = await viewSettings(own.context, own.identity);
      if (!view.ok) throw new Error(view.sentence);
      const { routing } = view.settings;
      expect(routing.routes.map(({ code }) => code)).toEqual(
        view.settings.reasons.reasons.map(({ code }) => code),
      );
      const save = (value: typeof routing, userId = 901) =>
        saveSection(
          own.context,
          { ...own.identity, userId },
          { requestId: randomUUID(), basedOnVersion: 0, section: 'routing', value },
        );
      const [first, ...others] = routing.routes;
      if (first === undefined) throw new Error('There is no reason.');
      const track = { kind: 'property', target: 'newsletter_opt_in', value: 'yes' } as const;
      expect(await save({ ...routing, routes: [{ ...first, track }, ...others] })).toMatchObject({
        ok: false,
        kind: 'settings-invalid',
        problems: [{ field: 'routing.routes[0].target' }],
      });
      expect(await save({ ...routing, closeTasks: false })).toMatchObject({ ok: true, version: 1 });
      expect(await save({ ...routing, flagCampaign: false })).toMatchObject({
        ok: false,
        kind: 'settings-changed',
      });
      const after = await viewSettings(own.context, own.identity);
      expect(after).toMatchObject({
        settings: { routing: { closeTasks: false, flagCampaign: true } },
      });
    } finally {
      await own.close();
    }
  });
});
