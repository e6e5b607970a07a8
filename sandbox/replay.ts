/** `npm run replay`: real leads through the signed API, as reps would, and three witnesses compared afterwards. */

import { parseArgs } from 'node:util';
import { readColumns } from './data/columns.ts';
import { parseLeadsFile, tellProblems } from './data/leadsFile.ts';
import { readFile } from 'node:fs/promises';
import { readIds } from './data/wonFile.ts';
import { type ReplayResult, replay } from './replaying/replay.ts';
import { SYNTHETIC_MIX } from './replaying/script.ts';
import { UsageError, readArguments, runCommand, wholeNumber } from './usage.ts';

const USAGE = `Usage: npm run replay -- --leads FILE.csv [options]
  --won FILE.csv       the leads that were won: accepted, all others rejected
  --columns FILE.json  which columns of the file mean what (sandbox/data/README.md)
  --limit N            only the first N rows
  --callers N          reps who answer at the same time; 16
  --seed N             of the drawn reasons; 1
  --faults N           calls to HubSpot meet every kind of fault at random, drawn from this seed
  --database URL       a PostgreSQL database instead of the embedded one
  --json               the result as JSON`;

const SHOWN = 20;

const readOptions = () => {
  const { values } = readArguments(() =>
    parseArgs({
      options: {
        leads: { type: 'string' },
        won: { type: 'string' },
        columns: { type: 'string' },
        limit: { type: 'string' },
        callers: { type: 'string', default: '16' },
        seed: { type: 'string', default: '1' },
        faults: { type: 'string' },
        database: { type: 'string' },
        json: { type: 'boolean', default: false },
      },
    }),
  );
  const { leads } = values;
  if (leads === undefined) throw new UsageError('--leads FILE.csv is missing.');
  return {
    ...values,
    leads,
    limit: values.limit === undefined ? undefined : wholeNumber('--limit', values.limit, 1, 1_000_000),
    callers: wholeNumber('--callers', values.callers, 1, 200),
    seed: wholeNumber('--seed', values.seed, 0, 2 ** 32 - 1),
    faults: values.faults === undefined ? undefined : wholeNumber('--faults', values.faults, 0, 2 ** 31),
  };
};

const table = (result: ReplayResult): string =>
  [
    ['leads', result.leads],
    ['accepted', result.accepted],
    ['rejected', result.rejected],
    ['taken back', result.undone],
    ['calls to HubSpot', result.calls],
    ['refused as too many (429)', result.tooMany],
    ['seconds', result.seconds],
    ...Object.entries(result.faults).map(([name, times]) => [`fault: ${name}`, times]),
    ['disagreements', result.disagreements.length],
  ]
    .map(([name, value]) => `  ${String(name).padEnd(28)}${String(value).padStart(8)}`)
    .join('\n');

const run = async (options: ReturnType<typeof readOptions>): Promise<void> => {
  // With --json standard output holds the result alone.
  const say = (text: string): void =>
    void (options.json ? process.stderr : process.stdout).write(`${text}\n`);
  const columns = readColumns(
    options.columns === undefined ? undefined : await readFile(options.columns, 'utf8'),
  );
  const { leads, problems } = await parseLeadsFile(options.leads, columns, options.limit);
  tellProblems(problems, say);
  const won = options.won === undefined ? new Set<string>() : await readIds(options.won, columns);
  const mix = SYNTHETIC_MIX.map(({ reason, weight }) => `${reason} ${weight}`).join(', ');
  say(
    `Reasons are synthetic: no file says why a lead was turned back. Of 100 rejections: ${mix} (seed ${options.seed}).`,
  );
  const { callers, seed, faults, database } = options;
  const result = await replay({
    leads,
    won,
    callers,
    seed,
    say,
    ...(faults !== undefined && { faults }),
    ...(database !== undefined && { databaseUrl: database }),
  });
  if (options.json)
    process.stdout.write(`${JSON.stringify({ ...result, syntheticMix: SYNTHETIC_MIX }, null, 2)}\n`);
  else {
    for (const { lead, sentence } of result.disagreements.slice(0, SHOWN)) say(`  ${lead}: ${sentence}`);
    if (result.disagreements.length > SHOWN) say(`  … and ${result.disagreements.length - SHOWN} more`);
    say(`\n${table(result)}`);
  }
  if (result.disagreements.length > 0) process.exitCode = 1;
};

await runCommand(USAGE, () => run(readOptions()));
