import { execFile } from 'node:child_process';
import { glob } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { ESLint } from 'eslint';
import { buildBundle, GZIP_BUDGET_BYTES, type BundleSize } from './bundles.ts';
import { importProblems } from './imports.ts';
import { entriesOf, parseProject } from './parseProject.ts';

const projectDir = path.resolve(import.meta.dirname, '..');
const appDir = path.join(import.meta.dirname, 'src', 'app');
const bundleDir = path.join(projectDir, '.data', 'bundles');

export type ProjectReport = { readonly problems: readonly string[]; readonly sizes: readonly BundleSize[] };

/**
 * All that can be known about the HubSpot project without an account: metafiles and variables (HubSpot's parser and
 * our schemas), imports, types, HubSpot's lint rules, and a production bundle of every entry within its budget.
 */
export async function checkProject(): Promise<ProjectReport> {
  const parsed = await parseProject(projectDir);
  const [imports, types, lint] = await Promise.all([importProblems(appDir), typeProblems(), lintProblems()]);
  const bundles = [];
  // One after the other: two bundlers at once need more memory than a small machine has.
  for (const entry of await entriesOf(projectDir, parsed.components)) bundles.push(await bundleOf(entry));
  return {
    problems: [
      ...parsed.problems,
      ...imports,
      ...types,
      ...lint,
      ...bundles.flatMap(({ problems }) => problems),
    ],
    sizes: bundles.flatMap(({ sizes }) => sizes),
  };
}

async function bundleOf(entry: string): Promise<ProjectReport> {
  try {
    const { size, problems } = await buildBundle(entry, bundleDir);
    return { problems, sizes: [size] };
  } catch (error) {
    const words = (error as { stderr?: string }).stderr?.trim() || String(error);
    return { problems: [`${path.basename(entry)} cannot be bundled: ${words}`], sizes: [] };
  }
}

/** Every folder that HubSpot packs has a tsconfig.json of its own. */
async function typeProblems(): Promise<readonly string[]> {
  const found = [];
  for await (const config of glob('*/tsconfig.json', { cwd: appDir }))
    found.push(await typeProblemsOf(path.join(appDir, config)));
  return found.flat();
}

async function typeProblemsOf(tsconfig: string): Promise<readonly string[]> {
  const tsc = path.join(projectDir, 'node_modules', 'typescript', 'bin', 'tsc');
  try {
    await promisify(execFile)(process.execPath, [tsc, '-p', tsconfig, '--pretty', 'false'], {
      cwd: projectDir,
    });
    return [];
  } catch (error) {
    const { stdout } = error as { stdout?: string };
    if (!stdout) throw error;
    return stdout.trim().split('\n');
  }
}

async function lintProblems(): Promise<readonly string[]> {
  const eslint = new ESLint({
    cwd: projectDir,
    overrideConfigFile: path.join(import.meta.dirname, 'eslint.js'),
  });
  const results = await eslint.lintFiles([path.join(appDir, '**/*.{ts,tsx}')]);
  return results.flatMap(({ filePath, messages }) =>
    messages.map(({ line, message }) => `${path.relative(projectDir, filePath)}:${line} ${message}`),
  );
}

const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} kB`;

if (import.meta.main) {
  const { problems, sizes } = await checkProject();
  for (const { entry, bytes, gzipBytes } of sizes)
    console.log(
      `${entry}: ${kilobytes(bytes)}, ${kilobytes(gzipBytes)} gzipped of ${kilobytes(GZIP_BUDGET_BYTES)}`,
    );
  for (const problem of problems) console.error(problem);
  if (problems.length === 0) console.log('project ok');
  else process.exitCode = 1;
}
