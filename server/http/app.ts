/** The door to HTTP: who may come in, what is read, and what is answered when it cannot be. */

import type { Express, NextFunction, Request, RequestHandler, Response } from 'express';
import express from 'express';
import helmet from 'helmet';
import { refusal } from '../../src/contract.ts';
import { toolOrigin } from '../../src/contract/followUp.ts';
import { workflowOrigin } from '../../src/contract/workflow.ts';
import type { Log, Metrics } from '../telemetry.ts';
import { SIGNATURE_HEADER, TIMESTAMP_HEADER, secretOfPortal, verifyBody } from '../tools/signature.ts';
import { rawBodyOf, readJson } from './body.ts';
import { AppError, toAppError } from './errors.ts';
import type { Flows, Identity } from './flows.ts';
import { note, observeRequests } from './observe.ts';
import { describeApi } from './openapi.ts';
import {
  readBody,
  type HubSpotContext,
  type HubSpotRoute,
  type OpenRoute,
  type Readiness,
  type Route,
  type ToolRoute,
  type UserRoute,
  type WorkflowRoute,
} from './route.ts';
import { retryAfterOf } from './retryAfter.ts';
import { ROUTES } from './routes.ts';
import { readIdentity, verifySignature, type SignatureVersion } from './verify.ts';

export type AppOptions = {
  /** Where HubSpot calls us, without a slash at the end. */
  readonly publicUrl: string;
  readonly clientSecrets: readonly string[];
  readonly appId: number;
  /** Of the enrichment tool; where there is none, nobody can sign as one. */
  readonly enrichmentSecret?: string | null;
  readonly flows: Flows;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /** A new id for each request; it stands in the log and in the answer's `X-Request-Id`. */
  readonly newRequestId: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
  readonly readiness: () => Promise<Readiness>;
};

/** HubSpot's own limit for `hubspot.fetch`, in bytes. */
export const BODY_LIMIT_BYTES = 1024 * 1024;

/** The server's app, from the list of routes. It keeps no state of its own; two of them never meet. */
export const createApp = (options: AppOptions): Express => {
  const app = express();
  // Nobody but the code below reads a query: express' own reading of it folds repeated names into arrays.
  app.set('query parser', false);
  app.set('etag', false);
  app.set('case sensitive routing', true);
  app.set('strict routing', true);
  app.use(helmet());
  app.use(observeRequests(options));
  const openapi = JSON.stringify(describeApi({ publicUrl: options.publicUrl, routes: ROUTES }));
  for (const route of ROUTES) {
    const answer = answerOf(route, options, openapi);
    app[route.method](expressPath(route.path), noteRoute(route.path), keepRawBody, answer);
  }
  for (const path of new Set(ROUTES.map((route) => route.path)))
    app.all(expressPath(path), noteRoute(path), refuseMethod(methodsOf(path)));
  app.use(() => {
    throw new AppError('not-found');
  });
  app.use(answerFailure);
  return app;
};

const answerOf = (route: Route, options: AppOptions, openapi: string): RequestHandler => {
  switch (route.caller) {
    case 'user':
      return answerUser(route, options);
    case 'hubspot':
      return answerHubSpot(route, options);
    case 'workflow':
      return answerWorkflow(route, options);
    case 'tool':
      return answerTool(route, options);
    case 'anyone':
      return answerAnyone(route, options, openapi);
  }
};

/** Compressed bodies are refused (415): HubSpot signs the bytes it sends, and it sends them as they are. */
const keepRawBody = express.raw({ type: () => true, limit: BODY_LIMIT_BYTES, inflate: false });

const answerUser =
  (route: UserRoute, options: AppOptions): RequestHandler =>
  async (req, res) => {
    const identity = identify(req, options);
    note(res, { portalId: identity.portalId });
    const query = new URLSearchParams(req.originalUrl.split('?')[1] ?? '');
    const body = route.body ? readJson(req) : undefined;
    const answer = await route.run(options.flows, identity, { params: paramsOf(req), query, body });
    const refused = refusal.safeParse(answer);
    if (refused.success) note(res, { refusal: refused.data.kind });
    res.json(answer);
  };

const answerHubSpot =
  (route: HubSpotRoute, { log, metrics, ...options }: AppOptions): RequestHandler =>
  async (req, res) => {
    assertSigned(req, options);
    const context: HubSpotContext = {
      flows: options.flows,
      appId: options.appId,
      onTaken: (events) => metrics.countEvents('taken', events),
      onIgnored: (events, portalIds) => {
        metrics.countEvents('ignored', events);
        log.warn({ events, portalIds }, 'webhook events of portals that are not served were passed over');
      },
      onUnreadable: (events, fields) => {
        metrics.countEvents('ignored', events);
        log.warn({ events, fields }, 'webhook events that cannot be read were passed over');
      },
    };
    res.json(await route.run(context, readJson(req)));
  };

const answerWorkflow =
  (route: WorkflowRoute, options: AppOptions): RequestHandler =>
  async (req, res) => {
    assertSigned(req, options, ['v3', 'v2']);
    const body = readJson(req);
    const { portalId } = readBody(workflowOrigin, body).origin;
    note(res, { portalId });
    if (!options.flows.knowsPortal(portalId)) throw new AppError('portal-unknown');
    res.json(await route.run(options.flows, portalId, body));
  };

const answerTool =
  (route: ToolRoute, { enrichmentSecret, clock, flows }: AppOptions): RequestHandler =>
  async (req, res) => {
    const body = readJson(req);
    // Who it says that it is only chooses the secret; the signature proves it.
    const { portalId } = readBody(toolOrigin, body);
    const verdict = verifyBody({
      secret: enrichmentSecret ? secretOfPortal(enrichmentSecret, portalId) : null,
      direction: 'from-tool',
      signature: req.get(SIGNATURE_HEADER),
      timestamp: req.get(TIMESTAMP_HEADER),
      body: rawBodyOf(req),
      nowMs: clock(),
    });
    if (!verdict.ok) throw new AppError(verdict.reason);
    note(res, { portalId });
    res.json(await route.run(flows, body));
  };

const answerAnyone =
  (route: OpenRoute, { readiness, metrics }: AppOptions, openapi: string): RequestHandler =>
  async (_req, res) => {
    const readMetrics = async () => (await metrics.read()).text;
    const { status, content } = await route.run({ readiness, readMetrics, openapi });
    res.status(status).type(route.contentType).send(content);
  };

/** @throws AppError when the request is not HubSpot's, or not for a portal and an app that we serve */
const identify = (req: Request, options: AppOptions): Identity => {
  assertSigned(req, options);
  const read = readIdentity(req.originalUrl);
  if (!read.ok) throw new AppError(read.reason);
  if (read.appId !== null && read.appId !== options.appId) throw new AppError('app-unknown');
  if (!options.flows.knowsPortal(read.identity.portalId)) throw new AppError('portal-unknown');
  return read.identity;
};

type Signers = Pick<AppOptions, 'publicUrl' | 'clientSecrets' | 'clock'>;

const assertSigned = (
  req: Request,
  { publicUrl, clientSecrets, clock }: Signers,
  accept: readonly SignatureVersion[] = ['v3'],
): void => {
  const rawBody = rawBodyOf(req);
  const verdict = verifySignature({
    method: req.method,
    publicUrl,
    pathAndQuery: req.originalUrl,
    rawBody,
    headers: req.headers,
    secrets: clientSecrets,
    now: clock(),
    accept,
  });
  if (!verdict.ok) throw new AppError(verdict.reason);
  // Address and body are signed as one text: the last digits of an id could be moved from the one into the other,
  // and the request would come from a user, or a portal, with a shorter number.
  if (req.method !== 'POST' && rawBody.length > 0) throw new AppError('body-unexpected');
};

const answerFailure = (thrown: unknown, req: Request, res: Response, next: NextFunction): void => {
  const failure = toAppError(thrown);
  note(res, { failure });
  // Half an answer cannot be taken back: express then cuts the connection.
  if (res.headersSent) {
    next(thrown);
    return;
  }
  if (failure.retry) res.set(retryAfterOf(req.originalUrl));
  res.status(failure.status).set(failure.headers).json(failure.toAnswer());
};

const refuseMethod =
  (allowed: string): RequestHandler =>
  () => {
    throw new AppError('method-unknown', { headers: { allow: allowed } });
  };

const noteRoute =
  (route: string): RequestHandler =>
  (_req, res, next) => {
    note(res, { route });
    next();
  };

const methodsOf = (path: string): string =>
  ROUTES.filter((route) => route.path === path)
    .flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]))
    .join(', ');

/** `{name}` is OpenAPI's way to write it, `:name` is express'. */
const expressPath = (path: string): string => path.replaceAll(/\{(\w+)\}/g, ':$1');

const paramsOf = (req: Request): Record<string, string> =>
  Object.fromEntries(
    Object.entries(req.params).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])),
  );
