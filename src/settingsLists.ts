/**
 * The closed lists that settings are chosen from. They stand apart from the rules because the wire contract is made of
 * them, and extensions take its types: what is imported here is checked with their older language too.
 */

export const ROUTING_MODES = [
  { mode: 'immediate', label: 'At once, for good' },
  { mode: 'immediate_with_batch_veto', label: 'At once; what is hard to reverse waits for the weekly batch' },
  { mode: 'hold_for_batch', label: 'Wait for the weekly batch' },
] as const;
export type RoutingMode = (typeof ROUTING_MODES)[number]['mode'];

export const DEFINITIONS = [
  { kind: 'icp', label: 'ICP', meaning: 'who fits: size, country, industry, title' },
  { kind: 'mql', label: 'MQL', meaning: 'when marketing hands a lead to sales' },
  { kind: 'sql', label: 'SQL', meaning: 'when sales takes a lead on' },
] as const;
export type DefinitionKind = (typeof DEFINITIONS)[number]['kind'];

export const SIDES = ['sales', 'marketing'] as const;
export type Side = (typeof SIDES)[number];

export const GUARD_MODES = ['put-back', 'hold'] as const;
export type GuardMode = (typeof GUARD_MODES)[number];
export const GUARD_MODE_LABELS = {
  'put-back': 'Put the lead back, and ask for the reason',
  hold: 'Leave it as it is, marked as pending, and ask for the reason',
} as const satisfies Readonly<Record<GuardMode, string>>;

/** How a lead with bad data is handed over to the customer's enrichment tool. */
export const ENRICHMENT_WAYS = ['none', 'property', 'list', 'webhook'] as const;
export type EnrichmentWay = (typeof ENRICHMENT_WAYS)[number];
export const ENRICHMENT_WAY_LABELS = {
  none: 'Only the checks of this app; people complete the data',
  property: 'Set a property that a workflow enrols on',
  list: 'Add to a list',
  webhook: 'Call an address, signed',
} as const satisfies Readonly<Record<EnrichmentWay, string>>;

/** The parts that are saved one at a time, in the order of the page. Definitions are drafted and signed instead. */
export const SECTIONS = [
  { key: 'reasons', label: 'Reasons' },
  { key: 'gate', label: 'Re-entry' },
  { key: 'guard', label: 'Guard' },
  { key: 'followUp', label: 'Follow-up' },
  { key: 'sla', label: 'SLA and hours' },
  { key: 'roles', label: 'Roles' },
] as const;
export type Section = (typeof SECTIONS)[number]['key'];
