import type { Stage } from './state.ts';

/** The key under which a deal pipeline's stages carry the share of deals that are won from there. Docs: pipelines guide. */
export const DEAL_PROBABILITY = 'probability';

/** The read-only flags that follow a deal's stage: won at probability 1, closed at 1 and at 0. */
export const toDealProperties = ({ metadata }: Stage): readonly (readonly [string, string])[] => {
  const probability = Number(metadata[DEAL_PROBABILITY] ?? Number.NaN);
  const isWon = probability === 1;
  const isLost = probability === 0;
  return [
    ['hs_deal_stage_probability', Number.isNaN(probability) ? '' : String(probability)],
    ['hs_is_closed', String(isWon || isLost)],
    ['hs_is_closed_won', String(isWon)],
    ['hs_is_closed_lost', String(isLost)],
  ];
};
