/**
 * The workflow engine of a portal: enrols records by what happens to them, and carries the steps out on the sandbox's
 * clock. A step that fails is noted, and the next one follows, as at HubSpot.
 */

import type { Clock } from './clock.ts';
import { HubSpotError } from './errors.ts';
import { type ObjectType, findObjectType, getObjectType } from './objectTypes.ts';
import { findRecord } from './records.ts';
import { type CrmEvent, type CrmRecord, type Portal, getStore } from './state.ts';
import { type CallResult, GIVE_UP_MS, type Outputs, callAction, describe } from './workflowCalls.ts';
import { carryOut, valueOf } from './workflowSteps.ts';
import type { CustomActions, RunLine, Step, Workflow, WorkflowRun } from './workflowTypes.ts';

type CustomStep = Extract<Step, { kind: 'custom-action' }>;

export type Workflows = {
  readonly configure: (actions: CustomActions) => void;
  readonly actions: () => CustomActions;
  /** Something happened in the portal; never acts before the request that did it has ended. */
  readonly take: (event: CrmEvent) => void;
  /** Enrols a record by hand. The run, or undefined when it is in already or may not come again. */
  readonly enrol: (workflow: Workflow, objectId: string) => WorkflowRun | undefined;
  /** Looks for due steps again; to be called when the clock was moved. */
  readonly wake: () => void;
  /** How many lines the logs of all runs hold: another number once a workflow did something. */
  readonly lines: () => number;
  readonly close: () => void;
};

/** Longest wait of one timer; longer delays are looked at again. */
const MOST_WAIT_MS = 60_000;

const note = (
  run: WorkflowRun,
  at: number,
  step: RunLine['step'],
  outcome: RunLine['outcome'],
  text: string,
): void => void run.lines.push({ at, step, outcome, text });

const keepOutputs = (run: WorkflowRun, name: string, outputs: Outputs): void => {
  for (const [field, value] of Object.entries(outputs)) run.outputs.set(`${name}.${field}`, value);
};

/** Ends the custom action that the run waits for, so that the next step follows. */
export const endCall = (
  run: WorkflowRun,
  outcome: 'done' | 'failed',
  outputs: Outputs,
  text: string,
  now: number,
): void => {
  if (!run.call) return;
  keepOutputs(run, run.call.name, outputs);
  note(run, now, 'custom-action', outcome, text);
  run.call = undefined;
  run.wakeAt = now;
  run.remaining = run.remaining.slice(1);
};

const isTriggered = ({ trigger, objectType }: Workflow, event: CrmEvent): boolean => {
  if (getObjectType(objectType).id !== event.objectTypeId) return false;
  if (trigger.kind === 'list') return event.kind === 'listMembership' && event.listId === trigger.listId;
  if (event.kind !== 'propertyChange' || event.propertyName !== trigger.property) return false;
  const value = event.propertyValue ?? '';
  return trigger.values ? trigger.values.includes(value) : value !== '';
};

export const createWorkflows = (portal: Portal, clock: Clock): Workflows => {
  let settings: CustomActions = { clientSecret: '', actions: [], timeoutMs: 20_000 };
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Immediate | undefined;
  /** enrolments whose call is on its way */
  const calling = new Set<string>();
  const abort = new AbortController();
  const { crm } = portal;

  const wake = (): void => {
    soon ??= setImmediate(pump);
  };

  const enrol = (workflow: Workflow, objectId: string): WorkflowRun | undefined => {
    const earlier = [...crm.workflowRuns.values()].filter(
      (run) => run.workflowId === workflow.id && run.objectId === objectId,
    );
    if (workflow.reenrolls ? earlier.some(({ isActive }) => isActive) : earlier.length > 0) return undefined;
    const now = clock.now();
    const run: WorkflowRun = {
      id: String(++crm.counters.workflowRun),
      workflowId: workflow.id,
      objectTypeId: getObjectType(workflow.objectType).id,
      objectId,
      enrolledAt: now,
      isActive: true,
      remaining: workflow.steps,
      wakeAt: now,
      call: undefined,
      outputs: new Map(),
      lines: [],
    };
    crm.workflowRuns.set(run.id, run);
    note(run, now, 'enrolment', 'done', 'Enrolled.');
    wake();
    return run;
  };

  const end = (run: WorkflowRun, outcome: 'done' | 'failed', text: string): void => {
    run.isActive = false;
    run.call = undefined;
    note(run, clock.now(), 'end', outcome, text);
  };

  const recordOf = (run: WorkflowRun): { type: ObjectType; record: CrmRecord } | undefined => {
    const type = findObjectType(run.objectTypeId);
    const record = type && findRecord(getStore(crm, type.name), run.objectId, undefined);
    return type && record && !record.archived ? { type, record } : undefined;
  };

  const take = (run: WorkflowRun, result: CallResult): void => {
    const { call } = run;
    const now = clock.now();
    if (!call || !run.isActive) return;
    switch (result.kind) {
      case 'again':
        call.attempt += 1;
        if (now + result.afterMs - call.firstAt > GIVE_UP_MS) {
          endCall(run, 'failed', {}, `${result.text} Given up.`, now);
          return;
        }
        run.wakeAt = now + result.afterMs;
        note(run, now, 'custom-action', 'waiting', `${result.text} Tried again later.`);
        return;
      case 'blocked':
        call.isBlocked = true;
        keepOutputs(run, call.name, result.outputs);
        run.wakeAt = now + result.expiresInMs;
        note(run, now, 'custom-action', 'waiting', 'Waits for its completion.');
        return;
      default:
        endCall(run, result.kind, result.outputs, result.text, now);
    }
  };

  const send = async (
    run: WorkflowRun,
    step: CustomStep,
    type: ObjectType,
    record: CrmRecord,
  ): Promise<void> => {
    const now = clock.now();
    const action = settings.actions.find(({ uid }) => uid === step.action);
    run.call ??= {
      callbackId: `ap-${portal.settings.portalId}-${run.id}-${run.lines.length}`,
      name: step.name,
      firstAt: now,
      attempt: 0,
      isBlocked: false,
    };
    if (!action?.objectTypes.includes(type.label)) {
      endCall(run, 'failed', {}, `No action ${step.action} for a ${type.singular}.`, now);
      wake();
      return;
    }
    const inputFields = Object.fromEntries(
      Object.entries(step.inputs).map(([name, value]) => [name, valueOf(value, record, run)]),
    );
    const payload = {
      callbackId: run.call.callbackId,
      origin: {
        portalId: portal.settings.portalId,
        actionDefinitionId: action.actionDefinitionId,
        actionDefinitionVersion: 1,
        extensionDefinitionId: action.actionDefinitionId,
        extensionDefinitionVersionId: 1,
      },
      context: { source: 'WORKFLOWS', workflowId: Number(run.workflowId) },
      object: {
        objectId: Number(record.id),
        objectType: type.label,
        properties: Object.fromEntries(
          action.properties.map((name) => [name, record.properties.get(name) ?? null]),
        ),
      },
      fields: inputFields,
      inputFields,
    };
    calling.add(run.id);
    const result = await callAction(settings, action, payload, run.call.attempt, now, abort.signal);
    calling.delete(run.id);
    if (abort.signal.aborted) return;
    take(run, result);
    wake();
  };

  /** Does what can be done now; false when the run waits or has ended. */
  const advance = (run: WorkflowRun): boolean => {
    const now = clock.now();
    const [step] = run.remaining;
    const found = recordOf(run);
    if (!crm.workflows.get(run.workflowId)?.isEnabled) end(run, 'failed', 'The workflow was switched off.');
    else if (!found) end(run, 'failed', 'The record is gone.');
    else if (!step) end(run, 'done', 'Finished.');
    if (!run.isActive || !step || !found) return false;
    const { type, record } = found;
    switch (step.kind) {
      case 'custom-action':
        if (run.call?.isBlocked === true) {
          endCall(run, 'failed', {}, 'Not completed in time; the workflow goes on.', now);
          return true;
        }
        void send(run, step, type, record);
        return false;
      case 'delay':
        run.remaining = run.remaining.slice(1);
        run.wakeAt = now + step.ms;
        note(run, now, 'delay', 'waiting', `Waits until ${new Date(run.wakeAt).toISOString()}.`);
        return false;
      case 'branch': {
        const value = valueOf(step.on, record, run);
        const chosen = step.cases.find(({ values }) => values.includes(value));
        run.remaining = [...(chosen?.steps ?? step.otherwise ?? []), ...run.remaining.slice(1)];
        note(run, now, 'branch', 'done', chosen ? `“${value}” has its own way.` : `“${value}”: otherwise.`);
        return true;
      }
      default:
        run.remaining = run.remaining.slice(1);
        try {
          note(run, now, step.kind, 'done', carryOut(portal, run, type, record, step, now));
        } catch (error) {
          if (!(error instanceof HubSpotError)) throw error;
          note(run, now, step.kind, 'failed', error.message);
        }
        return true;
    }
  };

  const pump = (): void => {
    soon = undefined;
    clearTimeout(timer);
    if (abort.signal.aborted) return;
    const active = [...crm.workflowRuns.values()].filter(({ isActive }) => isActive);
    for (const run of active)
      while (!calling.has(run.id) && run.isActive && run.wakeAt <= clock.now() && advance(run));
    const next = active
      .filter((run) => run.isActive && !calling.has(run.id))
      .reduce((soonest, { wakeAt }) => Math.min(soonest, wakeAt), Number.POSITIVE_INFINITY);
    if (Number.isFinite(next))
      timer = setTimeout(pump, Math.min(Math.max(1, next - clock.now()), MOST_WAIT_MS)).unref();
  };

  portal.wakeWorkflows = wake;
  wake();
  return {
    configure: (actions) => {
      settings = actions;
      wake();
    },
    actions: () => settings,
    take: (event) => {
      for (const workflow of crm.workflows.values())
        if (workflow.isEnabled && isTriggered(workflow, event)) enrol(workflow, event.objectId);
    },
    enrol,
    wake,
    lines: () => [...crm.workflowRuns.values()].reduce((sum, { lines }) => sum + lines.length, 0),
    close: () => {
      clearTimeout(timer);
      clearImmediate(soon);
      abort.abort();
    },
  };
};

/** Completes an action that answered BLOCK. False when no run waits for it. */
export const completeCall = (
  portal: Portal,
  callbackId: string,
  outputs: Outputs,
  outcome: 'done' | 'failed',
  now: number,
): boolean => {
  const run = [...portal.crm.workflowRuns.values()].find(
    ({ call }) => call?.callbackId === callbackId && call.isBlocked,
  );
  if (!run) return false;
  endCall(run, outcome, outputs, `Completed. ${describe(outputs)}`.trim(), now);
  portal.wakeWorkflows();
  return true;
};
