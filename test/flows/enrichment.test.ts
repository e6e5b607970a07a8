import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { enrichLeads } from '../../server/flows/enrich.ts';
import { takeEnrichment } from '../../server/flows/enrichmentResult.ts';
import { viewEnrichments } from '../../server/flows/followUpQueues.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { wakeLeads } from '../../server/flows/wakeUp.ts';
import type { Store } from '../../server/store/db.ts';
import { findPortal, saveSettings } from '../../server/store/portals.ts';
import { portalsWithDueEnrichments } from '../../server/store/enrichments.ts';
import { secretOfPortal, verifyBody } from '../../server/tools/signature.ts';
import { bodyOf, DEFAULT_SETTINGS, type FollowUpSettings } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { openHouse, TOOL_SECRET, type House } from './house.ts';
import { openInbox, type Inbox } from './inbox.ts';

const BAD = { phone: '000000', company: 'test', jobtitle: 'asdf' };
const PAGES = 'mqlr_pages_seen';
const BY_PROPERTY = { enrichVia: 'property', enrichTarget: `${PAGES}=enrich me` } as const;
const GOOD = { phone: '+49 30 901820', company: 'Analytical Engines', jobtitle: 'VP Operations' };

/** A contact that the tool takes no call about. */
const REFUSED = '422';

type Call = { readonly id: string; readonly contactId: string; readonly checks: readonly string[] };

await describeEachEngine('a lead with bad data', (openTestStore) => {
  let store: Store;
  let house: House;
  let inbox: Inbox;
  let tool: Server;
  const calls: Call[] = [];
  let answerWith = 200;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    inbox = await openInbox(house, {});
    tool = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const body = Buffer.concat(chunks);
        const header = (name: string): string => String(request.headers[name]);
        const signed = verifyBody({
          secret: secretOfPortal(TOOL_SECRET, house.portalId),
          direction: 'to-tool',
          signature: header('x-mql-signature'),
          timestamp: header('x-mql-timestamp'),
          body,
          nowMs: house.context.now().getTime(),
        });
        const call = JSON.parse(body.toString()) as Call;
        const status = call.contactId === REFUSED ? 422 : answerWith;
        if (signed.ok && status === 200) calls.push(call);
        response.writeHead(signed.ok ? status : 401).end();
      });
    });
    tool.listen(0, '127.0.0.1');
    await once(tool, 'listening');
  });
  afterAll(async () => {
    inbox.close();
    tool.close();
    await house.close();
  });

  let version = 0;
  const setFollowUp = async (over: Partial<FollowUpSettings>): Promise<void> => {
    const body = bodyOf({ ...DEFAULT_SETTINGS, followUp: { ...DEFAULT_SETTINGS.followUp, ...over } });
    const { portalId } = house;
    const savedAt = house.context.now();
    const saved = await saveSettings(store.db, {
      portalId,
      body,
      basedOnVersion: version,
      savedAt,
      savedBy: null,
    });
    version = saved ?? version;
  };
  const rejected = async (properties: Readonly<Record<string, string>> = BAD) => {
    const contactId = await house.addMql(properties);
    const given = house.rejection(contactId, { reason: 'bad_data' });
    const answer = await recordRejection(house.context, house.identity, given);
    if (!answer.ok) throw new Error(answer.sentence);
    await house.drain();
    return { contactId, entryId: answer.rejectionId };
  };
  const enrich = async (): Promise<void> => {
    await enrichLeads(house.context, house.portalId);
    await house.drain();
  };
  const woken = (callsTools: boolean) =>
    portalsWithDueEnrichments(store.db, house.context.now(), { callsTools });
  const settle = async (): Promise<void> => {
    const events = await inbox.take();
    if (events.length > 0) await takeWebhooks(house.context, events);
    await house.refresh();
  };
  const state = (contactId: string) =>
    house.contact(contactId, 'mqlr_enrichment', 'mqlr_disposition', 'mqlr_reentry', 'lifecyclestage');
  const queued = async (contactId: string) => {
    const page = await viewEnrichments(house.context, house.identity, { limit: 100 });
    if (!page.ok) throw new Error(page.sentence);
    return page.rows.find((row) => row.contactId === contactId);
  };

  it('is checked by itself, and stands in the queue with what is wrong', async () => {
    const { contactId } = await rejected();
    await enrich();
    expect(await state(contactId)).toMatchObject({ mqlr_enrichment: 'open' });
    expect(await queued(contactId)).toMatchObject({
      sentence: 'Waits for people: no tool is named that completes it.',
      problems: [
        '“000000” is no phone number that can be called.',
        'The company is “test”.',
        'The job title is “asdf”.',
      ],
    });
  });

  it('is complete once a person has mended it, and comes back after its cooling-off without another signal', async () => {
    const { contactId } = await rejected();
    await enrich();
    await settle();
    await house.byHand(contactId, GOOD);
    await settle();
    await enrich();
    expect(await state(contactId)).toMatchObject({ mqlr_enrichment: 'complete', mqlr_reentry: 'waiting' });
    expect(await queued(contactId)).toBeUndefined();
    await house.passDays(31);
    await house.drain();
    await wakeLeads(house.context, house.portalId);
    await house.drain();
    expect(await state(contactId)).toMatchObject({ mqlr_reentry: 'ready' });
  });

  it('is never given up for want of a tool: it stays in the queue, is marked once, and tried when there is one', async () => {
    const { contactId } = await rejected();
    for (let days = 0; days <= 60; days += 15) {
      await enrich();
      await house.passDays(15);
    }
    expect(await state(contactId)).toMatchObject({ mqlr_enrichment: 'open', mqlr_disposition: 'enrich' });
    const noted = await store.db
      .selectFrom('planStep')
      .select('change')
      .where('contactId', '=', contactId)
      .where('kind', '=', 'create-note')
      .execute();
    expect(noted.filter(({ change }) => JSON.stringify(change).includes('What is wrong'))).toHaveLength(1);
    await setFollowUp(BY_PROPERTY);
    await enrich();
    expect((await queued(contactId))?.sentence).toMatch(/^Try 1 of 3/);
    await setFollowUp({});
  });

  it('whose record was deleted goes on where it was when it is restored', async () => {
    await setFollowUp(BY_PROPERTY);
    const { contactId } = await rejected();
    await enrich();
    await settle();
    await house.asPerson('DELETE', `/crm/objects/2026-09/contacts/${contactId}`);
    await settle();
    await house.passDays(11);
    await enrich();
    expect(await queued(contactId)).toBeUndefined();
    await house.control('POST', '/restore', { id: contactId, userId: 77 });
    await settle();
    await enrich();
    expect(await queued(contactId)).toMatchObject({ sentence: expect.stringMatching(/^Try 2 of 3/) });
    await setFollowUp({});
  });

  it('ends as disqualified when nobody can complete it, and an undo puts all of it back', async () => {
    await setFollowUp(BY_PROPERTY);
    const { contactId, entryId } = await rejected();
    for (let days = 0; days <= 40; days += 10) {
      await enrich();
      await house.passDays(10);
    }
    await house.drain();
    expect(await state(contactId)).toMatchObject({
      mqlr_enrichment: 'given_up',
      mqlr_disposition: 'disqualify',
      lifecyclestage: 'other',
    });
    expect(await queued(contactId)).toBeUndefined();
    const request = { requestId: randomUUID(), reason: 'the data was fine' };
    expect(await undoAnswer(house.context, house.identity, entryId, request)).toMatchObject({ ok: true });
    await house.drain();
    expect(await state(contactId)).toMatchObject({
      mqlr_enrichment: null,
      mqlr_disposition: null,
      lifecyclestage: 'marketingqualifiedlead',
    });
  });

  it('is handed over by a property, as a change for each try', async () => {
    await setFollowUp(BY_PROPERTY);
    const { contactId } = await rejected();
    await enrich();
    await enrich();
    const writes = async () =>
      (
        await store.db
          .selectFrom('planStep')
          .select(['change', 'trace'])
          .where('contactId', '=', contactId)
          .where('state', '=', 'done')
          .orderBy('ord')
          .execute()
      ).flatMap(({ change, trace }) => {
        const value = change?.kind === 'set-properties' ? change.values[PAGES] : undefined;
        const before = (trace as { readonly before?: Readonly<Record<string, string>> } | null)?.before?.[
          PAGES
        ];
        return value === undefined || value === before ? [] : [value];
      });
    expect(await writes()).toEqual(['enrich me']);
    await house.passDays(11);
    await enrich();
    expect(await writes()).toEqual(['enrich me', '', 'enrich me']);
    expect((await queued(contactId))?.sentence).toMatch(/^Try 2 of 3/);
  });

  it('is handed over by a list, as a change for each try', async () => {
    const listId = (await findPortal(store.db, house.portalId))?.map?.listIds.long_cycle ?? '';
    await setFollowUp({ enrichVia: 'list', enrichTarget: listId });
    const { contactId } = await rejected();
    await enrich();
    await house.passDays(11);
    await enrich();
    const kinds = await store.db
      .selectFrom('planStep')
      .select(['kind', 'trace'])
      .where('contactId', '=', contactId)
      .where('listId', '=', listId)
      .orderBy('ord')
      .execute();
    const changed = kinds.filter(({ trace }) => trace !== null && 'changed' in trace && trace.changed);
    expect(changed.map(({ kind }) => kind)).toEqual(['add-to-list', 'remove-from-list', 'add-to-list']);
  });

  it('is asked for once, however often the job runs', async () => {
    await setFollowUp(BY_PROPERTY);
    const { contactId } = await rejected();
    await enrich();
    await enrich();
    expect(await house.contact(contactId, 'mqlr_pages_seen')).toMatchObject({ mqlr_pages_seen: 'enrich me' });
    expect((await queued(contactId))?.sentence).toMatch(/^Try 1 of 3/);
  });

  it('is told to the customer’s tool, signed and by the same id until it is taken, and its result is written once', async () => {
    const { port } = tool.address() as AddressInfo;
    await setFollowUp({ enrichVia: 'webhook', enrichTarget: `http://127.0.0.1:${port}/enrich` });
    const { contactId, entryId } = await rejected();
    answerWith = 503;
    await expect(enrich()).rejects.toThrow('did not take every call');
    answerWith = 200;
    await enrich();
    await enrich();
    const mine = calls.filter((call) => call.contactId === contactId);
    expect(mine).toEqual([
      { id: `${entryId}.1`, portalId: house.portalId, contactId, checks: ['phone', 'company', 'job_title'] },
    ]);

    const result = { portalId: house.portalId, id: `${entryId}.1`, found: GOOD };
    expect(await takeEnrichment(house.context, result)).toEqual({ ok: true, taken: true });
    expect(await takeEnrichment(house.context, result)).toEqual({ ok: true, taken: true });
    await house.drain();
    expect(await house.contact(contactId, 'phone', 'company')).toMatchObject({
      phone: GOOD.phone,
      company: GOOD.company,
    });
    await settle();
    await enrich();
    expect(await state(contactId)).toMatchObject({ mqlr_enrichment: 'complete' });
    const late = { ...result, id: `${entryId}.2` };
    expect(await takeEnrichment(house.context, late)).toEqual({ ok: true, taken: false });
    await undoAnswer(house.context, house.identity, entryId, { requestId: randomUUID(), reason: 'test' });
    await house.drain();
    expect(await house.contact(contactId, 'company')).toMatchObject({ company: 'test' });
  });

  it('is checked although another one cannot be, which the queue is told of', async () => {
    await setFollowUp({});
    const broken = await rejected();
    const healthy = await rejected();
    const wakeUp = () => store.db.updateTable('wakeUp').where('entryId', '=', broken.entryId);
    // A date that no calendar has.
    await wakeUp()
      .set({ dueAt: sql`'infinity'::timestamptz` as never })
      .execute();
    const { portalId } = house;
    await store.db
      .updateTable('enrichment')
      .set({ lookAt: new Date(0) })
      .where('entryId', '=', broken.entryId)
      .execute();
    await expect(enrich()).rejects.toThrow('Not every lead’s data');
    await house.drain();
    expect(await state(healthy.contactId)).toMatchObject({ mqlr_enrichment: 'open' });
    await wakeUp().set({ dueAt: house.context.now() }).where('portalId', '=', portalId).execute();
    await enrich();
    expect(await state(broken.contactId)).toMatchObject({ mqlr_enrichment: 'open' });
  });

  it('is told to the tool although it never takes a hundred others', async () => {
    const { port } = tool.address() as AddressInfo;
    await setFollowUp({ enrichVia: 'webhook', enrichTarget: `http://127.0.0.1:${port}/enrich` });
    const { portalId } = house;
    const later = new Date(house.context.now().getTime() + 86_400_000);
    const row = { portalId, openedAt: later, lookAt: later, tryAt: later, tries: 1, owesCall: true };
    // Before every id that the app makes.
    const entryIds = Array.from(
      { length: 120 },
      (_, place) => `00000000-0000-4000-8000-${`${place}`.padStart(12, '0')}`,
    );
    await store.db
      .insertInto('enrichment')
      .values(
        entryIds.map((entryId) => ({ ...row, entryId, contactId: REFUSED, closedAt: null, outcome: null })),
      )
      .execute();
    const { contactId } = await rejected();
    const told = (): boolean => calls.some((call) => call.contactId === contactId);
    for (let minute = 0; minute < 120 && !told(); minute += 1)
      await expect(enrich()).rejects.toThrow('did not take every call');
    expect(told()).toBe(true);
    expect(await woken(true)).toContain(portalId);
    expect(await woken(false)).not.toContain(portalId);
    await setFollowUp({ enrichVia: 'none' });
    await enrich();
    expect(await woken(true)).not.toContain(portalId);
    await store.db.deleteFrom('enrichment').where('contactId', '=', REFUSED).execute();
  });
});
