/** The product's server as a child process: started, told of the clock, stopped, killed, started again. */

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

const repoDir = path.resolve(import.meta.dirname, '..');

/** How long a start may take, in milliseconds: tables are made and the portal is set up. */
const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 15_000;
const POLL_MS = 150;
const LAST_WORDS_LINES = 20;

export type ProductServer = {
  readonly url: string;
  readonly pid: number;
  /** Resolves when the process ends without having been asked to; its last lines say why. */
  readonly died: Promise<string>;
  /** Sets how far the server's clock is ahead of the machine's; resolves when what fell due was woken. */
  readonly setClock: (offsetMs: number) => Promise<void>;
  /** In order (SIGTERM), or `kill`: at once, as a crash would. */
  readonly stop: (how?: { readonly kill?: boolean }) => Promise<void>;
};

export type ProductServerOptions = {
  /** The server's configuration, by the names of server/config.ts. Nothing else of the environment is handed on. */
  readonly environment: Readonly<Record<string, string>>;
  readonly clockOffsetMs: number;
  /** The server's log is added to this file. */
  readonly logFile: string;
  /** Told the process as soon as there is one, which is before the server is ready. */
  readonly onSpawn?: (pid: number) => void;
};

/** The server ended or never became ready. `message` holds its last lines. */
export class ServerFailure extends Error {
  override readonly name = 'ServerFailure';
  readonly retry = false;
}

/**
 * Starts the server and waits until it says that it is ready.
 *
 * @throws ServerFailure when it ends before, or takes longer than a minute
 */
export const startProductServer = async (options: ProductServerOptions): Promise<ProductServer> => {
  const child = spawn(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', path.join(repoDir, 'server', 'main.ts')],
    {
      cwd: repoDir,
      env: { ...options.environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A process group of its own: Ctrl-C reaches us alone, and we stop the server in order.
      detached: true,
    },
  );
  if (child.pid !== undefined) options.onSpawn?.(child.pid);
  const lines = gatherLines(child, options.logFile);
  const exited = once(child, 'exit').then(([code, signal]) => ({
    code: code as number | null,
    signal: signal as string | null,
  }));
  let wanted = false;
  const died = exited.then(async ({ code, signal }) =>
    // Never settles for an end that we asked for: nobody waits for it then.
    wanted
      ? new Promise<string>(() => undefined)
      : `The server ended (${signal ?? `code ${code}`}).\n${lines.text()}`,
  );

  const setClock = async (offsetMs: number): Promise<void> => {
    if (!child.connected) return;
    const moved = new Promise<void>((resolve) => {
      const listen = (message: unknown): void => {
        const { type, offsetMs: reached } = message as { type?: unknown; offsetMs?: unknown };
        if (type !== 'clock' || reached !== offsetMs) return;
        child.off('message', listen);
        resolve();
      };
      child.on('message', listen);
      void exited.then(() => resolve());
    });
    // A server that dies meanwhile settles this through its exit.
    child.send({ type: 'clock', offsetMs }, () => undefined);
    await moved;
  };

  const stop = async ({ kill = false }: { readonly kill?: boolean } = {}): Promise<void> => {
    wanted = true;
    child.kill(kill ? 'SIGKILL' : 'SIGTERM');
    const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    await exited;
    clearTimeout(late);
    await lines.closed;
  };

  try {
    const url = await whenListening(child, died);
    if (options.clockOffsetMs !== 0) await setClock(options.clockOffsetMs);
    await whenReady(url, died);
    return { url, pid: child.pid ?? 0, died, setClock, stop };
  } catch (error) {
    await stop({ kill: true });
    throw error;
  }
};

const gatherLines = (child: ChildProcess, logFile: string) => {
  const file = createWriteStream(logFile, { flags: 'a', mode: 0o600 });
  let last: string[] = [];
  for (const stream of [child.stdout, child.stderr])
    stream?.on('data', (chunk: Buffer) => {
      file.write(chunk);
      last = [
        ...last,
        ...chunk
          .toString('utf8')
          .split('\n')
          .filter((line) => line !== ''),
      ].slice(-LAST_WORDS_LINES);
    });
  const closed = once(child, 'close').then(() => new Promise<void>((resolve) => file.end(() => resolve())));
  return { text: () => last.join('\n'), closed };
};

const whenListening = async (child: ChildProcess, died: Promise<string>): Promise<string> => {
  const listening = new Promise<string>((resolve) => {
    const listen = (message: unknown): void => {
      const { type, url } = message as { type?: unknown; url?: unknown };
      if (type !== 'listening' || typeof url !== 'string') return;
      child.off('message', listen);
      resolve(url);
    };
    child.on('message', listen);
  });
  return Promise.race([listening, failWhen(died)]);
};

const whenReady = async (url: string, died: Promise<string>): Promise<void> => {
  const failure = failWhen(died);
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    // A server that dies breaks the connection before its end is known: that it died is what has to be told.
    const answer = await Promise.race([ask(`${url}/readyz`).catch(() => null), failure]);
    const text = answer?.text ?? 'it does not answer';
    if (answer?.ok) return;
    if (Date.now() > deadline)
      throw new ServerFailure(`The server is not ready after ${READY_WITHIN_MS / 1_000} seconds: ${text}`);
    await Promise.race([pause(POLL_MS), failure]);
  }
};

const ask = async (url: string): Promise<{ readonly ok: boolean; readonly text: string }> => {
  const answer = await fetch(url);
  return { ok: answer.ok, text: await answer.text() };
};

const failWhen = async (died: Promise<string>): Promise<never> => {
  throw new ServerFailure(await died);
};
