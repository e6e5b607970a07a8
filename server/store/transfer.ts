/**
 * Export and import of everything a store holds, as lines of JSON: to move from the embedded store to PostgreSQL, and
 * over an upgrade of PGlite, whose directories another major version cannot read. Rows travel as PostgreSQL's own
 * JSON text and are never parsed here, so nothing loses a digit.
 *
 * Left out: the queue's jobs (the sweep wakes what is owed) and the rate limiter's points (they live for seconds).
 */

import { sql } from 'kysely';
import { MIGRATIONS } from './migrations/list.ts';
import type { Handle, Schema } from './schema.ts';
import type { Store } from './db.ts';

type TableRow = {
  readonly table: string;
  /** Column that the database numbers by itself; its counter is set after an import. */
  readonly counter: string | null;
};

/** Every table, each after those it refers to. */
const TABLES = {
  portal: { table: 'portal', counter: null },
  portalSettings: { table: 'portal_settings', counter: null },
  leadSnapshot: { table: 'lead_snapshot', counter: null },
  leadObject: { table: 'lead_object', counter: null },
  ledger: { table: 'ledger', counter: 'seq' },
  standingAnswer: { table: 'standing_answer', counter: null },
  planStep: { table: 'plan_step', counter: 'ord' },
  rollup: { table: 'rollup', counter: null },
  guardWatch: { table: 'guard_watch', counter: null },
  guardFinding: { table: 'guard_finding', counter: null },
  handOff: { table: 'hand_off', counter: null },
  batchDecision: { table: 'batch_decision', counter: null },
  wakeUp: { table: 'wake_up', counter: null },
  enrichment: { table: 'enrichment', counter: null },
  requestAnswer: { table: 'request_answer', counter: null },
  contactMerge: { table: 'contact_merge', counter: null },
  disputeDecision: { table: 'dispute_decision', counter: null },
  dispute: { table: 'dispute', counter: null },
  workflowWait: { table: 'workflow_wait', counter: null },
  escalation: { table: 'escalation', counter: null },
  escalationLead: { table: 'escalation_lead', counter: null },
  escalationCheck: { table: 'escalation_check', counter: null },
} as const satisfies Record<keyof Schema, TableRow>;

const FORMAT = 'mql-rejection-loop-store';
/** Rows read or written at a time. */
const BATCH = 500;

/** The last migration: an export fits a store at the same one only. */
const VERSION = MIGRATIONS.at(-1)?.name ?? '';

export type Header = { readonly format: typeof FORMAT; readonly version: string };

/** The whole store as of one moment, a line at a time (without line breaks); the first line names the version. */
export async function* exportStore(store: Store): AsyncGenerator<string> {
  yield JSON.stringify({ format: FORMAT, version: VERSION } satisfies Header);
  const rows = readAll(store);
  for await (const line of rows) yield line;
}

/** Reads within one snapshot: a transaction that is held open while the reader takes the lines. */
async function* readAll(store: Store): AsyncGenerator<string> {
  const tx = await store.db
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  try {
    for (const { table, counter } of Object.values<TableRow>(TABLES)) {
      // In the order of writing, since entries and steps refer to earlier ones.
      const order = counter === null ? sql`` : sql`order by ${sql.ref(counter)}`;
      await sql`declare rows no scroll cursor for
        select row_to_json(t)::text as row from ${sql.table(table)} t ${order}`.execute(tx);
      for (;;) {
        const { rows } = await sql<{ row: string }>`fetch ${sql.lit(BATCH)} from rows`.execute(tx);
        for (const { row } of rows) yield `{"table":${JSON.stringify(table)},"row":${row}}`;
        if (rows.length < BATCH) break;
      }
      await sql`close rows`.execute(tx);
    }
  } finally {
    await tx.rollback().execute();
  }
}

/**
 * Fills an empty store from the lines of an export, all in one transaction. Rejects, with nothing written, when the
 * lines are no export, come from another version, or the store holds something. Returns the number of rows.
 */
export async function importStore(store: Store, lines: AsyncIterable<string>): Promise<number> {
  const iterator = lines[Symbol.asyncIterator]();
  const first = await iterator.next();
  assertHeader(first.done === true ? '' : first.value);
  return store.transaction(async (tx) => {
    await assertEmpty(tx);
    let count = 0;
    let batch: { readonly table: string; readonly rows: string[] } | null = null;
    const flush = async (): Promise<void> => {
      if (batch !== null) await writeRows(tx, batch.table, batch.rows);
      batch = null;
    };
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) {
      if (next.value === '') continue;
      const { table, row } = splitLine(next.value, count + 2);
      if (batch === null || batch.table !== table || batch.rows.length >= BATCH) {
        await flush();
        batch = { table, rows: [] };
      }
      batch.rows.push(row);
      count += 1;
    }
    await flush();
    await setCounters(tx);
    return count;
  });
}

function assertHeader(line: string): void {
  let header: Partial<Header> | null = null;
  try {
    header = JSON.parse(line) as Partial<Header> | null;
  } catch (error) {
    throw new Error('This file is no export of a store: its first line is not JSON.', { cause: error });
  }
  if (header?.format !== FORMAT) throw new Error('This file is no export of a store.');
  if (header.version === VERSION) return;
  throw new Error(
    `This export was made at version ${String(header.version)} of the tables and this release is at ${VERSION}. ` +
      'Import it with the release that made it, let the newer one bring the tables up to date, and export again.',
  );
}

async function assertEmpty(tx: Handle): Promise<void> {
  const { rows } = await sql`select 1 from portal limit 1`.execute(tx);
  if (rows.length > 0) throw new Error('The store is not empty; an import only fills a new one.');
}

const LINE = /^\{"table":"(?<table>[a-z_]+)","row":(?<row>\{.*\})\}$/s;

/** Taken apart as text, so that the row's numbers stay as they were written. */
function splitLine(line: string, lineNumber: number): { readonly table: string; readonly row: string } {
  const { table, row } = LINE.exec(line)?.groups ?? {};
  const known = Object.values<TableRow>(TABLES).some((one) => one.table === table);
  if (table === undefined || row === undefined || !known)
    throw new Error(`Line ${lineNumber} of the export is not a row of a known table.`);
  return { table, row };
}

async function writeRows(tx: Handle, table: string, rows: readonly string[]): Promise<void> {
  await sql`insert into ${sql.table(table)} overriding system value
    select * from json_populate_recordset(null::${sql.table(table)}, ${`[${rows.join(',')}]`}::text::json)`.execute(
    tx,
  );
}

async function setCounters(tx: Handle): Promise<void> {
  for (const { table, counter } of Object.values<TableRow>(TABLES)) {
    if (counter === null) continue;
    await sql`select setval(pg_get_serial_sequence(${table}, ${counter}), max(${sql.ref(counter)}))
      from ${sql.table(table)} having max(${sql.ref(counter)}) is not null`.execute(tx);
  }
}
