import { describe, expect, it } from '@jest/globals';

import type { LeadFacts, PossibleDuplicate } from '../../src/facts.ts';
import { contradictionOf, suggestReason } from '../../src/evidence.ts';
import type { ReasonCode } from '../../src/reasons.ts';
import { explainRefusal, type RefusalKind } from '../../src/refusals.ts';
import {
  decideAcceptance,
  decideRejection,
  type RejectionCommand,
  type Situation,
} from '../../src/rejection.ts';
import { DEFAULT_SETTINGS, reasonsOfPreset } from '../../src/settings.ts';
import { buildFacts, buildPortal, buildRejection, buildSituation, NOW } from './build.ts';

const standing = {
  entryId: 'e1',
  kind: 'rejection' as const,
  at: '2026-11-22T08:00:00.000Z',
  reasonLabel: 'Not ICP',
};

describe('refusals', () => {
  it.each<{
    name: string;
    command?: Partial<RejectionCommand>;
    situation?: Partial<Situation>;
    kind: RefusalKind;
    says: string;
  }>([
    { name: 'no reason', command: { reason: null }, kind: 'reason-missing', says: 'Choose a reason first' },
    {
      name: 'blank reason',
      command: { reason: '  ' },
      kind: 'reason-missing',
      says: 'Choose a reason first',
    },
    { name: 'unknown reason', command: { reason: 'nope' }, kind: 'reason-unknown', says: 'Reload the card' },
    {
      name: 'retired reason',
      command: { reason: 'no_budget' },
      situation: { settings: { ...DEFAULT_SETTINGS, retired: ['no_budget'] } },
      kind: 'reason-retired',
      says: '“No budget” is no longer used',
    },
    {
      name: 'reason of another preset',
      command: { reason: 'no_budget' },
      kind: 'reason-not-active',
      says: '“No budget”',
    },
    {
      name: 'huge note',
      command: { note: 'x'.repeat(100_000) },
      kind: 'note-too-long',
      says: '100,000 characters',
    },
    {
      name: 'Other without the note that this customer requires',
      command: { reason: 'other' },
      situation: { settings: { ...DEFAULT_SETTINGS, noteRequiredOnOther: true } },
      kind: 'note-required',
      says: 'needs a short note',
    },
    {
      name: 'a lead that was never handed off',
      situation: { facts: buildFacts({ lifecycleStage: 'subscriber' }) },
      kind: 'not-handed-off',
      says: 'not been handed to sales',
    },
    {
      name: 'a lead already rejected',
      situation: { standing },
      kind: 'already-rejected',
      says: 'as Not ICP, 2 h ago',
    },
  ])('$name is refused with a sentence that says what to do', ({ command, situation, kind, says }) => {
    const result = decideRejection(buildRejection(command), buildSituation(situation), NOW);
    if (result.ok) throw new Error('accepted');
    expect(result.refusal.kind).toBe(kind);
    expect(explainRefusal(result.refusal, NOW).sentence).toContain(says);
  });

  it('accepting twice, or after a rejection, is refused', () => {
    const command = { path: 'card' as const, actor: { userId: 9, name: 'mia' } };
    const accepted = { ...standing, kind: 'acceptance' as const, reasonLabel: null };
    expect(decideAcceptance(command, buildSituation({ standing: accepted }), NOW)).toMatchObject({
      refusal: { kind: 'already-accepted' },
    });
    expect(decideAcceptance(command, buildSituation({ standing }), NOW)).toMatchObject({
      refusal: { kind: 'already-rejected' },
    });
  });

  it('a lead that was accepted can still be rejected later', () => {
    const accepted = { ...standing, kind: 'acceptance' as const, reasonLabel: null };
    expect(decideRejection(buildRejection(), buildSituation({ standing: accepted }), NOW).ok).toBe(true);
  });
});

describe('routing', () => {
  const stepsOf = (reason: ReasonCode, situation: Partial<Situation> = {}) => {
    const reasons = [...reasonsOfPreset('seven'), ...reasonsOfPreset('six')];
    const settings = { ...DEFAULT_SETTINGS, reasons };
    const result = decideRejection(
      buildRejection({ reason }),
      buildSituation({ settings, ...situation }),
      NOW,
    );
    if (!result.ok) throw new Error(result.refusal.kind);
    return result.decision;
  };

  it.each<{
    reason: ReasonCode;
    disposition: string;
    next: string;
    on: string;
    list: string;
    kinds: string[];
  }>([
    {
      reason: 'not_icp',
      disposition: 'disqualify',
      next: 'Out of nurture and sales',
      on: '2027-02-20',
      list: 'MQL loop: disqualified leads',
      kinds: ['close-tasks', 'cancel-meetings', 'set-owner', 'set-lifecycle-stage'],
    },
    {
      reason: 'low_intent',
      disposition: 'recycle',
      next: 'In the business-case track',
      on: '2026-12-22',
      list: 'MQL loop: business-case track',
      kinds: ['set-properties', 'close-tasks', 'cancel-meetings', 'set-owner', 'set-lifecycle-stage'],
    },
    {
      reason: 'too_early',
      disposition: 'recycle',
      next: 'In the educational track',
      on: '2026-12-22',
      list: 'MQL loop: educational track',
      kinds: ['set-properties', 'close-tasks', 'cancel-meetings', 'set-owner', 'set-lifecycle-stage'],
    },
    {
      reason: 'too_late',
      disposition: 'recycle',
      next: 'In the competitor-renewal track',
      on: '2026-12-22',
      list: 'MQL loop: competitor-renewal track',
      kinds: ['set-properties', 'close-tasks', 'cancel-meetings', 'set-owner', 'set-lifecycle-stage'],
    },
    {
      reason: 'bad_data',
      disposition: 'enrich',
      next: 'Complete the data',
      on: '2026-11-25',
      list: 'MQL loop: enrichment queue',
      kinds: ['create-task', 'set-lifecycle-stage'],
    },
    {
      reason: 'duplicate',
      disposition: 'escalate',
      next: 'Looked at by a person (merge review)',
      on: '2026-11-25',
      list: 'MQL loop: merge review',
      kinds: ['create-task', 'set-lifecycle-stage'],
    },
    {
      reason: 'other',
      disposition: 'escalate',
      next: 'Looked at by a person (human review)',
      on: '2026-11-29',
      list: 'MQL loop: human review',
      kinds: ['create-task', 'set-lifecycle-stage'],
    },
    {
      reason: 'existing_customer',
      disposition: 'relate',
      next: 'With the account owner',
      on: '2026-11-24',
      list: 'MQL loop: customer and partner queue',
      kinds: ['create-task'],
    },
  ])(
    '$reason goes to $disposition with its own list, next step and date',
    ({ reason, disposition, next, on, list, kinds }) => {
      const decision = stepsOf(reason);
      expect(decision.disposition).toBe(disposition);
      expect(decision.nextStep).toEqual({ label: next, on });
      expect(decision.steps.map((step) => step.change.kind)).toEqual([
        'set-properties',
        'create-note',
        'add-to-list',
        ...kinds,
        'set-properties',
      ]);
      expect(decision.steps[2]?.change).toMatchObject({ listName: list });
    },
  );

  it('hard-to-reverse steps and the closing status wait seven days for the batch, the others run at once', () => {
    const held = stepsOf('not_icp').steps.filter((step) => step.held);
    expect(held.map((step) => step.change.kind)).toEqual([
      'set-owner',
      'set-lifecycle-stage',
      'set-properties',
    ]);
    for (const step of held) expect(step.dueAt).toBe('2026-11-29T10:00:00.000Z');
  });

  it('Other holds everything but the answer itself for the batch', () => {
    const { steps } = stepsOf('other');
    expect(steps.filter((step) => !step.held).map((step) => step.change.kind)).toEqual([
      'set-properties',
      'create-note',
    ]);
  });

  it('moves the Lead to the portal’s own disqualified stage with its own reason where one means the same', () => {
    const leads = [
      { leadId: '5', pipelineId: 'lead-pipeline-id', stageId: 'new-stage-id', disqualificationReason: '' },
    ];
    const move = (reason: ReasonCode) =>
      stepsOf(reason, { facts: buildFacts({ leads }) }).steps.find((step) => step.change.kind === 'move-lead')
        ?.change;
    expect(move('not_icp')).toMatchObject({
      stageId: 'unqualified-stage-id',
      disqualificationReason: 'NOT_A_GOOD_FIT',
    });
    expect(move('too_early')).toMatchObject({ stageId: 'unqualified-stage-id', disqualificationReason: '' });
  });

  it('plans no Lead step where the portal has no Leads, and leaves a lead status alone that the portal does not have', () => {
    const portal = buildPortal({ leads: null, leadStatuses: ['NEW'] });
    const leads = [{ leadId: '5', pipelineId: 'p', stageId: 's', disqualificationReason: '' }];
    const { steps } = stepsOf('not_icp', { portal, facts: buildFacts({ leads }) });
    expect(steps.some((step) => step.change.kind === 'move-lead')).toBe(false);
    expect(steps[0]?.change).not.toHaveProperty('values.hs_lead_status');
  });

  it('links the surviving record in the merge task, without a name that outlives it', () => {
    const duplicate: PossibleDuplicate = { contactId: '55', label: 'Ada L.', why: 'same phone' };
    const task = stepsOf('duplicate', { duplicate }).steps.find((step) => step.change.kind === 'create-task');
    expect(task?.change).toMatchObject({
      task: { body: expect.stringContaining('/record/0-1/55 (same phone)') },
    });
  });

  it('counts the attempt and stores what the decision rests on', () => {
    const decision = stepsOf('not_icp', { earlierRejections: 2, facts: buildFacts({ contactAttempts: 0 }) });
    expect(decision.attempt).toBe(3);
    expect(decision.gate).toEqual({ coolingUntil: '2027-02-20', icpVersion: 1 });
    expect(decision.contacted).toBe(false);
    expect(decision.dimensions).toEqual({
      source: 'ORGANIC_SEARCH',
      campaign: 'ops-webinar',
      rep: '9',
      path: 'card',
    });
  });
});

describe('what the record says', () => {
  const evidence = (facts: Partial<LeadFacts>, duplicate: PossibleDuplicate | null = null) => ({
    facts: buildFacts(facts),
    duplicate,
    settings: DEFAULT_SETTINGS,
    now: NOW,
  });
  const suggested = (facts: Partial<LeadFacts>, duplicate: PossibleDuplicate | null = null) =>
    suggestReason(DEFAULT_SETTINGS.reasons, evidence(facts, duplicate));

  it.each<{ facts: Partial<LeadFacts>; code: ReasonCode; says: string }>([
    { facts: { phone: null, company: 'N/A' }, code: 'bad_data', says: 'no usable phone, company is “N/A”' },
    {
      facts: { phone: '0000000', jobTitle: 'asdf' },
      code: 'bad_data',
      says: 'no usable phone, job title is “asdf”',
    },
    { facts: { employees: '12' }, code: 'not_icp', says: 'outside ICP v1: 12 people' },
    { facts: { jobTitle: 'Student' }, code: 'not_icp', says: 'title “Student”' },
    {
      facts: { firstSeenAt: '2026-11-19T09:00:00Z' },
      code: 'too_early',
      says: 'first visit 3 days ago, no pricing page',
    },
    { facts: { lastSeenAt: '2026-03-01T09:00:00Z' }, code: 'too_late', says: 'last visit 266 days ago' },
    { facts: { pageViews: 1 }, code: 'low_intent', says: 'one page view in all' },
  ])('suggests $code: $says', ({ facts, code, says }) => {
    expect(suggested(facts)).toEqual({ code, evidence: expect.stringContaining(says) });
  });

  it('suggests a duplicate by naming the other record, and nothing for an ordinary lead', () => {
    expect(suggested({}, { contactId: '5', label: 'Ada L.', why: 'same phone' })).toEqual({
      code: 'duplicate',
      evidence: 'looks like Ada L. (same phone)',
    });
    expect(suggested({})).toBeNull();
  });

  it.each<{ code: ReasonCode; facts: Partial<LeadFacts>; says: string | null }>([
    { code: 'bad_data', facts: {}, says: 'the record has a valid phone and company' },
    { code: 'bad_data', facts: { phone: null }, says: null },
    { code: 'bad_data', facts: { phone: '1111111' }, says: null },
    { code: 'not_icp', facts: {}, says: 'inside ICP v1: 240 people, title “VP Operations”' },
    { code: 'not_icp', facts: { employees: null }, says: null },
    { code: 'no_budget', facts: { score: 81 }, says: 'score 81, above 80' },
    { code: 'no_budget', facts: { score: 80 }, says: null },
    { code: 'low_intent', facts: { pagesSeen: 'Pricing page ×3' }, says: 'seen: Pricing page ×3' },
    { code: 'low_intent', facts: { contentDownloaded: 'Handbook for facebook ads' }, says: null },
    { code: 'too_early', facts: { lastPage: 'https://www.example.com/demo' }, says: 'seen: /demo' },
    {
      code: 'wrong_contact',
      facts: { jobTitle: 'Head of Operations' },
      says: 'job title is “Head of Operations”',
    },
    { code: 'wrong_contact', facts: { jobTitle: 'Assistant to the CEO' }, says: null },
    {
      code: 'unreachable',
      facts: { contactAttempts: 0, lastContactedAt: null },
      says: 'no contact attempt is recorded',
    },
    { code: 'other', facts: {}, says: null },
  ])('against $code with $facts it says: $says', ({ code, facts, says }) => {
    expect(contradictionOf(code, evidence(facts))).toBe(says);
  });

  it('stores the disagreement and the rep’s choice to keep the reason', () => {
    const keep = decideRejection(
      buildRejection({ reason: 'bad_data', keptDespiteEvidence: true }),
      buildSituation(),
      NOW,
    );
    expect(keep).toMatchObject({
      decision: { keptDespiteEvidence: true, evidence: { verdict: 'disagrees' } },
    });
    const agree = decideRejection(
      buildRejection({ reason: 'too_late', keptDespiteEvidence: true }),
      buildSituation(),
      NOW,
    );
    expect(agree).toMatchObject({
      decision: { keptDespiteEvidence: false, evidence: { verdict: 'silent' } },
    });
  });
});
