/**
 * A lead's points at a rejection. HubSpot's own score is calculated and cannot be written. Where the customer keeps points
 * in properties of its own, those are written; where not, the points to take off stand in `mqlr_score_less`, which a
 * calculated property of the customer's subtracts, and which the gate subtracts by itself.
 */

import type { LeadFacts } from './facts.ts';
import type { ScoreMode } from './settingsLists.ts';
import type { RoutingSettings } from './tracks.ts';

type Points = Pick<LeadFacts, 'score' | 'behaviourScore' | 'fitScore' | 'scoreLess'>;

/** The points that count for a lead, after what was taken off; `null` where nobody scores. */
export function pointsOf({ score, behaviourScore, fitScore, scoreLess }: Points): number | null {
  if (behaviourScore !== null) return behaviourScore + (fitScore ?? 0);
  return score === null ? null : score - (scoreLess ?? 0);
}

export type ScoreChange = {
  readonly values: Readonly<Record<string, string>>;
  /** Of `values`, what the record must still hold. */
  readonly expected: Readonly<Record<string, string>>;
  /** {@link pointsOf} afterwards. */
  readonly after: number;
  /** For people. */
  readonly label: string;
};

/** What a score mode writes; `null` where it changes nothing, or where there are no points. */
export function planScore(
  mode: ScoreMode,
  facts: Points,
  names: RoutingSettings['score'],
): ScoreChange | null {
  const points = pointsOf(facts);
  if (mode === 'keep' || points === null) return null;
  const { behaviourScore, fitScore } = facts;
  // Where only one score is known, all that is not known to be for fit counts as behaviour.
  const behaviour = behaviourScore ?? Math.max(0, points - (fitScore ?? 0));
  const taken = takenBy(mode, behaviour, points, names.decayShare);
  const nurture = mode === 'separate' ? { [names.nurture]: String(points) } : {};
  if (taken === 0 && mode !== 'separate') return null;
  const after = points - taken;
  const label = `Score ${points} → ${after}${mode === 'separate' ? `, goes on as a score of its own from ${points}` : ''}`;
  if (behaviourScore === null) {
    const before = facts.scoreLess ?? 0;
    return {
      values: { mqlr_score_less: String(before + taken), ...nurture },
      expected: { mqlr_score_less: facts.scoreLess === null ? '' : String(before) },
      after,
      label,
    };
  }
  const behaviourLeft = mode === 'decay' ? behaviour - taken : 0;
  const fit = mode === 'reset_both' && fitScore !== null ? { [names.fit]: '0' } : {};
  return {
    values: { [names.behaviour]: String(behaviourLeft), ...fit, ...nurture },
    // Points that came in meanwhile belong to the activity before the rejection too: a reset takes them as well.
    expected: mode === 'decay' ? { [names.behaviour]: String(behaviourScore) } : {},
    after,
    label,
  };
}

function takenBy(
  mode: Exclude<ScoreMode, 'keep'>,
  behaviour: number,
  points: number,
  decayShare: number,
): number {
  switch (mode) {
    case 'reset_implicit':
    case 'separate':
      return behaviour;
    case 'reset_both':
      return points;
    case 'decay':
      return Math.round(behaviour * decayShare);
  }
}
