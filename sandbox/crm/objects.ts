/**
 * Objects one at a time: list, create, read, change, archive.
 * SDK: lib/codegen/crm/objects/apis/BasicApi. Docs: developers.hubspot.com/docs/api-reference/crm-contacts-v3/guide
 */

import { linkInputs, readAssociationInputs } from './associationInputs.ts';
import {
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  created,
  limitOf,
  objectTypeOf,
  ok,
  paramOf,
  queryList,
} from './call.ts';
import { notFound, validationError } from './errors.ts';
import type { ObjectType } from './objectTypes.ts';
import { toObject, toWritten } from './present.ts';
import { archiveRecord, createRecord, findRecord, updateRecord } from './records.ts';
import { type CrmRecord, type ObjectStore, getStore } from './state.ts';
import { checkWrite } from './writes.ts';

const reads = (call: Call): readonly string[] => [objectTypeOf(call).scope.read];
const writes = (call: Call): readonly string[] => [objectTypeOf(call).scope.write];

/** Docs: crm objects guide, "idProperty"; only a unique property can stand for the id. */
export const checkIdProperty = (store: ObjectStore, idProperty: string | undefined): void => {
  if (idProperty !== undefined && idProperty !== 'hs_object_id' && !store.unique.has(idProperty))
    throw validationError(
      `Property ${idProperty} is not a unique property and cannot be used as idProperty.`,
    );
};

const getRecord = (call: Call, type: ObjectType): CrmRecord => {
  const store = getStore(call.portal.crm, type.name);
  const idProperty = call.query.get('idProperty') ?? undefined;
  checkIdProperty(store, idProperty);
  const record = findRecord(store, paramOf(call, 'objectId'), idProperty);
  const wantsArchived = call.method === 'GET' && call.query.get('archived') === 'true';
  if (!record || record.archived !== wantsArchived) throw notFound();
  return record;
};

/** Page sizes: 100, or 50 when history is asked for. */
const listObjects = (call: Call): unknown => {
  const type = objectTypeOf(call);
  const withHistory = queryList(call.query, 'propertiesWithHistory');
  const limit = limitOf(call.query, 10, withHistory.length > 0 ? 50 : 100);
  const archived = call.query.get('archived') === 'true';
  const after = call.query.get('after');
  const start = after === null || after === '' ? 0 : Number(after);
  if (!Number.isInteger(start)) throw validationError(`The paging token is not valid: ${after}`);
  const shown = {
    properties: queryList(call.query, 'properties'),
    propertiesWithHistory: withHistory,
    associations: queryList(call.query, 'associations'),
  };
  const found = [...getStore(call.portal.crm, type.name).records.values()]
    .filter((record) => record.archived === archived && Number(record.id) >= start)
    .sort((a, b) => Number(a.id) - Number(b.id));
  const next = found[limit];
  return {
    results: found.slice(0, limit).map((record) => toObject(call.portal, type, record, shown)),
    ...(next && { paging: { next: { after: next.id, link: `?after=${next.id}` } } }),
  };
};

export const OBJECT_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: '/crm/objects/2026-09/:objectType',
    scopes: reads,
    run: (call) => ok(listObjects(call)),
  },
  {
    method: 'POST',
    path: '/crm/objects/2026-09/:objectType',
    scopes: writes,
    run: (call) => {
      const type = objectTypeOf(call);
      const body = bodyObject(call);
      const { values, warnings } = checkWrite(call, type, undefined, body.properties);
      const links = readAssociationInputs(call, type, body.associations);
      const record = createRecord(call.portal, type, values, call.source, call.now);
      linkInputs(call, type, record, links);
      const answer = toWritten(call.portal, type, record, record.properties.keys());
      return created(warnings.length > 0 ? { ...answer, warnings } : answer);
    },
  },
  {
    method: 'GET',
    path: '/crm/objects/2026-09/:objectType/:objectId',
    scopes: reads,
    run: (call) => {
      const type = objectTypeOf(call);
      return ok(
        toObject(call.portal, type, getRecord(call, type), {
          properties: queryList(call.query, 'properties'),
          propertiesWithHistory: queryList(call.query, 'propertiesWithHistory'),
          associations: queryList(call.query, 'associations'),
        }),
      );
    },
  },
  {
    method: 'PATCH',
    path: '/crm/objects/2026-09/:objectType/:objectId',
    scopes: writes,
    run: (call) => {
      const type = objectTypeOf(call);
      const record = getRecord(call, type);
      const { values, warnings } = checkWrite(call, type, record, bodyObject(call).properties);
      updateRecord(call.portal, type, record, values, call.source, call.now);
      const answer = toWritten(call.portal, type, record, values.keys());
      return ok(warnings.length > 0 ? { ...answer, warnings } : answer);
    },
  },
  {
    // HubSpot answers 204 for a record that is gone already as well.
    method: 'DELETE',
    path: '/crm/objects/2026-09/:objectType/:objectId',
    scopes: writes,
    run: (call) => {
      const type = objectTypeOf(call);
      const record = getStore(call.portal.crm, type.name).records.get(paramOf(call, 'objectId'));
      if (record) archiveRecord(call.portal, type, record, call.source, call.now);
      return NO_CONTENT;
    },
  },
];
