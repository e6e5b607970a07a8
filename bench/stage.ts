/** The product on the emulated HubSpot, each in a process of its own, with leads that wait for an answer. */

import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as pause } from 'node:timers/promises';
import type { Sandbox, SandboxOptions } from '../sandbox/compose.ts';
import { askSandbox } from '../sandbox/control.ts';
import { loadLines } from '../sandbox/replaying/play.ts';
import type { Line } from '../sandbox/replaying/script.ts';
import { countTraffic } from '../sandbox/replaying/witnesses.ts';
import { type Child, startChild } from './child.ts';
import type { Target } from './load/generator.ts';
import { type LogEntry, readRequests } from './requests.ts';

/** What is known of a running sandbox from outside. */
export type SandboxFacts = Pick<
  Sandbox,
  'crmUrl' | 'serverUrl' | 'publicUrl' | 'portalId' | 'accessToken' | 'clientSecret' | 'appId' | 'serverPid'
>;

export type StageOrders = {
  start: { takes: SandboxOptions; gives: SandboxFacts };
  setClock: { takes: number; gives: null };
  stopServer: { takes: null; gives: null };
};

export type Stage = SandboxFacts & {
  readonly setClock: (offsetMs: number) => Promise<void>;
  /** Stops the server in order; what it writes at its end is written then. */
  readonly stopServer: () => Promise<void>;
  readonly close: () => Promise<void>;
};

/** How long HubSpot takes for an answer, in milliseconds. */
export const LATENCY_MS = 5;
/** What a portal may be asked for in ten seconds where the budget is not what is measured: never reached. */
export const AMPLE_CALLS_PER_10S = 1_000_000;

export type StageOptions = {
  /** A PostgreSQL database for the server; else its embedded one. */
  readonly databaseUrl: string | null;
  readonly callsPer10s: number;
  readonly serverEnvironment?: Readonly<Record<string, string>>;
};

/** Starts HubSpot and server, loads the leads, lets the app read them, and switches the latency on. */
export const openStage = async (options: StageOptions, lines: readonly Line[]): Promise<Stage> => {
  const child: Child<StageOrders> = startChild(path.join(import.meta.dirname, 'stageChild.ts'));
  try {
    const facts = await child.order('start', {
      pagePort: null,
      portalName: 'Bench',
      portalId: randomInt(20_000_000, 99_000_000),
      callsPer10s: options.callsPer10s,
      ...(options.databaseUrl !== null && { databaseUrl: options.databaseUrl }),
      ...(options.serverEnvironment && { serverEnvironment: options.serverEnvironment }),
    });
    const traffic = countTraffic(facts.crmUrl, facts.portalId);
    await loadLines(facts, lines, traffic);
    await traffic.stop();
    await setLatency(facts.crmUrl, facts.portalId);
    return {
      ...facts,
      setClock: async (offsetMs) => {
        await child.order('setClock', offsetMs);
      },
      stopServer: async () => {
        await child.order('stopServer', null);
      },
      close: child.stop,
    };
  } catch (error) {
    await child.stop();
    throw error;
  }
};

/** Where clicks on this stage's app go. */
export const targetOf = ({ serverUrl, publicUrl, clientSecret, portalId, appId }: Stage): Target => ({
  url: serverUrl,
  publicUrl,
  clientSecret,
  portalId,
  appId,
});

export const setLatency = async (crmUrl: string, portalId: number): Promise<void> => {
  await askSandbox(crmUrl, 'PUT', `/sandbox/portals/${portalId}/latency`, { ms: LATENCY_MS });
};

const POLL_MS = 500;
/** No request for so long: what the app's own changes had set off by webhook is over as well. */
const QUIET_MS = 1_000;

/**
 * Waits until the app owes HubSpot nothing that is due and asks for nothing more.
 *
 * @returns the requests meanwhile
 * @throws when it takes longer than `withinMs`
 */
export const whenQuiet = async (
  { serverUrl, crmUrl, portalId }: SandboxFacts,
  { pollMs = POLL_MS, withinMs = 3_600_000 } = {},
): Promise<readonly LogEntry[]> => {
  const requests = await readRequests(crmUrl, portalId);
  const entries: LogEntry[] = [];
  const deadline = Date.now() + withinMs;
  let quietSince: number | null = null;
  for (;;) {
    const news = await requests.next();
    entries.push(...news);
    const lagSeconds = await readLagSeconds(serverUrl);
    if (lagSeconds > 0 || news.length > 0) quietSince = null;
    else quietSince ??= Date.now();
    if (quietSince !== null && Date.now() - quietSince >= QUIET_MS) return entries;
    if (Date.now() > deadline) throw new Error(`The app is still ${lagSeconds} s behind; giving up.`);
    await pause(pollMs);
  }
};

/** Age of the oldest step that is due, as the app itself tells it. */
const readLagSeconds = async (serverUrl: string): Promise<number> => {
  const text = await (await fetch(`${serverUrl}/metrics`)).text();
  return Number(/^drain_lag_seconds (\S+)$/m.exec(text)?.[1]);
};

/** Memory of a process that is in the machine's own store, in megabytes. */
export const residentMb = async (pid: number): Promise<number> => {
  const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(pid)]);
  return Number(stdout.trim()) / 1024;
};
