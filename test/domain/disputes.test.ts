import { describe, expect, it } from '@jest/globals';

import {
  decisionProblems,
  effectDays,
  effectInWords,
  groupDisputes,
  groupInWords,
  planDisputeTask,
  type Disputable,
} from '../../src/disputes.ts';
import { buildPortal, NOW } from './build.ts';

const lead = (place: number, over: Partial<Disputable> = {}): Disputable => ({
  entryId: `e${place}`,
  contactId: `c${place}`,
  reason: 'not_icp',
  at: new Date(NOW.getTime() + place * 60_000),
  dims: { campaign: 'unknown', source: 'PAID_SEARCH' },
  hasNote: false,
  kept: false,
  raised: false,
  ...over,
});
const at = (campaign: string, source = 'PAID_SEARCH') => ({ dims: { campaign, source } });

describe('questions', () => {
  it('are shared by reason and campaign before source, and a lead belongs to one', () => {
    const found = groupDisputes([
      lead(1, at('webinar')),
      lead(2, at('webinar')),
      lead(3, at('ebook')),
      lead(4, at('guide')),
      lead(5, { ...at('webinar'), reason: 'bad_data' }),
    ]);
    expect(found.map(({ reason, dim, value, leads }) => [reason, dim, value, leads.length])).toEqual([
      ['not_icp', 'campaign', 'webinar', 2],
      ['not_icp', 'source', 'PAID_SEARCH', 2],
      ['bad_data', null, '', 1],
    ]);
    expect(found.flatMap(({ leads }) => leads.map(({ entryId }) => entryId)).sort()).toEqual([
      'e1',
      'e2',
      'e3',
      'e4',
      'e5',
    ]);
  });

  it('are not made of what is unknown, nor of one person twice', () => {
    const [only] = groupDisputes([
      lead(1, { dims: { campaign: 'webinar', source: 'unknown' }, contactId: 'same' }),
      lead(2, { dims: { campaign: 'webinar', source: 'unknown' }, contactId: 'same' }),
    ]);
    expect(only).toMatchObject({ dim: null, value: '' });
    expect(only?.shown).toHaveLength(1);
  });

  it('are shown by three leads: asked for first, then kept against the record, then with a note, then the latest', () => {
    const [question] = groupDisputes([
      lead(1, { raised: true }),
      lead(2, { kept: true }),
      lead(3, { hasNote: true }),
      lead(4),
      lead(5),
    ]);
    expect(question?.shown.map(({ entryId }) => entryId)).toEqual(['e1', 'e2', 'e3']);
    expect(
      groupDisputes([lead(1), lead(2), lead(3), lead(4)])[0]?.shown.map(({ entryId }) => entryId),
    ).toEqual(['e4', 'e3', 'e2']);
  });

  it('read as the reason and what the leads share', () => {
    expect(groupInWords({ reason: 'not_icp', dim: 'campaign', value: 'webinar' }, 'Not ICP')).toBe(
      'Not ICP, campaign “webinar”',
    );
    expect(groupInWords({ reason: 'not_icp', dim: null, value: '' }, 'Not ICP')).toBe('Not ICP');
  });
});

const DECISION = {
  change: 'targeting',
  text: 'Smaller companies are left out of the invitation.',
  ownerUserId: 9,
  dueOn: '2026-12-12',
} as const;
const portal = buildPortal({ userNames: { '9': 'Dana' }, ownerIds: { '9': '77' } });

describe('a decision', () => {
  it.each([
    { field: 'text', over: { text: '  ' } },
    { field: 'text', over: { text: 'x'.repeat(2_001) } },
    { field: 'ownerUserId', over: { ownerUserId: 10 } },
    { field: 'dueOn', over: { dueOn: '2026-11-21' } },
  ])('is refused with a sentence beside $field', ({ field, over }) => {
    const problems = decisionProblems({ ...DECISION, ...over }, portal, '2026-11-22');
    expect(problems.map((problem) => problem.field)).toEqual([field]);
  });

  it('is a task of its owner for the day, with links to the leads', () => {
    const step = planDisputeTask(
      { ...DECISION, question: 'Not ICP, campaign “webinar”', contactIds: ['1', '2', '3', '4'] },
      portal,
      null,
      NOW,
    );
    if (step.change.kind !== 'create-task') throw new Error('No task.');
    const { task } = step.change;
    expect(task).toMatchObject({
      subject: 'Change the targeting: Not ICP, campaign “webinar”',
      ownerId: '77',
      dueAt: '2026-12-12T08:00:00.000Z',
    });
    expect(task.body.split('\n')).toHaveLength(6);
    expect(task.body).toMatch(/and 1 more$/);
  });
});

describe('the effect', () => {
  it('compares the four weeks before, the day itself included, with those since', () => {
    expect(effectDays('2026-11-22', '2026-12-01')).toEqual({
      before: { from: '2026-10-26', to: '2026-11-22' },
      after: { from: '2026-11-23', to: '2026-12-01' },
    });
    expect(effectDays('2026-11-22', '2027-02-01').after.to).toBe('2026-12-20');
  });

  it('says its counts, and a percentage only from twenty answers on', () => {
    expect(effectInWords({ rejected: 5, answered: 20 }, { rejected: 2, answered: 19 })).toBe(
      'Not enough yet to compare: 5 of 20 answered leads in the 28 days before, 2 of 19 answered leads since.',
    );
    expect(effectInWords({ rejected: 5, answered: 20 }, { rejected: 2, answered: 25 })).toBe(
      '25.0 % before, 8.0 % since (5 of 20 answered leads in the 28 days before, 2 of 25 answered leads since).',
    );
  });
});
