/** Which answer stands for a lead now. One row per contact, which is also the lock that puts answers in a row. */

import { sql } from 'kysely';
import type { Selectable } from 'kysely';
import type { Handle, StandingAnswerTable } from './schema.ts';

export type StandingAnswer = Readonly<Selectable<StandingAnswerTable>>;

type Lead = { readonly portalId: number; readonly contactId: string };

/**
 * Locks the answers of these leads until the transaction ends. Two answers to one lead that arrive together are thereby
 * taken one after the other; what stands is to be read afterwards, so that the second one sees the first.
 */
export async function lockStandingAnswers(tx: Handle, leads: readonly Lead[]): Promise<void> {
  if (leads.length === 0) return;
  // Sorted, so that two groups that share leads take their locks in the same order. An update that changes nothing,
  // because DO NOTHING would not lock the row.
  await sql`
    insert into standing_answer (portal_id, contact_id, entry_id, kind, attempt)
    select distinct "portalId", "contactId", null::uuid, 'none', 0
    from jsonb_to_recordset(${JSON.stringify(leads)}::text::jsonb) as lead ("portalId" bigint, "contactId" text)
    order by 1, 2
    on conflict (portal_id, contact_id) do update set contact_id = excluded.contact_id`.execute(tx);
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

/** Says which entries stand now, and which attempt (hand-off number of the lead) each answers. */
export async function setStandingAnswers(
  tx: Handle,
  answers: readonly (Lead & {
    readonly entryId: string;
    readonly kind: 'rejection' | 'acceptance';
    readonly attempt: number;
  })[],
): Promise<void> {
  if (answers.length === 0) return;
  await sql`
    insert into standing_answer (portal_id, contact_id, entry_id, kind, attempt)
    select "portalId", "contactId", "entryId", kind, attempt
    from jsonb_to_recordset(${JSON.stringify(answers)}::text::jsonb) as new
      ("portalId" bigint, "contactId" text, "entryId" uuid, kind text, attempt int)
    order by 1, 2
    on conflict (portal_id, contact_id) do update set
      entry_id = excluded.entry_id, kind = excluded.kind, attempt = excluded.attempt`.execute(tx);
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
