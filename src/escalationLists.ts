/** The questions that a pattern is resolved by. Values leave the building and are never renamed. */

export const ESCALATION_QUESTIONS = [
  { value: 'icp', label: 'Is the ICP changing?' },
  { value: 'competitor', label: 'Is a competitor taking the segment?' },
  { value: 'product', label: 'Did the product change the fit?' },
] as const;
export type EscalationQuestion = (typeof ESCALATION_QUESTIONS)[number]['value'];

export const ESCALATION_VERDICTS = [
  { value: 'yes', label: 'Yes' },
  { value: 'no', label: 'No' },
  { value: 'unclear', label: 'Not clear' },
] as const;
export type EscalationVerdict = (typeof ESCALATION_VERDICTS)[number]['value'];

export type EscalationVerdicts = Readonly<Record<EscalationQuestion, EscalationVerdict>>;
