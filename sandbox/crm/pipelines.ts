/**
 * Pipelines and their stages.
 * SDK: lib/codegen/crm/pipelines/apis/PipelinesApi, PipelineStagesApi. Docs: crm pipelines guide.
 */

import {
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  created,
  isObject,
  needString,
  objectTypeOf,
  ok,
  optionalBoolean,
  optionalNumber,
  optionalString,
  paramOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { HubSpotError, notFound, validationError } from './errors.ts';
import type { Pipeline, Stage } from './state.ts';
import { getStore } from './state.ts';

const reads = (call: Call): readonly string[] => [objectTypeOf(call).scope.read];
const writes = (call: Call): readonly string[] => [objectTypeOf(call).scope.write];

const inOrder = <T extends { readonly displayOrder: number }>(items: Iterable<T>): T[] =>
  [...items].sort((a, b) => a.displayOrder - b.displayOrder);

/** SDK schema: lib/codegen/crm/pipelines/models/PipelineStage */
const toStage = (it: Stage): Record<string, unknown> => ({
  id: it.id,
  label: it.label,
  displayOrder: it.displayOrder,
  metadata: it.metadata,
  createdAt: toInstant(it.createdAt),
  updatedAt: toInstant(it.updatedAt),
  archived: it.archived,
  writePermissions: 'CRM_PERMISSIONS_ENFORCEMENT',
});

/** SDK schema: lib/codegen/crm/pipelines/models/Pipeline */
const toPipeline = (it: Pipeline): Record<string, unknown> => ({
  id: it.id,
  label: it.label,
  displayOrder: it.displayOrder,
  stages: inOrder([...it.stages.values()].filter(({ archived }) => !archived)).map(toStage),
  createdAt: toInstant(it.createdAt),
  updatedAt: toInstant(it.updatedAt),
  archived: it.archived,
});

const pipelinesOf = (call: Call): Map<string, Pipeline> => {
  const type = objectTypeOf(call);
  const found = call.portal.crm.pipelines.get(type.id);
  if (!found) throw validationError(`Object type ${type.id} does not support pipelines.`);
  return found;
};

const getPipeline = (call: Call): Pipeline => {
  const found = pipelinesOf(call).get(paramOf(call, 'pipelineId'));
  if (!found || found.archived) throw notFound();
  return found;
};

const getStage = (call: Call): Stage => {
  const found = getPipeline(call).stages.get(paramOf(call, 'stageId'));
  if (!found || found.archived) throw notFound();
  return found;
};

const readMetadata = (raw: unknown): Readonly<Record<string, string>> => {
  if (raw === undefined || raw === null) return {};
  if (!isObject(raw)) throw validationError('Stage metadata must be an object of strings.');
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [key, String(value)]));
};

const makeStage = (call: Call, raw: Readonly<Record<string, unknown>>, order: number): Stage => ({
  id: String(++call.portal.crm.counters.stage),
  label: needString(raw, 'label'),
  displayOrder: optionalNumber(raw, 'displayOrder') ?? order,
  metadata: readMetadata(raw.metadata),
  archived: false,
  createdAt: call.now,
  updatedAt: call.now,
});

const stagesFrom = (call: Call, raw: unknown): Map<string, Stage> => {
  if (!Array.isArray(raw) || !raw.every(isObject) || raw.length === 0)
    throw validationError('A pipeline needs at least one stage.');
  return new Map(raw.map((item, at) => makeStage(call, item, at)).map((stage) => [stage.id, stage]));
};

/** Docs: a pipeline or stage that records still use is not deleted when references are to be validated. */
const refuseIfUsed = (call: Call, part: 'pipeline' | 'stage', value: string): void => {
  const type = objectTypeOf(call);
  const property = type.pipeline?.[part];
  if (property === undefined) return;
  const used = [...getStore(call.portal.crm, type.name).records.values()].filter(
    (record) => !record.archived && record.properties.get(property) === value,
  );
  if (used.length > 0)
    throw new HubSpotError({
      status: 400,
      category: 'VALIDATION_ERROR',
      subCategory: part === 'pipeline' ? 'PipelineError.PIPELINE_IN_USE' : 'PipelineError.STAGE_ID_IN_USE',
      message: `${value} is being used by ${used.length} record(s) and cannot be deleted.`,
      context: { references: used.slice(0, 10).map(({ id }) => id) },
    });
};

const PATH = '/crm/pipelines/2026-09/:objectType';

const PIPELINES: readonly Operation[] = [
  {
    method: 'GET',
    path: PATH,
    scopes: reads,
    run: (call) =>
      ok({
        results: inOrder([...pipelinesOf(call).values()].filter(({ archived }) => !archived)).map(toPipeline),
      }),
  },
  {
    method: 'POST',
    path: PATH,
    scopes: writes,
    run: (call) => {
      const body = bodyObject(call);
      const all = pipelinesOf(call);
      const pipeline: Pipeline = {
        id: String(++call.portal.crm.counters.stage),
        label: needString(body, 'label'),
        displayOrder: optionalNumber(body, 'displayOrder') ?? all.size,
        archived: false,
        createdAt: call.now,
        updatedAt: call.now,
        stages: stagesFrom(call, body.stages),
      };
      all.set(pipeline.id, pipeline);
      return created(toPipeline(pipeline));
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:pipelineId`,
    scopes: reads,
    run: (call) => ok(toPipeline(getPipeline(call))),
  },
  {
    method: 'PATCH',
    path: `${PATH}/:pipelineId`,
    scopes: writes,
    run: (call) => {
      const pipeline = getPipeline(call);
      const body = bodyObject(call);
      pipeline.label = optionalString(body, 'label') ?? pipeline.label;
      pipeline.displayOrder = optionalNumber(body, 'displayOrder') ?? pipeline.displayOrder;
      pipeline.archived = optionalBoolean(body, 'archived') ?? pipeline.archived;
      pipeline.updatedAt = call.now;
      return ok(toPipeline(pipeline));
    },
  },
  {
    method: 'PUT',
    path: `${PATH}/:pipelineId`,
    scopes: writes,
    run: (call) => {
      const pipeline = getPipeline(call);
      const body = bodyObject(call);
      const stages = stagesFrom(call, body.stages);
      pipeline.label = needString(body, 'label');
      pipeline.displayOrder = optionalNumber(body, 'displayOrder') ?? pipeline.displayOrder;
      pipeline.updatedAt = call.now;
      pipeline.stages.clear();
      for (const [id, stage] of stages) pipeline.stages.set(id, stage);
      return ok(toPipeline(pipeline));
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/:pipelineId`,
    scopes: writes,
    run: (call) => {
      const pipeline = getPipeline(call);
      if (call.query.get('validateReferencesBeforeDelete') === 'true')
        refuseIfUsed(call, 'pipeline', pipeline.id);
      pipeline.archived = true;
      pipeline.updatedAt = call.now;
      return NO_CONTENT;
    },
  },
];

const STAGES: readonly Operation[] = [
  {
    method: 'GET',
    path: `${PATH}/:pipelineId/stages`,
    scopes: reads,
    run: (call) =>
      ok({
        results: inOrder([...getPipeline(call).stages.values()].filter(({ archived }) => !archived)).map(
          toStage,
        ),
      }),
  },
  {
    method: 'POST',
    path: `${PATH}/:pipelineId/stages`,
    scopes: writes,
    run: (call) => {
      const { stages } = getPipeline(call);
      const stage = makeStage(call, bodyObject(call), stages.size);
      stages.set(stage.id, stage);
      return created(toStage(stage));
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:pipelineId/stages/:stageId`,
    scopes: reads,
    run: (call) => ok(toStage(getStage(call))),
  },
  {
    method: 'PATCH',
    path: `${PATH}/:pipelineId/stages/:stageId`,
    scopes: writes,
    run: (call) => {
      const stage = getStage(call);
      const body = bodyObject(call);
      stage.label = optionalString(body, 'label') ?? stage.label;
      stage.displayOrder = optionalNumber(body, 'displayOrder') ?? stage.displayOrder;
      if (body.metadata !== undefined) stage.metadata = readMetadata(body.metadata);
      stage.archived = optionalBoolean(body, 'archived') ?? stage.archived;
      stage.updatedAt = call.now;
      return ok(toStage(stage));
    },
  },
  {
    method: 'PUT',
    path: `${PATH}/:pipelineId/stages/:stageId`,
    scopes: writes,
    run: (call) => {
      const stage = getStage(call);
      const body = bodyObject(call);
      stage.label = needString(body, 'label');
      stage.displayOrder = optionalNumber(body, 'displayOrder') ?? stage.displayOrder;
      stage.metadata = readMetadata(body.metadata);
      stage.updatedAt = call.now;
      return ok(toStage(stage));
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/:pipelineId/stages/:stageId`,
    scopes: writes,
    run: (call) => {
      const stage = getStage(call);
      refuseIfUsed(call, 'stage', stage.id);
      stage.archived = true;
      stage.updatedAt = call.now;
      return NO_CONTENT;
    },
  },
];

export const PIPELINE_OPERATIONS: readonly Operation[] = [...PIPELINES, ...STAGES];
