/** `npm run test:deaths -- --minutes 30 --seed 7`: sudden death; each engine gets half of the time. */

import { spawn } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, seed: { type: 'string' } },
});
const { minutes, seed } = values;
if (!/^[1-9]\d{0,3}$/.test(minutes) || (seed !== undefined && !/^\d{1,9}$/.test(seed)))
  throw new Error('Usage: npm run test:deaths -- [--minutes N] [--seed N]');

const jest = ['--disable-warning=ExperimentalWarning', '--experimental-vm-modules'];
const child = spawn(
  process.execPath,
  [...jest, 'node_modules/jest/bin/jest.js', 'test/death/kill', 'test/death/pair'],
  {
    cwd: path.resolve(import.meta.dirname, '..'),
    stdio: 'inherit',
    env: { ...process.env, DEATH_MINUTES: minutes, ...(seed !== undefined && { DEATH_SEED: seed }) },
  },
);
child.once('close', (code) => {
  process.exitCode = code ?? 1;
});
