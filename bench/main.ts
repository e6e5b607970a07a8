/** `npm run bench`: how fast, ours beside what people would use instead. It reports; it does not judge. */

import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { readArguments, runCommand, UsageError } from '../sandbox/usage.ts';
import { type Figures, type Measurement, runMeasurement } from './bench.ts';
import { measureAcks } from './figures/acks.ts';
import { measureBurst } from './figures/burst.ts';
import { measureCard } from './figures/card.ts';
import { measureEvents } from './figures/events.ts';
import { measureIdleEffect } from './figures/idle.ts';
import { measureSustained } from './figures/sustained.ts';
import { describeMachine, machineLine } from './machine.ts';
import { table } from './report.ts';

/** By the name that `--only` takes, in the order in which they run. */
const MEASUREMENTS: Readonly<Record<string, Measurement>> = {
  acks: measureAcks,
  idle: measureIdleEffect,
  burst: measureBurst,
  card: measureCard,
  events: measureEvents,
  sustained: measureSustained,
};

const USAGE = `Usage: npm run bench -- [options]
  --json FILE   the figures as JSON too
  --only NAME   one measurement: ${Object.keys(MEASUREMENTS).join(', ')}; may be given several times
  --quick       small sizes, to try the bench itself: its numbers are no measurement
  --help        this text`;

const readOptions = () => {
  const { values } = readArguments(() =>
    parseArgs({
      options: {
        json: { type: 'string' },
        only: { type: 'string', multiple: true },
        quick: { type: 'boolean', default: false },
        help: { type: 'boolean', default: false },
      },
    }),
  );
  const unknown = values.only?.find((name) => !(name in MEASUREMENTS));
  if (unknown !== undefined) throw new UsageError(`There is no measurement “${unknown}”.`);
  return values;
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const run = async ({ json, only, quick }: ReturnType<typeof readOptions>): Promise<void> => {
  const machine = await describeMachine();
  say(machineLine(machine));
  if (machine.postgres === null)
    say('No PostgreSQL answers (TEST_DATABASE_URL, else 127.0.0.1:5432): its figures are left out.');
  if (quick) say('Small sizes (--quick): these numbers are no measurement.');
  const startedAt = Date.now();
  const figures: Record<string, number | string> = {};
  const failures: Record<string, string> = {};
  for (const [name, measure] of Object.entries(MEASUREMENTS)) {
    if (only !== undefined && !only.includes(name)) continue;
    say(`\n${name}`);
    try {
      Object.assign(figures, await measured(measure, { quick, postgres: machine.postgres !== null, say }));
    } catch (error) {
      // The others still stand; what could not be measured is said, and the command fails.
      failures[name] = (error as Error).message;
      say(`  could not be measured: ${failures[name]}`);
      process.exitCode = 1;
    }
  }
  const ranAt = new Date(startedAt).toISOString();
  const tookMinutes = Math.round((Date.now() - startedAt) / 6_000) / 10;
  say(`\n${table(figures)}\n${machineLine(machine)}; the run took ${tookMinutes} minutes.`);
  if (json !== undefined)
    await writeFile(
      json,
      `${JSON.stringify({ ...figures, machine, quick, tookMinutes, ranAt, failures }, null, 2)}\n`,
    );
};

/** A run that is broken off leaves no process and no database behind. */
const measured = async (
  measure: Measurement,
  how: Parameters<typeof runMeasurement>[0],
): Promise<Figures> => {
  const { figures, close } = runMeasurement(how, measure);
  const breakOff = (): void => void close().finally(() => process.exit(130));
  process.once('SIGINT', breakOff);
  process.once('SIGTERM', breakOff);
  try {
    return await figures;
  } finally {
    process.off('SIGINT', breakOff);
    process.off('SIGTERM', breakOff);
  }
};

await runCommand(USAGE, async () => {
  const options = readOptions();
  if (options.help) say(USAGE);
  else await run(options);
});
