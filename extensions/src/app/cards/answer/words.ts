import type { ReasonOption, StandingAnswer, StepView } from '@mql-rejection-loop/domain/contract';

/** Everything the card says by itself. What concerns reasons, leads and outcomes is said by the server. */
export const WORDS = {
  dispute: 'Dispute',
  disputing: 'Sending…',
  reasonMissing: 'The reason is missing',
  gateRules: 'When it may come back',
  waitForThatDay: 'Wait for that day',
  nextLook: 'When it is looked at again',
  loading: 'Looking up this lead…',
  slow: 'Still working, nothing is lost…',
  tryAgain: 'Try again',
  whyHere: 'Why here',
  accept: 'Accept',
  accepting: 'Accepting…',
  rejectBecause: 'or reject because…',
  pickReason: 'Choose a reason',
  chooseFirst: 'Choose a reason, then Reject.',
  noteFirst: 'This reason needs a note before you can reject.',
  suggests: '‹ record suggests ›',
  wantsNoEmail: 'Does this person want no more e-mail?',
  unsubscribeYes: 'Yes, unsubscribe',
  unsubscribeNo: 'No, find out what would interest them',
  note: 'Note (optional)',
  noteNeeded: 'Note (needed for this reason)',
  reject: 'Reject',
  rejecting: 'Rejecting…',
  recordDisagrees: 'The record says otherwise',
  notAccepted: 'The answer was not taken',
  notSent: 'The answer is not through yet',
  notLoaded: 'This lead could not be looked up',
  undoing: 'Undoing…',
  undo: 'Undo',
  undoWithReason: 'Undo with reason',
  undoReason: 'Why undo it?',
  undoNotSent: 'The undo is not through yet',
  notUndone: 'This was not undone',
  undoKeep: 'Keep the answer',
  steps: 'What is being done',
  stepsStale: 'The latest state could not be looked up; trying again by itself.',
  keptForYou: 'Your reason and note are kept.',
} as const;

/** How an answer came to be shown, where that is not plain. */
export const REMARKS = {
  'first-stands':
    'Your first answer had already arrived, so it stands. To change it, undo it and answer again.',
  'arrived-meanwhile': 'The connection broke while you were answering. This is what is on record now.',
} as const;

export type Remark = keyof typeof REMARKS;

type StepWords = {
  readonly label: string;
  readonly variant: 'default' | 'info' | 'success' | 'warning' | 'danger';
};

export const STEP_STATE = {
  pending: { label: 'To do', variant: 'info' },
  waiting: { label: 'Waiting', variant: 'default' },
  running: { label: 'Under way', variant: 'info' },
  done: { label: 'Done', variant: 'success' },
  failed: { label: 'Failed', variant: 'danger' },
  unknown: { label: 'Being checked', variant: 'warning' },
  undone: { label: 'Undone', variant: 'default' },
  cancelled: { label: 'Never started', variant: 'default' },
  'not-restored': { label: 'Not restored', variant: 'warning' },
} as const satisfies Record<StepView['state'], StepWords>;

/** "Undo (28 s)". */
export const undoIn = (seconds: number): string => `${WORDS.undo} (${seconds} s)`;

/** "Too early ‹ record suggests ›" where the record suggests it. */
export const reasonLabel = ({ label, suggestion }: ReasonOption): string =>
  suggestion === null ? label : `${label} ${WORDS.suggests}`;

/** The meaning, and below it the evidence where the record suggests the reason. */
export const meaningOf = ({ meaning, suggestion }: ReasonOption): string =>
  suggestion === null ? meaning : `${meaning} · ${suggestion}`;

/** "The record suggests Too early: first visit 3 days ago." where the reasons are folded away. */
export const suggestionLine = (label: string, evidence: string): string =>
  `The record suggests ${label}: ${evidence}.`;

/** "The record has a valid phone and company. Keep Bad data?" from the server's fragment of evidence. */
export const keepReason = (contradiction: string, label: string): string =>
  `${contradiction.charAt(0).toUpperCase()}${contradiction.slice(1)}. Keep ${label}?`;

export const historyTitle = (count: number): string => `Earlier answers (${count})`;

/** "Mia Manager, 22 Nov 2026, 14:05", in the portal's time zone. */
export const byline = ({ by, at }: Pick<StandingAnswer, 'by' | 'at'>, timeZone: string): string =>
  `${by}, ${dayAndTime(at, timeZone)}`;

/** An instant as the portal's people say it; the words around it are English, so the date is too. */
export const dayAndTime = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    new Date(instant),
  );

/** One rule of the re-entry gate: whether it holds is a word, since a sign alone is not read out. */
export const ruleLine = ({
  label,
  holds,
  fact,
}: {
  readonly label: string;
  readonly holds: boolean;
  readonly fact: string;
}): string => `${label}: ${holds ? 'yes' : 'not yet'} – ${fact}`;

/** "Wait for 1 Mar 2027" */
export const waitForDate = (day: string): string => `Wait for ${day}`;
