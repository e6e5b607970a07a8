/** The ledger: every answer of sales to a hand-off and every undoing of one. It only grows. */

import type { Selectable } from 'kysely';
import { rowsOf } from './columns.ts';
import { writeTogether, type Write } from './planKept.ts';
import type { EntryKind, Handle, LedgerTable } from './schema.ts';

export type LedgerEntry = Readonly<Selectable<LedgerTable>>;

export type NewEntry = {
  readonly portalId: number;
  readonly entryId: string;
  /** Made by the sender; the second delivery of the same one is recognised by it. */
  readonly requestId: string;
  readonly kind: EntryKind;
  readonly contactId: string;
  readonly leadId: string | null;
  readonly at: Date;
  /** The day of `at` in the portal's time zone, 'YYYY-MM-DD'. */
  readonly day: string;
  readonly actorUserId: number | null;
  readonly path: string;
  readonly reason: string | null;
  /** For an undo: the entry that it takes back. */
  readonly reversesEntryId: string | null;
  readonly note: string | null;
  /** Dimension → value, what the rollups count by. Nothing personal. */
  readonly dims: Readonly<Record<string, string>>;
  readonly decision: unknown;
  /** What was answered, so that a second delivery gets the same. */
  readonly answer: unknown;
};

/**
 * A portal has answered this request already. Whoever looks for a first answer first meets it only where the same request
 * is about another lead and arrives at the same moment, in another process; a repeat then finds the entry that won.
 */
export class RequestMetError extends Error {
  override readonly name = 'RequestMetError';
  readonly retry = true;

  constructor(cause: unknown) {
    super('A request was answered at the same moment.', { cause });
  }
}

/**
 * Writes entries in their order, in one statement. Throws, with nothing written, when a portal has one of the requests
 * already (RequestMetError), when a portal is unknown, a rejection has no reason, or an entry was undone before.
 */
export async function insertEntries(tx: Handle, entries: readonly NewEntry[]): Promise<void> {
  if (entries.length === 0) return;
  await tellingRequestMet(writeTogether(tx, [toLedger(entries)]));
}

/** The same, to be sent with other writes: put `tellingRequestMet` around those. */
export const toLedger = (entries: readonly NewEntry[]): Write => ({
  text: INSERT,
  values: ROWS.values(entries),
});

/** What `writing` gives; rejects with a RequestMetError where the ledger has one of its requests already. */
export async function tellingRequestMet<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    throw isRequestMet(error) ? new RequestMetError(error) : error;
  }
}

const ROWS = rowsOf<NewEntry>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['request_id', 'text', ({ requestId }) => requestId],
  ['kind', 'text', ({ kind }) => kind],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['lead_id', 'text', ({ leadId }) => leadId],
  ['at', 'timestamptz', ({ at }) => at.toISOString()],
  ['day', 'date', ({ day }) => day],
  ['actor_user_id', 'bigint', ({ actorUserId }) => actorUserId],
  ['path', 'text', ({ path }) => path],
  ['reason', 'text', ({ reason }) => reason],
  ['reverses_entry_id', 'uuid', ({ reversesEntryId }) => reversesEntryId],
  ['note', 'text', ({ note }) => note],
  ['dims', 'jsonb', ({ dims }) => JSON.stringify(dims)],
  ['decision', 'jsonb', ({ decision }) => JSON.stringify(decision)],
  ['answer', 'json', ({ answer }) => JSON.stringify(answer)],
]);

const INSERT = `insert into ledger (${ROWS.names}) select ${ROWS.names} from ${ROWS.table} order by place`;

const UNIQUE_VIOLATION = '23505';

function isRequestMet(error: unknown): boolean {
  const { code, constraint } = error as { readonly code?: unknown; readonly constraint?: unknown };
  return code === UNIQUE_VIOLATION && constraint === 'ledger_request';
}

/** The entry that a request made, or `null` when this request is new. */
export async function findEntryByRequest(
  tx: Handle,
  portalId: number,
  requestId: string,
): Promise<LedgerEntry | null> {
  const found = await tx
    .selectFrom('ledger')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('requestId', '=', requestId)
    .executeTakeFirst();
  return found ?? null;
}

/** What these requests were answered, as it was sent; none for those that made no entry, or whose person was erased. */
export async function findAnswers(
  tx: Handle,
  portalId: number,
  requestIds: readonly string[],
): Promise<ReadonlyMap<string, unknown>> {
  if (requestIds.length === 0) return new Map();
  const found = await tx
    .selectFrom('ledger')
    .select(['requestId', 'answer'])
    .where('portalId', '=', portalId)
    .where('requestId', 'in', [...requestIds])
    .where('answer', 'is not', null)
    .execute();
  return new Map(found.map(({ requestId, answer }) => [requestId, answer]));
}

export async function findEntry(tx: Handle, portalId: number, entryId: string): Promise<LedgerEntry | null> {
  const found = await tx
    .selectFrom('ledger')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .executeTakeFirst();
  return found ?? null;
}

/** When sales last answered this lead or took an answer back; `null` where they never did. */
export async function findLastEntryAt(tx: Handle, portalId: number, contactId: string): Promise<Date | null> {
  const found = await tx
    .selectFrom('ledger')
    .select('at')
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.at ?? null;
}

/** The entry that took this one back, or `null` while it stands. */
export async function findUndoOf(tx: Handle, portalId: number, entryId: string): Promise<LedgerEntry | null> {
  const found = await tx
    .selectFrom('ledger')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('reversesEntryId', '=', entryId)
    .executeTakeFirst();
  return found ?? null;
}

/** Every entry of a contact, newest first. */
export function listEntries(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<readonly LedgerEntry[]> {
  return tx
    .selectFrom('ledger')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .orderBy('seq', 'desc')
    .execute();
}
