/** The whole product: the server as a process of its own, the sandbox as HubSpot. Looked at from outside only. */

import { askSandbox } from '../../sandbox/control.ts';
import { startSandbox, type Sandbox, type SandboxOptions } from '../../sandbox/compose.ts';
import type { CardView, StepView } from '../../src/contract.ts';
import { cardPath, createSender, rejectionOf, type Reply, type Send } from './rep.ts';

const PLENTY = 10_000;
const LOOK_EVERY_MS = 100;

export type Held = { readonly notes: number; readonly tasks: number; readonly lists: number };

export type Product = {
  readonly sandbox: Sandbox;
  readonly send: Send;
  readonly click: (contactId: string, requestId: string) => Promise<Reply>;
  /** Clicks until it is taken, as a rep who is told to; everything else must be a clear "later". Returns its id. */
  readonly clickUntilTaken: (contactId: string, requestId: string) => Promise<string>;
  /** Contacts that were handed to sales, known to the app. */
  readonly addMqls: (count: number) => Promise<readonly string[]>;
  /** Waits until nothing on the card is still to come, but for the weekly review. */
  readonly settled: (contactId: string) => Promise<readonly StepView[]>;
  readonly held: (contactId: string) => Promise<Held>;
  /** How many requests the app has sent to HubSpot. */
  readonly calls: () => Promise<number>;
  readonly control: (method: 'GET' | 'PUT', path: string, body?: unknown) => Promise<unknown>;
  readonly close: () => Promise<void>;
};

/** Later, clearly: what every click and every card gets while the database cannot be used. */
export const LATER = {
  status: 503,
  retryAfter: '1',
  body: {
    ok: false,
    kind: 'store-unavailable',
    sentence:
      'Our database does not answer just now. Try again in a moment: a click that is sent twice counts once.',
    retry: true,
  },
} as const;

export async function openProduct(options: SandboxOptions = {}): Promise<Product> {
  const sandbox = await startSandbox({ pagePort: null, callsPer10s: PLENTY, ...options });
  const { crmUrl, portalId, publicUrl, serverUrl, clientSecret } = sandbox;
  const control: Product['control'] = (method, path, body) =>
    askSandbox(crmUrl, method, `/sandbox${path.replace('~', `/portals/${portalId}`)}`, body);
  const send = createSender({
    publicUrl,
    serverUrl,
    clientSecret,
    portalId,
    userId: 9101,
    theirTimeMs: async () => ((await control('GET', '/clock')) as { now: number }).now,
  });
  const click: Product['click'] = (contactId, requestId) =>
    send('POST', '/v1/rejections', rejectionOf(contactId, requestId));

  return {
    sandbox,
    send,
    click,
    control,
    clickUntilTaken: async (contactId, requestId) => {
      for (;;) {
        const reply = await click(contactId, requestId);
        if (reply.body['ok'] === true) return String(reply.body['rejectionId']);
        if (JSON.stringify(reply) !== JSON.stringify(LATER))
          throw new Error(`Neither taken nor later: ${JSON.stringify(reply)}`);
        await pause();
      }
    },
    addMqls: async (count) => {
      const ids: string[] = [];
      for (let n = 0; n < count; n += 1) {
        const id = await createMql(sandbox, n);
        await send('GET', cardPath(id));
        ids.push(id);
      }
      return ids;
    },
    settled: async (contactId) => {
      for (;;) {
        const { body } = await send('GET', cardPath(contactId));
        const steps = body['ok'] === true ? ((body as unknown as CardView).standing?.steps ?? []) : [];
        const open = steps.filter(({ state }) => ['pending', 'running', 'unknown'].includes(state));
        if (steps.length > 0 && open.length === 0) return steps;
        await pause();
      }
    },
    held: async (contactId) => {
      const state = await control('GET', '~/state?without=history');
      return countHeld(state as PortalState, contactId);
    },
    calls: async () => {
      const { entries } = (await control('GET', '~/log')) as { entries: { actor: string }[] };
      return entries.filter(({ actor }) => actor === 'app').length;
    },
    close: sandbox.close,
  };
}

/** Between two looks at another process, which tells nobody when it is done. */
const pause = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LOOK_EVERY_MS));

async function createMql({ crmUrl, accessToken }: Sandbox, n: number): Promise<string> {
  const answer = await fetch(`${crmUrl}/crm/objects/2026-09/contacts`, {
    method: 'POST',
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({
      properties: {
        email: `ada.${n}@engines-${Date.now()}.example`,
        firstname: 'Ada',
        lastname: 'Lovelace',
        hs_lead_status: 'NEW',
        lifecyclestage: 'marketingqualifiedlead',
      },
    }),
  });
  const { id } = (await answer.json()) as { id: string };
  return id;
}

export type PortalState = {
  readonly associations: readonly string[];
  readonly lists: Readonly<Record<string, { readonly members: readonly string[] }>>;
};

/** How many of each hang on a contact, by the sandbox's own state. */
export function countHeld({ associations, lists }: PortalState, contactId: string): Held {
  const linked = (type: string): number =>
    associations.filter((line) => line.startsWith(`contact ${contactId} → ${type} `)).length;
  return {
    notes: linked('note'),
    tasks: linked('task'),
    lists: Object.values(lists).filter(({ members }) => members.includes(contactId)).length,
  };
}
