import { beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from './engines.ts';

await describeEachEngine('values of the database', (openTestStore) => {
  let store: Store;
  beforeAll(async () => {
    store = await openTestStore();
  });

  it('are the same values of JavaScript on both engines', async () => {
    const { rows } = await sql<Record<string, unknown>>`
      select count(*) as counted, sum(n) as summed, max(id) as widest, date '2026-11-22' as calendar_day,
        timestamptz '2026-11-22 17:48:00.123456+02' as instant, jsonb '{"some_key": [1, "two"]}' as document,
        9007199254740993::bigint as beyond_safe, 1.50::numeric as exact, true as flag, null::date as nothing
      from (values (1, 14500001::bigint), (2, 14500002::bigint)) as t (n, id)`.execute(store.db);
    expect(rows).toEqual([
      {
        counted: 2,
        summed: 3,
        widest: 14_500_002,
        calendarDay: '2026-11-22',
        instant: new Date('2026-11-22T15:48:00.123Z'),
        document: { some_key: [1, 'two'] },
        beyondSafe: 9_007_199_254_740_993n,
        exact: '1.50',
        flag: true,
        nothing: null,
      },
    ]);
  });

  it('come back as they were written', async () => {
    const at = new Date('2026-03-29T00:59:59.999Z');
    const { rows } = await sql<Record<string, unknown>>`
      select ${at}::timestamptz as at, ${'2026-03-29'}::date as day, ${JSON.stringify(['ü', { a_b: null }])}::jsonb as j,
        ${14_500_001}::bigint as n, ${false}::boolean as flag`.execute(store.db);
    expect(rows).toEqual([{ at, day: '2026-03-29', j: ['ü', { a_b: null }], n: 14_500_001, flag: false }]);
  });
});
