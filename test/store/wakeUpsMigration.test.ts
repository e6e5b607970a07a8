import { beforeAll, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';

import type { Store } from '../../server/store/db.ts';
import { wakeUps } from '../../server/store/migrations/0010-wake-ups.ts';
import { leadsInLimbo } from '../../server/store/wakeUps.ts';
import { dayOf } from '../../src/calendar.ts';
import { describeEachEngine } from './engines.ts';

const PORTAL = 4_711;
const DAY_MS = 86_400_000;

await describeEachEngine('rejections from before there were wake-ups', (openTestStore) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
  });

  it('all wait for a day to come; what is over or has no day is spread over a month', async () => {
    const day = (inDays: number): string => dayOf(new Date(Date.now() + inDays * DAY_MS), 'Europe/Berlin');
    await sql`drop table wake_up`.execute(store.db);
    await sql`insert into portal (portal_id, time_zone) values (${PORTAL}, 'Europe/Berlin')`.execute(
      store.db,
    );
    const add = async (contactId: string, gate: object): Promise<void> => {
      const entryId = randomUUID();
      await sql`
        insert into ledger (portal_id, entry_id, request_id, kind, contact_id, at, day, path, reason, dims, decision)
        values (${PORTAL}, ${entryId}, ${entryId}, 'rejection', ${contactId}, now(), ${day(0)}, 'card', 'too_early',
          '{}', ${JSON.stringify({ kind: 'rejection', gate })}::jsonb)`.execute(store.db);
      await sql`
        insert into standing_answer (portal_id, contact_id, entry_id, kind, attempt)
        values (${PORTAL}, ${contactId}, ${entryId}, 'rejection', 1)`.execute(store.db);
    };
    await add('ahead', { coolingUntil: day(3) });
    for (let n = 0; n < 60; n += 1) await add(`over ${n}`, { coolingUntil: day(-40) });
    await add('dayless', {});

    await wakeUps(store.db as never);
    expect(await leadsInLimbo(store.db, PORTAL)).toEqual([]);
    const rows = await store.db.selectFrom('wakeUp').select(['contactId', 'dueAt']).execute();
    expect(rows).toHaveLength(62);
    const dueOf = (contactId: string) => rows.find((row) => row.contactId === contactId)?.dueAt;
    expect(dayOf(dueOf('ahead') ?? new Date(0), 'Europe/Berlin')).toBe(day(3));
    const dueAts = rows.map(({ dueAt }) => dueAt.getTime());
    expect(Math.min(...dueAts)).toBeGreaterThan(Date.now());
    expect(Math.max(...dueAts)).toBeLessThan(Date.now() + 32 * DAY_MS);
    expect(new Set(dueAts).size).toBeGreaterThan(15);
  });
});
