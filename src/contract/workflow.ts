/**
 * The wire of HubSpot's workflow actions: what HubSpot posts when a workflow reaches one, and what it can branch on.
 * The metafiles in extensions/src/app/workflow-actions name the same fields; a test compares them.
 */

import { z } from 'zod';

/** Which account is asking: HubSpot signs the body, and there is no user. */
export const workflowOrigin = z.object({
  origin: z.object({ portalId: z.number().int().positive() }),
});

const field = z.string().nullish();

/** HubSpot adds fields without notice: what is not named here is not looked at. */
const call = <Fields extends z.ZodRawShape>(inputFields: Fields) =>
  z.object({
    callbackId: z.string().min(1).max(200).describe('the same for every delivery of one call'),
    ...workflowOrigin.shape,
    context: z.object({ workflowId: z.number().int().nullish() }).nullish(),
    object: z.object({
      objectId: z
        .union([z.number().int().nonnegative(), z.string().regex(/^[0-9]{1,20}$/)])
        .transform(String),
      objectType: z.string().max(50),
    }),
    inputFields: z.object(inputFields).nullish(),
  });

export const workflowRejectCall = call({ reason: field, note: field, without_reason: field });
export const workflowAcceptCall = call({});
export const workflowFactsCall = call({});
export const workflowCheckCall = call({});
export const workflowHandOffCall = call({ when_review: field });

/** What *Reject MQL with reason* does where no reason is given; going on is the default. */
export const WITHOUT_REASON = ['go_on', 'ask_owner'] as const;
/** What *Hand off MQL* does where a review decides; going on is the default. */
export const WHEN_REVIEW = ['go_on', 'wait'] as const;

/** The outcomes that a workflow can branch on. */
export const REJECT_RESULTS = [
  'rejected',
  'accepted',
  'reason_missing',
  'note_missing',
  'already_rejected',
  'not_handed_off',
  'record_unknown',
  'refused',
] as const;
export const ACCEPT_RESULTS = [
  'accepted',
  'already_accepted',
  'already_rejected',
  'not_handed_off',
  'record_unknown',
  'refused',
] as const;
export const FACTS_RESULTS = [
  'rejected',
  'accepted',
  'open',
  'not_handed_off',
  'record_unknown',
  'refused',
] as const;

export const CHECK_RESULTS = [
  'ready',
  'too_early',
  'needs_review',
  'with_sales',
  'record_unknown',
  'refused',
] as const;
export const HAND_OFF_RESULTS = [
  'handed_off',
  'too_early',
  'needs_review',
  'kept_in_nurture',
  'with_sales',
  'record_unknown',
  'refused',
] as const;

const executionState = z.enum(['SUCCESS', 'FAIL_CONTINUE']).describe('a refusal lets the workflow go on');
/** A step that waits ends with a call of ours, or by itself after `hs_expiration_duration`. */
const waiting = z.object({
  outputFields: z.object({
    hs_execution_state: z.literal('BLOCK'),
    hs_expiration_duration: z.string().describe('ISO 8601'),
  }),
});
const sentence = z.string().describe('what happened, for people');

export const workflowRejectAnswer = z.object({
  outputFields: z.object({
    hs_execution_state: executionState,
    result: z.enum(REJECT_RESULTS),
    sentence,
    next: z.string().describe('what happens next with the lead; empty where nothing was rejected'),
  }),
});

export const workflowAcceptAnswer = z.object({
  outputFields: z.object({ hs_execution_state: executionState, result: z.enum(ACCEPT_RESULTS), sentence }),
});

/** All of them text, since that is what a workflow branches on; empty where there is nothing to say. */
export const workflowFactsAnswer = z.object({
  outputFields: z.object({
    hs_execution_state: executionState,
    result: z.enum(FACTS_RESULTS),
    sentence,
    reason: z.string().describe('reason code'),
    root_cause: z.string(),
    disposition: z.string(),
    attempt: z.string(),
    earliest_on: z.string().describe('first day on which sales may get the lead again'),
  }),
});

/** In the order in which the metafiles name them. */
const gateAnswer = <Results extends readonly [string, ...string[]]>(results: Results) =>
  z.object({
    outputFields: z.object({
      hs_execution_state: executionState,
      result: z.enum(results),
      sentence,
      earliest_on: z
        .string()
        .describe('day on which cooling-off ends; empty where it does not stand in the way'),
      proof: z.string().describe('what each rule says, a line each'),
    }),
  });

export const workflowCheckAnswer = gateAnswer(CHECK_RESULTS);
export const workflowHandOffAnswer = gateAnswer(HAND_OFF_RESULTS);

export const workflowOptionsCall = z.object({
  ...workflowOrigin.shape,
  inputFieldName: z.string().max(100).nullish(),
  fetchOptions: z.object({ q: z.string().max(500).nullish() }).nullish(),
});

export const workflowOptions = z.object({
  options: z.array(z.object({ label: z.string(), description: z.string(), value: z.string() })),
  after: z.string().optional(),
  searchable: z.boolean(),
});

export const workflowRejectReply = z.union([workflowRejectAnswer, waiting]);
export const workflowHandOffReply = z.union([workflowHandOffAnswer, waiting]);

export type WorkflowWaiting = z.infer<typeof waiting>;
export type WorkflowRejectCall = z.output<typeof workflowRejectCall>;
export type WorkflowAcceptCall = z.output<typeof workflowAcceptCall>;
export type WorkflowFactsCall = z.output<typeof workflowFactsCall>;
export type WorkflowOptionsCall = z.output<typeof workflowOptionsCall>;
export type WorkflowRejectAnswer = z.infer<typeof workflowRejectAnswer>;
export type WorkflowAcceptAnswer = z.infer<typeof workflowAcceptAnswer>;
export type WorkflowFactsAnswer = z.infer<typeof workflowFactsAnswer>;
export type WorkflowCheckCall = z.output<typeof workflowCheckCall>;
export type WorkflowHandOffCall = z.output<typeof workflowHandOffCall>;
export type WorkflowCheckAnswer = z.infer<typeof workflowCheckAnswer>;
export type WorkflowHandOffAnswer = z.infer<typeof workflowHandOffAnswer>;
export type WorkflowOptions = z.infer<typeof workflowOptions>;
