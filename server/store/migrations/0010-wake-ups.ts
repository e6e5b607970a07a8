/**
 * When each rejected lead is looked at again, and what came of it: a row for each look, of which one is open as long as
 * the rejection stands. Written with the answer, so it has no references to check and one index besides its key.
 */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS: readonly string[] = [
  `create table wake_up (
    portal_id bigint not null,
    entry_id uuid not null,
    look int not null,
    contact_id text not null,
    kind text not null check (kind in ('cooling_over', 'requalification', 'event', 'slow_lane')),
    due_at timestamptz not null,
    closed_at timestamptz,
    outcome text,
    score_fault boolean not null default false,
    event_on date,
    event_by bigint,
    successor_id text,
    primary key (portal_id, entry_id, look),
    check ((closed_at is null) = (outcome is null))
  )`,
  `create index wake_up_due on wake_up (due_at, portal_id) where closed_at is null`,
  // Rejections of earlier releases wait as well: 09:00 of the day on which their cooling-off ends. What is over already,
  // and what kept no such day, is spread over the next thirty days, or the first start would look at all of them at once.
  `insert into wake_up (portal_id, entry_id, look, contact_id, kind, due_at)
    select entry.portal_id, entry.entry_id, 1, entry.contact_id, 'cooling_over',
      (case
        when (entry.decision -> 'gate' ->> 'coolingUntil')::date > (now() at time zone portal.time_zone)::date
          then (entry.decision -> 'gate' ->> 'coolingUntil')::date
        else (now() at time zone portal.time_zone)::date + 1 + (hashtext(entry.entry_id::text) & 1023) % 30
      end + time '09:00') at time zone portal.time_zone
    from standing_answer standing
    join ledger entry on entry.portal_id = standing.portal_id and entry.entry_id = standing.entry_id
    join portal on portal.portal_id = standing.portal_id
    where standing.kind = 'rejection'`,
];

export async function wakeUps(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
