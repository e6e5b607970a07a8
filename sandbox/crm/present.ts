/**
 * Records as answers show them.
 * SDK schemas: lib/codegen/crm/objects/models/SimplePublicObject, SimplePublicObjectWithAssociations, ValueWithTimestamp.
 */

import { toInstant } from './clock.ts';
import { linked } from './links.ts';
import { type ObjectType, findObjectType } from './objectTypes.ts';
import { type CrmRecord, type Portal, type Version, getStore } from './state.ts';

type Shown = {
  /** properties asked for, besides those that are always there */
  readonly properties: readonly string[];
  readonly propertiesWithHistory?: readonly string[];
  readonly associations?: readonly string[];
};

const toVersion = ({ value, at, source }: Version): Record<string, unknown> => ({
  value,
  timestamp: toInstant(at),
  sourceType: source.sourceType,
  sourceId: source.sourceId,
  ...(source.sourceLabel !== undefined && { sourceLabel: source.sourceLabel }),
  ...(source.updatedByUserId !== undefined && { updatedByUserId: source.updatedByUserId }),
});

/** Names asked for that exist; HubSpot leaves unknown ones out without a word. */
const known = (portal: Portal, type: ObjectType, names: readonly string[]): readonly string[] => {
  const { definitions } = getStore(portal.crm, type.name);
  return names.map((name) => name.toLowerCase()).filter((name) => definitions.get(name)?.archived === false);
};

/** A record with the given properties; those without a value are null. */
export const toObject = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  shown: Shown,
): Record<string, unknown> => {
  const asked = known(portal, type, shown.properties);
  const names = asked.length > 0 ? [type.created, type.modified, 'hs_object_id', ...asked] : type.shown;
  const properties: Record<string, string | null> = {};
  for (const name of names) properties[name] = record.properties.get(name) ?? null;
  const history = shown.propertiesWithHistory ?? [];
  for (const name of known(portal, type, history)) properties[name] = record.properties.get(name) ?? null;
  return {
    id: record.id,
    properties,
    ...(history.length > 0 && { propertiesWithHistory: toHistory(portal, type, record, history) }),
    createdAt: toInstant(record.createdAt),
    updatedAt: toInstant(record.updatedAt),
    archived: record.archived,
    ...(record.archivedAt !== undefined && { archivedAt: toInstant(record.archivedAt) }),
    ...associationsOf(portal, type, record, shown.associations ?? []),
    url: `https://app.hubspot.com/contacts/${portal.settings.portalId}/record/${type.id}/${record.id}`,
  };
};

/** Newest first, as HubSpot lists versions. */
const toHistory = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  names: readonly string[],
): Record<string, unknown> =>
  Object.fromEntries(
    known(portal, type, names).map((name) => [
      name,
      (record.history.get(name) ?? []).toReversed().map(toVersion),
    ]),
  );

const associationsOf = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  wanted: readonly string[],
): { readonly associations?: Record<string, unknown> } => {
  const entries = wanted.flatMap((spelling) => {
    const to = findObjectType(spelling);
    const found = to ? linked(portal, { typeId: type.id, id: record.id }, to.id) : [];
    return to && found.length > 0
      ? [
          [
            to.name,
            { results: found.map(({ id }) => ({ id, type: `${type.singular}_to_${to.singular}` })) },
          ] as const,
        ]
      : [];
  });
  return entries.length > 0 ? { associations: Object.fromEntries(entries) } : {};
};

/** The answer to a write: every property that has a value, and those written. */
export const toWritten = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord,
  written: Iterable<string>,
): Record<string, unknown> => ({
  ...toObject(portal, type, record, { properties: [...written] }),
  ...(record.objectWriteTraceId !== undefined && { objectWriteTraceId: record.objectWriteTraceId }),
});
