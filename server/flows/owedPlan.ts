/** Changes of HubSpot that no answer of sales owes: they are steps like any other, and are carried out by the same drain. */

import type { PlannedStep } from '../../src/routing.ts';
import { insertPlanSteps } from '../store/planSteps.ts';
import type { Handle } from '../store/schema.ts';
import type { FlowContext } from './context.ts';

/** Writes the steps that `owedBy` (a finding's id, or a new one) owes for a contact, and wakes the drain. */
export async function owePlan(
  tx: Handle,
  { newId, queue, now }: FlowContext,
  owed: {
    readonly portalId: number;
    readonly owedBy: string;
    readonly contactId: string;
    readonly steps: readonly PlannedStep[];
  },
): Promise<void> {
  const { portalId, owedBy, contactId, steps } = owed;
  const decidedAt = now();
  await insertPlanSteps(
    tx,
    steps.map(({ change, expected, held, dueAt }, seq) => ({
      portalId,
      stepId: newId(),
      entryId: owedBy,
      contactId,
      seq,
      kind: change.kind,
      change,
      expected,
      held,
      dueAt: new Date(dueAt),
      decidedAt,
      undoesStepId: null,
    })),
  );
  await queue.wake(tx, 'drain-plans', { portalId });
}
