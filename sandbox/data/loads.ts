/** What a portal is filled with, and the memory of it beside a kept portal. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { askSandbox } from '../control.ts';
import { type Content, fillPortal } from './content.ts';

/** One thing to fill a portal with. */
export type Load = {
  /** Says the same for the same contents: a kept portal is not filled with it twice. */
  readonly key: string;
  /** Makes the rows. `now` is the sandbox's time. */
  readonly make: (now: Date) => Promise<Content> | Content;
};

const FILE = 'contents.json';

/** Keys of what the kept portal in this folder was filled with; empty where nothing is kept. */
export const readLoaded = async (dataDir: string): Promise<readonly string[]> => {
  try {
    const { loaded } = JSON.parse(await readFile(path.join(dataDir, FILE), 'utf8')) as { loaded: string[] };
    return loaded;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Fills a portal with what it was not filled with before.
 *
 * @returns the keys of what was loaded now
 * @throws ControlError when a row is refused
 */
export const fillMissing = async (into: {
  readonly crmUrl: string;
  readonly portalId: number;
  readonly dataDir: string;
  readonly loads: readonly Load[];
}): Promise<readonly string[]> => {
  const before = await readLoaded(into.dataDir);
  const missing = into.loads.filter(({ key }) => !before.includes(key));
  for (const { make } of missing) {
    const { now } = (await askSandbox(into.crmUrl, 'GET', '/sandbox/clock')) as { now: number };
    await fillPortal(into.crmUrl, into.portalId, await make(new Date(now)));
  }
  const now = missing.map(({ key }) => key);
  await writeFile(path.join(into.dataDir, FILE), JSON.stringify({ loaded: [...before, ...now] }));
  return now;
};
