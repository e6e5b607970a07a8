/** The product's servers as real processes that may die at any point, on one database, with the emulated HubSpot. */

import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { askSandbox, readClockOffset } from '../../sandbox/control.ts';
import { startCrm } from '../../sandbox/crm/server.ts';
import { createRandom } from '../../sandbox/data/random.ts';
import { ownerRows } from '../../sandbox/data/team.ts';
import type { ClickTarget } from '../../sandbox/replaying/rep.ts';
import { readSubscriptions } from '../../sandbox/subscriptions.ts';
import type { TestDatabase } from '../store/engines.ts';
import { createAim, type Aim, type Rule } from './aim.ts';
import { takeSeat, type Seat } from './seat.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PUBLIC_URL = 'https://mql-rejection-loop.example.com';
const APP_ID = 4242;
const CLIENT_SECRET = 'a secret that only this test knows';
const OWNERS_SINCE_MS = 400 * 86_400_000;
/** Longer than the lease of a step that was claimed by a process that then died. */
export const OVER_LEASES_MS = 200_000;
const POLL_MS = 20;
const LAST_WORDS = 60;

export type Stage = {
  readonly aim: Aim;
  /** How the signed client reaches this portal; the server's address is that of one that lives. */
  readonly targets: readonly ClickTarget[];
  readonly crmUrl: string;
  /** Where the data are, by the names of server/config.ts. */
  readonly storeEnvironment: Readonly<Record<string, string>>;
  /** From now on this is deadly; `null`: nothing. */
  readonly arm: (rule: Rule | null) => void;
  /** How many processes have died. */
  readonly deaths: () => number;
  /** From now on a server that dies stays dead. */
  readonly leaveDead: () => void;
  /** Ends one process at once, for good, and resolves when it is gone. */
  readonly cutOff: () => Promise<void>;
  readonly advance: (ms: number) => Promise<void>;
  /** Ends the servers in order, so that the store can be read. */
  readonly stopServers: () => Promise<void>;
};

export type StageOptions = {
  readonly database: TestDatabase;
  readonly portalIds: readonly number[];
  readonly servers: number;
  readonly seed: number;
  /** Further variables of the servers' environment, in place of the points of the embedded store. */
  readonly serverEnvironment?: Readonly<Record<string, string>>;
};

/** Starts all, hands the stage over when every portal is ready, and clears it away. Tells a failure's last log lines. */
export const withStage = async (
  options: StageOptions,
  play: (stage: Stage) => Promise<void>,
): Promise<void> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mql-death-'));
  const logFile = path.join(folder, 'server.log');
  const crm = await startCrm({ port: 0 });
  const seats: Seat[] = [];
  // A server that does not come up again: those who wait for one would learn nothing of it.
  const broken = Promise.withResolvers<never>();
  try {
    await compileAhead(folder);
    const played = startStage(options, { folder, logFile, crmUrl: crm.url, seats, onFailure: broken.reject });
    await Promise.race([played.then(play), broken.promise]);
  } catch (error) {
    const log = existsSync(logFile) ? await readFile(logFile, 'utf8') : '';
    process.stderr.write(`The servers' last words:\n${log.split('\n').slice(-LAST_WORDS).join('\n')}\n`);
    throw error;
  } finally {
    for (const seat of seats) await seat.close();
    await crm.close();
    await rm(folder, { recursive: true, force: true });
  }
};

/** What all starts have in common is compiled once: a process that is killed leaves nothing of that to the next. */
const compileAhead = async (folder: string): Promise<void> => {
  const script = `await import(${JSON.stringify(path.join(ROOT, 'server/wire.ts'))})`;
  await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: compiledIn(folder),
  });
};

const compiledIn = (folder: string) => ({ NODE_COMPILE_CACHE: path.join(folder, 'compiled') });

type Props = {
  readonly folder: string;
  readonly logFile: string;
  readonly crmUrl: string;
  readonly seats: Seat[];
  readonly onFailure: (error: unknown) => void;
};

const startStage = async (options: StageOptions, props: Props): Promise<Stage> => {
  const { folder, logFile, crmUrl, seats, onFailure } = props;
  const { database, portalIds, servers, serverEnvironment, seed } = options;
  const aim = createAim(createRandom(seed).next);
  const tokens = portalIds.map((portalId) => ({ portalId, token: `death-${portalId}` }));
  for (const { portalId, token } of tokens) await makePortal(crmUrl, portalId, token);
  const { databaseUrl, dataDir } = database;
  const storeEnvironment = { DATA_DIR: dataDir, ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }) };
  let deaths = 0;
  const advance = async (ms: number): Promise<void> => {
    const offsetMs = (await readClockOffset(crmUrl)) + ms;
    await askSandbox(crmUrl, 'PUT', '/sandbox/clock', { offsetMs });
    for (const seat of seats) await seat.server()?.setClock(offsetMs);
  };
  let leftDead = false;
  for (let n = 0; n < servers; n += 1)
    seats.push(
      await takeSeat({
        aim,
        crmUrl,
        databaseUrl,
        folder,
        logFile,
        preload: serverEnvironment ?? null,
        environment: {
          ...storeEnvironment,
          ...compiledIn(folder),
          HOST: '127.0.0.1',
          PUBLIC_URL,
          HUBSPOT_CLIENT_SECRETS: CLIENT_SECRET,
          HUBSPOT_APP_ID: String(APP_ID),
          HUBSPOT_PRIVATE_APPS: tokens.map(({ portalId, token }) => `${portalId}:${token}`).join(),
          HUBSPOT_CALLS_PER_10S: '190',
          HUBSPOT_TIMEOUT_MS: '3000',
          LOG_LEVEL: 'warn',
        },
        onDeath: async () => {
          deaths += 1;
          if (!leftDead) await advance(OVER_LEASES_MS);
        },
        onFailure,
      }),
    );
  const living = (): readonly Seat[] => seats.filter((seat) => seat.server() !== null);
  let turn = 0;
  const anyUrl = (): string => {
    const choice = living();
    const seat = choice[(turn += 1) % Math.max(1, choice.length)] ?? seats[0];
    return `http://127.0.0.1:${seat?.port ?? 0}`;
  };
  const subscriptions = await readSubscriptions(path.join(ROOT, 'extensions'));
  for (const portalId of portalIds) {
    await askSandbox(crmUrl, 'PUT', `/sandbox/portals/${portalId}/webhooks`, {
      targetUrl: `${anyUrl()}/v1/webhooks`,
      publicUrl: `${PUBLIC_URL}/v1/webhooks`,
      clientSecret: CLIENT_SECRET,
      appId: APP_ID,
      subscriptions,
    });
  }
  const leaveDead = (): void => {
    leftDead = true;
    for (const seat of seats) seat.leaveDead();
  };
  for (const seat of seats) seat.readNotes();
  aim.forget();

  return {
    aim,
    crmUrl,
    storeEnvironment,
    targets: portalIds.map((portalId) => ({
      publicUrl: PUBLIC_URL,
      get serverUrl() {
        return anyUrl();
      },
      crmUrl,
      portalId,
      appId: APP_ID,
      clientSecret: CLIENT_SECRET,
    })),
    arm: (rule) => {
      aim.arm(rule);
      for (const seat of seats) seat.writeOrder();
    },
    deaths: () => deaths,
    leaveDead,
    cutOff: async () => {
      leaveDead();
      const before = deaths;
      living()[0]?.kill();
      while (deaths === before) await pause(POLL_MS);
    },
    advance,
    stopServers: async () => {
      for (const seat of seats) await seat.close();
    },
  };
};

const makePortal = async (crmUrl: string, portalId: number, token: string): Promise<void> => {
  await askSandbox(crmUrl, 'POST', '/sandbox/portals', {
    portalId,
    name: 'Sudden death',
    timeZone: 'Europe/Berlin',
    accessTokens: [token],
    appId: APP_ID,
    uiToken: `death-ui-${portalId}`,
  });
  const owners = ownerRows(new Date(Date.now() - OWNERS_SINCE_MS).toISOString());
  await askSandbox(crmUrl, 'POST', `/sandbox/portals/${portalId}/import`, { owners });
};
