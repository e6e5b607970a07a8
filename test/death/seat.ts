/** One server's place: a process that may die at any point, and the next one in its stead. */

import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import path from 'node:path';
import { readClockOffset } from '../../sandbox/control.ts';
import { ServerFailure, startProductServer, type ProductServer } from '../../sandbox/productServer.ts';
import type { Aim } from './aim.ts';
import { startCallRelay } from './callRelay.ts';
import { startCommitRelay } from './commitRelay.ts';
import { createFuse } from './relay.ts';

const PRELOAD = path.join(import.meta.dirname, 'fixtures/dieAtCommit.ts');

export type Seat = {
  readonly port: number;
  /** The server that is ready now. */
  readonly server: () => ProductServer | null;
  /** Ends the process at once, if there is one. */
  readonly kill: () => void;
  /** A server that dies from now on stays dead. */
  readonly leaveDead: () => void;
  /** Hands the aim on to a running process whose store is embedded. */
  readonly writeOrder: () => void;
  /** Takes over what such a process has noted so far. */
  readonly readNotes: () => void;
  readonly close: () => Promise<void>;
};

export type SeatOptions = {
  readonly aim: Aim;
  readonly crmUrl: string;
  /** `null`: the embedded store. */
  readonly databaseUrl: string | null;
  /** Of the server, by the names of server/config.ts. */
  readonly environment: Readonly<Record<string, string>>;
  /** In place of what makes the embedded store's commits deadly. */
  readonly preload: Readonly<Record<string, string>> | null;
  readonly folder: string;
  readonly logFile: string;
  /** Told of each death; the next server starts when it has resolved. */
  readonly onDeath: () => Promise<void>;
  /** Told why no server comes up any more. */
  readonly onFailure: (error: unknown) => void;
};

type Life = {
  readonly server: ProductServer;
  readonly stop: () => Promise<void>;
  readonly ended: Promise<void>;
};

/** Starts a server, and another one after each death; resolves when the first is ready. A start may be deadly too. */
export const takeSeat = async (options: SeatOptions): Promise<Seat> => {
  const { aim, crmUrl, databaseUrl, folder, logFile } = options;
  const port = await findFreePort();
  const notes = createNotes(folder, aim);
  let life: Life | null = null;
  let pid: number | null = null;
  let staysDead = false;
  const kill = (): void => {
    if (pid !== null) process.kill(pid, 'SIGKILL');
  };

  const start = async (): Promise<Life> => {
    notes.writeOrder();
    const fuse = createFuse(aim, kill);
    const calls = await startCallRelay(crmUrl, fuse);
    const commits = databaseUrl === null ? null : await startCommitRelay(databaseUrl, fuse);
    const embedded = options.preload ?? { NODE_OPTIONS: `--import=${PRELOAD}`, DEATH_FOLDER: folder };
    const end = async (): Promise<void> => {
      pid = null;
      await calls.close();
      await commits?.close();
      notes.read();
    };
    try {
      const server = await startProductServer({
        environment: {
          ...options.environment,
          ...(databaseUrl === null ? embedded : { DATABASE_URL: withPort(databaseUrl, commits?.port) }),
          PORT: String(port),
          HUBSPOT_BASE_URL: `http://127.0.0.1:${calls.port}`,
        },
        clockOffsetMs: await readClockOffset(crmUrl),
        logFile,
        onSpawn: (spawned) => {
          pid = spawned;
        },
      });
      return { server, stop: () => server.stop().then(end), ended: server.died.then(end) };
    } catch (error) {
      await end();
      throw error;
    }
  };

  /** `null`: the start was deadly, or there is to be none. */
  const startAgain = async (afterDeath: boolean): Promise<Life | null> => {
    if (afterDeath) await options.onDeath();
    if (staysDead) return null;
    try {
      return await start();
    } catch (error) {
      if (error instanceof ServerFailure && error.message.includes('SIGKILL')) return null;
      throw error;
    }
  };

  const ready = Promise.withResolvers<void>();
  let starting: Promise<unknown> = Promise.resolve();
  const liveOn = async (): Promise<void> => {
    for (let afterDeath = false; ; afterDeath = true) {
      const started = startAgain(afterDeath);
      starting = started;
      life = await started;
      if (life === null && staysDead) return;
      if (life === null) continue;
      ready.resolve();
      await life.ended;
      life = null;
    }
  };
  liveOn().catch((error: unknown) => {
    ready.reject(error);
    options.onFailure(error);
  });
  await ready.promise;

  return {
    port,
    server: () => life?.server ?? null,
    kill,
    leaveDead: () => {
      staysDead = true;
    },
    writeOrder: notes.writeOrder,
    readNotes: notes.read,
    close: async () => {
      staysDead = true;
      await Promise.allSettled([starting]);
      await life?.stop();
    },
  };
};

const withPort = (databaseUrl: string, port: number | undefined): string => {
  const url = new URL(databaseUrl);
  url.host = `127.0.0.1:${port ?? ''}`;
  return url.toString();
};

/** What the parent and the embedded store's process say to each other, in files: a commit waits for nobody. */
const createNotes = (folder: string, aim: Aim) => {
  const orderFile = path.join(folder, 'order');
  const passedFile = path.join(folder, 'passed');
  return {
    writeOrder: (): void => {
      // Never half written where the process may read it.
      writeFileSync(`${orderFile}.new`, JSON.stringify(aim.order()));
      renameSync(`${orderFile}.new`, orderFile);
    },
    read: (): void => {
      if (!existsSync(passedFile)) return;
      const readFile = `${passedFile}.read`;
      renameSync(passedFile, readFile);
      for (const line of readFileSync(readFile, 'utf8').split('\n')) {
        const [, what, point] = /^(\w+) (.*)$/.exec(line) ?? [];
        if (point !== undefined) aim.note(point, what === 'died');
      }
    },
  };
};

const findFreePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
};
