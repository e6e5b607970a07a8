import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { sql } from 'kysely';

import { drainPlans } from '../../server/flows/drainPlans.ts';
import { viewPending } from '../../server/flows/guardQueues.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { wakeLeads } from '../../server/flows/wakeUp.ts';
import type { WebhookEvent } from '../../src/contract.ts';
import type { Store } from '../../server/store/db.ts';
import { listHandOffs } from '../../server/store/handOffs.ts';
import { closeWakeUp, leadsInLimbo } from '../../server/store/wakeUps.ts';
import { CONTACT_ROWS } from '../../server/store/merges.ts';
import { everyRow } from '../store/dump.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House, type Json } from './house.ts';
import { openInbox, type Inbox } from './inbox.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

await describeEachEngine('records that HubSpot merges', (openTestStore) => {
  let store: Store;
  let house: House;
  let inbox: Inbox;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    inbox = await openInbox(house, { duplicate: 0.5, reorder: true, seed: 4 });
  });
  afterAll(async () => {
    inbox.close();
    await house.close();
  });
  beforeEach(() => settle());

  const carryOut = (): Promise<void> =>
    drainPlans(
      { ...house.context, gateway: { ...house.context.gateway, recentCalls: () => 0 } },
      house.portalId,
    );
  const take = async (events: readonly WebhookEvent[]): Promise<void> => {
    await takeWebhooks(house.context, events);
    await guardRecords(house.context, house.portalId);
    await house.refresh();
    await carryOut();
  };
  const settle = async (): Promise<void> => {
    for (let events = await inbox.take(); events.length > 0; events = await inbox.take()) await take(events);
  };
  const merge = async (primaryObjectId: string, objectIdToMerge: string): Promise<string> => {
    const body = { primaryObjectId, objectIdToMerge };
    return String(((await house.asPerson('POST', `${CONTACTS}/merge`, body)) as Json)['id']);
  };
  const reject = async (contactId: string, reason = 'too_early'): Promise<string> => {
    const request = house.rejection(contactId, { reason });
    const answer = await recordRejection(house.context, house.identity, request);
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  const card = (contactId: string) => viewCard(house.context, house.identity, contactRef(contactId));
  const handOffsOf = (contactId: string) => listHandOffs(store.db, house.portalId, contactId);
  const openSteps = (entryId: string) =>
    store.db
      .selectFrom('planStep')
      .select(['contactId', 'state'])
      .where('portalId', '=', house.portalId)
      .where('entryId', '=', entryId)
      .where('state', '=', 'pending')
      .execute();

  it('every table that names a contact says what a merge does to it', async () => {
    const { rows } = await sql<{ tableName: string }>`
      select table_name from information_schema.columns
      where column_name = 'contact_id' and table_schema = current_schema() order by 1`.execute(store.db);
    expect(rows.map(({ tableName }) => tableName)).toEqual(Object.keys(CONTACT_ROWS).sort());
  });

  it('the rejection stands for the record that came out, by its new id and by both old ones', async () => {
    const [rejected, other] = [await house.addMql(), await house.addMql()];
    await settle();
    const entryId = await reject(rejected);
    await settle();
    const into = await merge(other, rejected);
    await settle();
    for (const id of [into, rejected, other])
      expect(await card(id)).toMatchObject({ ok: true, state: 'rejected', standing: { id: entryId } });
    // What waited for the week goes on, on the new record.
    expect(await openSteps(entryId)).toEqual(expect.arrayContaining([{ contactId: into, state: 'pending' }]));
    await house.passDays(8);
    await carryOut();
    expect(await house.contact(into, 'lifecyclestage', 'mqlr_status')).toMatchObject({
      lifecyclestage: 'lead',
      mqlr_status: 'rejected',
    });
  });

  it('a click on an old record, before anybody was told, goes over to the new one with all that it owes', async () => {
    const [one, other] = [await house.addMql(), await house.addMql()];
    await settle();
    const into = await merge(one, other);
    const untold = await inbox.take();
    const entryId = await reject(other);
    await carryOut();
    await take(untold);
    expect(await card(one)).toMatchObject({ state: 'rejected', standing: { id: entryId } });
    const again = await recordRejection(house.context, house.identity, house.rejection(one));
    expect(again).toMatchObject({ ok: false, kind: 'already-rejected' });
    await settle();
    expect(await house.contact(into, 'mqlr_reason')).toMatchObject({ mqlr_reason: 'too_early' });
    expect((await openSteps(entryId)).every(({ contactId }) => contactId === into)).toBe(true);
  });

  it('of two rejections the later one stands, the earlier one owes nothing any more, and both count', async () => {
    const [first, second] = [await house.addMql(), await house.addMql()];
    await settle();
    const earlier = await reject(first, 'low_intent');
    await house.passSeconds(5);
    const later = await reject(second, 'too_early');
    await settle();
    const into = await merge(first, second);
    await settle();
    expect(await card(into)).toMatchObject({ state: 'rejected', standing: { id: later } });
    expect(await openSteps(earlier)).toEqual([]);
    const { rows } = await sql<{ rejections: number }>`
      select count(*)::int as rejections from ledger
      where portal_id = ${house.portalId} and contact_id = ${into} and kind = 'rejection'`.execute(store.db);
    expect(rows).toEqual([{ rejections: 2 }]);
    expect(await handOffsOf(into)).toMatchObject([
      { attempt: 2, closedHow: 'rejection', closedBy: later },
      { attempt: 1, closedHow: 'rejection', closedBy: earlier },
    ]);
    const undone = await undoAnswer(house.context, house.identity, earlier, {
      requestId: 'undo-of-the-earlier-one',
      reason: 'merged',
    });
    expect(undone).toMatchObject({ ok: false, kind: 'answer-replaced' });
  });

  it('an acceptance after the other record was rejected stands', async () => {
    const [first, second] = [await house.addMql(), await house.addMql()];
    await settle();
    await reject(first);
    await house.passSeconds(5);
    const accepted = await recordAcceptance(house.context, house.identity, {
      requestId: 'accepted-before-the-merge',
      record: contactRef(second),
    });
    expect(accepted).toMatchObject({ ok: true });
    await settle();
    const into = await merge(second, first);
    await settle();
    expect(await card(into)).toMatchObject({ state: 'accepted' });
    expect(await handOffsOf(into)).toMatchObject([
      { attempt: 2, closedHow: 'acceptance' },
      { attempt: 1, closedHow: 'rejection' },
    ]);
  });

  it('two hand-offs that wait are one that waits, and both count', async () => {
    const [first, second] = [await house.addMql(), await house.addMql()];
    await settle();
    for (const id of [first, second]) await card(id);
    const into = await merge(second, first);
    await settle();
    expect(await handOffsOf(into)).toMatchObject([
      { attempt: 1, closedHow: null },
      { attempt: 0, closedHow: 'withdrawn', nextAt: null },
    ]);
    expect(await handOffsOf(first)).toEqual([]);
    const entryId = await reject(into);
    expect((await handOffsOf(into))[0]).toMatchObject({ attempt: 1, closedBy: entryId });
  });

  it('a reason that is missing stays missing once', async () => {
    const [one, other] = [await house.addMql(), await house.addMql()];
    await settle();
    await house.byHand(one, { hs_lead_status: 'UNQUALIFIED' });
    await settle();
    const into = await merge(one, other);
    await settle();
    const page = await viewPending(house.context, house.identity, { limit: 100 });
    if (!page.ok) throw new Error(page.sentence);
    expect(page.rows.filter(({ contactId }) => contactId === into)).toHaveLength(1);
    expect(page.rows.filter(({ contactId }) => contactId === one)).toEqual([]);
  });

  it('merges on merges, told the last first, end at the record that is left', async () => {
    const [a, b, c] = [await house.addMql(), await house.addMql(), await house.addMql()];
    await settle();
    const entryId = await reject(a);
    await settle();
    const ab = await merge(a, b);
    const first = await inbox.take();
    const abc = await merge(c, ab);
    const second = await inbox.take();
    await take(second);
    await take(first);
    await settle();
    for (const id of [a, b, c, ab, abc])
      expect(await card(id)).toMatchObject({ ok: true, state: 'rejected', standing: { id: entryId } });
  });

  it('a merge that is told after the erasure brings nothing of the person back', async () => {
    const [one, other] = [await house.addMql(), await house.addMql({ firstname: 'Augusta' })];
    await settle();
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(other, { note: 'Augusta said no' }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    await settle();
    const into = await merge(one, other);
    await house.asPerson('POST', `${CONTACTS}/gdpr-delete`, { objectId: into });
    const events = await inbox.take();
    const isMerge = ({ subscriptionType }: WebhookEvent): boolean => subscriptionType.endsWith('.merge');
    await take(events.filter((event) => !isMerge(event)));
    await take(events.filter(isMerge));
    await settle();
    expect((await everyRow(store)).filter((row) => row.includes('Augusta'))).toEqual([]);
  });

  it('a person who is erased is erased with what was written under the old ids', async () => {
    const [one, other] = [await house.addMql(), await house.addMql()];
    await settle();
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(one, { note: 'Ada said no to Charles' }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    await settle();
    const into = await merge(one, other);
    await settle();
    await house.asPerson('POST', `${CONTACTS}/gdpr-delete`, { objectId: into });
    await settle();
    const { rows } = await sql<{ note: string | null; change: unknown }>`
      select entry.note, step.change from ledger entry
      join plan_step step on step.portal_id = entry.portal_id and step.entry_id = entry.entry_id
      where entry.portal_id = ${house.portalId} and entry.entry_id = ${answer.rejectionId}`.execute(store.db);
    expect(rows.length).toBeGreaterThan(0);
    expect(rows.filter(({ note, change }) => note !== null || change !== null)).toEqual([]);
  });
});

await describeEachEngine('records that are deleted and restored', (openTestStore) => {
  let store: Store;
  let house: House;
  let inbox: Inbox;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    inbox = await openInbox(house, {});
  });
  afterAll(async () => {
    inbox.close();
    await house.close();
  });

  const settle = async (): Promise<void> => {
    for (let events = await inbox.take(); events.length > 0; events = await inbox.take()) {
      await takeWebhooks(house.context, events);
      await guardRecords(house.context, house.portalId);
      await house.refresh();
      await house.drain();
    }
  };
  const remove = (id: string) => house.asPerson('DELETE', `${CONTACTS}/${id}`);
  const restore = (id: string) => house.control('POST', '/restore', { id, userId: 77 });

  it('what fell due meanwhile is carried out after the restore, and queues forget and remember the record', async () => {
    const [rejected, open] = [await house.addMql(), await house.addMql()];
    await settle();
    const answer = await recordRejection(house.context, house.identity, house.rejection(rejected));
    if (!answer.ok) throw new Error(answer.sentence);
    await house.byHand(open, { hs_lead_status: 'UNQUALIFIED' });
    await settle();
    const pending = async (): Promise<readonly string[]> => {
      const page = await viewPending(house.context, house.identity, { limit: 100 });
      if (!page.ok) throw new Error(page.sentence);
      return page.rows.map(({ contactId }) => contactId);
    };
    expect(await pending()).toEqual([open]);
    await remove(rejected);
    await remove(open);
    await settle();
    expect(await pending()).toEqual([]);
    await house.passDays(8);
    await house.drain();
    const steps = () =>
      store.db
        .selectFrom('planStep')
        .select('state')
        .where('portalId', '=', house.portalId)
        .where('entryId', '=', answer.rejectionId)
        .execute();
    expect(await steps()).toContainEqual({ state: 'failed' });
    await restore(rejected);
    await restore(open);
    await settle();
    expect(await pending()).toEqual([open]);
    expect(await house.contact(rejected, 'lifecyclestage', 'mqlr_status')).toMatchObject({
      lifecyclestage: 'lead',
      mqlr_status: 'rejected',
    });
    expect(await steps()).not.toContainEqual({ state: 'failed' });
  });

  it('a rejected lead that was gone when it was to be looked at waits again for its own date', async () => {
    const wakeUps = () =>
      store.db
        .selectFrom('wakeUp')
        .select(['kind', 'outcome', 'dueAt'])
        .where('portalId', '=', house.portalId)
        .where('contactId', '=', contactId)
        .orderBy('look')
        .execute();
    const contactId = await house.addMql();
    await settle();
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    if (!answer.ok) throw new Error(answer.sentence);
    await settle();
    await remove(contactId);
    await settle();
    await house.passDays(31);
    await wakeLeads(house.context, house.portalId);
    expect(await wakeUps()).toMatchObject([
      { kind: 'cooling_over', outcome: 'record_gone' },
      { kind: 'slow_lane', outcome: null },
    ]);
    expect(await leadsInLimbo(store.db, house.portalId)).toEqual([]);
    await restore(contactId);
    await settle();
    await wakeLeads(house.context, house.portalId);
    const after = await wakeUps();
    expect(after).toMatchObject([
      { outcome: 'record_gone' },
      { kind: 'cooling_over', outcome: 'blocked' },
      { kind: 'requalification', outcome: null },
    ]);
    const days = ((after.at(-1)?.dueAt.getTime() ?? 0) - house.context.now().getTime()) / 86_400_000;
    expect(Math.ceil(days)).toBeLessThanOrEqual(60 - 31 + 1);
    expect(await leadsInLimbo(store.db, house.portalId)).toEqual([]);
  });

  it('a rejection whose waiting had ended with its record waits again once it is restored', async () => {
    const contactId = await house.addMql();
    await settle();
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    if (!answer.ok) throw new Error(answer.sentence);
    await settle();
    await remove(contactId);
    await settle();
    // As earlier releases left it.
    const { rejectionId: entryId } = answer;
    await closeWakeUp(store.db, { portalId: house.portalId, entryId }, 'record_gone', house.context.now());
    expect(await leadsInLimbo(store.db, house.portalId)).toEqual([contactId]);
    await restore(contactId);
    await settle();
    await wakeLeads(house.context, house.portalId);
    expect(await leadsInLimbo(store.db, house.portalId)).toEqual([]);
  });
});
