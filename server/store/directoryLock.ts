/**
 * Guard 2 of the embedded store: one process per data directory. PGlite takes no lock, and two processes on one
 * directory lose each other's writes while both see success (upstream issue electric-sql/pglite#1106). The lock is a
 * listening socket: the operating system takes it away with the process, however that ends, so a crash leaves
 * nothing to clean up.
 *
 * It does not span machines or containers that share a volume: each has its own sockets.
 */

import { unlink } from 'node:fs/promises';
import { stat } from 'node:fs/promises';
import { connect, createServer } from 'node:net';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** How long to ask the holder for its process id, in milliseconds; it may be busy. */
const ASK_TIMEOUT_MS = 500;

export type DirectoryLock = { readonly release: () => Promise<void> };

/**
 * Takes the lock of an existing directory. Throws a sentence for the operator when another process (or another
 * store in this one) holds it.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  const address = await addressOf(directory);
  const server = createServer((socket) => {
    // Whoever asks only wants the number; what goes wrong on its side is not ours to handle.
    socket.on('error', () => socket.destroy());
    socket.end(String(process.pid));
  });
  if (!(await listenOn(server, address)) && !(await takeOverDeadSocket(server, address))) {
    const holder = await askHolder(address);
    throw new Error(
      `The data directory ${directory} is in use by another process${holder === null ? '' : ` (process ${holder})`}. ` +
        'Stop that process first, or set DATABASE_URL to a PostgreSQL database, which several processes can share.',
    );
  }
  server.unref();
  return {
    release: () =>
      new Promise((resolve, reject) =>
        server.close((error) => (error === undefined ? resolve() : reject(error))),
      ),
  };
}

/** One address per directory, whatever path leads to it (links, relative paths): device and inode. */
async function addressOf(directory: string): Promise<string> {
  const { dev, ino } = await stat(directory, { bigint: true });
  const name = `mql-rejection-loop-${dev.toString(36)}-${ino.toString(36)}`;
  // Linux: an abstract socket has no file, so nothing is left behind. https://man7.org/linux/man-pages/man7/unix.7.html
  if (process.platform === 'linux') return `\0${name}`;
  if (process.platform === 'win32') return `\\\\.\\pipe\\${name}`;
  return join(tmpdir(), `${name}.sock`);
}

/** Whether listening began; `false` when the address is taken, any other failure throws. */
function listenOn(server: Server, address: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const onError = (error: NodeJS.ErrnoException): void => {
      if (error.code === 'EADDRINUSE') resolve(false);
      else reject(error);
    };
    server.once('error', onError);
    server.listen(address, () => {
      server.off('error', onError);
      resolve(true);
    });
  });
}

/** Where sockets are files, a crash leaves the file: nobody answers behind it, so it is removed and taken. */
async function takeOverDeadSocket(server: Server, address: string): Promise<boolean> {
  if (process.platform === 'linux' || process.platform === 'win32') return false;
  const refused = await new Promise<boolean>((resolve) => {
    const socket = connect(address, () => {
      socket.destroy();
      resolve(false);
    });
    socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'ECONNREFUSED'));
  });
  if (!refused) return false;
  await unlink(address);
  return listenOn(server, address);
}

/** The process id that the holder tells, or `null` when it does not answer in time. */
function askHolder(address: string): Promise<string | null> {
  return new Promise((resolve) => {
    let answer = '';
    const socket = connect(address);
    const finish = (): void => {
      socket.destroy();
      resolve(/^\d+$/.test(answer) ? answer : null);
    };
    socket.setTimeout(ASK_TIMEOUT_MS, finish);
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => (answer += chunk));
    socket.once('end', finish);
    socket.once('error', finish);
  });
}
