import type { z } from 'zod';
import { toStorable } from '../../src/text.ts';
import { AppError } from './errors.ts';
import type { Flows, Identity } from './flows.ts';

/** What a route reads, as it came: nothing of it is checked yet. */
export type Asked = {
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` for a GET. */
  readonly body: unknown;
};

type Described = {
  readonly method: 'get' | 'post';
  /** With `{name}` for a part that varies, as in OpenAPI. */
  readonly path: string;
  /** Unique; the name of the operation in OpenAPI. */
  readonly name: string;
  readonly summary: string;
};

/** Asked by a person in HubSpot, through `hubspot.fetch`. Who it is comes from the signed address. */
export type UserRoute = Described & {
  readonly caller: 'user';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  readonly body?: z.ZodType;
  /** The answer when it was carried out; a refusal is possible everywhere. */
  readonly answer: z.ZodType;
  readonly example: { readonly path: string; readonly body?: unknown };
  readonly run: (flows: Flows, identity: Identity, asked: Asked) => Promise<unknown>;
};

/** Sent by HubSpot itself; the body says which portals it is about. */
export type HubSpotRoute = Described & {
  readonly caller: 'hubspot';
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly example: { readonly path: string; readonly body: unknown };
  readonly run: (context: HubSpotContext, body: unknown) => Promise<unknown>;
};

/**
 * Posted by HubSpot when a workflow reaches one of our actions. The body says which portal; there is no user, and the
 * app's id is not in it. Signed with v2, without a time: whoever writes must know a call that it has seen before.
 */
export type WorkflowRoute = Described & {
  readonly caller: 'workflow';
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly example: { readonly path: string; readonly body: unknown };
  readonly run: (flows: Flows, portalId: number, body: unknown) => Promise<unknown>;
};

/** Sent by the customer's enrichment tool, signed with a secret of its own. */
export type ToolRoute = Described & {
  readonly caller: 'tool';
  readonly body: z.ZodType;
  readonly answer: z.ZodType;
  readonly example: { readonly path: string; readonly body: unknown };
  readonly run: (flows: Flows, body: unknown) => Promise<unknown>;
};

export type HubSpotContext = {
  readonly flows: Flows;
  readonly appId: number;
  readonly onIgnored: (events: number, portalIds: readonly number[]) => void;
  /** Events that cannot be read, and the names of the fields that do not fit. */
  readonly onUnreadable: (events: number, fields: readonly string[]) => void;
  readonly onTaken: (events: number) => void;
};

/** Asked by whoever runs the server; says nothing about any portal. */
export type OpenRoute = Described & {
  readonly caller: 'anyone';
  readonly contentType: string;
  readonly answer: z.ZodType;
  readonly run: (context: OpenContext) => Promise<{ readonly status: number; readonly content: string }>;
};

export type OpenContext = {
  readonly readiness: () => Promise<Readiness>;
  readonly readMetrics: () => Promise<string>;
  readonly openapi: string;
};

/** `checks`: one sentence or `ok` for each thing that the server cannot work without. */
export type Readiness = { readonly ready: boolean; readonly checks: Readonly<Record<string, string>> };

export type Route = UserRoute | HubSpotRoute | WorkflowRoute | ToolRoute | OpenRoute;

/** @throws AppError `body-invalid` naming the fields that do not fit */
export const readBody = <S extends z.ZodType>(schema: S, body: unknown): z.output<S> => {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  throw new AppError('body-invalid', { detail: misfits(read.error) });
};

/**
 * Reads the named fields of a query; others (HubSpot adds its own) are left alone.
 *
 * @throws AppError `query-invalid` naming the fields that do not fit
 */
export const readQuery = <S extends z.ZodObject>(schema: S, query: URLSearchParams): z.output<S> => {
  const names = Object.keys(schema.shape);
  const twice = names.filter((name) => query.getAll(name).length > 1);
  if (twice.length > 0)
    throw new AppError('query-invalid', { detail: `Given more than once: ${twice.join(', ')}.` });
  const given = names.flatMap((name) => {
    const value = query.get(name);
    return value === null ? [] : [[name, toStorable(value)]];
  });
  const read = schema.safeParse(Object.fromEntries(given));
  if (read.success) return read.data;
  throw new AppError('query-invalid', { detail: misfits(read.error) });
};

const MAX_NAMED = 5;
const MAX_WORDS = 160;

// Zod's words name the field and what was expected; they never repeat a value.
const misfits = ({ issues }: z.ZodError): string => {
  const named = issues.slice(0, MAX_NAMED).map(({ path, message }) => {
    const field = path.map(String).join('.') || 'the whole';
    return `${cut(field)}: ${cut(message)}`;
  });
  const more = issues.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
};

const cut = (text: string): string => (text.length > MAX_WORDS ? `${text.slice(0, MAX_WORDS)}…` : text);
