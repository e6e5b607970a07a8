/**
 * Calls of our server that never throw. HubSpot packs each extension folder alone, so each has this file; a test
 * compares them.
 */

import { hubspot } from '@hubspot/ui-extensions';
import type { RefusalAnswer } from '@mql-rejection-loop/domain/contract';
import { FAILURES } from './failures.ts';

/** What went wrong, said so that the rep knows what to do. */
export type Problem = {
  readonly sentence: string;
  /** Whether the same request can succeed later. */
  readonly retry: boolean;
};

export type FieldProblem = { readonly field: string; readonly sentence: string };

export type Result<Answer> =
  | { readonly kind: 'answer'; readonly answer: Answer }
  | ({
      readonly kind: 'refused';
      readonly refusal: string;
      /** What is wrong with which field, where a form was refused. */
      readonly problems: readonly FieldProblem[];
    } & Problem)
  | ({ readonly kind: 'failed'; readonly mayHaveArrived: boolean } & Problem);

/** HubSpot's own default. It covers HubSpot's second try as well, which follows a broken connection or a 5xx. */
const TIMEOUT_MS = 15_000;
/** How much longer we wait for HubSpot to say that time is up, before we say it ourselves. */
const GRACE_MS = 3_000;

type Body = Readonly<Record<string, unknown>>;

/**
 * Calls one of the server's routes; GET without a body, POST with one. Never throws.
 *
 * @param base the server's address without a slash at the end; empty where the upload does not name one
 */
export async function call<Answer extends { ok: true }>(
  base: string,
  path: string,
  body?: Body,
): Promise<Result<Answer>> {
  const writes = body !== undefined;
  if (base === '') return failed(FAILURES.noAddress, false, false);
  try {
    const response = await inTime(
      hubspot.fetch(`${base}${path}`, {
        method: writes ? 'POST' : 'GET',
        timeout: TIMEOUT_MS,
        ...(body && { body: { ...body } }),
      }),
    );
    if (response === 'too-late')
      return failed(writes ? FAILURES.timeout : FAILURES.timeoutRead, true, writes);
    const parsed = await inTime(response.text().then(parse));
    if (parsed === 'too-late') return failed(writes ? FAILURES.timeout : FAILURES.timeoutRead, true, writes);
    return toResult(response.status, parsed, writes);
  } catch {
    // hubspot.fetch rejects with differing shapes when HubSpot itself cannot be reached; none says more than this.
    return failed(writes ? FAILURES.unreachable : FAILURES.unreachableRead, true, writes);
  }
}

function toResult<Answer extends { ok: true }>(
  httpStatus: number,
  received: unknown,
  writes: boolean,
): Result<Answer> {
  const { status, body } = unwrap(httpStatus, received);
  if (status < 300) {
    // Which answer it is follows from the route: the wire contract says so, and its tests hold the server to it.
    if (isAnswer(body)) return { kind: 'answer', answer: body as Answer };
    if (isRefusal(body))
      return {
        kind: 'refused',
        refusal: body.kind,
        sentence: body.sentence,
        retry: body.retry,
        problems: body.problems ?? [],
      };
    return failed(writes ? FAILURES.serverTrouble : FAILURES.serverTroubleRead, true, writes);
  }
  const mayHaveArrived = writes && status >= 500;
  if (status === 401 || status === 403) {
    const why = isRefusal(body) ? ` ${body.sentence}` : '';
    return failed(`${FAILURES.notLetIn}${why}`, true, false);
  }
  // Whatever the server says of it, asking again is how to learn what became of a request that broke off.
  if (isRefusal(body)) return failed(body.sentence, body.retry || status >= 500, mayHaveArrived);
  if (status === 429) return failed(FAILURES.busy, true, false);
  if (status === 408 || status === 504)
    return failed(writes ? FAILURES.timeout : FAILURES.timeoutRead, true, writes);
  if (status < 500) return failed(FAILURES.misunderstood, false, false);
  return failed(writes ? FAILURES.serverTrouble : FAILURES.serverTroubleRead, true, mayHaveArrived);
}

/**
 * HubSpot's proxy reports a failing server inside an answer of its own: `status: 'error'`, with the true status in
 * `context.appServerStatusCode` and what the server said in `responseBody` (seen in AppProxyService of
 * @hubspot/ui-extensions-dev-server 2.1.2). Its own refusals carry the HTTP status alone.
 */
function unwrap(httpStatus: number, received: unknown): { status: number; body: unknown } {
  if (!isObject(received) || received['status'] !== 'error') return { status: httpStatus, body: received };
  const context = isObject(received['context']) ? received['context'] : {};
  const stated: unknown = [context['appServerStatusCode']].flat()[0];
  const status = Number(stated ?? (httpStatus < 300 ? 502 : httpStatus));
  const inner = received['responseBody'];
  return {
    status: Number.isFinite(status) ? status : 502,
    body: typeof inner === 'string' ? parse(inner) : inner,
  };
}

const failed = (sentence: string, retry: boolean, mayHaveArrived: boolean): Result<never> => ({
  kind: 'failed',
  sentence,
  retry,
  mayHaveArrived,
});

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

const isAnswer = (value: unknown): value is { ok: true } => isObject(value) && value['ok'] === true;

const isRefusal = (value: unknown): value is RefusalAnswer =>
  isObject(value) && value['ok'] === false && typeof value['sentence'] === 'string';

/** Text that is not JSON counts as no answer. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function inTime<T>(work: Promise<T>): Promise<T | 'too-late'> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<'too-late'>((resolve) => {
    timer = setTimeout(() => resolve('too-late'), TIMEOUT_MS + GRACE_MS);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** The server's address out of `context.variables.API_BASE_URL`; anything but text is an upload mistake. */
export const toBase = (baseUrl: unknown): string =>
  typeof baseUrl === 'string' ? baseUrl.replace(/\/+$/, '') : '';
