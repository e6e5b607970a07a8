/**
 * What HubSpot calls when a workflow reaches one of our actions. A refusal is an answer (200, FAIL_CONTINUE) that the
 * workflow can branch on; only what will be otherwise in a while is an error, since HubSpot then calls again.
 */

import type { z } from 'zod';
import type { RefusalAnswer } from '../../src/contract.ts';
import {
  workflowAcceptAnswer,
  workflowAcceptCall,
  workflowCheckAnswer,
  workflowCheckCall,
  workflowHandOffReply,
  workflowHandOffCall,
  workflowFactsAnswer,
  workflowFactsCall,
  workflowOptions,
  workflowOptionsCall,
  workflowRejectReply,
  workflowRejectCall,
} from '../../src/contract/workflow.ts';
import { AppError } from './errors.ts';
import type { Flows, WorkflowFlow } from './flows.ts';
import type { WorkflowRoute } from './route.ts';
import { readBody } from './route.ts';

const CALL = {
  callbackId: 'ap-14500001-56776413549-7-0',
  origin: { portalId: 14500001, actionDefinitionId: 2, actionDefinitionVersion: 1 },
  context: { source: 'WORKFLOWS', workflowId: 192814114 },
  object: { objectId: 901, objectType: 'CONTACT' },
};

type Described = Pick<WorkflowRoute, 'path' | 'name' | 'summary'>;

/** `run` is told by name, so that each row stands in one line of the list below. */
const action = <Body extends z.ZodType, Answer extends z.ZodType>(
  described: Described,
  body: Body,
  answer: Answer,
  example: unknown,
  run: (flows: Flows) => WorkflowFlow<z.output<Body>, z.output<Answer>>,
): WorkflowRoute => ({
  caller: 'workflow',
  method: 'post',
  ...described,
  body,
  answer,
  example: { path: described.path, body: example },
  run: async (flows, portalId, received) => {
    const answered = await run(flows)(portalId, readBody(body, received));
    if (isRefusal(answered)) throw new AppError('workflow-too-early', { detail: answered.sentence });
    return answered;
  },
});

const isRefusal = (answer: unknown): answer is RefusalAnswer =>
  typeof answer === 'object' && answer !== null && 'ok' in answer && answer.ok === false;

export const WORKFLOW_ROUTES: readonly WorkflowRoute[] = [
  action(
    {
      path: '/v1/workflow/reject',
      name: 'rejectByWorkflow',
      summary: 'Workflow action “Reject MQL with reason”. A second delivery of a call gets the first answer.',
    },
    workflowRejectCall,
    workflowRejectReply,
    { ...CALL, inputFields: { reason: 'too_early', note: null, without_reason: 'go_on' } },
    (flows) => flows.rejectByWorkflow,
  ),
  action(
    {
      path: '/v1/workflow/accept',
      name: 'acceptByWorkflow',
      summary: 'Workflow action “Record acceptance”. A second delivery of a call gets the first answer.',
    },
    workflowAcceptCall,
    workflowAcceptAnswer,
    { ...CALL, inputFields: {} },
    (flows) => flows.acceptByWorkflow,
  ),
  action(
    {
      path: '/v1/workflow/facts',
      name: 'factsForWorkflow',
      summary: 'Workflow action “Get rejection facts”: what stands for the lead. Changes nothing.',
    },
    workflowFactsCall,
    workflowFactsAnswer,
    { ...CALL, inputFields: {} },
    (flows) => flows.factsForWorkflow,
  ),
  action(
    {
      path: '/v1/workflow/check-re-entry',
      name: 'checkByWorkflow',
      summary: 'Workflow action “Check re-entry”: whether a rejected lead may come back. Changes nothing.',
    },
    workflowCheckCall,
    workflowCheckAnswer,
    { ...CALL, inputFields: {} },
    (flows) => flows.checkByWorkflow,
  ),
  action(
    {
      path: '/v1/workflow/hand-off',
      name: 'handOffByWorkflow',
      summary:
        'Workflow action “Hand off MQL”, through the re-entry gate. A second delivery gets the first answer.',
    },
    workflowHandOffCall,
    workflowHandOffReply,
    { ...CALL, inputFields: {} },
    (flows) => flows.handOffByWorkflow,
  ),
  action(
    {
      path: '/v1/workflow/reasons',
      name: 'reasonsForWorkflow',
      summary: 'The reasons to choose from where a workflow is being built.',
    },
    workflowOptionsCall,
    workflowOptions,
    {
      origin: CALL.origin,
      objectTypeId: '0-1',
      inputFieldName: 'reason',
      inputFields: {},
      fetchOptions: { q: 'data', after: null },
    },
    (flows) => flows.reasonsForWorkflow,
  ),
];
