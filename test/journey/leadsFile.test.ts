import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readColumns } from '../../sandbox/data/columns.ts';
import { parseLeadsFile, toContent } from '../../sandbox/data/leadsFile.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'leads-'));
});
afterAll(() => rm(folder, { recursive: true }));

const parse = async (text: string, columns?: object, limit?: number) => {
  const file = path.join(folder, 'leads.csv');
  await writeFile(file, text);
  return parseLeadsFile(file, readColumns(columns && JSON.stringify(columns)), limit);
};

describe('a file of leads', () => {
  it('becomes contacts with their own date and origin', async () => {
    const { leads, problems } = await parse(
      'mql_id,first_contact_date,landing_page_id,origin\na1,2018-02-01,page-9,paid search\na2,2017-10-20 23:15:00,,unknown\n',
    );
    expect(problems).toEqual([]);
    const [first, second] = toContent(leads).objects.contacts ?? [];
    expect(first).toMatchObject({
      createdAt: '2018-02-01T12:00:00Z',
      properties: {
        hs_analytics_source: 'PAID_SEARCH',
        hs_analytics_source_data_1: 'paid search',
        hs_analytics_source_data_2: 'page-9',
        hs_analytics_first_timestamp: '2018-02-01T12:00:00Z',
        hs_analytics_last_timestamp: '2018-02-01T12:00:00Z',
      },
    });
    expect(first?.history?.['hs_lifecyclestage_marketingqualifiedlead_date']?.[0]?.value).toBe(
      '2018-02-01T12:00:00Z',
    );
    expect(second?.createdAt).toBe('2017-10-20T23:15:00Z');
    expect(second?.properties).toMatchObject({ hs_analytics_source_data_1: 'unknown' });
    expect(second?.properties).not.toHaveProperty('hs_analytics_source');
  });

  it('keeps the good rows and names every bad one with its line', async () => {
    const { leads, problems } = await parse(
      [
        '\uFEFFmql_id,first_contact_date,origin',
        'a1,2018-02-01,social',
        'a2,01.02.2018,social',
        'a3,2018-02-31,social',
        ',2018-02-01,social',
        'a1,2018-02-02,social',
        'a4,2018-02-01',
        'a5,2018-02-01,"line',
        'break"',
        'a6,2018-02-03,so"cial',
        'a7,2018-02-04,email',
        '',
      ].join('\n'),
    );
    expect(leads.map(({ id }) => id)).toEqual(['a1', 'a5', 'a7']);
    expect(problems).toHaveLength(6);
    expect(problems[0]).toBe('Line 3: “01.02.2018” is no date (YYYY-MM-DD, also with a time after it).');
    expect(problems[1]).toMatch(/^Line 4: “2018-02-31” is no date/);
    expect(problems[2]).toBe('Line 5: has no id.');
    expect(problems[3]).toBe('Line 6: the id a1 was on line 2 already.');
    expect(problems[4]).toBe('Line 7: has 2 values instead of 3.');
    expect(problems[5]).toMatch(/^Line \d+: .*[Qq]uote/);
  });

  it('reads columns and origins by the names that a file of columns gives them', async () => {
    const { leads } = await parse('Nr,Datum,Kanal\n7,2026-01-05,Messe\n', {
      columns: { id: 'nr', handedOffAt: 'Datum', source: 'Kanal' },
      sources: { messe: 'OFFLINE' },
    });
    expect(leads).toMatchObject([{ id: '7', source: 'OFFLINE' }]);
  });

  it('stops after the number of rows that was asked for', async () => {
    const { leads } = await parse('id,date\n1,2026-01-01\n2,2026-01-01\n3,2026-01-01\n', undefined, 2);
    expect(leads.map(({ id }) => id)).toEqual(['1', '2']);
  });

  it.each([
    { text: 'name,date\nx,2026-01-01\n', says: /no column for id .*Name it in a file of columns/ },
    { text: '', says: /is empty/ },
  ])('that cannot be used at all says what to do: $text', async ({ text, says }) => {
    await expect(parse(text)).rejects.toThrow(says);
  });

  it.each([
    { columns: { columns: { when: 'Datum' } }, says: /“columns” knows no “when”/ },
    { columns: { sources: { x: 'FAIR' } }, says: /“FAIR” is no source of HubSpot/ },
    { columns: { colums: {} }, says: /there is no “colums”/ },
    { columns: { columns: { id: 'nowhere' } }, says: /has no column “nowhere”/ },
  ])('with a wrong file of columns says what is wrong: $says', async ({ columns, says }) => {
    await expect(parse('id,date\n1,2026-01-01\n', columns)).rejects.toThrow(says);
  });
});
