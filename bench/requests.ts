/** What the app asked of HubSpot, out of the sandbox's own log. */

import { askSandbox } from '../sandbox/control.ts';

export type LogEntry = {
  readonly seq: number;
  /** Milliseconds since 1970, by the sandbox's clock. */
  readonly at: number;
  readonly actor: 'app' | 'crm-ui';
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: unknown;
};

export type RequestReader = {
  /** The app's requests since the last call. The log forgets bodies after 2,000 requests: ask in time. */
  readonly next: () => Promise<readonly LogEntry[]>;
};

/** Reads the log from here on: what was asked before is passed over. */
export const readRequests = async (crmUrl: string, portalId: number): Promise<RequestReader> => {
  let seen = 0;
  const next = async (): Promise<readonly LogEntry[]> => {
    const answer = await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}/log?since=${seen}`);
    const { entries } = answer as { entries: readonly LogEntry[] };
    seen = entries.at(-1)?.seq ?? seen;
    return entries.filter(({ actor }) => actor === 'app');
  };
  await next();
  return { next };
};

/** Gathers the app's requests from here on, often enough that no body is forgotten. */
export const watchRequests = async (crmUrl: string, portalId: number) => {
  const reader = await readRequests(crmUrl, portalId);
  const entries: LogEntry[] = [];
  const look = async (): Promise<void> => void entries.push(...(await reader.next()));
  // One look after the other, so that none is counted twice.
  let running = Promise.resolve();
  const next = (): Promise<void> => (running = running.then(look));
  const timer = setInterval(() => void next().catch(() => undefined), WATCH_EVERY_MS);
  return {
    /** Everything since the beginning; looks once more. */
    stop: async (): Promise<readonly LogEntry[]> => {
      clearInterval(timer);
      await next();
      return entries;
    },
    close: async (): Promise<void> => clearInterval(timer),
  };
};

const WATCH_EVERY_MS = 10_000;

const ID = /\/\d+(?=\/|$)/g;

/** The call without ids and query, so that like counts with like: `POST /crm/objects/2026-09/contacts/batch/read`. */
export const kindOf = ({ method, path }: LogEntry): string =>
  `${method} ${(path.split('?')[0] ?? '').replace(ID, '/:id')}`;

/** How many records a call was about. */
export const inputsOf = ({ body }: LogEntry): number => {
  if (Array.isArray(body)) return body.length;
  const inputs = (body as { readonly inputs?: unknown } | undefined)?.inputs;
  return Array.isArray(inputs) ? inputs.length : 1;
};

/** Calls by kind, the most frequent first. */
export const countKinds = (entries: readonly LogEntry[]): Readonly<Record<string, number>> => {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(kindOf(entry), (counts.get(kindOf(entry)) ?? 0) + 1);
  return Object.fromEntries([...counts].sort(([, a], [, b]) => b - a));
};

/** Whether a call may change something; the others read. */
export const isWrite = ({ method, path }: LogEntry): boolean =>
  method !== 'GET' && !/\/(?:read|search)(?:\?|$)/.test(path);

export const refusedAsTooMany = (entries: readonly LogEntry[]): number =>
  entries.filter(({ status }) => status === 429).length;

/** Ids of contacts that a call changed, where it is a batch update of contacts that HubSpot took. */
export const contactsChangedBy = (entry: LogEntry): readonly string[] => {
  if (entry.status !== 200 || !entry.path.includes('/contacts/batch/update')) return [];
  const { inputs = [] } = (entry.body ?? {}) as { readonly inputs?: readonly { readonly id: string }[] };
  return inputs.map(({ id }) => id);
};
