/** What is done about bad data, try by try. What it writes on the record is in flows/enrichment. */

import { describe, expect, it } from '@jest/globals';
import { decideEnrichment, type Enrichment } from '../../src/enrichment.ts';
import { checkData } from '../../src/dataChecks.ts';
import { DEFAULT_SETTINGS, type FollowUpSettings } from '../../src/settings.ts';
import { buildFacts, buildPortal } from './build.ts';

const BAD = checkData(buildFacts({ phone: 'n/a', email: 'test@test.test' }));
/** Somebody takes it over: without that, leads are never given up. */
const BY_LIST = { enrichVia: 'list', enrichTarget: '77' } as const;
const decide = (
  over: Partial<Enrichment> = {},
  day = '2026-11-22',
  followUp: Partial<FollowUpSettings> = {},
  problems = BAD,
) =>
  decideEnrichment(
    {
      enrichment: {
        openedOn: '2026-11-22',
        isOpened: (over.tries ?? 0) > 0,
        isUnchanged: false,
        tries: 0,
        isTryDue: true,
        ...over,
      },
      problems,
      settings: { ...DEFAULT_SETTINGS, followUp: { ...DEFAULT_SETTINGS.followUp, ...BY_LIST, ...followUp } },
      portal: buildPortal(),
      lookOn: '2026-12-22',
      lifecycleStage: 'lead',
    },
    new Date(`${day}T10:00:00Z`),
  );
const kindsOf = (decided: ReturnType<typeof decide>): readonly string[] =>
  'steps' in decided ? decided.steps.map(({ change }) => change.kind) : [];

describe('bad data', () => {
  it('has problems to begin with', () => expect(BAD.length).toBeGreaterThan(0));

  it('is complete as soon as nothing is wrong, whatever the number of tries', () => {
    expect(decide({ tries: 3, isTryDue: false }, '2026-12-31', {}, [])).toMatchObject({ kind: 'complete' });
  });

  it('that the checks never found is no more complete than sales found it, until somebody changes it', () => {
    const decided = decide({ isUnchanged: true }, '2026-11-22', {}, []);
    expect(decided.kind).toBe('try');
    expect(JSON.stringify('steps' in decided ? decided.steps : [])).toContain('find nothing wrong');
    expect(decide({ isUnchanged: true }, '2026-11-22', { enrichVia: 'none' }, []).kind).toBe('queued');
  });

  it('is tried once in the time of a try', () => {
    expect(decide()).toMatchObject({ kind: 'try', nextOn: '2026-12-02', callsTool: false });
    expect(decide({ tries: 1, isTryDue: false }, '2026-11-23')).toEqual({ kind: 'wait' });
  });

  it('is told to the tool by address only where that was chosen', () => {
    expect(
      decide({}, '2026-11-22', { enrichVia: 'webhook', enrichTarget: 'https://tool.example' }),
    ).toMatchObject({
      callsTool: true,
    });
  });

  it('says what is wrong once, in a note with the first try', () => {
    expect(kindsOf(decide())).toContain('create-note');
    expect(kindsOf(decide({ tries: 1 }, '2026-12-02'))).not.toContain('create-note');
  });

  it.each<[string, Partial<Enrichment>, string, string]>([
    ['after the second try goes on', { tries: 2 }, '2026-12-12', 'try'],
    ['after the last try is given up', { tries: 3 }, '2026-12-12', 'given_up'],
    ['after the last day is given up, however few the tries', { tries: 1 }, '2026-12-22', 'given_up'],
    ['on the day before goes on', { tries: 1 }, '2026-12-21', 'try'],
  ])('%s', (_what, over, day, kind) => {
    expect(decide(over, day).kind).toBe(kind);
  });

  it('that is given up takes the lead out of the queue and out of sales', () => {
    const kinds = kindsOf(decide({ tries: 3 }, '2026-12-12'));
    expect(kinds).toEqual([
      'set-properties',
      'remove-from-list',
      'add-to-list',
      'create-note',
      'set-lifecycle-stage',
    ]);
  });
});
