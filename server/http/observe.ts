import type { Request, RequestHandler, Response } from 'express';
import type { Log, Metrics } from '../telemetry.ts';
import type { AppError } from './errors.ts';

/** What is learnt about a request on its way, for the log. */
type Notes = { route: string; portalId: number | null; failure: AppError | null; refusal: string | null };

const NOTES = new WeakMap<Response, Notes>();

/** Adds to what the log will say about this request. */
export const note = (res: Response, more: Partial<Notes>): void => {
  const notes = NOTES.get(res);
  if (notes) Object.assign(notes, more);
};

type ObserveOptions = {
  readonly newRequestId: () => string;
  readonly log: Log;
  readonly metrics: Metrics;
};

/** Gives each request an id, and says one line about it when it is over: how long, how it went, never for whom. */
export const observeRequests =
  ({ newRequestId, log, metrics }: ObserveOptions): RequestHandler =>
  (req, res, next) => {
    const startedAt = performance.now();
    const requestId = newRequestId();
    const notes: Notes = { route: 'unmatched', portalId: null, failure: null, refusal: null };
    NOTES.set(res, notes);
    // No answer of ours may be kept on the way: each one is about one person's record at one moment.
    res.set({ 'X-Request-Id': requestId, 'Cache-Control': 'no-store' });
    res.once('close', () => {
      const seconds = (performance.now() - startedAt) / 1000;
      const { route, portalId, failure, refusal } = notes;
      const kind = failure?.kind ?? refusal;
      metrics.observeRequest({ method: methodOf(req), route, status: res.statusCode, seconds });
      if (kind) metrics.countRefusal(kind);
      const facts = {
        requestId,
        method: methodOf(req),
        route,
        status: res.statusCode,
        ms: Math.round(seconds * 1000),
        ...(portalId !== null && { portalId }),
        ...(kind && { kind }),
        ...(!res.writableFinished && { hungUp: true }),
        ...(failure?.cause !== undefined && { err: failure.cause }),
      };
      log[levelOf(res.statusCode)](facts, 'request answered');
    });
    next();
  };

const levelOf = (status: number): 'info' | 'warn' | 'error' => {
  // 503 is said on purpose: not ready yet, stopping, or try again.
  if (status === 503) return 'warn';
  if (status >= 500) return 'error';
  return status >= 400 ? 'warn' : 'info';
};

/** A closed set: a label of the metrics must not be what a stranger made up. */
const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = ({ method }: Request): string => (METHODS.has(method) ? method : 'other');
