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
import type { Identity } from '../flows/context.ts';
import type { BatchFlows } from './batch.ts';
import type { GuardFlows } from './guard.ts';
import type { WorkflowFlows } from './workflowActions.ts';

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
export type Flows = AnswerFlows & BatchFlows & GuardFlows & SettingsFlows & WorkflowFlows;

type AnswerFlows = {
  /** Whether this installation serves the portal. */
  readonly knowsPortal: (portalId: number) => boolean;
  readonly viewCard: (identity: Identity, record: RecordRef) => Promise<CardView | RefusalAnswer>;
  readonly recordRejection: (
    identity: Identity,
    request: RejectionRequest,
  ) => Promise<RejectionAnswer | RefusalAnswer>;
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
