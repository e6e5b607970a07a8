/** What a record holds once the steps of an answer are taken back. */

import { expectedAfter, type Change, type Trace } from './changes.ts';
import type { LeadFacts } from './facts.ts';
import { DEFAULT_ROUTING, type RoutingSettings } from './tracks.ts';

/** A step that was carried out, or may have been. `expected` is what the record held when it was decided. */
export type CarriedOut = {
  readonly change: Change | null;
  readonly expected: Readonly<Record<string, string>> | null;
  /** What was learned while it was carried out: what the record held of that on which the decision did not rest. */
  readonly trace?: Trace | null;
};

const FACT_OF = {
  hs_lead_status: 'leadStatus',
  lifecyclestage: 'lifecycleStage',
  hubspot_owner_id: 'ownerId',
  mqlr_score_less: 'scoreLess',
  mqlr_not_to_owner: 'notToOwnerId',
} as const satisfies Readonly<Record<string, keyof LeadFacts>>;

/** A fact that the plan writes. */
type Written = (typeof FACT_OF)[keyof typeof FACT_OF] | 'behaviourScore' | 'fitScore';

/** Those of them that are numbers. */
const POINTS: readonly Written[] = ['scoreLess', 'behaviourScore', 'fitScore'];

/**
 * The facts as they are without these steps: an answer that takes the place of another one is decided on what the record
 * will hold, not on what the answer before it has written. A value that is not ours any more is somebody's and stays.
 *
 * @param score names of the properties that hold this customer's points
 */
export function factsWithout(
  facts: LeadFacts,
  steps: readonly CarriedOut[],
  score: Pick<RoutingSettings['score'], 'behaviour' | 'fit'> = DEFAULT_ROUTING.score,
): LeadFacts {
  const factOf = { ...FACT_OF, [score.behaviour]: 'behaviourScore', [score.fit]: 'fitScore' } as const;
  return [...steps].reverse().reduce((before, step) => without(before, step, factOf), facts);
}

function without(
  facts: LeadFacts,
  { change, expected, trace = null }: CarriedOut,
  factOf: Readonly<Record<string, Written>>,
): LeadFacts {
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
  const learned = trace?.kind === 'set-properties' ? trace.before : {};
  const restored = Object.entries(factOf).flatMap(([property, fact]) => {
    const before = expected[property] ?? learned[property];
    const isOurs = before !== undefined && String(facts[fact] ?? '') === written[property];
    if (!isOurs) return [];
    const value = before === '' ? null : POINTS.includes(fact) ? Number(before) : before;
    return [[fact, value] as const];
  });
  return { ...facts, ...Object.fromEntries(restored) };
}
