/**
 * The server behind its real HTTP door, on a clock that stands still until a test moves it: requests are signed as
 * HubSpot signs them, steps are carried out by hand, and the sandbox's log and state are the witnesses.
 */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { createApp } from '../../server/http/app.ts';
import { startServer, stopServer } from '../../server/http/listen.ts';
import { openStore } from '../../server/store/db.ts';
import { flowsOf } from '../../server/wire.ts';
import type { CardView, RejectionAnswer, StepView } from '../../src/contract.ts';
import { APP_ID, openHouse, type House, type HouseOptions, type Json } from '../flows/house.ts';
import { fakeDate, passMs } from '../gateway/fakeDate.ts';
import { collectLog, newDataDir } from '../store/engines.ts';
import { countHeld, type Held, type PortalState } from './product.ts';
import { cardPath, createSender, rejectionOf, type Reply, type Send } from './rep.ts';

const PUBLIC_URL = 'https://mql.example.com';
const SECRET = 'a-secret-of-this-test';
/** Far from midnight and from any change of clocks in the portal's zone. */
const START = Date.parse('2026-11-23T09:00:00Z');

export type LogEntry = {
  readonly seq: number;
  readonly actor: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly fault?: string;
  readonly body?: { readonly inputs?: readonly { readonly id?: string }[] };
};

export type Stand = House & {
  /** Lets time pass for server, sandbox and rate budget alike. */
  readonly pass: (ms: number) => Promise<void>;
  /** Sends a request that HubSpot signed on its own clock. */
  readonly send: Send;
  /** The click on Reject; the same `requestId` is the same click. */
  readonly click: (contactId: string, requestId?: string) => Promise<Reply>;
  /** Clicks, and throws unless the answer is taken. Returns its id. */
  readonly reject: (contactId: string, requestId?: string) => Promise<string>;
  readonly undo: (answerId: string) => Promise<Reply>;
  readonly card: (contactId: string) => Promise<CardView>;
  /** Steps of the answer that stands, as the card shows them. */
  readonly steps: (contactId: string) => Promise<readonly StepView[]>;
  readonly faults: (...rules: readonly Json[]) => Promise<void>;
  /** What the app has asked HubSpot for since it was last asked here. */
  readonly newCalls: () => Promise<readonly LogEntry[]>;
  /** How many of each the record holds. */
  readonly held: (contactId: string) => Promise<Held>;
};

export async function openStand(options: HouseOptions = {}): Promise<Stand> {
  fakeDate(START);
  const dataDir = await newDataDir();
  const store = await openStore({ databaseUrl: null, dataDir, log: collectLog() });
  const house = await openHouse(store, { sleep: passMs, ...options });
  const { context, portalId, identity } = house;
  const app = createApp({
    publicUrl: PUBLIC_URL,
    clientSecrets: [SECRET],
    appId: APP_ID,
    flows: flowsOf(context),
    clock: () => context.now().getTime(),
    newRequestId: () => randomUUID(),
    log: context.log,
    metrics: context.metrics,
    readiness: () => Promise.resolve({ ready: true, checks: {} }),
  });
  const { server, url } = await startServer(app, { port: 0, host: '127.0.0.1' });

  const send = createSender({
    publicUrl: PUBLIC_URL,
    serverUrl: url,
    clientSecret: SECRET,
    portalId,
    userId: identity.userId,
    theirTimeMs: () => Promise.resolve(Date.now()),
  });
  const click: Stand['click'] = (contactId, requestId = randomUUID()) =>
    send('POST', '/v1/rejections', rejectionOf(contactId, requestId));
  const card: Stand['card'] = async (contactId) => {
    const { body } = await send('GET', cardPath(contactId));
    if (body['ok'] !== true) throw new Error(JSON.stringify(body));
    return body as unknown as CardView;
  };

  let seen = 0;
  return {
    ...house,
    pass: passMs,
    send,
    click,
    reject: async (contactId, requestId) => {
      const { body } = await click(contactId, requestId);
      if (body['ok'] !== true) throw new Error(JSON.stringify(body));
      return (body as unknown as RejectionAnswer).rejectionId;
    },
    undo: (answerId) =>
      send('POST', `/v1/answers/${answerId}/undo`, { requestId: randomUUID(), reason: 'a slip' }),
    card,
    steps: async (contactId) => {
      const { standing } = await card(contactId);
      if (standing === null) throw new Error('No answer stands.');
      return standing.steps;
    },
    faults: async (...rules) => void (await house.control('PUT', '/faults', rules)),
    newCalls: async () => {
      const { entries } = (await house.control('GET', `/log?since=${seen}`)) as { entries: LogEntry[] };
      seen = entries.at(-1)?.seq ?? seen;
      return entries.filter(({ actor }) => actor === 'app');
    },
    held: async (contactId) => countHeld((await house.state()) as PortalState, contactId),
    close: async () => {
      await stopServer(server, { deadlineMs: 5_000 });
      await house.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
      jest.useRealTimers();
    },
  };
}
