/** The ledger: every answer of sales to a hand-off and every undoing of one. It only grows. */

import type { Selectable } from 'kysely';
import { planKept } from './planKept.ts';
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
 * Writes entries in their order, in one statement, and returns the ids of those that were written. One whose request id
 * the portal has already is left out: answer with that one. Throws, with nothing written, when a portal is unknown, a
 * rejection has no reason, or an entry was undone before.
 */
export async function insertEntries(tx: Handle, entries: readonly NewEntry[]): Promise<ReadonlySet<string>> {
  if (entries.length === 0) return new Set();
  const rows = entries.map((entry, place) => ({ ...entry, place }));
  const written = await INSERT(tx, JSON.stringify(rows));
  return new Set(written.map(({ entryId }) => entryId));
}

const INSERT = planKept<{ entryId: string }>(`
    insert into ledger (portal_id, entry_id, request_id, kind, contact_id, lead_id, at, day, actor_user_id, path,
      reason, reverses_entry_id, note, dims, decision, answer)
    select "portalId", "entryId", "requestId", kind, "contactId", "leadId", at, day, "actorUserId", path,
      reason, "reversesEntryId", note, dims, decision, answer
    from json_to_recordset($1::text::json) as new
      (place int, "portalId" bigint, "entryId" uuid, "requestId" text, kind text, "contactId" text, "leadId" text,
       at timestamptz, day date, "actorUserId" bigint, path text, reason text, "reversesEntryId" uuid, note text,
       dims jsonb, decision jsonb, answer json)
    order by place
    on conflict (portal_id, request_id) do nothing
    returning entry_id`);

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

export async function findEntry(tx: Handle, portalId: number, entryId: string): Promise<LedgerEntry | null> {
  const found = await tx
    .selectFrom('ledger')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('entryId', '=', entryId)
    .executeTakeFirst();
  return found ?? null;
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
