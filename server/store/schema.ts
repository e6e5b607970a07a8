/**
 * The tables as TypeScript sees them. Columns are snake_case in the database and camelCase here (Kysely's
 * CamelCasePlugin translates; keys inside jsonb stay as they are). Every primary key starts with the portal.
 *
 * Values arrive alike on both engines (typeParsers.ts): bigint as number, date as 'YYYY-MM-DD', timestamptz as Date,
 * jsonb parsed. A jsonb value is written as text, because `pg` would turn an array into a PostgreSQL array.
 */

import type { ColumnType, Generated, Kysely } from 'kysely';
import type { Change, ChangeKind, Trace } from '../../src/changes.ts';
import type { DisputeCause, DisputeChange, DisputeDim } from '../../src/disputeLists.ts';
import type { EscalationVerdicts } from '../../src/escalationLists.ts';
import type { EscalationEvidence, EscalationKind, LookedOver } from '../../src/escalations.ts';
import type { LeadFacts } from '../../src/facts.ts';
import type { FirstContact } from '../../src/firstContact.ts';
import type { EnrichmentOutcome } from '../../src/enrichment.ts';
import type { GateProof } from '../../src/gate.ts';
import type { HandOffDimensions, IntentContext, OpenedBy } from '../../src/handOff.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { WakeUpKind, WakeUpOutcome } from '../../src/wakeUps.ts';

/** A jsonb column: read as a value, written as JSON text. */
type Json<T> = ColumnType<T, string, string>;
type JsonOrNull<T> = ColumnType<T | null, string | null, string | null>;
/** Set by the database alone. */
type Identity = ColumnType<number, never, never>;

export type EntryKind = 'rejection' | 'acceptance' | 'undo';
export type StepState = 'pending' | 'running' | 'done' | 'failed' | 'unknown' | 'undone' | 'stale';

/** Why a step is not done: a kind for programs, a sentence for the rep, and when it is tried again. */
export type StepProblem = {
  readonly kind: string;
  readonly sentence: string;
  /** ISO 8601 instant of the next attempt; absent where none will follow. */
  readonly retryAt?: string;
};

export type PortalTable = {
  portalId: number;
  timeZone: string;
  map: JsonOrNull<PortalMap>;
  provisionedAt: Date | null;
  createdAt: Generated<Date>;
};

export type PortalSettingsTable = {
  portalId: number;
  version: number;
  body: Json<unknown>;
  savedAt: Date;
  savedBy: number | null;
  /** What was changed: a part of the settings, or a definition. */
  section: string | null;
};

/** The answer to a request that is no ledger entry, for its second delivery. */
export type RequestAnswerTable = {
  portalId: number;
  requestId: string;
  route: string;
  /** As it was sent, byte for byte; JSON's null while the first delivery is under way. */
  answer: Json<unknown>;
  at: Date;
};

export type LeadSnapshotTable = {
  portalId: number;
  contactId: string;
  /** Null until the record has been read for the first time. */
  facts: JsonOrNull<LeadFacts>;
  readAt: Date | null;
  staleSince: Date | null;
  emailKey: string | null;
  phoneKey: string | null;
  nameCompanyKey: string | null;
  deletedAt: Date | null;
  /** When a privacy deletion took what was known. */
  erasedAt: Date | null;
  /** The visit before the latest one that was noticed. */
  seenBefore: Date | null;
};

export type LeadObjectTable = { portalId: number; leadId: string; contactId: string };

export type LedgerTable = {
  portalId: number;
  entryId: string;
  seq: Identity;
  requestId: string;
  kind: EntryKind;
  contactId: string;
  leadId: string | null;
  at: Date;
  /** Calendar day in the portal's time zone, fixed when the row is written. */
  day: string;
  actorUserId: number | null;
  path: string;
  reason: string | null;
  reversesEntryId: string | null;
  note: string | null;
  dims: Json<Readonly<Record<string, string>>>;
  decision: JsonOrNull<unknown>;
  answer: JsonOrNull<unknown>;
};

export type StandingAnswerTable = {
  portalId: number;
  contactId: string;
  entryId: string | null;
  kind: 'none' | 'rejection' | 'acceptance';
  attempt: number;
};

export type PlanStepTable = {
  portalId: number;
  stepId: string;
  /** Order of writing; within one contact this is the order in which steps are carried out. */
  ord: Identity;
  entryId: string;
  contactId: string;
  seq: number;
  kind: ChangeKind;
  /** The list that the step changes, so that steps of one list are found together. */
  listId: string | null;
  change: JsonOrNull<Change>;
  expected: JsonOrNull<unknown>;
  held: boolean;
  dueAt: Date;
  state: StepState;
  attempts: number;
  claimedBy: string | null;
  claimedUntil: Date | null;
  trace: JsonOrNull<Trace>;
  problem: JsonOrNull<StepProblem>;
  undoesStepId: string | null;
  decidedAt: Date;
  settledAt: Date | null;
  /** When a privacy deletion took what the step said; nothing personal is written to it any more. */
  erasedAt: Date | null;
};

export type RollupTable = {
  portalId: number;
  measure: string;
  dim: string;
  day: string;
  reason: string;
  value: string;
  n: number;
};

export type GuardWatchTable = { portalId: number; objectTypeId: string; objectId: string; toldAt: Date };

export type GuardFindingTable = {
  portalId: number;
  findingId: string;
  /** The same for every delivery and every look: object, property and moment of the version. */
  findingKey: string;
  kind: 'rejection' | 'reentry';
  contactId: string;
  leadId: string | null;
  path: string;
  actorUserId: number | null;
  /** What was given as a reason and is none. */
  reason: string | null;
  reasonState: 'missing' | 'invalid' | 'none';
  changedAt: Date;
  foundAt: Date;
  day: string;
  outcome: 'put_back' | 'held' | 'blocked' | 'review' | 'handed_off';
  state: 'open' | 'closed';
  closedAt: Date | null;
  closedHow: string | null;
  managerToldAt: Date | null;
  proof: JsonOrNull<GateProof>;
};

export type HandOffTable = {
  portalId: number;
  handOffId: string;
  contactId: string;
  /** From 1; 0 and less for what a record brought along that was merged into this one, which counts and is in force no more. */
  attempt: number;
  openedAt: Date;
  /** Calendar day in the portal's time zone, fixed when the row is written. */
  day: string;
  openedBy: OpenedBy;
  ownerId: string | null;
  userId: number | null;
  dims: Json<HandOffDimensions>;
  /** Gone after a privacy deletion. */
  context: JsonOrNull<IntentContext>;
  /** Null where no time is agreed for leads of its source. */
  warnAt: Date | null;
  dueAt: Date | null;
  /** Whether a clock ever runs for it: not for what was before the app came. */
  clocked: boolean;
  /** When the clock has to look next; null where it does not run (any more). */
  nextAt: Date | null;
  warnedAt: Date | null;
  /** What owes the task of the warning, and those of the breach, so that they can be taken back. */
  warnPlanId: string | null;
  breachedAt: Date | null;
  breachPlanId: string | null;
  breachWithdrawnAt: Date | null;
  firstContactAt: Date | null;
  firstContactKind: FirstContact['kind'] | null;
  firstContactIsFirst: boolean | null;
  closedAt: Date | null;
  /** The ledger entry of the answer. */
  closedBy: string | null;
  closedHow: 'rejection' | 'acceptance' | 'withdrawn' | null;
};

export type WakeUpTable = {
  portalId: number;
  /** The rejection that is waited for. */
  entryId: string;
  /** Which look at the lead since then, from 1. */
  look: number;
  contactId: string;
  kind: WakeUpKind;
  dueAt: Date;
  closedAt: Date | null;
  outcome: WakeUpOutcome | null;
  /** A date of the lead's own that somebody took out of a note, and who did; later looks keep it. */
  eventOn: string | null;
  eventBy: number | null;
  /** Contact that was named as the right one; later looks keep it. */
  successorId: ColumnType<string | null, string | null | undefined, string | null>;
  /** Whether the score had risen without anything new. */
  scoreFault: ColumnType<boolean, boolean | undefined, boolean>;
};

export type EnrichmentTable = {
  portalId: number;
  /** The rejection for bad data. */
  entryId: string;
  contactId: string;
  openedAt: Date;
  /** When the data is checked next: with the next try, or at once after a change of the record. */
  lookAt: Date;
  /** When the lead is handed over next. */
  tryAt: Date;
  tries: number;
  /** The customer's tool has to be called for the latest try. */
  owesCall: boolean;
  /** Digest of the contact's data at the first look; null before it, and after a privacy deletion. */
  dataSeen: string | null;
  closedAt: Date | null;
  outcome: EnrichmentOutcome | null;
};

export type BatchDecisionTable = {
  portalId: number;
  requestId: string;
  /** The rejection that was decided on. */
  entryId: string;
  verdict: 'approved' | 'overridden' | 'refused';
  /** What the reviewer was told; nothing personal. */
  sentence: string;
  undoEntryId: string | null;
  newEntryId: string | null;
  at: Date;
  byUserId: number;
};

export type ContactMergeTable = { portalId: number; mergedId: string; intoId: string; at: Date };
/** A rejection that somebody asked to look at, or that a decision was about. */
export type DisputeTable = {
  portalId: number;
  entryId: string;
  raisedByUserId: number | null;
  raisedAt: Date | null;
  decisionId: string | null;
};

export type DisputeDecisionTable = {
  portalId: number;
  decisionId: string;
  reason: string;
  /** What the leads share besides the reason; null where it is the reason alone. */
  dim: DisputeDim | null;
  value: string;
  cause: DisputeCause;
  change: DisputeChange;
  text: string;
  ownerUserId: number;
  dueOn: string;
  at: Date;
  /** Day of `at` in the portal's time zone. */
  day: string;
  byUserId: number;
};

/** A workflow that waits at one of our actions for a person's decision. */
export type WorkflowWaitTable = {
  portalId: number;
  /** HubSpot's name for the waiting call. */
  callbackId: string;
  waitsFor: 'answer' | 'review';
  contactId: string;
  askedAt: Date;
  /** When HubSpot lets the workflow go on by itself. */
  expiresAt: Date;
  /** What the workflow is told; null until the decision is there. */
  output: JsonOrNull<Readonly<Record<string, string>>>;
  /** Not before this it is looked at again. */
  tryAt: Date;
  settledAt: Date | null;
  settledHow: 'told' | 'expired' | 'refused' | null;
};

export type EscalationTable = {
  portalId: number;
  escalationId: string;
  kind: EscalationKind;
  /** The company or segment that it is about; nothing about a person. */
  pattern: string;
  label: string;
  evidence: Json<EscalationEvidence>;
  raisedAt: Date;
  closedAt: Date | null;
  closedHow: 'resolved' | 'withdrawn' | null;
  verdicts: JsonOrNull<EscalationVerdicts>;
  /** Gone after a privacy deletion of one of its leads. */
  text: string | null;
  byUserId: number | null;
};

/** A rejection behind a pattern. */
export type EscalationLeadTable = { portalId: number; escalationId: string; entryId: string };

export type EscalationCheckTable = {
  portalId: number;
  checkedAt: Date;
  /** What was looked at. */
  looked: Json<Omit<LookedOver, 'patterns'>>;
};

export type Schema = {
  portal: PortalTable;
  portalSettings: PortalSettingsTable;
  leadSnapshot: LeadSnapshotTable;
  leadObject: LeadObjectTable;
  ledger: LedgerTable;
  standingAnswer: StandingAnswerTable;
  planStep: PlanStepTable;
  rollup: RollupTable;
  guardWatch: GuardWatchTable;
  guardFinding: GuardFindingTable;
  handOff: HandOffTable;
  batchDecision: BatchDecisionTable;
  wakeUp: WakeUpTable;
  enrichment: EnrichmentTable;
  requestAnswer: RequestAnswerTable;
  contactMerge: ContactMergeTable;
  disputeDecision: DisputeDecisionTable;
  dispute: DisputeTable;
  workflowWait: WorkflowWaitTable;
  escalation: EscalationTable;
  escalationLead: EscalationLeadTable;
  escalationCheck: EscalationCheckTable;
};

/** What every function of the store takes first: the root handle, or the transaction that it must be part of. */
export type Handle = Kysely<Schema>;
