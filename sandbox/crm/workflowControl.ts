/** Workflows in the control plane: making them, switching them, and the runs of the records in them. */

import type { Request, Response, Router } from 'express';
import { isObject, needString, optionalBoolean } from './call.ts';
import { conflict, notFound, validationError } from './errors.ts';
import type { Workflow, WorkflowRun } from './workflowTypes.ts';
import { readCustomActions, readWorkflow } from './workflowInput.ts';
import type { Hosted } from './world.ts';

type Row = Readonly<Record<string, unknown>>;

const getWorkflow = ({ portal }: Hosted, req: Request): Workflow => {
  const id = String(req.params.workflowId);
  const found = portal.crm.workflows.get(id);
  if (!found) throw notFound(`No workflow ${id} in this portal.`);
  return found;
};

const runsOf = ({ portal }: Hosted, workflow: Workflow): readonly WorkflowRun[] =>
  [...portal.crm.workflowRuns.values()].filter(({ workflowId }) => workflowId === workflow.id);

const show = (hosted: Hosted, workflow: Workflow): Row => {
  const runs = runsOf(hosted, workflow);
  return { ...workflow, enrolled: runs.length, active: runs.filter(({ isActive }) => isActive).length };
};

const showRun = ({
  id,
  objectTypeId,
  objectId,
  enrolledAt,
  isActive,
  wakeAt,
  call,
  outputs,
  lines,
}: WorkflowRun): Row => ({
  enrollmentId: id,
  objectTypeId,
  objectId,
  enrolledAt,
  state: !isActive ? 'ended' : call?.isBlocked === true ? 'blocked' : call ? 'calling' : 'waiting',
  ...(isActive && { wakeAt }),
  ...(call && { callbackId: call.callbackId, attempt: call.attempt }),
  outputs: Object.fromEntries(outputs),
  lines,
});

/**
 * @param hostedOf the portal that the path names
 */
export const workflowRoutes = (
  router: Router,
  hostedOf: (req: Request) => Hosted,
  now: () => number,
): void => {
  const path = '/portals/:portalId/workflows';
  router
    .route('/portals/:portalId/workflow-actions')
    .get((req, res) => void res.json({ actions: hostedOf(req).workflows.actions().actions }))
    .put((req, res) => {
      const { workflows } = hostedOf(req);
      workflows.configure(readCustomActions(req.body));
      res.json({ actions: workflows.actions().actions });
    });
  router
    .route(path)
    .get((req, res) => {
      const hosted = hostedOf(req);
      res.json({ workflows: [...hosted.portal.crm.workflows.values()].map((it) => show(hosted, it)) });
    })
    .post((req, res) => {
      const hosted = hostedOf(req);
      const { crm } = hosted.portal;
      const id = String(++crm.counters.workflow);
      const workflow: Workflow = { ...readWorkflow(req.body), id, isEnabled: true, createdAt: now() };
      crm.workflows.set(id, workflow);
      res.status(201).json(show(hosted, workflow));
    });
  router
    .route(`${path}/:workflowId`)
    .get((req, res) => void res.json(show(hostedOf(req), getWorkflow(hostedOf(req), req))))
    .put((req, res) => {
      const hosted = hostedOf(req);
      const workflow = getWorkflow(hosted, req);
      const isEnabled = isObject(req.body) ? optionalBoolean(req.body, 'isEnabled') : undefined;
      if (isEnabled === undefined) throw validationError('isEnabled must be true or false.');
      workflow.isEnabled = isEnabled;
      hosted.workflows.wake();
      res.json(show(hosted, workflow));
    })
    .delete((req, res: Response) => {
      const hosted = hostedOf(req);
      const workflow = getWorkflow(hosted, req);
      for (const run of runsOf(hosted, workflow)) hosted.portal.crm.workflowRuns.delete(run.id);
      hosted.portal.crm.workflows.delete(workflow.id);
      res.status(204).end();
    });
  router.get(`${path}/:workflowId/runs`, (req, res) => {
    const hosted = hostedOf(req);
    res.json({ runs: runsOf(hosted, getWorkflow(hosted, req)).map(showRun) });
  });
  router.post(`${path}/:workflowId/enrollments`, (req, res) => {
    const hosted = hostedOf(req);
    const workflow = getWorkflow(hosted, req);
    if (!isObject(req.body)) throw validationError('objectId is missing.');
    const run = hosted.workflows.enrol(workflow, needString(req.body, 'objectId'));
    if (!run) throw conflict('The record is in this workflow, or was and may not come in again.');
    res.status(201).json(showRun(run));
  });
};
