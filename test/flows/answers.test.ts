import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { CardView, RejectionAnswer } from '../../src/contract.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { listEntries } from '../../server/store/ledger.ts';
import { listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import { APP_ID, contactRef, openHouse, type House } from './house.ts';

await describeEachEngine('answers', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  const reject = (contactId: string, overrides: Parameters<House['rejection']>[1] = {}) =>
    recordRejection(house.context, house.identity, house.rejection(contactId, overrides));
  const rejected = async (contactId: string, overrides: Parameters<House['rejection']>[1] = {}) => {
    const answer = await reject(contactId, overrides);
    if (!answer.ok) throw new Error(answer.sentence);
    return answer;
  };
  const undo = (answerId: string, reason: string | null = null) =>
    undoAnswer(house.context, house.identity, answerId, { requestId: randomUUID(), reason });
  const card = async (contactId: string): Promise<CardView> => {
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const standingRows = (contactId: string) =>
    store.db
      .selectFrom('standingAnswer')
      .selectAll()
      .where('portalId', '=', house.portalId)
      .where('contactId', '=', contactId)
      .execute();
  const entries = (contactId: string) => listEntries(store.db, house.portalId, contactId);

  it('a rejection is answered before HubSpot hears of it, and then the record holds status and reason', async () => {
    const contactId = await house.addMql();
    const answer = await rejected(contactId, { note: 'evaluating next year' });
    expect(answer.headline).toBe('Rejected as Too early.');
    expect(await house.contact(contactId, 'hs_lead_status', 'mqlr_reason')).toMatchObject({
      hs_lead_status: 'NEW',
    });
    await house.drain();
    expect(
      await house.contact(contactId, 'hs_lead_status', 'mqlr_reason', 'mqlr_status', 'mqlr_answered_by'),
    ).toMatchObject({
      hs_lead_status: 'BAD_TIMING',
      mqlr_reason: 'too_early',
      mqlr_status: 'pending_review',
      mqlr_answered_by: '901',
    });
    const { standing } = await card(contactId);
    expect(standing?.steps.map((step) => step.state)).toEqual(['done', 'done', 'done', 'waiting', 'waiting']);
    expect(standing).toMatchObject({
      by: 'mia@example.com',
      note: 'evaluating next year',
      reasonLabel: 'Too early',
    });
  });

  it('undo puts the whole portal back as it was, compared with everything the sandbox holds', async () => {
    const contactId = await house.addMql({ hubspot_owner_id: '' });
    await house.drain();
    const before = await house.state();
    const answer = await rejected(contactId, { reason: 'duplicate', note: 'see the other record' });
    await house.drain();
    expect(await house.state()).not.toEqual(before);
    expect(await undo(answer.rejectionId)).toMatchObject({ ok: true });
    await house.drain();
    expect(await house.state()).toEqual(before);
    const { state, history } = await card(contactId);
    expect(state).toBe('open');
    expect(history[0]?.steps.every((step) => step.state === 'undone' || step.state === 'cancelled')).toBe(
      true,
    );
  });

  it('an undo before anything was carried out leaves HubSpot untouched', async () => {
    const contactId = await house.addMql();
    await house.drain();
    const before = await house.state();
    const answer = await rejected(contactId);
    await undo(answer.rejectionId);
    await house.drain();
    expect(await house.state()).toEqual(before);
  });

  it('a second delivery gives the first answer, one after the other and at the same moment', async () => {
    const contactId = await house.addMql();
    const request = house.rejection(contactId);
    const send = () => recordRejection(house.context, house.identity, request);
    const together = await Promise.all([send(), send(), send()]);
    const later = await send();
    for (const answer of together) expect(JSON.stringify(answer)).toBe(JSON.stringify(later));
    expect(await entries(contactId)).toHaveLength(1);
    const undoRequest = { requestId: randomUUID(), reason: null };
    const undoOnce = () =>
      undoAnswer(house.context, house.identity, (later as RejectionAnswer).rejectionId, undoRequest);
    const undone = await Promise.all([undoOnce(), undoOnce()]);
    expect(JSON.stringify(undone[0])).toBe(JSON.stringify(undone[1]));
    expect(JSON.stringify(await undoOnce())).toBe(JSON.stringify(undone[0]));
    expect(undone[0]).toMatchObject({ ok: true });
    await house.drain();
  });

  it('two reps who answer the same lead at once: one is taken, the other is told', async () => {
    const contactId = await house.addMql();
    const answers = await Promise.all([reject(contactId), reject(contactId, { reason: 'not_icp' })]);
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1);
    expect(answers.find((answer) => !answer.ok)).toMatchObject({ kind: 'already-rejected' });
  });

  it('a request id that was used for something else is refused instead of hiding one of the two', async () => {
    const [one, two] = [await house.addMql(), await house.addMql()];
    const { requestId } = house.rejection(one);
    await rejected(one, { requestId });
    expect(await reject(two, { requestId })).toMatchObject({ ok: false, kind: 'request-reused' });
    expect(await entries(two)).toHaveLength(0);
  });

  it('refusals change nothing', async () => {
    const contactId = await house.addMql();
    const stranger = await house.addMql({ lifecyclestage: 'subscriber' });
    await house.drain();
    const before = await house.state();
    const rollups = await listRollups(store.db, house.portalId);
    expect(await reject(contactId, { reason: null })).toMatchObject({ kind: 'reason-missing' });
    expect(await reject(contactId, { reason: 'no_budget' })).toMatchObject({ kind: 'reason-not-active' });
    expect(await reject(contactId, { note: 'x'.repeat(100_000) })).toMatchObject({ kind: 'note-too-long' });
    expect(await reject(stranger)).toMatchObject({ kind: 'not-handed-off' });
    expect(await reject('999999999')).toMatchObject({ kind: 'record-unknown', retry: true });
    expect(await undo(randomUUID())).toMatchObject({ kind: 'answer-unknown' });
    await house.drain();
    expect(await entries(contactId)).toHaveLength(0);
    expect(await listRollups(store.db, house.portalId)).toEqual(rollups);
    expect(await house.state()).toEqual(before);
  });

  it('an acceptance is recorded and written, can be followed by a rejection, and each undo puts its own back', async () => {
    const contactId = await house.addMql();
    await house.drain();
    const before = await house.state();
    const accept = () =>
      recordAcceptance(house.context, house.identity, {
        requestId: randomUUID(),
        record: contactRef(contactId),
      });
    const accepted = await accept();
    if (!accepted.ok) throw new Error(accepted.sentence);
    await house.drain();
    expect(await house.contact(contactId, 'hs_lead_status', 'mqlr_status')).toMatchObject({
      hs_lead_status: 'IN_PROGRESS',
      mqlr_status: 'accepted',
    });
    expect(await accept()).toMatchObject({ ok: false, kind: 'already-accepted' });
    await undo(accepted.acceptanceId);
    await house.drain();
    expect(await house.state()).toEqual(before);
    await accept();
    await house.drain();
    const acceptedState = await house.state();
    const { rejectionId } = await rejected(contactId);
    await house.drain();
    expect(await undo(rejectionId)).toMatchObject({ ok: true });
    await house.drain();
    expect(await house.state()).toEqual(acceptedState);
    const view = await card(contactId);
    expect(view).toMatchObject({ state: 'accepted', standing: { kind: 'accepted' } });
    expect(await accept()).toMatchObject({ ok: false, kind: 'already-accepted' });
    expect(await undo(view.standing?.id ?? '')).toMatchObject({ ok: true });
    await house.drain();
    expect(await house.state()).toEqual(before);
  });

  it('a lead that is accepted and then rejected counts as one answer, and as the other again after the undo', async () => {
    const contactId = await house.addMql();
    const totals = async () => {
      const rows = await listRollups(store.db, house.portalId);
      const of = (measure: string): number =>
        rows.filter((row) => row.measure === measure && row.dim === '').reduce((sum, row) => sum + row.n, 0);
      return { acceptances: of('acceptance'), rejections: of('rejection') };
    };
    const before = await totals();
    const since = async () => {
      const now = await totals();
      return [now.acceptances - before.acceptances, now.rejections - before.rejections];
    };
    const record = contactRef(contactId);
    const accepted = { requestId: randomUUID(), record };
    expect(await recordAcceptance(house.context, house.identity, accepted)).toMatchObject({ ok: true });
    expect(await since()).toEqual([1, 0]);
    const { rejectionId } = await rejected(contactId);
    expect(await since()).toEqual([0, 1]);
    expect(await undo(rejectionId)).toMatchObject({ ok: true });
    expect(await since()).toEqual([1, 0]);
  });

  it('a card on facts that are too old says so, and they are read again without a webhook', async () => {
    const contactId = await house.addMql();
    expect((await card(contactId)).factsNotice).toBeNull();
    await house.passSeconds(61 * 60);
    expect((await card(contactId)).factsNotice).toContain('read 1 h 1 m ago');
    await house.refresh();
    expect((await card(contactId)).factsNotice).toBeNull();
  });

  it('looking at a card answers nothing', async () => {
    const contactId = await house.addMql();
    await card(contactId);
    expect(await standingRows(contactId)).not.toContainEqual(
      expect.objectContaining({ kind: expect.stringMatching(/^(rejection|acceptance)$/) }),
    );
  });

  it('the quick undo ends after thirty seconds; then it needs a reason, and still restores everything', async () => {
    const contactId = await house.addMql();
    await house.drain();
    const before = await house.state();
    const answer = await rejected(contactId);
    await house.drain();
    await house.passSeconds(31);
    expect(await undo(answer.rejectionId)).toMatchObject({ ok: false, kind: 'undo-needs-reason' });
    expect(await undo(answer.rejectionId, 'wrong lead')).toMatchObject({ ok: true });
    await house.drain();
    expect(await house.state()).toEqual(before);
    expect((await card(contactId)).history[0]?.sentence).toContain('taken back: wrong lead');
  });

  it('a note with characters that no database can hold is kept without them', async () => {
    const contactId = await house.addMql({ company: 'Nul\0 and \ud800 Ltd' });
    await rejected(contactId, { note: 'half \ud800 and nul \0 here' });
    expect((await entries(contactId))[0]?.note).toBe('half \ufffd and nul  here');
    await house.drain();
  });

  it('rollups count what stands, and a rebuild from the ledger gives the same numbers', async () => {
    const running = await listRollups(store.db, house.portalId);
    await store.transaction((tx) => rebuildRollups(tx, house.portalId));
    const rebuilt = await listRollups(store.db, house.portalId);
    const counted = (rows: typeof running) => rows.filter((row) => row.n !== 0);
    expect(counted(running)).toEqual(counted(rebuilt));
    expect(counted(running).length).toBeGreaterThan(0);
  });

  it('a second delivery gets the first answer also where the record may be restored and HubSpot is away', async () => {
    const contactId = await house.addMql();
    const request = house.rejection(contactId);
    const first = await recordRejection(house.context, house.identity, request);
    expect(first).toMatchObject({ ok: true });
    await house.drain();
    const event = {
      eventId: 10,
      subscriptionId: 3,
      portalId: house.portalId,
      appId: APP_ID,
      occurredAt: 0,
      attemptNumber: 0,
      objectId: contactId,
    };
    await takeWebhooks(house.context, [{ ...event, subscriptionType: 'contact.deletion' }]);
    await takeWebhooks(house.context, [{ ...event, subscriptionType: 'contact.restore' }]);
    await house.control('PUT', '/faults', [{ match: { path: '.' }, fault: { kind: 'status', status: 503 } }]);
    expect(await recordRejection(house.context, house.identity, request)).toEqual(first);
    await house.control('PUT', '/faults', []);
  });
});
