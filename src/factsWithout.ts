/** What a record holds once the steps of an answer are taken back. */

import { expectedAfter, type Change } from './changes.ts';
import type { LeadFacts } from './facts.ts';

/** A step that was carried out, or may have been. `expected` is what the record held when it was decided. */
export type CarriedOut = {
  readonly change: Change | null;
  readonly expected: Readonly<Record<string, string>> | null;
};

const FACT_OF = {
  hs_lead_status: 'leadStatus',
  lifecyclestage: 'lifecycleStage',
  hubspot_owner_id: 'ownerId',
} as const satisfies Readonly<Record<string, keyof LeadFacts>>;

/**
 * The facts as they are without these steps: an answer that takes the place of another one is decided on what the record
 * will hold, not on what the answer before it has written. A value that is not ours any more is somebody's and stays.
 */
export function factsWithout(facts: LeadFacts, steps: readonly CarriedOut[]): LeadFacts {
  return [...steps].reverse().reduce(without, facts);
}

function without(facts: LeadFacts, { change, expected }: CarriedOut): LeadFacts {
  if (change === null || expected === null) return facts;
  if (change.kind === 'move-lead') {
    const before = expected['hs_pipeline_stage'];
    const leads = facts.leads.map((lead) =>
      before !== undefined && lead.leadId === change.leadId && lead.stageId === change.stageId
        ? { ...lead, stageId: before }
        : lead,
    );
    return { ...facts, leads };
  }
  const written = expectedAfter(change);
  const restored = Object.entries(FACT_OF).flatMap(([property, fact]) => {
    const before = expected[property];
    const isOurs = before !== undefined && (facts[fact] ?? '') === written[property];
    return isOurs ? [[fact, before || null] as const] : [];
  });
  return { ...facts, ...Object.fromEntries(restored) };
}
