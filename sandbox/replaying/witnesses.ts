/** What the sandbox's HubSpot and the app's own store say, each read from outside. */

import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { askSandbox } from '../control.ts';

const repoDir = path.resolve(import.meta.dirname, '../..');

export type CrmRecord = { readonly archived: boolean; readonly properties: Readonly<Record<string, string>> };

/** The portal's state as the control plane dumps it, the parts that are compared. */
export type CrmState = {
  readonly objects: Readonly<Record<string, Readonly<Record<string, CrmRecord>>>>;
  readonly lists: Readonly<Record<string, { readonly name: string; readonly members: readonly string[] }>>;
  /** `contact 5 → note 3 201` */
  readonly associations: readonly string[];
};

export const readCrmState = async (crmUrl: string, portalId: number): Promise<CrmState> =>
  (await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}/state?without=history`)) as CrmState;

export type LedgerRow = {
  readonly entry_id: string;
  readonly kind: 'rejection' | 'acceptance' | 'undo';
  readonly contact_id: string;
  readonly reason: string | null;
  readonly reverses_entry_id: string | null;
  readonly actor_user_id: number;
};

export type StepRow = {
  readonly entry_id: string;
  readonly contact_id: string;
  readonly kind: string;
  readonly state: string;
  readonly change: Readonly<Record<string, unknown>> | null;
  readonly undoes_step_id: string | null;
  readonly problem: { readonly kind: string; readonly sentence: string } | null;
};

export type StandingRow = {
  readonly contact_id: string;
  readonly entry_id: string | null;
  readonly kind: string;
};

export type RollupRow = {
  readonly measure: string;
  readonly dim: string;
  readonly reason: string;
  readonly value: string;
  readonly n: number;
};

export type Store = {
  readonly ledger: readonly LedgerRow[];
  readonly steps: readonly StepRow[];
  readonly standing: readonly StandingRow[];
  readonly rollup: readonly RollupRow[];
};

/**
 * Exports the store with the server's own command and reads one portal's rows. The server must have stopped.
 *
 * @param environment where the store is, by the names of server/config.ts
 */
export const readStore = async (
  environment: Readonly<Record<string, string>>,
  file: string,
  portalId: number,
): Promise<Store> => {
  const command = ['--disable-warning=ExperimentalWarning', 'server/store/transferMain.ts', 'export', file];
  await promisify(execFile)(process.execPath, command, { cwd: repoDir, env: { ...environment } });
  const tables: Record<string, unknown[]> = { ledger: [], plan_step: [], standing_answer: [], rollup: [] };
  for await (const line of createInterface({ input: createReadStream(file), crlfDelay: Infinity })) {
    const { table, row } = JSON.parse(line) as { table?: string; row?: { portal_id: number } };
    if (table !== undefined && row?.portal_id === portalId) tables[table]?.push(row);
  }
  return {
    ledger: tables['ledger'] as LedgerRow[],
    steps: tables['plan_step'] as StepRow[],
    standing: tables['standing_answer'] as StandingRow[],
    rollup: tables['rollup'] as RollupRow[],
  };
};

export type Traffic = { readonly calls: number; readonly tooMany: number };

type LogEntry = {
  readonly seq: number;
  readonly actor: string;
  readonly path: string;
  readonly status: number;
  readonly body?: { readonly inputs?: readonly { readonly id?: string }[] };
};

export type TrafficCount = {
  /** Contacts that the app has read. */
  readonly contactsRead: () => Promise<number>;
  readonly stop: () => Promise<Traffic>;
};

/** Counts the app's requests while they are still in the sandbox's log, which forgets old ones. */
export const countTraffic = (crmUrl: string, portalId: number): TrafficCount => {
  let seen = 0;
  let calls = 0;
  let tooMany = 0;
  const read = new Set<string>();
  const count = async (): Promise<void> => {
    const path = `/sandbox/portals/${portalId}/log?since=${seen}`;
    const { entries } = (await askSandbox(crmUrl, 'GET', path)) as { entries: readonly LogEntry[] };
    for (const { seq, actor, path: asked, status, body } of entries) {
      seen = Math.max(seen, seq);
      if (actor !== 'app') continue;
      calls += 1;
      if (status === 429) tooMany += 1;
      if (status === 200 && asked.includes('/contacts/batch/read'))
        for (const { id } of body?.inputs ?? []) if (id !== undefined) read.add(id);
    }
  };
  let running = Promise.resolve();
  const next = (): Promise<void> => (running = running.then(count));
  const timer = setInterval(() => void next(), 5_000);
  return {
    contactsRead: async () => {
      await next();
      return read.size;
    },
    stop: async (): Promise<Traffic> => {
      clearInterval(timer);
      await next();
      return { calls, tooMany };
    },
  };
};
