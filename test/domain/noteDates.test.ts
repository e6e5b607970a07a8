import { describe, expect, it } from '@jest/globals';
import { isPlannable, noteDates } from '../../src/noteDates.ts';

const TODAY = '2026-11-28';

describe('dates in a note', () => {
  it.each([
    ['renewal in March 2027', ['2027-03-01']],
    ['Vertrag läuft bis 15.03.2027', ['2027-03-15']],
    ['läuft am 1. 7. 27 aus', ['2027-07-01']],
    ['contract ends 2027-06-30', ['2027-06-30']],
    ['decides in Q2 2027', ['2027-04-01']],
    ['budget in Q1', ['2027-01-01']],
    ['Budget im 3. Quartal 2027', ['2027-07-01']],
    ['back in H2 2027', ['2027-07-01']],
    ['next June', ['2027-06-01']],
    ['budget in May', ['2027-05-01']],
    ['until may they wait', ['2027-05-01']],
    ['mid-March', ['2027-03-15']],
    ['nächsten Juni', ['2027-06-01']],
    ['call again in six months', ['2027-05-28']],
    ['in 2 Wochen nochmal', ['2026-12-12']],
    ['in sechs Monaten', ['2027-05-28']],
    ['in einem halben Jahr', ['2027-05-28']],
    ['in about a year', ['2027-11-28']],
    ['15 March 2027', ['2027-03-15']],
    ['on the 3rd of May', ['2027-05-03']],
    ['March 3rd, 2027', ['2027-03-03']],
    ['December 12', ['2026-12-12']],
    ['end of February 2028', ['2028-02-29']],
    ['Ende Februar 2027', ['2027-02-28']],
    ['Mitte März', ['2027-03-15']],
    ['mid-April', ['2027-04-15']],
    ['end of Q2 2027', ['2027-06-30']],
    ['Anfang 2027', ['2027-01-01']],
    ['end of the year', ['2026-12-31']],
    ['Jahresende', ['2026-12-31']],
    ['nächstes Jahr', ['2027-01-01']],
    ['next quarter', ['2027-01-01']],
    ['Acme until 31.01.2027, budget in Q3 2027', ['2027-01-31', '2027-07-01']],
    ['ends 3/4/2027', ['2027-04-03', '2027-03-04']],
    ['ends 3/25/2027', ['2027-03-25']],
  ])('“%s” is %j', (note, days) => {
    expect(noteDates(note, TODAY).map(({ on }) => on)).toEqual(days);
  });

  it.each([
    'they may come back',
    'we march on',
    'May be interested later',
    'MAY COME BACK',
    'Lost. May need more seats',
    'March on',
    'customer since March',
    'seit Juni dabei',
    'talked in May 2025',
    'on 31.02.2027',
    'version 2.3.4',
    'call +49 30 12.12.',
    'in 9000 days',
    'by 2099-01-01',
    'Maintenance contract with Marcel',
    '',
  ])('“%s” has none', (note) => {
    expect(noteDates(note, TODAY)).toEqual([]);
  });

  it('are quoted with the words before them', () => {
    expect(noteDates('They use Acme, and the contract ends in March 2027.', TODAY)).toEqual([
      { on: '2027-03-01', quote: '…and the contract ends in March 2027' },
    ]);
  });

  it('are the same whatever follows, and read in no time in a very long note', () => {
    const note = `${'in the end of a day, '.repeat(4_000)}renewal in March 2027`;
    const before = performance.now();
    expect(noteDates(note, TODAY).map(({ on }) => on)).toEqual(['2027-03-01']);
    expect(performance.now() - before).toBeLessThan(1_000);
  });
});

it('a day is worth waiting for from tomorrow on, for five years', () => {
  expect(
    ['2026-11-28', '2026-11-29', '2031-11-28', '2031-11-29', 'soon'].map((on) => isPlannable(on, TODAY)),
  ).toEqual([false, true, true, false, false]);
});
