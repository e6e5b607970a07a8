/**
 * Guard 1 of the embedded store: an fsync that is real. As shipped, PGlite starts PostgreSQL with `-F` (fsync off)
 * and its file system has no fsync, so a power cut loses nearly everything that was acknowledged, and sometimes the
 * whole directory (upstream issue electric-sql/pglite#1107). This file gives the file system an fsync, switches
 * PostgreSQL's own on, and proves at every start that a commit reaches it: the hook is not a documented interface,
 * so an upgrade may move it without a word.
 */

// The default import, so that a test can count the calls that really reach the operating system.
import fs from 'node:fs';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';

/** The parts of Emscripten's module that the hook needs; found in PGlite 0.5.16, not documented. */
type EmscriptenModule = {
  readonly FS: { readonly ErrnoError: new (errno: number) => Error };
  readonly NODEFS: {
    readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number };
    readonly convertNodeCode: (error: unknown) => number;
  };
};

export type FsyncCounter = { calls: number };

// A class because PGlite's file systems are classes to be extended.
class DurableNodeFs extends NodeFS {
  readonly #counter: FsyncCounter;
  readonly #onPanic: (line: string) => void;

  constructor(directory: string, counter: FsyncCounter, onPanic: (line: string) => void) {
    super(directory);
    this.#counter = counter;
    this.#onPanic = onPanic;
  }

  override async init(pg: PGlite, options: Parameters<NodeFS['init']>[1]): ReturnType<NodeFS['init']> {
    const made = await super.init(pg, options);
    const install = (module: unknown): void => {
      const { FS, NODEFS } = module as EmscriptenModule;
      NODEFS.stream_ops.fsync = (stream) => {
        this.#counter.calls += 1;
        try {
          fs.fsyncSync(stream.nfd);
          return 0;
        } catch (error) {
          // PostgreSQL must see the failure as an errno: it then panics instead of believing that data is on disk.
          throw new FS.ErrnoError(NODEFS.convertNodeCode(error));
        }
      };
    };
    const preRun = made.emscriptenOpts.preRun as ((module: unknown) => void)[] | undefined;
    // PostgreSQL's own words come this way only. They say nothing of the data, and only its last ones matter here.
    const printErr = (line: string): void => {
      if (/\bPANIC:/.test(line)) this.#onPanic(line);
    };
    return { emscriptenOpts: { ...made.emscriptenOpts, printErr, preRun: [...(preRun ?? []), install] } };
  }
}

/**
 * The file system for one data directory; `counter.calls` rises with every fsync that PostgreSQL asks for. `onPanic` is
 * told when PostgreSQL gives up, and must not return where anything is to run on: the database never does.
 */
export function createDurableFs(
  directory: string,
  counter: FsyncCounter,
  onPanic: (line: string) => void,
): NodeFS {
  return new DurableNodeFs(directory, counter, onPanic);
}

/**
 * PGlite's start parameters with fsync on. `wal_sync_method=fsync`, because Emscripten's fdatasync (PostgreSQL's
 * default on Linux) stays a call that does nothing.
 */
export const DURABLE_START_PARAMS: readonly string[] = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
  // Keeps the directory small; without a background writer these only bound what a CHECKPOINT keeps for reuse.
  '-c',
  'min_wal_size=32MB',
  '-c',
  'max_wal_size=64MB',
];

const DURABLE_SETTINGS = { fsync: 'on', full_page_writes: 'on', synchronous_commit: 'on' } as const;

/**
 * Proves that a commit is synced to the disk, and throws when it is not: then nothing may be acknowledged. Writes
 * one logical message to the write-ahead log, which changes no table.
 */
export async function assertFsyncIsReal(pg: PGlite, counter: FsyncCounter): Promise<void> {
  for (const [name, wanted] of Object.entries(DURABLE_SETTINGS)) {
    const { rows } = await pg.query<{ value: string }>('select current_setting($1) as value', [name]);
    const found = rows[0]?.value;
    if (found !== wanted) throw new Error(refusal(`${name} is ${String(found)} and must be ${wanted}`));
  }
  const before = counter.calls;
  await pg.query(`select pg_logical_emit_message(true, 'mql-rejection-loop', 'fsync self-test')`);
  if (counter.calls === before) throw new Error(refusal('a commit asked for no fsync'));
}

function refusal(why: string): string {
  return (
    `The embedded database does not write durably (${why}), so it could lose answers that were already given, and ` +
    'the server does not start. Install the pinned version of @electric-sql/pglite (npm ci), or set DATABASE_URL to ' +
    'a PostgreSQL database.'
  );
}
