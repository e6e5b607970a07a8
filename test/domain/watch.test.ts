/** The rules of the guard, one by one, over the history of a record. The ways around the card are in flows/paths. */

import { describe, expect, it } from '@jest/globals';
import { planBlockedReentry, planPendingReason } from '../../src/pendingReason.ts';
import type { GateProof } from '../../src/gate.ts';
import type { Standing } from '../../src/rejection.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { judge, type Finding, type PropertyVersion, type Watched } from '../../src/watch.ts';
import { buildFacts, buildPortal, NOW } from './build.ts';

const HANDED_OFF = new Date('2026-11-22T08:00:00Z');
const CHANGED = new Date('2026-11-22T09:00:00Z');
const LEAD = {
  leadId: '9',
  pipelineId: 'lead-pipeline-id',
  stageId: 'unqualified-stage-id',
} as Watched['facts']['leads'][number];
const PORTAL = buildPortal({ userNames: { '77': 'Kim' }, ownerIds: { '77': '577' } });

const version = (value: string, over: Partial<PropertyVersion> = {}): PropertyVersion => ({
  value,
  at: CHANGED,
  isOurs: false,
  sourceType: 'CRM_UI',
  userId: 77,
  ...over,
});
const OPEN = version('NEW', { at: HANDED_OFF });

/** A contact that Kim set to "unqualified" on the record, after its hand-off. */
const watched = (over: Partial<Watched> = {}, facts: Partial<Watched['facts']> = {}): Watched => ({
  facts: buildFacts({ leadStatus: 'UNQUALIFIED', leads: [], ...facts }),
  settings: DEFAULT_SETTINGS,
  portal: PORTAL,
  standing: null,
  since: HANDED_OFF,
  history: { hs_lead_status: [version('UNQUALIFIED'), OPEN] },
  leadHistories: new Map(),
  pending: null,
  ...over,
});
const rejected: Standing = {
  entryId: 'e',
  kind: 'rejection',
  at: HANDED_OFF.toISOString(),
  reasonLabel: 'Too early',
};

const asRejection = (finding: Finding | null): Extract<Finding, { kind: 'rejection' }> => {
  if (finding?.kind !== 'rejection') throw new Error(`Not a rejection: ${JSON.stringify(finding)}`);
  return finding;
};

describe('the guard', () => {
  it('finds a rejection without a reason, with who did it, by which way, and what was before', () => {
    expect(judge(watched())).toMatchObject({
      kind: 'rejection',
      reason: { state: 'missing' },
      path: 'record_edit',
      actor: { userId: 77, name: 'Kim' },
      before: 'NEW',
      key: `0-1/101/hs_lead_status/${CHANGED.getTime()}`,
    });
  });

  it.each<[string, Watched]>([
    [
      'what the app wrote itself',
      watched({ history: { hs_lead_status: [version('UNQUALIFIED', { isOurs: true }), OPEN] } }),
    ],
    ['what was so at the moment from which it judges', watched({ since: CHANGED })],
    ['what was so before', watched({ since: new Date(CHANGED.getTime() + 1) })],
    [
      'what was taken back by hand meanwhile',
      watched(
        { history: { hs_lead_status: [version('OPEN'), version('UNQUALIFIED')] } },
        { leadStatus: 'OPEN' },
      ),
    ],
    ['what the record does not hold any more', watched({ history: { hs_lead_status: [version('OPEN')] } })],
    [
      'a status that rejects nothing',
      watched({ history: { hs_lead_status: [version('BAD')] } }, { leadStatus: 'BAD' }),
    ],
    ['a lead that is not with sales', watched({}, { lifecycleStage: 'lead' })],
    [
      'the change that is waited for already, under whatever id',
      watched({ pending: { changedAt: CHANGED, path: 'record_edit' } }),
    ],
  ])('finds nothing in %s', (_what, given) => {
    expect(judge(given)).toBeNull();
  });

  it('finds a stage on the board, and takes what was changed with the status as one', () => {
    const board = {
      hs_pipeline_stage: [
        version('unqualified-stage-id', { at: new Date(CHANGED.getTime() - 5_000) }),
        version('new-stage-id', { at: HANDED_OFF }),
      ],
    };
    const both = watched({ leadHistories: new Map([['9', board]]) }, { leads: [LEAD] });
    const finding = asRejection(judge(both));
    expect(finding).toMatchObject({ path: 'board', leadId: '9', before: 'new-stage-id' });
    expect(finding.also).toMatchObject([{ property: 'hs_lead_status', before: 'NEW' }]);
  });

  it.each<[string, PropertyVersion | null, unknown]>([
    ['with the status', version('too_early'), { state: 'valid', code: 'too_early' }],
    [
      'half a minute before the status',
      version('too_early', { at: new Date(CHANGED.getTime() - 30_000) }),
      { state: 'valid', code: 'too_early' },
    ],
    [
      'two minutes before the status',
      version('too_early', { at: new Date(CHANGED.getTime() - 120_000) }),
      { state: 'missing' },
    ],
    ['by the app itself', version('too_early', { isOurs: true }), { state: 'missing' }],
    ['emptied', version(''), { state: 'missing' }],
    ['that nobody uses here', version('no_budget'), { state: 'invalid', value: 'no_budget' }],
    ['never', null, { state: 'missing' }],
  ])('a reason given %s', (_when, given, reason) => {
    const history = {
      hs_lead_status: [version('UNQUALIFIED'), OPEN],
      ...(given && { mqlr_reason: [given] }),
    };
    expect(judge(watched({ history }))).toMatchObject({ kind: 'rejection', reason });
  });

  it('completes with a reason that comes later, by the way that the rejection came', () => {
    const given = version('low_intent', {
      at: new Date(CHANGED.getTime() + 3_600_000),
      sourceType: 'MOBILE_IOS',
    });
    const pending = { changedAt: CHANGED, path: 'import' } as const;
    expect(
      judge(watched({ pending, history: { mqlr_reason: [given] } }, { leadStatus: 'NEW' })),
    ).toMatchObject({
      kind: 'reason-given',
      reason: 'low_intent',
      path: 'import',
      actor: { userId: 77 },
    });
  });

  it('finds that a rejected lead was made an MQL, and not that it always was one', () => {
    const stage = version('marketingqualifiedlead', { sourceType: 'AUTOMATION_PLATFORM', userId: null });
    const history = { lifecyclestage: [stage, version(''), version('lead', { at: HANDED_OFF })] };
    expect(judge(watched({ standing: rejected, history }))).toMatchObject({
      kind: 'reentry',
      path: 'workflow',
      before: 'lead',
    });
    const ours = { lifecyclestage: [{ ...stage, isOurs: true }] };
    expect(judge(watched({ standing: rejected, history: ours }))).toBeNull();
    expect(judge(watched({ standing: rejected, history, since: CHANGED }))).toBeNull();
  });

  it('finds an acceptance in a status that means it, where nothing stands yet', () => {
    const given = { leadStatus: 'IN_PROGRESS' };
    const history = { hs_lead_status: [version('IN_PROGRESS'), OPEN] };
    expect(judge(watched({ history }, given))).toMatchObject({ kind: 'acceptance', path: 'record_edit' });
    const standing: Standing = { ...rejected, kind: 'acceptance' };
    expect(judge(watched({ history, standing }, given))).toBeNull();
  });
});

describe('a rejection that waits for its reason', () => {
  const facts = buildFacts({ leadStatus: 'UNQUALIFIED', leads: [LEAD], ownerId: '88' });
  const board = {
    hs_pipeline_stage: [version('unqualified-stage-id'), version('new-stage-id', { at: HANDED_OFF })],
  };
  const finding = asRejection(judge(watched({ leadHistories: new Map([['9', board]]) }, { leads: [LEAD] })));
  const plan = (mode: 'put-back' | 'hold', askedBefore: boolean, found = finding) =>
    planPendingReason(
      found,
      {
        facts,
        portal: PORTAL,
        settings: { ...DEFAULT_SETTINGS, guard: { ...DEFAULT_SETTINGS.guard, mode } },
      },
      askedBefore,
      NOW,
    ).map(({ change, expected }) => ({ change, expected }));

  it('is put back in every place where it was made, each only while it holds what was found', () => {
    expect(plan('put-back', true)).toEqual([
      {
        change: { kind: 'set-properties', values: { hs_lead_status: 'NEW' } },
        expected: { hs_lead_status: 'UNQUALIFIED' },
      },
      {
        change: { kind: 'move-lead', leadId: '9', stageId: 'new-stage-id', disqualificationReason: '' },
        expected: { hs_pipeline_stage: 'unqualified-stage-id' },
      },
    ]);
  });

  it('is held under a name of its own where the customer wants it so', () => {
    expect(plan('hold', true)).toEqual([
      { change: { kind: 'set-properties', values: { mqlr_status: 'pending_reason' } }, expected: {} },
    ]);
  });

  it('asks whoever did it, once; without a person the owner', () => {
    const taskOf = (steps: ReturnType<typeof plan>) =>
      steps.flatMap(({ change }) => (change.kind === 'create-task' ? [change.task.ownerId] : []));
    expect(taskOf(plan('put-back', false))).toEqual(['577']);
    expect(taskOf(plan('put-back', true))).toEqual([]);
    const nobody = { ...finding, actor: { userId: null, name: 'a workflow' } };
    expect(taskOf(plan('hold', false, nobody))).toEqual(['88']);
  });
});

describe('a lead that came back too early', () => {
  const proof: GateProof = {
    verdict: 'blocked',
    sentence: 'Not yet: cooling-off ends on 20 Dec 2026.',
    earliestOn: '2026-12-20',
    rules: [],
    scoreFault: false,
    at: NOW.toISOString(),
  };
  const kinds = (moved: Parameters<typeof planBlockedReentry>[0]) =>
    planBlockedReentry(moved, proof, { portal: PORTAL }, NOW).map(({ change, expected }) => [
      change.kind,
      expected,
    ]);

  it('goes back to the stage that it came from, with the proof in a note', () => {
    expect(kinds([{ property: 'lifecyclestage', value: 'marketingqualifiedlead', before: 'lead' }])).toEqual([
      ['set-lifecycle-stage', { lifecyclestage: 'marketingqualifiedlead' }],
      ['create-note', {}],
    ]);
    expect(kinds([])).toEqual([['create-note', {}]]);
  });
});
