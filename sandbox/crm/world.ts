/** All portals of one sandbox, with what surrounds each: budget, faults, log, webhooks, workflows. */

import { countActivities } from './activityCounts.ts';
import { type Clock, createClock } from './clock.ts';
import { type FaultBook, createFaultBook } from './faults.ts';
import { type RequestLog, createLog } from './log.ts';
import { createPortal } from './portals.ts';
import { type Budget, type RateLimit, createBudget } from './rateLimits.ts';
import type { Crm, Portal, PortalSettings, Token } from './state.ts';
import { type Webhooks, createWebhooks } from './webhooks.ts';
import { type Workflows, createWorkflows } from './workflows.ts';

export type Hosted = {
  readonly portal: Portal;
  rateLimit: RateLimit;
  budget: Budget;
  readonly faults: FaultBook;
  readonly log: RequestLog;
  readonly webhooks: Webhooks;
  readonly workflows: Workflows;
  latencyMs: number;
  /** Requests of the app that latency or a fault keeps waiting: they may still be carried out. */
  underWay: number;
};

export type World = {
  readonly clock: Clock;
  readonly portals: Map<number, Hosted>;
  /** access tokens and interface tokens, over all portals */
  readonly tokens: Map<string, { readonly hosted: Hosted; readonly token: Token | 'crm-ui' }>;
};

/** OAuth apps: 110 requests in ten seconds for each installing account. */
const OAUTH_LIMIT: RateLimit = { tenSecondly: 110 };

export const createWorld = (machineNow: () => number): World => ({
  clock: createClock(machineNow),
  portals: new Map(),
  tokens: new Map(),
});

export type PortalRequest = PortalSettings & { readonly rateLimit?: RateLimit | undefined };

/** Opens a portal, or renews the settings of one that is open; what its CRM holds stays. */
export const openPortal = (world: World, request: PortalRequest, crm?: Crm): Hosted => {
  const { rateLimit = OAUTH_LIMIT, ...settings } = request;
  const before = world.portals.get(settings.portalId);
  if (before) forgetTokens(world, before);
  const hosted = before ?? host(world, settings, rateLimit, crm);
  Object.assign(hosted.portal.settings, settings);
  hosted.rateLimit = rateLimit;
  hosted.budget = createBudget(rateLimit, settings.timeZone);
  world.portals.set(settings.portalId, hosted);
  for (const token of settings.tokens) world.tokens.set(token.token, { hosted, token });
  world.tokens.set(settings.uiToken, { hosted, token: 'crm-ui' });
  return hosted;
};

const host = (world: World, settings: PortalSettings, rateLimit: RateLimit, crm: Crm | undefined): Hosted => {
  const portal = createPortal({ ...settings }, crm);
  const webhooks = createWebhooks(portal, world.clock);
  const workflows = createWorkflows(portal, world.clock);
  portal.publish = (event) => {
    webhooks.take(event);
    countActivities(portal, event);
    workflows.take(event);
  };
  return {
    portal,
    rateLimit,
    budget: createBudget(rateLimit, settings.timeZone),
    faults: createFaultBook(),
    log: createLog(),
    webhooks,
    workflows,
    latencyMs: 0,
    underWay: 0,
  };
};

const forgetTokens = (world: World, hosted: Hosted): void => {
  for (const [token, entry] of world.tokens) if (entry.hosted === hosted) world.tokens.delete(token);
};

export const closePortal = (world: World, portalId: number): boolean => {
  const hosted = world.portals.get(portalId);
  if (!hosted) return false;
  hosted.webhooks.close();
  hosted.workflows.close();
  forgetTokens(world, hosted);
  return world.portals.delete(portalId);
};
