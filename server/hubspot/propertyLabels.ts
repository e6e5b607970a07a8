/** What properties are called for people. HubSpot's own labels can be renamed by an admin; these are its defaults. */

import { MQL_PROPERTIES } from '../../src/mqlProperties.ts';

const HUBSPOT_LABELS: Readonly<Record<string, string>> = {
  hs_lead_status: 'Lead status',
  lifecyclestage: 'Lifecycle stage',
  hubspot_owner_id: 'Owner',
  hs_pipeline_stage: 'Lead stage',
  hs_lead_disqualification_reason: 'Disqualification reason',
};

/** The label in quotation marks; a property that we do not know is called by its internal name. */
export function labelOf(property: string): string {
  const own = MQL_PROPERTIES.find(({ name }) => name === property);
  return `“${own?.label ?? HUBSPOT_LABELS[property] ?? property}”`;
}
