/** `npm run bench:page -- FILE.json`: the table and the chart of docs/performance.md, from what a run has written. */

import { readFile } from 'node:fs/promises';
import { runCommand, UsageError } from '../sandbox/usage.ts';
import type { Figures } from './bench.ts';
import { figuresChart } from './chart.ts';
import { type Machine, machineLine } from './machine.ts';
import { writeBlock, writePicture } from './page.ts';
import { table } from './report.ts';

const USAGE = 'Usage: npm run bench:page -- FILE.json (written by npm run bench -- --json FILE.json)';

type Written = {
  readonly machine: Machine;
  readonly quick: boolean;
  readonly tookMinutes: number;
  readonly ranAt: string;
};

await runCommand(USAGE, async () => {
  const [file] = process.argv.slice(2);
  if (file === undefined) throw new UsageError('The file is missing.');
  const written = JSON.parse(await readFile(file, 'utf8')) as Figures & Written;
  if (written.quick)
    throw new UsageError(`${file} is of a run with --quick, whose numbers are no measurement.`);
  const { machine, tookMinutes, ranAt } = written;
  const formula = written['ceiling_formula'];
  await writeBlock(
    'figures',
    [
      `Measured on ${ranAt.slice(0, 10)}: ${machineLine(machine)}. The whole run took ${tookMinutes} minutes.`,
      '```\n' + table(written) + '\n```',
      '![Ours beside the plain handler](pictures/performance.svg)',
      ...(formula === undefined ? [] : [`The ceiling: ${formula}.`]),
    ].join('\n\n'),
  );
  await writePicture('performance.svg', figuresChart(written));
});
