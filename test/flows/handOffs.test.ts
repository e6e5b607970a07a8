import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { saveSection } from '../../server/flows/saveSettings.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { listEntries } from '../../server/store/ledger.ts';
import { loadSettings } from '../../server/store/portals.ts';
import { DEFAULT_SETTINGS, type HandOffSettings } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { APP_ID, contactRef, type Json } from './house.ts';

import { MQL, OBJECTS, openHandOffStage, type HandOffStage } from './handOffStage.ts';

await describeEachEngine('a hand-off', (openTestStore) => {
  let stage: HandOffStage;
  beforeAll(async () => {
    stage = await openHandOffStage(await openTestStore());
  });
  afterAll(() => stage.close());

  it('is opened once by the lifecycle stage, at HubSpot’s own moment, with where the lead came from', async () => {
    const contactId = await stage.addLead({
      numemployees: '100-500',
      industry: 'MACHINERY',
      country: 'Germany',
    });
    expect(await stage.handOffsOf(contactId)).toEqual([]);
    await stage.house.byHand(contactId, MQL);
    await stage.settle();
    await viewCard(stage.house.context, stage.house.identity, contactRef(contactId));
    const rows = await stage.handOffsOf(contactId);
    expect(rows).toHaveLength(1);
    const date = 'hs_lifecyclestage_marketingqualifiedlead_date';
    const theirs = (await stage.house.contact(contactId, date))[date] ?? '';
    expect(rows[0]).toMatchObject({
      attempt: 1,
      openedAt: new Date(theirs),
      openedBy: 'lifecycle',
      ownerId: '577',
      dims: { persona: 'vp', size: '100-500', industry: 'MACHINERY', country: 'Germany' },
      closedAt: null,
      firstContactAt: null,
    });
    const card = await viewCard(stage.house.context, stage.house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.whyHere.at(-1)).toMatch(/^First contact due by /);
  });

  it('is opened by the customer’s own property and value, and can be answered then', async () => {
    await stage.use({ trigger: { property: 'mqlr_hand_off', value: 'sales' } });
    const contactId = await stage.addLead();
    await stage.house.byHand(contactId, { mqlr_hand_off: 'later' });
    await stage.settle();
    expect(await stage.handOffsOf(contactId)).toEqual([]);
    await stage.house.byHand(contactId, { mqlr_hand_off: 'sales' });
    await stage.settle();
    expect(await stage.latest(contactId)).toMatchObject({ openedBy: 'property', attempt: 1 });
    await stage.reject(contactId);
    expect(await stage.latest(contactId)).toMatchObject({ closedHow: 'rejection' });
    await stage.use({});
  });

  it('is opened by that property also when the card is the first to see it', async () => {
    const contactId = await stage.addLead({ mqlr_hand_off: 'sales' });
    const { context, identity } = stage.house;
    await viewCard(context, identity, contactRef(contactId));
    expect(await stage.handOffsOf(contactId)).toEqual([]);
    await stage.use({ trigger: { property: 'mqlr_hand_off', value: 'sales' } });
    await stage.house.passSeconds(60);
    const from = stage.ago(0);
    await viewCard(context, identity, contactRef(contactId));
    const { openedBy, openedAt } = await stage.latest(contactId);
    expect({ openedBy, isNow: openedAt >= from }).toEqual({ openedBy: 'property', isNow: true });
    await stage.use({});
  });

  it('by a workflow is open before HubSpot has the stage, and is the same one afterwards', async () => {
    const contactId = await stage.addLead();
    expect(await stage.byWorkflow(contactId)).toMatchObject({ outputFields: { result: 'handed_off' } });
    expect(await stage.latest(contactId)).toMatchObject({ openedBy: 'workflow', closedAt: null });
    await stage.drain();
    await stage.settle();
    expect(await stage.handOffsOf(contactId)).toHaveLength(1);
  });

  it('is closed by the answer, opened again by its undo, and closed again by the answer that then stands', async () => {
    const contactId = await stage.handedOff();
    const accepted = await recordAcceptance(stage.house.context, stage.house.identity, {
      requestId: randomUUID(),
      record: contactRef(contactId),
    });
    if (!accepted.ok) throw new Error(accepted.sentence);
    expect(await stage.latest(contactId)).toMatchObject({
      closedHow: 'acceptance',
      closedBy: accepted.acceptanceId,
    });
    const rejectionId = await stage.reject(contactId);
    expect(await stage.latest(contactId)).toMatchObject({
      closedHow: 'rejection',
      closedBy: rejectionId,
      nextAt: null,
    });
    await stage.undo(rejectionId);
    expect(await stage.latest(contactId)).toMatchObject({
      closedHow: 'acceptance',
      closedBy: accepted.acceptanceId,
    });
    await stage.undo(accepted.acceptanceId);
    const open = await stage.latest(contactId);
    expect(open).toMatchObject({ closedHow: null, closedBy: null });
    expect(open.nextAt).not.toBeNull();
    expect(await stage.handOffsOf(contactId)).toHaveLength(1);
  });

  it('that nobody saw is written with its answer', async () => {
    const contactId = await stage.handedOff();
    await stage.store.db.deleteFrom('handOff').where('contactId', '=', contactId).execute();
    const rejectionId = await stage.reject(contactId);
    expect(await stage.latest(contactId)).toMatchObject({
      openedBy: 'answer',
      closedBy: rejectionId,
      attempt: 1,
    });
  });

  it('is accepted by a status that somebody sets, under the way that it came', async () => {
    const contactId = await stage.handedOff();
    await stage.house.passSeconds(60);
    await stage.house.byHand(contactId, { hs_lead_status: 'CONNECTED' });
    await stage.settle();
    const entries = await listEntries(stage.store.db, stage.house.portalId, contactId);
    expect(entries).toMatchObject([{ kind: 'acceptance', path: 'record_edit', actorUserId: 77 }]);
    expect(await stage.latest(contactId)).toMatchObject({
      closedHow: 'acceptance',
      closedBy: entries[0]?.entryId,
    });
    expect(await stage.house.contact(contactId, 'hs_lead_status', 'mqlr_status')).toMatchObject({
      hs_lead_status: 'CONNECTED',
      mqlr_status: 'accepted',
    });
  });

  it('sets what the acknowledgement waits for, and sets it anew at the next attempt', async () => {
    const property = 'booking_mail';
    await stage.house.hubspot('POST', '/crm/properties/2026-09/contacts', {
      name: property,
      label: 'Booking mail',
      type: 'string',
      fieldType: 'text',
      groupName: 'contactinformation',
    });
    await stage.use({ acknowledgement: { kind: 'property', property, value: 'send' } });
    const contactId = await stage.handedOff();
    expect(await stage.house.contact(contactId, property)).toMatchObject({ [property]: 'send' });
    await stage.reject(contactId);
    await stage.house.passDays(45);
    await stage.drain();
    await stage.settle();
    await stage.house.control('POST', '/import', {
      objects: {
        contacts: [
          {
            id: contactId,
            properties: {
              recent_conversion_event_name: 'Book a demo',
              recent_conversion_date: stage.house.context.now().toISOString(),
            },
          },
        ],
      },
    });
    await stage.house.byHand(contactId, { company: 'Another name' });
    await stage.settle();
    await stage.house.refresh();
    expect(await stage.byWorkflow(contactId)).toMatchObject({ outputFields: { result: 'handed_off' } });
    await stage.drain();
    await stage.settle();
    expect(await stage.handOffsOf(contactId)).toMatchObject([
      { attempt: 2, openedBy: 'reentry' },
      { attempt: 1 },
    ]);
    const read = (await stage.house.hubspot(
      'GET',
      `${OBJECTS}/contacts/${contactId}?propertiesWithHistory=${property}`,
    )) as { propertiesWithHistory: Record<string, readonly Json[]> };
    expect(read.propertiesWithHistory[property]?.map(({ value }) => value)).toEqual(['send', '', 'send']);
    await stage.use({});
  });

  it('loses its context with the person, keeps its count, and alarms nobody any more', async () => {
    const contactId = await stage.handedOff();
    await takeWebhooks(stage.house.context, [
      {
        portalId: stage.house.portalId,
        appId: APP_ID,
        subscriptionType: 'contact.privacyDeletion',
        objectId: contactId,
      },
    ]);
    expect(await stage.latest(contactId)).toMatchObject({ context: null, nextAt: null, attempt: 1 });
  });

  it('refuses settings that name what the portal does not have, beside the field', async () => {
    const save = async (over: Partial<HandOffSettings>) => {
      const { trigger, acknowledgement, acceptedStatuses } = { ...DEFAULT_SETTINGS.handOff, ...over };
      return saveSection(stage.house.context, stage.house.identity, {
        requestId: randomUUID(),
        basedOnVersion: (await loadSettings(stage.store.db, stage.house.portalId))?.version ?? 0,
        section: 'handOff',
        value: { trigger, acknowledgement, acceptedStatuses: [...acceptedStatuses] },
      });
    };
    const refused: readonly [Partial<HandOffSettings>, string, string][] = [
      [{ trigger: { property: 'nowhere', value: 'x' } }, 'handOff.trigger.property', 'no property “nowhere”'],
      [
        { acknowledgement: { kind: 'property', property: 'hs_persona', value: 'NEVER' } },
        'handOff.acknowledgement.value',
        'no option “NEVER”',
      ],
      [
        { acknowledgement: { kind: 'property', property: 'hs_lead_status', value: 'NEW' } },
        'handOff.acknowledgement.property',
        'written by the app itself',
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
