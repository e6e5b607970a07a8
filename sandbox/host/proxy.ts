import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import type { FetchOrder, FetchOutcome, HostUser, ProxyFault } from './protocol.ts';
import { signatureHeaders } from './signature.ts';

export type ProxyOptions = {
  readonly portalId: number;
  readonly appId: number;
  readonly clientSecret: string;
  readonly backend: { readonly publicUrl: string; readonly localUrl: string };
  readonly permittedFetch: readonly string[];
  /** The sandbox's time in milliseconds since 1970. */
  readonly now: () => Promise<number>;
  /** The failure that is switched on at this moment. */
  readonly fault: () => ProxyFault;
};

/** One try at the backend: an answer, or the reason why there is none. */
type Attempt =
  { readonly status: number; readonly text: string } | { readonly failed: 'connection' | 'timeout' };

const MAX_BYTES = 1024 * 1024;
const DEFAULT_TIMEOUT_MS = 15_000;
const MAX_TIMEOUT_MS = 120_000;
const MAX_CONCURRENT = 20;
const METHODS = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);
const WITH_BODY = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

/**
 * HubSpot's proxy for `hubspot.fetch`, imitated: checks the order, adds who is asking to the URL, signs it (v3 and
 * v2), and sends it to the backend. Rules from HubSpot's "Fetching data" page (limits, one retry, permitted URLs)
 * and from `AppProxyService.js` in `@hubspot/ui-extensions-dev-server` (messages and the shape of failures).
 *
 * @returns a function that never throws for a failing backend: the failure is in the outcome, wrapped as HubSpot does
 */
export const createFetchProxy = (options: ProxyOptions) => {
  let running = 0;
  return async (order: FetchOrder, user: HostUser): Promise<FetchOutcome> => {
    const wrap = wrapper(order, options.portalId);
    const refusal = refusalOf(order, options);
    if (refusal) return wrap.refused(400, 'VALIDATION_ERROR', refusal);
    if (running >= MAX_CONCURRENT)
      return wrap.refused(
        429,
        'RATE_LIMITS',
        `More than ${MAX_CONCURRENT} concurrent requests for this app.`,
      );
    running += 1;
    try {
      return await forward(order, user, options, wrap);
    } finally {
      running -= 1;
    }
  };
};

const forward = async (
  order: FetchOrder,
  user: HostUser,
  options: ProxyOptions,
  wrap: Wrapper,
): Promise<FetchOutcome> => {
  const deadline = AbortSignal.timeout(Math.min(order.timeoutMs ?? DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS));
  const first = await attempt(order, user, options, deadline, 1);
  const again = 'failed' in first ? first.failed === 'connection' : first.status >= 500;
  const last = again && !deadline.aborted ? await attempt(order, user, options, deadline, 2) : first;
  if ('failed' in last)
    return last.failed === 'timeout' ? wrap.failed(504, undefined) : wrap.failed(500, undefined);
  if (last.text.length > MAX_BYTES) return wrap.failed(502, 'The answer is larger than 1 MB.');
  if (last.status >= 300) return wrap.failed(last.status, parsed(last.text));
  return wrap.succeeded(last.status, parsed(last.text));
};

const attempt = async (
  order: FetchOrder,
  user: HostUser,
  options: ProxyOptions,
  deadline: AbortSignal,
  nth: 1 | 2,
): Promise<Attempt> => {
  const fault = options.fault();
  try {
    if (fault.kind === 'dead') return { failed: 'connection' };
    if (fault.kind === 'status')
      return { status: fault.status, text: JSON.stringify({ message: `Sandbox fault: ${fault.status}` }) };
    if (fault.kind === 'slow' && nth === 1) await wait(fault.seconds * 1000, undefined, { signal: deadline });
    const answer = await send(order, user, options, deadline);
    // The backend did its work, and nobody heard: HubSpot asks once more, so the same request arrives twice.
    return fault.kind === 'answer-lost' && nth === 1 ? { failed: 'connection' } : answer;
  } catch (error) {
    if (deadline.aborted) return { failed: 'timeout' };
    // fetch() reports every kind of broken connection as a TypeError (by name: under Jest it is of another realm);
    // anything else is a bug here.
    if ((error as Error).name === 'TypeError') return { failed: 'connection' };
    throw error;
  }
};

const send = async (order: FetchOrder, user: HostUser, options: ProxyOptions, signal: AbortSignal) => {
  const url = withIdentity(order.url, user, options);
  const rawBody = bodyOf(order);
  const response = await fetch(toLocal(url, options.backend), {
    method: order.method,
    redirect: 'manual',
    signal,
    headers: {
      ...order.headers,
      ...(rawBody && { 'content-type': 'application/json' }),
      ...signatureHeaders({
        clientSecret: options.clientSecret,
        method: order.method,
        url,
        rawBody,
        timestampMs: await options.now(),
      }),
    },
    ...(rawBody && { body: rawBody }),
  });
  return { status: response.status, text: await response.text() };
};

/** Adds the identity that HubSpot puts into the signed URL: userId, portalId, userEmail and appId. */
const withIdentity = (address: string, user: HostUser, { portalId, appId }: ProxyOptions): string => {
  const url = new URL(address);
  url.searchParams.set('userId', String(user.id));
  url.searchParams.set('portalId', String(portalId));
  url.searchParams.set('userEmail', user.email);
  url.searchParams.set('appId', String(appId));
  return url.toString();
};

const toLocal = (url: string, backend: ProxyOptions['backend']): string =>
  url.startsWith(backend.publicUrl) ? `${backend.localUrl}${url.slice(backend.publicUrl.length)}` : url;

const bodyOf = ({ method, body }: FetchOrder): string =>
  WITH_BODY.has(method) && body !== undefined && body !== null ? JSON.stringify(body) : '';

/** @returns HubSpot's sentence for an order that it would not carry out, or undefined */
const refusalOf = (order: FetchOrder, options: ProxyOptions): string | undefined => {
  if (!METHODS.has(order.method)) return `HTTP method ${order.method} is not supported.`;
  const names = Object.keys(order.headers);
  if (names.length > 1) return "Only 'Authorization' header is allowed";
  if (names.some((name) => name.toLowerCase() !== 'authorization'))
    return "Invalid Request Headers provided. Only 'Authorization' header is allowed from hubspot.fetch()";
  if (!isPermitted(order.url, options.permittedFetch))
    return `${order.url} is not in the app's permittedUrls.fetch.`;
  // Nothing may leave this machine: the only address that can be reached is the backend.
  if (!isPermitted(order.url, [options.backend.publicUrl]))
    return `The sandbox forwards only to ${options.backend.publicUrl}.`;
  if (Buffer.byteLength(bodyOf(order)) > MAX_BYTES) return 'The request body is larger than 1 MB.';
  return undefined;
};

/** A permitted URL is an https origin, optionally with the start of a path (HubSpot's app configuration page). */
const isPermitted = (address: string, permitted: readonly string[]): boolean => {
  if (!URL.canParse(address)) return false;
  const url = new URL(address);
  return permitted.some((allowed) => {
    if (url.protocol !== 'https:' || !URL.canParse(allowed)) return false;
    const { origin, pathname } = new URL(allowed);
    const prefix = pathname.replace(/\/$/, '');
    return url.origin === origin && (url.pathname === prefix || url.pathname.startsWith(`${prefix}/`));
  });
};

type Wrapper = ReturnType<typeof wrapper>;

/** HubSpot's envelope around an answer, a refusal of its own, and a failure of the backend. */
const wrapper = (order: FetchOrder, portalId: number) => {
  const context = {
    correlationId: [randomUUID()],
    httpMethod: [order.method],
    portalId: [String(portalId)],
    requestUri: [order.url],
  };
  return {
    succeeded: (status: number, responseBody: unknown): FetchOutcome => ({
      status,
      answer: {
        status: 'success',
        responseBody,
        context: { ...context, appServerStatusCode: [String(status)] },
      },
    }),
    refused: (status: number, category: string, message: string): FetchOutcome => ({
      status,
      answer: { status: 'error', category, message, context },
    }),
    // HubSpot answers 200 here; the real status is inside.
    failed: (appServerStatusCode: number, responseBody: unknown): FetchOutcome => ({
      status: 200,
      answer: {
        status: 'error',
        category: 'BAD_GATEWAY',
        message: 'Error returned from Request Uri',
        context: { ...context, appServerStatusCode: [String(appServerStatusCode)] },
        responseBody,
        errors: [{ message: `Unacceptable HTTP status ${appServerStatusCode} calling ${order.url}` }],
      },
    }),
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
