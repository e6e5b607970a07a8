/**
 * `npm run test:switched-off`: takes one promise at a time out of the product, in a throw-away copy, and expects the
 * test that is named for it to fail. A test that still passes then proves nothing. `-- --only outbox` tries some of them.
 */

import { spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { SWITCHES, type Switch } from './switches.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
const REPORT = 'switched-off.json';
const COPIED = ['src', 'server', 'sandbox', 'extensions', 'test', 'docs'];

type Verdict = { readonly fails: boolean; readonly why: string };

/** A copy of the tree whose packages are links, our own ones to the copy. */
const copyTree = async (): Promise<string> => {
  const copy = await mkdtemp(path.join(tmpdir(), 'mql-switched-off-'));
  for (const folder of COPIED)
    await cp(path.join(ROOT, folder), path.join(copy, folder), {
      recursive: true,
      filter: (source) => !/[\\/](?:node_modules|dist)$/.test(source),
    });
  for (const { name } of (await readdir(ROOT, { withFileTypes: true })).filter((entry) => entry.isFile()))
    await cp(path.join(ROOT, name), path.join(copy, name));
  const packages = path.join(copy, 'node_modules');
  await mkdir(packages);
  for (const name of await readdir(path.join(ROOT, 'node_modules')))
    if (!name.startsWith('@mql-'))
      await symlink(path.join(ROOT, 'node_modules', name), path.join(packages, name));
  await mkdir(path.join(packages, '@mql-rejection-loop'));
  await symlink(path.join(copy, 'src'), path.join(packages, '@mql-rejection-loop/domain'));
  return copy;
};

/** @throws when the text is not there exactly once: the row says then nothing about the product */
const switchOff = async (copy: string, { file, text, instead }: Switch): Promise<void> => {
  const target = path.join(copy, file);
  const source = await readFile(target, 'utf8');
  if (source.split(text).length !== 2) throw new Error(`${file} does not hold “${text}” exactly once.`);
  await writeFile(
    target,
    source.replace(text, () => instead),
  );
};

type Report = {
  readonly testResults: readonly {
    readonly message: string;
    readonly assertionResults: readonly {
      readonly title: string;
      readonly status: string;
      readonly failureMessages: readonly string[];
    }[];
  }[];
};

const runTest = async (copy: string, { testFile, testName }: Switch): Promise<Verdict> => {
  const pattern = testName.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const jest = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
  jest.push('node_modules/jest/bin/jest.js', testFile, '-t', pattern, '--json', `--outputFile=${REPORT}`);
  // Jest finds nothing below a link, so it is started with the links kept as they are.
  await new Promise<void>((resolve, reject) => {
    const child = spawn(process.execPath, jest, { cwd: copy, stdio: 'ignore' });
    child.once('error', reject);
    child.once('close', () => resolve());
  });
  const report = JSON.parse(await readFile(path.join(copy, REPORT), 'utf8')) as Report;
  const [suite] = report.testResults;
  const results = (suite?.assertionResults ?? []).filter(
    ({ status }) => status === 'passed' || status === 'failed',
  );
  if (results.length === 0)
    return { fails: false, why: `no test ran: ${(suite?.message ?? '').slice(0, 300)}` };
  const failed = results.find(({ status }) => status === 'failed');
  const [first = ''] = failed?.failureMessages ?? [];
  if (failed === undefined) return { fails: false, why: 'the test passes all the same' };
  // A crash says nothing about the promise; only a failed expectation does.
  return { fails: first.includes('expect('), why: firstLine(first) };
};

const ESCAPES = new RegExp(String.raw`\u001b\[\d+m`, 'g');
const firstLine = (message: string): string =>
  (message.replaceAll(ESCAPES, '').split('\n')[0] ?? '').slice(0, 100);

const { values } = parseArgs({ options: { only: { type: 'string', default: '' } } });
const chosen = SWITCHES.filter(({ off }) => off.includes(values.only));
let held = 0;
for (const row of chosen) {
  const copy = await copyTree();
  try {
    await switchOff(copy, row);
    const { fails, why } = await runTest(copy, row);
    if (fails) held += 1;
    process.stdout.write(
      `${fails ? 'fails, as it must' : 'DOES NOT FAIL    '}  ${row.off}\n    ${row.testFile}: ${row.testName}\n    ${why}\n`,
    );
  } finally {
    await rm(copy, { recursive: true, force: true });
  }
}
process.stdout.write(`${held} of ${chosen.length} are noticed\n`);
process.exitCode = held === chosen.length && held > 0 ? 0 : 1;
