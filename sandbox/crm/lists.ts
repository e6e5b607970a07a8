/**
 * Lists (HubSpot's interface calls them segments).
 * SDK: lib/codegen/crm/lists/apis/ListsApi. Docs: developers.hubspot.com/docs/api-reference/crm-lists-v3/guide
 *
 * Filters of active lists are stored, never evaluated: a DYNAMIC list has no members here.
 */

import {
  type Answer,
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  needString,
  ok,
  optionalNumber,
  optionalString,
  paramOf,
  queryList,
  stringsOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { HubSpotError, notFound, validationError } from './errors.ts';
import { findObjectType } from './objectTypes.ts';
import type { Portal, StaticList } from './state.ts';

export const readsLists = (): readonly string[] => ['crm.lists.read'];
export const writesLists = (): readonly string[] => ['crm.lists.write'];

export const PROCESSING_TYPES = ['MANUAL', 'DYNAMIC', 'SNAPSHOT'];

export const listNotFound = (listId: string): HubSpotError =>
  notFound(`List does not exist with ID ${listId}.`, { subCategory: 'ILS.LIST_NOT_FOUND' });

/** @throws HubSpotError 404 for an unknown or deleted list */
export const getList = (call: Call, param = 'listId'): StaticList => {
  const listId = paramOf(call, param);
  const list = call.portal.crm.lists.get(listId);
  if (!list || list.deletedAt !== undefined) throw listNotFound(listId);
  return list;
};

/** SDK schema: lib/codegen/crm/lists/models/PublicObjectList */
const toList = (it: StaticList, portal: Portal, includeFilters = false): Record<string, unknown> => ({
  listId: it.listId,
  listVersion: it.listVersion,
  name: it.name,
  objectTypeId: it.objectTypeId,
  processingType: it.processingType,
  processingStatus: 'COMPLETE',
  createdAt: toInstant(it.createdAt),
  updatedAt: toInstant(it.updatedAt),
  ...(it.deletedAt !== undefined && { deletedAt: toInstant(it.deletedAt) }),
  createdById: String(portal.settings.appId),
  size: it.members.size,
  ...(includeFilters && it.filterBranch !== undefined && { filterBranch: it.filterBranch }),
});

const withFilters = (call: Call): boolean => call.query.get('includeFilters') === 'true';

const findByName = (portal: Portal, objectTypeId: string, name: string): StaticList | undefined =>
  [...portal.crm.lists.values()].find(
    (it) =>
      it.deletedAt === undefined &&
      it.objectTypeId === objectTypeId &&
      it.name.toLowerCase() === name.toLowerCase(),
  );

const refuseDuplicateName = (portal: Portal, objectTypeId: string, name: string): void => {
  const same = findByName(portal, objectTypeId, name);
  if (same)
    throw validationError(
      `List name must be unique. A list with the name '${name}' already exists: ${same.listId}`,
      {
        subCategory: 'ILS.DUPLICATE_LIST_NAMES',
        context: { listId: [same.listId], name: [name] },
      },
    );
};

/** 200, not 201, for a new list. */
const createList = (call: Call): Answer => {
  const body = bodyObject(call);
  const name = needString(body, 'name');
  const type = findObjectType(needString(body, 'objectTypeId'));
  const processingType = needString(body, 'processingType');
  if (!type) throw validationError(`Invalid object type id: ${String(body.objectTypeId)}`);
  if (!PROCESSING_TYPES.includes(processingType))
    throw validationError(
      `Invalid processing type: ${processingType}. Must be one of ${PROCESSING_TYPES.join(', ')}`,
    );
  if (processingType !== 'MANUAL' && body.filterBranch === undefined)
    throw validationError(`A list with processing type ${processingType} needs a filterBranch.`);
  if (name.trim() === '') throw validationError('A list needs a name.');
  refuseDuplicateName(call.portal, type.id, name);
  const list: StaticList = {
    listId: String(++call.portal.crm.counters.list),
    name,
    objectTypeId: type.id,
    processingType,
    listVersion: 1,
    createdAt: call.now,
    updatedAt: call.now,
    deletedAt: undefined,
    filterBranch: body.filterBranch,
    members: new Map(),
  };
  call.portal.crm.lists.set(list.listId, list);
  return ok({ list: toList(list, call.portal) });
};

/** SDK schema: lib/codegen/crm/lists/models/ListSearchRequest; `query` is looked for anywhere in the name. */
const searchLists = (call: Call): Answer => {
  const body = bodyObject(call);
  const query = optionalString(body, 'query')?.toLowerCase() ?? '';
  const types = stringsOf(body.processingTypes, 'processingTypes');
  const ids = stringsOf(body.listIds, 'listIds');
  const offset = optionalNumber(body, 'offset') ?? 0;
  const count = Math.min(optionalNumber(body, 'count') ?? 20, 500);
  const found = [...call.portal.crm.lists.values()].filter(
    (it) =>
      it.deletedAt === undefined &&
      it.name.toLowerCase().includes(query) &&
      (types.length === 0 || types.includes(it.processingType)) &&
      (ids.length === 0 || ids.includes(it.listId)),
  );
  const page = found.slice(offset, offset + count);
  return ok({
    total: found.length,
    offset: offset + page.length,
    hasMore: offset + page.length < found.length,
    lists: page.map((it) => {
      const { size, ...list } = toList(it, call.portal);
      return { ...list, additionalProperties: { hs_list_size: String(size), hs_list_reference_count: '0' } };
    }),
  });
};

const PATH = '/crm/lists/2026-09';

export const LIST_OPERATIONS: readonly Operation[] = [
  { method: 'POST', path: PATH, scopes: writesLists, run: createList },
  { method: 'POST', path: `${PATH}/search`, scopes: readsLists, run: searchLists },
  {
    method: 'GET',
    path: PATH,
    scopes: readsLists,
    run: (call) => {
      const lists = queryList(call.query, 'listIds').flatMap((listId) => {
        const list = call.portal.crm.lists.get(listId);
        return list && list.deletedAt === undefined ? [toList(list, call.portal, withFilters(call))] : [];
      });
      return ok({ lists });
    },
  },
  {
    method: 'GET',
    path: `${PATH}/object-type-id/:objectTypeId/name/:listName`,
    scopes: readsLists,
    run: (call) => {
      const name = paramOf(call, 'listName');
      const list = findByName(call.portal, paramOf(call, 'objectTypeId'), name);
      if (!list)
        throw notFound(`List does not exist with name ${name}.`, { subCategory: 'ILS.LIST_NOT_FOUND' });
      return ok({ list: toList(list, call.portal, withFilters(call)) });
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:listId`,
    scopes: readsLists,
    run: (call) => ok({ list: toList(getList(call), call.portal, withFilters(call)) }),
  },
  {
    method: 'DELETE',
    path: `${PATH}/:listId`,
    scopes: writesLists,
    run: (call) => {
      getList(call).deletedAt = call.now;
      return NO_CONTENT;
    },
  },
  {
    method: 'PUT',
    path: `${PATH}/:listId/restore`,
    scopes: writesLists,
    run: (call) => {
      const list = call.portal.crm.lists.get(paramOf(call, 'listId'));
      if (!list) throw listNotFound(paramOf(call, 'listId'));
      list.deletedAt = undefined;
      return NO_CONTENT;
    },
  },
  {
    method: 'PUT',
    path: `${PATH}/:listId/update-list-name`,
    scopes: writesLists,
    run: (call) => {
      const list = getList(call);
      const name = call.query.get('listName') ?? '';
      if (name.trim() === '') throw validationError('A list needs a name.');
      if (name.toLowerCase() !== list.name.toLowerCase())
        refuseDuplicateName(call.portal, list.objectTypeId, name);
      list.name = name;
      list.listVersion += 1;
      list.updatedAt = call.now;
      return ok({ updatedList: toList(list, call.portal, withFilters(call)) });
    },
  },
];
