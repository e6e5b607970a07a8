/** What the plain handler does by reason. */

export const REASON_PROPERTY = 'rejection_reason';

/** Reasons that put the contact on a list; all others make a task. */
export const LISTS: readonly string[] = ['not_icp', 'low_intent', 'too_early', 'too_late'];

export const STATUS_OF: Readonly<Record<string, string>> = {
  not_icp: 'UNQUALIFIED',
  low_intent: 'UNQUALIFIED',
  too_early: 'BAD_TIMING',
  too_late: 'BAD_TIMING',
  bad_data: 'OPEN',
  duplicate: 'OPEN',
  other: 'OPEN',
};
