/** Who uses the kept folder. Portal and store are saved by two processes, so a run that was cut off may tear them apart. */

import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

type Run = { readonly pid: number; readonly pageUrl: string };

export type Claim =
  | { readonly kind: 'taken'; readonly sentence: string }
  | {
      /** `left-unclean`: the last run did not stop in order. */
      readonly kind: 'free' | 'left-unclean';
      /** Notes that this process uses the folder; the result notes that it stopped in order. */
      readonly hold: (pageUrl: string) => Promise<() => Promise<void>>;
    };

/** Looks whether the folder can be used by this process. */
export const claimFolder = async (dataDir: string): Promise<Claim> => {
  const file = path.join(dataDir, 'running.json');
  const before = await readRun(file);
  if (before && (await isRunning(before)))
    return {
      kind: 'taken',
      sentence: `The sandbox is running already, at ${before.pageUrl}. Stop it there first (Ctrl-C).`,
    };
  return {
    kind: before ? 'left-unclean' : 'free',
    hold: async (pageUrl) => {
      await mkdir(dataDir, { recursive: true });
      await writeFile(file, JSON.stringify({ pid: process.pid, pageUrl } satisfies Run));
      return () => rm(file, { force: true });
    },
  };
};

const readRun = async (file: string): Promise<Run | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Run;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

/** A process id may have been given to somebody else meanwhile, so the page is asked as well. */
const isRunning = async ({ pid, pageUrl }: Run): Promise<boolean> => {
  try {
    process.kill(pid, 0);
    await fetch(`${pageUrl}/host/config`, { signal: AbortSignal.timeout(3_000) });
    return true;
  } catch {
    // No such process, or nobody answers there: either way nobody uses the folder.
    return false;
  }
};
