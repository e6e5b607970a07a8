/** Changes of HubSpot that no answer of sales owes: they are steps like any other, and are carried out by the same drain. */

import type { PlannedStep } from '../../src/plannedStep.ts';
import { insertPlanSteps, nextPlace } from '../store/planSteps.ts';
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
    /** Place of the first one in the plan. */
    readonly from?: number;
  },
): Promise<void> {
  const { portalId, owedBy, contactId, steps, from = 0 } = owed;
  const decidedAt = now();
  await insertPlanSteps(
    tx,
    steps.map(({ change, expected, held, dueAt }, seq) => ({
      portalId,
      stepId: newId(),
      entryId: owedBy,
      contactId,
      seq: from + seq,
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

/**
 * Goes on with the plan of an answer: what a later look or a person's decision adds to it is undone with it, the last step
 * first. Needs a transaction that holds the lead's lock.
 */
export async function oweMore(
  tx: Handle,
  context: FlowContext,
  more: {
    readonly portalId: number;
    /** The answer. */
    readonly entryId: string;
    readonly contactId: string;
    readonly steps: readonly PlannedStep[];
  },
): Promise<void> {
  const { portalId, entryId, contactId, steps } = more;
  if (steps.length === 0) return;
  const from = await nextPlace(tx, portalId, entryId);
  await owePlan(tx, context, { portalId, owedBy: entryId, contactId, steps, from });
}
