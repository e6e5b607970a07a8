/** Associations as state: pairs of records with type ids, kept in both directions. */

import { type AssociationType, findAssociationType } from './associationTypes.ts';
import type { CrmRecord, Portal, Source } from './state.ts';
import { findObjectType } from './objectTypes.ts';
import { setComputed } from './records.ts';
import { getStore } from './state.ts';

export type Ref = { readonly typeId: string; readonly id: string };

export const toKey = ({ typeId, id }: Ref): string => `${typeId}/${id}`;

export const fromKey = (key: string): Ref => {
  const cut = key.indexOf('/');
  return { typeId: key.slice(0, cut), id: key.slice(cut + 1) };
};

/** The live record behind a reference. */
export const findLive = (portal: Portal, ref: Ref): CrmRecord | undefined => {
  const type = findObjectType(ref.typeId);
  const record = type && getStore(portal.crm, type.name).records.get(ref.id);
  return record && !record.archived ? record : undefined;
};

const typesOf = (portal: Portal, from: Ref, to: Ref): Set<number> | undefined =>
  portal.crm.associations.get(toKey(from))?.get(toKey(to));

const addOne = (portal: Portal, from: Ref, to: Ref, typeId: number): boolean => {
  const { associations } = portal.crm;
  const targets = associations.get(toKey(from)) ?? new Map<string, Set<number>>();
  associations.set(toKey(from), targets);
  const ids = targets.get(toKey(to)) ?? new Set<number>();
  targets.set(toKey(to), ids);
  if (ids.has(typeId)) return false;
  ids.add(typeId);
  return true;
};

const removeOne = (portal: Portal, from: Ref, to: Ref, typeId: number): boolean => {
  const targets = portal.crm.associations.get(toKey(from));
  const ids = targets?.get(toKey(to));
  if (!targets || !ids?.delete(typeId)) return false;
  if (ids.size === 0) targets.delete(toKey(to));
  if (targets.size === 0) portal.crm.associations.delete(toKey(from));
  return true;
};

const tell = (
  portal: Portal,
  type: AssociationType,
  from: Ref,
  to: Ref,
  source: Source,
  at: number,
  associationRemoved: boolean,
): void => {
  const sides: [AssociationType | undefined, Ref, Ref][] = [
    [type, from, to],
    [findAssociationType(type.inverseId), to, from],
  ];
  for (const [side, here, there] of sides)
    if (side)
      portal.publish({
        at,
        kind: 'associationChange',
        objectTypeId: here.typeId,
        objectId: here.id,
        source,
        association: {
          associationType: nameOf(here.typeId, there.typeId),
          associationCategory: 'HUBSPOT_DEFINED',
          associationTypeId: side.typeId,
          fromObjectTypeId: here.typeId,
          toObjectTypeId: there.typeId,
          fromObjectId: here.id,
          toObjectId: there.id,
          associationRemoved,
          isPrimaryAssociation: side.label === 'Primary',
        },
      });
};

/** Keeps the ids of primary records in their properties, from whichever side the association was made. */
const mirror = (
  portal: Portal,
  type: AssociationType,
  from: Ref,
  to: Ref,
  source: Source,
  at: number,
  removed: boolean,
): void => {
  const sides: [AssociationType | undefined, Ref, Ref][] = [
    [type, from, to],
    [findAssociationType(type.inverseId), to, from],
  ];
  for (const [side, here, there] of sides) {
    const objectType = findObjectType(here.typeId);
    const record = findLive(portal, here);
    if (side?.mirror !== undefined && objectType && record)
      setComputed(portal, objectType, record, side.mirror, removed ? '' : there.id, source, at);
  }
};

const nameOf = (from: string, to: string): string =>
  `${findObjectType(from)?.label ?? from}_TO_${findObjectType(to)?.label ?? to}`;

/**
 * Associates two live records, both ways. A labelled type brings the unlabelled one along; a second primary takes the
 * place of the first. True when something changed.
 */
export const link = (
  portal: Portal,
  type: AssociationType,
  from: Ref,
  to: Ref,
  source: Source,
  at: number,
): boolean => {
  if (type.single) dropOtherPrimary(portal, type, from, to, source, at);
  const inverse = findAssociationType(type.inverseId);
  if (inverse?.single) dropOtherPrimary(portal, inverse, to, from, source, at);
  const isNew = addOne(portal, from, to, type.typeId);
  addOne(portal, to, from, type.inverseId);
  if (isNew) {
    mirror(portal, type, from, to, source, at, false);
    tell(portal, type, from, to, source, at, false);
  }
  const generic = type.generic === type.typeId ? undefined : findAssociationType(type.generic);
  return (generic ? link(portal, generic, from, to, source, at) : false) || isNew;
};

const dropOtherPrimary = (
  portal: Portal,
  type: AssociationType,
  from: Ref,
  to: Ref,
  source: Source,
  at: number,
): void => {
  for (const [key, ids] of portal.crm.associations.get(toKey(from)) ?? [])
    if (ids.has(type.typeId) && key !== toKey(to)) unlink(portal, type, from, fromKey(key), source, at);
};

export const unlink = (
  portal: Portal,
  type: AssociationType,
  from: Ref,
  to: Ref,
  source: Source,
  at: number,
): boolean => {
  const removed = removeOne(portal, from, to, type.typeId);
  removeOne(portal, to, from, type.inverseId);
  if (removed) {
    mirror(portal, type, from, to, source, at, true);
    tell(portal, type, from, to, source, at, true);
  }
  return removed;
};

/** Removes every type between two records. */
export const unlinkAll = (portal: Portal, from: Ref, to: Ref, source: Source, at: number): void => {
  for (const typeId of [...(typesOf(portal, from, to) ?? [])]) {
    const type = findAssociationType(typeId);
    if (type) unlink(portal, type, from, to, source, at);
  }
};

/** Records of a type associated with a record, in the order in which they were associated. */
export const linked = (
  portal: Portal,
  from: Ref,
  toTypeId: string,
): readonly { readonly id: string; readonly typeIds: readonly number[] }[] => {
  const found: { id: string; typeIds: number[] }[] = [];
  for (const [key, ids] of portal.crm.associations.get(toKey(from)) ?? []) {
    const to = fromKey(key);
    if (to.typeId === toTypeId && findLive(portal, to)) found.push({ id: to.id, typeIds: [...ids] });
  }
  return found;
};
