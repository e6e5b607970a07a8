/** HubSpot's webhooks, caught by a small server and held back until a test delivers them. */

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { webhookEvent, type WebhookEvent } from '../../src/contract.ts';
import { readSubscriptions } from '../../sandbox/subscriptions.ts';
import { APP_ID, type House, type Json } from './house.ts';

export type Disorder = {
  readonly duplicate?: number;
  readonly reorder?: boolean;
  readonly delayMs?: number;
  readonly seed?: number;
};

export type Inbox = {
  /** Waits until the sandbox has sent everything, and returns what has come since and was not taken yet. */
  readonly take: () => Promise<WebhookEvent[]>;
  /** Puts events back, to come with the next ones. */
  readonly holdBack: (events: readonly WebhookEvent[]) => void;
  readonly setDisorder: (disorder: Disorder) => Promise<void>;
  readonly close: () => void;
};

/** Subscribes to what the app's metafile names, and catches what HubSpot sends. */
export async function openInbox(house: House, disorder: Disorder): Promise<Inbox> {
  const held: WebhookEvent[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const events = JSON.parse(Buffer.concat(chunks).toString()) as unknown[];
      held.push(...events.map((event) => webhookEvent.parse(event)));
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const subscriptions = await readSubscriptions('extensions');
  const setDisorder = async (next: Disorder): Promise<void> => {
    await house.control('PUT', '/webhooks', {
      targetUrl: `http://127.0.0.1:${port}/`,
      clientSecret: 'secret',
      appId: APP_ID,
      subscriptions,
      disorder: next,
    });
  };
  await setDisorder(disorder);
  return {
    take: async () => {
      for (;;) {
        const { pending } = (await house.control('GET', '/webhooks/deliveries')) as Json & {
          pending: number;
        };
        if (pending === 0) return held.splice(0);
      }
    },
    holdBack: (events) => void held.push(...events),
    setDisorder,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
