import { describe, expect, it } from '@jest/globals';
import { escalationSentence, escalationTitle, notEnoughData } from '../../src/escalationWords.ts';
import { lookOver, type AnsweredLead } from '../../src/escalations.ts';
import { DEFAULT_SETTINGS } from '../../src/settings.ts';
import { NOW } from './build.ts';

const DAY_MS = 86_400_000;
const ago = (days: number): Date => new Date(NOW.getTime() - days * DAY_MS);

let place = 0;
const answer = (over: Partial<AnsweredLead> = {}): AnsweredLead => {
  place += 1;
  return {
    entryId: `e${place}`,
    contactId: `c${place}`,
    kind: 'rejection',
    at: ago(10),
    by: 77,
    company: `Company ${place}`,
    email: null,
    employees: '200',
    industry: null,
    country: null,
    sizeBand: 'unknown',
    handOffIndustry: 'unknown',
    ...over,
  };
};
const many = (count: number, over: Partial<AnsweredLead> = {}): AnsweredLead[] =>
  Array.from({ length: count }, () => answer(over));
/** A fifth of these is rejected. */
const others = (count = 50, over: Partial<AnsweredLead> = {}): AnsweredLead[] => [
  ...many(Math.round(count * 0.2), over),
  ...many(Math.round(count * 0.8), { kind: 'acceptance', ...over }),
];
const engines = { email: 'ada@engines.example', company: 'Analytical Engines' };
const look = (answers: readonly AnsweredLead[], resolvedAt: ReadonlyMap<string, Date> = new Map()) =>
  lookOver(answers, DEFAULT_SETTINGS.icp, resolvedAt, NOW);

describe('a company of the core ICP that is turned down', () => {
  const turnedDown = (): AnsweredLead[] => [
    answer({ ...engines, by: 77 }),
    answer({ ...engines, by: 77, at: ago(20) }),
    answer({ ...engines, by: 78, at: ago(30) }),
  ];

  it('three times by two people is odd, with the rejections behind it', () => {
    const company = turnedDown();
    const { patterns, companies } = look([...others(), ...company]);
    expect(companies).toBe(1);
    expect(patterns).toMatchObject([
      {
        kind: 'company',
        pattern: 'domain engines.example',
        label: 'Analytical Engines',
        evidence: { rejections: 3, answers: 3, reps: 2, lookedAt: 1 },
        entryIds: company.map(({ entryId }) => entryId),
      },
    ]);
    const [found] = patterns;
    expect(found && escalationTitle(found)).toBe('Analytical Engines is turned down again and again');
    expect(found && escalationSentence(found.evidence)).toMatch(
      /^3 of 3 answers in 180 days were rejections, by 2 people, .* 25 % of all leads are rejected; by chance alone this happens once in 67 /,
    );
  });

  it.each([
    { why: 'two rejections are too few', of: () => turnedDown().slice(1) },
    { why: 'one person alone says so', of: () => turnedDown().map((one) => ({ ...one, by: 77 })) },
    { why: 'workflows are no people', of: () => turnedDown().map((one) => ({ ...one, by: null })) },
    { why: 'it does not fit the ICP', of: () => turnedDown().map((one) => ({ ...one, employees: '5' })) },
    {
      why: 'nobody knows whether it fits',
      of: () => turnedDown().map((one) => ({ ...one, employees: null })),
    },
    {
      why: 'it was accepted as often',
      of: () => [...turnedDown(), ...many(4, { ...engines, kind: 'acceptance' })],
    },
    { why: 'it is too long ago', of: () => turnedDown().map((one) => ({ ...one, at: ago(181) })) },
    {
      why: 'a personal mailbox tells no company',
      of: () => turnedDown().map((one) => ({ ...one, company: null, email: 'ada@gmail.com' })),
    },
  ])('is not odd where $why', ({ of }) => {
    expect(look([...others(), ...of()]).patterns).toEqual([]);
  });

  it('is nothing but chance where everybody is turned down, or where forty companies are looked at', () => {
    expect(look([...many(60), ...turnedDown()]).patterns).toEqual([]);
    const accepted = Array.from({ length: 39 }, (_, n) =>
      many(3, { kind: 'acceptance', company: `Forty ${n}`, email: `a@forty${n}.example` }),
    ).flat();
    const answers = [...accepted, ...many(60, { employees: '5' }), ...turnedDown()];
    const { patterns, companies } = look(answers);
    expect(companies).toBe(40);
    expect(patterns).toEqual([]);
  });

  it('is one company by its name where a lead has no mailbox of it', () => {
    const [first, second, third] = turnedDown();
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('There are three.');
    const byName = { ...third, email: 'ada@gmail.com', company: 'ANALYTICAL engines' };
    expect(look([...others(), first, second, byName]).patterns).toMatchObject([
      { evidence: { rejections: 3 } },
    ]);
  });

  it('is odd again only by what came after the resolution', () => {
    const resolved = new Map([['domain engines.example', ago(15)]]);
    expect(look([...others(), ...turnedDown()], resolved).patterns).toEqual([]);
    const again = turnedDown().map((one) => ({ ...one, at: ago(5) }));
    const { patterns } = look([...others(), ...turnedDown().slice(1), ...again], resolved);
    expect(patterns).toMatchObject([{ evidence: { rejections: 3, answers: 3 } }]);
  });

  it('is not looked for where the portal has no rate yet', () => {
    const looked = look([...others(20), ...turnedDown()]);
    expect(looked).toMatchObject({ hasBase: false, patterns: [] });
    expect(notEnoughData(looked)).toMatch(/^Not enough data yet/);
  });
});

describe('a segment that used to win', () => {
  const software = { sizeBand: '51-200', handOffIndustry: 'SOFTWARE', employees: '5' };
  const before = (accepted: number, rejected: number): AnsweredLead[] => [
    ...many(accepted, { ...software, kind: 'acceptance', at: ago(200) }),
    ...many(rejected, { ...software, at: ago(200) }),
  ];
  const last = (accepted: number, rejected: number): AnsweredLead[] => [
    ...many(accepted, { ...software, kind: 'acceptance' }),
    ...many(rejected, software),
  ];
  const rest = (): AnsweredLead[] => [...others(50), ...others(50, { at: ago(200) })];

  it('and fails now is odd', () => {
    const { patterns, segments } = look([...rest(), ...before(27, 3), ...last(2, 10)]);
    expect(segments).toBe(1);
    expect(patterns).toMatchObject([
      {
        kind: 'segment',
        label: '51-200 × SOFTWARE',
        evidence: { before: { accepted: 27, answers: 30 }, now: { accepted: 2, answers: 12 } },
      },
    ]);
    expect(patterns[0]?.entryIds).toHaveLength(10);
  });

  it.each([
    { why: 'it still wins', answers: [...before(27, 3), ...last(10, 2)] },
    { why: 'it never won', answers: [...before(10, 20), ...last(0, 12)] },
  ])('is not odd where $why', ({ answers }) => {
    expect(look([...rest(), ...answers]).patterns).toEqual([]);
  });

  it('is not odd where all of sales fell with it', () => {
    const fell = [...others(50, { at: ago(200) }), ...many(50)];
    expect(look([...fell, ...before(27, 3), ...last(1, 11)]).patterns).toEqual([]);
  });

  it('has not enough data with a handful of answers, and says so', () => {
    const looked = look([...rest(), ...before(27, 3), ...last(0, 5)]);
    expect(looked).toMatchObject({ patterns: [], segments: 0, tooFew: 1 });
    expect(notEnoughData(looked)).toMatch(/^Not enough data about 1 of 1 segments/);
  });
});
