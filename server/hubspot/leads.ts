/** HubSpot's Lead objects: their stage and disqualification reason, in one write as portals' own rules may demand. */

import { guard } from './guard.ts';
import { failed, forAll } from './outcomes.ts';
import { writeReady } from './properties.ts';
import type { Crm } from './records.ts';
import type { StepOf, StepOutcome } from './steps.ts';

const STAGE = 'hs_pipeline_stage';
const REASON = 'hs_lead_disqualification_reason';

export async function moveLeads(
  crm: Crm,
  steps: readonly StepOf<'move-lead'>[],
): Promise<readonly StepOutcome[]> {
  if (crm.portal.leads === null) {
    const sentence = 'This HubSpot portal has no Leads, so the Lead was not moved.';
    return steps.map((step) => failed(step, 'forbidden', sentence));
  }
  return forAll(steps, async () => {
    const intents = steps.map((step) => ({
      step,
      recordId: step.change.leadId,
      writes: { [STAGE]: step.change.stageId, [REASON]: step.change.disqualificationReason },
    }));
    const options = { called: 'This Lead', together: true };
    const { ready, outcomes } = await guard(crm, 'leads', intents, options);
    const written = await writeReady(crm, 'leads', ready, ({ before }) => ({
      kind: 'move-lead',
      before: { stageId: before[STAGE] ?? '', disqualificationReason: before[REASON] ?? '' },
    }));
    return [...outcomes, ...written];
  });
}
