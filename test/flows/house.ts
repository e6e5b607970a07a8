/**
 * The whole server without its process: real store, real gateway, the sandbox as HubSpot over HTTP. Jobs are run by
 * hand (`drain`, `refresh`), so a test decides what happens when.
 */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';

import type { RecordRef, RejectionRequest } from '../../src/contract.ts';
import { startCrm } from '../../sandbox/crm/server.ts';
import type { FlowContext, Identity } from '../../server/flows/context.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { refreshSnapshots } from '../../server/flows/snapshots.ts';
import { createBudget } from '../../server/hubspot/budget.ts';
import { createHubSpotClient, type HubSpotClient } from '../../server/hubspot/client.ts';
import { createGateway } from '../../server/hubspot/gateway.ts';
import { createQueue } from '../../server/jobs/queue.ts';
import type { Store } from '../../server/store/db.ts';
import { createLog, createMetrics } from '../../server/telemetry.ts';
import { createEnrichmentTool } from '../../server/tools/enrichmentTool.ts';

export const APP_ID = 4242;
export const TOOL_SECRET = 'secret of the enrichment tool';
/** Of another app in the same portal. */
const OTHER_TOKEN = 'token-of-another-app';
const DAY_MS = 86_400_000;

export type Json = { readonly [key: string]: unknown };

export type House = {
  readonly context: FlowContext;
  readonly portalId: number;
  readonly identity: Identity;
  /** Calls the sandbox's control plane under the portal's path. */
  readonly control: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Calls the emulated HubSpot as another app or person would. */
  readonly hubspot: (method: string, path: string, body?: unknown) => Promise<Json>;
  /** A contact that was handed to sales, with facts that make every reason plausible. */
  readonly addMql: (properties?: Readonly<Record<string, string>>) => Promise<string>;
  readonly contact: (
    contactId: string,
    ...properties: string[]
  ) => Promise<Readonly<Record<string, string | null>>>;
  /** The door to HubSpot that the gateway calls through. */
  readonly client: HubSpotClient;
  /** A person's click in HubSpot's own pages. */
  readonly asPerson: (method: string, path: string, body?: unknown) => Promise<unknown>;
  /** Somebody's act, by its name: `crm-ui; userId=77; via=bulk`, `automation; enrollmentId=9`, or `another app`. */
  readonly actAs: (actor: string, method: string, path: string, body?: unknown) => Promise<unknown>;
  /** A person changes the record in HubSpot's own pages. */
  readonly byHand: (contactId: string, properties: Readonly<Record<string, string>>) => Promise<void>;
  readonly state: () => Promise<unknown>;
  /** In a busy portal batches wait two seconds to fill; here each portal is busy all the time. */
  readonly drain: () => Promise<void>;
  readonly refresh: () => Promise<void>;
  /** Moves the clocks of the server and of the sandbox forward. */
  readonly passDays: (days: number) => Promise<void>;
  readonly passSeconds: (seconds: number) => Promise<void>;
  readonly rejection: (contactId: string, overrides?: Partial<RejectionRequest>) => RejectionRequest;
  readonly close: () => Promise<void>;
};

type PortalState = Json & {
  readonly objects: Readonly<Record<string, Readonly<Record<string, { readonly archived: boolean }>>>>;
  readonly associations: readonly string[];
};

/**
 * Everything the portal holds, without its recycle bin: what is deleted stays there for 90 days at HubSpot, whoever
 * made it.
 */
export function liveState(state: PortalState): unknown {
  const archived = new Set<string>();
  const objects = Object.fromEntries(
    Object.entries(state.objects).map(([type, records]) => {
      const live = Object.entries(records).filter(([id, record]) => {
        if (record.archived) archived.add(id);
        return !record.archived;
      });
      return [type, Object.fromEntries(live)];
    }),
  );
  const associations = state.associations.filter(
    (line) => !line.split(' ').some((word) => archived.has(word)),
  );
  return { ...state, objects, associations };
}

let lastPortalId = 7_000_000;

export const contactRef = (objectId: string): RecordRef => ({ objectTypeId: '0-1', objectId });

export type HouseOptions = {
  /** Longest wait for an answer of HubSpot. */
  readonly timeoutMs?: number;
  /** How rate budget and drain wait; a test whose `Date` stands still moves it. */
  readonly sleep?: (ms: number) => Promise<unknown>;
  /** How far the server's clock is ahead of HubSpot's just now; behind it where negative. */
  readonly clockAheadMs?: () => number;
};

export async function openHouse(store: Store, options: HouseOptions = {}): Promise<House> {
  const portalId = ++lastPortalId;
  const accessToken = `token-${portalId}`;
  // By name, so that a test's `Date` is the sandbox's too.
  const crm = await startCrm({ port: 0, now: () => Date.now() });
  const call = async (
    method: string,
    path: string,
    body?: unknown,
    token?: string,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> => {
    const response = await fetch(`${crm.url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === '' ? {} : JSON.parse(text);
  };
  const portal = (await call('POST', '/sandbox/portals', {
    portalId,
    timeZone: 'Europe/Berlin',
    accessTokens: [accessToken, { token: OTHER_TOKEN, appId: 777, appName: 'Another app' }],
    rateLimit: { tenSecondly: 10_000 },
  })) as { readonly uiToken: string };

  let offsetMs = 0;
  const now = (): Date => new Date(Date.now() + offsetMs + (options.clockAheadMs?.() ?? 0));
  const log = createLog({ level: 'silent' });
  const queue = createQueue(store, { log });
  await queue.start();
  const client = createHubSpotClient({
    baseUrl: crm.url,
    tokenFor: () => Promise.resolve(accessToken),
    budget: createBudget({
      limiterClient: store.limiterClient,
      limiterTable: store.limiterTable,
      callsPerTenSeconds: 10_000,
      maxWaitMs: 5_000,
      timeoutMs: 10_000,
      ...(options.sleep && { sleep: options.sleep }),
    }),
    timeoutMs: options.timeoutMs ?? 5_000,
    log,
    now,
  });
  const context: FlowContext = {
    store,
    queue,
    gateway: createGateway({ client, appId: APP_ID, now }),
    now,
    newId: () => randomUUID(),
    pause: options.sleep ?? pause,
    stopping: () => false,
    enrichmentTool: createEnrichmentTool({
      secret: TOOL_SECRET,
      privateAddresses: true,
      timeoutMs: 5_000,
      now,
    }),
    appId: APP_ID,
    portalIds: [portalId],
    log,
    metrics: createMetrics(),
  };
  await provisionPortal(context, portalId);

  const hubspot = async (method: string, path: string, body?: unknown): Promise<Json> =>
    (await call(method, path, body, accessToken)) as Json;
  const asPerson = (method: string, path: string, body?: unknown): Promise<unknown> =>
    call(method, path, body, portal.uiToken, { 'x-sandbox-actor': 'crm-ui; userId=77' });
  const move = async (ms: number): Promise<void> => {
    offsetMs += ms;
    await call('PUT', '/sandbox/clock', { offsetMs });
  };
  return {
    context,
    portalId,
    client,
    asPerson,
    actAs: (actor, method, path, body) =>
      actor === 'another app'
        ? call(method, path, body, OTHER_TOKEN)
        : call(method, path, body, portal.uiToken, { 'x-sandbox-actor': actor }),
    identity: { portalId, userId: 901, userEmail: 'mia@example.com' },
    control: (method, path, body) => call(method, `/sandbox/portals/${portalId}${path}`, body),
    hubspot,
    addMql: async (properties = {}) => {
      const created = await hubspot('POST', '/crm/objects/2026-09/contacts', {
        properties: {
          email: `ada.${randomUUID()}@engines.example`,
          firstname: 'Ada',
          lastname: 'Lovelace',
          company: 'Analytical Engines',
          jobtitle: 'VP Operations',
          numemployees: '100-500',
          hs_lead_status: 'NEW',
          lifecyclestage: 'marketingqualifiedlead',
          ...properties,
        },
      });
      return String(created['id']);
    },
    contact: async (contactId, ...properties) => {
      const query = properties.length === 0 ? '' : `?properties=${properties.join(',')}`;
      const read = await hubspot('GET', `/crm/objects/2026-09/contacts/${contactId}${query}`);
      return read['properties'] as Record<string, string | null>;
    },
    byHand: async (contactId, properties) => {
      await asPerson('PATCH', `/crm/objects/2026-09/contacts/${contactId}`, { properties });
    },
    state: async () =>
      liveState((await call('GET', `/sandbox/portals/${portalId}/state?without=history`)) as PortalState),
    drain: () => drainPlans({ ...context, gateway: { ...context.gateway, recentCalls: () => 0 } }, portalId),
    refresh: () => refreshSnapshots(context, portalId),
    passDays: (days) => move(days * DAY_MS),
    passSeconds: (seconds) => move(seconds * 1_000),
    rejection: (contactId, overrides = {}) => ({
      requestId: randomUUID(),
      record: contactRef(contactId),
      reason: 'too_early',
      note: null,
      keptDespiteEvidence: false,
      ...overrides,
    }),
    close: async () => {
      await queue.stop();
      await crm.close();
    },
  };
}
