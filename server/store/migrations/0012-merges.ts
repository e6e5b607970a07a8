/** Which records went into which: requests that still name an old one, and deletions of a person, go by it. */

import { sql } from 'kysely';
import type { Kysely } from 'kysely';

const STATEMENTS = [
  `create table contact_merge (
    portal_id bigint not null references portal,
    merged_id text not null,
    into_id text not null,
    at timestamptz not null,
    primary key (portal_id, merged_id),
    check (merged_id <> into_id)
  )`,
  `alter table lead_snapshot add column erased_at timestamptz`,
  `create index contact_merge_into on contact_merge (into_id, portal_id)`,
  // What was answered never changes. Which record HubSpot keeps the person under does: a merge, marked by its
  // transaction, may write that and nothing else.
  `create or replace function ledger_only_grows() returns trigger language plpgsql as $$
  begin
    if tg_op = 'UPDATE' then
      if current_setting('mql_rejection_loop.privacy_erasure', true) = 'on' then
        return new;
      end if;
      if current_setting('mql_rejection_loop.merge', true) = 'on'
        and (to_jsonb(new) - 'contact_id') = (to_jsonb(old) - 'contact_id') then
        return new;
      end if;
    end if;
    raise exception 'The ledger only grows: % is refused.', tg_op using errcode = 'restrict_violation';
  end $$`,
];

export async function merges(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
