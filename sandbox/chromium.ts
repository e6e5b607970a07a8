/** A browser to look at the sandbox's page with, for tests and benchmarks. */

import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const NAMES = [
  'chromium',
  'chromium-browser',
  'google-chrome',
  'google-chrome-stable',
  'chrome',
  'microsoft-edge',
];
const FOLDERS = ['/usr/bin', '/usr/local/bin', '/snap/bin', '/opt/google/chrome', '/opt/chromium'];
const ELSEWHERE = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** Flags for a browser that talks to nobody but the page under test, also in a container without a sandbox of its own. */
export const CHROMIUM_FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

const runnable = async (file: string): Promise<boolean> =>
  access(file, constants.X_OK).then(
    () => true,
    () => false,
  );

const installed = async (): Promise<string | undefined> => {
  const places = [...FOLDERS.flatMap((folder) => NAMES.map((name) => path.join(folder, name))), ...ELSEWHERE];
  for (const place of places) if (await runnable(place)) return place;
  return undefined;
};

/**
 * Finds a Chromium or Chrome; as root on Debian it installs Debian's own.
 *
 * @throws with what to install, when there is none and none can be installed here
 */
export const findChromium = async (): Promise<string> => {
  const found = await installed();
  if (found) return found;
  const debian = (await runnable('/usr/bin/apt-get')) && process.getuid?.() === 0;
  if (debian) {
    const apt = promisify(execFile);
    await apt('apt-get', ['update']);
    await apt('apt-get', ['install', '-y', '--no-install-recommends', 'chromium'], {
      maxBuffer: 64 * 1024 * 1024,
    });
    const now = await installed();
    if (now) return now;
  }
  throw new Error(
    'This needs Chromium or Chrome, and none was found. Install one, for example with "sudo apt-get install chromium", and run it again.',
  );
};
