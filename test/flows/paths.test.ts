import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import { drainPlans } from '../../server/flows/drainPlans.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { sweep } from '../../server/flows/sweep.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { coverageSince } from '../../server/store/findings.ts';
import { listEntries } from '../../server/store/ledger.ts';
import type { Store } from '../../server/store/db.ts';
import { DEFAULT_SETTINGS, type GuardSettings } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';
import { openInbox, type Disorder, type Inbox } from './inbox.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';
const LEADS = '/crm/objects/2026-09/leads';
const REJECTED = 'UNQUALIFIED';

/** Every way around the card: how somebody does it in HubSpot, and what the coverage ledger calls it. */
const PATHS = [
  { path: 'record_edit', actor: 'crm-ui; userId=77; via=record', how: 'one' },
  { path: 'board', actor: 'crm-ui; userId=77; via=board', how: 'lead' },
  { path: 'bulk_edit', actor: 'crm-ui; userId=77; via=bulk', how: 'batch' },
  { path: 'import', actor: 'crm-ui; userId=77; via=import; import=501', how: 'batch' },
  { path: 'mobile', actor: 'crm-ui; userId=77; via=mobile', how: 'one' },
  { path: 'workflow', actor: 'automation; enrollmentId=9', how: 'one' },
  { path: 'api', actor: 'another app', how: 'one' },
] as const;
type Row = (typeof PATHS)[number];

const DISORDERS: readonly (readonly [string, Disorder])[] = [
  ['as they come', {}],
  ['twice', { duplicate: 1, seed: 3 }],
  ['out of order and late', { reorder: true, delayMs: 20, seed: 5 }],
];

await describeEachEngine('a rejection around the card', (openTestStore) => {
  let store: Store;
  let house: House;
  let inbox: Inbox;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    await house.control('POST', '/import', {
      owners: [{ id: '577', userId: 77, email: 'kim@example.com', firstName: 'Kim', lastName: 'Sales' }],
    });
    await provisionPortal(house.context, house.portalId);
    inbox = await openInbox(house, {});
  });
  afterAll(async () => {
    inbox.close();
    await house.close();
  });

  // In a busy portal batches wait two seconds to fill; what is looked at here is what they do.
  const drain = (): Promise<void> =>
    drainPlans(
      { ...house.context, gateway: { ...house.context.gateway, recentCalls: () => 0 } },
      house.portalId,
    );
  /** Everything that HubSpot has told is taken in, looked at and carried out, until it tells nothing more. */
  const settle = async (): Promise<void> => {
    for (;;) {
      const events = await inbox.take();
      if (events.length === 0) return;
      for (let start = 0; start < events.length; start += 100)
        await takeWebhooks(house.context, events.slice(start, start + 100));
      await guardRecords(house.context, house.portalId);
      await drain();
    }
  };
  /** A contact that marketing has handed over, known to the app, with its Lead. */
  const handOff = async (): Promise<{ contactId: string; leadId: string; stageId: string }> => {
    const contactId = await house.addMql({ hubspot_owner_id: '577' });
    const lead = await house.hubspot('POST', LEADS, {
      properties: { hs_lead_name: 'Ada' },
      associations: [
        {
          to: { id: contactId },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }],
        },
      ],
    });
    await viewCard(house.context, house.identity, contactRef(contactId));
    await settle();
    await house.refresh();
    const leadId = String(lead['id']);
    const { properties } = (await house.hubspot(
      'GET',
      `${LEADS}/${leadId}?properties=hs_pipeline_stage`,
    )) as {
      properties: { hs_pipeline_stage: string };
    };
    return { contactId, leadId, stageId: properties.hs_pipeline_stage };
  };
  const disqualifiedStage = async (): Promise<string> => {
    const row = await store.db
      .selectFrom('portal')
      .select('map')
      .where('portalId', '=', house.portalId)
      .executeTakeFirstOrThrow();
    return row.map?.leads?.pipelines[0]?.disqualifiedStageId ?? '';
  };
  /** Somebody rejects it the way of this row, with or without a reason. */
  const rejectAround = async (
    { actor, how }: Row,
    { contactId, leadId }: { contactId: string; leadId: string },
    reason: string | null,
  ): Promise<void> => {
    const given = reason === null ? {} : { mqlr_reason: reason };
    const properties = { hs_lead_status: REJECTED, ...given };
    switch (how) {
      case 'one':
        await house.actAs(actor, 'PATCH', `${CONTACTS}/${contactId}`, { properties });
        return;
      case 'batch':
        await house.actAs(actor, 'POST', `${CONTACTS}/batch/update`, {
          inputs: [{ id: contactId, properties }],
        });
        return;
      case 'lead': {
        if (reason !== null)
          await house.actAs(actor, 'PATCH', `${CONTACTS}/${contactId}`, { properties: given });
        const stage = { hs_pipeline_stage: await disqualifiedStage() };
        await house.actAs(actor, 'PATCH', `${LEADS}/${leadId}`, { properties: stage });
      }
    }
  };
  const findings = (contactId: string) =>
    store.db
      .selectFrom('guardFinding')
      .selectAll()
      .where('portalId', '=', house.portalId)
      .where('contactId', '=', contactId)
      .orderBy('foundAt')
      .execute();
  const tasksFor = async (contactId: string): Promise<readonly Record<string, string>[]> => {
    const { results } = (await house.hubspot(
      'GET',
      `/crm/objects/2026-09/tasks?limit=100&associations=contacts&properties=hs_task_subject,hubspot_owner_id,hs_task_body`,
    )) as unknown as {
      results: readonly { properties: Record<string, string> }[];
    };
    return results
      .map(({ properties }) => properties)
      .filter(({ hs_task_body: body }) => body?.includes(`/record/0-1/${contactId}`) === true);
  };
  const setGuard = async (guard: Partial<GuardSettings>): Promise<void> => {
    const latest = await store.db
      .selectFrom('portalSettings')
      .select('version')
      .where('portalId', '=', house.portalId)
      .orderBy('version', 'desc')
      .executeTakeFirst();
    await saveSettings(store.db, {
      portalId: house.portalId,
      body: { ...DEFAULT_SETTINGS, guard: { ...DEFAULT_SETTINGS.guard, ...guard } },
      basedOnVersion: latest?.version ?? 0,
      savedAt: house.context.now(),
      savedBy: null,
    });
  };

  describe.each(DISORDERS)('webhooks %s', (_name, disorder) => {
    beforeAll(() => inbox.setDisorder(disorder));
    afterAll(() => inbox.setDisorder({}));

    it.each(PATHS)('without a reason, by $path, is put back, and one person is asked once', async (row) => {
      const lead = await handOff();
      await rejectAround(row, lead, null);
      await settle();
      const { hs_lead_status: status } = await house.contact(lead.contactId, 'hs_lead_status');
      expect(status).toBe('NEW');
      const { properties } = (await house.hubspot(
        'GET',
        `${LEADS}/${lead.leadId}?properties=hs_pipeline_stage`,
      )) as {
        properties: { hs_pipeline_stage: string };
      };
      expect(properties.hs_pipeline_stage).toBe(lead.stageId);
      expect(await findings(lead.contactId)).toMatchObject([
        { path: row.path, reasonState: 'missing', outcome: 'put_back', state: 'open' },
      ]);
      expect(await tasksFor(lead.contactId)).toMatchObject([
        { hs_task_subject: 'Give the reason: Ada Lovelace', hubspot_owner_id: '577' },
      ]);
      expect(await listEntries(store.db, house.portalId, lead.contactId)).toEqual([]);
    });

    it.each(PATHS)('with a reason, by $path, is a rejection like any other, by its path', async (row) => {
      const lead = await handOff();
      await rejectAround(row, lead, 'too_early');
      await settle();
      expect(await listEntries(store.db, house.portalId, lead.contactId)).toMatchObject([
        { kind: 'rejection', reason: 'too_early', path: row.path },
      ]);
      expect(await findings(lead.contactId)).toEqual([]);
      expect(await tasksFor(lead.contactId)).toEqual([]);
      expect(await house.contact(lead.contactId, 'mqlr_status', 'mqlr_path')).toMatchObject({
        mqlr_status: 'pending_review',
        mqlr_path: row.path,
      });
    });
  });

  it.each(PATHS)('with a reason that nobody uses here, by $path, counts as without', async (row) => {
    const lead = await handOff();
    await rejectAround(row, lead, 'no_budget');
    await settle();
    expect(await findings(lead.contactId)).toMatchObject([
      { path: row.path, reasonState: 'invalid', reason: 'no_budget', outcome: 'put_back', state: 'open' },
    ]);
    expect(await house.contact(lead.contactId, 'hs_lead_status')).toMatchObject({ hs_lead_status: 'NEW' });
  });

  it('is held where the customer wants it so, and ends with the answer on the card', async () => {
    await setGuard({ mode: 'hold' });
    const { contactId, leadId } = await handOff();
    await rejectAround(PATHS[0], { contactId, leadId }, null);
    await settle();
    expect(await house.contact(contactId, 'hs_lead_status', 'mqlr_status')).toMatchObject({
      hs_lead_status: REJECTED,
      mqlr_status: 'pending_reason',
    });
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    expect(card).toMatchObject({ ok: true, state: 'open', pending: expect.stringContaining('record edit') });
    await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(await findings(contactId)).toMatchObject([{ state: 'closed', closedHow: 'rejection' }]);
    await settle();
    expect(await viewCard(house.context, house.identity, contactRef(contactId))).toMatchObject({
      pending: null,
    });
    await setGuard({});
  });

  it('gets its reason later, by hand, and then counts by the path that it came', async () => {
    const lead = await handOff();
    await rejectAround(PATHS[2], lead, null);
    await settle();
    await house.byHand(lead.contactId, { mqlr_reason: 'low_intent' });
    await settle();
    expect(await listEntries(store.db, house.portalId, lead.contactId)).toMatchObject([
      { kind: 'rejection', reason: 'low_intent', path: 'bulk_edit', actorUserId: 77 },
    ]);
    expect(await findings(lead.contactId)).toMatchObject([{ state: 'closed', closedHow: 'rejection' }]);
  });

  it('on the status and on the board at once is put back in both places, and asked about once', async () => {
    const lead = await handOff();
    await rejectAround(PATHS[1], lead, null);
    await rejectAround(PATHS[0], lead, null);
    await settle();
    expect(await house.contact(lead.contactId, 'hs_lead_status')).toMatchObject({ hs_lead_status: 'NEW' });
    const { properties } = (await house.hubspot(
      'GET',
      `${LEADS}/${lead.leadId}?properties=hs_pipeline_stage`,
    )) as { properties: { hs_pipeline_stage: string } };
    expect(properties.hs_pipeline_stage).toBe(lead.stageId);
    expect(await findings(lead.contactId)).toMatchObject([{ outcome: 'put_back' }]);
    expect(await tasksFor(lead.contactId)).toHaveLength(1);
  });

  it('that comes again and again is held after two times, and nobody is asked twice', async () => {
    const lead = await handOff();
    for (let time = 0; time < 3; time += 1) {
      await rejectAround(PATHS[5], lead, null);
      await settle();
    }
    expect((await findings(lead.contactId)).map(({ outcome }) => outcome)).toEqual([
      'put_back',
      'put_back',
      'held',
    ]);
    expect(await tasksFor(lead.contactId)).toHaveLength(1);
  });

  it('is none where the app itself wrote, where the person took it back, or where it was so before', async () => {
    const ours = await handOff();
    await recordRejection(house.context, house.identity, house.rejection(ours.contactId));
    await drain();
    await settle();
    expect(await findings(ours.contactId)).toEqual([]);

    const regretted = await handOff();
    await rejectAround(PATHS[0], regretted, null);
    await house.byHand(regretted.contactId, { hs_lead_status: 'OPEN' });
    await settle();
    expect(await findings(regretted.contactId)).toEqual([]);

    const old = await house.addMql({ lifecyclestage: 'lead' });
    await house.byHand(old, { hs_lead_status: REJECTED });
    await settle();
    await house.passDays(1);
    await house.byHand(old, { lifecyclestage: 'marketingqualifiedlead' });
    await settle();
    expect(await findings(old)).toEqual([]);
  });

  it('is none where sales has answered since, and from before the app came', async () => {
    const answered = await handOff();
    await rejectAround(PATHS[0], answered, null);
    await house.passSeconds(1);
    await recordAcceptance(house.context, house.identity, {
      requestId: randomUUID(),
      record: contactRef(answered.contactId),
    });
    await settle();
    expect(await findings(answered.contactId)).toEqual([]);

    const old = await handOff();
    await rejectAround(PATHS[0], old, null);
    const portal = store.db.selectFrom('portal').select('createdAt').where('portalId', '=', house.portalId);
    const { createdAt } = await portal.executeTakeFirstOrThrow();
    const comes = (at: Date) =>
      store.db.updateTable('portal').set({ createdAt: at }).where('portalId', '=', house.portalId).execute();
    await comes(new Date(house.context.now().getTime() + 1_000));
    await settle();
    await comes(createdAt);
    expect(await findings(old.contactId)).toEqual([]);
  });

  it('is told to a manager after some days, once', async () => {
    const lead = await handOff();
    await rejectAround(PATHS[0], lead, null);
    await settle();
    const notices = async (): Promise<number> =>
      (await tasksFor(lead.contactId)).filter(
        ({ hs_task_subject: subject }) => subject?.includes('for a reason') === true,
      ).length;
    await sweep(house.context);
    await drain();
    expect(await notices()).toBe(0);
    await house.passDays(3);
    // A portal that cannot be looked at keeps nobody else waiting.
    const portalIds = [Number.NaN, house.portalId];
    for (let time = 0; time < 2; time += 1) {
      await expect(sweep({ ...house.context, portalIds })).rejects.toThrow('could be reminded');
      await drain();
    }
    expect(await notices()).toBe(1);
  });

  it('is in the coverage ledger by its path, with what was filled in later', async () => {
    const coverage = new Map(
      (await coverageSince(store.db, house.portalId, '2020-01-01')).map((row) => [row.path, row]),
    );
    for (const { path } of PATHS) {
      const row = coverage.get(path);
      expect(row?.withReason).toBeGreaterThanOrEqual(3);
      expect(row?.missing).toBeGreaterThanOrEqual(3);
      expect(row?.invalid).toBeGreaterThanOrEqual(1);
    }
    expect(coverage.get('bulk_edit')?.followedUp).toBe(1);
  });
});
