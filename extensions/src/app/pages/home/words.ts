import type { BatchRow } from '@mql-rejection-loop/domain/contract/queues';

/** Everything the page says by itself. What concerns leads, reasons and outcomes is said by the server. */
export const WORDS = {
  title: 'Weekly batch',
  loading: 'Looking up what waits…',
  notLoaded: 'The batch could not be looked up',
  stale: 'The latest state could not be looked up; what is shown may be out of date.',
  tryAgain: 'Try again',
  refresh: 'Look again',
  nothingTitle: 'Nothing to decide',
  nothing:
    'Rejections appear here when some of their steps wait for your review: the lifecycle stage, the owner, the final status.',
  noMatchTitle: 'Nothing fits this filter',
  noMatch: 'Change the filter to see the others.',
  clearFilter: 'Show all',
  search: 'Name, e-mail, company or note',
  reasonFilter: 'Reason',
  allReasons: 'All reasons',
  selectAll: 'Select all on this page',
  approving: 'Approving…',
  override: 'Override',
  undo: 'Undo',
  first: 'First page',
  next: 'Next page',
  otherReason: 'The right reason',
  pickReason: 'Choose a reason',
  note: 'Note (optional)',
  noteNeeded: 'Note (needed for this reason)',
  overrideSend: 'Override with this reason',
  undoReason: 'Why undo it?',
  undoSend: 'Undo the rejection',
  sending: 'Sending…',
  cancel: 'Cancel',
  notThrough: 'The decision is not through yet',
  notTaken: 'The decision was not taken',
  dismiss: 'Hide',
  viewNotLoaded: 'This could not be looked up',
  pendingTitle: 'Pending reasons',
  pendingIntro:
    'A rejection on the record, the board, in bulk, by import or by a workflow that came without a reason. Whoever made it has a task; the card asks for the reason.',
  pendingLoading: 'Looking up missing reasons…',
  pendingColumns: ['Lead', 'How it came', 'What was done', 'Manager is told'],
  escalationsTitle: 'Odd patterns',
  escalationsLoading: 'Looking up what stands out…',
  escalationsResolved: 'Resolved',
  escalationText: 'What is done about it (optional)',
  resolveEscalation: 'Resolve',
  colleagueWords: 'Name, address or title (optional)',
  findColleagues: 'Look up contacts of this company',
  reviewTitle: 'Human review',
  reviewIntro: 'Leads that would come to sales for the third time. Both sides are shown; you decide once.',
  reviewLoading: 'Looking up who waits for a review…',
  reviewColumns: ['Lead', 'What sales said', 'What speaks for it', 'Decide'],
  handOffAgain: 'Hand off again',
  keepInNurture: 'Keep in nurture',
  nextStepsTitle: 'Next steps',
  nextStepsIntro: 'Every rejected lead, with what happens to it next and on which day.',
  nextStepsLoading: 'Looking up what is next…',
  enrichmentTitle: 'Enrichment',
  enrichmentIntro: 'Leads rejected as bad data, until their data is complete or the tries are over.',
  enrichmentLoading: 'Looking up whose data is missing…',
  rightContactTitle: 'Right contact',
  rightContactIntro:
    'Leads rejected as the wrong person. Name the right one: the contact is found or made, and handed to sales.',
  rightContactLoading: 'Looking up who is asked for…',
  rightEmail: 'E-mail of the right person',
  rightFirstName: 'First name',
  rightLastName: 'Last name',
  openRightContact: 'Name the right person',
  nameRightContact: 'Hand off this person',
  followUpColumns: ['Lead', 'Waits for', 'What is being done', 'Next on'],
  coverageTitle: 'Coverage',
  coverageIntro: 'By which way rejections came, and how many had a reason from the start.',
  coverageLoading: 'Counting…',
  coverageColumns: [
    'Path',
    'With a reason at first',
    'Without',
    'With an unused one',
    'Filled in later',
    'Open',
  ],
  dispute: 'Dispute',
  disputesTitle: 'Disputes',
  disputesIntro:
    'Leads whose record contradicts the reason, or that a reviewer put here. Each question ends in one change with an owner and a day.',
  disputesLoading: 'Looking up where records and reasons differ…',
  disputesDecided: 'Decided, and what changed since',
  disputeLead: 'Lead',
  disputeFacts: 'The record says',
  disputeReason: 'Rejected as',
  disputeEvidence: 'Evidence',
  disputeContact: 'Contact',
  disputeResponse: 'Response',
  disputeNote: 'Note',
  disputeCause: 'Where the difference comes from',
  disputeChange: 'What is changed',
  disputeText: 'The change, in a sentence or two',
  disputeOwner: 'Who carries it out',
  disputeDue: 'By when',
  disputeReopen: 'Reopen the definition, with the evidence attached',
  disputeNotReopened: 'Leave the definitions as they are',
  disputeSend: 'Decide',
  columns: ['Pick', 'Lead', 'Reason', 'Note', 'Next step', 'Runs by itself', 'Decide'],
} as const;

/** A name that leaves room for the other columns; tables give the longest text the most. */
export const shortName = (name: string): string =>
  name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
const LONGEST_NAME = 48;

export const approveCount = (count: number): string => `Approve (${count})`;
export const decideLabel = (title: string): string => `Decide: ${title}`;
export const decideTitle = ({
  title,
  entryIds,
}: {
  readonly title: string;
  readonly entryIds: readonly string[];
}): string => `One change for ${title} (${entryIds.length} ${entryIds.length === 1 ? 'lead' : 'leads'})`;
export const chooseContact = (name: string): string => `Hand off ${name}`;
export const moreLeads = (count: number): string =>
  count === 1 ? 'and one more lead' : `and ${count} more leads`;
export const shownOf = (shown: number, total: number): string => `${shown} of ${total} shown`;
export const overrideTitle = ({ name, reasonLabel }: BatchRow): string =>
  `Override ${name}, rejected as ${reasonLabel}`;
export const undoTitle = ({ name, reasonLabel }: BatchRow): string =>
  `Undo the rejection of ${name} as ${reasonLabel}`;
export const selectRow = ({ name }: BatchRow): string => `Select ${name}`;
export const rejectedBy = ({ by, age, path }: BatchRow): string =>
  `${by}, ${age} ago, by ${path.toLowerCase()}`;
export const howItCame = ({
  by,
  age,
  path,
}: {
  readonly by: string | null;
  readonly age: string;
  readonly path: string;
}): string => `${by ?? 'Nobody is named'}, ${age} ago, by ${path}`;
export const resultsTitle = (taken: number, refused: number): string =>
  refused === 0 ? `${taken} decided` : `${taken} decided, ${refused} not`;
