/**
 * What can go wrong, by name: what the rep sees, what is tried again and when, and why nothing is lost or doubled. The
 * one list: every row is a test, and docs/faults.md is this table in words.
 */

const BUSY = 'HubSpot is busy. We try again by ourselves.';
const SILENT = 'HubSpot did not answer. We try again by ourselves.';

const REFUSED =
  'HubSpot refused it whole, so nothing happened. The step keeps its place, and the later ones of that record wait behind it.';
const LOOKED_UP =
  'It may have happened, so it is looked for on the record before it is sent again: values in the property history, tasks and notes by the reference they carry.';

/** A fault of HubSpot or of the way to it, met by one write of a rejection. */
type WriteFault = {
  readonly fault: string;
  /** As the sandbox's control plane takes it. */
  readonly inject: Readonly<Record<string, unknown>>;
  readonly seen: 'To do' | 'Being checked' | 'Done';
  readonly sentence: string | null;
  readonly againAfterMs: number | 'midnight' | null;
  /** Whether HubSpot carried the write out all the same. */
  readonly happened: boolean;
  readonly kept: string;
};

const refused = (
  fault: string,
  inject: object,
  sentence: string,
  againAfterMs: number | 'midnight',
): WriteFault => ({
  fault,
  inject: { kind: 'status', ...inject },
  seen: 'To do',
  sentence,
  againAfterMs,
  happened: false,
  kept: REFUSED,
});

const unclear = (
  fault: string,
  inject: Readonly<Record<string, unknown>>,
  againAfterMs: number,
  happened: boolean,
): WriteFault => ({
  fault,
  inject,
  seen: 'Being checked',
  sentence: SILENT,
  againAfterMs,
  happened,
  kept: LOOKED_UP,
});

const failing = (status: number, applied: boolean): WriteFault =>
  unclear(
    `${status}, ${applied ? 'the change has happened' : 'nothing has happened'}`,
    { kind: 'status', status, applied },
    5_000,
    applied,
  );

/** The time limit of a call in these tests; the product's is `HUBSPOT_TIMEOUT_MS`. */
export const TIME_LIMIT_MS = 400;

export const WRITE_FAULTS: readonly WriteFault[] = [
  refused(
    '409',
    { status: 409 },
    'Somebody else was changing this record. We try again by ourselves.',
    2_000,
  ),
  refused(
    '423',
    { status: 423 },
    'HubSpot is still working on this record. We try again by ourselves.',
    2_000,
  ),
  refused('429 of the second', { status: 429, policyName: 'SECONDLY' }, BUSY, 1_000),
  refused('429 of ten seconds', { status: 429, policyName: 'TEN_SECONDLY_ROLLING' }, BUSY, 10_000),
  refused(
    '429 of the day',
    { status: 429, policyName: 'DAILY' },
    "Today's HubSpot quota is used up. The change is kept and made after midnight.",
    'midnight',
  ),
  refused(
    '477, the portal is being moved',
    { status: 477, retryAfterSeconds: 7_200 },
    'HubSpot is moving your portal. The change is kept and made afterwards.',
    7_200_000,
  ),
  failing(500, false),
  failing(500, true),
  failing(502, false),
  failing(502, true),
  failing(503, false),
  failing(503, true),
  unclear(
    'connection cut before the headers, nothing has happened',
    { kind: 'cut-before-headers', applied: false },
    2_000,
    false,
  ),
  unclear(
    'connection cut before the headers, the change has happened',
    { kind: 'cut-before-headers', applied: true },
    2_000,
    true,
  ),
  unclear('connection cut before the body', { kind: 'cut-before-body' }, 2_000, true),
  unclear('connection cut in mid body', { kind: 'cut-mid-body' }, 2_000, true),
  unclear('answer after our time limit', { kind: 'slow', ms: 2 * TIME_LIMIT_MS }, 30_000, true),
  unclear('malformed JSON', { kind: 'malformed-json' }, 5_000, true),
  {
    fault: 'unknown fields',
    inject: { kind: 'unknown-fields' },
    seen: 'Done',
    sentence: null,
    againAfterMs: null,
    happened: true,
    kept: 'What nobody has documented is passed over; the fields that we need are checked.',
  },
];

type Words = {
  readonly fault: string;
  readonly seen: string;
  readonly again: string;
  readonly kept: string;
};

/** Faults with a course of their own; each has its test under this name. */
export const OTHER_FAULTS = {
  'rows-refused': {
    fault: '207, some rows refused for good',
    seen: "Those leads: *Failed*, “HubSpot does not accept the value for a property of this record. Ask an admin to check that property's options and rules.” The others: *Done*.",
    again: 'Nothing by itself. The other steps of those leads go on.',
    kept: 'Each row of a batch has its own answer, told apart by a trace id; a bad row never sinks the others.',
  },
  'rows-locked': {
    fault: '207, some rows locked',
    seen: 'Those leads: *To do*, “HubSpot is still working on this record. We try again by ourselves.” The others: *Done*.',
    again: 'Those rows alone, after 2 s.',
    kept: 'As above; the rows that came through are not sent again.',
  },
  'rows-unread': {
    fault: '207 when a record is looked at before a repeat, some rows locked',
    seen: '*Being checked*, “HubSpot is still working on this record. We try again by ourselves.”',
    again: 'The look, after 2 s.',
    kept: 'A row that could not be read is not a record that is not there: nothing is sent before the look has come through.',
  },
  'first-sight': {
    fault: 'HubSpot does not answer when a record is seen for the first time',
    seen: 'Card and click: “HubSpot did not give us this record just now. Nothing was changed; try again in a moment.”',
    again: 'Nothing by itself; the rep clicks again.',
    kept: 'Without facts there is no decision, so nothing is stored. The same click, sent again, is taken once.',
  },
  'clock-inside': {
    fault: 'our clock four minutes ahead of HubSpot’s, or behind',
    seen: 'Nothing.',
    again: 'Nothing.',
    kept: 'Signatures count for five minutes, either way. HubSpot’s answers tell its time; instants in its histories are compared on its clock, so a person’s later word still wins and an undo still finds what was there before.',
  },
  'clock-outside': {
    fault: 'our clock six minutes ahead of HubSpot’s, or behind',
    seen: "Ahead: “The request was signed more than five minutes ago. Send it anew, and verify this server's clock.” Behind: “The request was signed more than five minutes in the future. Verify this server's clock.”",
    again: 'Nothing by itself; the rep clicks again when the clock is right. What is already owed goes on.',
    kept: 'Nothing is stored, and the same click is taken once the clock is right.',
  },
  'database-restarted': {
    fault: 'PostgreSQL stopped and started in mid-work',
    seen: 'Card and click meanwhile: 503, “Our database does not answer just now. Try again in a moment: a click that is sent twice counts once.”',
    again:
      'The queue takes up its work within half a minute. Steps whose outcome could not be written down are looked for on the record when their lease of three minutes ends.',
    kept: 'An answer is given only after its commit. A click whose commit was cut off is asked for again under the same request id, and gets the first answer where there is one.',
  },
  'disk-nearly-full': {
    fault: 'disk of the embedded store nearly full (less than 64 MB left)',
    seen: 'Card and click: 503, “Our database does not answer just now. Try again in a moment: a click that is sent twice counts once.” The log names the folder.',
    again: 'The next click looks at the disk anew; what is owed goes on when there is room.',
    kept: 'Nothing is begun that the disk might not take to its end.',
  },
  'disk-full-tables': {
    fault: 'disk of the embedded store full, a table cannot grow',
    seen: 'Click: 503, “Our database does not answer just now. Try again in a moment: a click that is sent twice counts once.” The card is still shown.',
    again: 'Nothing by itself; the rep clicks again.',
    kept: 'The transaction is taken back whole.',
  },
  'disk-full-log': {
    fault: 'disk of the embedded store full, the write-ahead log cannot grow',
    seen: 'The server ends with a sentence in its log; HubSpot tells the card that the server cannot be reached, and the card offers to try again.',
    again: 'Whoever runs the server starts it again; it replays its log, and what is owed goes on.',
    kept: 'The database stops itself rather than believe in a write that the disk did not take; what was acknowledged was synced before.',
  },
} as const satisfies Readonly<Record<string, Words>>;

export type OtherFault = keyof typeof OTHER_FAULTS;

const againOf = ({ againAfterMs, seen }: WriteFault): string => {
  if (againAfterMs === null) return 'Nothing.';
  const how = seen === 'Being checked' ? 'That step: looked for, then sent where it is missing' : 'That step';
  if (againAfterMs === 'midnight') return `${how}, at the portal’s midnight.`;
  const hours = againAfterMs / 3_600_000;
  return hours >= 1
    ? `${how}, after ${hours} h (HubSpot’s Retry-After; an hour without it).`
    : `${how}, after ${againAfterMs / 1_000} s.`;
};

/** Every row in words, in the order of the page. */
export const faultsInWords = (): readonly Words[] => [
  ...WRITE_FAULTS.map((row) => ({
    fault: row.fault,
    seen: row.sentence === null ? `*${row.seen}*.` : `*${row.seen}*, “${row.sentence}”`,
    again: againOf(row),
    kept: row.kept,
  })),
  ...Object.values(OTHER_FAULTS),
];
