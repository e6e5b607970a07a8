/**
 * `npm test`: everything that has to hold, in the order in which a mistake is cheapest to find. Ends with one line
 * that counts it all. `--fast` leaves out the browser; `npm run test:fast` is shorter still.
 */

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';

const ROOT = path.resolve(import.meta.dirname, '..');
const REPORT = path.join(ROOT, '.data', 'jest.json');
/** Suites add a line here for what they could not try. */
const NOTICES = path.join(ROOT, '.data', 'notices.txt');

type Count = { readonly passed: number; readonly failed: number; readonly skipped: number };

/** A command that either holds or does not. */
async function holds(name: string, command: string, args: readonly string[]): Promise<Count> {
  process.stdout.write(`\n— ${name}\n`);
  const code = await run(command, args);
  return code === 0 ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function run(command: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      stdio: 'inherit',
      env: { ...process.env, TEST_NOTICE_FILE: NOTICES },
    });
    child.once('error', reject);
    child.once('close', (code) => resolve(code ?? 1));
  });
}

async function suites(name: string, args: readonly string[]): Promise<Count> {
  process.stdout.write(`\n— ${name}\n`);
  await mkdir(path.dirname(REPORT), { recursive: true });
  await rm(REPORT, { force: true });
  const jest = [
    '--disable-warning=ExperimentalWarning',
    '--experimental-vm-modules',
    'node_modules/jest/bin/jest.js',
    '--json',
    `--outputFile=${REPORT}`,
    ...args,
  ];
  const code = await run(process.execPath, jest);
  const report = JSON.parse(await readFile(REPORT, 'utf8')) as {
    numPassedTests: number;
    numFailedTests: number;
    numPendingTests: number;
    numFailedTestSuites: number;
    numRuntimeErrorTestSuites: number;
  };
  const failed = report.numFailedTests + report.numRuntimeErrorTestSuites;
  // Jest can fail without a failed test: a leaked handle, a suite that does not load.
  return {
    passed: report.numPassedTests,
    failed: code !== 0 && failed === 0 ? 1 : failed,
    skipped: report.numPendingTests,
  };
}

await rm(NOTICES, { force: true });
const { values } = parseArgs({ options: { fast: { type: 'boolean', default: false } } });
const tsc = path.join('node_modules', '.bin', 'tsc');
const counts = [
  await holds('types: server, domain, sandbox, tests', tsc, ['-p', '.']),
  await holds('types: sandbox pages', tsc, ['-p', 'sandbox/host']),
  await holds('types: cards', tsc, ['-p', 'extensions/src/app/cards']),
  await holds('types: pages', tsc, ['-p', 'extensions/src/app/pages']),
  await holds('types: settings page', tsc, ['-p', 'extensions/src/app/settings']),
  await holds('lint', path.join('node_modules', '.bin', 'eslint'), ['.']),
  await holds('format', path.join('node_modules', '.bin', 'prettier'), [
    '--check',
    '--log-level',
    'warn',
    '.',
  ]),
  await holds('HubSpot project: metafiles, bundles, sizes', process.execPath, ['extensions/check.ts']),
  await suites('suites', ['--ignoreProjects', 'host', 'browser']),
  ...(values.fast ? [] : [await suites('browser', ['--selectProjects', 'host', 'browser'])]),
];

const total = (key: keyof Count): number => counts.reduce((sum, count) => sum + count[key], 0);
process.stdout.write('\n');
const notices = existsSync(NOTICES) ? (await readFile(NOTICES, 'utf8')).trim().split('\n') : [];
for (const notice of new Set(notices)) process.stdout.write(`${notice}\n`);
const skipped = total('skipped') === 0 ? '' : `, ${total('skipped')} skipped`;
process.stdout.write(`${total('passed')} passed, ${total('failed')} failed${skipped}\n`);
process.exitCode = total('failed') === 0 ? 0 : 1;
