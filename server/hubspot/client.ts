/**
 * The only door to HubSpot's API, and the only importer of its SDK. The SDK's `apiRequest` is the transport: it neither
 * throws on a status, nor retries, nor keeps a time limit. This file adds the budget, the time limit, the check of the
 * answer's shape, and turns every failure into one HubSpotError. It never repeats a call: only the queue does.
 */

import { Client } from '@hubspot/api-client';
import type { z } from 'zod';
import {
  untilMidnight,
  type Budget,
  type Cost,
  type Lease,
  type PortalRef,
  type Priority,
} from './budget.ts';
import { createTheirClock } from './theirClock.ts';
import {
  detailsOf,
  errorBody,
  HubSpotError,
  kindOfStatus,
  retryAfterOf,
  type ErrorBody,
  type HubSpotErrorKind,
} from './errors.ts';

export type HubSpotRequest = {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Default `normal`. */
  readonly cost?: Cost;
  /** Default `live`. */
  readonly priority?: Priority;
};

export type HubSpotClient = {
  /**
   * One call. The answer has the schema's shape (an empty answer is `undefined`); anything else is a HubSpotError that
   * knows whether trying again can help and whether the call may have happened.
   */
  readonly call: <T>(portal: PortalRef, request: HubSpotRequest, schema: z.ZodType<T>) => Promise<T>;
  /** Calls for live work that this process has made in the portal in the last ten seconds. */
  readonly recentCalls: (portal: PortalRef) => number;
  /** An instant of our clock as HubSpot's clock showed it, to be compared with the times in its answers. */
  readonly toTheirTime: (ours: Date) => Date;
};

export type CallLog = { readonly warn: (facts: object, message: string) => void };
export type CallMetrics = {
  readonly called: (call: {
    readonly result: 'ok' | HubSpotErrorKind;
    readonly cost: Cost;
    readonly durationMs: number;
    /** Of it, the wait for the portal's rate budget. */
    readonly waitedMs: number;
  }) => void;
};

export type HubSpotClientOptions = {
  readonly baseUrl: string;
  /** A valid access token of the portal. Rejects with a HubSpotError `unauthorized` when there is none. */
  readonly tokenFor: (portalId: number) => Promise<string>;
  readonly budget: Budget;
  /** For the whole call, the answer's body included. */
  readonly timeoutMs: number;
  readonly log: CallLog;
  readonly metrics?: CallMetrics;
  /** The clock that decisions are stamped by; the machine's where it is left out. */
  readonly now?: () => Date;
};

type Answer = { readonly status: number; readonly headers: Headers; readonly text: string };

export function createHubSpotClient(options: HubSpotClientOptions): HubSpotClient {
  const { budget, tokenFor, timeoutMs, log, metrics, now = () => new Date() } = options;
  const theirClock = createTheirClock(now);
  // One client for all portals, without token: setAccessToken would rebuild the SDK's process-wide state each time.
  // Retries and limiter stay off: they are process-global, ignore the rate headers and repeat creates.
  const sdk = new Client({ basePath: options.baseUrl });

  async function send(portal: PortalRef, request: HubSpotRequest, token: string): Promise<Answer> {
    const sending = sdk.apiRequest({
      method: request.method,
      path: request.path,
      headers: { Authorization: `Bearer ${token}` },
      ...(request.query === undefined ? {} : { qs: request.query }),
      ...(request.body === undefined ? {} : { body: request.body }),
    });
    return withinTime(sending, timeoutMs);
  }

  async function attempt<T>(
    portal: PortalRef,
    request: HubSpotRequest,
    schema: z.ZodType<T>,
    lease: Lease,
    token: string,
  ): Promise<T> {
    let answer: Answer;
    try {
      answer = await send(portal, request, token);
    } catch (error) {
      await lease.end(null, null);
      throw new HubSpotError(kindOfCut(error), detailsOf(request, null, {}), { cause: error });
    }
    theirClock.hear(answer.headers);
    if (answer.status < 200 || answer.status > 299) {
      const error = errorOf(portal, request, answer);
      const limited =
        error.kind === 'rate-second' || error.kind === 'rate-ten-seconds' || error.kind === 'rate-daily';
      await lease.end(
        answer.headers,
        limited ? { kind: error.kind, retryAfterMs: error.retryAfterMs } : null,
      );
      throw error;
    }
    await lease.end(answer.headers, null);
    const parsed = schema.safeParse(parseJson(answer.text));
    if (parsed.success) return parsed.data;
    throw new HubSpotError('malformed-answer', detailsOf(request, answer.status, {}), {
      cause: parsed.error,
    });
  }

  async function call<T>(portal: PortalRef, request: HubSpotRequest, schema: z.ZodType<T>): Promise<T> {
    const cost = request.cost ?? 'normal';
    const startedAt = performance.now();
    let waitedMs = 0;
    const report = (result: 'ok' | HubSpotErrorKind): void =>
      metrics?.called({ result, cost, durationMs: performance.now() - startedAt, waitedMs });
    try {
      const token = await tokenFor(portal.portalId);
      const waitsFrom = performance.now();
      const lease = await budget.take(portal, cost, request.priority ?? 'live');
      waitedMs = performance.now() - waitsFrom;
      if (!('end' in lease)) {
        throw new HubSpotError(lease.kind, detailsOf(request, null, {}), {
          retryAfterMs: lease.retryAfterMs,
        });
      }
      const value = await attempt(portal, request, schema, lease, token);
      report('ok');
      return value;
    } catch (error) {
      if (error instanceof HubSpotError) {
        report(error.kind);
        const { status, category, correlationId } = error.details;
        // "It is not there" is an answer: provisioning asks for it on purpose, and a step says it on the card.
        if (error.kind === 'not-found') throw error;
        log.warn(
          { portalId: portal.portalId, kind: error.kind, status, category, correlationId },
          error.message,
        );
      }
      throw error;
    }
  }

  return { call, recentCalls: budget.recentCalls, toTheirTime: theirClock.of };
}

function errorOf(portal: PortalRef, request: HubSpotRequest, answer: Answer): HubSpotError {
  const parsed = errorBody.safeParse(parseJson(answer.text));
  const body: ErrorBody = parsed.success ? parsed.data : {};
  const kind = kindOfStatus(answer.status, body);
  const said = retryAfterOf(answer.headers.get('retry-after'));
  const retryAfterMs = kind === 'rate-daily' ? (said ?? untilMidnight(portal, new Date())) : said;
  return new HubSpotError(kind, detailsOf(request, answer.status, body), { retryAfterMs });
}

/** `undefined` for an empty text. What is no JSON passes only a schema that takes anything: there the status says it all. */
function parseJson(text: string): unknown {
  if (text === '') return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    // Not lost: the answer's schema refuses it, with the call's details.
    return NOT_JSON;
  }
}
const NOT_JSON = Symbol('not JSON');

class TimeLimitError extends Error {
  constructor(timeoutMs: number) {
    super(`No complete answer within ${timeoutMs} ms`);
    this.name = 'TimeLimitError';
  }
}

/**
 * Waits for headers and body together. `apiRequest` takes no abort signal, so a call whose headers are late cannot be
 * cut at once: we stop waiting, and drop its connection as soon as it answers (Node's own limit is five minutes).
 */
async function withinTime(sending: Promise<Response>, timeoutMs: number): Promise<Answer> {
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(() => limit.reject(new TimeLimitError(timeoutMs)), timeoutMs);
  let drop = (): void => {
    sending.then(
      (late) => late.body?.cancel(),
      () => undefined, // It failed after we had given up on it: the caller has its error already.
    );
  };
  try {
    const response = await Promise.race([sending, limit.promise]);
    const reader = response.body?.getReader() as ReadableStreamDefaultReader<Uint8Array> | undefined;
    drop = () => void reader?.cancel().catch(() => undefined); // Cancelling a broken stream fails; it is dropped already.
    const chunks: Uint8Array[] = [];
    while (reader !== undefined) {
      const { done, value } = await Promise.race([reader.read(), limit.promise]);
      if (done) break;
      chunks.push(value);
    }
    const text = new TextDecoder().decode(Buffer.concat(chunks));
    return { status: response.status, headers: response.headers, text };
  } catch (error) {
    drop();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** System error codes that mean "nothing was sent". */
const NOT_CONNECTED: readonly string[] = [
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
];
const TOO_LATE: readonly string[] = ['UND_ERR_HEADERS_TIMEOUT', 'UND_ERR_BODY_TIMEOUT'];

/** What became of a call that got no complete answer. `fetch` wraps the reason as its `cause`. */
function kindOfCut(error: unknown): HubSpotErrorKind {
  // Not `instanceof Error`: fetch's errors may come from another realm (as under Jest).
  for (let inner = error; typeof inner === 'object' && inner !== null;) {
    if (inner instanceof TimeLimitError) return 'timeout';
    const code = 'code' in inner && typeof inner.code === 'string' ? inner.code : '';
    if (NOT_CONNECTED.includes(code)) return 'connection-refused';
    if (TOO_LATE.includes(code)) return 'timeout';
    inner = 'cause' in inner ? inner.cause : null;
  }
  return 'connection-cut';
}
