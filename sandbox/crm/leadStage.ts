import type { Stage } from './state.ts';

/**
 * The key under which a lead pipeline's stages carry their state. HubSpot's documentation names `ticketState` for
 * tickets and `probability` for deals; for leads it shows the states NEW, IN_PROGRESS, QUALIFIED and UNQUALIFIED.
 */
export const LEAD_STATE = 'leadState';

/** The read-only flags that follow a lead's stage. */
export const toStageProperties = ({ metadata }: Stage): readonly (readonly [string, string])[] => {
  const state = metadata[LEAD_STATE];
  return [
    ['hs_lead_is_disqualified', String(state === 'UNQUALIFIED')],
    ['hs_lead_is_qualified', String(state === 'QUALIFIED')],
    ['hs_lead_is_open', String(state !== 'QUALIFIED' && state !== 'UNQUALIFIED')],
  ];
};
