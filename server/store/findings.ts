/** What the guard found: each change around the card once, with what became of it. The coverage ledger counts these. */

import type { Insertable, Selectable } from 'kysely';
import { rowsOf } from './columns.ts';
import { writeTogether, type Write } from './planKept.ts';
import type { GuardFindingTable, Handle } from './schema.ts';

export type Finding = Readonly<Selectable<GuardFindingTable>>;

export type NewFinding = Omit<
  Insertable<GuardFindingTable>,
  'proof' | 'managerToldAt' | 'erasedAt' | 'entryId'
> & {
  readonly proof: Finding['proof'];
  readonly entryId: string | null;
};

/** Writes a finding down. `false`, with nothing written, where this very change was found before. */
export async function insertFinding(tx: Handle, { proof, ...finding }: NewFinding): Promise<boolean> {
  const written = await tx
    .insertInto('guardFinding')
    .values({ ...finding, proof: proof === null ? null : JSON.stringify(proof) })
    .onConflict((conflict) => conflict.columns(['findingKey', 'portalId']).doNothing())
    .returning('findingId')
    .executeTakeFirst();
  return written !== undefined;
}

export async function findFinding(tx: Handle, portalId: number, findingId: string): Promise<Finding | null> {
  const found = await tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('findingId', '=', findingId)
    .executeTakeFirst();
  return found ?? null;
}

/** The findings of these leads in the order of their changes, newest first. */
export function listFindings(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
): Promise<readonly Finding[]> {
  if (contactIds.length === 0) return Promise.resolve([]);
  return tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds])
    .orderBy('changedAt', 'desc')
    .execute();
}

/** An answer that gives the reason that was owed. */
export type AnsweredFinding = {
  readonly portalId: number;
  readonly contactId: string;
  readonly entryId: string;
  readonly at: Date;
};

/** Ends what was pending of these leads: an answer has come. */
export async function closeFindings(tx: Handle, answers: readonly AnsweredFinding[]): Promise<void> {
  if (answers.length > 0) await writeTogether(tx, [toClosedFindings(answers)]);
}

/** The same, to be sent with other writes. */
export const toClosedFindings = (answers: readonly AnsweredFinding[]): Write => ({
  text: CLOSE,
  values: ROWS.values(answers),
});

const ROWS = rowsOf<AnsweredFinding>([
  ['portal_id', 'bigint', ({ portalId }) => portalId],
  ['contact_id', 'text', ({ contactId }) => contactId],
  ['entry_id', 'uuid', ({ entryId }) => entryId],
  ['at', 'timestamptz', ({ at }) => at],
]);

const CLOSE = `
  update guard_finding set
    state = 'closed', closed_at = new.at, closed_how = 'answered', entry_id = new.entry_id, next_at = null
  from ${ROWS.table}
  where guard_finding.portal_id = new.portal_id and guard_finding.contact_id = new.contact_id
    and guard_finding.state = 'open'`;

/** Ends what was pending of these leads without an answer: the record is gone, or the change was taken back by hand. */
export async function withdrawFindings(
  tx: Handle,
  portalId: number,
  contactIds: readonly string[],
  at: Date,
): Promise<void> {
  if (contactIds.length === 0) return;
  await tx
    .updateTable('guardFinding')
    .set({ state: 'closed', closedAt: at, closedHow: 'withdrawn', nextAt: null })
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [...contactIds].sort())
    .where('state', '=', 'open')
    .execute();
}

/** Open findings whose clock is due, locked until the transaction ends; the longest due first. */
export function claimDueFindings(
  tx: Handle,
  portalId: number,
  now: Date,
  limit: number,
): Promise<readonly Finding[]> {
  return tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('nextAt', '<=', now)
    .orderBy('nextAt')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute();
}

/** Notes that the manager was told; `nextAt` is when the clock looks again, `null` for never. */
export async function noteManagerTold(
  tx: Handle,
  finding: Pick<Finding, 'portalId' | 'findingId'>,
  at: Date,
  nextAt: Date | null,
): Promise<void> {
  await tx
    .updateTable('guardFinding')
    .set({ managerToldAt: at, nextAt })
    .where('portalId', '=', finding.portalId)
    .where('findingId', '=', finding.findingId)
    .execute();
}

/** A place in a queue: the moment, and the id where several share it. */
export type Place = { readonly at: Date; readonly id: string };

/** A page of the reasons that are owed, oldest first, after a place (`null` for the first page). */
export function listOpenFindings(
  tx: Handle,
  portalId: number,
  page: { readonly after: Place | null; readonly limit: number; readonly path?: Finding['path'] },
): Promise<readonly Finding[]> {
  const { after, limit, path } = page;
  return tx
    .selectFrom('guardFinding')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('state', '=', 'open')
    .$if(path !== undefined, (query) => query.where('path', '=', path ?? 'card'))
    .$if(after !== null, (query) =>
      query.where((eb) =>
        eb(eb.refTuple('foundAt', 'findingId'), '>', eb.tuple(after?.at ?? new Date(0), after?.id ?? '')),
      ),
    )
    .orderBy('foundAt')
    .orderBy('findingId')
    .limit(limit)
    .execute();
}

export type FindingCount = Pick<
  Finding,
  'path' | 'kind' | 'codeState' | 'outcome' | 'state' | 'closedHow'
> & {
  readonly n: number;
};

/** How many findings there are since a day ('YYYY-MM-DD', in the portal's time zone), by all that coverage asks for. */
export function countFindings(
  tx: Handle,
  portalId: number,
  sinceDay: string,
): Promise<readonly FindingCount[]> {
  return tx
    .selectFrom('guardFinding')
    .select(['path', 'kind', 'codeState', 'outcome', 'state', 'closedHow'])
    .select((eb) => eb.cast<number>(eb.fn.countAll(), 'integer').as('n'))
    .where('portalId', '=', portalId)
    .where('day', '>=', sinceDay)
    .groupBy(['path', 'kind', 'codeState', 'outcome', 'state', 'closedHow'])
    .execute();
}
