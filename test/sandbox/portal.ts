import { expect } from '@jest/globals';
import { type CrmServer, startCrm } from '../../sandbox/crm/server.ts';
import { checkResponse, isKnown } from './sdkSchemas.ts';

export type Json = Record<string, unknown>;

export type Reply<T = Json> = { readonly status: number; readonly headers: Headers; readonly body: T };

export type TestPortal = {
  readonly crm: CrmServer;
  readonly portalId: number;
  /** A request of the app; every answer is checked against the SDK's schema. */
  readonly call: <T = Json>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Reply<T>>;
  /** A request to the portal's control plane. */
  readonly control: <T = Json>(method: string, path: string, body?: unknown) => Promise<Reply<T>>;
  /** A contact made through the API; the id. */
  readonly contact: (properties?: Record<string, string>) => Promise<string>;
  readonly close: () => Promise<void>;
};

let nextPortal = 20_000_001;
let nextEmail = 0;

type Options = Json & { readonly now?: () => number; readonly directory?: string };

const parse = async (response: Response): Promise<unknown> => {
  const text = await response.text();
  return text === '' ? undefined : JSON.parse(text);
};

/** A sandbox of its own with one portal; search has no lag unless a test asks for it. */
export const openTestPortal = async ({ now, directory, ...settings }: Options = {}): Promise<TestPortal> => {
  const portalId = nextPortal++;
  const crm = await startCrm({
    port: 0,
    ...(now && { now }),
    ...(directory !== undefined && { directory }),
  });
  const token = `token-${portalId}`;
  const send = async (method: string, url: string, body: unknown, headers: Record<string, string>) => {
    const response = await fetch(new URL(url, crm.url), {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, headers: response.headers, body: await parse(response) };
  };
  const call: TestPortal['call'] = async (method, path, body, headers = {}) => {
    const reply = await send(method, path, body, { authorization: `Bearer ${token}`, ...headers });
    if (isKnown(method, path)) expect(checkResponse(method, path, reply.status, reply.body)).toEqual([]);
    return reply as never;
  };
  const control: TestPortal['control'] = async (method, path, body) =>
    (await send(method, `/sandbox/portals/${portalId}${path}`, body, {})) as never;
  await send(
    'POST',
    '/sandbox/portals',
    {
      portalId,
      timeZone: 'Europe/Berlin',
      accessTokens: [token],
      rateLimit: { tenSecondly: 100_000 },
      searchLagMs: 0,
      ...settings,
    },
    {},
  );
  return {
    crm,
    portalId,
    call,
    control,
    contact: async (properties = {}) => {
      const reply = await call<{ id: string }>('POST', '/crm/objects/2026-09/contacts', {
        properties: { email: `person${++nextEmail}@example.com`, ...properties },
      });
      expect(reply.status).toBe(201);
      return reply.body.id;
    },
    close: () => crm.close(),
  };
};

export const CONTACTS = '/crm/objects/2026-09/contacts';

/** An association of a create, by HubSpot's type id. */
export const to = (id: string, associationTypeId: number): Json => ({
  to: { id },
  types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }],
});
