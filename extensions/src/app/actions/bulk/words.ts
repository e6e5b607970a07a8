import type { BulkRow } from '@mql-rejection-loop/domain/contract/bulk';

/** Everything the bulk action says by itself. Reasons and outcomes are said by the server. */
export const WORDS = {
  loading: 'Looking up the reasons…',
  notLoaded: 'The reasons could not be looked up',
  tryAgain: 'Try again',
  nothing: 'No record is selected.',
  reason: 'One reason for all of them',
  pickReason: 'Choose a reason',
  note: 'Note (optional)',
  noteNeeded: 'Note (needed for this reason)',
  sending: 'Rejecting…',
  stopped: 'Not all records were answered',
  goOn: 'Go on with the rest',
  progress: 'Answered',
  rejected: 'Rejected',
  notRejected: 'Not rejected',
  again: 'Try those that can be tried again',
  close: 'Close',
} as const;

export const intro = (count: number): string =>
  `${count} ${count === 1 ? 'record is' : 'records are'} selected. Each gets the same reason, and is routed by it.`;
export const rejectCount = (count: number): string => `Reject ${count}`;
export const progressOf = (done: number, all: number): string => `${done} of ${all} answered`;
export const rowLine = ({ name, sentence }: BulkRow): string => `${name}: ${sentence}`;
export const titleOf = (label: string, rows: readonly BulkRow[]): string => `${label}: ${rows.length}`;
