/**
 * Who is on a list.
 * SDK: lib/codegen/crm/lists/apis/MembershipsApi. Docs: crm lists guide, "Manage list membership".
 *
 * Ids that are members already, or not members when removed, are ignored: the calls can be repeated.
 */

import {
  type Answer,
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  inputsOf,
  limitOf,
  needString,
  ok,
  pageOf,
  paramOf,
  stringsOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { validationError } from './errors.ts';
import { findLive } from './links.ts';
import { getList, listNotFound, readsLists, writesLists } from './lists.ts';
import { findObjectType } from './objectTypes.ts';
import type { Portal, Source, StaticList } from './state.ts';

/** Removing all members, or adding all of another list, is refused above this size. Docs: crm lists guide. */
const MOST_AT_ONCE = 100_000;

const keyOf = (list: StaticList, recordId: string): string => `${list.objectTypeId}/${recordId}`;

const writable = (list: StaticList): StaticList => {
  if (list.processingType === 'DYNAMIC')
    throw validationError(
      `List ${list.listId} has processing type DYNAMIC: only MANUAL and SNAPSHOT lists take members.`,
      {
        subCategory: 'ILS.INVALID_LIST_PROCESSING_TYPE',
      },
    );
  return list;
};

/** Adds one record and announces it; false when it was a member. The caller has checked that it exists. */
export const joinList = (
  portal: Portal,
  list: StaticList,
  recordId: string,
  source: Source,
  at: number,
): boolean => {
  if (list.members.has(recordId)) return false;
  list.members.set(recordId, { first: at, last: at });
  const key = keyOf(list, recordId);
  const lists = portal.crm.listsOf.get(key);
  if (lists) lists.add(list.listId);
  else portal.crm.listsOf.set(key, new Set([list.listId]));
  portal.publish({
    at,
    kind: 'listMembership',
    objectTypeId: list.objectTypeId,
    objectId: recordId,
    source,
    listId: list.listId,
  });
  return true;
};

export const leaveList = (portal: Portal, list: StaticList, recordId: string): boolean => {
  portal.crm.listsOf.get(keyOf(list, recordId))?.delete(list.listId);
  return list.members.delete(recordId);
};

/** SDK schema: lib/codegen/crm/lists/models/MembershipsUpdateResponse (`recordsIdsAdded` is HubSpot's spelling). */
const change = (call: Call, toAdd: readonly string[], toRemove: readonly string[]): Answer => {
  const list = writable(getList(call));
  const exists = (recordId: string): boolean =>
    findLive(call.portal, { typeId: list.objectTypeId, id: recordId }) !== undefined;
  const wanted = [...new Set(toAdd)];
  const unwanted = [...new Set(toRemove)];
  const recordIdsMissing = [...new Set([...wanted, ...unwanted])].filter((recordId) => !exists(recordId));
  const recordsIdsAdded = wanted.filter(
    (recordId) => exists(recordId) && joinList(call.portal, list, recordId, call.source, call.now),
  );
  const recordIdsRemoved = unwanted.filter((recordId) => leaveList(call.portal, list, recordId));
  if (recordsIdsAdded.length + recordIdsRemoved.length > 0) list.updatedAt = call.now;
  return ok({ recordsIdsAdded, recordIdsRemoved, recordIdsMissing });
};

const bodyIds = (call: Call): readonly string[] => stringsOf(call.body ?? [], 'recordIds');

const members = (call: Call, byTime: boolean): Answer => {
  const list = getList(call);
  const all = [...list.members].map(([recordId, { last }]) => ({ recordId, last }));
  all.sort((a, b) => (byTime ? a.last - b.last : 0) || Number(a.recordId) - Number(b.recordId));
  const { page, paging } = pageOf(all, call.query.get('after'), limitOf(call.query, 100, 250));
  return ok({
    results: page.map(({ recordId, last }) => ({ recordId, membershipTimestamp: toInstant(last) })),
    total: all.length,
    ...(paging && { paging }),
  });
};

/** SDK schema: lib/codegen/crm/lists/models/RecordListMembership */
const membershipsOf = (portal: Portal, objectTypeId: string, recordId: string): unknown[] =>
  [...(portal.crm.listsOf.get(`${objectTypeId}/${recordId}`) ?? [])].flatMap((listId) => {
    const list = portal.crm.lists.get(listId);
    const member = list?.members.get(recordId);
    return list && member && list.deletedAt === undefined
      ? [
          {
            listId,
            listVersion: list.listVersion,
            firstAddedTimestamp: toInstant(member.first),
            lastAddedTimestamp: toInstant(member.last),
          },
        ]
      : [];
  });

const typeIdOf = (spelling: string): string => {
  const type = findObjectType(spelling);
  if (!type) throw validationError(`Invalid object type id: ${spelling}`);
  return type.id;
};

const PATH = '/crm/lists/2026-09/:listId/memberships';

export const MEMBERSHIP_OPERATIONS: readonly Operation[] = [
  { method: 'GET', path: PATH, scopes: readsLists, run: (call) => members(call, false) },
  { method: 'GET', path: `${PATH}/join-order`, scopes: readsLists, run: (call) => members(call, true) },
  { method: 'PUT', path: `${PATH}/add`, scopes: writesLists, run: (call) => change(call, bodyIds(call), []) },
  {
    method: 'PUT',
    path: `${PATH}/remove`,
    scopes: writesLists,
    run: (call) => change(call, [], bodyIds(call)),
  },
  {
    method: 'PUT',
    path: `${PATH}/add-and-remove`,
    scopes: writesLists,
    run: (call) => {
      const body = bodyObject(call);
      return change(
        call,
        stringsOf(body.recordIdsToAdd, 'recordIdsToAdd'),
        stringsOf(body.recordIdsToRemove, 'recordIdsToRemove'),
      );
    },
  },
  {
    method: 'PUT',
    path: `${PATH}/add-from/:sourceListId`,
    scopes: writesLists,
    run: (call) => {
      const list = writable(getList(call));
      const from = getList(call, 'sourceListId');
      if (from.objectTypeId !== list.objectTypeId) throw listNotFound(from.listId);
      if (from.members.size >= MOST_AT_ONCE) throw validationError('The source list is too large.');
      for (const recordId of from.members.keys())
        joinList(call.portal, list, recordId, call.source, call.now);
      return NO_CONTENT;
    },
  },
  {
    method: 'DELETE',
    path: PATH,
    scopes: writesLists,
    run: (call) => {
      const list = writable(getList(call));
      if (list.members.size >= MOST_AT_ONCE) throw validationError('The list is too large.');
      for (const recordId of [...list.members.keys()]) leaveList(call.portal, list, recordId);
      return NO_CONTENT;
    },
  },
  {
    method: 'GET',
    path: '/crm/lists/2026-09/records/:objectTypeId/:recordId/memberships',
    scopes: readsLists,
    run: (call) => {
      const results = membershipsOf(
        call.portal,
        typeIdOf(paramOf(call, 'objectTypeId')),
        paramOf(call, 'recordId'),
      );
      return ok({ results, total: results.length });
    },
  },
  {
    method: 'POST',
    path: '/crm/lists/2026-09/records/memberships/batch/read',
    scopes: readsLists,
    run: (call) =>
      ok({
        status: 'COMPLETE',
        results: inputsOf(call, 1000).map((row) => {
          const objectTypeId = typeIdOf(needString(row, 'objectTypeId'));
          const recordId = needString(row, 'recordId');
          return {
            objectTypeId,
            recordId,
            recordListMemberships: membershipsOf(call.portal, objectTypeId, recordId),
          };
        }),
        startedAt: toInstant(call.now),
        completedAt: toInstant(call.now),
      }),
  },
];
