/**
 * Workflows of the sandbox that call the real product: its app behind its HTTP door, with signatures, and the actions of
 * the metafiles. In front of it stands a gate that can lose calls and answers as a network does.
 */

import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { readWorkflowActions } from '../../sandbox/workflowActions.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { createApp } from '../../server/http/app.ts';
import { startServer, stopServer } from '../../server/http/listen.ts';
import type { Store } from '../../server/store/db.ts';
import { flowsOf } from '../../server/wire.ts';
import { APP_ID, openHouse, type House, type Json } from './house.ts';
import { openInbox } from './inbox.ts';

const PUBLIC_URL = 'https://mql.example.com';
const SECRET = 'secret-of-the-app';
const LONGEST_WAIT_MS = 15_000;

/**
 * What becomes of one call: turned away before the product sees it, as a busy proxy does; or taken by the product, whose
 * answer then never arrives.
 */
export type Mishap =
  { readonly kind: 'busy'; readonly retryAfter: string } | { readonly kind: 'answer-lost' };

export type Passed = {
  readonly path: string;
  readonly callbackId: string;
  readonly status: number;
  readonly retryAfter: string | null;
};

export type Run = {
  readonly enrollmentId: string;
  readonly state: 'ended' | 'blocked' | 'calling' | 'waiting';
  readonly attempt?: number;
  readonly callbackId?: string;
  /** What the actions answered, by `<step>.<field>`. */
  readonly outputs: Readonly<Record<string, string>>;
  readonly lines: readonly { readonly step: string; readonly outcome: string; readonly text: string }[];
};

export type WorkflowStage = House & {
  /** Makes a workflow of contacts that has these steps; its id. */
  readonly addWorkflow: (trigger: Json, steps: readonly Json[]) => Promise<string>;
  readonly switchOff: (workflowId: string) => Promise<void>;
  /** The contact's run, once it is as wanted. */
  readonly runOf: (workflowId: string, contactId: string, state: Run['state']) => Promise<Run>;
  /** The contact's run once the product was asked in vain so often. */
  readonly runAfter: (workflowId: string, contactId: string, attempts: number) => Promise<Run>;
  /** Carries out all that webhooks, guard and plans owe. */
  readonly settle: () => Promise<void>;
  /** Rejected, routed to its end, and out of sales. */
  readonly rejectedLead: () => Promise<string>;
  readonly reject: (contactId: string) => Promise<void>;
  /** What HubSpot's own analytics write; workflows and webhooks hear of it. */
  readonly happens: (contactId: string, properties: Readonly<Record<string, string>>) => Promise<void>;
  readonly requestsDemo: (contactId: string) => Promise<void>;
  readonly notesOf: (contactId: string) => Promise<readonly string[]>;
  readonly tasksOf: (contactId: string) => Promise<readonly string[]>;
  /** For the next calls of workflows, one each. */
  readonly mishaps: Mishap[];
  /** Every call of a workflow, with what HubSpot got for it. */
  readonly passed: Passed[];
};

const bodyOf = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

export async function openWorkflowStage(store: Store): Promise<WorkflowStage> {
  const house = await openHouse(store);
  const { context, portalId } = house;
  const inbox = await openInbox(house, {});
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
  const product = await startServer(app, { port: 0, host: '127.0.0.1' });
  const mishaps: Mishap[] = [];
  const passed: Passed[] = [];

  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const path = request.url ?? '';
    const { callbackId } = JSON.parse(body.toString()) as { callbackId: string };
    const answer = (status: number, text: string, headers: Readonly<Record<string, string>> = {}): void => {
      passed.push({ path, callbackId, status, retryAfter: headers['retry-after'] ?? null });
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    };
    const mishap = mishaps.shift();
    if (mishap?.kind === 'busy') {
      answer(429, '{}', { 'retry-after': mishap.retryAfter });
      return;
    }
    const headers = Object.fromEntries(
      Object.entries(request.headers).filter(
        ([name]) => name.startsWith('x-hubspot-') || name === 'content-type',
      ),
    ) as Record<string, string>;
    const taken = await fetch(`${product.url}${path}`, {
      method: 'POST',
      headers,
      body: new Uint8Array(body),
    });
    const text = await taken.text();
    if (mishap?.kind === 'answer-lost') {
      answer(502, '{}');
      return;
    }
    answer(taken.status, text, Object.fromEntries(taken.headers));
  };
  const gate = createServer((request, response) => {
    pass(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  gate.listen(0, '127.0.0.1');
  await once(gate, 'listening');
  const gateUrl = `http://127.0.0.1:${(gate.address() as AddressInfo).port}`;
  await house.control('PUT', '/workflow-actions', {
    clientSecret: SECRET,
    timeoutMs: 10_000,
    actions: await readWorkflowActions('extensions', gateUrl, PUBLIC_URL),
  });

  const settle = async (): Promise<void> => {
    for (;;) {
      const gateway = { ...context.gateway, recentCalls: () => 0 };
      await drainPlans({ ...context, gateway }, portalId);
      const events = await inbox.take();
      if (events.length === 0) return;
      await takeWebhooks(context, events);
      await guardRecords(context, portalId);
    }
  };
  const runWhere = async (
    workflowId: string,
    contactId: string,
    isSo: (run: Run) => boolean,
  ): Promise<Run> => {
    for (const until = performance.now() + LONGEST_WAIT_MS; ;) {
      const { runs } = (await house.control('GET', `/workflows/${workflowId}/runs`)) as {
        runs: readonly (Run & { readonly objectId: string })[];
      };
      const run = runs.findLast(({ objectId }) => objectId === contactId);
      if (run && isSo(run)) return run;
      if (performance.now() > until) throw new Error(`Not as wanted: ${JSON.stringify(run)}`);
      await pause(5);
    }
  };
  const happens: WorkflowStage['happens'] = async (contactId, properties) => {
    await house.control('POST', '/import?webhooks=true', {
      objects: { contacts: [{ id: contactId, properties }] },
    });
  };
  const about = async (type: 'notes' | 'tasks', field: string, contactId: string): Promise<string[]> => {
    await settle();
    const { objects, associations } = (await house.state()) as {
      objects: Readonly<
        Record<string, Readonly<Record<string, { properties: Readonly<Record<string, string>> }>>>
      >;
      associations: readonly string[];
    };
    const one = type.slice(0, -1);
    return Object.entries(objects[type] ?? {})
      .filter(([id]) => associations.some((line) => line.startsWith(`contact ${contactId} → ${one} ${id} `)))
      .map(([, { properties }]) => properties[field] ?? '');
  };
  const reject = async (contactId: string): Promise<void> => {
    const answer = await flowsOf(context).recordRejection(house.identity, house.rejection(contactId));
    if (!answer.ok) throw new Error(answer.sentence);
    await settle();
  };
  return {
    ...house,
    mishaps,
    passed,
    settle,
    happens,
    reject,
    addWorkflow: async (trigger, steps) => {
      const made = await house.control('POST', '/workflows', {
        name: `Workflow ${randomUUID()}`,
        trigger,
        steps,
      });
      return (made as { id: string }).id;
    },
    switchOff: async (workflowId) => {
      await house.control('PUT', `/workflows/${workflowId}`, { isEnabled: false });
    },
    runOf: (workflowId, contactId, state) => runWhere(workflowId, contactId, (run) => run.state === state),
    runAfter: (workflowId, contactId, attempts) =>
      runWhere(workflowId, contactId, ({ attempt }) => attempt === attempts),
    rejectedLead: async () => {
      const contactId = await house.addMql();
      await settle();
      await reject(contactId);
      await house.passDays(8);
      await settle();
      return contactId;
    },
    requestsDemo: (contactId) =>
      happens(contactId, {
        recent_conversion_event_name: 'Book a demo',
        recent_conversion_date: context.now().toISOString(),
      }),
    notesOf: (contactId) => about('notes', 'hs_note_body', contactId),
    tasksOf: (contactId) => about('tasks', 'hs_task_subject', contactId),
    close: async () => {
      inbox.close();
      gate.closeAllConnections();
      gate.close();
      await stopServer(product.server, { deadlineMs: 5_000 });
      await house.close();
    },
  };
}
