/**
 * The whole sandbox in one call: the emulated HubSpot API, a portal with its contents, the product's server as a child
 * process, the webhooks between them and the page. `npm start`, the replay, browser tests and benchmarks use this.
 */

import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { askSandbox, readClockOffset } from './control.ts';
import { startCrm } from './crm/server.ts';
import { fillMissing, type Load } from './data/loads.ts';
import { ownerRows } from './data/team.ts';
import { startHost } from './host/server.ts';
import { type ProductServer, startProductServer } from './productServer.ts';
import { readSubscriptions } from './subscriptions.ts';
import { readWorkflowActions } from './workflowActions.ts';

/** Names that the sandbox and HubSpot's project of the app (hsprofile.sandbox.json) agree on. */
const STORY_PORTAL = 14_500_001;
const APP_ID = 4242;
const PUBLIC_URL = 'https://mql-rejection-loop.example.com';

const repoDir = path.resolve(import.meta.dirname, '..');
const CLOCK_POLL_MS = 200;
/** The team is older than the story. */
const OWNERS_SINCE_MS = 400 * 86_400_000;

export type SandboxOptions = {
  /** Where portal and store are kept between runs; a temporary folder, removed at the end, where it is left out. */
  readonly dataDir?: string;
  readonly portalId?: number;
  /** Name of the portal as the API tells it. */
  readonly portalName?: string;
  /** IANA name; Europe/Berlin where it is left out. */
  readonly timeZone?: string;
  /** What the portal holds. What a kept portal was filled with before is not loaded again. */
  readonly loads?: readonly Load[];
  /** Port of the page, 0 for any; `null` for a sandbox without a page. Default 0. */
  readonly pagePort?: number | null;
  /** A PostgreSQL database for the server; else its embedded one. */
  readonly databaseUrl?: string;
  /** Further variables of server/config.ts, e.g. LOG_LEVEL. */
  readonly serverEnvironment?: Readonly<Record<string, string>>;
  /** Requests that the emulated API allows in ten seconds; HubSpot's limit for OAuth apps where it is left out. */
  readonly callsPer10s?: number;
  /** The user the page starts as, by HubSpot user id; else the portal's first owner. */
  readonly userId?: number;
};

export type Sandbox = {
  /** Throws where there is no page. */
  readonly pageUrl: string;
  readonly crmUrl: string;
  readonly serverUrl: string;
  /** Id of the server's process; another one after a restart. */
  readonly serverPid: number;
  /** The server's address as HubSpot knows it: what is signed. */
  readonly publicUrl: string;
  readonly portalId: number;
  readonly accessToken: string;
  readonly clientSecret: string;
  readonly appId: number;
  readonly dataDir: string;
  /** What was loaded into the portal by this start; empty when it was there already. */
  readonly loaded: readonly string[];
  /** Resolves with the server's last lines when it ends by itself. */
  readonly serverDied: Promise<string>;
  /** Moves the sandbox's clock so that it is `offsetMs` ahead of the machine's (never back); the server's follows. */
  readonly setClock: (offsetMs: number) => Promise<void>;
  /** Stops the server (`kill`: as a crash would) and starts it anew on the same port and data. */
  readonly restartServer: (how?: { readonly kill?: boolean }) => Promise<void>;
  /** Stops the server alone and leaves its store to be read; resolves with the store's environment. */
  readonly stopServer: () => Promise<Readonly<Record<string, string>>>;
  /** Stops everything; a kept portal is saved. */
  readonly close: () => Promise<void>;
};

/**
 * Starts everything and resolves when the page can be opened and the first answer can be given.
 *
 * @throws ServerFailure when the server does not start; ControlError when a load is refused
 */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const closers: (() => Promise<void>)[] = [];
  // Each once, the last started first.
  const closeAll = async (): Promise<void> => {
    for (let closer = closers.pop(); closer; closer = closers.pop()) await closer();
  };
  let closing: Promise<void> | undefined;
  // A second call, as when a signal comes while a run ends, waits for the first: the folder must not go before its users.
  const close = (): Promise<void> => (closing ??= closeAll());
  try {
    return await compose(options, closers, close);
  } catch (error) {
    await close();
    throw error;
  }
};

const compose = async (
  options: SandboxOptions,
  closers: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Sandbox> => {
  const portalId = options.portalId ?? STORY_PORTAL;
  // Made for this run alone and never printed.
  const accessToken = `sandbox-${randomBytes(24).toString('hex')}`;
  const clientSecret = randomBytes(32).toString('hex');
  const dataDir = options.dataDir ?? (await makeTemporary(closers));
  await mkdir(dataDir, { recursive: true });

  const crm = await startCrm({ port: 0, directory: path.join(dataDir, 'crm') });
  closers.push(crm.close);
  await askSandbox(crm.url, 'POST', '/sandbox/portals', {
    portalId,
    name: options.portalName ?? 'Lagerwerk (a story)',
    timeZone: options.timeZone ?? 'Europe/Berlin',
    accessTokens: [accessToken],
    appId: APP_ID,
    // Known to the page's relay through the control plane alone.
    uiToken: `sandbox-ui-${randomBytes(24).toString('hex')}`,
    ...(options.callsPer10s !== undefined && { rateLimit: { tenSecondly: options.callsPer10s } }),
  });

  // The app learns the users' names when it sets itself up, which is before the portal can hold its leads.
  if (options.loads?.length) {
    const owners = ownerRows(new Date(Date.now() - OWNERS_SINCE_MS).toISOString());
    await askSandbox(crm.url, 'POST', `/sandbox/portals/${portalId}/import`, { owners });
  }
  const store = {
    DATA_DIR: path.join(dataDir, 'store'),
    ...(options.databaseUrl && { DATABASE_URL: options.databaseUrl }),
  };
  const environment = {
    HOST: '127.0.0.1',
    PUBLIC_URL,
    HUBSPOT_CLIENT_SECRETS: clientSecret,
    HUBSPOT_APP_ID: String(APP_ID),
    HUBSPOT_PRIVATE_APPS: `${portalId}:${accessToken}`,
    HUBSPOT_BASE_URL: crm.url,
    LOG_LEVEL: 'warn',
    ...store,
    ...options.serverEnvironment,
  };
  // Chosen before the server starts, since the page needs it while both are still being made ready.
  const serverPort = await findFreePort();
  const serverUrl = `http://127.0.0.1:${serverPort}`;
  const spawnServer = async (): Promise<ProductServer> =>
    startProductServer({
      environment: { ...environment, PORT: String(serverPort) },
      clockOffsetMs: await readClockOffset(crm.url),
      logFile: path.join(dataDir, 'server.log'),
    });
  // Bundles may have to be built: server and page get ready side by side.
  const [host, firstServer] = await bothOrNeither(
    options.pagePort === null
      ? null
      : startHost({
          port: options.pagePort ?? 0,
          crmUrl: crm.url,
          portalId,
          appId: APP_ID,
          clientSecret,
          backend: { publicUrl: PUBLIC_URL, localUrl: serverUrl },
          extensionsDir: path.join(repoDir, 'extensions'),
        }),
    spawnServer(),
  );
  let server = firstServer;
  closers.push(() => server.stop());
  if (host) closers.push(host.close);
  const loaded = await subscribeAndFill({
    crmUrl: crm.url,
    serverUrl,
    portalId,
    clientSecret,
    dataDir,
    loads: options.loads ?? [],
  });

  const follower = followClock(crm.url, () => server);
  closers.push(follower.stop);

  // A restart replaces the server; only an end that nobody asked for counts.
  const deaths = Promise.withResolvers<string>();
  const watch = (running: ProductServer): void => void running.died.then(deaths.resolve);
  watch(server);

  return {
    get pageUrl() {
      if (!host) throw new Error('This sandbox was started without a page.');
      return host.url;
    },
    crmUrl: crm.url,
    serverUrl,
    get serverPid() {
      return server.pid;
    },
    publicUrl: PUBLIC_URL,
    portalId,
    accessToken,
    clientSecret,
    appId: APP_ID,
    dataDir,
    loaded,
    serverDied: deaths.promise,
    setClock: async (offsetMs) => {
      await askSandbox(crm.url, 'PUT', '/sandbox/clock', { offsetMs });
      await follower.follow();
    },
    restartServer: async (how) => {
      await server.stop(how);
      server = await spawnServer();
      watch(server);
    },
    stopServer: async () => {
      await server.stop();
      return store;
    },
    close,
  };
};

type Closable = { readonly close: () => Promise<void> };

/** When one of the two fails, the other is waited for and closed. */
const bothOrNeither = async <Host extends Closable>(
  hostStarts: Promise<Host> | null,
  serverStarts: Promise<ProductServer>,
): Promise<[Host | null, ProductServer]> => {
  const [host, server] = await Promise.allSettled([hostStarts, serverStarts]);
  if (host.status === 'fulfilled' && server.status === 'fulfilled') return [host.value, server.value];
  if (host.status === 'fulfilled') await host.value?.close();
  if (server.status === 'fulfilled') await server.value.stop();
  throw host.status === 'rejected' ? host.reason : (server as PromiseRejectedResult).reason;
};

const findFreePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as AddressInfo;
      probe.close(() => resolve(port));
    });
  });

const subscribeAndFill = async (into: {
  readonly crmUrl: string;
  readonly serverUrl: string;
  readonly portalId: number;
  readonly clientSecret: string;
  readonly dataDir: string;
  readonly loads: readonly Load[];
}): Promise<readonly string[]> => {
  const { crmUrl, portalId } = into;
  await askSandbox(crmUrl, 'PUT', `/sandbox/portals/${portalId}/webhooks`, {
    targetUrl: `${into.serverUrl}/v1/webhooks`,
    publicUrl: `${PUBLIC_URL}/v1/webhooks`,
    clientSecret: into.clientSecret,
    appId: APP_ID,
    subscriptions: await readSubscriptions(path.join(repoDir, 'extensions')),
  });
  await askSandbox(crmUrl, 'PUT', `/sandbox/portals/${portalId}/workflow-actions`, {
    clientSecret: into.clientSecret,
    actions: await readWorkflowActions(path.join(repoDir, 'extensions'), into.serverUrl, PUBLIC_URL),
  });
  return fillMissing(into);
};

const makeTemporary = async (closers: (() => Promise<void>)[]): Promise<string> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'mql-sandbox-'));
  closers.push(() => rm(folder, { recursive: true, force: true }));
  return folder;
};

/** The page moves the clock at the emulated API, so the server's is brought after it. */
const followClock = (crmUrl: string, server: () => ProductServer) => {
  let told: { readonly server: ProductServer; readonly offsetMs: number } | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();
  const step = async (): Promise<void> => {
    if (stopped) return;
    const offsetMs = await readClockOffset(crmUrl);
    const current = server();
    if (told?.server === current && told.offsetMs === offsetMs) return;
    await current.setClock(offsetMs);
    told = { server: current, offsetMs };
  };
  /** One after the other, so that an older offset never overtakes a newer one. */
  const follow = (): Promise<void> => (running = running.then(step, step));
  const timer = setInterval(() => {
    // A look that failed is repeated by the next one; whoever asked for a move is told by setClock.
    follow().catch(() => undefined);
  }, CLOCK_POLL_MS);
  return {
    follow,
    stop: async () => {
      clearInterval(timer);
      stopped = true;
      await running.catch(() => undefined);
    },
  };
};
