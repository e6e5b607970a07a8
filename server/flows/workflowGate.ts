/** The re-entry gate as workflows ask it: *Check re-entry*, which changes nothing, and *Hand off MQL*, which goes through it. */

import type { RefusalAnswer } from '../../src/contract.ts';
import {
  workflowHandOffAnswer,
  type WHEN_REVIEW,
  type WorkflowCheckAnswer,
  type WorkflowCheckCall,
  type WorkflowHandOffAnswer,
  type WorkflowHandOffCall,
  type WorkflowWaiting,
} from '../../src/contract/workflow.ts';
import { gateOf, type GateProof } from '../../src/gate.ts';
import { planHandOff } from '../../src/pendingReason.ts';
import { canBeAnswered } from '../../src/rejection.ts';
import { findFindingByKey } from '../store/findings.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext } from './context.ts';
import { toGateSituation } from './gateSituation.ts';
import { openHandOffs } from './handOffs.ts';
import { owePlan } from './owedPlan.ts';
import { meetReentry } from './reentry.ts';
import { gatherSituations, type Gathered } from './situation.ts';
import { locateContact, readIfStale } from './snapshots.ts';
import { callerOf, OTHER_OBJECT, recordOf, requestIdOf, resultOf, WAITING } from './workflowActions.ts';
import { waitFor } from './workflowWaits.ts';

type Result = WorkflowHandOffAnswer['outputFields']['result'];

/** *Check re-entry*: whether this lead may be handed off, with the proof. Changes nothing. */
export async function checkByWorkflow(
  context: FlowContext,
  portalId: number,
  call: WorkflowCheckCall,
): Promise<WorkflowCheckAnswer | RefusalAnswer> {
  const found = await locate(context, portalId, call);
  if (!('contactId' in found)) return found;
  const gathered = await gather(context.store.db, portalId, found.contactId);
  if (!gathered.ok) return unknown(refusalAnswer(context, gathered.refusal));
  const { situation, standing } = gathered;
  if (standing?.kind !== 'rejection' && canBeAnswered(situation.facts, situation.settings))
    return withSales();
  const proof = gateOf(await toGateSituation(context.store.db, situation, standing), context.now());
  return { outputFields: { ...told(proof), result: RESULT_OF_CHECK[proof.verdict] } };
}

const RESULT_OF_CHECK = { passed: 'ready', blocked: 'too_early', review: 'needs_review' } as const;

/**
 * *Hand off MQL*: a lead that passes the gate becomes an MQL and is with sales; one that does not stays out, with the
 * proof in a note. A call that comes again gets its first answer.
 */
export async function handOffByWorkflow(
  context: FlowContext,
  portalId: number,
  call: WorkflowHandOffCall,
): Promise<WorkflowHandOffAnswer | WorkflowWaiting | RefusalAnswer> {
  const found = await locate(context, portalId, call);
  if (!('contactId' in found)) return found;
  const { contactId } = found;
  return context.store.transaction(async (tx) => {
    await lockStandingAnswers(tx, [{ portalId, contactId }]);
    const gathered = await gather(tx, portalId, contactId);
    if (!gathered.ok) return unknown(refusalAnswer(context, gathered.refusal));
    const { situation, standing } = gathered;
    const asked = {
      key: requestIdOf(call),
      path: 'workflow_action' as const,
      actor: callerOf(portalId, call),
      at: context.now(),
      moved: [],
    };
    if (standing?.kind === 'rejection' || (await wasAsked(tx, portalId, asked.key))) {
      const proof = await meetReentry(tx, context, gathered, asked);
      if (proof.verdict === 'review' && call.inputFields?.when_review === WAIT) {
        const { callbackId } = call;
        const asked = await waitFor(tx, context, { portalId, callbackId, waitsFor: 'review', contactId });
        if (asked.kind === 'decided') return workflowHandOffAnswer.parse({ outputFields: asked.output });
        if (asked.kind === 'waits') return WAITING;
      }
      return { outputFields: { ...told(proof), result: RESULT_OF_HAND_OFF[proof.verdict] } };
    }
    if (canBeAnswered(situation.facts, situation.settings)) return withSales();
    await openHandOffs(tx, context, [{ situation, openedBy: 'workflow', openedAt: context.now() }]);
    const steps = planHandOff(situation, context.now());
    await owePlan(tx, context, { portalId, owedBy: context.newId(), contactId, steps });
    const proof = gateOf(await toGateSituation(tx, situation, standing), context.now());
    return { outputFields: { ...told(proof), result: 'handed_off' } };
  });
}

const WAIT = 'wait' satisfies (typeof WHEN_REVIEW)[number];

const RESULT_OF_HAND_OFF = { passed: 'handed_off', blocked: 'too_early', review: 'needs_review' } as const;

async function wasAsked(tx: Handle, portalId: number, key: string): Promise<boolean> {
  return (await findFindingByKey(tx, portalId, key)) !== null;
}

async function locate(
  context: FlowContext,
  portalId: number,
  call: Omit<WorkflowCheckCall, 'inputFields'>,
): Promise<{ readonly contactId: string } | RefusalAnswer | { outputFields: Refused }> {
  const record = recordOf(call);
  if (record === null) return refused('refused', OTHER_OBJECT);
  const located = await locateContact(context, portalId, record);
  if (!located.ok) return unknown(refusalAnswer(context, located.refusal));
  const refusal = await readIfStale(context, portalId, located.contactId);
  return refusal === null ? located : unknown(refusalAnswer(context, refusal));
}

async function gather(tx: Handle, portalId: number, contactId: string): Promise<Gathered> {
  const [found] = await gatherSituations(tx, [
    { portalId, objectId: contactId, isLead: false, requestId: null },
  ]);
  if (found === undefined) throw new Error('Nothing was gathered for a workflow.');
  return found;
}

type Refused = {
  hs_execution_state: 'FAIL_CONTINUE';
  result: Extract<Result, 'record_unknown' | 'refused'>;
  sentence: string;
  earliest_on: string;
  proof: string;
};

const refused = (result: Refused['result'], sentence: string): { outputFields: Refused } => ({
  outputFields: { hs_execution_state: 'FAIL_CONTINUE', result, sentence, earliest_on: '', proof: '' },
});

function unknown(answer: RefusalAnswer): RefusalAnswer | { outputFields: Refused } {
  const result = resultOf(answer);
  if (result === 'later') return answer;
  return refused(result === 'record_unknown' ? result : 'refused', answer.sentence);
}

const withSales = () => ({
  outputFields: {
    hs_execution_state: 'SUCCESS' as const,
    result: 'with_sales' as const,
    sentence: 'This lead is with sales already.',
    earliest_on: '',
    proof: '',
  },
});

const told = ({ sentence, earliestOn, rules }: GateProof) => ({
  hs_execution_state: 'SUCCESS' as const,
  sentence,
  earliest_on: earliestOn ?? '',
  proof: rules.map(({ label, holds, fact }) => `${label}: ${holds ? 'yes' : 'not yet'} – ${fact}`).join('\n'),
});
