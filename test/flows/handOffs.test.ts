import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { drainPlans } from '../../server/flows/drainPlans.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { saveSection } from '../../server/flows/saveSettings.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { watchSla } from '../../server/flows/watchSla.ts';
import { handOffByWorkflow } from '../../server/flows/workflowGate.ts';
import type { Store } from '../../server/store/db.ts';
import { listHandOffs, type HandOffRow } from '../../server/store/handOffs.ts';
import { listEntries } from '../../server/store/ledger.ts';
import { loadSettings, saveSettings } from '../../server/store/portals.ts';
import { workflowHandOffCall } from '../../src/contract/workflow.ts';
import { bodyOf, DEFAULT_SETTINGS, type HandOffSettings, type Settings } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { APP_ID, contactRef, openHouse, type House, type Json } from './house.ts';
import { openInbox, type Inbox } from './inbox.ts';

const OBJECTS = '/crm/objects/2026-09';
const MQL = { lifecyclestage: 'marketingqualifiedlead' };
const HOUR_S = 3_600;
/** Somebody works at every hour, so that it does not matter on which day the test runs. */
const ALWAYS = Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }]);
const MANAGER = '901';

await describeEachEngine('a hand-off', (openTestStore) => {
  let store: Store;
  let house: House;
  let inbox: Inbox;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    await house.control('POST', '/import', {
      owners: [
        { id: '577', userId: 77, email: 'kim@example.com', firstName: 'Kim', lastName: 'Sales' },
        { id: MANAGER, userId: 91, email: 'max@example.com', firstName: 'Max', lastName: 'Manager' },
      ],
    });
    inbox = await openInbox(house, { duplicate: 0.5, reorder: true, seed: 7 });
    await use({});
  });
  afterAll(async () => {
    inbox.close();
    await house.close();
  });

  const use = async (handOff: Partial<HandOffSettings>): Promise<void> => {
    const settings: Settings = {
      ...DEFAULT_SETTINGS,
      queueOwnerId: MANAGER,
      sla: { ...DEFAULT_SETTINGS.sla, hours: { days: ALWAYS, holidays: [] } },
      handOff: { ...DEFAULT_SETTINGS.handOff, ...handOff },
    };
    const { portalId } = house;
    const basedOnVersion = (await loadSettings(store.db, portalId))?.version ?? 0;
    const savedAt = house.context.now();
    await saveSettings(store.db, {
      portalId,
      body: bodyOf(settings),
      basedOnVersion,
      savedAt,
      savedBy: null,
    });
  };
  const drain = (): Promise<void> => {
    const gateway = { ...house.context.gateway, recentCalls: () => 0 };
    return drainPlans({ ...house.context, gateway }, house.portalId);
  };
  /** All that HubSpot has told is taken in and looked at, until it tells nothing more. */
  const settle = async (): Promise<void> => {
    for (;;) {
      const events = await inbox.take();
      if (events.length === 0) return;
      for (let start = 0; start < events.length; start += 100)
        await takeWebhooks(house.context, events.slice(start, start + 100));
      await guardRecords(house.context, house.portalId);
      await house.refresh();
      await drain();
    }
  };
  const addLead = async (properties: Readonly<Record<string, string>> = {}): Promise<string> => {
    const contactId = await house.addMql({ lifecyclestage: 'lead', hubspot_owner_id: '577', ...properties });
    await settle();
    return contactId;
  };
  /** A lead that marketing has just handed over. */
  const handedOff = async (): Promise<string> => {
    const contactId = await addLead();
    await house.byHand(contactId, MQL);
    await settle();
    return contactId;
  };
  const handOffsOf = (contactId: string) => listHandOffs(store.db, house.portalId, contactId);
  const latest = async (contactId: string): Promise<HandOffRow> => {
    const [row] = await handOffsOf(contactId);
    if (row === undefined) throw new Error(`Contact ${contactId} has no hand-off.`);
    return row;
  };
  const tasksOf = async (contactId: string): Promise<readonly { subject: string; owner: string }[]> => {
    const state = (await house.state()) as {
      objects: { tasks: Record<string, { properties: Record<string, string> }> };
      associations: readonly string[];
    };
    return Object.entries(state.objects.tasks)
      .filter(([id]) =>
        state.associations.some((line) => line.startsWith(`contact ${contactId} → task ${id} `)),
      )
      .map(([, { properties }]) => ({
        subject: properties['hs_task_subject'] ?? '',
        owner: properties['hubspot_owner_id'] ?? '',
      }));
  };
  const watch = async (): Promise<void> => {
    await watchSla(house.context, house.portalId);
    await drain();
    await settle();
  };
  const call = async (contactId: string, at: Date, direction = 'OUTBOUND'): Promise<void> => {
    await house.asPerson('POST', `${OBJECTS}/calls`, {
      properties: {
        hs_timestamp: at.toISOString(),
        hs_call_direction: direction,
        hs_call_status: 'COMPLETED',
      },
      associations: [
        {
          to: { id: contactId },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }],
        },
      ],
    });
  };
  const ago = (seconds: number): Date => new Date(house.context.now().getTime() - seconds * 1_000);
  const reject = async (contactId: string, reason = 'too_early'): Promise<string> => {
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, { reason }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  const undo = (answerId: string) =>
    undoAnswer(house.context, house.identity, answerId, { requestId: randomUUID(), reason: 'by mistake' });
  const byWorkflow = (contactId: string) =>
    handOffByWorkflow(
      house.context,
      house.portalId,
      workflowHandOffCall.parse({
        callbackId: `ap-${randomUUID()}`,
        origin: { portalId: house.portalId },
        object: { objectId: Number(contactId), objectType: 'CONTACT' },
      }),
    );

  it('is opened once by the lifecycle stage, at HubSpot’s own moment, with where the lead came from', async () => {
    const contactId = await addLead({ numemployees: '100-500', industry: 'MACHINERY', country: 'Germany' });
    expect(await handOffsOf(contactId)).toEqual([]);
    await house.byHand(contactId, MQL);
    await settle();
    await viewCard(house.context, house.identity, contactRef(contactId));
    const rows = await handOffsOf(contactId);
    expect(rows).toHaveLength(1);
    const date = 'hs_lifecyclestage_marketingqualifiedlead_date';
    const theirs = (await house.contact(contactId, date))[date] ?? '';
    expect(rows[0]).toMatchObject({
      attempt: 1,
      openedAt: new Date(theirs),
      openedBy: 'lifecycle',
      ownerId: '577',
      dims: { persona: 'vp', size: '100-500', industry: 'MACHINERY', country: 'Germany' },
      closedAt: null,
      firstContactAt: null,
    });
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.whyHere.at(-1)).toMatch(/^First contact due by /);
  });

  it('is opened by the customer’s own property and value, and can be answered then', async () => {
    await use({ trigger: { property: 'mqlr_hand_off', value: 'sales' } });
    const contactId = await addLead();
    await house.byHand(contactId, { mqlr_hand_off: 'later' });
    await settle();
    expect(await handOffsOf(contactId)).toEqual([]);
    await house.byHand(contactId, { mqlr_hand_off: 'sales' });
    await settle();
    expect(await latest(contactId)).toMatchObject({ openedBy: 'property', attempt: 1 });
    await reject(contactId);
    expect(await latest(contactId)).toMatchObject({ closedHow: 'rejection' });
    await use({});
  });

  it('by a workflow is open before HubSpot has the stage, and is the same one afterwards', async () => {
    const contactId = await addLead();
    expect(await byWorkflow(contactId)).toMatchObject({ outputFields: { result: 'handed_off' } });
    expect(await latest(contactId)).toMatchObject({ openedBy: 'workflow', closedAt: null });
    await drain();
    await settle();
    expect(await handOffsOf(contactId)).toHaveLength(1);
  });

  it('is closed by the answer, opened again by its undo, and closed again by the answer that then stands', async () => {
    const contactId = await handedOff();
    const accepted = await recordAcceptance(house.context, house.identity, {
      requestId: randomUUID(),
      record: contactRef(contactId),
    });
    if (!accepted.ok) throw new Error(accepted.sentence);
    expect(await latest(contactId)).toMatchObject({
      closedHow: 'acceptance',
      closedBy: accepted.acceptanceId,
    });
    const rejectionId = await reject(contactId);
    expect(await latest(contactId)).toMatchObject({
      closedHow: 'rejection',
      closedBy: rejectionId,
      nextAt: null,
    });
    await undo(rejectionId);
    expect(await latest(contactId)).toMatchObject({
      closedHow: 'acceptance',
      closedBy: accepted.acceptanceId,
    });
    await undo(accepted.acceptanceId);
    const open = await latest(contactId);
    expect(open).toMatchObject({ closedHow: null, closedBy: null });
    expect(open.nextAt).not.toBeNull();
    expect(await handOffsOf(contactId)).toHaveLength(1);
  });

  it('that nobody saw is written with its answer', async () => {
    const contactId = await handedOff();
    await store.db.deleteFrom('handOff').where('contactId', '=', contactId).execute();
    const rejectionId = await reject(contactId);
    expect(await latest(contactId)).toMatchObject({ openedBy: 'answer', closedBy: rejectionId, attempt: 1 });
  });

  it('is accepted by a status that somebody sets, under the way that it came', async () => {
    const contactId = await handedOff();
    await house.passSeconds(60);
    await house.byHand(contactId, { hs_lead_status: 'CONNECTED' });
    await settle();
    const entries = await listEntries(store.db, house.portalId, contactId);
    expect(entries).toMatchObject([{ kind: 'acceptance', path: 'record_edit', actorUserId: 77 }]);
    expect(await latest(contactId)).toMatchObject({ closedHow: 'acceptance', closedBy: entries[0]?.entryId });
    expect(await house.contact(contactId, 'hs_lead_status', 'mqlr_status')).toMatchObject({
      hs_lead_status: 'CONNECTED',
      mqlr_status: 'accepted',
    });
  });

  it('warns the rep once, and tells rep and manager once when it is too late, also from two servers', async () => {
    const contactId = await handedOff();
    await watch();
    expect(await tasksOf(contactId)).toEqual([]);
    await house.passSeconds(1.6 * HOUR_S);
    const both = () =>
      Promise.all([watchSla(house.context, house.portalId), watchSla(house.context, house.portalId)]);
    await both();
    await drain();
    await watch();
    expect(await tasksOf(contactId)).toMatchObject([
      { subject: expect.stringMatching(/^First contact due by .*: Ada Lovelace$/), owner: '577' },
    ]);
    await house.passSeconds(0.5 * HOUR_S);
    await both();
    await drain();
    await watch();
    const told = (await tasksOf(contactId)).map(({ subject, owner }) => `${subject} → ${owner}`);
    expect(told.slice(1).sort()).toEqual([
      'First contact is overdue: Ada Lovelace → 577',
      `No first contact in time: Ada Lovelace → ${MANAGER}`,
    ]);
    expect(await latest(contactId)).toMatchObject({ nextAt: null, closedAt: null });
    expect((await latest(contactId)).breachedAt).not.toBeNull();
  });

  it('that was contacted or answered in time causes no alarm', async () => {
    const contacted = await handedOff();
    const answered = await handedOff();
    await house.passSeconds(HOUR_S);
    // HubSpot tells of it only later: the clock asks before it speaks.
    await call(contacted, ago(600));
    await inbox.take();
    await reject(answered);
    await house.passSeconds(2 * HOUR_S);
    await watch();
    expect(await tasksOf(contacted)).toEqual([]);
    expect((await tasksOf(answered)).filter(({ subject }) => subject.includes('First contact'))).toEqual([]);
    expect(await latest(contacted)).toMatchObject({ firstContactKind: 'call', firstContactIsFirst: true });
  });

  it('takes the first thing that sales did: no incoming call, nothing from before', async () => {
    const contactId = await addLead();
    await call(contactId, ago(30));
    await house.passSeconds(60);
    await house.byHand(contactId, MQL);
    await settle();
    expect(await latest(contactId)).toMatchObject({ firstContactAt: null });
    await house.passSeconds(HOUR_S);
    const first = ago(600);
    await call(contactId, ago(60));
    await call(contactId, first);
    await call(contactId, ago(1_200), 'INBOUND');
    await settle();
    expect(await latest(contactId)).toMatchObject({ firstContactKind: 'call', firstContactAt: first });
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.whyHere.at(-1)).toMatch(/^Contacted by call on .*, after 50 min of working time$/);
  });

  it('withdraws its alarms when a contact from before the due time shows up late', async () => {
    const contactId = await handedOff();
    await house.passSeconds(1.6 * HOUR_S);
    await watch();
    await house.passSeconds(0.5 * HOUR_S);
    await watch();
    expect(await tasksOf(contactId)).toHaveLength(3);
    await call(contactId, ago(1.5 * HOUR_S));
    await settle();
    await drain();
    expect(await tasksOf(contactId)).toEqual([]);
    const row = await latest(contactId);
    expect(row).toMatchObject({ breachedAt: null, firstContactKind: 'call' });
    expect(row.breachWithdrawnAt).not.toBeNull();
  });

  it('keeps the alarm of a breach when the contact came too late, and says so with the rejection', async () => {
    const contactId = await handedOff();
    await house.passSeconds(3 * HOUR_S);
    await watch();
    await call(contactId, ago(60));
    await settle();
    expect(await tasksOf(contactId)).toHaveLength(2);
    await reject(contactId, 'low_intent');
    await drain();
    expect(await house.contact(contactId, 'mqlr_class')).toEqual(
      expect.objectContaining({ mqlr_class: 'slow_response' }),
    );
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.standing?.classed).toMatch(/^Slow response: First contact on .* 2 h were agreed\.$/);
  });

  it('from before the app came, or that marketing took back, alarms nobody', async () => {
    const contactId = await house.addMql({ lifecyclestage: 'lead' });
    const long = ago(40 * 24 * HOUR_S).toISOString();
    await house.control('POST', '/import', {
      objects: {
        contacts: [
          {
            id: contactId,
            properties: { ...MQL, hs_lifecyclestage_marketingqualifiedlead_date: long },
          },
        ],
      },
    });
    await viewCard(house.context, house.identity, contactRef(contactId));
    expect(await latest(contactId)).toMatchObject({ openedAt: new Date(long), nextAt: null });
    const back = await handedOff();
    await house.byHand(back, { lifecyclestage: 'lead' });
    await settle();
    await house.passSeconds(3 * HOUR_S);
    await watch();
    expect(await tasksOf(contactId)).toEqual([]);
    expect(await tasksOf(back)).toEqual([]);
    expect(await latest(back)).toMatchObject({ closedHow: 'withdrawn' });
    await house.byHand(back, MQL);
    await settle();
    expect(await handOffsOf(back)).toMatchObject([{ attempt: 1, closedHow: null }]);
  });

  it('sets what the acknowledgement waits for, and sets it anew at the next attempt', async () => {
    const property = 'booking_mail';
    await house.hubspot('POST', '/crm/properties/2026-09/contacts', {
      name: property,
      label: 'Booking mail',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    });
    await use({ acknowledgement: { kind: 'property', property, value: 'send' } });
    const contactId = await handedOff();
    expect(await house.contact(contactId, property)).toMatchObject({ [property]: 'send' });
    await reject(contactId);
    await house.passDays(45);
    await drain();
    await settle();
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
    await house.byHand(contactId, { company: 'Another name' });
    await settle();
    await house.refresh();
    expect(await byWorkflow(contactId)).toMatchObject({ outputFields: { result: 'handed_off' } });
    await drain();
    await settle();
    expect(await handOffsOf(contactId)).toMatchObject([{ attempt: 2, openedBy: 'reentry' }, { attempt: 1 }]);
    const read = (await house.hubspot(
      'GET',
      `${OBJECTS}/contacts/${contactId}?propertiesWithHistory=${property}`,
    )) as { propertiesWithHistory: Record<string, readonly Json[]> };
    expect(read.propertiesWithHistory[property]?.map(({ value }) => value)).toEqual(['send', '', 'send']);
    await use({});
  });

  it('loses its context with the person, keeps its count, and alarms nobody any more', async () => {
    const contactId = await handedOff();
    await takeWebhooks(house.context, [
      {
        portalId: house.portalId,
        appId: APP_ID,
        subscriptionType: 'contact.privacyDeletion',
        objectId: contactId,
      },
    ]);
    expect(await latest(contactId)).toMatchObject({ context: null, nextAt: null, attempt: 1 });
  });

  it('refuses settings that name what the portal does not have, beside the field', async () => {
    const save = async (over: Partial<HandOffSettings>) => {
      const { trigger, acknowledgement, acceptedStatuses } = { ...DEFAULT_SETTINGS.handOff, ...over };
      return saveSection(house.context, house.identity, {
        requestId: randomUUID(),
        basedOnVersion: (await loadSettings(store.db, house.portalId))?.version ?? 0,
        section: 'handOff',
        value: { trigger, acknowledgement, acceptedStatuses: [...acceptedStatuses] },
      });
    };
    const refused: readonly [Partial<HandOffSettings>, string, string][] = [
      [{ trigger: { property: 'nowhere', value: 'x' } }, 'handOff.trigger.property', 'no property “nowhere”'],
      [
        { acknowledgement: { kind: 'property', property: 'hs_lead_status', value: 'NEVER' } },
        'handOff.acknowledgement.value',
        'no option “NEVER”',
      ],
      [
        { acknowledgement: { kind: 'property', property: 'num_notes', value: '1' } },
        'handOff.acknowledgement.property',
        'read-only',
      ],
      [
        { acknowledgement: { kind: 'list', listId: '99999', listName: 'x' } },
        'handOff.acknowledgement.listId',
        'no list 99999',
      ],
      [{ acceptedStatuses: ['UNQUALIFIED'] }, 'handOff.acceptedStatuses', 'at once'],
    ];
    for (const [over, field, says] of refused) {
      expect(await save(over)).toMatchObject({
        ok: false,
        problems: [{ field, sentence: expect.stringContaining(says) }],
      });
    }
    expect(await save({ trigger: { property: 'company', value: 'x' } })).toMatchObject({ ok: true });
  });
});
