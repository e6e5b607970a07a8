import type {
  AcceptanceAnswer,
  AcceptanceRequest,
  CardView,
  RecordRef,
  RefusalAnswer,
  RejectionAnswer,
  RejectionRequest,
  UndoAnswer,
  UndoRequest,
  WebhookEvent,
} from '../../src/contract.ts';
import type {
  DefinitionKind,
  DraftRequest,
  SettingsAnswer,
  SettingsRequest,
  SettingsView,
  SignRequest,
} from '../../src/contract/settings.ts';
import type {
  CandidatePage,
  CandidateQuery,
  EnrichmentResult,
  EnrichmentResultAnswer,
  EventDateRequest,
  FollowUpAnswer,
  FollowUpPage,
  SuccessorRequest,
} from '../../src/contract/followUp.ts';
import type { BatchAnswer, BatchPage, BatchRequest, QueueQuery } from '../../src/contract/queues.ts';
import type { BulkAnswer, BulkRequest, ReasonsAnswer } from '../../src/contract/bulk.ts';
import type {
  DisputeAnswer,
  DisputeDecisionAnswer,
  DisputeDecisionRequest,
  DisputePage,
  DisputeQuery,
  DisputeRequest,
} from '../../src/contract/disputes.ts';
import type { EscalationAnswer, EscalationPage, EscalationRequest } from '../../src/contract/escalations.ts';
import type {
  CoverageQuery,
  CoverageView,
  FindingQuery,
  PendingPage,
  ReviewAnswer,
  ReviewPage,
  ReviewRequest,
} from '../../src/contract/guard.ts';
import type {
  WorkflowAcceptAnswer,
  WorkflowAcceptCall,
  WorkflowCheckAnswer,
  WorkflowCheckCall,
  WorkflowFactsAnswer,
  WorkflowFactsCall,
  WorkflowHandOffAnswer,
  WorkflowHandOffCall,
  WorkflowOptions,
  WorkflowOptionsCall,
  WorkflowRejectAnswer,
  WorkflowRejectCall,
  WorkflowWaiting,
} from '../../src/contract/workflow.ts';
import type { Identity } from '../flows/context.ts';

export type { Identity };

export type SettingsFlows = {
  readonly viewSettings: (identity: Identity) => Promise<SettingsView | RefusalAnswer>;
  readonly saveSection: (
    identity: Identity,
    request: SettingsRequest,
  ) => Promise<SettingsAnswer | RefusalAnswer>;
  readonly draftDefinition: (
    identity: Identity,
    kind: DefinitionKind,
    request: DraftRequest,
  ) => Promise<SettingsAnswer | RefusalAnswer>;
  readonly signDefinition: (
    identity: Identity,
    kind: DefinitionKind,
    request: SignRequest,
  ) => Promise<SettingsAnswer | RefusalAnswer>;
};

/** What the routes ask of the rest of the server. A refusal that a rep can cause is an answer and is not thrown. */
export type Flows = AnswerFlows &
  BatchFlows &
  DisputeFlows &
  EscalationFlows &
  FollowUpFlows &
  GuardFlows &
  SettingsFlows &
  WorkflowFlows;

type AnswerFlows = {
  /** Whether this installation serves the portal. */
  readonly knowsPortal: (portalId: number) => boolean;
  readonly viewCard: (identity: Identity, record: RecordRef) => Promise<CardView | RefusalAnswer>;
  readonly recordRejection: (
    identity: Identity,
    request: RejectionRequest,
  ) => Promise<RejectionAnswer | RefusalAnswer>;
  readonly viewReasons: (identity: Identity) => Promise<ReasonsAnswer | RefusalAnswer>;
  readonly rejectMany: (identity: Identity, request: BulkRequest) => Promise<BulkAnswer | RefusalAnswer>;
  readonly recordAcceptance: (
    identity: Identity,
    request: AcceptanceRequest,
  ) => Promise<AcceptanceAnswer | RefusalAnswer>;
  readonly undoAnswer: (
    identity: Identity,
    answerId: string,
    request: UndoRequest,
  ) => Promise<UndoAnswer | RefusalAnswer>;
  /** Returns when the events are stored. The same event may come again. */
  readonly takeWebhooks: (events: readonly WebhookEvent[]) => Promise<void>;
};

/** The weekly batch: what waits, and what is decided about it. */
export type BatchFlows = {
  readonly viewBatch: (identity: Identity, query: QueueQuery) => Promise<BatchPage | RefusalAnswer>;
  readonly decideBatch: (identity: Identity, request: BatchRequest) => Promise<BatchAnswer | RefusalAnswer>;
};

/** Where record and reason differ, and what is changed because of it. */
export type DisputeFlows = {
  readonly viewDisputes: (identity: Identity, query: DisputeQuery) => Promise<DisputePage | RefusalAnswer>;
  readonly disputeRejection: (
    identity: Identity,
    request: DisputeRequest,
  ) => Promise<DisputeAnswer | RefusalAnswer>;
  readonly decideDispute: (
    identity: Identity,
    request: DisputeDecisionRequest,
  ) => Promise<DisputeDecisionAnswer | RefusalAnswer>;
};

/** Odd patterns, and what they are resolved as. */
export type EscalationFlows = {
  readonly viewEscalations: (identity: Identity) => Promise<EscalationPage | RefusalAnswer>;
  readonly decideEscalation: (
    identity: Identity,
    escalationId: string,
    request: EscalationRequest,
  ) => Promise<EscalationAnswer | RefusalAnswer>;
};

/** What happened around the card, and what is decided about leads that come back. */
export type GuardFlows = {
  readonly viewPending: (identity: Identity, query: FindingQuery) => Promise<PendingPage | RefusalAnswer>;
  readonly viewReviews: (identity: Identity, query: FindingQuery) => Promise<ReviewPage | RefusalAnswer>;
  readonly decideReview: (
    identity: Identity,
    findingId: string,
    request: ReviewRequest,
  ) => Promise<ReviewAnswer | RefusalAnswer>;
  readonly viewCoverage: (identity: Identity, query: CoverageQuery) => Promise<CoverageView | RefusalAnswer>;
};

/** What follows a rejection later on. */
export type FollowUpFlows = {
  readonly confirmEventDate: (
    identity: Identity,
    answerId: string,
    request: EventDateRequest,
  ) => Promise<FollowUpAnswer | RefusalAnswer>;
  readonly viewNextSteps: (identity: Identity, query: FindingQuery) => Promise<FollowUpPage | RefusalAnswer>;
  readonly viewEnrichments: (
    identity: Identity,
    query: FindingQuery,
  ) => Promise<FollowUpPage | RefusalAnswer>;
  readonly viewRightContacts: (
    identity: Identity,
    query: FindingQuery,
  ) => Promise<FollowUpPage | RefusalAnswer>;
  readonly viewCandidates: (
    identity: Identity,
    answerId: string,
    query: CandidateQuery,
  ) => Promise<CandidatePage | RefusalAnswer>;
  readonly nameRightContact: (
    identity: Identity,
    answerId: string,
    request: SuccessorRequest,
  ) => Promise<FollowUpAnswer | RefusalAnswer>;
  /** The caller is the customer's tool; its signature was verified, and the portal is served. */
  readonly takeEnrichment: (result: EnrichmentResult) => Promise<EnrichmentResultAnswer>;
};

/** The portal is the one that HubSpot signed. A refusal of ours means: later. */
export type WorkflowFlow<Call, Answer> = (portalId: number, call: Call) => Promise<Answer | RefusalAnswer>;

export type WorkflowFlows = {
  readonly rejectByWorkflow: WorkflowFlow<WorkflowRejectCall, WorkflowRejectAnswer | WorkflowWaiting>;
  readonly acceptByWorkflow: WorkflowFlow<WorkflowAcceptCall, WorkflowAcceptAnswer>;
  readonly factsForWorkflow: WorkflowFlow<WorkflowFactsCall, WorkflowFactsAnswer>;
  readonly checkByWorkflow: WorkflowFlow<WorkflowCheckCall, WorkflowCheckAnswer>;
  readonly handOffByWorkflow: WorkflowFlow<WorkflowHandOffCall, WorkflowHandOffAnswer | WorkflowWaiting>;
  readonly reasonsForWorkflow: WorkflowFlow<WorkflowOptionsCall, WorkflowOptions>;
};
