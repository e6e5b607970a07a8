/** What the control plane is told, read and checked. */

import { isObject, needString, optionalBoolean, optionalNumber, optionalString, stringsOf } from './call.ts';
import { validationError } from './errors.ts';
import type { Fault, FaultRule } from './faults.ts';
import { findObjectType } from './objectTypes.ts';
import type { AdminRule, Token } from './state.ts';
import type { Subscription, WebhookSettings } from './webhooks.ts';
import type { PortalRequest } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

export const asObject = (raw: unknown, what: string): Row => {
  if (!isObject(raw)) throw validationError(`${what} must be a JSON object.`);
  return raw;
};

const asArray = (raw: unknown, what: string): readonly Row[] => {
  if (!Array.isArray(raw) || !raw.every(isObject))
    throw validationError(`${what} must be an array of objects.`);
  return raw;
};

const needNumber = (row: Row, field: string): number => {
  const value = optionalNumber(row, field);
  if (value === undefined || !Number.isFinite(value)) throw validationError(`${field} must be a number.`);
  return value;
};

/** A token is a string, or {token, scopes?, expiresAt?, appId?, appName?}; with an appId it is another app's. */
const readToken = (raw: unknown): Token => {
  if (typeof raw === 'string') return { token: raw, scopes: undefined, expiresAt: undefined };
  const row = asObject(raw, 'A token');
  const appId = optionalNumber(row, 'appId');
  return {
    token: needString(row, 'token'),
    scopes: row.scopes === undefined ? undefined : stringsOf(row.scopes, 'scopes'),
    expiresAt: optionalNumber(row, 'expiresAt'),
    ...(appId !== undefined && {
      app: { appId, appName: optionalString(row, 'appName') ?? `App ${appId}` },
    }),
  };
};

const checkZone = (timeZone: string): string => {
  try {
    new Intl.DateTimeFormat('en', { timeZone });
    return timeZone;
  } catch (cause) {
    if (cause instanceof RangeError) throw validationError(`Unknown time zone ${timeZone}.`);
    throw cause;
  }
};

export const readPortal = (raw: unknown): PortalRequest => {
  const body = asObject(raw, 'A portal');
  const portalId = needNumber(body, 'portalId');
  const tokens: readonly unknown[] = Array.isArray(body.accessTokens) ? body.accessTokens : [];
  const limit = body.rateLimit === undefined ? undefined : asObject(body.rateLimit, 'rateLimit');
  const daily = limit && optionalNumber(limit, 'daily');
  return {
    portalId,
    name: optionalString(body, 'name') ?? `Portal ${portalId}`,
    timeZone: checkZone(optionalString(body, 'timeZone') ?? 'Europe/Berlin'),
    uiToken: optionalString(body, 'uiToken') ?? `sandbox-ui-${portalId}`,
    appId: optionalNumber(body, 'appId') ?? 4242,
    appName: optionalString(body, 'appName') ?? 'MQL rejection loop',
    searchLagMs: optionalNumber(body, 'searchLagMs') ?? 2_000,
    defaultLifecycleStage: optionalString(body, 'defaultLifecycleStage') ?? 'lead',
    dataPrivacy: optionalBoolean(body, 'dataPrivacy') ?? false,
    tokens: tokens.map(readToken),
    rules: [],
    rateLimit: limit && {
      tenSecondly: needNumber(limit, 'tenSecondly'),
      ...(daily !== undefined && { daily }),
    },
  };
};

export const readRules = (raw: unknown): readonly AdminRule[] =>
  asArray(raw, 'Rules').map((row): AdminRule => {
    const objectType = findObjectType(optionalString(row, 'objectType') ?? 'contacts')?.name;
    if (!objectType) throw validationError(`Unknown object type ${String(row.objectType)}.`);
    const requires = stringsOf(row.requires, 'requires');
    if (row.kind === 'create-form') return { kind: 'create-form', objectType, requires };
    return {
      kind: 'conditional',
      objectType,
      property: needString(row, 'property'),
      values: stringsOf(row.values, 'values'),
      requires,
    };
  });

const CUTS = ['cut-before-headers', 'cut-before-body', 'cut-mid-body'] as const;

const readFault = (raw: unknown): Fault => {
  const row = asObject(raw, 'A fault');
  const kind = needString(row, 'kind');
  const applied = optionalBoolean(row, 'applied');
  const cut = CUTS.find((it) => it === kind);
  if (cut) return { kind: cut, ...(applied !== undefined && { applied }) };
  switch (kind) {
    case 'status': {
      const policyName = optionalString(row, 'policyName');
      const retryAfterSeconds = optionalNumber(row, 'retryAfterSeconds');
      return {
        kind,
        status: needNumber(row, 'status'),
        ...(policyName !== undefined && { policyName }),
        ...(applied !== undefined && { applied }),
        ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
      };
    }
    case 'slow':
      return { kind, ms: needNumber(row, 'ms') };
    case 'malformed-json':
    case 'unknown-fields':
      return { kind };
    case 'rows': {
      const category = optionalString(row, 'category');
      return { kind, every: needNumber(row, 'every'), ...(category !== undefined && { category }) };
    }
    default:
      throw validationError(`Unknown kind of fault: ${kind}.`);
  }
};

export const readFaults = (raw: unknown): readonly FaultRule[] =>
  asArray(raw, 'Faults').map((row): FaultRule => {
    const match = asObject(row.match, 'match');
    const method = optionalString(match, 'method');
    const times = optionalNumber(row, 'times');
    const rate = optionalNumber(row, 'rate');
    const seed = optionalNumber(row, 'seed');
    return {
      match: { path: needString(match, 'path'), ...(method !== undefined && { method }) },
      fault: readFault(row.fault),
      ...(times !== undefined && { times }),
      ...(rate !== undefined && { rate }),
      ...(seed !== undefined && { seed }),
    };
  });

const readSubscription = (row: Row): Subscription => {
  const propertyName = optionalString(row, 'propertyName');
  return {
    subscriptionType: needString(row, 'subscriptionType'),
    objectTypeId: needString(row, 'objectTypeId'),
    ...(propertyName !== undefined && { propertyName }),
  };
};

/** Webhooks; null switches them off. */
export const readWebhooks = (raw: unknown): WebhookSettings | undefined => {
  if (raw === null) return undefined;
  const body = asObject(raw, 'Webhooks');
  const disorder = body.disorder === undefined ? undefined : asObject(body.disorder, 'disorder');
  const duplicate = disorder && optionalNumber(disorder, 'duplicate');
  const reorder = disorder && optionalBoolean(disorder, 'reorder');
  const delayMs = disorder && optionalNumber(disorder, 'delayMs');
  const seed = disorder && optionalNumber(disorder, 'seed');
  const retryMs = optionalNumber(body, 'retryMs');
  return {
    targetUrl: needString(body, 'targetUrl'),
    publicUrl: optionalString(body, 'publicUrl') ?? needString(body, 'targetUrl'),
    clientSecret: needString(body, 'clientSecret'),
    appId: optionalNumber(body, 'appId') ?? 4242,
    subscriptions: asArray(body.subscriptions, 'subscriptions').map(readSubscription),
    ...(retryMs !== undefined && { retryMs }),
    ...(disorder && {
      disorder: {
        ...(duplicate !== undefined && { duplicate }),
        ...(reorder !== undefined && { reorder }),
        ...(delayMs !== undefined && { delayMs }),
        ...(seed !== undefined && { seed }),
      },
    }),
  };
};
