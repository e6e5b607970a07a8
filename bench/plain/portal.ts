/** The plain handler with a portal of its own, beside ours in the same emulated HubSpot. */

import { randomBytes, randomInt } from 'node:crypto';
import path from 'node:path';
import { askSandbox } from '../../sandbox/control.ts';
import { fillPortal } from '../../sandbox/data/content.ts';
import { toContent } from '../../sandbox/data/leadsFile.ts';
import type { Line } from '../../sandbox/replaying/script.ts';
import { type Child, startChild } from '../child.ts';
import type { Target } from '../load/generator.ts';
import { setLatency } from '../stage.ts';
import type { PlainOptions } from './handler.ts';

export type PlainOrders = { start: { takes: PlainOptions; gives: string } };

export type Plain = {
  readonly target: Target;
  readonly crmUrl: string;
  readonly portalId: number;
  readonly pid: number;
  readonly close: () => Promise<void>;
};

const APP_ID = 4343;
const PUBLIC_URL = 'https://plain.example.com';

/** Makes the portal, fills it with these leads and starts the handler. */
export const openPlain = async (
  crmUrl: string,
  callsPer10s: number,
  lines: readonly Line[],
): Promise<Plain> => {
  const portalId = randomInt(20_000_000, 99_000_000);
  const accessToken = `plain-${randomBytes(24).toString('hex')}`;
  const clientSecret = randomBytes(32).toString('hex');
  await askSandbox(crmUrl, 'POST', '/sandbox/portals', {
    portalId,
    name: 'Plain',
    accessTokens: [accessToken],
    appId: APP_ID,
    rateLimit: { tenSecondly: callsPer10s },
  });
  await fillPortal(crmUrl, portalId, toContent(lines.map(({ lead }) => lead)));
  // The SDK tells each of its retries on standard error.
  const file = path.join(import.meta.dirname, 'child.ts');
  const child: Child<PlainOrders> = startChild(file, { quiet: true });
  try {
    const url = await child.order('start', { crmUrl, accessToken, clientSecret, publicUrl: PUBLIC_URL });
    await setLatency(crmUrl, portalId);
    const target = { url, publicUrl: PUBLIC_URL, clientSecret, portalId, appId: APP_ID };
    return { target, crmUrl, portalId, pid: child.pid, close: child.stop };
  } catch (error) {
    await child.stop();
    throw error;
  }
};
