/** A replay as one call: its own sandbox, every lead answered, three witnesses compared. */

import path from 'node:path';
import { randomInt } from 'node:crypto';
import { startSandbox } from '../compose.ts';
import type { FileLead } from '../data/leadsFile.ts';
import { type FaultCount, switchOffFaults, switchOnFaults, TIME_LIMIT_MS } from './faultMix.ts';
import { loadLines, play } from './play.ts';
import { type Disagreement, reconcile } from './reconcile.ts';
import { createRest } from './rest.ts';
import { writeScript } from './script.ts';
import { countTraffic, readCrmState, readStore } from './witnesses.ts';

export type ReplayResult = {
  readonly leads: number;
  readonly accepted: number;
  readonly rejected: number;
  readonly undone: number;
  /** Requests that the app made to HubSpot, and how many of them it refused as too many. */
  readonly calls: number;
  readonly tooMany: number;
  /** From the first answer until nothing was owed any more. */
  readonly seconds: number;
  /** How many calls met which fault; empty where none were switched on. */
  readonly faults: FaultCount;
  readonly disagreements: readonly Disagreement[];
};

export type ReplayOptions = {
  readonly leads: readonly FileLead[];
  /** Ids of the leads that were won. */
  readonly won: ReadonlySet<string>;
  readonly callers: number;
  readonly seed: number;
  /**
   * Seed of faults that calls to HubSpot meet at random. The portal then allows as many calls as the app likes, and the
   * clock is moved over the waits between two tries.
   */
  readonly faults?: number;
  /** A PostgreSQL database; else the server's embedded one. */
  readonly databaseUrl?: string;
  readonly say: (text: string) => void;
};

/** More calls than a replay makes in ten seconds, and the most that the server can be told. */
const UNBOUNDED = 10_000;

/** @throws ServerFailure, NoAnswer or ControlError when the replay cannot be carried out at all */
export const replay = async (options: ReplayOptions): Promise<ReplayResult> => {
  const { say, callers, faults } = options;
  const lines = writeScript(options.leads, options.won, options.seed);
  const sandbox = await startSandbox({
    pagePort: null,
    portalName: 'Replay',
    // A database may hold earlier replays, so each gets a portal of its own.
    portalId: randomInt(20_000_000, 99_000_000),
    ...(faults !== undefined && {
      callsPer10s: UNBOUNDED,
      serverEnvironment: {
        HUBSPOT_CALLS_PER_10S: String(UNBOUNDED),
        HUBSPOT_TIMEOUT_MS: String(TIME_LIMIT_MS),
        // Each fault would be a line of the log.
        LOG_LEVEL: 'error',
      },
    }),
    ...(options.databaseUrl !== undefined && { databaseUrl: options.databaseUrl }),
  });
  // A broken-off replay leaves no server and no folder behind.
  const breakOff = (): void => void sandbox.close().then(() => process.exit(130));
  process.once('SIGINT', breakOff);
  process.once('SIGTERM', breakOff);
  const { crmUrl, portalId } = sandbox;
  const traffic = countTraffic(crmUrl, portalId);
  try {
    void sandbox.serverDied.then((lastWords) => say(lastWords));
    await loadLines(sandbox, lines, traffic);
    say(`${lines.length} leads loaded`);
    const before = await readCrmState(crmUrl, portalId);
    if (faults !== undefined) await switchOnFaults(sandbox, faults);
    const startedAt = Date.now();
    const told = await play(sandbox, lines, {
      callers,
      say,
      ...(faults !== undefined && { rest: createRest(sandbox) }),
    });
    const seconds = (Date.now() - startedAt) / 1_000;
    const met = faults === undefined ? {} : await switchOffFaults(sandbox);
    const { calls, tooMany } = await traffic.stop();
    const after = await readCrmState(crmUrl, portalId);
    const environment = await sandbox.stopServer();
    const store = await readStore(environment, path.join(sandbox.dataDir, 'store.jsonl'), portalId);
    const answered = told.filter(({ answerId }) => answerId !== null);
    const accepted = answered.filter(({ line }) => line.answer === 'acceptance').length;
    return {
      leads: lines.length,
      accepted,
      rejected: answered.length - accepted,
      undone: told.filter(({ undone }) => undone).length,
      calls,
      tooMany,
      seconds: Math.round(seconds * 10) / 10,
      faults: met,
      disagreements: reconcile(told, { before, after }, store),
    };
  } finally {
    process.off('SIGINT', breakOff);
    process.off('SIGTERM', breakOff);
    // Before the sandbox that it asks is gone, also after a failure.
    await traffic.stop();
    await sandbox.close();
  }
};
