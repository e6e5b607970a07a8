/**
 * What a rep waits for before choosing a reason, and what somebody waits for who tries the app: the card's weight, the time
 * from opening a record until a reason can be chosen, and the time from `npm start` until then. In a headless Chromium,
 * on the sandbox with its story.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { chromium, type Browser } from 'playwright-core';
import { buildBundle } from '../../extensions/bundles.ts';
import { entriesOf, parseProject } from '../../extensions/parseProject.ts';
import { CHROMIUM_FLAGS, findChromium } from '../../sandbox/chromium.ts';
import type { Bench, Figures } from '../bench.ts';
import { median, rounded } from '../numbers.ts';

const repoDir = path.resolve(import.meta.dirname, '../..');
/** A lead of the story that nobody has answered yet. */
const RECORD = '/contacts/108';
const PATIENCE_MS = 120_000;

export const measureCard = async (bench: Bench): Promise<Figures> => {
  const card_gzip_kb = rounded(await cardGzipKb());
  const executablePath = await findChromium().catch((error: unknown) => {
    bench.say(`  ${(error as Error).message}`);
    return null;
  });
  if (executablePath === null) return { card_gzip_kb };
  const browser = bench.hold(await chromium.launch({ executablePath, args: CHROMIUM_FLAGS }));
  // The first start may have to build the bundles; what is meant is a warm install.
  await startAndOpen(bench, browser, async () => undefined);
  const startSeconds: number[] = [];
  const usableMs: number[] = [];
  for (let start = 0; start < (bench.quick ? 1 : 3); start += 1) {
    const seconds = await startAndOpen(bench, browser, async (pageUrl) => {
      for (let open = 0; open < 5; open += 1) usableMs.push(await openRecord(browser, pageUrl));
    });
    startSeconds.push(seconds);
    bench.say(`  started in ${rounded(seconds)} s`);
  }
  return {
    card_gzip_kb,
    card_usable_ms: Math.round(median(usableMs)),
    start_s: rounded(median(startSeconds)),
  };
};

/** The heaviest of the project's bundles, as its check weighs them. */
const cardGzipKb = async (): Promise<number> => {
  const { components } = await parseProject(repoDir);
  const sizes: number[] = [];
  for (const entry of await entriesOf(repoDir, components)) {
    const { size } = await buildBundle(entry, path.join(repoDir, '.data', 'bundles'));
    sizes.push(size.gzipBytes);
  }
  return Math.max(...sizes) / 1024;
};

/** `npm start` in an empty folder. Resolves with the seconds until the card could be used, after `use`. */
const startAndOpen = async (
  bench: Bench,
  browser: Browser,
  use: (pageUrl: string) => Promise<void>,
): Promise<number> => {
  const dataDir = await mkdtemp(path.join(tmpdir(), 'mql-bench-'));
  const port = await findFreePort();
  const startedAt = performance.now();
  const npm = spawn('npm', ['start', '--', '--data', dataDir, '--port', String(port)], {
    cwd: repoDir,
    stdio: ['ignore', 'pipe', 'inherit'],
    // A process group of its own, so that npm and what it started are stopped together.
    detached: true,
  });
  const exited = once(npm, 'exit');
  const close = async (): Promise<void> => {
    if (npm.exitCode === null && npm.pid !== undefined) process.kill(-npm.pid, 'SIGINT');
    await exited;
    await rm(dataDir, { recursive: true, force: true });
  };
  const running = bench.hold({ close: onlyOnce(close) });
  const pageUrl = await addressIn(npm.stdout, exited);
  await openRecord(browser, pageUrl);
  const seconds = (performance.now() - startedAt) / 1_000;
  await use(pageUrl);
  await running.close();
  return seconds;
};

const onlyOnce = (close: () => Promise<void>): (() => Promise<void>) => {
  let closing: Promise<void> | undefined;
  return () => (closing ??= close());
};

const addressIn = async (output: NodeJS.ReadableStream, exited: Promise<unknown>): Promise<string> => {
  const lines = createInterface({ input: output });
  const found = new Promise<string>((resolve) => {
    lines.on('line', (line) => {
      const [, url] = /^Open (\S+)$/.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
  const ended = exited.then((): never => {
    throw new Error('npm start ended before it said where the page is.');
  });
  return Promise.race([found, ended]);
};

/** Milliseconds from opening the record, in a browser that has nothing kept, until a reason can be clicked. */
const openRecord = async (browser: Browser, pageUrl: string): Promise<number> => {
  const context = await browser.newContext({ viewport: { width: 1360, height: 1000 } });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const startedAt = performance.now();
  await page.goto(pageUrl + RECORD, { waitUntil: 'commit' });
  await page.getByRole('tab', { name: 'MQL: accept or reject' }).click();
  const card = page
    .getByRole('region', { name: 'Activity' })
    .getByRole('region', { name: 'MQL: accept or reject' });
  // A trial waits until the click would be taken, and does not click.
  await card.getByRole('radio').first().click({ trial: true });
  const ms = performance.now() - startedAt;
  await context.close();
  return ms;
};

const findFreePort = async (): Promise<number> => {
  const probe = createServer();
  probe.listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
};
