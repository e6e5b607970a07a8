/** The control plane under `/sandbox`: no part of HubSpot, no token needed, only for the machine it runs on. */

import express, { type ErrorRequestHandler, type Request, type Router } from 'express';
import { countPassed } from './activityCounts.ts';
import { needString } from './call.ts';
import { asObject, readFaults, readPortal, readRules, readWebhooks } from './controlInput.ts';
import { dumpPortal } from './dump.ts';
import { HubSpotError, notFound, toErrorBody, validationError } from './errors.ts';
import { importInto } from './importing.ts';
import { restoreInto } from './restoring.ts';
import { endEnrollment } from './sequences.ts';
import { workflowRoutes } from './workflowControl.ts';
import { type Hosted, type World, closePortal, openPortal } from './world.ts';

const hostedOf = (world: World, req: Request): Hosted => {
  const found = world.portals.get(Number(req.params.portalId));
  if (!found) throw notFound(`No portal ${String(req.params.portalId)} in this sandbox.`);
  return found;
};

const describe = ({ portal, rateLimit, latencyMs, underWay }: Hosted): Record<string, unknown> => {
  const { tokens, ...settings } = portal.settings;
  return {
    ...settings,
    accessTokens: tokens.map(({ token }) => token),
    rateLimit,
    latencyMs,
    underWay,
  };
};

const clockRoutes = (world: World, router: Router): void => {
  const show = () => ({ offsetMs: world.clock.offsetMs(), now: world.clock.now() });
  router.get('/clock', (_req, res) => void res.json(show()));
  router.put('/clock', (req, res) => {
    const { offsetMs } = asObject(req.body, 'The clock');
    if (typeof offsetMs !== 'number' || !Number.isFinite(offsetMs))
      throw validationError('offsetMs must be a number.');
    const before = world.clock.now();
    if (!world.clock.moveTo(offsetMs)) throw validationError('The clock only moves forward.');
    for (const { webhooks, workflows, portal } of world.portals.values()) {
      countPassed(portal, before, world.clock.now());
      webhooks.wake();
      workflows.wake();
    }
    res.json(show());
  });
};

const portalRoutes = (world: World, router: Router): void => {
  router.get(
    '/portals',
    (_req, res) => void res.json({ portals: [...world.portals.values()].map(describe) }),
  );
  router.post('/portals', (req, res) => {
    const request = readPortal(req.body);
    const before = world.portals.get(request.portalId);
    const taken = request.tokens.find(({ token }) => {
      const holder = world.tokens.get(token);
      return holder !== undefined && holder.hosted !== before;
    });
    if (taken) throw validationError('An access token belongs to another portal already.');
    const rules = before?.portal.settings.rules ?? [];
    res.status(before ? 200 : 201).json(describe(openPortal(world, { ...request, rules })));
  });
  router.get('/portals/:portalId', (req, res) => void res.json(describe(hostedOf(world, req))));
  router.delete('/portals/:portalId', (req, res) => {
    hostedOf(world, req);
    closePortal(world, Number(req.params.portalId));
    res.status(204).end();
  });
  router.get('/portals/:portalId/state', (req, res) => {
    res.json(dumpPortal(hostedOf(world, req).portal, req.query.without !== 'history'));
  });
  router.post('/portals/:portalId/restore', (req, res) => {
    const { portal } = hostedOf(world, req);
    restoreInto(portal, asObject(req.body, 'What is restored'), world.clock.now());
    res.status(204).end();
  });
  router.post('/portals/:portalId/sequences/end', (req, res) => {
    const { portal } = hostedOf(world, req);
    endEnrollment(portal, needString(asObject(req.body, 'What ends'), 'contactId'), world.clock.now());
    res.status(204).end();
  });
  router.post('/portals/:portalId/import', (req, res) => {
    const { portal } = hostedOf(world, req);
    const announce = req.query.webhooks === 'true';
    res.json(importInto(portal, asObject(req.body, 'An import'), world.clock.now(), announce));
  });
};

const behaviourRoutes = (world: World, router: Router): void => {
  router.get('/portals/:portalId/log', (req, res) => {
    const { log, workflows } = hostedOf(world, req);
    res.json({ entries: log.since(Number(req.query.since ?? 0)), workflowLines: workflows.lines() });
  });
  router
    .route('/portals/:portalId/faults')
    .get((req, res) => void res.json({ faults: hostedOf(world, req).faults.show() }))
    .put((req, res) => {
      const { faults } = hostedOf(world, req);
      faults.replace(readFaults(req.body));
      res.json({ faults: faults.show() });
    });
  router.put('/portals/:portalId/latency', (req, res) => {
    const { ms } = asObject(req.body, 'The latency');
    if (typeof ms !== 'number' || ms < 0) throw validationError('ms must be a number, 0 or more.');
    const hosted = hostedOf(world, req);
    hosted.latencyMs = ms;
    res.json({ ms });
  });
  router
    .route('/portals/:portalId/rules')
    .get((req, res) => void res.json({ rules: hostedOf(world, req).portal.settings.rules }))
    .put((req, res) => {
      const { settings } = hostedOf(world, req).portal;
      settings.rules = readRules(req.body);
      res.json({ rules: settings.rules });
    });
  router
    .route('/portals/:portalId/webhooks')
    .get((req, res) => void res.json(hostedOf(world, req).webhooks.settings() ?? null))
    .put((req, res) => {
      const { webhooks } = hostedOf(world, req);
      webhooks.configure(readWebhooks(req.body));
      res.json(webhooks.settings() ?? null);
    });
  router.get('/portals/:portalId/webhooks/deliveries', (req, res) => {
    const { webhooks } = hostedOf(world, req);
    res.json({ deliveries: webhooks.reports(), pending: webhooks.pending() });
  });
};

export const createControl = (world: World): Router => {
  const router = express.Router();
  router.use(express.json({ limit: '512mb', strict: false }));
  clockRoutes(world, router);
  portalRoutes(world, router);
  behaviourRoutes(world, router);
  workflowRoutes(router, (req) => hostedOf(world, req), world.clock.now);
  router.use(() => {
    throw notFound('The control plane has no such path.');
  });
  const onError: ErrorRequestHandler = (error: unknown, _req, res, next) => {
    if (error instanceof HubSpotError) res.status(error.parts.status).json(toErrorBody(error, 'sandbox'));
    else if (error instanceof SyntaxError) res.status(400).json({ status: 'error', message: error.message });
    else next(error);
  };
  router.use(onError);
  return router;
};
