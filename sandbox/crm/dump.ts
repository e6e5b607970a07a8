/** The whole CRM of a portal as one plain value in a fixed order, for comparing before and after. */

import { ROLL_UP } from './actors.ts';
import { findAssociationType } from './associationTypes.ts';
import { toInstant } from './clock.ts';
import { fromKey } from './links.ts';
import { OBJECT_TYPES, type ObjectType, findObjectType } from './objectTypes.ts';
import { type CrmRecord, type Portal, type StaticList, getStore } from './state.ts';

type Plain = Readonly<Record<string, unknown>>;

const byKey = <T>(entries: Iterable<readonly [string, T]>): [string, T][] =>
  [...entries].map(([key, value]): [string, T] => [key, value]).sort(([a], [b]) => compareKeys(a, b));

/** Ids in the order of numbers, names in the order of letters. */
const compareKeys = (a: string, b: string): number => {
  const x = Number(a);
  const y = Number(b);
  if (!Number.isNaN(x) && !Number.isNaN(y)) return x - y;
  return a < b ? -1 : a > b ? 1 : 0;
};

/** Figures that follow what is made, and the clock, by themselves. */
const isRolledUp = (record: CrmRecord, name: string): boolean =>
  record.history.get(name)?.at(-1)?.source.sourceId === ROLL_UP.sourceId;

const toRecord = (type: ObjectType, record: CrmRecord, withHistory: boolean): Plain => ({
  archived: record.archived,
  properties: Object.fromEntries(
    byKey(record.properties).filter(
      ([name]) => withHistory || (name !== type.modified && !isRolledUp(record, name)),
    ),
  ),
  ...(withHistory && {
    createdAt: toInstant(record.createdAt),
    updatedAt: toInstant(record.updatedAt),
    history: Object.fromEntries(
      byKey(record.history).map(([name, versions]) => [
        name,
        versions.map(({ value, at, source }) => ({ value, at: toInstant(at), ...source })),
      ]),
    ),
  }),
});

const toList = (list: StaticList, withHistory: boolean): Plain => ({
  name: list.name,
  objectTypeId: list.objectTypeId,
  processingType: list.processingType,
  deleted: list.deletedAt !== undefined,
  members: [...list.members.keys()].sort(compareKeys),
  ...(withHistory && { listVersion: list.listVersion, updatedAt: toInstant(list.updatedAt) }),
});

/** Each association once, from the side with the smaller key. */
const toAssociations = (portal: Portal): readonly string[] =>
  [...portal.crm.associations]
    .flatMap(([from, targets]) =>
      [...targets].flatMap(([to, typeIds]) =>
        from <= to
          ? [...typeIds].map((typeId) =>
              `${nameOf(from)} → ${nameOf(to)} ${typeId} ${findAssociationType(typeId)?.label ?? ''}`.trim(),
            )
          : [],
      ),
    )
    .sort();

const nameOf = (key: string): string => {
  const { typeId, id } = fromKey(key);
  return `${findObjectType(typeId)?.singular ?? typeId} ${id}`;
};

/**
 * @param withHistory false leaves out what always moves with a write: property history, modification times, versions,
 *   rolled-up figures
 */
export const dumpPortal = (portal: Portal, withHistory: boolean): Plain => ({
  portalId: portal.settings.portalId,
  merged: Object.fromEntries(
    OBJECT_TYPES.map(({ name }) => [name, Object.fromEntries(byKey(getStore(portal.crm, name).merged))]),
  ),
  objects: Object.fromEntries(
    OBJECT_TYPES.map((type: ObjectType) => [
      type.name,
      Object.fromEntries(
        byKey(getStore(portal.crm, type.name).records).map(([id, record]) => [
          id,
          toRecord(type, record, withHistory),
        ]),
      ),
    ]),
  ),
  associations: toAssociations(portal),
  lists: Object.fromEntries(byKey(portal.crm.lists).map(([id, list]) => [id, toList(list, withHistory)])),
  owners: Object.fromEntries(byKey(portal.crm.owners)),
  properties: Object.fromEntries(
    OBJECT_TYPES.map(({ name }) => [
      name,
      Object.fromEntries(
        byKey(getStore(portal.crm, name).definitions).map(
          ([property, { createdAt, updatedAt, archivedAt, ...rest }]) => [
            property,
            withHistory ? { ...rest, createdAt, updatedAt, archivedAt } : rest,
          ],
        ),
      ),
    ]),
  ),
  groups: Object.fromEntries(
    OBJECT_TYPES.map(({ name }) => [name, Object.fromEntries(byKey(getStore(portal.crm, name).groups))]),
  ),
  pipelines: Object.fromEntries(
    byKey(portal.crm.pipelines).map(([typeId, pipelines]) => [
      typeId,
      byKey(pipelines).map(([id, { label, archived, stages }]) => ({
        id,
        label,
        archived,
        stages: [...stages.values()].map((stage) => ({
          id: stage.id,
          label: stage.label,
          metadata: stage.metadata,
          archived: stage.archived,
        })),
      })),
    ]),
  ),
});
