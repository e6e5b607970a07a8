/** Filling a portal in one request: for stories and files of leads. No budget, no read-only checks, no admin's rules. */

import { SANDBOX_IMPORT } from './actors.ts';
import { findAssociationType, findDefaultType } from './associationTypes.ts';
import { isObject, needString, optionalBoolean, optionalNumber, optionalString, stringsOf } from './call.ts';
import { withDerived } from './derivations.ts';
import { invalidProperties, validationError } from './errors.ts';
import { link } from './links.ts';
import { type ObjectType, findObjectType } from './objectTypes.ts';
import { openRecord, putHistory } from './records.ts';
import { type CrmRecord, type Portal, type Source, getStore } from './state.ts';
import { checkValue, parseTime } from './values.ts';

type Row = Readonly<Record<string, unknown>>;

const rowsOf = (raw: unknown, field: string): readonly Row[] => {
  if (raw === undefined) return [];
  if (!Array.isArray(raw) || !raw.every(isObject))
    throw validationError(`${field} must be an array of objects.`);
  return raw;
};

/** Milliseconds since 1970 from a number or an ISO time. */
const timeOf = (raw: unknown, field: string): number | undefined => {
  if (raw === undefined || raw === null) return undefined;
  const ms = typeof raw === 'number' ? raw : typeof raw === 'string' ? parseTime(raw) : Number.NaN;
  if (!Number.isFinite(ms))
    throw validationError(`${field} must be milliseconds or an ISO time: ${JSON.stringify(raw)}`);
  return ms;
};

const typeOf = (spelling: string): ObjectType => {
  const type = findObjectType(spelling);
  if (!type) throw validationError(`Unknown object type ${spelling}.`);
  return type;
};

const sourceOf = (version: Row): Source => {
  const userId = optionalNumber(version, 'updatedByUserId');
  return {
    sourceType: optionalString(version, 'sourceType') ?? SANDBOX_IMPORT.sourceType,
    sourceId: optionalString(version, 'sourceId') ?? SANDBOX_IMPORT.sourceId,
    ...(userId !== undefined && { updatedByUserId: userId }),
  };
};

/** The value as HubSpot stores it. Unknown properties and bad values are refused here as well: none should vanish. */
const stored = (portal: Portal, type: ObjectType, name: string, value: unknown): string => {
  const definition = getStore(portal.crm, type.name).definitions.get(name);
  if (!definition) throw validationError(`Property "${name}" does not exist on ${type.name}.`);
  if (typeof value !== 'string') throw validationError(`Property "${name}" must be a string.`);
  const checked = checkValue(definition, value, { normalises: true });
  if (!checked.ok) throw invalidProperties([checked.invalid], portal.settings.portalId);
  return checked.value;
};

/** What HubSpot would have computed by itself and the rows do not say; no lifecycle stage is made up. */
const fillComputed = (portal: Portal, type: ObjectType, record: CrmRecord, createdAt: number): void => {
  const stagedAt = record.history.get('lifecyclestage')?.at(-1)?.at ?? createdAt;
  const hasStage = record.properties.has('lifecyclestage');
  for (const [name, value] of withDerived(
    portal,
    type,
    undefined,
    record.properties,
    SANDBOX_IMPORT,
    stagedAt,
  ))
    if (!record.properties.has(name) && (hasStage || !name.includes('lifecycle')))
      putHistory(portal, type, record, name, value, SANDBOX_IMPORT, createdAt);
};

const importRecord = (portal: Portal, type: ObjectType, row: Row, now: number): CrmRecord => {
  const store = getStore(portal.crm, type.name);
  const id = optionalString(row, 'id');
  const createdAt = timeOf(row.createdAt, 'createdAt') ?? now;
  const found = id === undefined ? undefined : store.records.get(id);
  const record = found ?? openRecord(portal, type, now, { ...(id !== undefined && { id }), createdAt });
  const at = found ? now : createdAt;
  const history = isObject(row.history) ? row.history : {};
  for (const [name, versions] of Object.entries(history)) {
    const dated = rowsOf(versions, `history of ${name}`).map((version) => ({
      value: stored(portal, type, name, version.value),
      at: timeOf(version.timestamp, 'timestamp') ?? at,
      source: sourceOf(version),
    }));
    for (const version of dated.sort((a, b) => a.at - b.at))
      putHistory(portal, type, record, name, version.value, version.source, version.at);
  }
  for (const [name, value] of Object.entries(isObject(row.properties) ? row.properties : {})) {
    putHistory(portal, type, record, name, stored(portal, type, name, value), SANDBOX_IMPORT, at);
  }
  if (!found) fillComputed(portal, type, record, createdAt);
  return record;
};

const importOwner = (portal: Portal, row: Row, now: number): void => {
  const id = needString(row, 'id');
  const teams = rowsOf(row.teams, 'teams').map((team) => ({
    id: needString(team, 'id'),
    name: needString(team, 'name'),
    primary: optionalBoolean(team, 'primary') ?? true,
  }));
  portal.crm.owners.set(id, {
    id,
    email: needString(row, 'email'),
    firstName: optionalString(row, 'firstName') ?? '',
    lastName: optionalString(row, 'lastName') ?? '',
    userId: optionalNumber(row, 'userId') ?? Number(id),
    type: row.type === 'QUEUE' ? 'QUEUE' : 'PERSON',
    archived: optionalBoolean(row, 'archived') ?? false,
    createdAt: timeOf(row.createdAt, 'createdAt') ?? now,
    updatedAt: now,
    teams,
    ...(optionalBoolean(row, 'salesSeat') === false && { hasSeat: false }),
  });
};

const importAssociation = (portal: Portal, row: Row, now: number): void => {
  const [from, to] = (['from', 'to'] as const).map((side) => {
    const end = row[side];
    if (!isObject(end)) throw validationError(`An association needs ${side}: {type, id}.`);
    return { typeId: typeOf(needString(end, 'type')).id, id: needString(end, 'id') };
  });
  if (!from || !to) return;
  const typeId = optionalNumber(row, 'typeId');
  const type = typeId === undefined ? findDefaultType(from.typeId, to.typeId) : findAssociationType(typeId);
  if (!type || type.from !== from.typeId || type.to !== to.typeId)
    throw validationError(
      `No association type ${typeId ?? 'by default'} from ${from.typeId} to ${to.typeId}.`,
    );
  link(portal, type, from, to, SANDBOX_IMPORT, now);
};

const importList = (portal: Portal, row: Row, now: number): string => {
  const listId = String(++portal.crm.counters.list);
  const { id: objectTypeId } = typeOf(optionalString(row, 'objectType') ?? 'contacts');
  const members = stringsOf(row.members, 'members');
  portal.crm.lists.set(listId, {
    listId,
    name: needString(row, 'name'),
    objectTypeId,
    processingType: optionalString(row, 'processingType') ?? 'MANUAL',
    listVersion: 1,
    createdAt: now,
    updatedAt: now,
    deletedAt: undefined,
    filterBranch: undefined,
    members: new Map(members.map((recordId) => [recordId, { first: now, last: now }])),
  });
  for (const recordId of members) {
    const key = `${objectTypeId}/${recordId}`;
    portal.crm.listsOf.set(key, (portal.crm.listsOf.get(key) ?? new Set<string>()).add(listId));
  }
  return listId;
};

const importSequence = (portal: Portal, row: Row, now: number): string => {
  const id = optionalString(row, 'id') ?? String(++portal.crm.counters.sequence);
  const userId = String(optionalNumber(row, 'userId') ?? 1);
  portal.crm.sequences.set(id, { id, name: needString(row, 'name'), userId, createdAt: now, updatedAt: now });
  return id;
};

export type Imported = {
  /** ids in the order of the rows */
  readonly objects: Readonly<Record<string, readonly string[]>>;
  readonly lists: readonly string[];
  readonly sequences: readonly string[];
};

/**
 * Imports owners, records (with dates, history and read-only values), associations, lists and sequences. Rows with the id of a
 * record that exists change it.
 *
 * @param announce whether webhooks tell of it
 * @throws HubSpotError 400 naming the first row that cannot be read; rows before it stay
 */
export const importInto = (portal: Portal, body: Row, now: number, announce: boolean): Imported => {
  const publish = portal.publish;
  if (!announce) portal.publish = () => undefined;
  try {
    for (const row of rowsOf(body.owners, 'owners')) importOwner(portal, row, now);
    const objects: Record<string, readonly string[]> = {};
    for (const [spelling, rows] of Object.entries(isObject(body.objects) ? body.objects : {})) {
      const type = typeOf(spelling);
      objects[spelling] = rowsOf(rows, spelling).map((row) => {
        const record = importRecord(portal, type, row, now);
        portal.publish({
          at: now,
          kind: 'creation',
          objectTypeId: type.id,
          objectId: record.id,
          source: SANDBOX_IMPORT,
        });
        for (const [propertyName, propertyValue] of record.properties)
          if (record.history.has(propertyName))
            portal.publish({
              at: now,
              kind: 'propertyChange',
              objectTypeId: type.id,
              objectId: record.id,
              source: SANDBOX_IMPORT,
              propertyName,
              propertyValue,
            });
        // Imported rows are in the search index at once: loaders and stories do not wait for it.
        record.changedAt = Number.NEGATIVE_INFINITY;
        return record.id;
      });
    }
    for (const row of rowsOf(body.associations, 'associations')) importAssociation(portal, row, now);
    const lists = rowsOf(body.lists, 'lists').map((row) => importList(portal, row, now));
    const sequences = rowsOf(body.sequences, 'sequences').map((row) => importSequence(portal, row, now));
    return { objects, lists, sequences };
  } finally {
    portal.publish = publish;
  }
};
