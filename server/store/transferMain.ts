/**
 * `node server/store/transferMain.ts export|import FILE`: writes the store that the environment names to a file, or
 * fills an empty one from it. The server must not be running on the embedded store meanwhile.
 */

import { createReadStream, createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createLog } from '../telemetry.ts';
import { readStoreConfig } from '../config.ts';
import { openStore } from './db.ts';
import type { Store } from './db.ts';
import { exportStore, importStore } from './transfer.ts';

const USAGE = 'Usage: node server/store/transferMain.ts export|import FILE';

async function exportTo(store: Store, file: string): Promise<string> {
  // Written beside its name first, so that what carries the name is always whole.
  const unfinished = `${file}.unfinished`;
  let lines = 0;
  const text = async function* () {
    for await (const line of exportStore(store)) {
      lines += 1;
      yield `${line}\n`;
    }
  };
  await pipeline(Readable.from(text()), createWriteStream(unfinished, { flush: true }));
  await rename(unfinished, file);
  return `Exported ${lines - 1} rows to ${file}.`;
}

async function importFrom(store: Store, file: string): Promise<string> {
  const lines = createInterface({ input: createReadStream(file), crlfDelay: Infinity });
  return `Imported ${await importStore(store, lines)} rows from ${file}.`;
}

const [command, file] = process.argv.slice(2);
const run = { export: exportTo, import: importFrom }[command ?? ''];
if (run === undefined || file === undefined) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    const store = await openStore({ ...readStoreConfig(), log: createLog({ level: 'warn' }) });
    try {
      console.log(await run(store, file));
    } finally {
      await store.close();
    }
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
