/**
 * Workflows of HubSpot's as callers. They answer hand-offs the way people do, under the name of the workflow, and the
 * callback's id is the request's: a call that is delivered again gets its first answer.
 */

import { readableDay } from '../../src/calendar.ts';
import type { RecordRef, RefusalAnswer } from '../../src/contract.ts';
import type {
  ACCEPT_RESULTS,
  REJECT_RESULTS,
  WITHOUT_REASON,
  WorkflowAcceptAnswer,
  WorkflowAcceptCall,
  WorkflowFactsAnswer,
  WorkflowFactsCall,
  WorkflowOptions,
  WorkflowOptionsCall,
  WorkflowRejectAnswer,
  WorkflowRejectCall,
  WorkflowWaiting,
} from '../../src/contract/workflow.ts';
import { explainRefusal, type RefusalKind } from '../../src/refusals.ts';
import { WAIT_DURATION } from '../../src/workflowWait.ts';
import { attemptOf, canBeAnswered } from '../../src/rejection.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, WorkflowCaller } from './context.ts';
import { recordAcceptance } from './recordAcceptance.ts';
import { recordRejection } from './recordRejection.ts';
import { settingsOf } from './settings.ts';
import { decisionOf, gatherSituations } from './situation.ts';
import { locateContact } from './snapshots.ts';
import { askForReason } from './workflowWaits.ts';

type RejectResult = (typeof REJECT_RESULTS)[number];
type AcceptResult = (typeof ACCEPT_RESULTS)[number];
/** What both actions can be refused for. */
type RefusedResult = Exclude<RejectResult | AcceptResult, 'rejected' | 'accepted'>;

/** What a workflow branches on, for every refusal; `later` where HubSpot is to call again. */
const RESULT_OF = {
  'reason-missing': 'reason_missing',
  'reason-unknown': 'reason_missing',
  'reason-retired': 'reason_missing',
  'reason-not-active': 'reason_missing',
  'note-required': 'note_missing',
  'note-too-long': 'refused',
  'unsubscribe-not-set-up': 'refused',
  'record-unknown': 'record_unknown',
  'record-deleted': 'record_unknown',
  'not-handed-off': 'not_handed_off',
  'already-rejected': 'already_rejected',
  'already-accepted': 'already_accepted',
  'answer-unknown': 'refused',
  'already-undone': 'refused',
  'answer-replaced': 'refused',
  'undo-needs-reason': 'refused',
  'request-reused': 'refused',
  // Refusals of the settings page; no workflow comes by them.
  'settings-invalid': 'refused',
  'settings-changed': 'refused',
  'not-allowed': 'refused',
  'draft-replaced': 'refused',
  'already-signed': 'refused',
  'signed-other-side': 'refused',
  // Refusals of the home page.
  'dispute-unknown': 'refused',
  'dispute-incomplete': 'refused',
  'event-date-unusable': 'refused',
  'contact-unusable': 'refused',
  'portal-not-ready': 'later',
  'hubspot-unreachable': 'later',
} as const satisfies Record<RefusalKind, RefusedResult | 'later'>;

export const resultOf = ({ kind }: RefusalAnswer): RefusedResult | 'later' =>
  // Our own refusals carry a kind of the table; the wire's type is wider, for callers of a newer server.
  RESULT_OF[kind as RefusalKind];

/** HubSpot's workflows name object types in words, other places by id. */
const OBJECT_TYPES: Readonly<Record<string, RecordRef['objectTypeId']>> = {
  CONTACT: '0-1',
  '0-1': '0-1',
  LEAD: '0-136',
  '0-136': '0-136',
};

export const OTHER_OBJECT = 'This action works on contacts and leads only.';

/** What every action is told: the call, the workflow and the record. */
type Call = Omit<WorkflowFactsCall, 'inputFields'>;

export const recordOf = ({ object }: Call): RecordRef | null => {
  const objectTypeId = OBJECT_TYPES[object.objectType.toUpperCase()];
  return objectTypeId === undefined ? null : { objectTypeId, objectId: object.objectId };
};

export const callerOf = (portalId: number, { context }: Call): WorkflowCaller => ({
  portalId,
  userId: null,
  name: context?.workflowId == null ? 'a workflow' : `workflow ${context.workflowId}`,
});

/** Ids of callbacks are HubSpot's; the ledger's other ids are UUIDs, so that the two never meet. */
export const requestIdOf = ({ callbackId }: Call): string => `workflow:${callbackId}`;

/** *Reject MQL with reason*. Without a reason of this portal the lead stays as it is. */
export async function rejectByWorkflow(
  context: FlowContext,
  portalId: number,
  call: WorkflowRejectCall,
): Promise<WorkflowRejectAnswer | WorkflowWaiting | RefusalAnswer> {
  const record = recordOf(call);
  if (record === null) return notRejected('refused', OTHER_OBJECT);
  const { reason, note, without_reason: without } = call.inputFields ?? {};
  if (without === ASK_OWNER && (reason ?? '').trim() === '') {
    const located = await locateContact(context, portalId, record);
    const waits = located.ok
      ? await askForReason(context, callerOf(portalId, call), call, located.contactId)
      : 'nothing-to-wait-for';
    if (waits === 'waits') return WAITING;
    // Kept as it was made, by this action's own words (toldOfAnswer).
    if (waits !== 'nothing-to-wait-for') return { outputFields: waits.output } as WorkflowRejectAnswer;
  }
  const answer = await recordRejection(
    context,
    callerOf(portalId, call),
    {
      requestId: requestIdOf(call),
      record,
      reason: reason?.trim() || null,
      note: note ?? null,
      keptDespiteEvidence: false,
    },
    'workflow_action',
  );
  if (answer.ok) {
    const { headline: sentence, next } = answer;
    return { outputFields: { hs_execution_state: 'SUCCESS', result: 'rejected', sentence, next } };
  }
  const result = resultOf(answer);
  if (result === 'later') return answer;
  // A rejection is never refused for an acceptance: it takes its place.
  return notRejected(result === 'already_accepted' ? 'refused' : result, answer.sentence);
}

const ASK_OWNER = 'ask_owner' satisfies (typeof WITHOUT_REASON)[number];

/** The workflow stays where it is until it is told. */
export const WAITING: WorkflowWaiting = {
  outputFields: { hs_execution_state: 'BLOCK', hs_expiration_duration: WAIT_DURATION },
};

const notRejected = (result: RejectResult, sentence: string): WorkflowRejectAnswer => ({
  outputFields: { hs_execution_state: 'FAIL_CONTINUE', result, sentence, next: '' },
});

/** *Record acceptance*. */
export async function acceptByWorkflow(
  context: FlowContext,
  portalId: number,
  call: WorkflowAcceptCall,
): Promise<WorkflowAcceptAnswer | RefusalAnswer> {
  const record = recordOf(call);
  if (record === null) return notAccepted('refused', OTHER_OBJECT);
  const answer = await recordAcceptance(
    context,
    callerOf(portalId, call),
    { requestId: requestIdOf(call), record },
    'workflow_action',
  );
  if (answer.ok) {
    const { headline: sentence } = answer;
    return { outputFields: { hs_execution_state: 'SUCCESS', result: 'accepted', sentence } };
  }
  const result = resultOf(answer);
  if (result === 'later') return answer;
  const isOurs = result !== 'reason_missing' && result !== 'note_missing';
  return notAccepted(isOurs ? result : 'refused', answer.sentence);
}

const notAccepted = (result: AcceptResult, sentence: string): WorkflowAcceptAnswer => ({
  outputFields: { hs_execution_state: 'FAIL_CONTINUE', result, sentence },
});

/** *Get rejection facts*: what stands for the lead now. Changes nothing. */
export async function factsForWorkflow(
  context: FlowContext,
  portalId: number,
  call: WorkflowFactsCall,
): Promise<WorkflowFactsAnswer | RefusalAnswer> {
  const record = recordOf(call);
  if (record === null) return noFacts('refused', OTHER_OBJECT);
  const located = await locateContact(context, portalId, record);
  if (!located.ok) return withoutFacts(refusalAnswer(context, located.refusal));
  const [found] = await gatherSituations(context.store.db, [
    { portalId, objectId: located.contactId, isLead: false, requestId: null },
  ]);
  if (found === undefined) throw new Error('Nothing was gathered for a workflow.');
  if (!found.ok) return withoutFacts(refusalAnswer(context, found.refusal));
  const { situation, standing } = found;
  const attempt = String(attemptOf(situation));
  const said = { hs_execution_state: 'SUCCESS' as const, attempt };
  if (standing === null) {
    const isOpen = canBeAnswered(situation.facts, situation.settings);
    const sentence = isOpen
      ? 'Sales has not answered this hand-off yet.'
      : explainRefusal({ kind: 'not-handed-off' }, context.now()).sentence;
    return { outputFields: { ...NO_FACTS, ...said, result: isOpen ? 'open' : 'not_handed_off', sentence } };
  }
  const decision = decisionOf(standing);
  if (decision.kind === 'acceptance')
    return { outputFields: { ...NO_FACTS, ...said, result: 'accepted', sentence: decision.headline } };
  const { reason, rootCause, disposition, gate, headline } = decision;
  return {
    outputFields: {
      ...said,
      result: 'rejected',
      sentence: `${headline} No sales contact before ${readableDay(gate.coolingUntil)}.`,
      reason,
      root_cause: rootCause ?? '',
      disposition,
      earliest_on: gate.coolingUntil,
    },
  };
}

const NO_FACTS = { reason: '', root_cause: '', disposition: '', attempt: '', earliest_on: '' } as const;

const noFacts = (result: 'record_unknown' | 'refused', sentence: string): WorkflowFactsAnswer => ({
  outputFields: { ...NO_FACTS, hs_execution_state: 'FAIL_CONTINUE', result, sentence },
});

function withoutFacts(refused: RefusalAnswer): WorkflowFactsAnswer | RefusalAnswer {
  const result = resultOf(refused);
  if (result === 'later') return refused;
  return noFacts(result === 'record_unknown' ? result : 'refused', refused.sentence);
}

/** The portal's active reasons, for whoever builds a workflow. */
export async function reasonsForWorkflow(
  context: FlowContext,
  portalId: number,
  { fetchOptions }: WorkflowOptionsCall,
): Promise<WorkflowOptions> {
  const { reasons } = await settingsOf(context.store.db, portalId);
  const wanted = (fetchOptions?.q ?? '').trim().toLowerCase();
  const options = reasons
    .filter(({ label, meaning }) => `${label} ${meaning}`.toLowerCase().includes(wanted))
    .map(({ code, label, meaning }) => ({ label, description: meaning, value: code }));
  return { options, searchable: true };
}
