/**
 * Associations between records.
 * SDK: lib/codegen/crm/associations/v4/apis/BasicApi, BatchApi. Docs: developers.hubspot.com/docs/api-reference/crm-associations-v4/guide
 */

import { idOf, invalidIds, readSpec } from './associationInputs.ts';
import {
  type AssociationType,
  findAssociationType,
  findDefaultType,
  typesBetween,
} from './associationTypes.ts';
import {
  type Answer,
  type Call,
  type Operation,
  NO_CONTENT,
  created,
  inputsOf,
  isObject,
  limitOf,
  needString,
  objectTypeOf,
  ok,
  pageOf,
  paramOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { notFound, validationError } from './errors.ts';
import { type Ref, findLive, link, linked, unlink, unlinkAll } from './links.ts';
import { archiveRecord } from './records.ts';
import { getObjectType } from './objectTypes.ts';

type Row = Readonly<Record<string, unknown>>;

const MOST_READ = 1000;
const MOST_CREATED = 2000;
const MOST_ARCHIVED = 100;

const fromType = (call: Call) =>
  objectTypeOf(call, 'objectType' in call.params ? 'objectType' : 'fromObjectType');
const toType = (call: Call) => objectTypeOf(call, 'toObjectType');
const reads = (call: Call): readonly string[] => [fromType(call).scope.read];
const writes = (call: Call): readonly string[] => [fromType(call).scope.write];

const pairOf = (call: Call): { readonly from: Ref; readonly to: Ref } => ({
  from: { typeId: fromType(call).id, id: paramOf(call, 'objectId') },
  to: { typeId: toType(call).id, id: paramOf(call, 'toObjectId') },
});

/** SDK schema: lib/codegen/crm/associations/v4/models/AssociationSpecWithLabel */
const toSpec = (typeId: number): Row => ({
  category: 'HUBSPOT_DEFINED',
  typeId,
  label: findAssociationType(typeId)?.label ?? null,
});

const toTargets = (call: Call, from: Ref): Row[] =>
  linked(call.portal, from, toType(call).id).map(({ id, typeIds }) => ({
    toObjectId: id,
    associationTypes: typeIds.toSorted((a, b) => a - b).map(toSpec),
  }));

const refuseDead = (call: Call, refs: readonly Ref[]): void => {
  const dead = refs.filter((ref) => !findLive(call.portal, ref));
  if (dead.length > 0) throw invalidIds(dead.map(({ typeId, id }) => [typeId, id]));
};

/** Docs: leads guide: "If you remove all primary associations to the lead, the lead will automatically be deleted." */
const dropOrphanedLead = (call: Call, ref: Ref): void => {
  const lead = getObjectType('leads');
  if (ref.typeId !== lead.id) return;
  const record = findLive(call.portal, ref);
  const primaries = typesBetween(lead.id, '0-1')
    .concat(typesBetween(lead.id, '0-2'))
    .filter(({ single }) => single);
  const left = primaries.some(({ to, typeId }) =>
    linked(call.portal, ref, to).some(({ typeIds }) => typeIds.includes(typeId)),
  );
  if (record && !left) archiveRecord(call.portal, lead, record, call.source, call.now);
};

const removePair = (call: Call, from: Ref, to: Ref): void => {
  unlinkAll(call.portal, from, to, call.source, call.now);
  dropOrphanedLead(call, from);
  dropOrphanedLead(call, to);
};

/** SDK schema: lib/codegen/crm/associations/v4/models/LabelsBetweenObjectPair */
const toLabels = (from: Ref, to: Ref, types: readonly AssociationType[]): Row => ({
  fromObjectTypeId: from.typeId,
  fromObjectId: from.id,
  toObjectTypeId: to.typeId,
  toObjectId: to.id,
  labels: types.flatMap(({ label }) => (label === undefined ? [] : [label])),
});

const defaultType = (call: Call): AssociationType => {
  const type = findDefaultType(fromType(call).id, toType(call).id);
  if (!type)
    throw validationError(`No default association between ${fromType(call).id} and ${toType(call).id}.`);
  return type;
};

/** SDK schema: lib/codegen/crm/associations/v4/models/PublicDefaultAssociation, one row a direction */
const toDefaults = (from: Ref, to: Ref, type: AssociationType): Row[] => [
  {
    from: { id: from.id },
    to: { id: to.id },
    associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: type.typeId },
  },
  {
    from: { id: to.id },
    to: { id: from.id },
    associationSpec: { associationCategory: 'HUBSPOT_DEFINED', associationTypeId: type.inverseId },
  },
];

const answerBatch = (
  call: Call,
  status: number,
  results: readonly Row[],
  errors: readonly Row[] = [],
): Answer => ({
  status: errors.length > 0 ? 207 : status,
  body: {
    status: 'COMPLETE',
    results,
    ...(errors.length > 0 && { numErrors: errors.length, errors }),
    startedAt: toInstant(call.now),
    completedAt: toInstant(call.now),
  },
});

const rowError = (
  category: string,
  message: string,
  context: Readonly<Record<string, readonly string[]>>,
): Row => ({
  status: 'error',
  category,
  message,
  context,
  errors: [],
  links: {},
});

const endOf = (row: Row, side: 'from' | 'to', typeId: string): Ref => {
  const id = idOf(row[side]);
  if (id === undefined)
    throw validationError(
      `Invalid input JSON on line 1, column 1: Some required fields were not set: [${side}]`,
    );
  return { typeId, id };
};

const batchRead = (call: Call): Answer => {
  const results: Row[] = [];
  const errors: Row[] = [];
  for (const row of inputsOf(call, MOST_READ)) {
    const from = { typeId: fromType(call).id, id: needString(row, 'id') };
    const to = toTargets(call, from);
    if (to.length > 0) results.push({ from: { id: from.id }, to });
    else
      errors.push({
        ...rowError(
          'OBJECT_NOT_FOUND',
          `No ${toType(call).singular} is associated with ${fromType(call).singular} ${from.id}.`,
          {
            fromObjectId: [from.id],
            fromObjectType: [fromType(call).name],
            toObjectType: [toType(call).name],
          },
        ),
        subCategory: 'crm.associations.NO_ASSOCIATIONS_FOUND',
      });
  }
  return answerBatch(call, 200, results, errors);
};

const batchCreate = (call: Call): Answer => {
  const results: Row[] = [];
  const errors: Row[] = [];
  const rows = inputsOf(call, MOST_CREATED).map((row) => {
    const from = endOf(row, 'from', fromType(call).id);
    const to = endOf(row, 'to', toType(call).id);
    const specs: readonly unknown[] = Array.isArray(row.types) ? row.types : [];
    return { from, to, types: specs.map((spec) => readSpec(spec, from.typeId, to.typeId)) };
  });
  for (const { from, to, types } of rows) {
    const dead = [from, to].filter((ref) => !findLive(call.portal, ref));
    if (dead.length > 0) {
      const { parts } = invalidIds(dead.map(({ typeId, id }) => [typeId, id]));
      errors.push(rowError(parts.category, parts.message, parts.context ?? {}));
      continue;
    }
    for (const type of types) link(call.portal, type, from, to, call.source, call.now);
    results.push(toLabels(from, to, types));
  }
  return answerBatch(call, 201, results, errors);
};

const batchDefault = (call: Call): Answer => {
  const type = defaultType(call);
  const pairs = inputsOf(call, MOST_CREATED).map((row) => ({
    from: endOf(row, 'from', type.from),
    to: endOf(row, 'to', type.to),
  }));
  refuseDead(
    call,
    pairs.flatMap(({ from, to }) => [from, to]),
  );
  const results = pairs.flatMap(({ from, to }) => {
    link(call.portal, type, from, to, call.source, call.now);
    return toDefaults(from, to, type);
  });
  return answerBatch(call, 200, results);
};

const batchArchive = (call: Call): Answer => {
  for (const row of inputsOf(call, MOST_ARCHIVED)) {
    const from = endOf(row, 'from', fromType(call).id);
    const targets: readonly unknown[] = Array.isArray(row.to) ? row.to : [];
    for (const target of targets) {
      const id = idOf(target);
      if (id !== undefined) removePair(call, from, { typeId: toType(call).id, id });
    }
  }
  return NO_CONTENT;
};

const batchArchiveLabels = (call: Call): Answer => {
  for (const row of inputsOf(call, MOST_ARCHIVED)) {
    const from = endOf(row, 'from', fromType(call).id);
    const to = endOf(row, 'to', toType(call).id);
    const specs: readonly unknown[] = Array.isArray(row.types) ? row.types : [];
    for (const spec of specs)
      unlink(call.portal, readSpec(spec, from.typeId, to.typeId), from, to, call.source, call.now);
    dropOrphanedLead(call, from);
    dropOrphanedLead(call, to);
  }
  return NO_CONTENT;
};

const createPair = (call: Call): Answer => {
  const { from, to } = pairOf(call);
  if (!Array.isArray(call.body) || call.body.length === 0 || !call.body.every(isObject))
    throw validationError(
      'Invalid input JSON on line 1, column 1: an array of association types was expected',
    );
  const types = call.body.map((spec) => readSpec(spec, from.typeId, to.typeId));
  refuseDead(call, [from, to]);
  for (const type of types) link(call.portal, type, from, to, call.source, call.now);
  return created(toLabels(from, to, types));
};

const createDefault = (call: Call): Answer => {
  const type = defaultType(call);
  const { from, to } = pairOf(call);
  refuseDead(call, [from, to]);
  link(call.portal, type, from, to, call.source, call.now);
  return answerBatch(call, 200, toDefaults(from, to, type));
};

const ONE = '/crm/objects/2026-09/:objectType/:objectId/associations';
const MANY = '/crm/associations/2026-09/:fromObjectType/:toObjectType';

const bucket = 'associations' as const;

export const ASSOCIATION_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: `${ONE}/:toObjectType`,
    scopes: reads,
    bucket,
    run: (call) => {
      const from = { typeId: fromType(call).id, id: paramOf(call, 'objectId') };
      if (!findLive(call.portal, from)) throw notFound();
      const { page, paging } = pageOf(
        toTargets(call, from),
        call.query.get('after'),
        limitOf(call.query, 500, 500),
      );
      return ok({ results: page, ...(paging && { paging }) });
    },
  },
  {
    method: 'PUT',
    path: `${ONE}/default/:toObjectType/:toObjectId`,
    scopes: writes,
    bucket,
    run: createDefault,
  },
  { method: 'PUT', path: `${ONE}/:toObjectType/:toObjectId`, scopes: writes, bucket, run: createPair },
  {
    method: 'DELETE',
    path: `${ONE}/:toObjectType/:toObjectId`,
    scopes: writes,
    bucket,
    run: (call) => {
      const { from, to } = pairOf(call);
      removePair(call, from, to);
      return NO_CONTENT;
    },
  },
  { method: 'POST', path: `${MANY}/batch/read`, scopes: reads, bucket, run: batchRead },
  { method: 'POST', path: `${MANY}/batch/create`, scopes: writes, bucket, run: batchCreate },
  { method: 'POST', path: `${MANY}/batch/associate/default`, scopes: writes, bucket, run: batchDefault },
  { method: 'POST', path: `${MANY}/batch/archive`, scopes: writes, bucket, run: batchArchive },
  { method: 'POST', path: `${MANY}/batch/labels/archive`, scopes: writes, bucket, run: batchArchiveLabels },
  {
    // SDK: lib/codegen/crm/associations/v4/schema/apis/DefinitionsApi
    method: 'GET',
    path: `${MANY}/labels`,
    scopes: reads,
    bucket,
    run: (call) =>
      ok({ results: typesBetween(fromType(call).id, toType(call).id).map(({ typeId }) => toSpec(typeId)) }),
  },
];
