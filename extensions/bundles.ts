import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';

export type BundleSize = { readonly entry: string; readonly bytes: number; readonly gzipBytes: number };

/** A rep waits for the card on every record; HubSpot serves it compressed. */
export const GZIP_BUDGET_BYTES = 16 * 1024;

const builder = path.join(import.meta.dirname, 'buildBundle.ts');

/**
 * Builds one entry with HubSpot's production bundler and weighs it.
 *
 * The build runs in a process of its own, because vite changes global state and must see NODE_ENV=production, which
 * is not so inside a test.
 *
 * @param entry absolute path of the entry file; its folder is the root that HubSpot packs
 * @param outDir folder for all bundles, outside srcDir; each entry gets a folder of its own, emptied first
 * @returns the bundle's path, its size, and the problems found in it
 * @throws with the bundler's words when it cannot be built
 */
export async function buildBundle(
  entry: string,
  outDir: string,
): Promise<{ readonly file: string; readonly size: BundleSize; readonly problems: readonly string[] }> {
  const name = path.parse(entry).name;
  const outputDir = path.join(outDir, name);
  await mkdir(outputDir, { recursive: true });
  const order = { root: path.dirname(entry), entryPoint: entry, outputDir };
  await promisify(execFile)(process.execPath, [builder, JSON.stringify(order)], {
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const file = path.join(outputDir, `${name}.js`);
  const code = await readFile(file);
  const size = { entry: path.basename(entry), bytes: code.byteLength, gzipBytes: gzipSync(code).byteLength };
  const manifest = await readFile(path.join(outputDir, `${name}-manifest.json`), 'utf8');
  const { modules } = JSON.parse(manifest) as { modules: { internal: { module: string }[] } };
  const strangers = modules.internal.map(({ module }) => module).filter((module) => module.startsWith('..'));
  return {
    file,
    size,
    problems: [
      ...(size.gzipBytes > GZIP_BUDGET_BYTES
        ? [`${size.entry} weighs ${size.gzipBytes} bytes gzipped; the budget is ${GZIP_BUDGET_BYTES}.`]
        : []),
      ...strangers.map((module) => `${size.entry} carries ${module}, which HubSpot would not have.`),
    ],
  };
}
