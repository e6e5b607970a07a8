/**
 * The contact properties that the product writes, so that HubSpot's own reports, lists and workflows work without
 * us. The gateway creates them from these rows; the plan fills them.
 */

import { DISPOSITIONS, REASONS } from './reasons.ts';

export const PROPERTY_GROUP = { name: 'mql_rejection_loop', label: 'MQL rejection loop' } as const;

export const ANSWER_STATUSES = [
  { value: 'accepted', label: 'Accepted' },
  { value: 'pending_review', label: 'Rejected – pending review' },
  { value: 'rejected', label: 'Rejected' },
  { value: 'pending_reason', label: 'Rejected – pending reason' },
] as const;

/** How a rejection reached us; the coverage ledger counts each. */
export const PATHS = [
  { value: 'card', label: 'Card' },
  { value: 'bulk_action', label: 'Bulk action' },
  { value: 'workflow_action', label: 'Workflow action' },
  { value: 'record_edit', label: 'Record edit' },
  { value: 'board', label: 'Board' },
  { value: 'bulk_edit', label: 'Bulk edit' },
  { value: 'import', label: 'Import' },
  { value: 'workflow', label: 'Workflow' },
  { value: 'api', label: 'API' },
  { value: 'mobile', label: 'Mobile' },
  { value: 'merge', label: 'Merge of records' },
  { value: 'batch', label: 'Weekly batch' },
  { value: 'app_home', label: 'App home' },
] as const;
export type Path = (typeof PATHS)[number]['value'];

/** What the record says of a rejected lead's way back to sales; workflows enrol on `ready`. */
export const REENTRY_STATES = [
  { value: 'waiting', label: 'Waiting' },
  { value: 'ready', label: 'Ready to hand off again' },
  { value: 'review', label: 'Waits for human review' },
] as const;
export type ReentryState = (typeof REENTRY_STATES)[number]['value'];

export const EVIDENCE_VERDICTS = [
  { value: 'agrees', label: 'Record agrees' },
  { value: 'disagrees', label: 'Record says otherwise' },
  { value: 'silent', label: 'Record is silent' },
] as const;
export type EvidenceVerdict = (typeof EVIDENCE_VERDICTS)[number]['value'];

/** What a rejection says about marketing's work (rejectionClass.ts): only the first is about the lead's quality. */
export const REJECTION_CLASSES = [
  { value: 'unqualified', label: 'Unqualified' },
  { value: 'early', label: 'Early' },
  { value: 'stale_criteria', label: 'Stale criteria' },
  { value: 'slow_response', label: 'Slow response' },
] as const;
export type RejectionClass = (typeof REJECTION_CLASSES)[number]['value'];

const words = (value: string): string => value.charAt(0).toUpperCase() + value.slice(1).replaceAll('_', ' ');

type Option = { readonly value: string; readonly label: string };
type PropertyRow = {
  readonly name: string;
  readonly label: string;
  readonly type: 'string' | 'number' | 'date' | 'datetime' | 'enumeration';
  readonly fieldType: 'text' | 'textarea' | 'number' | 'date' | 'select';
  readonly description: string;
  readonly options?: readonly Option[];
};

export const MQL_PROPERTIES = [
  {
    name: 'mqlr_status',
    label: 'MQL answer',
    type: 'enumeration',
    fieldType: 'select',
    description: 'What sales answered to the latest hand-off.',
    options: ANSWER_STATUSES,
  },
  {
    name: 'mqlr_reason',
    label: 'MQL rejection reason',
    type: 'enumeration',
    fieldType: 'select',
    description: 'The reason code chosen by the rep.',
    options: REASONS.map((row) => ({ value: row.code, label: row.label })),
  },
  {
    name: 'mqlr_root_cause',
    label: 'MQL rejection root cause',
    type: 'enumeration',
    fieldType: 'select',
    description: 'Wrong fit, wrong timing or wrong data.',
    options: ['wrong_fit', 'wrong_timing', 'wrong_data'].map((value) => ({ value, label: words(value) })),
  },
  {
    name: 'mqlr_disposition',
    label: 'MQL disposition',
    type: 'enumeration',
    fieldType: 'select',
    description: 'Where the rejected lead goes.',
    options: DISPOSITIONS.map((value) => ({ value, label: words(value) })),
  },
  {
    name: 'mqlr_answered_at',
    label: 'MQL answered at',
    type: 'datetime',
    fieldType: 'date',
    description: 'When sales accepted or rejected.',
  },
  {
    name: 'mqlr_answered_by',
    label: 'MQL answered by (user id)',
    type: 'string',
    fieldType: 'text',
    description: 'The HubSpot user who answered.',
  },
  {
    name: 'mqlr_attempt',
    label: 'MQL attempt',
    type: 'number',
    fieldType: 'number',
    description: 'Which hand-off of this lead was answered: 1 for the first.',
  },
  {
    name: 'mqlr_cooling_until',
    label: 'MQL cooling until',
    type: 'date',
    fieldType: 'date',
    description: 'Not handed to sales again before this day.',
  },
  {
    name: 'mqlr_next_step',
    label: 'MQL next step',
    type: 'string',
    fieldType: 'text',
    description: 'What happens next with this lead.',
  },
  {
    name: 'mqlr_next_step_on',
    label: 'MQL next step on',
    type: 'date',
    fieldType: 'date',
    description: 'When the next step is due.',
  },
  {
    name: 'mqlr_path',
    label: 'MQL answer path',
    type: 'enumeration',
    fieldType: 'select',
    description: 'How the answer reached us.',
    options: PATHS,
  },
  {
    name: 'mqlr_evidence',
    label: 'MQL evidence verdict',
    type: 'enumeration',
    fieldType: 'select',
    description: 'Whether the record agrees with the reason.',
    options: EVIDENCE_VERDICTS,
  },
  {
    name: 'mqlr_class',
    label: 'MQL rejection class',
    type: 'enumeration',
    fieldType: 'select',
    description: 'Unqualified lead, early lead, stale criteria or slow response.',
    options: REJECTION_CLASSES,
  },
  {
    name: 'mqlr_route',
    label: 'MQL route',
    type: 'string',
    fieldType: 'text',
    description: 'Destination key; workflows can enrol on it.',
  },
  {
    name: 'mqlr_hand_off',
    label: 'MQL hand-off mark',
    type: 'string',
    fieldType: 'text',
    description:
      'Where your hand-off is no lifecycle stage: the value named in the settings hands the lead to sales.',
  },
  {
    name: 'mqlr_reentry',
    label: 'MQL re-entry',
    type: 'enumeration',
    fieldType: 'select',
    description: 'Whether a rejected lead may be handed off again; workflows can enrol on “Ready”.',
    options: REENTRY_STATES,
  },
  {
    name: 'mqlr_enrichment',
    label: 'MQL enrichment',
    type: 'enumeration',
    fieldType: 'select',
    description: 'How completing the data of a lead rejected for bad data goes.',
    options: ['open', 'complete', 'given_up'].map((value) => ({ value, label: words(value) })),
  },
  {
    name: 'mqlr_csm_owner_id',
    label: 'MQL customer success owner (owner id)',
    type: 'string',
    fieldType: 'text',
    description: 'HubSpot owner id of whoever looks after this customer, filled by you.',
  },
  {
    name: 'mqlr_renewal_on',
    label: 'MQL contract renewal on',
    type: 'date',
    fieldType: 'date',
    description: 'When the contract with somebody else ends, filled by you; the lead is looked at before.',
  },
  {
    name: 'mqlr_fiscal_year_on',
    label: 'MQL fiscal year starts on',
    type: 'date',
    fieldType: 'date',
    description: 'When the next fiscal year begins, filled by you; the lead is looked at before.',
  },
  {
    name: 'mqlr_budget_on',
    label: 'MQL budget decided on',
    type: 'date',
    fieldType: 'date',
    description: 'When the budget is decided, filled by you; the lead is looked at before.',
  },
  {
    name: 'mqlr_pages_seen',
    label: 'MQL pages seen',
    type: 'string',
    fieldType: 'textarea',
    description: 'Pages seen before the hand-off, filled by your tracking; shown to the rep.',
  },
  {
    name: 'mqlr_seconds_on_site',
    label: 'MQL seconds on site',
    type: 'number',
    fieldType: 'number',
    description: 'Time on site before the form, filled by your tracking; shown to the rep.',
  },
  {
    name: 'mqlr_score_moved_by',
    label: 'MQL score moved by',
    type: 'string',
    fieldType: 'text',
    description: 'What moved the score last, filled by your scoring; shown to the rep.',
  },
  {
    name: 'mqlr_score_behaviour',
    label: 'MQL points for behaviour',
    type: 'number',
    fieldType: 'number',
    description: 'Filled by your scoring, where it keeps them apart; a rejection takes them away.',
  },
  {
    name: 'mqlr_score_fit',
    label: 'MQL points for fit',
    type: 'number',
    fieldType: 'number',
    description: 'Filled by your scoring, where it keeps them apart; kept unless a reason resets both.',
  },
  {
    name: 'mqlr_score_less',
    label: 'MQL points taken off',
    type: 'number',
    fieldType: 'number',
    description: 'What rejections took off the score. Subtract it in a calculated property.',
  },
  {
    name: 'mqlr_score_nurture',
    label: 'MQL nurture score',
    type: 'number',
    fieldType: 'number',
    description: 'The score of its own that a rejected lead goes on with.',
  },
  {
    name: 'mqlr_credit_owner',
    label: 'MQL turn goes back to (owner id)',
    type: 'string',
    fieldType: 'text',
    description: 'Owner whose rejection stands: the rotation gives the turn back.',
  },
  {
    name: 'mqlr_not_to_owner',
    label: 'MQL not back to (owner id)',
    type: 'string',
    fieldType: 'text',
    description: 'Owner who rejected. Empty it to let the lead go back to the same rep.',
  },
  {
    name: 'mqlr_campaign_flag',
    label: 'MQL rejected campaign',
    type: 'string',
    fieldType: 'text',
    description: 'Campaign and reason of the latest rejection, so that lists can pull its leads.',
  },
  {
    name: 'mqlr_sender',
    label: 'MQL track sender',
    type: 'string',
    fieldType: 'text',
    description: 'E-mail address of the rep as from whom the track is sent.',
  },
] as const satisfies readonly PropertyRow[];

export type MqlProperty = (typeof MQL_PROPERTIES)[number]['name'];
