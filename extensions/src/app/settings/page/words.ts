import type { DefinitionView, Section, SettingsView } from '@mql-rejection-loop/domain/contract/settings';

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
  unknownIsInbound: 'A lead whose source HubSpot does not know counts as inbound.',
  dayOff: 'Empty for a day off.',
  onePerLine: 'One per line.',
  emptyProperty: 'Its internal name; empty where there is none of your own.',
  toolSecret: 'Secret of your tool, for admins alone:',
  enrichTarget: 'As the choice above needs it; empty where this app only checks.',
  draft: 'Write a new draft',
  editDraft: 'Write the draft anew',
  saveDraft: 'Save draft',
  draftMeaning: 'A new draft needs both signatures again. Until then the version in force stays.',
  signSales: 'Sign for sales',
  signMarketing: 'Sign for marketing',
  signing: 'Signing…',
  takenOut: 'Taken out',
  readAsItself: 'As itself',
  splitAs: 'And in part as',
  noSplit: 'Nothing else',
  notAs: 'Leave out',
  useHubSpot: 'Use the reasons of HubSpot’s Leads',
  openedFor: 'What this draft was opened for',
  earlier: 'Earlier versions',
  noVersions: 'No version was saved yet.',
} as const;

/** What each section decides, in a line. */
export const SECTION_WORDS = {
  reasons: {
    title: 'Reasons',
    intro: 'What reps choose from, in the order of the card, and what happens to the lead.',
  },
  routing: {
    title: 'Routing and tracks',
    intro: 'Where each reason’s leads go on, and what becomes of their points and of the rep’s open work.',
  },
  gate: {
    title: 'Re-entry',
    intro: 'What proves that a rejected lead may be handed off again.',
  },
  guard: {
    title: 'Guard',
    intro: 'What happens to a rejection that came around the card, without a reason.',
  },
  handOff: {
    title: 'Hand-off',
    intro: 'What hands a lead to sales, what takes it on without the card, and what the lead is sent.',
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

export const ACKNOWLEDGEMENTS = {
  none: 'Nothing from this app',
  property: 'A value of a property',
  list: 'A static list',
} as const;

/** What the two fields of a track mean. */
export const TRACK_WORDS = {
  list: { target: 'Id of your list (empty: the app’s own list)', value: 'Name of your list' },
  property: { target: 'Internal name of the contact property', value: 'Value that the workflow enrols on' },
  sequence: { target: 'Id of the sequence', value: 'Name of the sequence' },
} as const satisfies Readonly<
  Record<
    SettingsView['settings']['routing']['routes'][number]['track']['kind'],
    { readonly target: string; readonly value: string }
  >
>;

export const ROUTING_WORDS = {
  points: 'Points',
  pointsMeaning:
    'HubSpot’s own score is calculated and cannot be written. Name the properties in which you keep points; where only HubSpot’s score is known, “MQL points taken off” says what to subtract.',
  scoreParts: [
    { part: 'behaviour', label: 'Property with the points for behaviour' },
    { part: 'fit', label: 'Property with the points for fit' },
    { part: 'nurture', label: 'Property for the score of its own' },
  ],
  decayShare: 'Share that decay takes away',
  decayMeaning: '0.5 is half of the points for behaviour.',
  switches: [
    { name: 'closeTasks', label: 'Close the rep’s open tasks about a lead that leaves sales' },
    { name: 'cancelMeetings', label: 'Cancel the rep’s coming meetings with it' },
    { name: 'creditOwner', label: 'Give the rep’s turn back once the rejection stands' },
    { name: 'notBackToSameRep', label: 'Never back to the rep who rejected it' },
    { name: 'flagCampaign', label: 'Mark the lead with the campaign and the reason' },
  ],
  unsubscribe: 'Unsubscribe',
  unsubscribeMeaning:
    'Without these, nobody can be unsubscribed from the card. An unsubscribe is never undone by itself.',
  subscriptions: 'Ids of the subscription types',
  onePerLine: 'One per line.',
  legalBasis: 'Legal basis',
  explanation: 'Explanation, kept by HubSpot',
} as const;

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

export const readAsLabel = (label: string): string => `The history of “${label}” is read`;

export const andAsLabel = (label: string): string => `And in part as “${label}”`;

export const shareLabel = (label: string): string => `Share that is read as “${label}”, in %`;
