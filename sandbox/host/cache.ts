import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Variables } from './extensions.ts';

const repoDir = path.resolve(import.meta.dirname, '../..');
const cacheDir = path.join(repoDir, '.data', 'host-cache');
const builder = path.join(import.meta.dirname, 'build-child.ts');

/** One thing to build, as `build-child.ts` understands it. */
export type Build =
  | {
      readonly kind: 'extension';
      readonly root: string;
      readonly entry: string;
      readonly variables: Variables;
    }
  | { readonly kind: 'page' }
  | { readonly kind: 'worker' };

/**
 * Builds in a child process, unless the same content was built before.
 *
 * The child is there for two reasons: vite changes global state, and it must see NODE_ENV=production whatever the
 * parent's is (a test's NODE_ENV would bundle React's development JSX runtime, which needs a development React).
 *
 * @param sources folders or files whose content decides whether an earlier build can be used
 * @returns the folder with the build's output
 * @throws with the builder's own words when the build fails
 */
export const built = async (build: Build, sources: readonly string[]): Promise<string> => {
  const key = await contentKey(build, sources);
  const outputDir = path.join(cacheDir, `${build.kind}-${key}`);
  if (await exists(outputDir)) return outputDir;
  const draft = path.join(cacheDir, `draft-${randomUUID()}`);
  await mkdir(draft, { recursive: true });
  try {
    await promisify(execFile)(process.execPath, [builder, JSON.stringify({ ...build, outputDir: draft })], {
      cwd: repoDir,
      env: { NODE_ENV: 'production' },
      maxBuffer: 16 * 1024 * 1024,
    });
    // Another process may have finished the same build meanwhile: either copy is as good.
    await rename(draft, outputDir).catch((error: unknown) => {
      if (!isCode(error, 'ENOTEMPTY') && !isCode(error, 'EEXIST')) throw error;
    });
    return outputDir;
  } catch (cause) {
    const words = (cause as { stderr?: string }).stderr?.trim() || String(cause);
    throw new Error(`The ${build.kind} could not be built: ${words}`, { cause });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
};

const contentKey = async (build: Build, sources: readonly string[]): Promise<string> => {
  const hash = createHash('sha256').update(JSON.stringify(build));
  const always = [builder, path.join(repoDir, 'package-lock.json')];
  for (const source of [...sources, ...always])
    for (const file of await filesUnder(source)) hash.update(file).update(await readFile(file));
  return hash.digest('hex').slice(0, 24);
};

const SKIPPED = new Set(['node_modules', 'dist', '.data', '.git']);

const filesUnder = async (entry: string): Promise<string[]> => {
  const names = await readdir(entry, { withFileTypes: true }).catch((error: unknown) => {
    if (isCode(error, 'ENOTDIR')) return undefined;
    throw error;
  });
  if (!names) return [entry];
  const inside = names.filter(({ name }) => !SKIPPED.has(name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  return (await Promise.all(inside.map(({ name }) => filesUnder(path.join(entry, name))))).flat();
};

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const isCode = (error: unknown, code: string): boolean => (error as NodeJS.ErrnoException).code === code;
