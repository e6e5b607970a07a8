/**
 * A PostgreSQL of the test's own, to be stopped and started: the machine's is in use by others. Made with the binaries
 * that Debian and others install beside the machine's cluster; `null` where there are none.
 */

import { execFile, spawn } from 'node:child_process';
import { chown, mkdtemp, readdir, rm } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const DEBIAN = '/usr/lib/postgresql';
/** PostgreSQL refuses to run as root; Debian's packages make this user. */
const USER = 'postgres';

export type Cluster = {
  readonly url: string;
  /** `immediate`: as if its processes had crashed. `fast`: in order, connections are cut. */
  readonly stop: (how: 'fast' | 'immediate') => Promise<void>;
  /** Resolves when it answers. */
  readonly start: () => Promise<void>;
  readonly remove: () => Promise<void>;
};

/** Makes a cluster and starts it; `null` where PostgreSQL's binaries are not installed. */
export async function makeCluster(): Promise<Cluster | null> {
  const bin = await findBinaries();
  if (bin === null) return null;
  const folder = await mkdtemp(path.join(tmpdir(), 'mql-cluster-'));
  const asRoot = process.getuid?.() === 0;
  if (asRoot) await chown(folder, await idOf('-u'), await idOf('-g'));
  const dataDir = path.join(folder, 'data');
  const port = await freePort();
  const run = async (program: string, ...args: readonly string[]): Promise<void> => {
    const command = [path.join(bin, program), '-D', dataDir, ...args];
    const [first = '', ...rest] = asRoot ? ['runuser', '-u', USER, '--', ...command] : command;
    // The postmaster outlives pg_ctl and must not keep a pipe of ours open.
    const child = spawn(first, rest, { cwd: folder, stdio: 'ignore' });
    const [code] = (await once(child, 'exit')) as [number | null];
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${String(code)} in ${folder}`);
  };
  // What survives here is the end of its processes, not of the machine: no sync is needed, and starts are quick.
  const settings = `-p ${port} -h 127.0.0.1 -k ${folder} -F`;
  const start = (): Promise<void> =>
    run('pg_ctl', '-w', '-l', path.join(folder, 'log'), '-o', settings, 'start');
  const stop: Cluster['stop'] = (how) => run('pg_ctl', '-w', '-m', how, 'stop');
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    await run('initdb', '-U', USER, '-A', 'trust', '--no-sync');
    await start();
  } catch (error) {
    await remove();
    throw error;
  }
  return { url: `postgres://${USER}@127.0.0.1:${port}/postgres`, start, stop, remove };
}

async function findBinaries(): Promise<string | null> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newest = versions.filter((name) => /^\d+$/.test(name)).sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : path.join(DEBIAN, newest, 'bin');
}

async function idOf(which: '-u' | '-g'): Promise<number> {
  return Number((await promisify(execFile)('id', [which, USER])).stdout);
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
