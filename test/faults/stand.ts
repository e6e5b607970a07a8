/**
 * The server behind its real HTTP door, on a clock that stands still until a test moves it: requests are signed as
 * HubSpot signs them, steps are carried out by hand, and the sandbox's log and state are the witnesses.
 */

import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { jest } from '@jest/globals';
import { signatureHeaders } from '../../sandbox/host/signature.ts';
import { createApp } from '../../server/http/app.ts';
import { startServer, stopServer } from '../../server/http/listen.ts';
import { openStore } from '../../server/store/db.ts';
import { flowsOf } from '../../server/wire.ts';
import type { CardView, RejectionAnswer, StepView } from '../../src/contract.ts';
import { APP_ID, openHouse, type House, type HouseOptions, type Json } from '../flows/house.ts';
import { fakeDate, passMs } from '../gateway/fakeDate.ts';
import { collectLog, newDataDir } from '../store/engines.ts';

const PUBLIC_URL = 'https://mql.example.com';
const SECRET = 'a-secret-of-this-test';
const REASON = 'bad_data';
/** Far from midnight and from any change of clocks in the portal's zone. */
const START = Date.parse('2026-11-23T09:00:00Z');

export type Reply = {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Json;
};

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
  readonly send: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Reply>;
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
  readonly held: (contactId: string) => Promise<{ notes: number; tasks: number; lists: number }>;
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

  const send: Stand['send'] = async (method, path, body) => {
    const address = new URL(PUBLIC_URL + path);
    address.searchParams.set('userId', String(identity.userId));
    address.searchParams.set('portalId', String(portalId));
    const rawBody = body === undefined ? '' : JSON.stringify(body);
    const signed = {
      clientSecret: SECRET,
      method,
      url: address.href,
      rawBody,
      // The sandbox's time: HubSpot signs on its own clock.
      timestampMs: Date.now(),
    };
    const answer = await fetch(address.href.replace(PUBLIC_URL, url), {
      method,
      headers: {
        ...(rawBody === '' ? {} : { 'content-type': 'application/json' }),
        ...signatureHeaders(signed),
      },
      ...(rawBody === '' ? {} : { body: rawBody }),
    });
    return {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      body: (await answer.json()) as Json,
    };
  };
  const click: Stand['click'] = (contactId, requestId = randomUUID()) =>
    send('POST', '/v1/rejections', house.rejection(contactId, { requestId, reason: REASON }));
  const card: Stand['card'] = async (contactId) => {
    const { body } = await send('GET', `/v1/card?objectTypeId=0-1&objectId=${contactId}`);
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
    held: (contactId) => countHeld(house, contactId),
    close: async () => {
      await stopServer(server, { deadlineMs: 5_000 });
      await house.close();
      await store.close();
      await rm(dataDir, { recursive: true, force: true });
      jest.useRealTimers();
    },
  };
}

type PortalState = {
  readonly objects: Readonly<Record<string, Readonly<Record<string, { readonly archived: boolean }>>>>;
  readonly associations: readonly string[];
  readonly lists: Readonly<Record<string, { readonly members: readonly string[] }>>;
};

async function countHeld({ state }: House, contactId: string) {
  const { associations, lists } = (await state()) as PortalState;
  const linked = (type: string): number =>
    associations.filter((line) => line.startsWith(`contact ${contactId} → ${type} `)).length;
  return {
    notes: linked('note'),
    tasks: linked('task'),
    lists: Object.values(lists).filter(({ members }) => members.includes(contactId)).length,
  };
}
