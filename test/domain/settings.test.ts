import { describe, expect, it } from '@jest/globals';

import { signDraft, writeDraft, type ContentOf, type TextDefinition } from '../../src/definitions.ts';
import type { SettingsRequest } from '../../src/contract/settings.ts';
import {
  bodyOf,
  completeSettings,
  DEFAULT_SETTINGS,
  standardReason,
  type Settings,
} from '../../src/settings.ts';
import { applyEdit, editProblems } from '../../src/settingsEdit.ts';
import { definitionProblems, problemsOf } from '../../src/settingsProblems.ts';
import { buildPortal } from './build.ts';

const NOW = new Date('2026-11-28T09:00:00.000Z');

describe('settings out of what was saved', () => {
  it.each<{ saved: unknown; says: string; of: (settings: Settings) => unknown; is: unknown }>([
    { saved: null, says: 'nothing', of: (settings) => settings, is: DEFAULT_SETTINGS },
    { saved: 'text', says: 'no object', of: (settings) => settings, is: DEFAULT_SETTINGS },
    { saved: {}, says: 'an empty object', of: (settings) => settings, is: DEFAULT_SETTINGS },
    {
      saved: { gate: { scorePoints: 20 } },
      says: 'one number deep inside',
      of: ({ gate }) => gate,
      is: { ...DEFAULT_SETTINGS.gate, scorePoints: 20 },
    },
    {
      saved: { gate: { scorePoints: 'many' } },
      says: 'a value of another kind',
      of: ({ gate }) => gate.scorePoints,
      is: 15,
    },
    {
      saved: { leadStatus: { rejected: { recycle: 'OPEN' } } },
      says: 'one outcome of seven',
      of: ({ leadStatus }) => [leadStatus.rejected.recycle, leadStatus.rejected.relate, leadStatus.accepted],
      is: ['OPEN', 'OPEN_DEAL', 'IN_PROGRESS'],
    },
    {
      saved: { reasons: [{ code: 'no_budget', label: 'No money' }, { code: 'gone' }, 7] },
      says: 'a reason in part, one that is unknown, and none at all',
      of: ({ reasons }) => reasons,
      is: [{ ...standardReason('no_budget'), label: 'No money' }],
    },
    {
      saved: { guard: { rejectedStatuses: [] } },
      says: 'an empty list',
      of: ({ guard }) => guard.rejectedStatuses,
      is: [],
    },
    {
      saved: { definitions: { icp: { inForce: { version: 3, minEmployees: null } } } },
      says: 'an ICP in part',
      of: ({ icp }) => [icp.version, icp.minEmployees, icp.maxEmployees],
      is: [3, null, 5_000],
    },
    {
      saved: { definitions: { mql: { draft: { revision: 4, content: { text: 'Score 60' } } } } },
      says: 'a draft in part',
      of: ({ definitions }) => definitions.mql.draft?.content,
      is: { text: 'Score 60', url: null },
    },
    { saved: { tomorrow: 1 }, says: 'a field of a newer release', of: (it) => 'tomorrow' in it, is: false },
  ])('where it says $says', ({ saved, of, is }) => {
    expect(of(completeSettings(saved))).toEqual(is);
  });

  it('are the same after a way through the store', () => {
    const stored: unknown = JSON.parse(JSON.stringify(bodyOf(DEFAULT_SETTINGS)));
    expect(completeSettings(stored)).toEqual(DEFAULT_SETTINGS);
    expect(stored).not.toHaveProperty('icp');
  });
});

const withReason = (place: number, over: Partial<Settings['reasons'][number]>): Partial<Settings> => ({
  reasons: DEFAULT_SETTINGS.reasons.map((reason, at) => (at === place ? { ...reason, ...over } : reason)),
});
const { gate, guard, sla } = DEFAULT_SETTINGS;
const hours = (monday: { from: string; to: string }[], holidays: string[] = []): Partial<Settings> => ({
  sla: { ...sla, hours: { days: [monday, ...sla.hours.days.slice(1)], holidays } },
});

describe('problems of settings', () => {
  it.each<{ over: Partial<Settings>; field: string; says: string }>([
    {
      over: withReason(0, { coolingDays: 89 }),
      field: 'reasons[0].coolingDays',
      says: '90 is a hard minimum',
    },
    {
      over: withReason(1, { coolingDays: 29 }),
      field: 'reasons[1].coolingDays',
      says: '30 is a hard minimum',
    },
    { over: withReason(1, { coolingDays: NaN }), field: 'reasons[1].coolingDays', says: '30 to 730 days' },
    { over: withReason(1, { coolingDays: 30.5 }), field: 'reasons[1].coolingDays', says: '30 to 730 days' },
    { over: withReason(2, { label: '  ' }), field: 'reasons[2].label', says: 'needs a label' },
    { over: withReason(2, { label: 'x'.repeat(61) }), field: 'reasons[2].label', says: 'at most 60' },
    {
      over: withReason(2, { label: 'not icp' }),
      field: 'reasons[2].label',
      says: 'could not tell them apart',
    },
    { over: withReason(2, { meaning: 'x'.repeat(201) }), field: 'reasons[2].meaning', says: 'one line' },
    { over: withReason(2, { code: 'nope' as 'other' }), field: 'reasons[2]', says: 'no reason code “nope”' },
    { over: withReason(2, standardReason('not_icp')), field: 'reasons[2]', says: 'in the list twice' },
    { over: withReason(6, standardReason('no_budget')), field: 'reasons', says: 'Keep “Other”' },
    { over: { retired: ['other'] }, field: 'reasons[6]', says: 'active and retired' },
    { over: { vetoDays: 31 }, field: 'vetoDays', says: '1 to 30 days' },
    { over: { undoSeconds: 4 }, field: 'undoSeconds', says: '5 to 600 seconds' },
    { over: { gate: { ...gate, visitGapDays: 0 } }, field: 'gate.visitGapDays', says: '1 to 365' },
    { over: { gate: { ...gate, scorePoints: 0 } }, field: 'gate.scorePoints', says: 'points' },
    { over: { gate: { ...gate, scoreShare: 1.01 } }, field: 'gate.scoreShare', says: '1 to 100 %' },
    { over: { gate: { ...gate, reviewAtAttempt: 4 } }, field: 'gate.reviewAtAttempt', says: 'third attempt' },
    { over: { gate: { ...gate, requalifyDays: 29 } }, field: 'gate.requalifyDays', says: '30 to 365' },
    { over: { gate: { ...gate, slowLaneDays: NaN } }, field: 'gate.slowLaneDays', says: '30 to 365' },
    { over: { gate: { ...gate, demoWords: [] } }, field: 'gate.demoWords', says: 'at least one word' },
    { over: { gate: { ...gate, pricingWords: ['a'] } }, field: 'gate.pricingWords', says: 'two letters' },
    {
      over: { guard: { ...guard, rejectedStatuses: [] } },
      field: 'guard.rejectedStatuses',
      says: 'at least one',
    },
    {
      over: { guard: { ...guard, rejectedStatuses: ['NOPE'] } },
      field: 'guard.rejectedStatuses',
      says: 'no lead status “NOPE”',
    },
    {
      over: { guard: { ...guard, managerAfterDays: 0 } },
      field: 'guard.managerAfterDays',
      says: '1 to 30 days',
    },
    {
      over: { sla: { ...sla, firstContactMinutes: 4 } },
      field: 'sla.firstContactMinutes',
      says: '5 to 10,080',
    },
    { over: { sla: { ...sla, warnShare: 1 } }, field: 'sla.warnShare', says: '1 to 99 %' },
    {
      over: hours([{ from: '9', to: '17:00' }]),
      field: 'sla.hours.days[0]',
      says: '“9-17:00” cannot be read',
    },
    { over: hours([{ from: '25:00', to: '26:00' }]), field: 'sla.hours.days[0]', says: 'cannot be read' },
    {
      over: hours([{ from: '17:00', to: '09:00' }]),
      field: 'sla.hours.days[0]',
      says: 'ends before it begins',
    },
    {
      over: hours([
        { from: '09:00', to: '13:00' },
        { from: '12:00', to: '17:00' },
      ]),
      field: 'sla.hours.days[0]',
      says: 'begins before 09:00-13:00 has ended',
    },
    { over: hours([], ['2026-02-29']), field: 'sla.hours.holidays[0]', says: '“2026-02-29” is not a day' },
    {
      over: { sla: { ...sla, hours: { days: [[], [], [], [], [], [], []], holidays: [] } } },
      field: 'sla.hours.days',
      says: 'one day at least',
    },
  ])('at $field: $says', ({ over, field, says }) => {
    const problems = problemsOf({ ...DEFAULT_SETTINGS, ...over }, buildPortal());
    expect(problems.map((problem) => problem.field)).toEqual([field]);
    expect(problems[0]?.sentence).toContain(says);
  });

  it('there are none in the defaults, nor in shifts that meet', () => {
    expect(problemsOf(DEFAULT_SETTINGS, buildPortal())).toEqual([]);
    const shifts = hours([
      { from: '00:00', to: '12:00' },
      { from: '12:00', to: '24:00' },
    ]);
    expect(problemsOf({ ...DEFAULT_SETTINGS, ...shifts })).toEqual([]);
  });

  it('are those of one section where one is asked for', () => {
    const settings = { ...DEFAULT_SETTINGS, vetoDays: 0, guard: { ...guard, managerAfterDays: 0 } };
    expect(problemsOf(settings, null, ['guard']).map(({ field }) => field)).toEqual([
      'guard.managerAfterDays',
    ]);
  });

  it.each([
    { kind: 'mql' as const, content: { url: null, text: ' ' }, field: 'definitions.mql.text' },
    { kind: 'sql' as const, content: { url: 'http://x.example', text: 'y' }, field: 'definitions.sql.url' },
    { kind: 'icp' as const, content: icp({ minEmployees: 0 }), field: 'definitions.icp.minEmployees' },
    {
      kind: 'icp' as const,
      content: icp({ minEmployees: 9, maxEmployees: 8 }),
      field: 'definitions.icp.maxEmployees',
    },
  ])('of a definition are at $field', ({ kind, content, field }) => {
    expect(definitionProblems(kind, content).map((problem) => problem.field)).toEqual([field]);
  });
});

function icp(over: Partial<{ minEmployees: number | null; maxEmployees: number | null }>) {
  return {
    url: null,
    minEmployees: null,
    maxEmployees: null,
    countries: [],
    industries: [],
    excludedTitleWords: [],
    ...over,
  };
}

const requestId = '7c2b8f0e-3d4a-4b5c-9d6e-7f8091a2b3c4';

describe('an edit', () => {
  const { reasons, vetoDays, undoSeconds, noteRequiredOnOther } = DEFAULT_SETTINGS;
  const edit = (list: typeof reasons): SettingsRequest => ({
    requestId,
    basedOnVersion: 0,
    section: 'reasons',
    value: { reasons: [...list], vetoDays, undoSeconds, noteRequiredOnOther },
  });

  it('retires what is taken off the card, takes it back, and knows a preset again', () => {
    const without = reasons.filter(({ code }) => code !== 'duplicate');
    const retired = applyEdit(DEFAULT_SETTINGS, edit(without), 5);
    expect(retired).toMatchObject({ retired: ['duplicate'], preset: 'own' });
    expect(applyEdit(retired, edit([...reasons].reverse()), 5)).toMatchObject({
      retired: [],
      preset: 'seven',
    });
  });

  it('makes the first who saves the admin, and nobody after', () => {
    const first = applyEdit(DEFAULT_SETTINGS, edit(reasons), 5);
    expect(first.roles.admins).toEqual([5]);
    expect(applyEdit(first, edit(reasons), 6).roles.admins).toEqual([5]);
  });

  it('may not leave the settings without an admin, nor name a stranger', () => {
    const before = { ...DEFAULT_SETTINGS, roles: { ...DEFAULT_SETTINGS.roles, admins: [5], reviewers: [8] } };
    const problems = (roles: Partial<Settings['roles']>) =>
      editProblems(
        before,
        { ...before, roles: { ...before.roles, ...roles } },
        { userNames: { 6: 'Ben' }, userId: 5 },
      ).map(({ field }) => field);
    expect(problems({ admins: [] })).toEqual(['roles.admins']);
    expect(problems({ admins: [5, 6], salesSigners: [8] })).toEqual([]);
    expect(problems({ reviewers: [7] })).toEqual(['roles.reviewers']);
  });
});

describe('a draft', () => {
  const content: ContentOf<TextDefinition> = { url: null, text: 'Score 60 and a visit.' };
  const written = writeDraft(DEFAULT_SETTINGS.definitions.mql, content, { userId: 5, revision: 7 }, NOW);
  const sign = (definition: typeof written, userId: number, side: 'sales' | 'marketing', revision = 7) =>
    signDraft(definition, { userId, side, revision }, NOW);
  const signed = (definition: typeof written, userId: number, side: 'sales' | 'marketing') => {
    const result = sign(definition, userId, side);
    if (!result.ok) throw new Error(result.refusal.kind);
    return result;
  };

  it('takes force with the second signature, in either order', () => {
    for (const order of [['sales', 'marketing'] as const, ['marketing', 'sales'] as const]) {
      const once = signed(written, 1, order[0]);
      expect(once.inForce).toBe(false);
      expect(once.definition.inForce).toBe(written.inForce);
      const twice = signed(once.definition, 2, order[1]);
      expect(twice.inForce).toBe(true);
      expect(twice.definition).toMatchObject({
        draft: null,
        inForce: { version: 2, text: content.text, signedAt: NOW.toISOString() },
      });
    }
  });

  it('is refused to who has signed, to who signed the other side, and in another wording', () => {
    const once = signed(written, 1, 'sales').definition;
    expect(sign(once, 2, 'sales')).toMatchObject({ refusal: { kind: 'already-signed' } });
    expect(sign(once, 1, 'marketing')).toMatchObject({ refusal: { kind: 'signed-other-side' } });
    expect(sign(once, 2, 'marketing', 6)).toMatchObject({ refusal: { kind: 'draft-replaced' } });
    expect(sign(DEFAULT_SETTINGS.definitions.mql, 2, 'sales')).toMatchObject({
      refusal: { kind: 'draft-replaced' },
    });
  });
});
