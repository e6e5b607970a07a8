/** Laws of what goes with an answer: its hand-off, its wake-up and its enrichment. They are read from our tables alone. */

import { expect } from '@jest/globals';
import { sql } from 'kysely';
import type { Handle } from '../../server/store/schema.ts';
import { leadsInLimbo } from '../../server/store/wakeUps.ts';

/** Whether what goes with the answers of these records fits them. `there`: their records are in HubSpot. */
export async function checkCompanions(db: Handle, portalId: number, there: readonly string[]): Promise<void> {
  await checkHandOffs(db, portalId);
  await checkWakeUps(db, portalId, there);
  await checkEnrichments(db, portalId, there);
}

/** Of a lead one is open at most, attempts follow each other in time, and what is answered is closed by that answer. */
async function checkHandOffs(db: Handle, portalId: number): Promise<void> {
  const rows = await db
    .selectFrom('handOff')
    .select(['contactId', 'attempt', 'openedAt', 'closedAt', 'closedBy', 'closedHow'])
    .where('portalId', '=', portalId)
    .orderBy('attempt')
    .execute();
  const standing = await db
    .selectFrom('standingAnswer')
    .select(['contactId', 'entryId', 'kind'])
    .where('portalId', '=', portalId)
    .where('kind', '!=', 'none')
    .execute();
  const of = new Map(standing.map((answer) => [answer.contactId, answer]));
  for (const [contactId, handOffs] of Map.groupBy(rows, (row) => row.contactId)) {
    const said = { contactId, handOffs, standing: of.get(contactId) ?? null };
    const open = handOffs.filter(({ closedAt }) => closedAt === null);
    expect({ ...said, open: open.length <= 1 }).toEqual({ ...said, open: true });
    const inForce = handOffs.filter(({ attempt, closedHow }) => attempt > 0 && closedHow !== 'withdrawn');
    const begun = inForce.map(({ openedAt }) => openedAt.getTime());
    expect({ ...said, begun }).toEqual({ ...said, begun: begun.toSorted((a, b) => a - b) });
    const attempts = inForce.map(({ attempt }) => attempt);
    expect({ ...said, attempts }).toEqual({ ...said, attempts: [...new Set(attempts)] });
    // The open one is the last: what was answered before it is over.
    if (open[0] !== undefined && inForce.length > 0)
      expect({ ...said, last: inForce.at(-1)?.closedAt }).toEqual({ ...said, last: null });
  }
  for (const answer of standing) {
    const closed = rows.filter(({ closedBy }) => closedBy === answer.entryId);
    expect({ answer, closed: closed.map(({ contactId, closedHow }) => ({ contactId, closedHow })) }).toEqual({
      answer,
      closed: [{ contactId: answer.contactId, closedHow: answer.kind }],
    });
    const open = rows.filter((row) => row.contactId === answer.contactId && row.closedAt === null);
    expect({ answer, open }).toEqual({ answer, open: [] });
  }
}

/** Nobody is in limbo; a rejection that stands has one look to come, and any other has none. */
async function checkWakeUps(db: Handle, portalId: number, there: readonly string[]): Promise<void> {
  expect((await leadsInLimbo(db, portalId)).filter((contactId) => there.includes(contactId))).toEqual([]);
  const { rows } = await sql<{ contactId: string; stands: boolean; open: number }>`
    select coalesce(standing.contact_id, waiting.contact_id) as contact_id,
      standing.entry_id is not null as stands, count(waiting.entry_id)::int as open
    from (select * from standing_answer where portal_id = ${portalId} and kind = 'rejection') standing
    full join (select * from wake_up where portal_id = ${portalId} and closed_at is null) waiting
      on waiting.entry_id = standing.entry_id and waiting.contact_id = standing.contact_id
    group by 1, 2, standing.entry_id`.execute(db);
  expect(rows.filter(({ stands, open }) => !stands || open > 1)).toEqual([]);
  expect(rows.filter(({ contactId, open }) => there.includes(contactId) && open !== 1)).toEqual([]);
}

/** Who was rejected for bad data has one enrichment, which goes on or has ended with its result; nobody else has an open one. */
async function checkEnrichments(db: Handle, portalId: number, there: readonly string[]): Promise<void> {
  const { rows } = await sql<{ contactId: string; reason: string; outcomes: string[] }>`
    select standing.contact_id, entry.reason,
      array_remove(array_agg(case when enrichment.entry_id is not null then coalesce(enrichment.outcome, 'open') end), null)
        as outcomes
    from standing_answer standing
    join ledger entry on entry.portal_id = standing.portal_id and entry.entry_id = standing.entry_id
    left join enrichment on enrichment.portal_id = standing.portal_id
      and enrichment.entry_id = standing.entry_id and enrichment.contact_id = standing.contact_id
    where standing.portal_id = ${portalId} and standing.kind = 'rejection'
    group by standing.contact_id, entry.reason, entry.entry_id`.execute(db);
  for (const row of rows.filter(({ contactId }) => there.includes(contactId)))
    expect(row).toEqual({
      ...row,
      outcomes: row.reason === 'bad_data' ? [expect.stringMatching(/^(open|complete|given_up)$/)] : [],
    });
  const lost = await sql<{ entryId: string }>`
    select enrichment.entry_id from enrichment
    where portal_id = ${portalId} and closed_at is null and not exists (
      select from standing_answer standing
      where standing.portal_id = ${portalId} and standing.entry_id = enrichment.entry_id
    )`.execute(db);
  expect(lost.rows).toEqual([]);
}
