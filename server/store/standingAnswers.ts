/** Which answer stands for a lead now. One row per contact, which is also the lock that puts answers in a row. */

import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Handle, StandingAnswerTable } from './schema.ts';

export type StandingAnswer = Readonly<Selectable<StandingAnswerTable>>;

/**
 * Locks the contact's answer until the transaction ends and returns it; `kind: 'none'` where nothing stands. Two
 * answers to one lead that arrive together are thereby taken one after the other, and the second one sees the first.
 */
export function lockStandingAnswer(tx: Handle, portalId: number, contactId: string): Promise<StandingAnswer> {
  return (
    tx
      .insertInto('standingAnswer')
      .values({ portalId, contactId, kind: 'none', entryId: null, attempt: 0 })
      // An update that changes nothing, because DO NOTHING would neither lock the row nor return it.
      .onConflict((conflict) =>
        conflict
          .columns(['portalId', 'contactId'])
          .doUpdateSet({ contactId: sql.ref('excluded.contact_id') }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
  );
}

/** What stands, without a lock; `null` where the contact was never answered or nothing stands any more. */
export async function findStandingAnswer(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<StandingAnswer | null> {
  const found = await tx
    .selectFrom('standingAnswer')
    .selectAll()
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .where('kind', '!=', 'none')
    .executeTakeFirst();
  return found ?? null;
}

/** Says which entry stands now, and which attempt (hand-off number of this lead) it answers. */
export async function setStandingAnswer(
  tx: Handle,
  answer: {
    readonly portalId: number;
    readonly contactId: string;
    readonly entryId: string;
    readonly kind: 'rejection' | 'acceptance';
    readonly attempt: number;
  },
): Promise<void> {
  await tx
    .insertInto('standingAnswer')
    .values(answer)
    .onConflict((conflict) =>
      conflict
        .columns(['portalId', 'contactId'])
        .doUpdateSet({ entryId: answer.entryId, kind: answer.kind, attempt: answer.attempt }),
    )
    .execute();
}

/** Nothing stands any more; the count of attempts stays. */
export async function clearStandingAnswer(tx: Handle, portalId: number, contactId: string): Promise<void> {
  await tx
    .updateTable('standingAnswer')
    .set({ entryId: null, kind: 'none' })
    .where('portalId', '=', portalId)
    .where('contactId', '=', contactId)
    .execute();
}
