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

/** What becomes of a rejected lead's points. */
export const SCORE_MODES = [
  { mode: 'keep', label: 'Keep the score' },
  { mode: 'reset_implicit', label: 'Take away the points for behaviour, keep those for fit' },
  { mode: 'reset_both', label: 'Take away all points' },
  { mode: 'decay', label: 'Take away a share of the points for behaviour' },
  { mode: 'separate', label: 'Go on with a score of its own' },
] as const;
export type ScoreMode = (typeof SCORE_MODES)[number]['mode'];

/** How a track is begun. */
export const TRACK_KINDS = [
  { kind: 'list', label: 'Static list' },
  { kind: 'property', label: 'Property that your workflow enrols on' },
  { kind: 'sequence', label: 'Sequence, sent as the rep' },
] as const;
export type TrackKind = (typeof TRACK_KINDS)[number]['kind'];

/** HubSpot's names for the grounds on which e-mail is, or is no longer, sent to a person. */
export const LEGAL_BASES = [
  { basis: 'LEGITIMATE_INTEREST_PQL', label: 'Legitimate interest: prospect or lead' },
  { basis: 'LEGITIMATE_INTEREST_CLIENT', label: 'Legitimate interest: existing customer' },
  { basis: 'LEGITIMATE_INTEREST_OTHER', label: 'Legitimate interest: other' },
  { basis: 'PERFORMANCE_OF_CONTRACT', label: 'Performance of a contract' },
  { basis: 'CONSENT_WITH_NOTICE', label: 'Consent, with a notice' },
  { basis: 'PROCESS_AND_STORE', label: 'Consent to process and store' },
  { basis: 'NON_GDPR', label: 'Not applicable' },
] as const;
export type LegalBasis = (typeof LEGAL_BASES)[number]['basis'];

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
  none: 'Only the checks of this app; people complete the data, and nobody is disqualified for want of it',
  property: 'Set a property that a workflow enrols on',
  list: 'Add to a list',
  webhook: 'Call an address, signed',
} as const satisfies Readonly<Record<EnrichmentWay, string>>;

/** The parts that are saved one at a time, in the order of the page. Definitions are drafted and signed instead. */
export const SECTIONS = [
  { key: 'reasons', label: 'Reasons' },
  { key: 'routing', label: 'Routing and tracks' },
  { key: 'gate', label: 'Re-entry' },
  { key: 'guard', label: 'Guard' },
  { key: 'handOff', label: 'Hand-off' },
  { key: 'followUp', label: 'Follow-up' },
  { key: 'sla', label: 'SLA and hours' },
  { key: 'roles', label: 'Roles' },
] as const;
export type Section = (typeof SECTIONS)[number]['key'];
