/** What is said of odd patterns, and the task that asks for a person. */

import { addDays, dayOf, morningOf } from './calendar.ts';
import { ESCALATION_QUESTIONS, ESCALATION_VERDICTS, type EscalationVerdicts } from './escalationLists.ts';
import {
  COMPANY_DAYS,
  type EscalationEvidence,
  type LookedOver,
  type Pattern,
  type WonShare,
} from './escalations.ts';
import { recordLink } from './pendingReason.ts';
import type { PortalMap } from './portal.ts';
import type { PlannedStep } from './plannedStep.ts';

export const escalationTitle = ({ kind, label }: Pick<Pattern, 'kind' | 'label'>): string =>
  kind === 'company' ? `${label} is turned down again and again` : `${label} used to win and now fails`;

/** What was counted, and how likely chance alone would have brought it about. */
export function escalationSentence(evidence: EscalationEvidence): string {
  const odds = `by chance alone this happens ${oddsOf(evidence.chance)}`;
  if (evidence.kind === 'company') {
    const { rejections, answers, reps, baseRate, lookedAt } = evidence;
    return `${rejections} of ${answers} answers in ${COMPANY_DAYS} days were rejections, by ${reps} people, although the company fits the ICP. ${percent(baseRate)} of all leads are rejected; ${odds} (one of ${lookedAt} looked at).`;
  }
  const { before, now, lookedAt } = evidence;
  return `${shareOf(now)} accepted in the last 90 days, ${shareOf(before)} in the year before; ${odds} (one of ${lookedAt} looked at).`;
}

const shareOf = ({ accepted, answers }: WonShare): string => `${accepted} of ${answers}`;
const percent = (share: number): string => `${Math.round(share * 100)} %`;
const oddsOf = (chance: number): string =>
  chance < 1e-6 ? 'less than once in a million' : `once in ${Math.floor(1 / chance).toLocaleString('en-GB')}`;

/** What could not be looked at, beside the patterns; `null` where everything could. */
export function notEnoughData(looked: Pick<LookedOver, 'hasBase' | 'tooFew' | 'segments'>): string | null {
  if (!looked.hasBase) return 'Not enough data yet: too few leads were answered to compare a company with.';
  if (looked.tooFew === 0) return null;
  const all = looked.tooFew + looked.segments;
  return `Not enough data about ${looked.tooFew} of ${all} segments: they are looked at once more of their leads were answered.`;
}

/** "ICP changing: yes. …", with the words of whoever resolved it. */
export function resolutionInWords(verdicts: EscalationVerdicts, text: string | null): string {
  const answers = ESCALATION_QUESTIONS.map(
    ({ value, label }) =>
      `${label} ${ESCALATION_VERDICTS.find((one) => one.value === verdicts[value])?.label ?? verdicts[value]}.`,
  );
  return [...answers, ...(text === null ? [] : [`“${text}”`])].join(' ');
}

/** One task for whoever looks after the queues, on the newest lead of the pattern. */
export function planEscalationTask(
  pattern: Pick<Pattern, 'kind' | 'label' | 'evidence'>,
  contactId: string,
  portal: PortalMap,
  queueOwnerId: string | null,
  now: Date,
): PlannedStep {
  const task = {
    subject: `Human review: ${escalationTitle(pattern)}`,
    body: [
      escalationSentence(pattern.evidence),
      ...ESCALATION_QUESTIONS.map(({ label }) => label),
      'Answer on the app’s home page, under Human review. The newest lead:',
      recordLink(portal, contactId),
    ].join('\n'),
    dueAt: morningOf(addDays(dayOf(now, portal.timeZone), 1), portal.timeZone).toISOString(),
    ownerId: queueOwnerId,
  };
  return { change: { kind: 'create-task', task }, held: false, dueAt: now.toISOString(), expected: {} };
}
