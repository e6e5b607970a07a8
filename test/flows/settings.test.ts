import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { SettingsRequest, SettingsView } from '../../src/contract/settings.ts';
import type { Identity } from '../../server/flows/context.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { draftDefinition, saveSection, signDefinition } from '../../server/flows/saveSettings.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { viewSettings } from '../../server/flows/viewSettings.ts';
import type { Store } from '../../server/store/db.ts';
import { loadSettings } from '../../server/store/portals.ts';
import { PRESETS } from '../../src/presets.ts';
import { completeSettings } from '../../src/settings.ts';
import { secretOfPortal } from '../../server/tools/signature.ts';
import { describeEachEngine } from '../store/engines.ts';
import { contactRef, openHouse, TOOL_SECRET, type House } from './house.ts';

const OWNERS = [
  { id: '11', email: 'ada@example.com', firstName: 'Ada', lastName: 'Admin', userId: 901 },
  { id: '12', email: 'ben@example.com', firstName: 'Ben', lastName: 'Boss', userId: 902 },
] as const;

await describeEachEngine('settings', (openTestStore) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
  });

  /** A portal of its own, so that no test sees the versions of another. */
  const opened = async (): Promise<{ house: House; as: (place: number) => Identity }> => {
    const house = await openHouse(store);
    houses.push(house);
    await house.control('POST', '/import', { owners: OWNERS });
    await provisionPortal(house.context, house.portalId);
    const as = (place: number): Identity => ({ ...house.identity, userId: OWNERS[place]?.userId ?? 0 });
    return { house, as };
  };
  const houses: House[] = [];
  afterAll(async () => {
    for (const house of houses) await house.close();
  });

  const look = async (house: House, identity: Identity): Promise<SettingsView> => {
    const view = await viewSettings(house.context, identity);
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  type Value<S extends SettingsRequest['section']> = Extract<SettingsRequest, { section: S }>['value'];
  const guard = (over: Partial<Value<'guard'>> = {}): Value<'guard'> => ({
    mode: 'hold',
    rejectedStatuses: ['UNQUALIFIED'],
    managerAfterDays: 2,
    ...over,
  });
  const saveGuard = (
    house: House,
    identity: Identity,
    basedOnVersion: number,
    value = guard(),
    requestId: string = randomUUID(),
  ) => saveSection(house.context, identity, { requestId, basedOnVersion, section: 'guard', value });
  const saveRoles = (
    house: House,
    identity: Identity,
    basedOnVersion: number,
    over: Partial<Value<'roles'>>,
  ) =>
    saveSection(house.context, identity, {
      requestId: randomUUID(),
      basedOnVersion,
      section: 'roles',
      value: { admins: [identity.userId], reviewers: [], salesSigners: [], marketingSigners: [], ...over },
    });

  it('are the defaults before anybody saved, and the page says who would become the admin', async () => {
    const { house, as } = await opened();
    const view = await look(house, as(0));
    expect(view).toMatchObject({ version: 0, saved: null, history: [], may: { claims: true } });
    expect(view.may.save).toEqual({ allowed: true, why: null });
    expect(view.settings.reasons.reasons).toHaveLength(7);
    expect(view.settings.sla.hours.days[5]).toEqual([]);
  });

  it('are saved as the next version, and whoever saves first is the admin from then on', async () => {
    const { house, as } = await opened();
    const answer = await saveGuard(house, as(0), 0);
    expect(answer).toEqual({
      ok: true,
      version: 1,
      said: 'Saved as version 1. You are the admin of these settings now.',
    });
    const view = await look(house, as(0));
    expect(view.settings.guard).toEqual(guard());
    expect(view.settings.roles.admins).toEqual([as(0).userId]);
    expect(view.may).toMatchObject({ claims: false, save: { allowed: true } });
    expect(view.history).toMatchObject([{ version: 1, what: 'Guard' }]);
    expect(view.toolSecret).toBe(secretOfPortal(TOOL_SECRET, house.portalId));
    expect((await look(house, as(1))).toolSecret).toBeNull();

    expect(await saveGuard(house, as(1), 1)).toMatchObject({ ok: false, kind: 'not-allowed' });
    expect((await look(house, as(1))).may.save).toMatchObject({ allowed: false });
    expect((await look(house, as(0))).version).toBe(1);
  });

  it('keep how the history of a reason that is taken out is read', async () => {
    const { house, as } = await opened();
    const before = (await look(house, as(0))).settings.reasons;
    const save = (crosswalk: { from: string; to: { code: string; share: number }[] }[]) =>
      saveSection(house.context, as(0), {
        requestId: randomUUID(),
        basedOnVersion: 0,
        section: 'reasons',
        value: {
          ...before,
          reasons: before.reasons.filter(({ code }) => code !== 'too_late'),
          crosswalk,
        },
      });
    expect(await save([{ from: 'too_late', to: [{ code: 'no_budget', share: 1 }] }])).toMatchObject({
      ok: false,
      problems: [{ field: 'crosswalk[0]' }],
    });
    expect(await save([{ from: 'too_late', to: [{ code: 'too_early', share: 1 }] }])).toMatchObject({
      ok: true,
    });
    expect((await look(house, as(0))).choices.crosswalk).toEqual([
      expect.stringMatching(/^Too late is read as Too early, until .+ \(version 1\)\.$/),
    ]);
  });

  it('offer the reasons of the portal’s own Leads', async () => {
    const { house, as } = await opened();
    const { hubspot } = (await look(house, as(0))).choices;
    expect(hubspot?.codes).toContain('bad_timing');
    expect(hubspot?.undecided).toContainEqual(expect.stringMatching(/^“No Response” would be more than 7/));
    expect(hubspot?.codes.at(-1)).toBe('other');
  });

  it('say that they are the portal’s own reasons, also where another of them made way', async () => {
    const { house, as } = await opened();
    const { choices, settings } = await look(house, as(0));
    const use = async (codes: readonly string[]) => {
      const { version } = await look(house, as(0));
      const reasons = codes.flatMap((code) => {
        const found = choices.reasons.find((choice) => choice.code === code);
        if (found === undefined) throw new Error(`No choice ${code}.`);
        const { coolingFloor: _, ...reason } = found;
        return [reason];
      });
      const answer = await saveSection(house.context, as(0), {
        requestId: randomUUID(),
        basedOnVersion: version,
        section: 'reasons',
        value: { ...settings.reasons, reasons },
      });
      expect(answer).toMatchObject({ ok: true });
      return completeSettings((await loadSettings(house.context.store.db, house.portalId))?.body).preset;
    };
    const own = choices.hubspot?.codes ?? [];
    expect(await use(own)).toBe('hubspot');
    expect(await use(['unreachable', ...own.slice(1)])).toBe('hubspot');
    expect(await use(['duplicate', ...own.slice(1)])).toBe('own');
    expect(await use(PRESETS[1].codes)).toBe('six');
  });

  it('are refused with the field and the reason, and nothing is saved', async () => {
    const { house, as } = await opened();
    const answer = await saveGuard(
      house,
      as(0),
      0,
      guard({ rejectedStatuses: ['NOPE'], managerAfterDays: 0 }),
    );
    expect(answer).toMatchObject({
      ok: false,
      kind: 'settings-invalid',
      problems: [
        { field: 'guard.rejectedStatuses', sentence: 'This portal has no lead status “NOPE”.' },
        { field: 'guard.managerAfterDays', sentence: 'The manager is told after 1 to 30 days.' },
      ],
    });
    expect((await look(house, as(0))).version).toBe(0);
    expect(await saveRoles(house, as(0), 0, { reviewers: [999_999] })).toMatchObject({
      problems: [{ field: 'roles.reviewers' }],
    });
  });

  it('that two admins save at once are saved once: the second is told who was first', async () => {
    const { house, as } = await opened();
    expect((await saveRoles(house, as(0), 0, { admins: [as(0).userId, as(1).userId] })).ok).toBe(true);
    const answers = await Promise.all([saveGuard(house, as(0), 1), saveGuard(house, as(1), 1)]);
    expect(answers.map(({ ok }) => ok).sort()).toEqual([false, true]);
    const told = answers.find(({ ok }) => !ok);
    const first = answers[0].ok ? 'Ada Admin' : 'Ben Boss';
    expect(told).toMatchObject({ kind: 'settings-changed', retry: false });
    expect(told).toHaveProperty('sentence', expect.stringContaining(`${first} saved the settings`));
    expect((await look(house, as(0))).version).toBe(2);
  });

  it('a second delivery gets the first answer', async () => {
    const { house, as } = await opened();
    const requestId = randomUUID();
    const first = await saveGuard(house, as(0), 0, guard(), requestId);
    expect(await saveGuard(house, as(0), 0, guard(), requestId)).toEqual(first);
    expect((await look(house, as(0))).version).toBe(1);

    const twice = randomUUID();
    const both = await Promise.all([
      saveGuard(house, as(0), 1, guard({ managerAfterDays: 5 }), twice),
      saveGuard(house, as(0), 1, guard({ managerAfterDays: 5 }), twice),
    ]);
    expect(both[0]).toEqual(both[1]);
    expect((await look(house, as(0))).version).toBe(2);

    const other = await draftDefinition(house.context, as(0), 'mql', {
      requestId,
      basedOnVersion: 2,
      value: { url: null, text: 'Score 60.' },
    });
    expect(other).toMatchObject({ ok: false, kind: 'request-reused' });
  });

  it('a refused request may be sent again', async () => {
    const { house, as } = await opened();
    const requestId = randomUUID();
    expect((await saveGuard(house, as(0), 0, guard({ managerAfterDays: 0 }), requestId)).ok).toBe(false);
    expect((await saveGuard(house, as(0), 0, guard(), requestId)).ok).toBe(true);
  });

  it('keep an admin', async () => {
    const { house, as } = await opened();
    await saveGuard(house, as(0), 0);
    expect(await saveRoles(house, as(0), 1, { admins: [] })).toMatchObject({
      kind: 'settings-invalid',
      problems: [{ field: 'roles.admins' }],
    });
  });

  it('take effect at the next click: label, cooling days, and a reason that was retired', async () => {
    const { house, as } = await opened();
    const contactId = await house.addMql();
    const { reasons } = (await look(house, as(0))).settings;
    const changed = reasons.reasons
      .filter(({ code }) => code !== 'duplicate')
      .map((reason) =>
        reason.code === 'too_early' ? { ...reason, label: 'Not yet', coolingDays: 45 } : reason,
      );
    const answer = await saveSection(house.context, as(0), {
      requestId: randomUUID(),
      basedOnVersion: 0,
      section: 'reasons',
      value: { ...reasons, reasons: changed },
    });
    expect(answer.ok).toBe(true);
    const card = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!card.ok) throw new Error(card.sentence);
    expect(card.reasons.map(({ code }) => code)).not.toContain('duplicate');
    const retired = house.rejection(contactId, { reason: 'duplicate' });
    expect(await recordRejection(house.context, house.identity, retired)).toMatchObject({
      kind: 'reason-retired',
    });
    const rejected = await recordRejection(house.context, house.identity, house.rejection(contactId));
    expect(rejected).toMatchObject({ ok: true, headline: 'Rejected as Not yet.' });
    await house.drain();
    const { mqlr_cooling_until: until } = await house.contact(contactId, 'mqlr_cooling_until');
    const days = (Date.parse(until ?? '') - house.context.now().getTime()) / 86_400_000;
    expect(Math.round(days)).toBeGreaterThanOrEqual(44);
    expect(Math.round(days)).toBeLessThanOrEqual(45);
  });

  describe('definitions', () => {
    const icp = {
      url: null,
      minEmployees: 100,
      maxEmployees: null,
      countries: ['DE'],
      industries: [],
      excludedTitleWords: [],
    };
    const write = (house: House, identity: Identity, basedOnVersion: number, value: typeof icp = icp) =>
      draftDefinition(house.context, identity, 'icp', { requestId: randomUUID(), basedOnVersion, value });
    const sign = (house: House, identity: Identity, revision: number, side: 'sales' | 'marketing') =>
      signDefinition(house.context, identity, 'icp', { requestId: randomUUID(), revision, side });
    const withSigners = async () => {
      const { house, as } = await opened();
      const saved = await saveRoles(house, as(0), 0, {
        salesSigners: [as(0).userId, as(1).userId],
        marketingSigners: [as(0).userId],
      });
      expect(saved.ok).toBe(true);
      return { house, as };
    };
    const icpOf = async (house: House, identity: Identity) =>
      (await look(house, identity)).definitions.find(({ kind }) => kind === 'icp');

    it('take force one version up when sales and marketing have signed, and not before', async () => {
      const { house, as } = await withSigners();
      expect(await write(house, as(1), 1)).toMatchObject({ ok: true, version: 2 });
      expect(await sign(house, as(0), 2, 'marketing')).toMatchObject({ ok: true, version: 3 });
      expect(await icpOf(house, as(0))).toMatchObject({
        version: 1,
        notice: 'not signed yet',
        draft: { revision: 2, signed: { sales: null } },
      });
      expect(await sign(house, as(0), 2, 'sales')).toMatchObject({ ok: false, kind: 'signed-other-side' });
      expect(await sign(house, as(0), 2, 'marketing')).toMatchObject({ ok: false, kind: 'already-signed' });
      expect(await sign(house, as(1), 2, 'sales')).toMatchObject({ ok: true, version: 4 });
      const after = await icpOf(house, as(0));
      expect(after).toMatchObject({ version: 2, notice: null, draft: null, content: icp });
      expect(after?.earlier).toEqual(['v1: not signed yet']);

      const contactId = await house.addMql();
      const card = await viewCard(house.context, house.identity, contactRef(contactId));
      expect(card).toMatchObject({ ok: true, definition: { label: 'ICP definition v2', notice: null } });
    });

    it('are signed only as they were read', async () => {
      const { house, as } = await withSigners();
      await write(house, as(0), 1);
      await sign(house, as(1), 2, 'sales');
      await write(house, as(0), 3, { ...icp, minEmployees: 1 });
      expect(await sign(house, as(0), 2, 'marketing')).toMatchObject({ ok: false, kind: 'draft-replaced' });
      expect((await icpOf(house, as(0)))?.draft?.signed).toEqual({ sales: null, marketing: null });
    });

    it('are signed by those who are named for it', async () => {
      const { house, as } = await withSigners();
      await write(house, as(0), 1);
      expect(await sign(house, as(1), 2, 'marketing')).toMatchObject({ ok: false, kind: 'not-allowed' });
      expect((await look(house, as(1))).may).toMatchObject({
        signSales: { allowed: true },
        signMarketing: { allowed: false },
      });
    });

    it('are refused beside the field that is wrong', async () => {
      const { house, as } = await withSigners();
      expect(await write(house, as(0), 1, { ...icp, minEmployees: 0 })).toMatchObject({
        kind: 'settings-invalid',
        problems: [{ field: 'definitions.icp.minEmployees' }],
      });
      expect(await write(house, as(0), 0)).toMatchObject({ kind: 'settings-changed' });
    });
  });
});
