/**
 * What can go wrong between us and HubSpot, as one closed list. Status, category and policy name decide the kind;
 * the text of a message never does. Facts: HubSpot's "Error handling" and "Usage guidelines" pages.
 */

import { z } from 'zod';
import { labelOf } from './propertyLabels.ts';

export type HubSpotErrorKind = keyof typeof HUBSPOT_ERRORS;

/** What is known about a failed call. Nothing personal: HubSpot's own message may quote values, so it is left out. */
export type ErrorDetails = {
  readonly method: string;
  readonly path: string;
  readonly status: number | null;
  readonly category: string | null;
  readonly correlationId: string | null;
  /** Names of properties that HubSpot complains about. */
  readonly properties: readonly string[];
  /** Error codes of the single complaints, e.g. `PROPERTY_DOESNT_EXIST`. */
  readonly codes: readonly string[];
  readonly scopes: readonly string[];
};

type ErrorRow = {
  /** Whether the same call can succeed later without anybody's help. */
  readonly retry: boolean;
  /** How long to wait where HubSpot does not say. */
  readonly retryAfterMs: number;
  /** Whether HubSpot may have carried the call out although it did not say so. */
  readonly mayHaveHappened: boolean;
  readonly log: (details: ErrorDetails) => string;
  /** For the rep or the admin: what happened and what to do. */
  readonly rep: (details: ErrorDetails) => string;
};

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const named = (names: readonly string[], otherwise: string): string =>
  names.length === 0 ? otherwise : names.map((name) => `“${name}”`).join(', ');

const busy = (): string => 'HubSpot is busy. We try again by ourselves.';
const unreachable = (): string => 'HubSpot did not answer. We try again by ourselves.';

export const HUBSPOT_ERRORS = {
  'bad-request': {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: () => 'HubSpot refused the request as malformed',
    rep: () => 'HubSpot refused this change. Please report it with the time at which it happened.',
  },
  validation: {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: (d) =>
      `HubSpot refused the values of ${named(d.properties, 'unnamed properties')} (${d.codes.join(', ')})`,
    rep: (d) => {
      const names = d.properties.map(labelOf).join(', ') || 'a property of this record';
      if (d.codes.some((code) => code.endsWith('REQUIRED_PROPERTY'))) {
        return `HubSpot asks for ${names} before it accepts this change. Fill it on the record, then try again.`;
      }
      if (d.codes.includes('PROPERTY_DOESNT_EXIST')) {
        return `The property ${names} is missing in HubSpot. Ask an admin to repair the installation in Settings.`;
      }
      return `HubSpot does not accept the value for ${names}. Ask an admin to check that property's options and rules.`;
    },
  },
  'conflict-exists': {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: () => 'It exists already',
    rep: () => 'It exists already in HubSpot.',
  },
  conflict: {
    retry: true,
    retryAfterMs: 2 * SECOND,
    mayHaveHappened: false,
    log: () => 'Somebody else was changing the same record',
    rep: () => 'Somebody else was changing this record. We try again by ourselves.',
  },
  locked: {
    retry: true,
    // HubSpot asks for at least two seconds between tries on a locked record.
    retryAfterMs: 2 * SECOND,
    mayHaveHappened: false,
    log: () => 'The record is locked by another change',
    rep: () => 'HubSpot is still working on this record. We try again by ourselves.',
  },
  'rate-second': {
    retry: true,
    retryAfterMs: SECOND,
    mayHaveHappened: false,
    log: () => "The second's quota is used up",
    rep: busy,
  },
  'rate-ten-seconds': {
    retry: true,
    retryAfterMs: 10 * SECOND,
    mayHaveHappened: false,
    log: () => "The ten seconds' quota is used up",
    rep: busy,
  },
  'rate-daily': {
    retry: true,
    // Replaced by the time until midnight in the portal's time zone, where it is known.
    retryAfterMs: HOUR,
    mayHaveHappened: false,
    log: () => "The day's quota is used up",
    rep: () => "Today's HubSpot quota is used up. The change is kept and made after midnight.",
  },
  migrating: {
    retry: true,
    retryAfterMs: HOUR,
    mayHaveHappened: false,
    log: () => 'HubSpot is moving the portal to another data centre',
    rep: () => 'HubSpot is moving your portal. The change is kept and made afterwards.',
  },
  unauthorized: {
    retry: true,
    retryAfterMs: MINUTE,
    mayHaveHappened: false,
    log: (d) => `HubSpot does not accept our access token (${d.category ?? 'no category'})`,
    rep: () =>
      'HubSpot no longer accepts our access. Ask an admin to connect the app again; the change is kept.',
  },
  'missing-scopes': {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: (d) => `Scopes are missing: ${named(d.scopes, 'not named')}`,
    rep: (d) =>
      `The app lacks the permission ${named(d.scopes, 'for this')}. Ask an admin to authorise it again.`,
  },
  forbidden: {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: () => 'The portal may not do this: permission or subscription',
    rep: () => "Your HubSpot subscription or the app's permissions do not allow this. Ask an admin.",
  },
  'not-found': {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: () => 'HubSpot does not know it',
    rep: () => 'It no longer exists in HubSpot.',
  },
  'too-large': {
    retry: false,
    retryAfterMs: 0,
    mayHaveHappened: false,
    log: () => 'The request was too large',
    rep: () => 'The text is too long for HubSpot. Shorten it and try again.',
  },
  'server-error': {
    retry: true,
    retryAfterMs: 5 * SECOND,
    mayHaveHappened: true,
    log: () => 'HubSpot failed',
    rep: unreachable,
  },
  unavailable: {
    retry: true,
    retryAfterMs: 5 * SECOND,
    // A gateway in front of HubSpot answered; what happened behind it is not known.
    mayHaveHappened: true,
    log: () => 'HubSpot is unavailable',
    rep: unreachable,
  },
  timeout: {
    retry: true,
    // Long enough that a call that is still on its way has arrived when its result is looked for.
    retryAfterMs: 30 * SECOND,
    mayHaveHappened: true,
    log: () => 'HubSpot did not answer in time',
    rep: unreachable,
  },
  'connection-refused': {
    retry: true,
    retryAfterMs: 10 * SECOND,
    mayHaveHappened: false,
    log: () => 'No connection to HubSpot',
    rep: unreachable,
  },
  'connection-cut': {
    retry: true,
    retryAfterMs: 2 * SECOND,
    mayHaveHappened: true,
    log: () => 'The connection to HubSpot broke',
    rep: unreachable,
  },
  'malformed-answer': {
    retry: true,
    retryAfterMs: 5 * SECOND,
    mayHaveHappened: true,
    log: () => "HubSpot's answer cannot be read",
    rep: unreachable,
  },
} as const satisfies Record<string, ErrorRow>;

/** A call that failed. Knows whether and when trying again can help, and whether the call may have happened. */
export class HubSpotError extends Error {
  readonly kind: HubSpotErrorKind;
  readonly details: ErrorDetails;
  readonly retry: boolean;
  readonly retryAfterMs: number;
  readonly mayHaveHappened: boolean;
  /** For the rep or the admin. `message` is for the log. */
  readonly sentence: string;

  constructor(
    kind: HubSpotErrorKind,
    details: ErrorDetails,
    options: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {},
  ) {
    const row: ErrorRow = HUBSPOT_ERRORS[kind];
    const where = `${details.method} ${details.path}`;
    const status = details.status === null ? '' : `, status ${details.status}`;
    super(`${row.log(details)}: ${where}${status}`, { cause: options.cause });
    this.name = 'HubSpotError';
    this.kind = kind;
    this.details = details;
    this.retry = row.retry;
    this.retryAfterMs = options.retryAfterMs ?? row.retryAfterMs;
    // A read changes nothing, whatever became of its answer; HubSpot's batch reads and searches are POSTs.
    const isRead = details.method === 'GET' || /\/(batch\/read|search)$/.test(details.path);
    this.mayHaveHappened = row.mayHaveHappened && !isRead;
    this.sentence = row.rep(details);
  }
}

const context = z.record(z.string(), z.unknown()).nullish().catch(null);

/** HubSpot's error body. "The fields should all be treated as optional", and one that has a strange type is none. */
export const errorBody = z.object({
  status: z.string().nullish().catch(null),
  category: z.string().nullish().catch(null),
  subCategory: z.unknown().optional(),
  correlationId: z.string().nullish().catch(null),
  errorType: z.string().nullish().catch(null),
  policyName: z.string().nullish().catch(null),
  context,
  errors: z
    .array(
      z.object({
        code: z.string().nullish().catch(null),
        in: z.string().nullish().catch(null),
        subCategory: z.unknown().optional(),
        context,
      }),
    )
    .nullish()
    .catch(null),
});
export type ErrorBody = z.infer<typeof errorBody>;

const words = (value: unknown): string[] =>
  (Array.isArray(value) ? value : [value]).filter((item): item is string => typeof item === 'string');

/** The words that an error body's contexts hold under keys that match. */
function wordsUnder(body: ErrorBody, key: RegExp): string[] {
  const contexts = [body.context, ...(body.errors ?? []).map((error) => error.context)];
  const found = contexts.flatMap((entries) =>
    Object.entries(entries ?? {}).flatMap(([name, value]) => (key.test(name) ? words(value) : [])),
  );
  return [...new Set(found)];
}

/** What can be told about a failed call from its error body (or one row of a 207). */
export function detailsOf(
  call: { readonly method: string; readonly path: string },
  status: number | null,
  body: ErrorBody,
): ErrorDetails {
  const complaints = body.errors ?? [];
  const codes = [
    ...complaints.flatMap((error) => words(error.code)),
    ...[body, ...complaints].flatMap((error) => words(error.subCategory)),
  ];
  const inside = complaints.flatMap((error) => words(error.in));
  return {
    method: call.method,
    path: call.path,
    status,
    category: body.category ?? body.errorType ?? null,
    correlationId: body.correlationId ?? null,
    properties: [...new Set([...wordsUnder(body, /propert/i), ...inside])],
    codes: [...new Set(codes)],
    scopes: wordsUnder(body, /scopes$/i),
  };
}

const POLICIES: Readonly<Record<string, HubSpotErrorKind>> = {
  SECONDLY: 'rate-second',
  TEN_SECONDLY_ROLLING: 'rate-ten-seconds',
  DAILY: 'rate-daily',
};

/** Categories as they stand in rows of a 207, where no row has a status of its own. */
const CATEGORIES: Readonly<Record<string, HubSpotErrorKind>> = {
  VALIDATION_ERROR: 'validation',
  OBJECT_NOT_FOUND: 'not-found',
  NOT_FOUND: 'not-found',
  OBJECT_ALREADY_EXISTS: 'conflict-exists',
  CONFLICT: 'conflict',
  MISSING_SCOPES: 'missing-scopes',
  RATE_LIMITS: 'rate-ten-seconds',
  RATE_LIMIT: 'rate-ten-seconds',
  LOCKED: 'locked',
  INTERNAL_ERROR: 'server-error',
};

/** The kind of one failed row of a 207. */
export function kindOfRow(body: ErrorBody): HubSpotErrorKind {
  return CATEGORIES[body.category ?? ''] ?? 'bad-request';
}

/** The kind of a whole failed call, from its status and, where the status says too little, its category or policy. */
export function kindOfStatus(status: number, body: ErrorBody): HubSpotErrorKind {
  const category = body.category ?? '';
  switch (status) {
    case 400:
    case 422:
      return category === 'VALIDATION_ERROR' ? 'validation' : 'bad-request';
    case 401:
      return 'unauthorized';
    case 403:
      return category === 'MISSING_SCOPES' ? 'missing-scopes' : 'forbidden';
    case 404:
    case 410:
      return 'not-found';
    case 409:
      return category === 'OBJECT_ALREADY_EXISTS' ? 'conflict-exists' : 'conflict';
    case 413:
    case 414:
      return 'too-large';
    case 423:
      return 'locked';
    case 429:
      return POLICIES[body.policyName ?? ''] ?? 'rate-ten-seconds';
    case 477:
      return 'migrating';
    case 502:
    case 503:
    case 504:
      return 'unavailable';
  }
  // 521 to 526 come from the network in front of HubSpot.
  if (status >= 520 && status <= 530) return 'unavailable';
  if (status >= 500) return 'server-error';
  return status >= 400 ? 'bad-request' : 'malformed-answer';
}

/** `Retry-After` in seconds, as milliseconds; HubSpot sends up to a day with 477. Anything else counts as absent. */
export function retryAfterOf(header: string | null): number | undefined {
  if (header === null || !/^\d{1,6}$/.test(header.trim())) return undefined;
  return Math.min(Number(header) * SECOND, 24 * HOUR);
}
