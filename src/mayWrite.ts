/** Which contact properties of the customer the app may write, where settings name one: the one rule of all sections. */

import { isPropertyName } from './settingsWords.ts';

/** Properties that an answer itself writes or rests on: a mark in one of them would fight with it. */
const TAKEN: readonly string[] = ['hs_lead_status', 'lifecyclestage', 'hubspot_owner_id', 'email'];

/** HubSpot's own score: calculated, and no app can write it. */
const CALCULATED: readonly string[] = ['hubspotscore'];

/** Whether the answers' own plans write this property. Its values are still worth reading. */
export const isTaken = (property: string): boolean =>
  TAKEN.includes(property) || property.startsWith('mqlr_');

/**
 * Why the app may not write a property as settings ask for; `null` where it may. The empty name is no name.
 *
 * @param own properties of the app's that are made for what is asked
 */
export function writeProblem(property: string, own: readonly string[] = []): string | null {
  if (property === '') return 'Name the contact property.';
  if (!isPropertyName(property))
    return `“${property}” is not the internal name of a property: those have small letters, digits and underscores.`;
  if (isTaken(property) && !own.includes(property))
    return `“${property}” is written by the app itself. Use one of your own.`;
  return CALCULATED.includes(property)
    ? `“${property}” is calculated by HubSpot. Use one of your own.`
    : null;
}
