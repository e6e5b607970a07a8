/** What each reason has to lead to, written down a second time: the plan that was committed is compared with it. */

import { expect } from '@jest/globals';
import type { LeadFacts } from '../../src/facts.ts';
import type { PlanStep } from '../../server/store/planSteps.ts';
import type { Stage } from './stage.ts';

type Row = {
  readonly status: string;
  readonly list: string;
  readonly stage: string;
  readonly hasTask: boolean;
  readonly leavesRep: boolean;
  readonly holds: 'late steps' | 'all but the answer';
};

const late = { stage: 'lead', hasTask: false, leavesRep: true, holds: 'late steps' } as const;
const PLANS: Readonly<Record<string, Row>> = {
  not_icp: { ...late, status: 'UNQUALIFIED', list: 'disqualified leads', stage: 'other' },
  low_intent: { ...late, status: 'BAD_TIMING', list: 'business-case track' },
  too_early: { ...late, status: 'BAD_TIMING', list: 'educational track' },
  too_late: { ...late, status: 'BAD_TIMING', list: 'competitor-renewal track' },
  bad_data: { ...late, status: 'UNQUALIFIED', list: 'enrichment queue', hasTask: true, leavesRep: false },
  duplicate: { ...late, status: 'UNQUALIFIED', list: 'merge review', hasTask: true, leavesRep: false },
  other: {
    ...late,
    status: 'UNQUALIFIED',
    list: 'human review',
    hasTask: true,
    leavesRep: false,
    holds: 'all but the answer',
  },
};
const LATE: readonly string[] = ['set-owner', 'set-lifecycle-stage'];
const DISQUALIFIED = 'unqualified-stage-id';

/** The reasons that the model knows. */
export const REASON_CODES = Object.keys(PLANS);

/** The committed steps of a rejection are those that its reason asks for, no less and no more. */
export function checkPlan(stage: Stage, reason: string, facts: LeadFacts, steps: readonly PlanStep[]): void {
  const row = PLANS[reason];
  if (row === undefined) throw new Error(`The model knows no reason ${reason}.`);
  const kinds = [
    'set-properties',
    'create-note',
    'add-to-list',
    ...facts.leads.filter(({ stageId }) => stageId !== DISQUALIFIED).map(() => 'move-lead'),
    ...(row.hasTask ? ['create-task'] : []),
    ...(row.leavesRep && facts.ownerId !== null ? ['close-tasks', 'cancel-meetings', 'set-owner'] : []),
    'set-lifecycle-stage',
    'set-properties',
  ];
  expect(steps.map(({ kind }) => kind)).toEqual(kinds);
  const last = steps.length - 1;
  const waits = (kind: string, at: number): boolean =>
    at === last || LATE.includes(kind) || (row.holds === 'all but the answer' && at > 1);
  expect(steps.map(({ held }) => held)).toEqual(kinds.map(waits));
  const told = steps.map(({ change, expected }) => ({ change, expected: expected as object }));
  const of = (kind: string) => told.find(({ change }) => change?.kind === kind);
  expect(told[0]).toMatchObject({
    change: { values: { hs_lead_status: row.status, mqlr_status: 'pending_review', mqlr_reason: reason } },
    expected: { hs_lead_status: facts.leadStatus ?? '' },
  });
  expect(told[last]).toMatchObject({ change: { values: { mqlr_status: 'rejected' } } });
  expect(of('add-to-list')).toMatchObject({ change: { listId: stage.listIdOf(`MQL loop: ${row.list}`) } });
  expect(of('set-lifecycle-stage')).toMatchObject({
    change: { stage: row.stage },
    expected: { lifecyclestage: facts.lifecycleStage },
  });
}
