/** The closed lists of disputes. They stand apart because the wire contract is made of them. */

/** What leads can share besides the reason, most telling first. */
export const DISPUTE_DIMS = [
  { dim: 'campaign', label: 'campaign' },
  { dim: 'segment', label: 'segment' },
  { dim: 'source', label: 'source' },
] as const;
export type DisputeDim = (typeof DISPUTE_DIMS)[number]['dim'];

/** Where the difference between record and reason may come from. None of them is a person's fault. */
export const DISPUTE_CAUSES = [
  { value: 'score_inflated', label: 'The score counts activity that shows little intent' },
  { value: 'source_distrusted', label: 'Leads of this source are trusted less than their records say' },
  { value: 'capacity_full', label: 'Sales had no room for more leads when these came' },
  { value: 'definition_unclear', label: 'The definition can be read in two ways' },
  { value: 'record_wrong', label: 'The record is wrong or out of date' },
  { value: 'other', label: 'Something else' },
] as const;
export type DisputeCause = (typeof DISPUTE_CAUSES)[number]['value'];

/** The one thing that is changed. */
export const DISPUTE_CHANGES = [
  { value: 'definition', label: 'Definition' },
  { value: 'scoring', label: 'Scoring' },
  { value: 'targeting', label: 'Targeting' },
] as const;
export type DisputeChange = (typeof DISPUTE_CHANGES)[number]['value'];

/** Leads that are shown side by side. */
export const DISPUTE_SHOWN = 3;
