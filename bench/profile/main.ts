/** `npm run bench:profile`: where the server's processor time goes while 16 callers reject; writes it into docs/performance.md. */

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { runCommand } from '../../sandbox/usage.ts';
import { type Bench, runMeasurement } from '../bench.ts';
import { assertAllAnswered, CALLERS } from '../figures/acks.ts';
import { startGenerator } from '../load/generator.ts';
import { toClick, writeLines } from '../load/leads.ts';
import { describeMachine, machineLine } from '../machine.ts';
import { writeBlock, writePicture } from '../page.ts';
import { AMPLE_CALLS_PER_10S, openStage, targetOf, whenQuiet } from '../stage.ts';
import { byWork, hottest, selfTime, type Share } from './areas.ts';
import { readSamples, type Sample } from './cpuProfile.ts';
import { flamePicture } from './flame.ts';

const WARM_UP = 1_000;
const CLICKS = 4_000;
const SAMPLE_EVERY_MICROS = 500;
const HOTTEST = 15;
const USAGE = 'Usage: npm run bench:profile';

const say = (text: string): void => void process.stdout.write(`${text}\n`);

type Profiled = { readonly samples: readonly Sample[]; readonly seconds: number };

const profileAcks = async (bench: Bench): Promise<Profiled> => {
  const lines = writeLines(WARM_UP + CLICKS);
  const clicks = lines.map(toClick);
  const folder = await mkdtemp(path.join(tmpdir(), 'mql-profile-'));
  bench.hold({ close: () => rm(folder, { recursive: true, force: true }) });
  const generator = bench.hold(startGenerator());
  const options = `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-interval=${SAMPLE_EVERY_MICROS}`;
  const stage = bench.hold(
    await openStage(
      {
        databaseUrl: await bench.database(),
        callsPer10s: AMPLE_CALLS_PER_10S,
        serverEnvironment: { NODE_OPTIONS: options },
      },
      lines,
    ),
  );
  await generator.play(targetOf(stage), clicks.slice(0, WARM_UP), CALLERS);
  await whenQuiet(stage);
  const played = await generator.play(targetOf(stage), clicks.slice(WARM_UP), CALLERS);
  assertAllAnswered('profile', played);
  // Node writes the profile when the process ends.
  await stage.stopServer();
  const [file] = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error('The server wrote no profile.');
  return { samples: await readSamples(path.join(folder, file), played.window), seconds: played.seconds };
};

const sharesTable = (head: string, shares: readonly Share[], total: number): string =>
  [
    `| ${head} | share | µs for one rejection |`,
    '|---|---:|---:|',
    ...shares.map(
      ({ area, micros }) =>
        `| ${area.replaceAll('|', '\\|')} | ${((micros / total) * 100).toFixed(1)} % | ${Math.round(micros / CLICKS)} |`,
    ),
  ].join('\n');

await runCommand(USAGE, async () => {
  const machine = await describeMachine();
  const run = { quick: false, postgres: machine.postgres !== null, say };
  let profiled: Profiled | undefined;
  await runMeasurement(run, async (bench) => {
    profiled = await profileAcks(bench);
    return {};
  }).figures;
  if (profiled === undefined) throw new Error('Nothing was profiled.');
  const { samples, seconds } = profiled;
  const total = samples.reduce((sum, { micros }) => sum + micros, 0);
  const perSecond = Math.round(CLICKS / seconds);
  const said = `${CLICKS.toLocaleString('en')} rejections by ${CALLERS} callers, ${perSecond}/s under the profiler; ${machineLine(machine)}.`;
  const areas = sharesTable('area', selfTime(samples), total);
  const works = sharesTable('busy with', byWork(samples), total);
  const functions = sharesTable('function', hottest(samples, HOTTEST), total);
  say(`${said}\n\n${areas}\n\n${works}\n\n${functions}`);
  await writeBlock(
    'profile',
    `${said}\n\n${areas}\n\nThe same by what it is done for:\n\n${works}\n\nThe functions in which the processor was longest:\n\n${functions}`,
  );
  await writePicture(
    'acknowledgement-flame.svg',
    flamePicture(samples, `The server's busy time while ${CALLERS} callers reject`),
  );
});
