import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LEFT_OUT } from '../../architecture.ts';

export const ROOT = join(import.meta.dirname, '../..');

/** Every file of the repository, from its root, with slashes; without what is installed or built. */
export const filesOf = async (folder = ''): Promise<string[]> => {
  const entries = await readdir(join(ROOT, folder), { withFileTypes: true });
  const found = await Promise.all(
    entries
      .filter(({ name }) => !LEFT_OUT.includes(name))
      .map(async (entry) => {
        const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
        return entry.isDirectory() ? filesOf(path) : [path];
      }),
  );
  return found.flat().sort();
};

export const readText = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

export const isCode = (path: string): boolean => /\.(?:ts|tsx|js)$/.test(path);
