import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { BatchAnswer, BatchPage, BatchRequest, QueueQuery } from '../../src/contract/queues.ts';
import { viewBatch } from '../../server/flows/batchQueue.ts';
import { decideBatch } from '../../server/flows/batchReview.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { findEntry, listEntries } from '../../server/store/ledger.ts';
import { listRollups, rebuildRollups } from '../../server/store/rollups.ts';
import { loadSettings, saveSettings } from '../../server/store/portals.ts';
import type { Store } from '../../server/store/db.ts';
import { bodyOf, DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

await describeEachEngine('the weekly batch', (openTestStore) => {
  let store: Store;
  let house: House;
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
  });
  afterAll(() => house.close());

  const rejected = async (overrides: Parameters<House['rejection']>[1] = {}, properties = {}) => {
    const contactId = await house.addMql(properties);
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, overrides),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return { contactId, entryId: answer.rejectionId };
  };
  const page = async (query: Partial<QueueQuery> = {}): Promise<BatchPage> => {
    const view = await viewBatch(house.context, house.identity, { limit: 100, ...query });
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const send = async (request: BatchRequest): Promise<BatchAnswer> => {
    const answer = await decideBatch(house.context, house.identity, request);
    if (!answer.ok) throw new Error(answer.sentence);
    return answer;
  };
  const approve = (...entryIds: string[]) =>
    send({ requestId: randomUUID(), approve: entryIds, override: [] });
  const override = (entryId: string, reason: string, note: string | null = null) =>
    send({ requestId: randomUUID(), approve: [], override: [{ entryId, reason, note }] });
  const card = async (contactId: string) => {
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const countsHold = async () => {
    const kept = await listRollups(store.db, house.portalId);
    await store.transaction((tx) => rebuildRollups(tx, house.portalId));
    const rebuilt = await listRollups(store.db, house.portalId);
    expect(kept.filter(({ n }) => n !== 0)).toEqual(rebuilt.filter(({ n }) => n !== 0));
  };
  const use = async (settings: Partial<Settings>): Promise<void> => {
    const basedOnVersion = (await loadSettings(store.db, house.portalId))?.version ?? 0;
    const body = bodyOf({ ...DEFAULT_SETTINGS, ...settings });
    const savedAt = house.context.now();
    await saveSettings(store.db, { portalId: house.portalId, body, basedOnVersion, savedAt, savedBy: null });
  };
  const decisions = (entryId: string) =>
    store.db
      .selectFrom('batchDecision')
      .selectAll()
      .where('portalId', '=', house.portalId)
      .where('entryId', '=', entryId)
      .execute();

  it('shows what waits, oldest first, with what a reviewer decides on', async () => {
    const first = await rejected(
      { note: 'evaluating next year' },
      { firstname: 'Grace', lastname: 'Hopper' },
    );
    const second = await rejected({ reason: 'not_icp' });
    const ids = (await page()).rows.map(({ id }) => id);
    expect(ids.indexOf(first.entryId)).toBeLessThan(ids.indexOf(second.entryId));
    const row = (await page()).rows.find(({ id }) => id === first.entryId);
    expect(row).toMatchObject({
      contactId: first.contactId,
      name: 'Grace Hopper',
      reasonCode: 'too_early',
      reasonLabel: 'Too early',
      note: 'evaluating next year',
      by: 'mia@example.com',
      path: 'Card',
    });
    expect(row?.link).toMatch(
      new RegExp(`^https://.+/contacts/${house.portalId}/record/0-1/${first.contactId}$`),
    );
    expect(new Date(row?.runsAt ?? 0).getTime()).toBeGreaterThan(house.context.now().getTime());
    const { sentence, waiting, overrideReasons } = await page();
    expect(sentence).toMatch(
      new RegExp(`^${waiting} rejections wait, the oldest since .+ run by themselves`),
    );
    expect(overrideReasons.map(({ code }) => code)).toContain('bad_data');
  });

  it('filters by reason and by text, whatever the text is', async () => {
    const found = await rejected({ note: 'they said 100% no_way' }, { lastname: 'Filterton' });
    expect((await page({ reason: 'not_icp' })).rows.every(({ reasonCode }) => reasonCode === 'not_icp')).toBe(
      true,
    );
    expect((await page({ q: 'filterTON' })).rows.map(({ id }) => id)).toEqual([found.entryId]);
    expect((await page({ q: '100% no_' })).rows.map(({ id }) => id)).toEqual([found.entryId]);
    expect((await page({ q: '%' })).rows.map(({ id }) => id)).toEqual([found.entryId]);
    expect(await page({ q: "'; drop table ledger; --" })).toMatchObject({ rows: [], total: 0 });
    const { total, waiting } = await page({ q: 'filterTON' });
    expect(total).toBe(1);
    expect(waiting).toBeGreaterThan(1);
  });

  it('reads a reason that was renamed or split as those of now', async () => {
    const renamed = await rejected({ reason: 'too_late' });
    const split = await rejected({ reason: 'duplicate' });
    const step = { day: '2099-01-01', version: 1 };
    const parts = [
      { code: 'bad_data', share: 0.7 },
      { code: 'not_icp', share: 0.3 },
    ];
    const countOf = async (code: string) =>
      (await page()).reasons.find((one) => one.code === code)?.count ?? 0;
    const idsOf = async (reason: string) => (await page({ reason })).rows.map(({ id }) => id);
    const [early, late] = [await countOf('too_early'), await countOf('too_late')];
    await use({
      crosswalk: [
        { ...step, from: 'too_late', to: [{ code: 'too_early', share: 1 }] },
        { ...step, from: 'duplicate', to: parts },
      ],
    });
    expect([await countOf('too_early'), await countOf('too_late')]).toEqual([early + late, 0]);
    expect(await idsOf('too_early')).toContain(renamed.entryId);
    expect(await idsOf('too_late')).toEqual([]);
    expect(await idsOf('bad_data')).toContain(split.entryId);
    expect(await idsOf('not_icp')).toContain(split.entryId);
    const label = (await page()).rows.find(({ id }) => id === split.entryId)?.reasonLabel;
    expect(label).toBe('Duplicate, now Bad data or Not ICP');
    await use({});
  });

  it('goes through the pages without leaving one out or showing one twice', async () => {
    const all = await page();
    const seen: string[] = [];
    let after: string | undefined;
    do {
      const part = await page({ limit: 2, ...(after !== undefined && { after }) });
      expect(part.total).toBe(all.total);
      seen.push(...part.rows.map(({ id }) => id));
      after = part.next ?? undefined;
    } while (after !== undefined);
    expect(seen).toEqual(all.rows.map(({ id }) => id));
  });

  it('approving lets the waiting steps go now', async () => {
    const { contactId, entryId } = await rejected();
    await house.drain();
    expect(await house.contact(contactId, 'mqlr_status', 'lifecyclestage')).toMatchObject({
      mqlr_status: 'pending_review',
      lifecyclestage: 'marketingqualifiedlead',
    });
    expect((await approve(entryId)).results).toEqual([
      { entryId, ok: true, sentence: 'Approved: what waited is being carried out now.' },
    ]);
    expect((await page()).rows.map(({ id }) => id)).not.toContain(entryId);
    await house.drain();
    expect(await house.contact(contactId, 'mqlr_status', 'lifecyclestage')).toMatchObject({
      mqlr_status: 'rejected',
      lifecyclestage: 'lead',
    });
    expect(await decisions(entryId)).toMatchObject([{ verdict: 'approved', byUserId: 901 }]);
  });

  it('overriding takes back and rejects anew, in one, and the record holds the second reason alone', async () => {
    const { contactId, entryId } = await rejected({ reason: 'too_early' }, { hubspot_owner_id: '' });
    await house.drain();
    await house.refresh();
    const { results } = await override(entryId, 'bad_data', 'the number is a fax');
    expect(results).toMatchObject([{ entryId, ok: true }]);
    expect(results[0]?.sentence).toMatch(/^Rejected as Bad data\./);
    await house.drain();
    const [again, undo, first] = await listEntries(store.db, house.portalId, contactId);
    expect(first).toMatchObject({ entryId, kind: 'rejection', reason: 'too_early' });
    expect(undo).toMatchObject({ kind: 'undo', reversesEntryId: entryId, path: 'batch', actorUserId: 901 });
    expect(again).toMatchObject({
      kind: 'rejection',
      reason: 'bad_data',
      note: 'the number is a fax',
      path: 'batch',
      actorUserId: 901,
    });
    expect(await decisions(entryId)).toMatchObject([
      { verdict: 'overridden', undoEntryId: undo?.entryId, newEntryId: again?.entryId },
    ]);
    expect(
      await house.contact(contactId, 'mqlr_reason', 'mqlr_path', 'mqlr_attempt', 'hs_lead_status'),
    ).toMatchObject({
      mqlr_reason: 'bad_data',
      mqlr_path: 'batch',
      mqlr_attempt: '1',
      hs_lead_status: 'UNQUALIFIED',
    });
    const { standing, history } = await card(contactId);
    expect(standing?.reasonLabel).toBe('Bad data');
    expect(standing?.steps.every(({ state }) => state === 'done' || state === 'waiting')).toBe(true);
    expect(history[0]?.sentence).toMatch(
      /Too early .+ taken back: Overridden in the weekly batch: Bad data\./,
    );
    await countsHold();
  });

  it('an override is decided on what the record holds without the first rejection, also where that was read since', async () => {
    const { contactId, entryId } = await rejected();
    await approveByTimer(contactId);
    const second = await rejected();
    await house.drain();
    await store.db
      .updateTable('leadSnapshot')
      .set({ staleSince: house.context.now() })
      .where('portalId', '=', house.portalId)
      .where('contactId', '=', second.contactId)
      .execute();
    await house.refresh();
    await override(second.entryId, 'not_icp');
    const { newEntryId } = (await decisions(second.entryId))[0] ?? {};
    const steps = await store.db
      .selectFrom('planStep')
      .selectAll()
      .where('portalId', '=', house.portalId)
      .where('entryId', '=', newEntryId ?? '')
      .orderBy('seq')
      .execute();
    expect(steps[0]?.expected).toEqual({ hs_lead_status: 'NEW' });
    await house.drain();
    expect((await card(second.contactId)).standing?.steps.map(({ state }) => state)).not.toContain('failed');
    expect(entryId).not.toBe(second.entryId);
  });

  /** Lets the seven days go by. */
  const approveByTimer = async (contactId: string) => {
    await house.passDays(8);
    await house.drain();
    expect(await house.contact(contactId, 'mqlr_status')).toMatchObject({ mqlr_status: 'rejected' });
  };

  it('an acceptance that the first rejection replaced is replaced by the second one', async () => {
    const contactId = await house.addMql();
    const accepted = await recordAcceptance(house.context, house.identity, {
      requestId: randomUUID(),
      record: contactRef(contactId),
    });
    const answer = await recordRejection(house.context, house.identity, house.rejection(contactId));
    if (!answer.ok || !accepted.ok) throw new Error('The lead could not be answered.');
    await override(answer.rejectionId, 'not_icp');
    const again = await findEntry(
      store.db,
      house.portalId,
      (await decisions(answer.rejectionId))[0]?.newEntryId ?? '',
    );
    expect(again?.decision).toMatchObject({ replaces: accepted.acceptanceId, attempt: 1 });
    await countsHold();
  });

  it('tells each row by itself what keeps it from being decided', async () => {
    const open = await rejected();
    const undone = await rejected();
    await undoAnswer(house.context, house.identity, undone.entryId, {
      requestId: randomUUID(),
      reason: null,
    });
    const approved = await rejected();
    await approve(approved.entryId);
    const unknown = randomUUID();
    const { results } = await approve(open.entryId, undone.entryId, approved.entryId, unknown, open.entryId);
    expect(results.map(({ ok, sentence }) => `${ok} ${sentence}`)).toEqual([
      'true Approved: what waited is being carried out now.',
      'false It was taken back meanwhile, so nothing of it waits any more.',
      expect.stringMatching(/^false It was approved on .+ already\.$/),
      'false This rejection is not known here. Reload the page.',
    ]);
    for (const { entryId, says } of [
      { entryId: undone.entryId, says: 'taken back meanwhile' },
      { entryId: approved.entryId, says: 'approved on' },
      { entryId: unknown, says: 'not known here' },
    ])
      expect((await override(entryId, 'bad_data')).results[0]).toMatchObject({
        ok: false,
        sentence: expect.stringContaining(says),
      });
  });

  it('what ran by itself meanwhile is neither approved nor overridden', async () => {
    const { contactId, entryId } = await rejected();
    await approveByTimer(contactId);
    expect((await page()).rows.map(({ id }) => id)).not.toContain(entryId);
    for (const answer of [await approve(entryId), await override(entryId, 'bad_data')])
      expect(answer.results).toMatchObject([
        {
          ok: false,
          sentence: expect.stringMatching(/^Its steps ran by themselves on .+ undo it with a reason\.$/),
        },
      ]);
    expect(await listEntries(store.db, house.portalId, contactId)).toHaveLength(1);
  });

  it('an override whose new reason is refused leaves the first rejection as it is', async () => {
    const { contactId, entryId } = await rejected();
    await house.drain();
    const before = await house.state();
    for (const [reason, says] of [
      ['too_early', 'has this reason already'],
      ['no_budget', 'not among your team'],
      ['nonsense', 'does not exist'],
    ] as const)
      expect((await override(entryId, reason)).results).toMatchObject([
        { ok: false, sentence: expect.stringContaining(says) },
      ]);
    expect(await listEntries(store.db, house.portalId, contactId)).toHaveLength(1);
    await house.drain();
    expect(await house.state()).toEqual(before);
    expect((await card(contactId)).standing?.reasonLabel).toBe('Too early');
  });

  it('a second delivery gives the first answer, one after the other and at the same moment', async () => {
    const [one, two, gone] = [await rejected(), await rejected(), await rejected()];
    await undoAnswer(house.context, house.identity, gone.entryId, { requestId: randomUUID(), reason: null });
    const request: BatchRequest = {
      requestId: randomUUID(),
      approve: [one.entryId, gone.entryId],
      override: [{ entryId: two.entryId, reason: 'not_icp', note: null }],
    };
    const [first, second] = await Promise.all([send(request), send(request)]);
    expect(second).toEqual(first);
    expect(first.results.map(({ ok }) => ok)).toEqual([true, false, true]);
    await house.passDays(30);
    expect(await send(request)).toEqual(first);
    expect(await listEntries(store.db, house.portalId, two.contactId)).toHaveLength(3);
  });

  it('an undo says where it was asked: on the home page, on the card where nothing is said', async () => {
    for (const path of ['app_home', undefined] as const) {
      const { contactId, entryId } = await rejected();
      const given = { requestId: randomUUID(), reason: 'the wrong Ada', ...(path && { path }) };
      expect(await undoAnswer(house.context, house.identity, entryId, given)).toMatchObject({ ok: true });
      const [undo] = await listEntries(store.db, house.portalId, contactId);
      expect(undo).toMatchObject({ kind: 'undo', path: path ?? 'card', note: 'the wrong Ada' });
    }
  });

  it('approve and undo at the same moment end one way or the other, and never half', async () => {
    const { contactId, entryId } = await rejected();
    await house.drain();
    await Promise.all([
      approve(entryId),
      undoAnswer(house.context, house.identity, entryId, {
        requestId: randomUUID(),
        reason: 'changed my mind',
      }),
    ]);
    await house.drain();
    expect(await house.contact(contactId, 'mqlr_status', 'lifecyclestage')).toMatchObject({
      lifecyclestage: 'marketingqualifiedlead',
    });
    expect((await card(contactId)).state).toBe('open');
  });

  it('is decided by reviewers and admins alone, once there is an admin', async () => {
    const { entryId } = await rejected();
    await use({ roles: { ...DEFAULT_SETTINGS.roles, admins: [5], reviewers: [6] } });
    const decideAs = (userId: number) =>
      decideBatch(
        house.context,
        { ...house.identity, userId },
        { requestId: randomUUID(), approve: [entryId], override: [] },
      );
    expect(await decideAs(901)).toMatchObject({ ok: false, kind: 'not-allowed' });
    expect(await decisions(entryId)).toEqual([]);
    expect(await decideAs(6)).toMatchObject({ ok: true, results: [{ ok: true }] });
    await use({});
  });
});
