/**
 * Completing custom workflow actions that answered BLOCK.
 * SDK: lib/codegen/automation/actions/apis/CallbacksApi (version 4). Docs: custom-action-reference, "Asynchronous custom
 * action execution"; dated paths require `typedOutputs` beside `outputFields`.
 */

import {
  type Answer,
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  inputsOf,
  isObject,
  needString,
  paramOf,
} from './call.ts';
import { notFound, validationError } from './errors.ts';
import { readOutputs, readState } from './workflowCalls.ts';
import { completeCall } from './workflows.ts';

const scopes = (): readonly string[] => ['automation'];

type Row = Readonly<Record<string, unknown>>;

const complete = (call: Call, callbackId: string, row: Row, needsTyped: boolean): void => {
  const needed = needsTyped ? ['outputFields', 'typedOutputs'] : ['outputFields'];
  const missing = needed.filter((field) => !isObject(row[field]));
  if (missing.length > 0)
    throw validationError(
      `Invalid input JSON on line 1, column 1: Some required fields were not set: [${missing.join(', ')}]`,
    );
  const outputs = readOutputs(row['outputFields']);
  const outcome = readState(outputs) === 'failed' ? 'failed' : 'done';
  if (!completeCall(call.portal, callbackId, outputs, outcome, call.now))
    throw notFound(`No action waits for the callback ${callbackId}.`);
};

const one =
  (needsTyped: boolean) =>
  (call: Call): Answer => {
    complete(call, paramOf(call, 'callbackId'), bodyObject(call), needsTyped);
    return NO_CONTENT;
  };

const many =
  (needsTyped: boolean) =>
  (call: Call): Answer => {
    for (const row of inputsOf(call, 100)) complete(call, needString(row, 'callbackId'), row, needsTyped);
    return NO_CONTENT;
  };

const DATED = '/automation/actions/callbacks/2026-09';
const OLD = '/automation/v4/actions/callbacks';

export const CALLBACK_OPERATIONS: readonly Operation[] = [
  { method: 'POST', path: `${DATED}/complete`, scopes, run: many(true) },
  { method: 'POST', path: `${DATED}/:callbackId/complete`, scopes, run: one(true) },
  { method: 'POST', path: `${OLD}/complete`, scopes, run: many(false) },
  { method: 'POST', path: `${OLD}/:callbackId/complete`, scopes, run: one(false) },
];
