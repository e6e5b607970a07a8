/** One request to the emulated API, as operations see it, and the small readers they share. */

import { validationError } from './errors.ts';
import { type ObjectType, findObjectType } from './objectTypes.ts';
import type { Portal, Source } from './state.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export type Call = {
  readonly method: Method;
  readonly portal: Portal;
  readonly source: Source;
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly now: number;
  /** Paths of 2026-09 enforce admins' rules and normalise dates; v3 and v4 paths do not. */
  readonly dated: boolean;
};

export type Answer = {
  readonly status: number;
  readonly body?: unknown;
};

/** Which budget a request is charged to; search and associations have their own. */
export type Bucket = 'general' | 'search' | 'associations';

export type Operation = {
  readonly method: Method;
  /** Express path; `:objectType` is resolved by the operation */
  readonly path: string;
  /** Needed scopes, any one of them; objects name theirs by type. */
  readonly scopes: (call: Call) => readonly string[];
  readonly bucket?: Bucket;
  readonly run: (call: Call) => Answer;
};

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const NO_CONTENT: Answer = { status: 204 };

/** @throws HubSpotError 400 for a type that this portal does not have */
export const objectTypeOf = (call: Call, param = 'objectType'): ObjectType => {
  const spelling = call.params[param] ?? '';
  const found = findObjectType(spelling);
  if (!found) throw validationError(`Unable to infer object type from: ${spelling}`);
  return found;
};

export const paramOf = (call: Call, name: string): string => {
  const value = call.params[name];
  if (value === undefined) throw new Error(`The route has no parameter ${name}.`);
  return value;
};

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const badInput = (what: string) => validationError(`Invalid input JSON on line 1, column 1: ${what}`);

/** @throws HubSpotError 400 when the body is not a JSON object */
export const bodyObject = (call: Call): Readonly<Record<string, unknown>> => {
  if (!isObject(call.body)) throw badInput('Cannot deserialize value: an object was expected');
  return call.body;
};

/** @throws HubSpotError 400 when the field is missing or not a string */
export const needString = (from: Readonly<Record<string, unknown>>, field: string): string => {
  const value = from[field];
  if (value === undefined || value === null)
    throw validationError(
      `Invalid input JSON on line 1, column 1: Some required fields were not set: [${field}]`,
    );
  if (typeof value !== 'string') throw badInput(`Cannot deserialize value of type \`String\` for "${field}"`);
  return value;
};

export const optionalString = (
  from: Readonly<Record<string, unknown>>,
  field: string,
): string | undefined => {
  const value = from[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'string') throw badInput(`Cannot deserialize value of type \`String\` for "${field}"`);
  return value;
};

export const optionalNumber = (
  from: Readonly<Record<string, unknown>>,
  field: string,
): number | undefined => {
  const value = from[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'number')
    throw badInput(`Cannot deserialize value of type \`Integer\` for "${field}"`);
  return value;
};

export const optionalBoolean = (
  from: Readonly<Record<string, unknown>>,
  field: string,
): boolean | undefined => {
  const value = from[field];
  if (value === undefined || value === null) return undefined;
  if (typeof value !== 'boolean')
    throw badInput(`Cannot deserialize value of type \`boolean\` for "${field}"`);
  return value;
};

export const stringsOf = (value: unknown, field: string): readonly string[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
    throw badInput(`Cannot deserialize value of type \`ArrayList<String>\` for "${field}"`);
  return value;
};

/** The rows of a batch request. @throws HubSpotError 400 when missing, empty, not objects, or too many */
export const inputsOf = (call: Call, most: number): readonly Readonly<Record<string, unknown>>[] => {
  const { inputs } = bodyObject(call);
  if (inputs === undefined)
    throw validationError(
      'Invalid input JSON on line 1, column 1: Some required fields were not set: [inputs]',
    );
  if (!Array.isArray(inputs) || !inputs.every(isObject))
    throw badInput('Cannot deserialize value of type `ArrayList` for "inputs"');
  if (inputs.length === 0) throw validationError('The batch request must contain at least one input.');
  if (inputs.length > most)
    throw validationError(
      `The maximum number of inputs supported in a batch request for this object type is ${most}. Received ${inputs.length} inputs.`,
    );
  return inputs;
};

/** Query lists come repeated (SDK) or comma separated (docs). */
export const queryList = (query: URLSearchParams, name: string): readonly string[] =>
  query
    .getAll(name)
    .flatMap((value) => value.split(','))
    .filter((value) => value !== '');

export const limitOf = (query: URLSearchParams, standard: number, most: number): number => {
  const text = query.get('limit');
  if (text === null) return standard;
  const limit = Number(text);
  if (!Number.isInteger(limit) || limit < 1)
    throw validationError(`limit must be a positive integer: ${text}`);
  if (limit > most) throw validationError(`limit must be less than or equal to ${most}: ${limit}`);
  return limit;
};

type Link = { readonly after: string; readonly link: string };

/** Forward paging over a sorted array: `after` is the place to go on from. */
export const pageOf = <T>(
  all: readonly T[],
  after: string | null | undefined,
  limit: number,
): { readonly page: readonly T[]; readonly paging?: { readonly next: Link } } => {
  const start = after === null || after === undefined || after === '' ? 0 : Number(after);
  if (!Number.isInteger(start) || start < 0) throw validationError(`The paging token is not valid: ${after}`);
  const page = all.slice(start, start + limit);
  const next = start + limit;
  return next < all.length
    ? { page, paging: { next: { after: String(next), link: `?after=${next}` } } }
    : { page };
};
