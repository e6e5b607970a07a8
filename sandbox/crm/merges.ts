/**
 * Merging two contacts into one.
 * SDK: lib/codegen/crm/contacts/apis/BasicApi.merge. Docs: crm contacts guide, "Merge contacts"; what wins:
 * knowledge.hubspot.com/records/merge-records.
 *
 * A new record comes out of it ("both of the previous IDs will point to the resulting merged record"): read and written by
 * an old id it answers under the new one, while associations and lists know old ids no more. Webhooks tell `object.merge`
 * and nothing else of it.
 */

import { findAssociationType } from './associationTypes.ts';
import { type Call, type Operation, bodyObject, needString, ok } from './call.ts';
import { toInstant } from './clock.ts';
import { notFound, validationError } from './errors.ts';
import { fromKey, link, toKey, unlinkAll } from './links.ts';
import { getObjectType } from './objectTypes.ts';
import { toWritten } from './present.ts';
import { freeUnique, holdUnique, openRecord } from './records.ts';
import { type CrmRecord, type ObjectStore, type Portal, type Source, getStore } from './state.ts';

const CONTACTS = getObjectType('contacts');

/** @throws HubSpotError 404 for a record that is gone, 400 for one that went into another already */
const getMergeable = (store: ObjectStore, id: string): CrmRecord => {
  const into = store.merged.get(id);
  if (into !== undefined) throw validationError(`Contact ${id} was merged into ${into} already.`);
  const record = store.records.get(id);
  if (!record || record.archived) throw notFound();
  return record;
};

const joined = (...lists: readonly (string | undefined)[]): string =>
  [...new Set(lists.flatMap((list) => list?.split(';') ?? []))].filter((part) => part !== '').join(';');

/** The stage that is further down the funnel. */
const furthest = (store: ObjectStore, one: string, other: string): string => {
  const options = store.definitions.get('lifecyclestage')?.options ?? [];
  const rank = (stage: string): number => options.find(({ value }) => value === stage)?.displayOrder ?? -1;
  return rank(other) > rank(one) ? other : one;
};

/** The primary record's values win where it has any; a few are made of both. */
const mergedValues = (store: ObjectStore, primary: CrmRecord, other: CrmRecord): Map<string, string> => {
  const values = new Map([...other.properties, ...primary.properties]);
  const ofBoth = (name: string) => [primary.properties.get(name), other.properties.get(name)] as const;
  const [stage, otherStage] = ofBoth('lifecyclestage');
  if (stage !== undefined && otherStage !== undefined)
    values.set('lifecyclestage', furthest(store, stage, otherStage));
  const [further, otherFurther] = ofBoth('hs_additional_emails');
  const addresses = joined(further, other.properties.get('email'), otherFurther).split(';');
  const additional = addresses.filter((address) => address !== values.get('email')).join(';');
  if (additional !== '') values.set('hs_additional_emails', additional);
  values.set('hs_merged_object_ids', joined(...ofBoth('hs_merged_object_ids'), primary.id, other.id));
  return values;
};

/** Both histories in one, with a version of the merge where the newest one is not what counts now. */
const joinHistory = (
  into: CrmRecord,
  from: readonly CrmRecord[],
  values: ReadonlyMap<string, string>,
  source: Source,
  at: number,
): void => {
  const names = new Set([...from.flatMap(({ history }) => [...history.keys()]), 'hs_merged_object_ids']);
  for (const name of names) {
    const versions = from.flatMap(({ history }) => history.get(name) ?? []).sort((a, b) => a.at - b.at);
    const value = values.get(name) ?? '';
    if ((versions.at(-1)?.value ?? '') !== value) versions.push({ value, at, source });
    into.history.set(name, versions);
  }
};

/** The other's come first, so that where only one can be primary, the primary record's association stays. */
const moveAssociations = (portal: Portal, from: readonly CrmRecord[], to: CrmRecord, call: Call): void => {
  const here = { typeId: CONTACTS.id, id: to.id };
  for (const { id } of from) {
    const old = { typeId: CONTACTS.id, id };
    for (const [key, typeIds] of [...(portal.crm.associations.get(toKey(old)) ?? [])]) {
      const there = fromKey(key);
      const types = [...typeIds].flatMap((typeId) => findAssociationType(typeId) ?? []);
      unlinkAll(portal, old, there, call.source, call.now);
      if (from.some((record) => there.typeId === CONTACTS.id && record.id === there.id)) continue;
      for (const type of types) link(portal, type, here, there, call.source, call.now);
    }
  }
};

const moveMemberships = (portal: Portal, from: readonly CrmRecord[], to: CrmRecord): void => {
  const listIds = new Set<string>();
  for (const { id } of from) {
    const key = `${CONTACTS.id}/${id}`;
    for (const listId of portal.crm.listsOf.get(key) ?? []) {
      const members = portal.crm.lists.get(listId)?.members;
      const member = members?.get(id);
      members?.delete(id);
      if (!members || !member) continue;
      const known = members.get(to.id) ?? member;
      const first = Math.min(known.first, member.first);
      members.set(to.id, { first, last: Math.max(known.last, member.last) });
      listIds.add(listId);
    }
    portal.crm.listsOf.delete(key);
  }
  if (listIds.size > 0) portal.crm.listsOf.set(`${CONTACTS.id}/${to.id}`, listIds);
};

/** A contact is in one sequence at a time: the primary record's stays. */
const moveEnrollment = (portal: Portal, from: readonly CrmRecord[], to: CrmRecord): void => {
  const { sequenceEnrollments } = portal.crm;
  const kept = from.flatMap(({ id }) => sequenceEnrollments.get(id) ?? [])[0];
  for (const { id } of from) sequenceEnrollments.delete(id);
  if (kept) sequenceEnrollments.set(to.id, kept);
};

const mergeContacts = (call: Call, primary: CrmRecord, other: CrmRecord): CrmRecord => {
  const { portal, now } = call;
  const store = getStore(portal.crm, CONTACTS.name);
  const both = [primary, other];
  const merged = openRecord(portal, CONTACTS, now, {
    createdAt: Math.min(primary.createdAt, other.createdAt),
  });
  const own = new Map(merged.properties);
  const values = mergedValues(store, primary, other);
  joinHistory(merged, both, values, { ...call.source, sourceType: 'MERGE_OBJECTS' }, now);
  for (const [name, value] of [...values, ...own]) merged.properties.set(name, value);
  merged.properties.set(CONTACTS.modified, toInstant(now));
  merged.updatedAt = now;
  merged.changedAt = now;
  // Where merged contacts are concerned, HubSpot announces the merge, not each thing that moved.
  const { publish } = portal;
  portal.publish = () => undefined;
  try {
    moveAssociations(portal, both.toReversed(), merged, call);
  } finally {
    portal.publish = publish;
  }
  moveMemberships(portal, both, merged);
  for (const record of both) {
    freeUnique(store, record);
    store.records.delete(record.id);
    for (const [id, into] of store.merged) if (into === record.id) store.merged.set(id, merged.id);
    store.merged.set(record.id, merged.id);
  }
  moveEnrollment(portal, both, merged);
  holdUnique(store, merged);
  portal.publish({
    at: now,
    kind: 'merge',
    objectTypeId: CONTACTS.id,
    objectId: merged.id,
    source: call.source,
    merge: {
      primaryObjectId: Number(primary.id),
      mergedObjectIds: [Number(other.id)],
      newObjectId: Number(merged.id),
      numberOfPropertiesMoved: [...other.properties.keys()].filter((name) => !primary.properties.has(name))
        .length,
    },
  });
  return merged;
};

export const MERGE_OPERATIONS: readonly Operation[] = [
  {
    method: 'POST',
    path: '/crm/objects/2026-09/contacts/merge',
    scopes: () => [CONTACTS.scope.write],
    run: (call) => {
      const body = bodyObject(call);
      const ids = [needString(body, 'primaryObjectId'), needString(body, 'objectIdToMerge')] as const;
      if (ids[0] === ids[1]) throw validationError('A contact cannot be merged with itself.');
      const store = getStore(call.portal.crm, CONTACTS.name);
      const merged = mergeContacts(call, getMergeable(store, ids[0]), getMergeable(store, ids[1]));
      return ok(toWritten(call.portal, CONTACTS, merged, merged.properties.keys()));
    },
  },
];
