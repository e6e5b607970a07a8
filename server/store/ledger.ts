/** The ledger: every answer of sales to a hand-off and every undoing of one. It only grows. */

import { sql } from 'kysely';
import type { Insertable, Selectable } from 'kysely';
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
 * Writes one entry. Returns `false`, with nothing written, when the portal has an entry with this request id already:
 * answer with that one. Throws when the portal is unknown, a rejection has no reason, or the entry was undone before.
 */
export async function insertEntry(tx: Handle, entry: NewEntry): Promise<boolean> {
  const { decision, answer, dims, ...columns } = entry;
  const row: Insertable<LedgerTable> = {
    ...columns,
    dims: JSON.stringify(dims),
    decision: toJson(decision),
    answer: toJson(answer),
  };
  const written = await tx
    .insertInto('ledger')
    .values(row)
    .onConflict((conflict) => conflict.columns(['portalId', 'requestId']).doNothing())
    .returning('entryId')
    .executeTakeFirst();
  return written !== undefined;
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

/** How often the contact was rejected without anybody taking it back. */
export async function countRejections(tx: Handle, portalId: number, contactId: string): Promise<number> {
  const { n } = await tx
    .selectFrom('ledger as answered')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('kind', '=', 'rejection')
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('ledger as undone')
            .select(sql.lit(1).as('one'))
            .whereRef('undone.portalId', '=', 'answered.portalId')
            .whereRef('undone.reversesEntryId', '=', 'answered.entryId'),
        ),
      ),
    )
    .executeTakeFirstOrThrow();
  return n;
}

function toJson(value: unknown): string | null {
  return value === null || value === undefined ? null : JSON.stringify(value);
}
