/** Builds the server out of its parts and starts it. The only file that knows them all. */

import { v7 as uuidv7 } from 'uuid';
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Config } from './config.ts';
import { viewBatch } from './flows/batchQueue.ts';
import { viewCandidates } from './flows/candidates.ts';
import { decideBatch } from './flows/batchReview.ts';
import type { FlowContext } from './flows/context.ts';
import { decideDispute, disputeRejection } from './flows/decideDispute.ts';
import { viewDisputes } from './flows/disputes.ts';
import { decideEscalation, findEscalations, viewEscalations } from './flows/escalations.ts';
import { drainPlans } from './flows/drainPlans.ts';
import { decideReview, viewCoverage, viewPending, viewReviews } from './flows/guardQueues.ts';
import { guardRecords } from './flows/guardRecords.ts';
import { provisionPortal, repairPortals } from './flows/provisionPortal.ts';
import { recordAcceptance } from './flows/recordAcceptance.ts';
import { rejectMany, viewReasons } from './flows/rejectMany.ts';
import { recordRejection } from './flows/recordRejection.ts';
import { refreshSnapshots } from './flows/snapshots.ts';
import { draftDefinition, saveSection, signDefinition } from './flows/saveSettings.ts';
import { sweep } from './flows/sweep.ts';
import { takeWebhooks } from './flows/takeWebhooks.ts';
import { undoAnswer } from './flows/undoAnswer.ts';
import { viewCard } from './flows/viewCard.ts';
import {
  acceptByWorkflow,
  factsForWorkflow,
  reasonsForWorkflow,
  rejectByWorkflow,
} from './flows/workflowActions.ts';
import { checkByWorkflow, handOffByWorkflow } from './flows/workflowGate.ts';
import { watchSla } from './flows/watchSla.ts';
import { wakeLeads } from './flows/wakeUp.ts';
import { enrichLeads } from './flows/enrich.ts';
import { takeEnrichment } from './flows/enrichmentResult.ts';
import { nameRightContact } from './flows/rematch.ts';
import { viewEnrichments, viewNextSteps, viewRightContacts } from './flows/followUpQueues.ts';
import { createEnrichmentTool } from './tools/enrichmentTool.ts';
import { confirmEventDate } from './flows/eventDate.ts';
import { viewSettings } from './flows/viewSettings.ts';
import { createApp } from './http/app.ts';
import type { Flows } from './http/flows.ts';
import { startServer, stopServer } from './http/listen.ts';
import { createBudget } from './hubspot/budget.ts';
import { createHubSpotClient } from './hubspot/client.ts';
import { createGateway } from './hubspot/gateway.ts';
import { createQueue } from './jobs/queue.ts';
import { countBegunSteps, countPortalsAtWork } from './store/backlog.ts';
import { openStore } from './store/db.ts';
import { findPortal } from './store/portals.ts';
import { drainLagSeconds, endLeases } from './store/stepClaims.ts';
import { createMetrics, type Log } from './telemetry.ts';

/** How long a stopping server lets requests finish, in milliseconds. */
const STOP_DEADLINE_MS = 10_000;

/**
 * How long a call waits for its turn before its steps go back to the queue, in milliseconds. Longer than HubSpot's
 * window, so that the calls already made for a batch are not made in vain when the budget is spent in its middle.
 */
const BUDGET_WAIT_MS = 12_000;

export type RunningServer = {
  readonly url: string;
  /** Finishes what runs, then closes everything. */
  readonly stop: () => Promise<void>;
  /** Moves what fell due: to be called when the clock was moved by hand. */
  readonly sweep: () => Promise<void>;
};

/** Opens the store, starts the jobs, listens, and makes every portal ready. Rejects with a sentence when it cannot. */
export async function startMqlServer(config: Config, log: Log, now: () => Date): Promise<RunningServer> {
  const store = await openStore({ databaseUrl: config.databaseUrl, dataDir: config.dataDir, log });
  const portalIds = config.privateApps.map(({ portalId }) => portalId);
  const metrics = createMetrics({
    drainLag: () => drainLagSeconds(store.db, now()),
    portalsAtWork: () => countPortalsAtWork(store.db, portalIds, now()),
    stepsBegun: () => countBegunSteps(store.db, portalIds),
  });
  const queue = createQueue(store, { log });
  const client = createHubSpotClient({
    baseUrl: config.hubspotBaseUrl,
    tokenFor: (portalId) => tokenOf(config, portalId),
    budget: createBudget({
      limiterClient: store.limiterClient,
      limiterTable: store.limiterTable,
      callsPerTenSeconds: config.callsPer10s,
      maxWaitMs: BUDGET_WAIT_MS,
      timeoutMs: config.hubspotTimeoutMs,
    }),
    timeoutMs: config.hubspotTimeoutMs,
    log,
    now,
    metrics: {
      called: ({ result, waitedMs }) => {
        metrics.countHubSpotCall(result);
        metrics.observeBudgetWait(waitedMs / 1_000);
      },
    },
  });
  let stopping = false;
  const context: FlowContext = {
    store,
    queue,
    gateway: createGateway({ client, appId: config.appId, now }),
    now,
    newId: () => uuidv7(),
    pause,
    stopping: () => stopping,
    enrichmentTool:
      config.enrichmentSecret === null
        ? null
        : createEnrichmentTool({
            secret: config.enrichmentSecret,
            privateAddresses: config.enrichmentPrivateAddresses,
            timeoutMs: config.hubspotTimeoutMs,
            now,
          }),
    appId: config.appId,
    portalIds,
    log,
    metrics,
  };

  queue.work('drain-plans', ({ portalId }) => drainPlans(context, portalId));
  queue.work('refresh-snapshots', ({ portalId }) => refreshSnapshots(context, portalId));
  queue.work('guard-records', ({ portalId }) => guardRecords(context, portalId));
  queue.work('enrich-leads', ({ portalId }) => enrichLeads(context, portalId));
  queue.work('watch-sla', ({ portalId }) => watchSla(context, portalId));
  queue.work('wake-leads', ({ portalId }) => wakeLeads(context, portalId));
  queue.work('find-escalations', ({ portalId }) => findEscalations(context, portalId));
  queue.work('provision-portal', ({ portalId }) => provisionPortal(context, portalId));
  queue.work('sweep', () => sweep(context));
  queue.work('repair-portals', () => repairPortals(context));
  // Before any worker has a lease of its own. On PostgreSQL another process may be at work; there they end by themselves.
  if (store.engine === 'pglite') await endLeases(store.db, now());
  await queue.start();
  await repairPortals(context);
  // What fell due while nobody ran is woken now, not with the next minute.
  await sweep(context);

  const app = createApp({
    publicUrl: config.publicUrl,
    clientSecrets: config.clientSecrets,
    appId: config.appId,
    enrichmentSecret: config.enrichmentSecret,
    flows: flowsOf(context),
    clock: () => now().getTime(),
    newRequestId: () => randomUUID(),
    log,
    metrics,
    readiness: () => readiness(context),
  });
  const { server, url } = await startServer(app, { port: config.port, host: config.host });
  log.info({ url, engine: store.engine, portals: portalIds.length }, 'listening');

  return {
    url,
    sweep: () => sweep(context),
    stop: async () => {
      const ended = await stopServer(server, { deadlineMs: STOP_DEADLINE_MS });
      // Not before: what a stopping drain leaves to the next server, our own workers would take up again and again.
      stopping = true;
      await queue.stop();
      await store.close();
      log.info({ ended }, 'stopped');
    },
  };
}

/** What the routes call, on this context. */
export function flowsOf(context: FlowContext): Flows {
  return {
    knowsPortal: (portalId) => context.portalIds.includes(portalId),
    viewCard: (identity, record) => viewCard(context, identity, record),
    recordRejection: (identity, request) => recordRejection(context, identity, request),
    viewReasons: (identity) => viewReasons(context, identity),
    rejectMany: (identity, request) => rejectMany(context, identity, request),
    recordAcceptance: (identity, request) => recordAcceptance(context, identity, request),
    undoAnswer: (identity, answerId, request) => undoAnswer(context, identity, answerId, request),
    viewPending: (identity, query) => viewPending(context, identity, query),
    viewReviews: (identity, query) => viewReviews(context, identity, query),
    decideReview: (identity, findingId, request) => decideReview(context, identity, findingId, request),
    viewCoverage: (identity, query) => viewCoverage(context, identity, query),
    confirmEventDate: (identity, answerId, request) => confirmEventDate(context, identity, answerId, request),
    takeEnrichment: (result) => takeEnrichment(context, result),
    viewEnrichments: (identity, query) => viewEnrichments(context, identity, query),
    viewRightContacts: (identity, query) => viewRightContacts(context, identity, query),
    viewCandidates: (identity, answerId, query) => viewCandidates(context, identity, answerId, query),
    nameRightContact: (identity, answerId, request) => nameRightContact(context, identity, answerId, request),
    viewNextSteps: (identity, query) => viewNextSteps(context, identity, query),
    viewBatch: (identity, query) => viewBatch(context, identity, query),
    decideBatch: (identity, request) => decideBatch(context, identity, request),
    viewDisputes: (identity, query) => viewDisputes(context, identity, query),
    disputeRejection: (identity, request) => disputeRejection(context, identity, request),
    decideDispute: (identity, request) => decideDispute(context, identity, request),
    viewEscalations: (identity) => viewEscalations(context, identity),
    decideEscalation: (identity, id, request) => decideEscalation(context, identity, id, request),
    takeWebhooks: (events) => takeWebhooks(context, events),
    rejectByWorkflow: (portalId, call) => rejectByWorkflow(context, portalId, call),
    acceptByWorkflow: (portalId, call) => acceptByWorkflow(context, portalId, call),
    factsForWorkflow: (portalId, call) => factsForWorkflow(context, portalId, call),
    reasonsForWorkflow: (portalId, call) => reasonsForWorkflow(context, portalId, call),
    checkByWorkflow: (portalId, call) => checkByWorkflow(context, portalId, call),
    handOffByWorkflow: (portalId, call) => handOffByWorkflow(context, portalId, call),
    viewSettings: (identity) => viewSettings(context, identity),
    saveSection: (identity, request) => saveSection(context, identity, request),
    draftDefinition: (identity, kind, request) => draftDefinition(context, identity, kind, request),
    signDefinition: (identity, kind, request) => signDefinition(context, identity, kind, request),
  };
}

async function readiness(context: FlowContext): Promise<{ ready: boolean; checks: Record<string, string> }> {
  const checks: Record<string, string> = {};
  try {
    await context.store.ping();
    checks['database'] = 'ok';
    const unready: number[] = [];
    for (const portalId of context.portalIds) {
      if (((await findPortal(context.store.db, portalId))?.map ?? null) === null) unready.push(portalId);
    }
    // Anyone may ask here, so no portal is named; the log names each one whose setting up failed.
    checks['portals'] =
      unready.length === 0
        ? 'ok'
        : `${unready.length} of ${context.portalIds.length} still being set up in HubSpot`;
  } catch (error) {
    context.log.error({ err: error }, 'the database does not answer');
    checks['database'] = 'does not answer';
  }
  return { ready: Object.values(checks).every((check) => check === 'ok'), checks };
}

async function tokenOf(config: Config, portalId: number): Promise<string> {
  const app = config.privateApps.find((one) => one.portalId === portalId);
  if (app === undefined) throw new Error(`There is no access token for portal ${portalId}.`);
  return app.accessToken;
}
