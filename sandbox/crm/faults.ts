/** Failures switched on by the control plane: which request they meet and what they do to it. */

import type { Answer } from './call.ts';
import { isObject } from './call.ts';
import { HubSpotError } from './errors.ts';
import { isPolicyName, rateLimited } from './rateLimits.ts';

export type Fault =
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly policyName?: string;
      /** whether the change happened before the answer; false by default */
      readonly applied?: boolean;
      readonly retryAfterSeconds?: number;
    }
  /** the connection ends: before any answer, after the headers, or in the middle of the body; `applied` true by default */
  | { readonly kind: 'cut-before-headers' | 'cut-before-body' | 'cut-mid-body'; readonly applied?: boolean }
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'malformed-json' }
  | { readonly kind: 'unknown-fields' }
  /** a batch in which every nth row fails and is not applied */
  | { readonly kind: 'rows'; readonly every: number; readonly category?: string };

export type FaultRule = {
  readonly match: { readonly method?: string; readonly path: string };
  readonly fault: Fault;
  /** how often at most */
  readonly times?: number;
  /** share of matching requests, 0 to 1; drawn from `seed` */
  readonly rate?: number;
  readonly seed?: number;
};

export type FaultBook = {
  readonly replace: (rules: readonly FaultRule[]) => void;
  /** Rules with how often each was met and applied. */
  readonly show: () => readonly (FaultRule & { readonly matched: number; readonly applied: number })[];
  readonly pick: (method: string, path: string) => Fault | undefined;
};

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export const createRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

export const createFaultBook = (): FaultBook => {
  let entries: {
    rule: FaultRule;
    pattern: RegExp;
    random: () => number;
    matched: number;
    applied: number;
  }[] = [];
  return {
    replace: (rules) => {
      entries = rules.map((rule) => ({
        rule,
        pattern: new RegExp(rule.match.path),
        random: createRandom(rule.seed ?? 1),
        matched: 0,
        applied: 0,
      }));
    },
    show: () => entries.map(({ rule, matched, applied }) => ({ ...rule, matched, applied })),
    pick: (method, path) => {
      for (const entry of entries) {
        const { match, times, rate, fault } = entry.rule;
        if (match.method !== undefined && match.method.toUpperCase() !== method) continue;
        if (!entry.pattern.test(path)) continue;
        entry.matched += 1;
        if (times !== undefined && entry.applied >= times) continue;
        if (rate !== undefined && entry.random() >= rate) continue;
        entry.applied += 1;
        return fault;
      }
      return undefined;
    },
  };
};

/** Words of HubSpot's answers by status. Docs: developers.hubspot.com/docs/api-reference/error-handling */
const STATUS_WORDS: Readonly<Record<number, readonly [category: string, message: string]>> = {
  401: ['INVALID_AUTHENTICATION', 'Authentication credentials not found.'],
  403: ['MISSING_SCOPES', "This app hasn't been granted all required scopes to make this call."],
  409: ['CONFLICT', 'The request conflicts with another change of the same record.'],
  423: ['LOCKED', 'The resource is locked by a bulk operation. Retry after at least 2 seconds.'],
  477: ['MIGRATION_IN_PROGRESS', 'The account is being moved to another data centre.'],
  500: ['INTERNAL_ERROR', 'internal error'],
  502: ['BAD_GATEWAY', 'Bad gateway'],
  503: ['SERVICE_UNAVAILABLE', 'The service is temporarily not available.'],
  504: ['GATEWAY_TIMEOUT', 'A timeout occurred. Contact the API team.'],
};

export const toFaultError = (fault: Fault & { readonly kind: 'status' }): HubSpotError => {
  const retryAfter = fault.retryAfterSeconds ?? (fault.status === 477 ? 60 : undefined);
  const headers = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  if (fault.status === 429) {
    const policyName = fault.policyName ?? 'TEN_SECONDLY_ROLLING';
    if (isPolicyName(policyName)) return rateLimited(policyName, headers);
  }
  const [category, message] = STATUS_WORDS[fault.status] ?? [
    'INTERNAL_ERROR',
    `Sandbox fault ${fault.status}`,
  ];
  return new HubSpotError({ status: fault.status, category, message, headers });
};

type Row = Readonly<Record<string, unknown>>;

/** Takes the failing rows out of a batch request; `finish` reports them in the answer. */
export const splitRows = (
  body: unknown,
  fault: Fault & { readonly kind: 'rows' },
):
  | {
      readonly body: unknown;
      /** No row is left to be carried out. */
      readonly none: boolean;
      readonly finish: (answer: Answer) => Answer;
    }
  | undefined => {
  if (!isObject(body) || !Array.isArray(body.inputs)) return undefined;
  const isBad = (_row: unknown, at: number): boolean => (at + 1) % fault.every === 0;
  const rows: readonly unknown[] = body.inputs;
  const bad = rows.filter(isBad).filter(isObject);
  const good = rows.filter((row, at) => !isBad(row, at));
  if (bad.length === 0) return undefined;
  const errors = bad.map((row) => ({
    status: 'error',
    category: fault.category ?? 'VALIDATION_ERROR',
    message: 'Sandbox fault: this row was refused.',
    context: {
      ...(typeof row.id === 'string' && { ids: [row.id] }),
      ...(typeof row.objectWriteTraceId === 'string' && { objectWriteTraceId: [row.objectWriteTraceId] }),
    },
    errors: [],
    links: {},
  }));
  return {
    body: { ...body, inputs: good },
    none: good.length === 0,
    finish: (answer) => {
      const given: Row = isObject(answer.body) ? answer.body : { status: 'COMPLETE', results: [] };
      const before: readonly unknown[] = Array.isArray(given.errors) ? given.errors : [];
      const all = [...before, ...errors];
      return { status: 207, body: { ...given, numErrors: all.length, errors: all } };
    },
  };
};

/** The same answer with fields that nobody has documented. */
export const withUnknownFields = (body: unknown): unknown => {
  if (Array.isArray(body)) return body.map(withUnknownFields);
  if (!isObject(body)) return body;
  return {
    ...Object.fromEntries(
      Object.entries(body).map(([key, value]) => [
        key,
        key === 'results' || key === 'list' ? withUnknownFields(value) : value,
      ]),
    ),
    sandboxUnknownField: { introduced: 'yesterday', values: [1, null, 'x'] },
  };
};
