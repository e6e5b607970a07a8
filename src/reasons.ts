/**
 * The registry of reason codes. Everything that knows a reason (the card's options, the wire check, HubSpot's
 * property options, routing, the docs table and the types) is derived from these rows. A code is never renamed
 * or deleted, only retired: history must stay readable.
 */

import type { RoutingMode, ScoreMode } from './settingsLists.ts';
import type { SignalKey } from './signals.ts';

export type { RoutingMode };

export type RootCause = 'wrong_fit' | 'wrong_timing' | 'wrong_data';

/** Where a rejected lead goes. `docs` and screens use exactly these words. */
export const DISPOSITIONS = [
  'recycle',
  'disqualify',
  'enrich',
  'rematch',
  'relate',
  'escalate',
  'unsubscribe',
] as const;
export type Disposition = (typeof DISPOSITIONS)[number];

/**
 * Destinations are static lists in HubSpot: a nurture track that the customer's workflow enrols on, or a queue
 * that a person works through. There is no generic newsletter among them: each recycling reason has its own track.
 */
export const DESTINATIONS = [
  { key: 'mid_funnel', kind: 'track', label: 'business-case track' },
  { key: 'educational', kind: 'track', label: 'educational track' },
  { key: 'competitor_exit', kind: 'track', label: 'competitor-renewal track' },
  { key: 'short_cycle', kind: 'track', label: 'short-cycle track' },
  { key: 'long_cycle', kind: 'track', label: 'long-cycle track' },
  { key: 'solution', kind: 'track', label: 'right-solution track' },
  { key: 'interest', kind: 'track', label: 'right-interest track' },
  { key: 'retry', kind: 'track', label: 'second-try track' },
  { key: 'disqualified', kind: 'queue', label: 'disqualified leads' },
  { key: 'enrichment', kind: 'queue', label: 'enrichment queue' },
  { key: 'merge_review', kind: 'queue', label: 'merge review' },
  { key: 'right_contact', kind: 'queue', label: 'right-contact queue' },
  { key: 'relationship', kind: 'queue', label: 'customer and partner queue' },
  { key: 'human_review', kind: 'queue', label: 'human review' },
] as const satisfies readonly { key: string; kind: 'track' | 'queue'; label: string }[];
export type Destination = (typeof DESTINATIONS)[number];
export type DestinationKey = Destination['key'];

/** The name of a destination's static list in HubSpot. */
export function listNameOf(destination: Destination): string {
  return `MQL loop: ${destination.label}`;
}

export function destinationOf(key: DestinationKey): Destination {
  const found = DESTINATIONS.find((destination) => destination.key === key);
  if (found === undefined) throw new Error(`Unknown destination ${key}.`);
  return found;
}

/**
 * Work that a person gets when the reason is chosen; `null` where nobody has to do anything.
 * `dueInDays` counts calendar days in the portal's time zone.
 */
export type TaskTemplate = { readonly subject: string; readonly body: string; readonly dueInDays: number };

export type ReasonRow = {
  readonly code: string;
  readonly label: string;
  /** One line for the rep, at the choice. */
  readonly meaning: string;
  readonly rootCause: RootCause | null;
  /** What a growing share of this reason points at. */
  readonly signals: string;
  readonly disposition: Disposition;
  readonly destination: DestinationKey;
  /** Hard minimum before the lead may be handed off again, in days. Never under 30. */
  readonly coolingDays: number;
  /** How long the track runs, in days; `null` where there is none. */
  readonly nurtureDays: number | null;
  /** What becomes of the lead's points, where the customer decides nothing else. */
  readonly score: ScoreMode;
  /** Asked for with the note field; `null` where a note adds nothing. */
  readonly noteHint: string | null;
  readonly task: TaskTemplate | null;
  /**
   * `hold_for_batch` keeps every step but the status waiting for the weekly batch; the default is
   * `immediate_with_batch_veto`, where only hard-to-reverse steps wait.
   */
  readonly routingMode: RoutingMode;
  /** Signals on the record that speak for this reason (the suggestion) and against it (the evidence check). */
  readonly supportedBy: readonly SignalKey[];
  readonly contradictedBy: readonly SignalKey[];
  /** Labels of HubSpot's own Lead disqualification options that mean the same; matched at install, never assumed. */
  readonly hubspotLabels: readonly string[];
};

const VETO = 'immediate_with_batch_veto';

export const REASONS = [
  {
    code: 'not_icp',
    label: 'Not ICP',
    meaning: 'Size, industry, title or country is outside our definition',
    rootCause: 'wrong_fit',
    signals: 'targeting, segmentation or ICP definition',
    disposition: 'disqualify',
    destination: 'disqualified',
    coolingDays: 90,
    nurtureDays: null,
    score: 'keep',
    noteHint: null,
    task: null,
    routingMode: VETO,
    supportedBy: ['outside-icp'],
    contradictedBy: ['inside-icp'],
    hubspotLabels: ['Not a Good Fit', 'Technical Limitations'],
  },
  {
    code: 'low_intent',
    label: 'Low intent',
    meaning: 'Right company, no buying signal yet',
    rootCause: 'wrong_timing',
    signals: 'scoring weights, behavioural thresholds, decay',
    disposition: 'recycle',
    destination: 'mid_funnel',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'decay',
    noteHint: null,
    task: null,
    routingMode: VETO,
    supportedBy: ['weak-intent'],
    contradictedBy: ['high-score', 'buying-pages'],
    hubspotLabels: ['No Commercial Interest'],
  },
  {
    code: 'too_early',
    label: 'Too early',
    meaning: 'Researching; worth another look later',
    rootCause: 'wrong_timing',
    signals: 'premature promotion',
    disposition: 'recycle',
    destination: 'educational',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'decay',
    noteHint: null,
    task: null,
    routingMode: VETO,
    supportedBy: ['new-visitor'],
    contradictedBy: ['buying-pages'],
    hubspotLabels: [],
  },
  {
    code: 'too_late',
    label: 'Too late',
    meaning: 'Chose or nearly chose someone else',
    rootCause: 'wrong_timing',
    signals: 'decay, timing of re-engagement, competitor',
    disposition: 'recycle',
    destination: 'competitor_exit',
    coolingDays: 30,
    nurtureDays: 180,
    score: 'decay',
    noteHint: 'Which competitor, and when does that contract end?',
    task: null,
    routingMode: VETO,
    supportedBy: ['gone-quiet'],
    contradictedBy: [],
    hubspotLabels: ['Competitor Preference'],
  },
  {
    code: 'bad_data',
    label: 'Bad data',
    meaning: 'Cannot be reached as recorded',
    rootCause: 'wrong_data',
    signals: 'form validation, enrichment, hygiene',
    disposition: 'enrich',
    destination: 'enrichment',
    coolingDays: 30,
    nurtureDays: null,
    score: 'keep',
    noteHint: null,
    task: {
      subject: 'Complete the contact data',
      body: 'Sales could not reach this lead as recorded. Correct or complete phone, e-mail and company, then re-qualify or close it.',
      dueInDays: 3,
    },
    routingMode: VETO,
    supportedBy: ['unreachable-data'],
    contradictedBy: ['reachable-data'],
    hubspotLabels: ['Wrong Data'],
  },
  {
    code: 'duplicate',
    label: 'Duplicate',
    meaning: 'Already here or in a pipeline',
    rootCause: 'wrong_data',
    signals: 'deduplication, routing logic',
    disposition: 'escalate',
    destination: 'merge_review',
    coolingDays: 30,
    nurtureDays: null,
    score: 'keep',
    noteHint: null,
    task: {
      subject: 'Review and merge the duplicate',
      body: 'Sales says that this lead is already here. Compare the records and merge them, or say why they differ.',
      dueInDays: 3,
    },
    routingMode: VETO,
    supportedBy: ['possible-duplicate'],
    contradictedBy: [],
    hubspotLabels: [],
  },
  {
    code: 'bad_timing',
    label: 'Bad timing',
    meaning: 'Evaluation under way, budget freeze or just renewed',
    rootCause: 'wrong_timing',
    signals: 'evaluation under way, budget freeze, renewal',
    disposition: 'recycle',
    destination: 'short_cycle',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'keep',
    noteHint: 'What has to pass first, and when?',
    task: null,
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: [],
    hubspotLabels: ['Bad Timing'],
  },
  {
    code: 'no_budget',
    label: 'No budget',
    meaning: 'Interested, but nothing to spend now',
    rootCause: 'wrong_timing',
    signals: 'behaviour over-weighted against buying signal',
    disposition: 'recycle',
    destination: 'long_cycle',
    coolingDays: 30,
    nurtureDays: 180,
    score: 'reset_implicit',
    noteHint: 'When is the next budget decided?',
    task: null,
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: ['high-score'],
    hubspotLabels: ['Budget Constraints'],
  },
  {
    code: 'wrong_contact',
    label: 'Wrong contact',
    meaning: 'Right company, but not the person who decides',
    rootCause: 'wrong_fit',
    signals: 'title weighting',
    disposition: 'rematch',
    destination: 'right_contact',
    coolingDays: 30,
    nurtureDays: 180,
    score: 'reset_both',
    noteHint: 'Who is the right person?',
    task: {
      subject: 'Find the right contact',
      body: 'The company fits, the person does not decide. Find or create the right contact and hand that one off with the context of this lead.',
      dueInDays: 5,
    },
    routingMode: VETO,
    supportedBy: ['junior-title'],
    contradictedBy: ['senior-title'],
    hubspotLabels: ['No Decision-making Power'],
  },
  {
    code: 'existing_customer',
    label: 'Existing customer',
    meaning: 'Customer or open deal already looked after',
    rootCause: null,
    signals: 'routing',
    disposition: 'relate',
    destination: 'relationship',
    coolingDays: 30,
    nurtureDays: null,
    score: 'keep',
    noteHint: null,
    task: {
      subject: 'Take over the relationship',
      body: 'This lead belongs to a customer or an open deal. Follow up as the account owner; it has left marketing nurture.',
      dueInDays: 2,
    },
    routingMode: VETO,
    supportedBy: ['open-deal'],
    contradictedBy: [],
    hubspotLabels: [],
  },
  {
    code: 'wrong_solution',
    label: 'Wrong solution',
    meaning: 'Needs another product than the one offered',
    rootCause: 'wrong_fit',
    signals: 'offer shown',
    disposition: 'recycle',
    destination: 'solution',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'reset_implicit',
    noteHint: 'Which solution would fit?',
    task: null,
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: [],
    hubspotLabels: [],
  },
  {
    code: 'wrong_interest',
    label: 'Wrong interest',
    meaning: 'Interested in another area than we assumed',
    rootCause: 'wrong_fit',
    signals: 'area of interest assumed',
    disposition: 'recycle',
    destination: 'interest',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'reset_implicit',
    noteHint: 'Which area is it really?',
    task: null,
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: [],
    hubspotLabels: [],
  },
  {
    code: 'not_interested',
    label: 'Not interested',
    meaning: 'Said no; may want no more e-mail',
    rootCause: 'wrong_timing',
    signals: 'targeting',
    disposition: 'recycle',
    destination: 'interest',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'reset_implicit',
    noteHint: 'Did they ask to be unsubscribed?',
    task: {
      subject: 'Ask about unsubscribing',
      body: 'This lead said no. Ask whether they want no more e-mail; if they do, unsubscribe them, otherwise note what would interest them.',
      dueInDays: 3,
    },
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: ['recently-active'],
    hubspotLabels: [],
  },
  {
    code: 'unreachable',
    label: 'Unreachable',
    meaning: 'No answer after every attempt the SLA asks for',
    rootCause: null,
    signals: 'speed and number of attempts, not lead quality',
    disposition: 'recycle',
    destination: 'retry',
    coolingDays: 30,
    nurtureDays: 90,
    score: 'keep',
    noteHint: null,
    task: null,
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: ['never-contacted'],
    hubspotLabels: ['No Response'],
  },
  {
    code: 'partner_conflict',
    label: 'Partner conflict',
    meaning: 'A partner already works on this account',
    rootCause: null,
    signals: 'channel overlap',
    disposition: 'relate',
    destination: 'relationship',
    coolingDays: 30,
    nurtureDays: null,
    score: 'keep',
    noteHint: 'Which partner?',
    task: {
      subject: 'Settle the channel conflict',
      body: 'A partner already works on this account. Agree who leads and record it on the company.',
      dueInDays: 3,
    },
    routingMode: VETO,
    supportedBy: [],
    contradictedBy: [],
    hubspotLabels: [],
  },
  {
    code: 'other',
    label: 'Other',
    meaning: 'None of these',
    rootCause: null,
    signals: 'taxonomy gap or lazy default',
    disposition: 'escalate',
    destination: 'human_review',
    coolingDays: 30,
    nurtureDays: null,
    score: 'keep',
    noteHint: 'What is it, in a few words?',
    task: {
      subject: 'Decide where this lead goes',
      body: 'It was rejected as Other, and the weekly review decided nothing else. Choose the right reason, or hand it off again.',
      dueInDays: 7,
    },
    routingMode: 'hold_for_batch',
    supportedBy: [],
    contradictedBy: [],
    hubspotLabels: ['Prior Negative Experience'],
  },
] as const satisfies readonly ReasonRow[];

export type ReasonCode = (typeof REASONS)[number]['code'];

/** The registry row of a code. Throws for a code outside the registry: check with {@link isReasonCode} at the edge. */
export function reasonOf(code: ReasonCode): ReasonRow & { readonly code: ReasonCode } {
  const found = REASONS.find((row) => row.code === code);
  if (found === undefined) throw new Error(`Unknown reason code ${code}.`);
  return found;
}

export function isReasonCode(text: string): text is ReasonCode {
  return REASONS.some((row) => row.code === text);
}
