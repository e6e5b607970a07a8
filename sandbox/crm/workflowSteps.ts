/** What a workflow does to its record by itself; every step but calls, branches and delays. */

import type { Call } from './call.ts';
import { findDefaultType } from './associationTypes.ts';
import { toInstant } from './clock.ts';
import { validationError } from './errors.ts';
import { link } from './links.ts';
import { listNotFound } from './lists.ts';
import { joinList, leaveList } from './memberships.ts';
import { type ObjectType, getObjectType } from './objectTypes.ts';
import { createRecord, updateRecord } from './records.ts';
import type { CrmRecord, Portal, Source } from './state.ts';
import type { Step, StepValue, WorkflowRun } from './workflowTypes.ts';
import { checkWrite } from './writes.ts';

const TASKS = getObjectType('tasks');
const NOTES = getObjectType('notes');
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
  { kind: 'set-property' | 'add-to-list' | 'remove-from-list' | 'create-task' | 'create-note' }
>;

/** Makes an activity about the record, owned by the record's owner. */
const createActivity = (
  call: Call,
  activityType: ObjectType,
  properties: Readonly<Record<string, string>>,
  type: ObjectType,
  record: CrmRecord,
): void => {
  const { portal, source, now } = call;
  const ownerId = record.properties.get('hubspot_owner_id');
  const { values } = checkWrite(call, activityType, undefined, {
    ...properties,
    ...(ownerId !== undefined && { hubspot_owner_id: ownerId }),
  });
  const { id } = createRecord(portal, activityType, values, source, now);
  const association = findDefaultType(activityType.id, type.id);
  if (!association) return;
  link(portal, association, { typeId: activityType.id, id }, { typeId: type.id, id: record.id }, source, now);
};

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
      const task = {
        hs_timestamp: toInstant(now + (step.dueInDays ?? 0) * DAY_MS),
        hs_task_subject: step.subject,
        ...(step.body !== undefined && { hs_task_body: step.body }),
      };
      createActivity(call, TASKS, task, type, record);
      return `Task “${step.subject}” made.`;
    }
    case 'create-note': {
      const body = valueOf(step.body, record, run);
      if (body === '') throw validationError('A note needs a text, and the value for it is empty.');
      createActivity(call, NOTES, { hs_timestamp: toInstant(now), hs_note_body: body }, type, record);
      return `Note made: ${body}`;
    }
  }
};
