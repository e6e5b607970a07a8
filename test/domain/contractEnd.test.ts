import { describe, expect, it } from '@jest/globals';
import { contractEndQuestion } from '../../src/events.ts';

const unknown = { event: null, proposed: [] };

describe('the end of a contract with a competitor', () => {
  it('is asked for where nothing is known, and a year is proposed', () => {
    expect(
      contractEndQuestion({ reason: 'too_late', rejectedOn: '2026-11-22' }, unknown, '2026-11-25'),
    ).toEqual({ question: 'When does the contract with the competitor end?', proposedOn: '2027-11-22' });
  });

  it('is proposed for a day to come, however old the rejection', () => {
    const asked = contractEndQuestion(
      { reason: 'too_late', rejectedOn: '2025-01-10' },
      unknown,
      '2026-11-25',
    );
    expect(asked?.proposedOn).toBe('2027-11-25');
  });

  it.each([
    { why: 'another reason was given', reason: 'too_early' as const, known: unknown },
    {
      why: 'the record knows a date',
      reason: 'too_late' as const,
      known: { event: { kind: 'renewal' as const, on: '2027-01-01' }, proposed: [] },
    },
    {
      why: 'the note names one',
      reason: 'too_late' as const,
      known: { event: null, proposed: ['2027-03-01'] },
    },
  ])('is not asked for where $why', ({ reason, known }) => {
    expect(contractEndQuestion({ reason, rejectedOn: '2026-11-22' }, known, '2026-11-25')).toBeNull();
  });
});
