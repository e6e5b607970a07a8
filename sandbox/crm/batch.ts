/**
 * Objects a hundred at a time.
 * SDK: lib/codegen/crm/objects/apis/BatchApi. Docs: developers.hubspot.com/docs/api-reference/error-handling ("Multi-status errors").
 *
 * - Rows whose record is missing are reported by 207; the other rows are carried out.
 * - Any other bad row refuses the whole request, unless every row carries an `objectWriteTraceId` of its own: then each row
 *   has its own answer, and errors echo the trace id.
 * - "Partial upserts are not supported when using email as the idProperty".
 */

import { type LinkInput, linkInputs, readAssociationInputs } from './associationInputs.ts';
import {
  type Answer,
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  inputsOf,
  needString,
  objectTypeOf,
  optionalString,
  stringsOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { HubSpotError, validationError } from './errors.ts';
import type { ObjectType } from './objectTypes.ts';
import { checkIdProperty } from './objects.ts';
import { toObject, toWritten } from './present.ts';
import { archiveRecord, createRecord, findRecord, updateRecord } from './records.ts';
import { type CrmRecord, type ObjectStore, getStore } from './state.ts';
import { type CheckedWrite, alreadyExists, checkWrite } from './writes.ts';

type Row = Readonly<Record<string, unknown>>;
type RowError = { readonly status: 'error'; readonly category: string; readonly message: string };

const MOST = 100;
const MOST_WITH_HISTORY = 50;

const answerBatch = (
  call: Call,
  status: number,
  results: readonly unknown[],
  errors: readonly RowError[],
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

const missingRows = (type: ObjectType, ids: readonly string[], traceId?: string): RowError & Row => ({
  status: 'error',
  category: 'OBJECT_NOT_FOUND',
  message: `Could not get some ${type.label} objects, they may be deleted or not exist. Check that ids are valid.`,
  context: { ids, ...(traceId !== undefined && { objectWriteTraceId: [traceId] }) },
  errors: [],
  links: {},
});

const toRowError = ({ parts }: HubSpotError, traceId: string | undefined): RowError & Row => ({
  status: 'error',
  category: parts.category,
  message: parts.message,
  context: { ...parts.context, ...(traceId !== undefined && { objectWriteTraceId: [traceId] }) },
  errors: parts.errors ?? [],
  links: {},
  ...(parts.subCategory !== undefined && { subCategory: parts.subCategory }),
});

const traceIdOf = (row: Row): string | undefined => optionalString(row, 'objectWriteTraceId');

/** @throws HubSpotError 400 as HubSpot words it */
const refuseDuplicates = (ids: readonly string[]): void => {
  const seen = new Set<string>();
  const twice = new Set(ids.filter((id) => seen.size === seen.add(id).size));
  if (twice.size > 0)
    throw validationError(
      `Duplicate IDs found in batch input: [${[...twice].join(', ')}]. IDs must be unique`,
      {
        context: { ids: [...twice] },
      },
    );
};

/** True when rows are answered one by one. */
const isMultiStatus = (rows: readonly Row[]): boolean => {
  const ids = rows.map(traceIdOf).filter((id) => id !== undefined);
  return ids.length === rows.length && new Set(ids).size === rows.length;
};

/** Runs `check` over every row first; only then are the good rows carried out. */
const eachRow = <T>(
  rows: readonly Row[],
  check: (row: Row) => T,
  multi = isMultiStatus(rows),
): { readonly good: readonly T[]; readonly errors: readonly RowError[] } => {
  const good: T[] = [];
  const errors: RowError[] = [];
  for (const row of rows)
    try {
      good.push(check(row));
    } catch (error) {
      if (!multi || !(error instanceof HubSpotError)) throw error;
      errors.push(toRowError(error, traceIdOf(row)));
    }
  return { good, errors };
};

const withWarnings = (
  answer: Record<string, unknown>,
  { warnings }: CheckedWrite,
): Record<string, unknown> => (warnings.length > 0 ? { ...answer, warnings } : answer);

const batchRead = (call: Call): Answer => {
  const type = objectTypeOf(call);
  const store = getStore(call.portal.crm, type.name);
  const body = bodyObject(call);
  const history = stringsOf(body.propertiesWithHistory, 'propertiesWithHistory');
  const rows = inputsOf(call, history.length > 0 ? MOST_WITH_HISTORY : MOST);
  const idProperty = optionalString(body, 'idProperty');
  checkIdProperty(store, idProperty);
  const archived = call.query.get('archived') === 'true';
  const properties = stringsOf(body.properties, 'properties');
  const missing: string[] = [];
  // Two ids of one merged record are answered by one row.
  const found = new Set<CrmRecord>();
  for (const id of new Set(rows.map((row) => needString(row, 'id')))) {
    const record = findRecord(store, id, idProperty);
    if (!record || record.archived !== archived) missing.push(id);
    else found.add(record);
  }
  const results = [...found].map((record) =>
    toObject(call.portal, type, record, { properties, propertiesWithHistory: history }),
  );
  return answerBatch(call, 200, results, missing.length > 0 ? [missingRows(type, missing)] : []);
};

const batchCreate = (call: Call): Answer => {
  const type = objectTypeOf(call);
  const rows = inputsOf(call, MOST);
  const claimed = new Map<string, string>();
  const { good, errors } = eachRow(
    rows,
    (row): { checked: CheckedWrite; links: readonly LinkInput[]; row: Row } => {
      const checked = checkWrite(call, type, undefined, row.properties);
      claimUnique(call, type, checked, claimed);
      return { checked, links: readAssociationInputs(call, type, row.associations), row };
    },
  );
  const results = good.map(({ checked, links, row }) => {
    const record = createRecord(call.portal, type, checked.values, call.source, call.now, {
      objectWriteTraceId: traceIdOf(row),
    });
    linkInputs(call, type, record, links);
    return withWarnings(toWritten(call.portal, type, record, record.properties.keys()), checked);
  });
  return answerBatch(call, 201, results, errors);
};

/** Two rows of one request may not claim the same unique value. */
const claimUnique = (
  call: Call,
  type: ObjectType,
  { values }: CheckedWrite,
  claimed: Map<string, string>,
): void => {
  const { unique } = getStore(call.portal.crm, type.name);
  for (const [name, value] of values) {
    if (value === '' || !unique.has(name)) continue;
    const key = `${name}\n${value.toLowerCase()}`;
    if (claimed.has(key)) throw alreadyExists(type, value);
    claimed.set(key, value);
  }
};

type Found = { readonly record: CrmRecord; readonly checked: CheckedWrite; readonly row: Row };

const rowRecord = (store: ObjectStore, row: Row): CrmRecord | undefined => {
  const idProperty = optionalString(row, 'idProperty');
  checkIdProperty(store, idProperty);
  const record = findRecord(store, needString(row, 'id'), idProperty);
  return record && !record.archived ? record : undefined;
};

const batchUpdate = (call: Call): Answer => {
  const type = objectTypeOf(call);
  const store = getStore(call.portal.crm, type.name);
  const rows = inputsOf(call, MOST);
  refuseDuplicates(rows.map((row) => needString(row, 'id')));
  const missing: (RowError & Row)[] = [];
  const without: string[] = [];
  const { good, errors } = eachRow(rows, (row): Found | undefined => {
    const record = rowRecord(store, row);
    if (record) return { record, checked: checkWrite(call, type, record, row.properties), row };
    const traceId = traceIdOf(row);
    const id = needString(row, 'id');
    if (traceId === undefined) without.push(id);
    else missing.push(missingRows(type, [id], traceId));
    return undefined;
  });
  if (without.length > 0) missing.push(missingRows(type, without));
  const results = good.flatMap((found) => (found ? [carryOut(call, type, found)] : []));
  return answerBatch(call, 200, results, [...errors, ...missing]);
};

const carryOut = (call: Call, type: ObjectType, { record, checked, row }: Found): Record<string, unknown> => {
  record.objectWriteTraceId = traceIdOf(row) ?? record.objectWriteTraceId;
  updateRecord(call.portal, type, record, checked.values, call.source, call.now);
  return withWarnings(toWritten(call.portal, type, record, checked.values.keys()), checked);
};

const upsertKey = (row: Row): string => {
  const idProperty = optionalString(row, 'idProperty');
  if (idProperty === undefined || idProperty === 'hs_object_id')
    throw validationError('An upsert needs an idProperty that is a unique property.');
  return idProperty;
};

const batchUpsert = (call: Call): Answer => {
  const type = objectTypeOf(call);
  const store = getStore(call.portal.crm, type.name);
  const rows = inputsOf(call, MOST);
  refuseDuplicates(rows.map((row) => needString(row, 'id').toLowerCase()));
  const check = (row: Row) => {
    const idProperty = upsertKey(row);
    const record = rowRecord(store, row);
    const given = typeof row.properties === 'object' ? row.properties : {};
    const checked = checkWrite(call, type, record, { ...given, [idProperty]: needString(row, 'id') });
    return { record, checked, row };
  };
  const byEmail = rows.some((row) => row.idProperty === 'email');
  const { good, errors } = eachRow(rows, check, isMultiStatus(rows) && !byEmail);
  const results = good.map(({ record, checked, row }) => {
    if (record) return { ...carryOut(call, type, { record, checked, row }), new: false };
    const objectWriteTraceId = traceIdOf(row);
    const made = createRecord(call.portal, type, checked.values, call.source, call.now, {
      objectWriteTraceId,
    });
    return {
      ...withWarnings(toWritten(call.portal, type, made, made.properties.keys()), checked),
      new: true,
    };
  });
  return answerBatch(call, 200, results, errors);
};

const batchArchive = (call: Call): Answer => {
  const type = objectTypeOf(call);
  const store = getStore(call.portal.crm, type.name);
  for (const row of inputsOf(call, MOST)) {
    const record = store.records.get(needString(row, 'id'));
    if (record) archiveRecord(call.portal, type, record, call.source, call.now);
  }
  return NO_CONTENT;
};

const operation = (name: string, kind: 'read' | 'write', run: (call: Call) => Answer): Operation => ({
  method: 'POST',
  path: `/crm/objects/2026-09/:objectType/batch/${name}`,
  scopes: (call) => [objectTypeOf(call).scope[kind]],
  run,
});

export const BATCH_OPERATIONS: readonly Operation[] = [
  operation('read', 'read', batchRead),
  operation('create', 'write', batchCreate),
  operation('update', 'write', batchUpdate),
  operation('upsert', 'write', batchUpsert),
  operation('archive', 'write', batchArchive),
];
