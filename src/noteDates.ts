/**
 * Dates that a note speaks of, in English or German: "renewal in March 2027", "15.03.2027", "Q2 2027", "in sechs Monaten".
 * They are proposals for a person to confirm, so a doubtful one may be proposed and a missed one costs nothing.
 *
 * Written out instead of taken from a library: chrono-node knows neither quarters nor "Anfang 2027", and reads many more
 * things as dates ("may", "now", "on Monday") than a proposal about a contract should be made of.
 */

import { addDays, addMonths, isDay, type Day } from './calendar.ts';

export type NoteDate = {
  readonly on: Day;
  /** What in the note says so. */
  readonly quote: string;
};

/** Further away nobody plans. */
const FURTHEST_MONTHS = 60;

const MONTHS: readonly string[] = [
  'january|januar|jänner|jan',
  'february|februar|feb',
  'march|märz|maerz|mar|mrz',
  'april|apr',
  'may|mai',
  'june|juni|jun',
  'july|juli|jul',
  'august|aug',
  'september|sept|sep',
  'october|oktober|oct|okt',
  'november|nov',
  'december|dezember|dec|dez',
];
const MONTH = `(?<month>${MONTHS.join('|')})\\.?`;
const YEAR = `(?<year>20\\d\\d)`;
const DAY = `(?<day>[12]\\d|3[01]|0?[1-9])`;
const PART = `(?<part>early|mid|late|(?:the )?(?:beginning|start|middle|end) of|anfang|mitte|ende)[ -]`;

/** Words of the calendar that are verbs as well; without a year they are months only where the words around say so. */
const VERBS: readonly string[] = ['may', 'march', 'mar'];
const BEFORE_A_MONTH =
  /(?<!\p{L})(?:in|by|until|till|before|after|from|for|of|next|this|around|im|bis|ab|vor|nach)\s+$/iu;

const NUMBERS: Readonly<Record<string, number>> = {
  ...{
    a: 1,
    an: 1,
    one: 1,
    two: 2,
    three: 3,
    four: 4,
    five: 5,
    six: 6,
    seven: 7,
    eight: 8,
    nine: 9,
    ten: 10,
  },
  ...{ eleven: 11, twelve: 12, eighteen: 18, 'half a': 0.5, 'a half': 0.5, 'einem halben': 0.5 },
  ...{
    einem: 1,
    einer: 1,
    zwei: 2,
    drei: 3,
    vier: 4,
    fünf: 5,
    sechs: 6,
    sieben: 7,
    acht: 8,
    neun: 9,
    zehn: 10,
  },
  ...{ elf: 11, zwölf: 12, achtzehn: 18 },
};
const NUMBER = `(?<number>\\d{1,3}|${Object.keys(NUMBERS)
  .sort((a, b) => b.length - a.length)
  .join('|')})`;

type Found = { readonly [group: string]: string | undefined };
type Pattern = {
  readonly text: string;
  /** The days that are meant, as seen from `today`, after the words `before`; none where it is no date after all. */
  readonly read: (found: Found, today: Day, before: string) => readonly Day[];
};

/** Tried in this order; what one of them has read is not read again. */
const PATTERNS: readonly Pattern[] = [
  { text: `${YEAR}-(?<m>\\d\\d)-(?<d>\\d\\d)`, read: ({ year, m, d }) => [`${year}-${m}-${d}`] },
  {
    text: `${DAY}\\. ?(?<m>1[0-2]|0?[1-9])\\. ?(?<y>20\\d\\d|\\d\\d)`,
    read: ({ day, m, y = '' }) => [dayFrom(y.length === 2 ? `20${y}` : y, m, day)],
  },
  {
    // Nobody knows which side of the Atlantic wrote it: both readings are proposed.
    text: `(?<a>\\d{1,2})/(?<b>\\d{1,2})/${YEAR}`,
    read: ({ a, b, year }) => [dayFrom(year, b, a), dayFrom(year, a, b)],
  },
  {
    text: `(?:${PART})?(?:Q(?<q>[1-4])|(?<q2>[1-4])\\. ?Quartal)(?:(?: of)?[ /]${YEAR})?`,
    read: ({ part, q, q2, year }, today) => {
      const from = monthNumber(3 * Number(q ?? q2) - 2, year, today);
      return [partOf(part, from, addDays(addMonths(from, 3), -1))];
    },
  },
  {
    text: `(?:H(?<h>[12])|(?<h2>[12])\\. ?Halbjahr)(?:[ /]${YEAR})?`,
    read: ({ h, h2, year }, today) => [monthNumber(6 * Number(h ?? h2) - 5, year, today)],
  },
  {
    text: `${DAY}(?:st|nd|rd|th|\\.)?(?: of)? ${MONTH}(?:,? ${YEAR})?`,
    read: ({ day, month, year }, today) => [onDay(day, month, year, today)],
  },
  {
    text: `${MONTH} ${DAY}(?:st|nd|rd|th)?(?!\\d)(?:,? ${YEAR})?`,
    read: ({ day, month, year }, today) => [onDay(day, month, year, today)],
  },
  {
    text: `(?:${PART})?${MONTH}(?:,?(?: of)? ${YEAR})?`,
    read: ({ part, month = '', year }, today, before) => {
      const isNamed = part !== undefined || year !== undefined || BEFORE_A_MONTH.test(before);
      if (!isNamed && VERBS.includes(month.toLowerCase())) return [];
      const from = monthNumber(monthOf(month), year, today);
      return [partOf(part, from, addDays(addMonths(from, 1), -1))];
    },
  },
  {
    text: `in (?:about |around |etwa |ca\\.? |circa )?${NUMBER} (?<unit>days?|weeks?|months?|years?|tage?n?|wochen?|monate?n?|jahre?n?|jahr)`,
    read: ({ number = '', unit = '' }, today) => [later(today, numberOf(number), unit)],
  },
  {
    text: `${PART}(?:the )?(?:des )?(?:${YEAR}|year|jahres)`,
    read: ({ part, year = '' }, today) => {
      const of = year === '' ? today.slice(0, 4) : year;
      return [partOf(part, `${of}-01-01`, `${of}-12-31`)];
    },
  },
  { text: `year[- ]end|jahresende`, read: (_, today) => [`${today.slice(0, 4)}-12-31`] },
  {
    text: `next year|nächstes jahr|nächsten jahr|kommendes jahr`,
    read: (_, today) => [`${Number(today.slice(0, 4)) + 1}-01-01`],
  },
  {
    text: `next quarter|nächstes quartal|nächsten quartal`,
    read: (_, today) => {
      const month = 3 * Math.floor((Number(today.slice(5, 7)) - 1) / 3) + 1;
      return [addMonths(`${today.slice(0, 5)}${String(month).padStart(2, '0')}-01`, 3)];
    },
  },
  { text: `(?:in|for|für|ab|from) ${YEAR}`, read: ({ year }) => [`${year}-01-01`] },
];

/** What lies behind is nothing to wait for. */
const BEHIND = /(?:since|last|seit|letzte[mnrs]?|vergangene[mnrs]?)\s+$/iu;

const COMPILED = PATTERNS.map(({ text, read }) => ({
  // Whole words, in the sense of letters of any alphabet.
  expression: new RegExp(`(?<![\\p{L}\\p{N}/.-])(?:${text})(?![\\p{L}\\p{N}])`, 'giu'),
  read,
}));

/** The coming days that a note speaks of, in the order of the note. `today` is the day on which it was written. */
export function noteDates(note: string, today: Day): readonly NoteDate[] {
  const latest = addMonths(today, FURTHEST_MONTHS);
  const read: { readonly at: number; readonly end: number; readonly days: readonly Day[] }[] = [];
  for (const pattern of COMPILED) {
    for (const match of note.matchAll(pattern.expression)) {
      const [words] = match;
      const at = match.index;
      const end = at + words.length;
      if (read.some((other) => at < other.end && other.at < end)) continue;
      const before = note.slice(Math.max(0, at - 20), at);
      const isBehind = BEHIND.test(before);
      read.push({ at, end, days: isBehind ? [] : pattern.read(match.groups ?? {}, today, before) });
    }
  }
  const dates = read
    .sort((a, b) => a.at - b.at)
    .flatMap(({ at, end, days }) => days.map((on) => ({ on, quote: quoteOf(note, at, end) })))
    .filter(({ on }) => isDay(on) && on > today && on <= latest);
  return dates.filter(({ on }, place) => dates.findIndex((other) => other.on === on) === place);
}

function quoteOf(note: string, at: number, end: number): string {
  const from = Math.max(0, note.lastIndexOf(' ', Math.max(0, at - 24)) + 1);
  return `${from === 0 ? '' : '…'}${note.slice(from, end).replaceAll(/\s+/g, ' ').trim()}`;
}

const monthOf = (name: string): number =>
  MONTHS.findIndex((names) => names.split('|').includes(name.toLowerCase())) + 1;

const two = (part: number | string | undefined): string => String(part ?? '').padStart(2, '0');

const dayFrom = (
  year: string | undefined,
  month: string | number | undefined,
  day: string | number | undefined,
): Day => `${year ?? ''}-${two(month)}-${two(day)}`;

/** The first day of a month; without a year of the next one that has not begun. */
function monthNumber(month: number, year: string | undefined, today: Day): Day {
  if (year !== undefined) return dayFrom(year, month, 1);
  const thisYear = dayFrom(today.slice(0, 4), month, 1);
  return thisYear > today ? thisYear : addMonths(thisYear, 12);
}

function onDay(
  day: string | undefined,
  month: string | undefined,
  year: string | undefined,
  today: Day,
): Day {
  const of = (in_: string): Day => dayFrom(in_, monthOf(month ?? ''), day);
  if (year !== undefined) return of(year);
  const thisYear = of(today.slice(0, 4));
  return thisYear > today ? thisYear : of(String(Number(today.slice(0, 4)) + 1));
}

/** The day that "early", "mid" or "end of" means; without one of them the first. */
function partOf(part: string | undefined, first: Day, last: Day): Day {
  const words = (part ?? '').toLowerCase();
  if (/late|end/.test(words)) return last;
  if (!/mid|mitte/.test(words)) return first;
  if (first.slice(0, 7) === last.slice(0, 7)) return `${first.slice(0, 8)}15`;
  const months = Number(last.slice(5, 7)) - Number(first.slice(5, 7)) + 1;
  return months % 2 === 0
    ? addMonths(first, months / 2)
    : `${addMonths(first, (months - 1) / 2).slice(0, 8)}15`;
}

const numberOf = (words: string): number =>
  /^\d/.test(words) ? Number(words) : (NUMBERS[words.toLowerCase()] ?? Number.NaN);

function later(today: Day, count: number, unit: string): Day {
  if (Number.isNaN(count)) return '';
  const letter = unit.charAt(0).toLowerCase();
  if (letter === 'd' || letter === 't') return addDays(today, Math.round(count));
  if (letter === 'w') return addDays(today, Math.round(count * 7));
  return addMonths(today, Math.round(letter === 'm' ? count : count * 12));
}

/** Whether a day is one that a person may wait for: real, ahead, and not beyond what anybody plans. */
export function isPlannable(on: string, today: Day): boolean {
  return isDay(on) && on > today && on <= addMonths(today, FURTHEST_MONTHS);
}
