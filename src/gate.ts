/**
 * The re-entry gate: what must be true before a rejected lead may be handed off again. Pure rules over the snapshot that
 * was taken at the rejection and the facts of now; the answer is a proof, rule by rule, with the fact and its date.
 */

import { dayOf, readableMoment, type Day } from './calendar.ts';
import type { LeadFacts } from './facts.ts';
import { GATE_RULES, type GateRuleKey } from './gateRules.ts';
import type { GateBaseline, GateFinding, GateSituation, RejectedBefore } from './gateSituation.ts';
import { pointsOf } from './score.ts';

export type GateProof = {
  /** `review`: nothing is missing but a person's decision. */
  readonly verdict: 'passed' | 'blocked' | 'review';
  readonly sentence: string;
  /** First day on which time alone no longer stands in the way; `null` where it does not. */
  readonly earliestOn: Day | null;
  readonly rules: readonly (GateFinding & { readonly rule: GateRuleKey; readonly label: string })[];
  /** Whether a score rose without any activity after the rejection: a fault of the scoring model, to be reported. */
  readonly scoreFault: boolean;
  /** When it was worked out, ISO 8601. */
  readonly at: string;
};

/** What is kept of a lead at its rejection. `score` is what it will be after the plan's own change of the score. */
export function baselineOf(facts: LeadFacts, score: number | null = pointsOf(facts)): GateBaseline {
  const { lastSeenAt, recentConversionAt, employees, industry, country, jobTitle } = facts;
  return { score, lastSeenAt, recentConversionAt, employees, industry, country, jobTitle };
}

/** Whether this lead may be handed off again now, with the proof. */
export function gateOf(situation: GateSituation, now: Date): GateProof {
  const { rejected, timeZone } = situation;
  const at = now.toISOString();
  if (rejected === null)
    return {
      verdict: 'passed',
      sentence: 'Sales has not rejected this lead before.',
      earliestOn: null,
      rules: [],
      scoreFault: false,
      at,
    };
  const rules = Object.entries(GATE_RULES).flatMap(([rule, { label, decide }]) => {
    const finding = decide({ ...situation, rejected }, now);
    return finding === null ? [] : [{ rule: rule as GateRuleKey, label, ...finding }];
  });
  const missing = rules.filter(({ holds }) => !holds);
  const onlyReview = missing.length > 0 && missing.every(({ rule }) => rule === 'human-review');
  const verdict = missing.length === 0 ? 'passed' : onlyReview ? 'review' : 'blocked';
  const today = dayOf(now, timeZone);
  const earliestOn = today < rejected.coolingUntil ? rejected.coolingUntil : null;
  return {
    verdict,
    sentence: sentenceOf(verdict, rules, timeZone),
    earliestOn,
    rules,
    scoreFault:
      rules.some(({ rule, holds }) => rule === 'new-signal' && !holds) &&
      isScoreFault({ ...situation, rejected }),
    at,
  };
}

/** A score that rose although nothing happened after the rejection: it counts old activity a second time. */
function isScoreFault({
  facts,
  settings,
  rejected,
}: GateSituation & { readonly rejected: RejectedBefore }): boolean {
  const { score, lastSeenAt, recentConversionAt } = rejected.baseline;
  const points = pointsOf(facts);
  if (points === null || score === null) return false;
  const gain = points - score;
  const isGain = gain >= settings.scorePoints || (score > 0 && gain / score >= settings.scoreShare);
  return isGain && facts.lastSeenAt === lastSeenAt && facts.recentConversionAt === recentConversionAt;
}

function sentenceOf(verdict: GateProof['verdict'], rules: GateProof['rules'], timeZone: string): string {
  switch (verdict) {
    case 'passed': {
      const signal = rules.find(({ rule }) => rule === 'new-signal');
      const when = signal?.at == null ? '' : ` (${readableMoment(new Date(signal.at), timeZone)})`;
      return `May come back to sales: ${signal?.fact ?? 'every rule holds'}${when}.`;
    }
    case 'review':
      return 'Marketing operations decide first: it was rejected and recycled before.';
    case 'blocked':
      return `Not yet: ${rules.flatMap(({ needs }) => needs ?? []).join('; ')}.`;
  }
}
