import type { DefinitionView, Section } from '@mql-rejection-loop/domain/contract/settings';

/** Everything the page says by itself. What concerns values, people and outcomes is said by the server. */
export const WORDS = {
  loading: 'Looking up the settings…',
  notLoaded: 'The settings could not be looked up',
  tryAgain: 'Try again',
  reload: 'Reload',
  save: 'Save',
  saving: 'Saving…',
  notSaved: 'Not saved',
  notThrough: 'Not saved yet',
  changedMeanwhile: 'Somebody saved meanwhile',
  neverSaved: 'Nobody has saved anything yet: these are the defaults.',
  noAdmin: 'No admin yet',
  claims: 'Nobody is named as admin. Whoever saves first becomes the admin of these settings.',
  readOnly: 'You can read these settings',
  activate: 'Activate',
  retire: 'Retire',
  up: 'Up',
  retired: 'Reasons that are not active',
  retiredMeaning: 'Rejections that were made with them stay as they are.',
  dayOff: 'Empty for a day off.',
  onePerLine: 'One per line.',
  emptyProperty: 'Its internal name; empty where there is none of your own.',
  enrichTarget: 'As the choice above needs it; empty where this app only checks.',
  draft: 'Write a new draft',
  editDraft: 'Write the draft anew',
  saveDraft: 'Save draft',
  draftMeaning: 'A new draft needs both signatures again. Until then the version in force stays.',
  signSales: 'Sign for sales',
  signMarketing: 'Sign for marketing',
  signing: 'Signing…',
  earlier: 'Earlier versions',
  noVersions: 'No version was saved yet.',
} as const;

/** What each section decides, in a line. */
export const SECTION_WORDS = {
  reasons: {
    title: 'Reasons',
    intro: 'What reps choose from, in the order of the card, and what happens to the lead.',
  },
  gate: {
    title: 'Re-entry',
    intro: 'What proves that a rejected lead may be handed off again.',
  },
  guard: {
    title: 'Guard',
    intro: 'What happens to a rejection that came around the card, without a reason.',
  },
  followUp: {
    title: 'Follow-up',
    intro: 'What follows a rejection later on: the lead’s own dates, its data, its people.',
  },
  sla: {
    title: 'SLA and hours',
    intro: 'When sales has to make the first contact. The clock stands still outside of working hours.',
  },
  roles: {
    title: 'Roles',
    intro: 'Who may change settings, decide reviews and sign definitions.',
  },
} as const satisfies Readonly<Record<Section, { readonly title: string; readonly intro: string }>>;

export const WEEKDAYS = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
] as const;

/** "5 to 7 reasons are active on the card; now 6." */
export const activeCount = ({ min, max }: { min: number; max: number }, count: number): string =>
  `${min} to ${max} reasons are active on the card; now ${count}.`;

/** "ICP v2" */
export const definitionTitle = ({ label, version }: Pick<DefinitionView, 'label' | 'version'>): string =>
  `${label} v${version}`;

/** "Draft, Ada Admin, 28 Nov 2026, 14:03" */
export const draftTitle = (written: string): string => `Draft, ${written}`;

/** "Sales: signed by Ada Admin" */
export const signedLine = (side: 'Sales' | 'Marketing', name: string | null): string =>
  name === null ? `${side}: not signed yet` : `${side}: signed by ${name}`;

/** An instant as the portal's people say it; the words around it are English, so the date is too. */
export const dayAndTime = (instant: string, timeZone: string): string =>
  new Intl.DateTimeFormat('en-GB', { dateStyle: 'medium', timeStyle: 'short', timeZone }).format(
    new Date(instant),
  );
