/** What a workflow does to its record by itself; every step but calls, branches and delays. */

import type { Call } from './call.ts';
import { findDefaultType } from './associationTypes.ts';
import { toInstant } from './clock.ts';
import { link } from './links.ts';
import { listNotFound } from './lists.ts';
import { joinList, leaveList } from './memberships.ts';
import { type ObjectType, getObjectType } from './objectTypes.ts';
import { createRecord, updateRecord } from './records.ts';
import type { CrmRecord, Portal, Source } from './state.ts';
import type { Step, StepValue, WorkflowRun } from './workflowTypes.ts';
import { checkWrite } from './writes.ts';

const TASKS = getObjectType('tasks');
const DAY_MS = 86_400_000;

/** What HubSpot's histories say of a workflow: they name the enrolment, and no workflow. */
const sourceOf = (run: WorkflowRun): Source => ({
  sourceType: 'AUTOMATION_PLATFORM',
  sourceId: `enrollmentId:${run.id}`,
});

export const valueOf = (value: StepValue, record: CrmRecord, run: WorkflowRun): string =>
  'value' in value
    ? value.value
    : 'property' in value
      ? (record.properties.get(value.property) ?? '')
      : (run.outputs.get(value.output) ?? '');

const asCall = (portal: Portal, run: WorkflowRun, now: number): Call => ({
  method: 'POST',
  portal,
  source: sourceOf(run),
  params: {},
  query: new URLSearchParams(),
  body: undefined,
  now,
  // Admins' rules hold for people and for apps on dated paths, not for workflows.
  dated: false,
});

export type Deed = Extract<
  Step,
  { kind: 'set-property' | 'add-to-list' | 'remove-from-list' | 'create-task' }
>;

/**
 * Carries one step out and says what was done.
 *
 * @throws HubSpotError when the portal refuses it: an unknown property, a value outside its options, a list that is gone
 */
export const carryOut = (
  portal: Portal,
  run: WorkflowRun,
  type: ObjectType,
  record: CrmRecord,
  step: Deed,
  now: number,
): string => {
  const call = asCall(portal, run, now);
  switch (step.kind) {
    case 'set-property': {
      const value = valueOf(step.to, record, run);
      const { values } = checkWrite(call, type, record, { [step.property]: value });
      const changed = updateRecord(portal, type, record, values, call.source, now);
      return changed.length > 0
        ? `${step.property} set to “${value}”.`
        : `${step.property} stays as it is: “${record.properties.get(step.property) ?? ''}”.`;
    }
    case 'add-to-list':
    case 'remove-from-list': {
      const list = portal.crm.lists.get(step.listId);
      if (!list || list.deletedAt !== undefined) throw listNotFound(step.listId);
      const isNew =
        step.kind === 'add-to-list'
          ? joinList(portal, list, record.id, call.source, now)
          : leaveList(portal, list, record.id);
      return isNew ? `Members of “${list.name}” changed.` : `Members of “${list.name}” stay as they are.`;
    }
    case 'create-task': {
      const { values } = checkWrite(call, TASKS, undefined, {
        hs_timestamp: toInstant(now + (step.dueInDays ?? 0) * DAY_MS),
        hs_task_subject: step.subject,
        ...(step.body !== undefined && { hs_task_body: step.body }),
        ...(record.properties.has('hubspot_owner_id') && {
          hubspot_owner_id: record.properties.get('hubspot_owner_id') ?? '',
        }),
      });
      const task = createRecord(portal, TASKS, values, call.source, now);
      const association = findDefaultType(TASKS.id, type.id);
      if (association)
        link(
          portal,
          association,
          { typeId: TASKS.id, id: task.id },
          { typeId: type.id, id: record.id },
          call.source,
          now,
        );
      return `Task “${step.subject}” made.`;
    }
  }
};
