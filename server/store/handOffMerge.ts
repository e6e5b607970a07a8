/** The hand-offs of records that were merged, in one row of attempts. */

import { sql } from 'kysely';
import type { HandOffRow } from './handOffs.ts';
import type { Handle } from './schema.ts';
import { findStandingAnswer } from './standingAnswers.ts';

/**
 * Hands them over to the record that came out. Those that ended in a rejection are its first attempts, in their order;
 * the one that is in force comes next; what else there was counts and is over. To be called when the answers have been
 * handed over.
 */
export async function renumberHandOffs(
  tx: Handle,
  portalId: number,
  intoId: string,
  mergedIds: readonly string[],
  at: Date,
): Promise<void> {
  const rows = await tx
    .selectFrom('handOff')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', 'in', [intoId, ...mergedIds])
    .orderBy('openedAt')
    .orderBy('closedAt')
    .orderBy('handOffId')
    .forUpdate()
    .execute();
  if (rows.every(({ contactId }) => contactId === intoId)) return;
  const rejections = await countRejections(tx, portalId, intoId);
  const standing = await findStandingAnswer(tx, portalId, intoId);
  const rejected = rows.filter(({ closedHow, attempt }) => closedHow === 'rejection' && attempt > 0);
  const inForce = rows.findLast(
    (row) =>
      row.attempt > 0 &&
      (standing === null ? row.closedAt === null : isAcceptedBy(row, standing.kind, standing.entryId)),
  );
  const over = rows.filter((row) => row !== inForce && !rejected.includes(row));
  const attemptOf = new Map<HandOffRow, number>([
    ...rejected.map((row, place) => [row, rejections - rejected.length + place + 1] as const),
    ...(inForce === undefined ? [] : [[inForce, rejections + 1] as const]),
  ]);
  // Attempts that are older than the ledger knows are among those that are over.
  const taken = [...attemptOf.values()].filter((attempt) => attempt < 1).length;
  for (const [place, row] of over.entries()) attemptOf.set(row, -taken - place);
  const ids = rows.map(({ handOffId }) => handOffId);
  await sql`
    update hand_off set
      closed_how = coalesce(closed_how, 'withdrawn'), closed_at = coalesce(closed_at, ${at}), next_at = null
    where portal_id = ${portalId} and hand_off_id = any(${over.map(({ handOffId }) => handOffId)}::uuid[])`.execute(
    tx,
  );
  // Out of each other's way first: an attempt is there once at every moment.
  await sql`
    update hand_off set contact_id = ${intoId}, attempt = -1000000 - place.n
    from unnest(${ids}::uuid[]) with ordinality as place (id, n)
    where portal_id = ${portalId} and hand_off_id = place.id`.execute(tx);
  await sql`
    update hand_off set attempt = numbered.attempt
    from unnest(${ids}::uuid[], ${rows.map((row) => attemptOf.get(row) ?? 0)}::int[]) as numbered (id, attempt)
    where portal_id = ${portalId} and hand_off_id = numbered.id`.execute(tx);
}

const isAcceptedBy = (row: HandOffRow, kind: string, entryId: string | null): boolean =>
  kind === 'acceptance' && row.closedBy === entryId;

/** Rejections that nobody took back. */
async function countRejections(tx: Handle, portalId: number, contactId: string): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from ledger answered
    where portal_id = ${portalId} and contact_id = ${contactId} and kind = 'rejection'
      and not exists (
        select from ledger undone
        where undone.portal_id = answered.portal_id and undone.reverses_entry_id = answered.entry_id
      )`.execute(tx);
  return found.rows[0]?.n ?? 0;
}
