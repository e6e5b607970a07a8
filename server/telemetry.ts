/** Logs and numbers. Nothing personal and nothing secret goes through here, whatever is handed over. */

import pino from 'pino';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { scrubLine, safeError } from './scrub.ts';

/** What the rest of the server may do with a log: a line is an object of facts and a sentence. */
export type Log = {
  readonly [level in 'debug' | 'info' | 'warn' | 'error']: (facts: object, sentence: string) => void;
};

export type LogOptions = {
  /** A level of pino, e.g. `info`; `silent` logs nothing. */
  readonly level: string;
  /** Where the lines go; standard output where it is left out. */
  readonly write?: (line: string) => void;
};

/**
 * A log that writes one JSON object a line. Secrets, tokens, e-mail addresses, notes and what a database driver adds
 * to its errors are taken out of every line, by name and by shape.
 */
export const createLog = ({ level, write }: LogOptions): Log =>
  pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      // Both names are in use for a thrown thing; pino knows only the first by itself.
      serializers: { err: safeError, error: safeError },
      hooks: { streamWrite: scrubLine },
    },
    write ? { write } : pino.destination({ dest: 1, sync: true }),
  );

const SECONDS_OF_A_REQUEST = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15];
const SECONDS_OF_A_WAIT = [0.01, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300];

/** The server's numbers in the server's words. Labels are closed sets: no portal, no person, no text of a user. */
export type Metrics = {
  readonly observeRequest: (request: {
    readonly method: string;
    /** The route's pattern, never the path that was asked for. */
    readonly route: string;
    readonly status: number;
    readonly seconds: number;
  }) => void;
  /** A request that was not carried out, by the kind of its refusal or error. */
  readonly countRefusal: (kind: string) => void;
  /** Steps of plans that reached a state. */
  readonly countSteps: (kind: string, state: string, steps?: number) => void;
  /** An answer of HubSpot: its HTTP status, or a word such as `timeout` where there was none. */
  readonly countHubSpotCall: (status: number | string) => void;
  /** How long a call waited for the portal's rate budget, in seconds. */
  readonly observeBudgetWait: (seconds: number) => void;
  /** Webhook events, taken or ignored (of a portal that is not served). */
  readonly countEvents: (outcome: 'taken' | 'ignored', events: number) => void;
  /** Everything, in Prometheus' text format. */
  readonly read: () => Promise<{ readonly contentType: string; readonly text: string }>;
};

/** Numbers of one app. Each call makes a registry of its own: two apps in one process never share a number. */
export type MetricsOptions = {
  /** Age of the oldest step that is due and not carried out, in seconds; asked whenever the numbers are read. */
  readonly drainLag?: () => Promise<number>;
  /** Served portals with a step that is under way or can be carried out now; asked as above. */
  readonly portalsAtWork?: () => Promise<number>;
  /** Steps of served portals under way, or tried and not through yet; asked as above. */
  readonly stepsBegun?: () => Promise<number>;
};

export const createMetrics = ({ drainLag, portalsAtWork, stepsBegun }: MetricsOptions = {}): Metrics => {
  const registry = new Registry();
  const registers = [registry];
  const requests = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'],
    buckets: SECONDS_OF_A_REQUEST,
    registers,
  });
  const refusals = new Counter({
    name: 'http_refusals_total',
    help: 'Requests that were not carried out, by kind.',
    labelNames: ['kind'],
    registers,
  });
  const steps = new Counter({
    name: 'plan_steps_total',
    help: 'Steps of plans that reached a state.',
    labelNames: ['kind', 'state'],
    registers,
  });
  new Gauge({
    name: 'drain_lag_seconds',
    help: 'Age of the oldest step that is due and not carried out; 0 when nothing is owed.',
    registers,
    async collect() {
      this.set(drainLag === undefined ? 0 : await drainLag());
    },
  });
  new Gauge({
    name: 'drain_portals_at_work',
    help: 'Portals with a step that is under way or can be carried out now; 0 while all that is owed has to wait.',
    registers,
    async collect() {
      this.set((await portalsAtWork?.()) ?? 0);
    },
  });
  new Gauge({
    name: 'plan_steps_begun',
    help: 'Steps under way, or tried and not through yet.',
    registers,
    async collect() {
      this.set((await stepsBegun?.()) ?? 0);
    },
  });
  const calls = new Counter({
    name: 'hubspot_calls_total',
    help: 'Calls to HubSpot by status, or by what happened instead of an answer.',
    labelNames: ['status'],
    registers,
  });
  const waits = new Histogram({
    name: 'hubspot_budget_wait_seconds',
    help: "Time that calls waited for their portal's rate budget.",
    buckets: SECONDS_OF_A_WAIT,
    registers,
  });
  const events = new Counter({
    name: 'webhook_events_total',
    help: 'Webhook events, taken or ignored because their portal is not served.',
    labelNames: ['outcome'],
    registers,
  });
  return {
    observeRequest: ({ method, route, status, seconds }) =>
      requests.observe({ method, route, status }, seconds),
    countRefusal: (kind) => refusals.inc({ kind }),
    countSteps: (kind, state, count = 1) => steps.inc({ kind, state }, count),
    countHubSpotCall: (status) => calls.inc({ status }),
    observeBudgetWait: (seconds) => waits.observe(seconds),
    countEvents: (outcome, count) => events.inc({ outcome }, count),
    read: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
};
