/** `npm start`: the sandbox with a story, on this machine alone. */

import { createServer } from 'node:net';
import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { startSandbox } from './compose.ts';
import { readLeadsFile } from './data/leadsFile.ts';
import { type Load, readLoaded } from './data/loads.ts';
import { STORY } from './data/planted.ts';
import { tellStory } from './data/story.ts';
import { claimFolder } from './runFile.ts';
import { UsageError, readArguments, runCommand, wholeNumber } from './usage.ts';

const USAGE = `Usage: npm start -- [options]
  --leads FILE.csv     fill the portal with leads from a CSV file
  --columns FILE.json  which columns of the file mean what (sandbox/data/README.md)
  --limit N            only the first N rows of the file
  --no-story           without the story: an empty portal, or only the leads of the file
  --data DIR           folder of the kept portal; else .data/sandbox
  --fresh              forget the kept portal and its answers, and begin anew
  --port N             port of the page; else 4000 or the next free one
  --help               this text`;

const FIRST_PORT = 4000;
const PORTS_TRIED = 50;
const DATA_DIR = path.resolve(import.meta.dirname, '..', '.data', 'sandbox');

const say = (text: string): void => void process.stdout.write(`${text}\n`);

const readOptions = () => {
  const { values } = readArguments(() =>
    parseArgs({
      options: {
        leads: { type: 'string' },
        columns: { type: 'string' },
        limit: { type: 'string' },
        story: { type: 'boolean', default: true },
        data: { type: 'string' },
        fresh: { type: 'boolean', default: false },
        port: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
      allowNegative: true,
    }),
  );
  if (values.leads === undefined && (values.columns ?? values.limit) !== undefined)
    throw new UsageError('--columns and --limit say how to read --leads FILE.csv, which is missing.');
  return {
    ...values,
    limit: values.limit === undefined ? undefined : wholeNumber('--limit', values.limit, 1, 1_000_000),
    port: values.port === undefined ? undefined : wholeNumber('--port', values.port, 1, 65_535),
  };
};

const isFree = (port: number): Promise<boolean> =>
  new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(error);
    });
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });

const choosePort = async (wanted: number | undefined): Promise<number> => {
  if (wanted !== undefined) {
    if (await isFree(wanted)) return wanted;
    throw new UsageError(`Port ${wanted} is taken. Choose another with --port, or leave it out.`);
  }
  for (let port = FIRST_PORT; port < FIRST_PORT + PORTS_TRIED; port += 1) {
    if (!(await isFree(port))) continue;
    if (port !== FIRST_PORT) say(`Port ${FIRST_PORT} is taken; the page is on ${port}.`);
    return port;
  }
  throw new UsageError(
    `Ports ${FIRST_PORT} to ${FIRST_PORT + PORTS_TRIED - 1} are all taken. Choose one with --port.`,
  );
};

type Options = ReturnType<typeof readOptions>;

const loadsOf = async (options: Options): Promise<Load[]> => {
  const loads: Load[] = [];
  if (options.story) loads.push({ key: 'story', make: (now) => tellStory(now) });
  if (options.leads !== undefined) {
    const columns = options.columns === undefined ? undefined : await readFile(options.columns, 'utf8');
    loads.push(await readLeadsFile({ file: options.leads, columns, limit: options.limit, say }));
  }
  return loads;
};

const run = async (options: Options): Promise<void> => {
  const dataDir = options.data === undefined ? DATA_DIR : path.resolve(options.data);
  const claim = await claimFolder(dataDir);
  if (claim.kind === 'taken') throw new Error(claim.sentence);
  if (options.fresh || claim.kind === 'left-unclean') {
    if (!options.fresh)
      say('The last run was cut off, so its portal and its answers may not agree: beginning anew.');
    await rm(dataDir, { recursive: true, force: true });
  }
  const kept = await readLoaded(dataDir);
  if (kept.includes('story') && !options.story)
    say('The kept portal already holds the story; --fresh begins anew without it.');
  const port = await choosePort(options.port);
  const loads = await loadsOf(options);
  say(kept.length === 0 ? 'Starting, and filling the portal…' : 'Starting with the portal as you left it…');

  // Held before anything is written: a start that breaks off half-way is not gone on from either.
  const release = await claim.hold(`http://127.0.0.1:${port}`);
  const starting = startSandbox({ dataDir, loads, pagePort: port });
  let stopping = false;
  const stop = async (code: number): Promise<void> => {
    if (stopping) return;
    stopping = true;
    // A start that is under way comes to its end first: what it was writing is whole then.
    await (await starting).close();
    await release();
    process.exit(code);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(signal, () => {
      if (!stopping) say('\nStopping; the portal is kept for the next start.');
      void stop(0);
    });
  const sandbox = await starting.catch(async (error: unknown) => {
    // It has closed everything in order, so the kept portal is as it was.
    await release();
    throw error;
  });
  void sandbox.serverDied.then((lastWords) => {
    if (stopping) return;
    process.stderr.write(`${lastWords}\n`);
    void stop(1);
  });
  say(`
An imitation of HubSpot with the real app in it. Nothing leaves this machine.
  In it     ${inIt([...kept, ...sandbox.loaded])}
  Try       /contacts/108  a rep's ten seconds: choose a reason, reject, take it back
  Stop      Ctrl-C; the next start goes on from here, --fresh begins anew

Open ${sandbox.pageUrl}`);
};

const inIt = (keys: readonly string[]): string => {
  const parts = keys.map((key) =>
    key === 'story'
      ? `${STORY.weeks} weeks of hand-offs in portal ${STORY.portalId}, the latest still unanswered`
      : (key.split('\n')[0] ?? key),
  );
  return parts.length === 0 ? 'an empty portal' : parts.join('; ');
};

await runCommand(USAGE, async () => {
  const options = readOptions();
  if (options.help) say(USAGE);
  else await run(options);
});
