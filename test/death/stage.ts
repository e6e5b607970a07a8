/** The product's servers as real processes that may die at any point, on one database, with the emulated HubSpot. */

import { once } from 'node:events';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { askSandbox, readClockOffset } from '../../sandbox/control.ts';
import { startCrm } from '../../sandbox/crm/server.ts';
import { ownerRows } from '../../sandbox/data/team.ts';
import { ServerFailure, startProductServer, type ProductServer } from '../../sandbox/productServer.ts';
import type { ClickTarget } from '../../sandbox/replaying/rep.ts';
import { readSubscriptions } from '../../sandbox/subscriptions.ts';
import type { TestDatabase } from '../store/engines.ts';
import { createAim, type Aim } from './aim.ts';
import { startCallRelay, type Relay } from './callRelay.ts';
import { startCommitRelay } from './commitRelay.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PRELOAD = path.join(import.meta.dirname, 'fixtures/dieAtCommit.ts');
const PUBLIC_URL = 'https://mql-rejection-loop.example.com';
const APP_ID = 4242;
const CLIENT_SECRET = 'a secret that only this test knows';
const OWNERS_SINCE_MS = 400 * 86_400_000;
/** Longer than the lease of a step that was claimed by a process that then died. */
export const OVER_LEASES_MS = 200_000;
const POLL_MS = 20;

export type Stage = {
  readonly aim: Aim;
  /** How the signed client reaches this portal; the server's address is that of one that lives. */
  readonly targets: readonly ClickTarget[];
  readonly crmUrl: string;
  /** Where the data are, by the names of server/config.ts. */
  readonly storeEnvironment: Readonly<Record<string, string>>;
  readonly folder: string;
  /** Takes a point for the next death; `null`: none. */
  readonly aimAt: (point: string | null) => void;
  /** Reads what the embedded store's own process noted. */
  readonly readNotes: () => void;
  /** How many processes have died. */
  readonly deaths: () => number;
  /** Ends one process at once, wherever it is. */
  readonly killOne: () => void;
  /** Resolves when as many servers live as there should be. */
  readonly whenUp: () => Promise<void>;
  /** From now on a server that dies stays dead. */
  readonly leaveDead: () => void;
  /** Ends one process at once, for good, and resolves when it is gone. */
  readonly cutOff: () => Promise<void>;
  readonly advance: (ms: number) => Promise<void>;
  readonly close: () => Promise<void>;
};

export type StageOptions = {
  readonly database: TestDatabase;
  readonly portalIds: readonly number[];
  readonly servers: number;
  /** Further variables of the servers' environment, in place of the points of the embedded store. */
  readonly serverEnvironment?: Readonly<Record<string, string>>;
};

type Seat = {
  readonly port: number;
  server: ProductServer | null;
  pid: number;
  starting: Promise<void>;
  closeRelays: () => Promise<void>;
};

/** Starts all and resolves when every portal is ready. */
export const startStage = async (options: StageOptions): Promise<Stage> => {
  const { database, portalIds, servers, serverEnvironment } = options;
  const aim = createAim();
  const folder = await mkdtemp(path.join(tmpdir(), 'mql-death-'));
  const crm = await startCrm({ port: 0 });
  const tokens = portalIds.map((portalId) => ({ portalId, token: `death-${portalId}` }));
  for (const { portalId, token } of tokens) await makePortal(crm.url, portalId, token);
  const { databaseUrl, dataDir } = database;
  const storeEnvironment = { DATA_DIR: dataDir, ...(databaseUrl !== null && { DATABASE_URL: databaseUrl }) };
  let closing = false;
  let deaths = 0;
  const orderFile = path.join(folder, 'order');
  const passedFile = path.join(folder, 'passed');
  const readNotes = (): void => {
    if (!existsSync(passedFile)) return;
    const lines = readFileSync(passedFile, 'utf8').split('\n');
    rmSync(passedFile);
    for (const line of lines) {
      const [, what, point] = /^(\w+) (.*)$/.exec(line) ?? [];
      if (point !== undefined) aim.note(point, what === 'died' ? 1 : 0);
    }
  };

  /** `died` resolves with the end of the process, when nobody asked for it. */
  const run = async (seat: Seat): Promise<{ readonly died: Promise<void> }> => {
    const die = (): void => void process.kill(seat.pid, 'SIGKILL');
    const relays: Relay[] = [await startCallRelay(crm.url, aim, die)];
    const environment: Record<string, string> = {
      ...storeEnvironment,
      HOST: '127.0.0.1',
      PORT: String(seat.port),
      PUBLIC_URL,
      HUBSPOT_CLIENT_SECRETS: CLIENT_SECRET,
      HUBSPOT_APP_ID: String(APP_ID),
      HUBSPOT_PRIVATE_APPS: tokens.map(({ portalId, token }) => `${portalId}:${token}`).join(),
      HUBSPOT_BASE_URL: `http://127.0.0.1:${relays[0]?.port ?? 0}`,
      HUBSPOT_CALLS_PER_10S: '190',
      HUBSPOT_TIMEOUT_MS: '3000',
      LOG_LEVEL: 'warn',
    };
    if (serverEnvironment !== undefined) Object.assign(environment, serverEnvironment);
    else if (databaseUrl === null) {
      environment['NODE_OPTIONS'] = `--import=${PRELOAD}`;
      environment['DEATH_FOLDER'] = folder;
    } else {
      const relay = await startCommitRelay(databaseUrl, aim, die);
      relays.push(relay);
      const url = new URL(databaseUrl);
      url.host = `127.0.0.1:${relay.port}`;
      environment['DATABASE_URL'] = url.toString();
    }
    const closeRelays = async (): Promise<void> => {
      await Promise.all(relays.map(({ close }) => close()));
      readNotes();
    };
    seat.closeRelays = closeRelays;
    try {
      seat.server = await startProductServer({
        environment,
        clockOffsetMs: await readClockOffset(crm.url),
        logFile: path.join(folder, 'server.log'),
        onSpawn: (pid) => {
          seat.pid = pid;
        },
      });
    } catch (error) {
      await closeRelays();
      throw error;
    }
    return { died: seat.server.died.then(closeRelays) };
  };

  let leftDead = false;
  /** Starts the seat's server, and again after each death. A start may be deadly too. */
  const keepAlive = async (seat: Seat): Promise<void> => {
    for (;;) {
      try {
        const { died } = await run(seat);
        void died.then(async () => {
          seat.server = null;
          deaths += 1;
          if (closing || leftDead) return;
          await advance(OVER_LEASES_MS);
          seat.starting = keepAlive(seat);
        });
        return;
      } catch (error) {
        seat.server = null;
        if (closing) return;
        const message = error instanceof Error ? error.message : String(error);
        if (!(error instanceof ServerFailure) || !message.includes('SIGKILL')) throw error;
        deaths += 1;
        await advance(OVER_LEASES_MS);
      }
    }
  };

  const seats: Seat[] = [];
  const advance = async (ms: number): Promise<void> => {
    const offsetMs = (await readClockOffset(crm.url)) + ms;
    await askSandbox(crm.url, 'PUT', '/sandbox/clock', { offsetMs });
    for (const { server } of seats) await server?.setClock(offsetMs);
  };
  for (let n = 0; n < servers; n += 1) {
    const seat: Seat = {
      port: await findFreePort(),
      server: null,
      pid: 0,
      starting: Promise.resolve(),
      closeRelays: () => Promise.resolve(),
    };
    seats.push(seat);
    seat.starting = keepAlive(seat);
    await seat.starting;
  }
  const living = (): readonly Seat[] => seats.filter(({ server }) => server !== null);
  let turn = 0;
  const anyUrl = (): string => {
    const choice = living();
    const seat = choice[(turn += 1) % Math.max(1, choice.length)] ?? seats[0];
    return `http://127.0.0.1:${seat?.port ?? 0}`;
  };
  const subscriptions = await readSubscriptions(path.join(ROOT, 'extensions'));
  for (const portalId of portalIds) {
    await askSandbox(crm.url, 'PUT', `/sandbox/portals/${portalId}/webhooks`, {
      targetUrl: `${anyUrl()}/v1/webhooks`,
      publicUrl: `${PUBLIC_URL}/v1/webhooks`,
      clientSecret: CLIENT_SECRET,
      appId: APP_ID,
      subscriptions,
    });
  }
  aim.forget();

  return {
    aim,
    crmUrl: crm.url,
    folder,
    storeEnvironment,
    targets: portalIds.map((portalId) => ({
      publicUrl: PUBLIC_URL,
      get serverUrl() {
        return anyUrl();
      },
      crmUrl: crm.url,
      portalId,
      appId: APP_ID,
      clientSecret: CLIENT_SECRET,
    })),
    aimAt: (point) => {
      if (point === null) aim.drop();
      else aim.take(point);
      if (databaseUrl !== null) return;
      rmSync(orderFile, { force: true });
      if (point?.includes('commit of')) writeFileSync(orderFile, point);
    },
    readNotes,
    deaths: () => deaths,
    killOne: () => {
      const [seat] = living();
      if (seat) process.kill(seat.pid, 'SIGKILL');
    },
    whenUp: async () => {
      while (living().length < servers) {
        await Promise.all(seats.map(({ starting }) => starting));
        await pause(POLL_MS);
      }
    },
    leaveDead: () => {
      leftDead = true;
    },
    cutOff: async () => {
      leftDead = true;
      const before = deaths;
      const [seat] = living();
      if (seat) process.kill(seat.pid, 'SIGKILL');
      while (deaths === before) await pause(POLL_MS);
    },
    advance,
    close: async () => {
      if (closing) return;
      closing = true;
      await Promise.allSettled(seats.map(({ starting }) => starting));
      for (const { server, closeRelays } of seats) {
        await server?.stop();
        await closeRelays();
      }
      await crm.close();
      await rm(folder, { recursive: true, force: true });
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

const findFreePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};
