import { describe, expect, it } from '@jest/globals';

import { factsWithout, type CarriedOut } from '../../src/factsWithout.ts';
import { buildFacts } from './build.ts';

const step = (change: CarriedOut['change'], expected: CarriedOut['expected'] = {}): CarriedOut => ({
  change,
  expected,
});

describe('the facts without an answer', () => {
  it.each<{ name: string; steps: CarriedOut[]; has: object; gives: object }>([
    {
      name: 'the status that it has written is what it found',
      steps: [
        step(
          { kind: 'set-properties', values: { hs_lead_status: 'BAD_TIMING', mqlr_status: 'rejected' } },
          { hs_lead_status: 'NEW' },
        ),
      ],
      has: { leadStatus: 'BAD_TIMING' },
      gives: { leadStatus: 'NEW' },
    },
    {
      name: 'points that it has taken away are back, though the decision did not rest on them',
      steps: [
        {
          ...step({ kind: 'set-properties', values: { mqlr_score_behaviour: '0', mqlr_score_less: '60' } }),
          trace: {
            kind: 'set-properties',
            before: { mqlr_score_behaviour: '40', mqlr_score_less: '' },
          },
        },
      ],
      has: { behaviourScore: 0, scoreLess: 60 },
      gives: { behaviourScore: 40, scoreLess: null },
    },
    {
      name: 'an owner that it has taken off is back',
      steps: [step({ kind: 'set-owner', ownerId: '' }, { hubspot_owner_id: '7' })],
      has: { ownerId: null },
      gives: { ownerId: '7' },
    },
    {
      name: 'what was empty is empty again',
      steps: [step({ kind: 'set-lifecycle-stage', stage: 'lead' }, { lifecyclestage: '' })],
      has: { lifecycleStage: 'lead' },
      gives: { lifecycleStage: null },
    },
    {
      name: 'a value that somebody has changed since stays theirs',
      steps: [
        step({ kind: 'set-properties', values: { hs_lead_status: 'BAD_TIMING' } }, { hs_lead_status: 'NEW' }),
      ],
      has: { leadStatus: 'CONNECTED' },
      gives: { leadStatus: 'CONNECTED' },
    },
    {
      name: 'steps are taken off from the last one',
      steps: [
        step({ kind: 'set-lifecycle-stage', stage: 'lead' }, { lifecyclestage: 'marketingqualifiedlead' }),
        step({ kind: 'set-lifecycle-stage', stage: 'other' }, { lifecyclestage: 'lead' }),
      ],
      has: { lifecycleStage: 'other' },
      gives: { lifecycleStage: 'marketingqualifiedlead' },
    },
    {
      name: 'a step without an expectation, or of an erased person, changes nothing',
      steps: [step({ kind: 'set-owner', ownerId: '' }), step(null, null)],
      has: { ownerId: null },
      gives: { ownerId: null },
    },
  ])('$name', ({ steps, has, gives }) => {
    const facts = buildFacts(has);
    expect(factsWithout(facts, steps)).toEqual({ ...facts, ...gives });
  });

  it('a Lead that it has moved is in its old stage, and no other Lead is', () => {
    const lead = { leadId: '1', pipelineId: 'p', stageId: 'disqualified', disqualificationReason: '' };
    const other = { ...lead, leadId: '2' };
    const facts = buildFacts({ leads: [lead, other] });
    const moved = step(
      { kind: 'move-lead', leadId: '1', stageId: 'disqualified', disqualificationReason: 'OTHER' },
      { hs_pipeline_stage: 'new' },
    );
    expect(factsWithout(facts, [moved]).leads).toEqual([{ ...lead, stageId: 'new' }, other]);
  });
});
