import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { workflowHandOffCall, workflowRejectCall } from '../../src/contract/workflow.ts';
import { bodyOf, DEFAULT_SETTINGS } from '../../src/settings.ts';
import { decideReview, viewReviews } from '../../server/flows/guardQueues.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { sweep } from '../../server/flows/sweep.ts';
import { rejectByWorkflow } from '../../server/flows/workflowActions.ts';
import { handOffByWorkflow } from '../../server/flows/workflowGate.ts';
import { createBudget } from '../../server/hubspot/budget.ts';
import { createHubSpotClient } from '../../server/hubspot/client.ts';
import { createGateway } from '../../server/hubspot/gateway.ts';
import type { FlowContext } from '../../server/flows/context.ts';
import { saveSettings } from '../../server/store/portals.ts';
import type { Store } from '../../server/store/db.ts';
import { createLog } from '../../server/telemetry.ts';
import { describeEachEngine } from '../store/engines.ts';
import { APP_ID, contactRef, openHouse, type House } from './house.ts';

type Told = { readonly path: string; readonly body: unknown };

await describeEachEngine('workflows that wait for a person', (openTestStore) => {
  let store: Store;
  let house: House;
  let hubspot: Server;
  let context: FlowContext;
  const told: Told[] = [];
  /** What HubSpot's end of the callback answers, one for each call; 204 where none is left. */
  const statuses: number[] = [];
  beforeAll(async () => {
    store = await openTestStore();
    house = await openHouse(store);
    hubspot = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        told.push({ path: request.url ?? '', body: JSON.parse(Buffer.concat(chunks).toString()) });
        const status = statuses.shift() ?? 204;
        if (status === 204) response.writeHead(status).end();
        else response.writeHead(status, { 'content-type': 'application/json' }).end('{"status":"error"}');
      });
    });
    hubspot.listen(0, '127.0.0.1');
    await once(hubspot, 'listening');
    const { now, log } = { now: house.context.now, log: createLog({ level: 'silent' }) };
    const callbacks = createGateway({
      appId: APP_ID,
      now,
      client: createHubSpotClient({
        baseUrl: `http://127.0.0.1:${(hubspot.address() as AddressInfo).port}`,
        tokenFor: () => Promise.resolve('token'),
        budget: createBudget({
          limiterClient: store.limiterClient,
          limiterTable: store.limiterTable,
          callsPerTenSeconds: 10_000,
          maxWaitMs: 5_000,
          timeoutMs: 10_000,
        }),
        timeoutMs: 5_000,
        log,
        now,
      }),
    });
    // The records are the sandbox's, the waiting workflows a server's of this test.
    const { completeCallback } = callbacks;
    context = { ...house.context, gateway: { ...house.context.gateway, completeCallback } };
  });
  beforeEach(() => {
    told.length = 0;
    statuses.length = 0;
  });
  afterAll(async () => {
    hubspot.closeAllConnections();
    hubspot.close();
    await house.close();
  });

  const drain = () => drainPlans(context, house.portalId);
  const rejectCall = (
    contactId: string,
    inputFields: Record<string, string> = { without_reason: 'ask_owner' },
  ) =>
    workflowRejectCall.parse({
      callbackId: `ap-${randomUUID()}`,
      origin: { portalId: house.portalId },
      context: { workflowId: 192 },
      object: { objectId: Number(contactId), objectType: 'CONTACT' },
      inputFields,
    });
  const send = (call: ReturnType<typeof rejectCall>) => rejectByWorkflow(context, house.portalId, call);
  const tasksOf = async (contactId: string): Promise<string[]> => {
    await drain();
    const found = await house.hubspot(
      'GET',
      '/crm/objects/2026-09/tasks?limit=100&properties=hs_task_subject,hs_task_body',
    );
    const tasks = found['results'] as { properties: Record<string, string> }[];
    return tasks
      .filter(({ properties }) => properties['hs_task_body']?.includes(`/record/0-1/${contactId}`))
      .map(({ properties }) => properties['hs_task_subject'] ?? '');
  };
  const WAITS = { outputFields: { hs_execution_state: 'BLOCK', hs_expiration_duration: 'P7D' } };

  it('a rejection without a reason waits, and its owner gets one task, however often the call comes', async () => {
    const contactId = await house.addMql();
    const call = rejectCall(contactId);
    expect(await send(call)).toEqual(WAITS);
    expect(await Promise.all([send(call), send(call)])).toEqual([WAITS, WAITS]);
    expect(await tasksOf(contactId)).toEqual(['Accept or reject: Ada Lovelace']);
    expect(told).toEqual([]);
  });

  it('nobody is asked where the workflow is to go on, gives a reason, or the lead is not with sales', async () => {
    const open = await house.addMql();
    expect(await send(rejectCall(open, { without_reason: 'go_on' }))).toMatchObject({
      outputFields: { result: 'reason_missing', hs_execution_state: 'FAIL_CONTINUE' },
    });
    expect(await send(rejectCall(open, { without_reason: 'ask_owner', reason: 'too_early' }))).toMatchObject({
      outputFields: { result: 'rejected' },
    });
    const early = await house.addMql({ lifecyclestage: 'lead' });
    expect(await send(rejectCall(early))).toMatchObject({ outputFields: { result: 'reason_missing' } });
  });

  it('the workflow goes on when the lead is rejected on the card, with the answer as its result', async () => {
    const contactId = await house.addMql();
    const call = rejectCall(contactId);
    await send(call);
    await recordRejection(context, house.identity, house.rejection(contactId));
    await drain();
    await drain();
    expect(told).toEqual([
      {
        path: `/automation/actions/callbacks/2026-09/${call.callbackId}/complete`,
        body: {
          outputFields: {
            hs_execution_state: 'SUCCESS',
            result: 'rejected',
            sentence: 'Rejected as Too early.',
            next: expect.stringContaining('No sales contact before'),
          },
          typedOutputs: {},
        },
      },
    ]);
  });

  it('an acceptance ends the wait as well', async () => {
    const contactId = await house.addMql();
    await send(rejectCall(contactId));
    await recordAcceptance(context, house.identity, {
      requestId: randomUUID(),
      record: contactRef(contactId),
    });
    await drain();
    expect(told).toMatchObject([{ body: { outputFields: { result: 'accepted' } } }]);
  });

  it('what HubSpot does not take is told again, with the same words, until it does', async () => {
    const contactId = await house.addMql();
    await send(rejectCall(contactId));
    statuses.push(503, 502);
    await recordRejection(context, house.identity, house.rejection(contactId));
    await drain();
    await house.passSeconds(120);
    await drain();
    await house.passSeconds(120);
    await drain();
    await house.passSeconds(120);
    await drain();
    expect(told).toHaveLength(3);
    for (const again of told) expect(again).toEqual(told[0]);
  });

  it('a wait that HubSpot no longer knows is given up', async () => {
    const contactId = await house.addMql();
    await send(rejectCall(contactId));
    statuses.push(404);
    await recordRejection(context, house.identity, house.rejection(contactId));
    await drain();
    await house.passSeconds(3_600);
    await drain();
    expect(told).toHaveLength(1);
  });

  it('a call that comes again when its wait is over is told then what nobody else will tell it', async () => {
    const contactId = await house.addMql();
    const call = rejectCall(contactId);
    await send(call);
    // The answer to the call was lost, so HubSpot does not know of a wait that could be ended.
    statuses.push(404);
    await recordRejection(context, house.identity, house.rejection(contactId));
    expect(await send(call)).toEqual(WAITS);
    await drain();
    expect(told).toHaveLength(1);
    const { outputFields } = (told[0] as { readonly body: { readonly outputFields: unknown } }).body;
    expect(await send(call)).toEqual({ outputFields });
    expect(await send(call)).toEqual({ outputFields });
  });

  it('a call that comes again when nobody decided in time goes on', async () => {
    const call = rejectCall(await house.addMql());
    await send(call);
    await house.passDays(8);
    await drain();
    expect(await send(call)).toMatchObject({ outputFields: { result: 'reason_missing' } });
  });

  it('after seven days HubSpot goes on by itself, and is told nothing', async () => {
    const contactId = await house.addMql();
    const call = rejectCall(contactId);
    await send(call);
    await house.passDays(8);
    await drain();
    await recordRejection(context, house.identity, house.rejection(contactId));
    await drain();
    expect(told.filter(({ path }) => path.includes(call.callbackId))).toEqual([]);
  });

  it('a lost wake-up is made good by the sweep', async () => {
    const contactId = await house.addMql();
    await send(rejectCall(contactId));
    const woken: number[] = [];
    const queue = {
      ...context.queue,
      wake: (...[tx, name, payload, options]: Parameters<FlowContext['queue']['wake']>) => {
        if (name === 'drain-plans' && 'portalId' in payload) woken.push(payload.portalId);
        return context.queue.wake(tx, name, payload, options);
      },
    };
    await drain();
    await sweep({ ...context, queue });
    // Nobody has decided: for days there is nothing to be told.
    expect(woken).toEqual([]);
    await recordRejection(context, house.identity, house.rejection(contactId));
    await store.db
      .updateTable('planStep')
      .set({ state: 'done' })
      .where('portalId', '=', house.portalId)
      .execute();
    await sweep({ ...context, queue });
    expect(woken).toContain(house.portalId);
  });

  it('a hand-off that needs a review waits for it, and goes on with what was decided', async () => {
    await store.transaction((tx) =>
      saveSettings(tx, {
        portalId: house.portalId,
        body: { ...bodyOf(DEFAULT_SETTINGS), gate: { ...DEFAULT_SETTINGS.gate, reviewAtAttempt: 1 } },
        basedOnVersion: 0,
        savedAt: context.now(),
        savedBy: null,
        section: 'Re-entry',
      }),
    );
    const comesBack = async (): Promise<string> => {
      const contactId = await house.addMql();
      await recordRejection(context, house.identity, house.rejection(contactId));
      await house.passDays(40);
      await drain();
      await house.control('POST', '/import', {
        objects: {
          contacts: [
            {
              id: contactId,
              properties: {
                recent_conversion_event_name: 'Book a demo',
                recent_conversion_date: context.now().toISOString(),
              },
            },
          ],
        },
      });
      await store.db
        .updateTable('leadSnapshot')
        .set({ staleSince: context.now() })
        .where('portalId', '=', house.portalId)
        .where('contactId', '=', contactId)
        .execute();
      return contactId;
    };
    const handOff = (contactId: string, when: string) => {
      const call = workflowHandOffCall.parse({
        callbackId: `ap-${randomUUID()}`,
        origin: { portalId: house.portalId },
        object: { objectId: Number(contactId), objectType: 'CONTACT' },
        inputFields: { when_review: when },
      });
      return { call, answer: () => handOffByWorkflow(context, house.portalId, call) };
    };
    const decide = async (contactId: string, resolution: 'hand_off_again' | 'keep_in_nurture') => {
      const view = await viewReviews(context, house.identity, { limit: 50 });
      const row = view.ok ? view.rows.find((one) => one.contactId === contactId) : undefined;
      expect(await decideReview(context, house.identity, row?.id ?? '', { resolution })).toMatchObject({
        ok: true,
      });
      await drain();
    };
    const asBefore = handOff(await comesBack(), 'go_on');
    expect(await asBefore.answer()).toMatchObject({ outputFields: { result: 'needs_review' } });
    for (const { resolution, result } of [
      { resolution: 'hand_off_again', result: 'handed_off' },
      { resolution: 'keep_in_nurture', result: 'kept_in_nurture' },
    ] as const) {
      const contactId = await comesBack();
      const { call, answer } = handOff(contactId, 'wait');
      expect(await answer()).toEqual(WAITS);
      expect(await answer()).toEqual(WAITS);
      await decide(contactId, resolution);
      const mine = told.filter(({ path }) => path.includes(call.callbackId));
      expect(await answer()).toMatchObject({ outputFields: { hs_execution_state: 'SUCCESS', result } });
      expect(mine).toMatchObject([{ body: { outputFields: { hs_execution_state: 'SUCCESS', result } } }]);
      // A call whose first answer was lost on the way comes again after the decision.
      expect(await answer()).toMatchObject({ outputFields: { hs_execution_state: 'SUCCESS', result } });
    }
  });
});
