/** A real app on a free port, and requests signed as HubSpot signs them. The signing is written anew, on purpose. */

import { createHmac, randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { WebhookEvent } from '../../src/contract.ts';
import { createApp } from '../../server/http/app.ts';
import type { Flows, Identity } from '../../server/http/flows.ts';
import { startServer } from '../../server/http/listen.ts';
import { rejectionRoute } from '../../server/http/rejections.ts';
import type { Readiness } from '../../server/http/route.ts';
import { secretOfPortal, signBody, type Direction } from '../../server/tools/signature.ts';
import { createLog, createMetrics } from '../../server/telemetry.ts';

export const PUBLIC_URL = 'https://mql.example.com';
export const SECRET = 'f0e1d2c3-0000-4000-8000-abcdefabcdef';
export const APP_ID = 4242;
export const PORTAL = 14_500_001;
export const NOW = Date.parse('2026-11-22T09:00:00Z');

export type Call = {
  readonly flow: keyof Flows;
  readonly identity: Identity | null;
  readonly rest: unknown[];
};

/** What the routes hand over, written down; answers are small true ones of the contract. */
export const createRecorder = (overrides: Partial<Flows> = {}) => {
  const calls: Call[] = [];
  const record = (flow: keyof Flows, identity: Identity | null, ...rest: unknown[]) =>
    void calls.push({ flow, identity, rest });
  const flows: Flows = {
    knowsPortal: (portalId) => portalId === PORTAL,
    viewCard: async (identity, ref) => {
      record('viewCard', identity, ref);
      return { ok: false, kind: 'record-unknown', sentence: 'We do not know this record yet.', retry: true };
    },
    recordRejection: async (identity, request) => {
      record('recordRejection', identity, request);
      return {
        ok: true,
        rejectionId: 'r1',
        headline: 'Rejected as Too early.',
        next: 'Marketing keeps in touch.',
        undoUntil: '2026-11-22T09:00:30.000Z',
      };
    },
    viewReasons: async (identity) => {
      record('viewReasons', identity);
      return { ok: true, reasons: [], atOnce: 50 };
    },
    rejectMany: async (identity, request) => {
      record('rejectMany', identity, request);
      return { ok: true, rows: [] };
    },
    recordAcceptance: async (identity, request) => {
      record('recordAcceptance', identity, request);
      return { ok: true, acceptanceId: 'a1', headline: 'Accepted.' };
    },
    undoAnswer: async (identity, answerId, request) => {
      record('undoAnswer', identity, answerId, request);
      return { ok: true, undoId: 'u1', headline: 'Taken back.', next: 'The lead is yours again.' };
    },
    confirmEventDate: async (identity, answerId, request) => {
      record('confirmEventDate', identity, answerId, request);
      return { ok: true, sentence: 'Looked at again on 30 Jan 2027.' };
    },
    viewNextSteps: async (identity, query) => {
      record('viewNextSteps', identity, query);
      return { ok: true, sentence: 'No rejected lead waits.', rows: [], next: null, total: 0 };
    },
    viewEnrichments: async (identity, query) => {
      record('viewEnrichments', identity, query);
      return { ok: true, sentence: 'No lead waits for its data.', rows: [], next: null, total: 0 };
    },
    viewRightContacts: async (identity, query) => {
      record('viewRightContacts', identity, query);
      return { ok: true, sentence: 'Nobody waits for the right contact.', rows: [], next: null, total: 0 };
    },
    nameRightContact: async (identity, answerId, request) => {
      record('nameRightContact', identity, answerId, request);
      return { ok: true, sentence: 'Grace Hopper is handed to sales, with the context in a note.' };
    },
    takeEnrichment: async (result) => {
      record('takeEnrichment', null, result);
      return { ok: true, taken: true };
    },
    viewBatch: async (identity, query) => {
      record('viewBatch', identity, query);
      return { ok: false, kind: 'portal-not-ready', sentence: 'Still being set up.', retry: true };
    },
    decideBatch: async (identity, request) => {
      record('decideBatch', identity, request);
      return { ok: true, results: [] };
    },
    rejectByWorkflow: async (portalId, call) => {
      record('rejectByWorkflow', null, portalId, call);
      return {
        outputFields: {
          hs_execution_state: 'SUCCESS',
          result: 'rejected',
          sentence: 'Rejected as Too early.',
          next: 'Marketing keeps in touch.',
        },
      };
    },
    acceptByWorkflow: async (portalId, call) => {
      record('acceptByWorkflow', null, portalId, call);
      return { outputFields: { hs_execution_state: 'SUCCESS', result: 'accepted', sentence: 'Accepted.' } };
    },
    factsForWorkflow: async (portalId, call) => {
      record('factsForWorkflow', null, portalId, call);
      return {
        outputFields: {
          hs_execution_state: 'SUCCESS',
          result: 'open',
          sentence: 'Sales has not answered this hand-off yet.',
          reason: '',
          root_cause: '',
          disposition: '',
          attempt: '1',
          earliest_on: '',
        },
      };
    },
    checkByWorkflow: async (portalId, call) => {
      record('checkByWorkflow', null, portalId, call);
      return { outputFields: { ...GATE_OUTPUTS, result: 'ready' } };
    },
    handOffByWorkflow: async (portalId, call) => {
      record('handOffByWorkflow', null, portalId, call);
      return { outputFields: { ...GATE_OUTPUTS, result: 'handed_off' } };
    },
    viewDisputes: async (identity, query) => {
      record('viewDisputes', identity, query);
      return { ok: false, kind: 'portal-not-ready', sentence: 'Still being set up.', retry: true };
    },
    disputeRejection: async (identity, request) => {
      record('disputeRejection', identity, request);
      return { ok: true, sentence: 'It is looked at in the next weekly review.' };
    },
    decideDispute: async (identity, request) => {
      record('decideDispute', identity, request);
      return { ok: true, decisionId: 'd1', sentence: 'Decided for one lead.' };
    },
    viewPending: async (identity, query) => {
      record('viewPending', identity, query);
      return { ok: true, sentence: 'No reason is missing.', rows: [], next: null, total: 0 };
    },
    viewReviews: async (identity, query) => {
      record('viewReviews', identity, query);
      return { ok: true, sentence: 'Nobody waits for a review.', rows: [], next: null, total: 0 };
    },
    decideReview: async (identity, findingId, request) => {
      record('decideReview', identity, findingId, request);
      return { ok: true, sentence: 'Handed to sales again.' };
    },
    viewCandidates: async (identity, answerId, query) => {
      record('viewCandidates', identity, answerId, query);
      return { ok: true, sentence: 'Nobody else.', candidates: [] };
    },
    viewEscalations: async (identity) => {
      record('viewEscalations', identity);
      return {
        ok: true,
        sentence: 'No company and no segment stands out beyond chance.',
        notEnough: null,
        rows: [],
        resolved: [],
        questions: [],
        verdicts: [],
      };
    },
    decideEscalation: async (identity, escalationId, request) => {
      record('decideEscalation', identity, escalationId, request);
      return { ok: true, sentence: 'Resolved.' };
    },
    viewCoverage: async (identity, query) => {
      record('viewCoverage', identity, query);
      return { ok: true, sentence: 'No rejection.', paths: [] };
    },
    reasonsForWorkflow: async (portalId, call) => {
      record('reasonsForWorkflow', null, portalId, call);
      return { options: [], searchable: true };
    },
    takeWebhooks: async (events: readonly WebhookEvent[]) => record('takeWebhooks', null, events),
    viewSettings: async (identity) => {
      record('viewSettings', identity);
      return { ok: false, kind: 'portal-not-ready', sentence: 'Still being set up.', retry: true };
    },
    saveSection: async (identity, request) => {
      record('saveSection', identity, request);
      return { ok: true, version: 4, said: 'Saved as version 4.' };
    },
    draftDefinition: async (identity, kind, request) => {
      record('draftDefinition', identity, kind, request);
      return { ok: true, version: 5, said: 'Saved as version 5.' };
    },
    signDefinition: async (identity, kind, request) => {
      record('signDefinition', identity, kind, request);
      return { ok: true, version: 6, said: 'Saved as version 6.' };
    },
    ...overrides,
  };
  return { flows, calls };
};

const GATE_OUTPUTS = {
  hs_execution_state: 'SUCCESS',
  sentence: 'Sales has not rejected this lead before.',
  earliest_on: '',
  proof: '',
} as const;

export type StartedApp = {
  readonly server: Server;
  readonly url: string;
  readonly calls: Call[];
  readonly logLines: Record<string, unknown>[];
  readonly metrics: ReturnType<typeof createMetrics>;
  /** Sends a request that is signed as `signing` says. */
  readonly send: (request: ToSend, signing?: Signing) => Promise<Answer>;
  readonly close: () => Promise<void>;
};

export type ToSend = {
  readonly method?: string;
  readonly path: string;
  readonly body?: unknown;
  /** Bytes to send instead of `body`. */
  readonly bytes?: Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
};

export type Signing = {
  readonly portalId?: number;
  /** Put at the end of the query instead of HubSpot's usual four names. */
  readonly query?: string;
  readonly secret?: string;
  readonly timestamp?: number | string;
  /** Sign these bytes and send the others. */
  readonly signedBytes?: Uint8Array;
  readonly signedPath?: string;
  readonly leaveOut?: readonly string[];
};

export type Answer = {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  readonly json: { ok?: boolean; kind?: string; sentence?: string; retry?: boolean } & Record<
    string,
    unknown
  >;
};

/** Webhooks come without an identity in their address. */
export const AS_WEBHOOK: Signing = { query: '' };

/** Workflows have no identity in their address either; the portal is in the signed body. */
export const AS_WORKFLOW: Signing = { query: '' };

/** A rejection that fits, with whatever is changed. */
export const rejectionWith = (changes: Record<string, unknown>) => ({
  path: '/v1/rejections',
  body: { ...(rejectionRoute.example.body as Record<string, unknown>), ...changes },
});

export const REJECTION: ToSend = rejectionWith({});

/** HubSpot's four names, as they are added to the address of every `hubspot.fetch`. */
export const identityQuery = (portalId = PORTAL): string =>
  `userId=77&portalId=${portalId}&userEmail=rep%40example.com&appId=${APP_ID}`;

export const signV3 = (
  secret: string,
  method: string,
  url: string,
  bytes: Uint8Array,
  timestamp: string,
): string =>
  createHmac('sha256', secret)
    .update(Buffer.concat([Buffer.from(method + url), bytes, Buffer.from(timestamp)]))
    .digest('base64');

const TOOL_SECRET = 'secret of the enrichment tool';

/** How the enrichment tool signs a body. */
export const toolHeaders = (
  body: unknown,
  {
    secret = TOOL_SECRET,
    timestampMs = NOW,
    portalId = PORTAL,
    direction = 'from-tool',
  }: {
    readonly secret?: string;
    readonly timestampMs?: number;
    readonly portalId?: number;
    readonly direction?: Direction;
  } = {},
): Readonly<Record<string, string>> => ({
  'x-mql-timestamp': String(timestampMs),
  'x-mql-signature': signBody(secretOfPortal(secret, portalId), direction, timestampMs, JSON.stringify(body)),
});

export const startApp = async (
  overrides: Partial<Flows> = {},
  more: { readonly secrets?: readonly string[]; readonly readiness?: () => Promise<Readiness> } = {},
): Promise<StartedApp> => {
  const { flows, calls } = createRecorder(overrides);
  const logLines: Record<string, unknown>[] = [];
  const metrics = createMetrics();
  const app = createApp({
    publicUrl: PUBLIC_URL,
    clientSecrets: more.secrets ?? [SECRET],
    appId: APP_ID,
    enrichmentSecret: TOOL_SECRET,
    flows,
    clock: () => NOW,
    newRequestId: randomUUID,
    log: createLog({
      level: 'info',
      write: (line) => void logLines.push(JSON.parse(line) as StartedApp['logLines'][number]),
    }),
    metrics,
    readiness: more.readiness ?? (async () => ({ ready: true, checks: { store: 'ok' } })),
  });
  const { server, url } = await startServer(app, { port: 0, host: '127.0.0.1' });
  return {
    server,
    url,
    calls,
    logLines,
    metrics,
    send: (request, signing) => sendSigned(url, request, signing),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
};

const sendSigned = async (url: string, request: ToSend, signing: Signing = {}): Promise<Answer> => {
  const method =
    request.method ?? (request.body === undefined && request.bytes === undefined ? 'GET' : 'POST');
  const bytes =
    request.bytes ?? new TextEncoder().encode(request.body === undefined ? '' : JSON.stringify(request.body));
  const query = signing.query ?? identityQuery(signing.portalId);
  const path =
    query === '' ? request.path : `${request.path}${request.path.includes('?') ? '&' : '?'}${query}`;
  const timestamp = String(signing.timestamp ?? NOW);
  const signature = signV3(
    signing.secret ?? SECRET,
    method,
    PUBLIC_URL + (signing.signedPath ?? path),
    signing.signedBytes ?? bytes,
    timestamp,
  );
  const headers: Record<string, string> = {
    ...(bytes.length > 0 && { 'content-type': 'application/json' }),
    'x-hubspot-signature-v3': signature,
    'x-hubspot-request-timestamp': timestamp,
    ...request.headers,
  };
  const response = await fetch(url + path, {
    method,
    headers: Object.entries(headers).filter(([name]) => !signing.leaveOut?.includes(name)),
    ...(bytes.length > 0 && { body: bytes as Uint8Array<ArrayBuffer> }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as Answer['json']) : {},
  };
};
