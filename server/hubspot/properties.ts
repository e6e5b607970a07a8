/** Contact properties and the owner: one guarded write per contact, status and reason together. */

import type { Trace } from '../../src/changes.ts';
import { guard, type Intent, type Ready } from './guard.ts';
import { done, forAll, outcomeOfRow } from './outcomes.ts';
import { writeRecords, type Crm } from './records.ts';
import type { Step, StepOf, StepOutcome } from './steps.ts';

const CONTACT = 'This contact';

export async function setProperties(
  crm: Crm,
  steps: readonly StepOf<'set-properties'>[],
): Promise<readonly StepOutcome[]> {
  return writeGuarded(
    crm,
    steps.map((step) => ({ step, recordId: step.contactId, writes: step.change.values })),
    ({ before }) => ({ kind: 'set-properties', before }),
  );
}

export async function setOwner(
  crm: Crm,
  steps: readonly StepOf<'set-owner'>[],
): Promise<readonly StepOutcome[]> {
  return writeGuarded(
    crm,
    steps.map((step) => ({
      step,
      recordId: step.contactId,
      writes: { hubspot_owner_id: step.change.ownerId },
    })),
    ({ before }) => ({ kind: 'set-owner', before: before.hubspot_owner_id ?? '' }),
  );
}

function writeGuarded<S extends Omit<Step, 'change'>>(
  crm: Crm,
  intents: readonly Intent<S>[],
  traceOf: (ready: Ready<S>) => Trace,
): Promise<readonly StepOutcome[]> {
  const steps = intents.map(({ step }) => step);
  return forAll(steps, async () => {
    const { ready, outcomes } = await guard(crm, 'contacts', intents, { called: CONTACT });
    return [...outcomes, ...(await writeReady(crm, 'contacts', ready, traceOf))];
  });
}

/** Writes what the guard let through, and says for each step what became of it. */
export async function writeReady<S extends Omit<Step, 'change'>>(
  crm: Crm,
  type: 'contacts' | 'leads',
  ready: readonly Ready<S>[],
  traceOf: (ready: Ready<S>) => Trace,
): Promise<StepOutcome[]> {
  const rows = ready
    .filter(({ writes }) => Object.keys(writes).length > 0)
    .map(({ step, recordId, writes }) => ({ traceId: step.stepId, id: recordId, values: writes }));
  const results = await writeRecords(crm, type, 'update', rows);
  return ready.map((row) => {
    const result = results.get(row.step.stepId);
    return result === undefined || result.ok
      ? done(row.step, traceOf(row), row.notRestored)
      : outcomeOfRow(row.step, result);
  });
}
