/**
 * The real gateway against the emulated HubSpot over HTTP. A test owns its portal; the sandbox's state and request log
 * are the witnesses of what really happened.
 */

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startCrm } from '../../sandbox/crm/server.ts';
import { createBudget, type Budget, type BudgetOptions } from '../../server/hubspot/budget.ts';
import { createHubSpotClient, type HubSpotClient } from '../../server/hubspot/client.ts';
import { createGateway, type Gateway } from '../../server/hubspot/gateway.ts';
import type { Step, StepOutcome } from '../../server/hubspot/steps.ts';
import { openStore } from '../../server/store/db.ts';
import { inverseOf, expectedAfter, type Change } from '../../src/changes.ts';
import type { PortalMap } from '../../src/portal.ts';

export const APP_ID = 4242;
const PLENTY = 100_000;

export type Json = { readonly [key: string]: unknown };
type Properties = Readonly<Record<string, string>>;
export type LogEntry = {
  readonly seq: number;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly policyName?: string;
  readonly body?: unknown;
};

export type Lab = {
  readonly crmUrl: string;
  readonly openPortal: (options?: PortalOptions) => Promise<LabPortal>;
  /** A budget on the lab's own database. */
  readonly budget: (options: Partial<BudgetOptions>) => Budget;
  readonly client: (portalId: number, budget: Budget, timeoutMs?: number, baseUrl?: string) => HubSpotClient;
  readonly logged: { readonly facts: object; readonly message: string }[];
  readonly close: () => Promise<void>;
};

type PortalOptions = {
  readonly timeoutMs?: number;
  readonly rateLimit?: { readonly tenSecondly: number; readonly daily?: number };
  readonly accessTokens?: readonly unknown[];
  /** Where HubSpot is reached; the sandbox itself when absent. */
  readonly baseUrl?: string;
  /** `false`: nothing is provisioned. */
  readonly provisioned?: boolean;
};

export type LabPortal = {
  readonly portalId: number;
  readonly gateway: Gateway;
  readonly client: HubSpotClient;
  /** Of the provisioned portal; throws where `provisioned: false`. */
  readonly map: PortalMap;
  readonly control: (method: string, path: string, body?: unknown) => Promise<Json>;
  /** Calls HubSpot as our app does, past the gateway. */
  readonly asApp: (method: string, path: string, body?: unknown) => Promise<Json>;
  /** Calls HubSpot as a person in its pages. */
  readonly asPerson: (method: string, path: string, body?: unknown) => Promise<Json>;
  readonly addContact: (properties?: Properties) => Promise<string>;
  readonly addLead: (contactId: string, properties?: Properties) => Promise<string>;
  readonly valuesOf: (type: string, id: string, ...names: string[]) => Promise<Record<string, string>>;
  /** Everything the sandbox holds of the portal, without what moves by itself. */
  readonly state: () => Promise<unknown>;
  readonly count: (type: 'tasks' | 'notes', contactId: string) => Promise<number>;
  readonly members: (listId: string) => Promise<string[]>;
  readonly log: () => Promise<readonly LogEntry[]>;
  readonly faults: (...rules: Json[]) => Promise<void>;
  readonly apply: (...steps: Step[]) => Promise<StepOutcome[]>;
};

let lastStep = 0;
let lastPortalId = 8_000_000;
let lastContact = 0;

/** A step with an id of its own, decided just now. */
export function buildStep(contactId: string, change: Change, overrides: Partial<Step> = {}): Step {
  return {
    stepId: `step-${++lastStep}`,
    contactId,
    change,
    mode: 'do',
    lookFirst: false,
    expected: {},
    decidedAt: new Date(),
    ...overrides,
  };
}

/** The step that takes a done one back, or `null` when it changed nothing. */
export function buildUndo(step: Step, outcome: StepOutcome | undefined): Step | null {
  if (outcome?.state !== 'done') throw new Error(`Not done: ${JSON.stringify(outcome)}`);
  const change = inverseOf(step.change, outcome.trace);
  return change === null
    ? null
    : buildStep(step.contactId, change, { mode: 'undo', expected: expectedAfter(step.change) });
}

export async function openLab(): Promise<Lab> {
  const dataDir = await mkdtemp(join(tmpdir(), 'mql-gateway-'));
  const silent = (): void => undefined;
  const log = { info: silent, warn: silent, error: silent };
  const store = await openStore({ databaseUrl: null, dataDir, log });
  // By name, so that a test's clock is the sandbox's too.
  const crm = await startCrm({ port: 0, now: () => Date.now() });
  const logged: { facts: object; message: string }[] = [];

  const budget = (options: Partial<BudgetOptions>): Budget =>
    createBudget({
      limiterClient: store.limiterClient,
      limiterTable: store.limiterTable,
      callsPerTenSeconds: PLENTY,
      maxWaitMs: 0,
      timeoutMs: 5_000,
      ...options,
    });
  const client: Lab['client'] = (portalId, ownBudget, timeoutMs = 5_000, baseUrl = crm.url) =>
    createHubSpotClient({
      baseUrl,
      tokenFor: () => Promise.resolve(tokenOf(portalId)),
      budget: ownBudget,
      timeoutMs,
      log: { warn: (facts, message) => void logged.push({ facts, message }) },
    });

  async function send(method: string, path: string, body: unknown, headers: Properties = {}): Promise<Json> {
    const response = await fetch(`${crm.url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return (text === '' ? {} : JSON.parse(text)) as Json;
  }

  async function openPortal(options: PortalOptions = {}): Promise<LabPortal> {
    const portalId = ++lastPortalId;
    await send('POST', '/sandbox/portals', {
      portalId,
      timeZone: 'Europe/Berlin',
      accessTokens: options.accessTokens ?? [tokenOf(portalId)],
      uiToken: `ui-${portalId}`,
      defaultLifecycleStage: '',
      rateLimit: options.rateLimit ?? { tenSecondly: PLENTY },
    });
    await send('POST', `/sandbox/portals/${portalId}/import`, {
      owners: [
        { id: '501', userId: 901, email: 'mia@example.com', firstName: 'Mia', lastName: 'Sales' },
        { id: '502', userId: 902, email: 'ben@example.com', firstName: 'Ben', lastName: 'Sales' },
      ],
    });
    const ownClient = client(portalId, budget({}), options.timeoutMs, options.baseUrl);
    const gateway = createGateway({ client: ownClient, appId: APP_ID, now: () => new Date() });
    const map = options.provisioned === false ? null : (await gateway.provision(portalId)).map;
    const control: LabPortal['control'] = (method, path, body) =>
      send(method, `/sandbox/portals/${portalId}${path}`, body);
    const asApp: LabPortal['asApp'] = (method, path, body) =>
      send(method, path, body, { authorization: `Bearer ${tokenOf(portalId)}` });
    const asPerson: LabPortal['asPerson'] = (method, path, body) =>
      send(method, path, body, {
        authorization: `Bearer ui-${portalId}`,
        'x-sandbox-actor': 'crm-ui; userId=77',
      });
    const add = async (path: string, body: unknown): Promise<string> =>
      String((await asPerson('POST', path, body)).id);
    const log = async (): Promise<readonly LogEntry[]> =>
      (await control('GET', '/log')).entries as readonly LogEntry[];
    return {
      portalId,
      gateway,
      client: ownClient,
      get map(): PortalMap {
        if (map === null) throw new Error('This portal was not provisioned.');
        return map;
      },
      control,
      asApp,
      asPerson,
      addContact: (properties = {}) =>
        add('/crm/objects/2026-09/contacts', {
          properties: { email: `lead${++lastContact}@example.com`, ...properties },
          associations: [],
        }),
      addLead: (contactId, properties = {}) =>
        add('/crm/objects/2026-09/leads', {
          properties: { hs_lead_name: 'A lead', hs_pipeline_stage: 'new-stage-id', ...properties },
          associations: [
            {
              to: { id: contactId },
              types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 578 }],
            },
          ],
        }),
      valuesOf: async (type, id, ...names) => {
        const path = `/crm/objects/2026-09/${type}/${id}?properties=${names.join(',')}`;
        const { properties } = await asPerson('GET', path);
        const values = properties as Record<string, string | null>;
        return Object.fromEntries(names.map((name) => [name, values[name] ?? '']));
      },
      state: () => control('GET', '/state?without=history'),
      count: async (type, contactId) => {
        const path = `/crm/objects/2026-09/contacts/${contactId}/associations/${type}`;
        const { results } = await asPerson('GET', path);
        return (results as unknown[]).length;
      },
      members: async (listId) => {
        const { results } = await asPerson('GET', `/crm/lists/2026-09/${listId}/memberships?limit=250`);
        return (results as { recordId: string }[]).map(({ recordId }) => recordId);
      },
      log: async () => (await log()).filter((entry) => (entry as { actor?: string }).actor === 'app'),
      faults: async (...rules) => void (await control('PUT', '/faults', rules)),
      apply: (...steps) => {
        if (map === null) throw new Error('This portal was not provisioned.');
        return gateway.applyChanges(map, steps);
      },
    };
  }

  return {
    crmUrl: crm.url,
    openPortal,
    budget,
    client,
    logged,
    close: async () => {
      await crm.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

const tokenOf = (portalId: number): string => `token-${portalId}`;
