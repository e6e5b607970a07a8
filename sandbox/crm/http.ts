/** The way of a request through the emulated API: who asks, faults, budget, scopes, operation, answer, log. */

import { isUtf8 } from 'node:buffer';
import { setTimeout as wait } from 'node:timers/promises';
import express, { type Request, type RequestHandler, type Response, type Router } from 'express';
import type { Answer, Bucket, Call, Method, Operation } from './call.ts';
import { HubSpotError, toErrorBody, validationError } from './errors.ts';
import { type Fault, splitRows, toFaultError, withUnknownFields } from './faults.ts';
import type { Actor } from './log.ts';
import { OPERATIONS } from './operations.ts';
import { toDated } from './prefixes.ts';
import { sourceOf } from './actors.ts';
import type { Token } from './state.ts';
import type { Hosted, World } from './world.ts';

/** Docs: error handling: 414 when "the length of the request URL exceeds certain limits"; about 16 k in practice. */
const MOST_URL = 16_000;

type Locals = {
  dated: boolean;
  correlationId: string;
  rawUrl: string;
};

const localsOf = (res: Response): Locals => res.locals as Locals;

/** Numbers every answer, so that runs can be repeated to the letter. */
const createCorrelation = (): (() => string) => {
  let count = 0;
  return () => `00000000-0000-4000-8000-${(++count).toString(16).padStart(12, '0')}`;
};

const unauthorized = (category: string, message: string): HubSpotError =>
  new HubSpotError({ status: 401, category, message });

/** Docs: developers.hubspot.com/docs/apps/developer-platform/build-apps/authentication/overview */
const authenticate = (
  world: World,
  req: Request,
): { readonly hosted: Hosted; readonly token: Token | 'crm-ui' } => {
  const header = req.headers.authorization ?? '';
  const given = /^Bearer\s+(\S+)$/i.exec(header)?.[1];
  if (given === undefined)
    throw unauthorized(
      'INVALID_AUTHENTICATION',
      'Authentication credentials not found. This API supports OAuth 2.0 authentication and you can find more details at https://developers.hubspot.com/docs/methods/auth/oauth-overview',
    );
  const found = world.tokens.get(given);
  if (!found)
    throw unauthorized('INVALID_AUTHENTICATION', 'The OAuth token used to make this call is invalid.');
  const { token } = found;
  const expiresAt = token === 'crm-ui' ? undefined : token.expiresAt;
  if (expiresAt !== undefined && expiresAt <= world.clock.now())
    throw unauthorized(
      'EXPIRED_AUTHENTICATION',
      `The OAuth token used to make this call expired ${Math.floor((world.clock.now() - expiresAt) / 1000)} second(s) ago.`,
    );
  return found;
};

const checkScopes = (token: Token | 'crm-ui', needed: readonly string[]): void => {
  if (token === 'crm-ui' || token.scopes === undefined) return;
  if (needed.some((scope) => token.scopes?.includes(scope))) return;
  throw new HubSpotError({
    status: 403,
    category: 'MISSING_SCOPES',
    message:
      "This app hasn't been granted all required scopes to make this call. Read more about required scopes here: https://developers.hubspot.com/scopes.",
    errors: [
      {
        message: 'One or more of the following scopes are required.',
        context: { requiredGranularScopes: needed },
      },
    ],
    links: { scopes: 'https://developers.hubspot.com/scopes' },
  });
};

/** @throws HubSpotError 415 for another type, 400 for what is not JSON or not UTF-8 */
const readBody = (req: Request): unknown => {
  const raw: unknown = req.body;
  if (!Buffer.isBuffer(raw) || raw.length === 0) return undefined;
  if (!/^application\/json\b/i.test(req.headers['content-type'] ?? ''))
    throw new HubSpotError({
      status: 415,
      category: 'VALIDATION_ERROR',
      message: 'HTTP 415 Unsupported Media Type',
    });
  if (!isUtf8(raw)) throw validationError('Invalid input JSON on line 1, column 1: Invalid UTF-8');
  try {
    return JSON.parse(raw.toString('utf8'));
  } catch (cause) {
    if (cause instanceof SyntaxError)
      throw validationError(`Invalid input JSON on line 1, column 1: ${cause.message}`);
    throw cause;
  }
};

type Reply = {
  readonly answer: Answer;
  readonly headers: Readonly<Record<string, string>>;
  readonly policyName?: string | undefined;
};

const toReply = (error: unknown, correlationId: string): Reply => {
  if (!(error instanceof HubSpotError)) throw error;
  return {
    answer: { status: error.parts.status, body: toErrorBody(error, correlationId) },
    headers: error.parts.headers ?? {},
    policyName: error.parts.extra?.policyName,
  };
};

/** A failing status keeps the change from happening unless told otherwise; every other fault lets it happen. */
const isApplied = (fault: Fault): boolean => {
  const given = 'applied' in fault ? fault.applied : undefined;
  return given ?? fault.kind !== 'status';
};

const actorOf = (token: Token | 'crm-ui'): Actor =>
  token === 'crm-ui' ? 'crm-ui' : token.app ? 'other-app' : 'app';

/** Each app has a budget of its own, only searches are counted by account. Docs: usage guidelines. */
const charge = (
  hosted: Hosted,
  actor: Actor,
  bucket: Bucket,
  at: number,
): Readonly<Record<string, string>> =>
  actor === 'app' || (actor === 'other-app' && bucket === 'search') ? hosted.budget.take(bucket, at) : {};

const handle =
  (world: World, operation: Operation): RequestHandler =>
  async (req, res) => {
    const { correlationId, dated, rawUrl } = localsOf(res);
    let who: ReturnType<typeof authenticate>;
    try {
      who = authenticate(world, req);
    } catch (error) {
      send(res, toReply(error, correlationId));
      return;
    }
    const { hosted, token } = who;
    const actor = actorOf(token);
    const isOurs = actor === 'app';
    const fault = isOurs ? hosted.faults.pick(req.method, rawUrl) : undefined;
    const waitMs = (isOurs ? hosted.latencyMs : 0) + (fault?.kind === 'slow' ? fault.ms : 0);
    if (waitMs > 0) {
      hosted.underWay += 1;
      await wait(waitMs);
      hosted.underWay -= 1;
    }
    const at = world.clock.now();
    let body: unknown;
    let reply: Reply;
    try {
      const headers = fault ? {} : charge(hosted, actor, operation.bucket ?? 'general', at);
      body = readBody(req);
      const call: Call = {
        method: operation.method,
        portal: hosted.portal,
        source: sourceOf(req, hosted.portal, token),
        params: req.params as Readonly<Record<string, string>>,
        query: new URL(req.url, 'http://sandbox').searchParams,
        body,
        now: at,
        dated,
      };
      reply = { answer: runWithFault(operation, call, token, fault), headers };
    } catch (error) {
      reply = toReply(error, correlationId);
    }
    hosted.log.add({
      at,
      actor,
      method: req.method,
      path: rawUrl,
      status: reply.answer.status,
      ...(reply.policyName !== undefined && { policyName: reply.policyName }),
      ...(fault && { fault: fault.kind }),
      ...(body !== undefined && { body }),
    });
    sendWithFault(res, reply, fault);
  };

/** Carries the operation out, unless the fault keeps it from happening. */
const runWithFault = (
  operation: Operation,
  call: Call,
  token: Token | 'crm-ui',
  fault: Fault | undefined,
): Answer => {
  const run = (it: Call): Answer => {
    checkScopes(token, operation.scopes(it));
    return operation.run(it);
  };
  if (!fault) return run(call);
  if (fault.kind === 'rows') {
    const split = splitRows(call.body, fault);
    if (!split) return run(call);
    // An empty batch would be refused as such; here every row of a good one failed.
    return split.finish(split.none ? { status: 200 } : run({ ...call, body: split.body }));
  }
  const answer = isApplied(fault) ? run(call) : { status: 200 };
  if (fault.kind === 'status') throw toFaultError(fault);
  return answer;
};

const setHeaders = (res: Response, { answer, headers }: Reply): void => {
  res.status(answer.status);
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
};

const send = (res: Response, reply: Reply): void => {
  setHeaders(res, reply);
  if (reply.answer.body === undefined) res.end();
  else res.type('application/json').end(JSON.stringify(reply.answer.body));
};

const sendWithFault = (res: Response, reply: Reply, fault: Fault | undefined): void => {
  switch (fault?.kind) {
    case 'cut-before-headers':
      res.destroy();
      return;
    case 'cut-before-body':
    case 'cut-mid-body':
    case 'malformed-json':
      sendBroken(res, reply, fault.kind);
      return;
    case 'unknown-fields':
      send(res, { ...reply, answer: { ...reply.answer, body: withUnknownFields(reply.answer.body) } });
      return;
    default:
      send(res, reply);
  }
};

const sendBroken = (
  res: Response,
  reply: Reply,
  kind: 'cut-before-body' | 'cut-mid-body' | 'malformed-json',
): void => {
  const text = JSON.stringify(reply.answer.body ?? {});
  setHeaders(res, reply);
  res.type('application/json');
  if (kind === 'malformed-json') {
    res.end(`${text.slice(0, text.length >> 1)},,`);
    return;
  }
  res.setHeader('content-length', Buffer.byteLength(text) + 1);
  if (kind === 'cut-mid-body') res.write(text.slice(0, Math.max(1, text.length >> 1)));
  else res.flushHeaders();
  setImmediate(() => res.destroy());
};

const EXPRESS_METHOD = {
  GET: 'get',
  POST: 'post',
  PUT: 'put',
  PATCH: 'patch',
  DELETE: 'delete',
} as const satisfies Record<Method, string>;

/** Methods of each path, for 405. */
const allowedMethods = (): ReadonlyMap<string, readonly Method[]> => {
  const byPath = new Map<string, Method[]>();
  for (const { path, method } of OPERATIONS) byPath.set(path, [...(byPath.get(path) ?? []), method]);
  return byPath;
};

/** The emulated API as an Express router: rewrites older paths, then runs the operation of the path. */
export const createApi = (world: World): Router => {
  const router = express.Router();
  const nextCorrelation = createCorrelation();
  router.use((req, res, next) => {
    const correlationId = nextCorrelation();
    res.setHeader('X-HubSpot-Correlation-Id', correlationId);
    res.setHeader('Date', new Date(world.clock.now()).toUTCString());
    const rawUrl = req.url;
    if (rawUrl.length > MOST_URL) {
      const error = new HubSpotError({ status: 414, category: 'VALIDATION_ERROR', message: 'URI Too Long' });
      send(res, toReply(error, correlationId));
      return;
    }
    const cut = rawUrl.indexOf('?');
    const search = cut < 0 ? '' : rawUrl.slice(cut);
    const { path, dated } = toDated(cut < 0 ? rawUrl : rawUrl.slice(0, cut));
    req.url = path + search;
    Object.assign(res.locals, { correlationId, dated, rawUrl } satisfies Locals);
    next();
  });
  router.use(express.raw({ type: () => true, limit: '20mb' }));
  for (const operation of OPERATIONS)
    router[EXPRESS_METHOD[operation.method]](operation.path, handle(world, operation));
  for (const [path, methods] of allowedMethods())
    router.all(path, (_req, res) => {
      res.setHeader('Allow', methods.join(', '));
      const error = new HubSpotError({
        status: 405,
        category: 'VALIDATION_ERROR',
        message: 'HTTP 405 Method Not Allowed',
      });
      send(res, toReply(error, localsOf(res).correlationId));
    });
  router.use((_req, res) => {
    const error = new HubSpotError({
      status: 404,
      category: 'OBJECT_NOT_FOUND',
      message: 'resource not found',
    });
    send(res, toReply(error, localsOf(res).correlationId));
  });
  return router;
};
