/**
 * What HubSpot makes of a write by itself: lifecycle stages that only move forward, dates of becoming, completed tasks,
 * the state of a lead or a deal. Called with checked values, before they are stored.
 */

import { SOURCE_OF_WAY } from './actors.ts';
import { toInstant } from './clock.ts';
import { toDealProperties } from './dealStage.ts';
import { toStageProperties } from './leadStage.ts';
import type { ObjectType } from './objectTypes.ts';
import type { CrmRecord, Portal, Source } from './state.ts';
import { getStore } from './state.ts';

/**
 * The values that are really stored for a write.
 *
 * - Lifecycle: "you can only set the value forward in the stage order. To set the lifecycle stage backward, you'll first
 *   need to clear the record's existing lifecycle stage value" (docs: crm contacts guide). A step back is answered as
 *   success and ignored (community.hubspot.com, reports of 204 without a change).
 * - Tasks: completion date and flag follow the status. Leads: stage flags follow the pipeline.
 */
export const withDerived = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord | undefined,
  changes: ReadonlyMap<string, string>,
  source: Source,
  now: number,
): Map<string, string> => {
  const result = new Map(changes);
  if (type.name === 'contacts' || type.name === 'companies')
    deriveLifecycle(portal, type, record, result, source, now);
  if (type.name === 'contacts') deriveEmailDomain(result);
  if (type.name === 'tasks') deriveTask(record, result, now);
  derivePipeline(portal, type, record, result);
  if (type.name === 'calls' && !record && !result.has('hs_call_status'))
    result.set('hs_call_status', 'COMPLETED');
  if (type.name === 'emails' && !record && !result.has('hs_email_status'))
    result.set('hs_email_status', 'SENT');
  if (type.name === 'notes') {
    const body = result.get('hs_note_body');
    if (body !== undefined) result.set('hs_body_preview', body.replace(/<[^>]*>/g, '').slice(0, 200));
  }
  const owner = result.get('hubspot_owner_id');
  if (owner !== undefined && owner !== (record?.properties.get('hubspot_owner_id') ?? ''))
    result.set('hubspot_owner_assigneddate', owner === '' ? '' : toInstant(now));
  if (!record) {
    result.set('hs_object_source', source.sourceType);
    result.set('hs_object_source_id', source.sourceId);
    result.set('hs_object_source_label', source.sourceType);
    if (source.updatedByUserId !== undefined)
      result.set('hs_object_source_user_id', String(source.updatedByUserId));
  }
  return result;
};

const BY_HAND: ReadonlySet<string> = new Set([
  SOURCE_OF_WAY.record,
  SOURCE_OF_WAY.bulk,
  SOURCE_OF_WAY.mobile,
]);

const deriveLifecycle = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord | undefined,
  result: Map<string, string>,
  source: Source,
  now: number,
): void => {
  if (!record && !result.get('lifecyclestage') && portal.settings.defaultLifecycleStage !== '')
    result.set('lifecyclestage', portal.settings.defaultLifecycleStage);
  const wanted = result.get('lifecyclestage');
  if (wanted === undefined || wanted === '') return;
  const definitions = getStore(portal.crm, type.name).definitions;
  const options = definitions.get('lifecyclestage')?.options ?? [];
  const rank = (stage: string): number =>
    options.find(({ value }) => value === stage)?.displayOrder ?? Number.POSITIVE_INFINITY;
  const current = record?.properties.get('lifecyclestage');
  // A person may step back by hand; the API, imports and workflows may not (KB: "Change record lifecycle stages in bulk").
  if (current !== undefined && rank(wanted) < rank(current) && !BY_HAND.has(source.sourceType)) {
    result.delete('lifecyclestage');
    return;
  }
  const stamp = `hs_lifecyclestage_${wanted}_date`;
  if (wanted !== current && definitions.has(stamp)) result.set(stamp, toInstant(now));
};

const deriveEmailDomain = (result: Map<string, string>): void => {
  const email = result.get('email');
  if (email === undefined) return;
  result.set('email', email.toLowerCase());
  result.set('hs_email_domain', email.slice(email.lastIndexOf('@') + 1).toLowerCase());
};

const deriveTask = (record: CrmRecord | undefined, result: Map<string, string>, now: number): void => {
  if (!record && !result.has('hs_task_status')) result.set('hs_task_status', 'NOT_STARTED');
  if (!record && !result.has('hs_task_type')) result.set('hs_task_type', 'TODO');
  if (!record && !result.has('hs_task_priority')) result.set('hs_task_priority', 'NONE');
  const status = result.get('hs_task_status');
  if (status === undefined || status === record?.properties.get('hs_task_status')) return;
  const done = status === 'COMPLETED';
  result.set('hs_task_is_completed', done ? '1' : '0');
  result.set('hs_task_completion_date', done ? toInstant(now) : '');
};

/** Where a record of a pipeline stands: the first pipeline and stage unless told, and what the stage makes true. */
const derivePipeline = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord | undefined,
  result: Map<string, string>,
): void => {
  if (!type.pipeline) return;
  const names = type.pipeline;
  const pipelines = portal.crm.pipelines.get(type.id);
  const pipelineId =
    result.get(names.pipeline) || record?.properties.get(names.pipeline) || pipelines?.keys().next().value;
  const pipeline = pipelineId === undefined ? undefined : pipelines?.get(pipelineId);
  if (!pipeline) return;
  if (!record) result.set(names.pipeline, pipeline.id);
  const first = [...pipeline.stages.values()].sort((a, b) => a.displayOrder - b.displayOrder)[0];
  if (!record && !result.get(names.stage) && first) result.set(names.stage, first.id);
  const stageId = result.get(names.stage);
  const stage = stageId === undefined ? undefined : pipeline.stages.get(stageId);
  if (!stage) return;
  const properties = type.name === 'deals' ? toDealProperties(stage) : toStageProperties(stage);
  for (const [name, value] of properties) result.set(name, value);
};
