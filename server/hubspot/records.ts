/** Reading and writing CRM records in batches, row by row: one bad row never sinks the others. */

import { z } from 'zod';
import type { Priority } from './budget.ts';
import type { HubSpotClient } from './client.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { PropertyHistory, PropertyVersion } from '../../src/watch.ts';
import { detailsOf, errorBody, HubSpotError, kindOfRow, type ErrorBody } from './errors.ts';
import { paths, type ObjectType } from './paths.ts';
import { toVersion, version } from './versions.ts';

/** What every family of calls is given. */
export type Crm = {
  readonly client: HubSpotClient;
  readonly portal: PortalMap;
  /** Our own app's id: what it wrote is told by it in the property history. */
  readonly appId: number;
  readonly priority: Priority;
};

/** HubSpot's documented maximum of inputs in a batch call, and the lower one where history is asked for. */
const BATCH = 100;
const HISTORY_BATCH = 50;

const propertyValues = z.record(z.string(), z.string().nullable());
const crmObject = z.object({
  id: z.string(),
  properties: propertyValues.nullish(),
  propertiesWithHistory: z.record(z.string(), z.array(version)).nullish(),
  objectWriteTraceId: z.string().nullish(),
  archivedAt: z.string().nullish(),
});
/** The rows of a 207 that failed. */
export const rowErrors = z.array(errorBody).nullish();
const batchAnswer = z.object({ results: z.array(crmObject), errors: rowErrors });

/** The error of a row of a batch read where that will pass; `null` for one that stays, as of a record that is gone. */
function passingErrorOf(path: string, row: ErrorBody): HubSpotError | null {
  const error = new HubSpotError(kindOfRow(row), detailsOf({ method: 'POST', path }, 207, row));
  return error.retry ? error : null;
}

/**
 * Throws where a row of a batch read failed for a reason that will pass. Without this it would look like a record that
 * is gone, a history that is empty, or a note that was never written and may be written again.
 */
export function assertRowsRead(path: string, errors: readonly ErrorBody[] | null | undefined): void {
  for (const row of errors ?? []) {
    const error = passingErrorOf(path, row);
    if (error !== null) throw error;
  }
}

/** Throws where a row of a batch write failed, for whatever reason: for writes that are one thing or not done at all. */
export function assertRowsWritten(path: string, errors: readonly ErrorBody[] | null | undefined): void {
  for (const row of errors ?? [])
    throw new HubSpotError(kindOfRow(row), detailsOf({ method: 'POST', path }, 207, row));
}

export type CrmRecord = {
  /** The id that HubSpot uses now: another one than was asked for when the record was merged. */
  readonly id: string;
  /** Empty values are ''. */
  readonly properties: Readonly<Record<string, string>>;
  readonly archivedAt: Date | null;
};

/** One version of a property's value, newest first in a list. */
export type Version = PropertyVersion;

export function chunksOf<T>(items: readonly T[], size: number): T[][] {
  const chunks: T[][] = [];
  for (let start = 0; start < items.length; start += size) chunks.push(items.slice(start, start + size));
  return chunks;
}

/**
 * Does the work for each chunk, side by side: what a whole batch of calls takes is then bounded by its slowest one. All
 * are waited for, also after a failure, so that nothing goes on behind the back of the one who is told of it.
 */
export async function eachChunk<T>(
  items: readonly T[],
  size: number,
  work: (chunk: readonly T[]) => Promise<void>,
): Promise<void> {
  const settled = await Promise.allSettled(chunksOf(items, size).map(work));
  const failed = settled.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}

function toRecord(object: z.infer<typeof crmObject>): CrmRecord {
  const properties = Object.entries(object.properties ?? {}).map(([name, value]) => [name, value ?? '']);
  return {
    id: object.id,
    properties: Object.fromEntries(properties) as Record<string, string>,
    archivedAt:
      object.archivedAt === null || object.archivedAt === undefined ? null : new Date(object.archivedAt),
  };
}

/** What a read of many records brought. */
export type Read<T> = {
  readonly found: ReadonlyMap<string, T>;
  /** Ids of which nothing is known now, not even whether they exist, and why. To be asked before `found`. */
  readonly unread: ReadonlyMap<string, HubSpotError>;
};

type ReadRequest = {
  readonly type: ObjectType;
  readonly query?: Readonly<Record<string, string>>;
  readonly properties: readonly string[];
  readonly propertiesWithHistory: readonly string[];
};

/**
 * Reads batch by batch and hands each answer over. Returns the ids that could not be read: a call that fails keeps back
 * its own batch, a row that fails only itself.
 */
async function readBatches(
  crm: Crm,
  { type, query, ...asked }: ReadRequest,
  ids: readonly string[],
  size: number,
  take: (answer: z.infer<typeof batchAnswer>, read: readonly string[]) => Promise<void> | void,
): Promise<Map<string, HubSpotError>> {
  const unread = new Map<string, HubSpotError>();
  const request = { method: 'POST', path: paths.batchRead(type), ...(query && { query }) } as const;
  await eachChunk([...new Set(ids)], size, async (chunk) => {
    try {
      const body = { inputs: chunk.map((id) => ({ id })), ...asked };
      const call = { ...request, body, priority: crm.priority };
      const answer = await crm.client.call(crm.portal, call, batchAnswer);
      for (const row of answer.errors ?? []) {
        const error = passingErrorOf(request.path, row);
        if (error === null) continue;
        const named = idsIn(row).filter((id) => chunk.includes(id));
        // It may be any of them.
        if (named.length === 0) throw error;
        for (const id of named) unread.set(id, error);
      }
      const read = chunk.filter((id) => !unread.has(id));
      await take(answer, read);
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      for (const id of chunk) if (!unread.has(id)) unread.set(id, error);
    }
  });
  return unread;
}

type ReadOptions = { readonly archived?: boolean };

/**
 * Records by the id they were asked for; ids that HubSpot does not know are in neither list. A merged record is found
 * under its old id. `archived` reads the deleted ones instead.
 */
export async function tryReadRecords(
  crm: Crm,
  type: ObjectType,
  ids: readonly string[],
  properties: readonly string[],
  { archived = false }: ReadOptions = {},
): Promise<Read<CrmRecord>> {
  const found = new Map<string, CrmRecord>();
  const alone = new Map<string, HubSpotError>();
  const query = archived ? { query: { archived: 'true' } } : {};
  const request = { type, ...query, properties, propertiesWithHistory: [] };
  const unread = await readBatches(crm, request, ids, BATCH, async (answer, read) => {
    for (const object of answer.results) found.set(object.id, toRecord(object));
    const unknown = new Set((answer.errors ?? []).flatMap(idsIn));
    for (const id of read) {
      if (found.has(id) || unknown.has(id) || archived) continue;
      // Neither found nor refused: it was merged (the answer does not say which row is whose), or is gone.
      try {
        const record = await readOne(crm, type, id, properties);
        if (record !== null) found.set(id, record);
      } catch (error) {
        if (!(error instanceof HubSpotError)) throw error;
        alone.set(id, error);
      }
    }
  });
  return { found, unread: new Map([...unread, ...alone]) };
}

/** As `tryReadRecords`, all or nothing: throws where any of them could not be read. */
export async function readRecords(
  crm: Crm,
  type: ObjectType,
  ids: readonly string[],
  properties: readonly string[],
  options: ReadOptions = {},
): Promise<ReadonlyMap<string, CrmRecord>> {
  const { found, unread } = await tryReadRecords(crm, type, ids, properties, options);
  for (const error of unread.values()) throw error;
  return found;
}

async function readOne(
  crm: Crm,
  type: ObjectType,
  id: string,
  properties: readonly string[],
): Promise<CrmRecord | null> {
  try {
    const query = { properties: properties.join(',') };
    const request = { method: 'GET', path: paths.object(type, id), query, priority: crm.priority } as const;
    return toRecord(await crm.client.call(crm.portal, request, crmObject));
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'not-found') return null;
    throw error;
  }
}

/** Of one record: the versions of each property, newest first. */
export type History = PropertyHistory;

/** Property history by record id. Reads only what it must: history halves HubSpot's batches. */
export async function tryReadHistory(
  crm: Crm,
  type: ObjectType,
  ids: readonly string[],
  properties: readonly string[],
): Promise<Read<History>> {
  const found = new Map<string, History>();
  const request = { type, properties: [], propertiesWithHistory: properties };
  const unread = await readBatches(crm, request, ids, HISTORY_BATCH, (answer) => {
    for (const { id, propertiesWithHistory } of answer.results) {
      const histories = Object.entries(propertiesWithHistory ?? {}).map(([name, versions]) => [
        name,
        versions.map((one) => toVersion(one, crm.appId)).sort((a, b) => b.at.getTime() - a.at.getTime()),
      ]);
      found.set(id, Object.fromEntries(histories) as History);
    }
  });
  return { found, unread };
}

/** The ids that one row of a 207's errors speaks of. */
function idsIn(error: ErrorBody): string[] {
  const { ids, id } = error.context ?? {};
  return [ids, id].flat().filter((value): value is string => typeof value === 'string');
}

function traceIdsIn(error: ErrorBody): string[] {
  const contexts = [error.context, ...(error.errors ?? []).map(({ context }) => context)];
  return contexts
    .flatMap((context) => [context?.objectWriteTraceId].flat())
    .filter((value): value is string => typeof value === 'string');
}

/** One row of a batch write. `traceId` comes back with its result, so that rows and answers never get mixed up. */
export type WriteRow = {
  readonly traceId: string;
  /** Absent when the row creates a record. */
  readonly id?: string;
  readonly values: Readonly<Record<string, string>>;
  readonly associations?: readonly object[];
};

export type WriteResult =
  | { readonly ok: true; readonly record: CrmRecord }
  | {
      readonly ok: false;
      readonly error: HubSpotError;
      /** The row was not tried on its own yet, since too many were refused; it may well be good. */
      readonly undecided: boolean;
    };

/**
 * How many refused calls one batch may cost while its bad rows are looked for. HubSpot counts an app's error answers
 * (under 5 % are allowed), so the rows that are still undecided then wait for the next drain.
 */
const MOST_REFUSALS = 12;

/** Updates or creates records. Every row has a result; only programming errors are thrown. */
export async function writeRecords(
  crm: Crm,
  type: ObjectType,
  verb: 'update' | 'create',
  rows: readonly WriteRow[],
): Promise<Map<string, WriteResult>> {
  const results = new Map<string, WriteResult>();
  await eachChunk(rows, BATCH, async (chunk) => {
    const search = { refusals: 0, knownBad: new Map<string, HubSpotError>() };
    await writeOrSplit(crm, type, verb, chunk, results, search);
  });
  return results;
}

type Search = { refusals: number; readonly knownBad: Map<string, HubSpotError> };

/** Kinds that one bad row brings upon a whole batch. */
const ONE_ROW_MAY_BE_BAD: readonly string[] = [
  'validation',
  'bad-request',
  'not-found',
  'conflict-exists',
  'too-large',
];

async function writeOrSplit(
  crm: Crm,
  type: ObjectType,
  verb: 'update' | 'create',
  all: readonly WriteRow[],
  results: Map<string, WriteResult>,
  search: Search,
): Promise<void> {
  const rows = all.filter((row) => {
    const error = Object.entries(row.values)
      .flatMap(([name, value]) => [search.knownBad.get(name), search.knownBad.get(`${name}=${value}`)])
      .find((known) => known !== undefined);
    if (error !== undefined) results.set(row.traceId, { ok: false, error, undecided: false });
    return error === undefined;
  });
  if (rows.length === 0) return;
  try {
    await writeBatch(crm, type, verb, rows, results);
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    const splits = ONE_ROW_MAY_BE_BAD.includes(error.kind) && rows.length > 1;
    search.refusals += 1;
    if (splits && search.refusals < MOST_REFUSALS) {
      const half = Math.ceil(rows.length / 2);
      await writeOrSplit(crm, type, verb, rows.slice(0, half), results, search);
      await writeOrSplit(crm, type, verb, rows.slice(half), results, search);
      return;
    }
    for (const row of rows) results.set(row.traceId, { ok: false, error, undecided: splits });
    if (rows.length === 1) rememberBad(search, rows[0], error);
  }
}

/** A value that HubSpot refuses on one record, it refuses on all: the others need no call of their own. */
function rememberBad(search: Search, row: WriteRow | undefined, error: HubSpotError): void {
  const [name, ...others] = error.details.properties;
  const value = name === undefined ? undefined : row?.values[name];
  if (error.kind !== 'validation' || name === undefined || others.length > 0 || value === undefined) return;
  const { codes } = error.details;
  if (codes.includes('PROPERTY_DOESNT_EXIST')) search.knownBad.set(name, error);
  // What is missing on one record may be there on the next one.
  else if (!codes.some((code) => code.startsWith('MISSING_'))) search.knownBad.set(`${name}=${value}`, error);
}

async function writeBatch(
  crm: Crm,
  type: ObjectType,
  verb: 'update' | 'create',
  rows: readonly WriteRow[],
  results: Map<string, WriteResult>,
): Promise<void> {
  const path = verb === 'update' ? paths.batchUpdate(type) : paths.batchCreate(type);
  const request = { method: 'POST', path } as const;
  const inputs = rows.map((row) => ({
    ...(row.id === undefined ? {} : { id: row.id }),
    objectWriteTraceId: row.traceId,
    properties: row.values,
    ...(verb === 'create' ? { associations: row.associations ?? [] } : {}),
  }));
  const answer = await crm.client.call(
    crm.portal,
    { ...request, body: { inputs }, priority: crm.priority },
    batchAnswer,
  );
  for (const object of answer.results) {
    const row = rows.find(({ traceId, id }) =>
      object.objectWriteTraceId ? object.objectWriteTraceId === traceId : object.id === id,
    );
    if (row !== undefined) results.set(row.traceId, { ok: true, record: toRecord(object) });
  }
  for (const body of answer.errors ?? []) {
    const error = new HubSpotError(kindOfRow(body), detailsOf(request, 207, body));
    const [traceIds, ids] = [traceIdsIn(body), idsIn(body)];
    for (const row of rows) {
      if (traceIds.includes(row.traceId) || (row.id !== undefined && ids.includes(row.id))) {
        results.set(row.traceId, { ok: false, error, undecided: false });
      }
    }
  }
  for (const row of rows) {
    if (results.has(row.traceId)) continue;
    // HubSpot said nothing about this row: it may have been written.
    const error = new HubSpotError('malformed-answer', detailsOf(request, 207, {}));
    results.set(row.traceId, { ok: false, error, undecided: false });
  }
}
