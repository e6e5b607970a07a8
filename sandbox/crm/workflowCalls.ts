/**
 * Calling a custom action, and what its answer means.
 * Docs: developers.hubspot.com/docs/api-reference/latest/automation/workflow-actions/custom-action-reference, "Execution",
 * "Asynchronous custom action execution".
 */

import { createHash } from 'node:crypto';
import { isObject } from './call.ts';
import type { CustomAction, CustomActions } from './workflowTypes.ts';
import { signWebhook } from './webhooks.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** "5xx … retried with back-off": the first gap, the longest gap, and when HubSpot gives up. */
const FIRST_RETRY_MS = MINUTE_MS;
const LONGEST_RETRY_MS = 8 * HOUR_MS;
export const GIVE_UP_MS = 3 * DAY_MS;
const BLOCK_MS = 7 * DAY_MS;

export type Outputs = Readonly<Record<string, string>>;

export type CallResult =
  | { readonly kind: 'done' | 'failed'; readonly outputs: Outputs; readonly text: string }
  | { readonly kind: 'blocked'; readonly outputs: Outputs; readonly expiresInMs: number }
  | { readonly kind: 'again'; readonly afterMs: number; readonly text: string };

/** Milliseconds of an ISO 8601 duration of weeks, days, hours, minutes and seconds; undefined when it is none. */
export const parseDuration = (text: string): number | undefined => {
  const found = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/.exec(text);
  const parts: readonly (string | undefined)[] = found?.slice(1) ?? [];
  const [weeks, days, hours, minutes, seconds] = parts.map((part) => Number(part ?? 0));
  if (!found || text === 'P' || text.endsWith('T')) return undefined;
  return (
    ((weeks ?? 0) * 7 + (days ?? 0)) * DAY_MS +
    (hours ?? 0) * HOUR_MS +
    (minutes ?? 0) * MINUTE_MS +
    (seconds ?? 0) * 1_000
  );
};

/** Output fields as texts; what is neither text, number nor truth value is left out. */
export const readOutputs = (raw: unknown): Outputs =>
  Object.fromEntries(
    Object.entries(isObject(raw) ? raw : {}).flatMap(([name, value]): [string, string][] =>
      typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
        ? [[name, String(value)]]
        : [],
    ),
  );

export const readState = (outputs: Outputs): 'done' | 'failed' | 'blocked' => {
  switch (outputs['hs_execution_state']) {
    case 'FAIL_CONTINUE':
      return 'failed';
    case 'BLOCK':
    case 'ASYNC':
      return 'blocked';
    default:
      return 'done';
  }
};

const backOff = (attempt: number): number => Math.min(FIRST_RETRY_MS * 2 ** attempt, LONGEST_RETRY_MS);

const readBody = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch (cause) {
    if (cause instanceof SyntaxError) return undefined;
    throw cause;
  }
};

/** @param retryAfter the header; in this direction it is milliseconds (docs: "Execution") */
const readAnswer = (status: number, retryAfter: string | null, text: string, attempt: number): CallResult => {
  if (status === 429) {
    const given = Number(retryAfter ?? Number.NaN);
    return {
      kind: 'again',
      afterMs: Number.isFinite(given) ? given : backOff(attempt),
      text: 'Asked to wait (429).',
    };
  }
  if (status >= 500) return { kind: 'again', afterMs: backOff(attempt), text: `Failed with ${status}.` };
  if (status < 200 || status >= 300) return { kind: 'failed', outputs: {}, text: `Refused with ${status}.` };
  const body = readBody(text);
  const outputs = readOutputs(isObject(body) ? body['outputFields'] : undefined);
  const state = readState(outputs);
  if (state === 'blocked')
    return {
      kind: 'blocked',
      outputs,
      expiresInMs: parseDuration(outputs['hs_expiration_duration'] ?? '') ?? BLOCK_MS,
    };
  return { kind: state, outputs, text: Object.values(outputs).length > 0 ? describe(outputs) : 'Answered.' };
};

export const describe = (outputs: Outputs): string =>
  Object.entries(outputs)
    .filter(([name]) => !name.startsWith('hs_'))
    .map(([name, value]) => `${name}: ${value}`)
    .join(' · ');

/** Posts once. Signed in version 2, which HubSpot documents for these calls, and in version 3. */
export const callAction = async (
  settings: CustomActions,
  action: CustomAction,
  payload: unknown,
  attempt: number,
  at: number,
  closing: AbortSignal,
): Promise<CallResult> => {
  const { clientSecret, timeoutMs } = settings;
  const body = JSON.stringify(payload);
  const headers = {
    'content-type': 'application/json',
    'user-agent': 'HubSpot Sandbox Workflows',
    'X-HubSpot-Request-Timestamp': String(at),
    'X-HubSpot-Signature-Version': 'v2',
    'X-HubSpot-Signature': createHash('sha256')
      .update(`${clientSecret}POST${action.publicUrl}${body}`)
      .digest('hex'),
    'X-HubSpot-Signature-v3': signWebhook(clientSecret, action.publicUrl, body, at),
  };
  const deadline = AbortSignal.timeout(timeoutMs);
  try {
    const signal = AbortSignal.any([deadline, closing]);
    const answer = await fetch(action.actionUrl, {
      method: 'POST',
      headers,
      body,
      redirect: 'manual',
      signal,
    });
    return readAnswer(answer.status, answer.headers.get('retry-after'), await answer.text(), attempt);
  } catch {
    // Whatever fetch() rejects with, there is no answer, and HubSpot asks again.
    const text = deadline.aborted ? 'No answer in time.' : 'No connection.';
    return { kind: 'again', afterMs: backOff(attempt), text };
  }
};
