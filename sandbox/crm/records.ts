/** Records as state: finding, creating, changing, archiving, with history and unique values kept in step. */

import { toInstant } from './clock.ts';
import { withDerived } from './derivations.ts';
import type { ObjectType } from './objectTypes.ts';
import {
  type CrmRecord,
  type ObjectStore,
  type Portal,
  type Source,
  getStore,
  nextRecordId,
} from './state.ts';

const normal = (value: string): string => value.trim().toLowerCase();

/** The record by id (that of one merged into it too) or by a unique property's value, archived ones included. */
export const findRecord = (
  store: ObjectStore,
  id: string,
  idProperty: string | undefined,
): CrmRecord | undefined => {
  if (idProperty === undefined || idProperty === 'hs_object_id')
    return store.records.get(store.merged.get(id) ?? id);
  const owner = store.unique.get(idProperty)?.get(normal(id));
  return owner === undefined ? undefined : store.records.get(owner);
};

/** The id of another live record that already holds this value of a unique property. */
export const findHolder = (
  store: ObjectStore,
  property: string,
  value: string,
  except: string | undefined,
): string | undefined => {
  const holder = store.unique.get(property)?.get(normal(value));
  return holder === except ? undefined : holder;
};

const setUnique = (store: ObjectStore, id: string, property: string, before: string, after: string): void => {
  const values = store.unique.get(property);
  if (!values) return;
  if (before !== '' && values.get(normal(before)) === id) values.delete(normal(before));
  if (after !== '') values.set(normal(after), id);
};

/** Merged contacts are found by their further addresses too. Docs: crm contacts guide, "Secondary emails". */
const heldValues = (record: CrmRecord, property: string): readonly string[] =>
  [
    record.properties.get(property) ?? '',
    ...(property === 'email' ? (record.properties.get('hs_additional_emails') ?? '').split(';') : []),
  ].filter((value) => value !== '');

/** Lets go of a record's unique values, so that others may take them. */
export const freeUnique = (store: ObjectStore, record: CrmRecord): void => {
  for (const property of store.unique.keys())
    for (const value of heldValues(record, property)) setUnique(store, record.id, property, value, '');
};

/** Takes a record's unique values for it. */
export const holdUnique = (store: ObjectStore, record: CrmRecord): void => {
  for (const property of store.unique.keys())
    for (const value of heldValues(record, property)) setUnique(store, record.id, property, '', value);
};

/** Sets one value with its history; '' clears. False when the value was already so. */
const setProperty = (
  store: ObjectStore,
  record: CrmRecord,
  name: string,
  value: string,
  source: Source,
  at: number,
): boolean => {
  const before = record.properties.get(name) ?? '';
  if (before === value) return false;
  if (value === '') record.properties.delete(name);
  else record.properties.set(name, value);
  setUnique(store, record.id, name, before, value);
  const versions = record.history.get(name);
  if (versions) versions.push({ value, at, source });
  else record.history.set(name, [{ value, at, source }]);
  return true;
};

const touch = (type: ObjectType, record: CrmRecord, at: number): void => {
  record.updatedAt = at;
  record.changedAt = at;
  record.properties.set(type.modified, toInstant(at));
};

type Seed = {
  readonly id?: string;
  readonly createdAt?: number;
  readonly objectWriteTraceId?: string | undefined;
};

/** Sets a value that HubSpot computes by itself; announced, but no change of the record's own date. */
export const setComputed = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  name: string,
  value: string,
  source: Source,
  at: number,
): void => {
  if (setProperty(getStore(portal.crm, type.name), record, name, value, source, at))
    publishChange(portal, type, record, name, value, source, at);
};

/** A record with nothing but its id and dates; not announced. */
export const openRecord = (portal: Portal, type: ObjectType, now: number, seed: Seed = {}): CrmRecord => {
  const store = getStore(portal.crm, type.name);
  const id = seed.id ?? nextRecordId(portal.crm);
  portal.crm.counters.record = Math.max(portal.crm.counters.record, Number(id) || 0);
  const createdAt = seed.createdAt ?? now;
  const record: CrmRecord = {
    id,
    createdAt,
    updatedAt: createdAt,
    archived: false,
    archivedAt: undefined,
    changedAt: createdAt,
    objectWriteTraceId: seed.objectWriteTraceId,
    properties: new Map([
      ['hs_object_id', id],
      [type.created, toInstant(createdAt)],
      [type.modified, toInstant(createdAt)],
    ]),
    history: new Map(),
  };
  store.records.set(id, record);
  return record;
};

/** Creates a record from checked values and announces it. */
export const createRecord = (
  portal: Portal,
  type: ObjectType,
  values: ReadonlyMap<string, string>,
  source: Source,
  now: number,
  seed: Seed = {},
): CrmRecord => {
  const store = getStore(portal.crm, type.name);
  const derived = withDerived(portal, type, undefined, values, source, now);
  const record = openRecord(portal, type, now, seed);
  for (const [name, value] of derived) setProperty(store, record, name, value, source, record.createdAt);
  portal.publish({ at: now, kind: 'creation', objectTypeId: type.id, objectId: record.id, source });
  for (const [name, value] of derived)
    if (value !== '') publishChange(portal, type, record, name, value, source, now);
  return record;
};

const publishChange = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  propertyName: string,
  propertyValue: string,
  source: Source,
  at: number,
): void =>
  portal.publish({
    at,
    kind: 'propertyChange',
    objectTypeId: type.id,
    objectId: record.id,
    source,
    propertyName,
    propertyValue,
  });

/** Writes checked values; only real changes get a version and are announced. Returns the names that changed. */
export const updateRecord = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  values: ReadonlyMap<string, string>,
  source: Source,
  now: number,
): readonly string[] => {
  const store = getStore(portal.crm, type.name);
  const changed: string[] = [];
  for (const [name, value] of withDerived(portal, type, record, values, source, now)) {
    if (!setProperty(store, record, name, value, source, now)) continue;
    changed.push(name);
    publishChange(portal, type, record, name, value, source, now);
  }
  if (changed.length > 0) touch(type, record, now);
  return changed;
};

/** Ends all memberships of a record. */
export const leaveLists = (portal: Portal, type: ObjectType, record: CrmRecord): void => {
  const key = `${type.id}/${record.id}`;
  for (const listId of portal.crm.listsOf.get(key) ?? [])
    portal.crm.lists.get(listId)?.members.delete(record.id);
  portal.crm.listsOf.delete(key);
};

/**
 * Takes a record out of the recycle bin, with its associations, without its lists.
 * Docs: knowledge.hubspot.com/records/restore-deleted-records
 */
export const restoreRecord = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  source: Source,
  now: number,
): void => {
  record.archived = false;
  record.archivedAt = undefined;
  record.updatedAt = now;
  record.changedAt = now;
  holdUnique(getStore(portal.crm, type.name), record);
  portal.publish({ at: now, kind: 'restore', objectTypeId: type.id, objectId: record.id, source });
};

/** Moves a record to the recycle bin; its unique values become free, its list memberships end. */
export const archiveRecord = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  source: Source,
  now: number,
): void => {
  if (record.archived) return;
  const store = getStore(portal.crm, type.name);
  record.archived = true;
  record.archivedAt = now;
  record.updatedAt = now;
  record.changedAt = now;
  freeUnique(store, record);
  leaveLists(portal, type, record);
  portal.publish({ at: now, kind: 'deletion', objectTypeId: type.id, objectId: record.id, source });
};

/** Sets values with given times, unchecked and unannounced: for imports. */
export const putHistory = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  name: string,
  value: string,
  source: Source,
  at: number,
): void => {
  if (setProperty(getStore(portal.crm, type.name), record, name, value, source, at))
    record.updatedAt = Math.max(record.updatedAt, at);
};
