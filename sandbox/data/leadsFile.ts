/** Real leads out of a CSV file, as contacts with their true dates and origins. */

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type Info, parse } from 'csv-parse';
import type { Content, RecordRow, Version } from './content.ts';
import { type Columns, type Field, LeadsFileError, locateColumns, readColumns, sourceOf } from './columns.ts';
import { instant } from './book.ts';
import type { Load } from './loads.ts';
import { REPS, ownerRows } from './team.ts';

/** Ids of contacts from files begin here, above those of the story. */
const FIRST_CONTACT_ID = 200_001;
const MOST_PROBLEMS_SHOWN = 20;
const LONGEST_VALUE = 1_000;

export type FileLead = {
  readonly contactId: string;
  /** As the file names it; unique in the file. */
  readonly id: string;
  readonly handedOffAt: Date;
  /** HubSpot's source; `null` where the file's origin means none of them. */
  readonly source: string | null;
  readonly campaign: string;
  readonly ownerId: string;
  readonly properties: Readonly<Record<string, string>>;
};

export type LeadsFile = {
  readonly leads: readonly FileLead[];
  /** One sentence for each row that could not be used, with its line number. */
  readonly problems: readonly string[];
};

type Row = { readonly record: readonly string[]; readonly info: Info };

/**
 * Reads leads from a CSV file. Rows that cannot be used are named in `problems` and left out.
 *
 * @param limit only the first so many rows
 * @throws LeadsFileError when there is no such file, or it has no column for the id or the date
 */
export const parseLeadsFile = async (
  file: string,
  columns: Columns,
  limit: number | undefined,
): Promise<LeadsFile> => {
  const leads: FileLead[] = [];
  const found: { readonly line: number; readonly sentence: string }[] = [];
  const lineOf = new Map<string, number>();
  let places: ReadonlyMap<Field, number> | undefined;
  let width = 0;
  let rows = 0;

  const take = ({ record, info: { lines } }: Row): void => {
    if (places === undefined) {
      places = locateColumns(record, columns);
      width = record.length;
      return;
    }
    const read = toLead(record, { places, width, columns, place: leads.length });
    if (typeof read === 'string') {
      found.push({ line: lines, sentence: read });
      return;
    }
    const earlier = lineOf.get(read.id);
    if (earlier !== undefined) {
      found.push({ line: lines, sentence: `the id ${read.id} was on line ${earlier} already.` });
      return;
    }
    lineOf.set(read.id, lines);
    leads.push(read);
  };

  const parser = parse({
    bom: true,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error) found.push({ line: Number(error['lines']), sentence: error.message });
      return undefined;
    },
  });
  try {
    await pipeline(createReadStream(file), parser, async (stream: AsyncIterable<Row>) => {
      for await (const row of stream) {
        // The header comes first. The rest is read to its end: a stream that is left early counts as broken.
        if (rows <= (limit ?? Infinity)) take(row);
        rows += 1;
      }
    });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      throw new LeadsFileError(`There is no file ${file}.`, { cause: error });
    throw error;
  }
  if (places === undefined) throw new LeadsFileError(`${file} is empty.`);
  // What cannot be parsed is reported earlier than what is read and refused.
  const inOrder = found.sort((a, b) => a.line - b.line);
  return { leads, problems: inOrder.map(({ line, sentence }) => `Line ${line}: ${sentence}`) };
};

type Reading = {
  readonly places: ReadonlyMap<Field, number>;
  readonly width: number;
  readonly columns: Columns;
  readonly place: number;
};

/** A row as a lead, or the sentence that says why it cannot be one. */
const toLead = (record: readonly string[], { places, width, columns, place }: Reading): FileLead | string => {
  if (record.length !== width) return `has ${record.length} values instead of ${width}.`;
  const value = (field: Field): string => {
    const at = places.get(field);
    return at === undefined ? '' : (record[at] ?? '').trim();
  };
  const id = value('id');
  if (id === '') return 'has no id.';
  const tooLong = record.find((text) => text.length > LONGEST_VALUE);
  if (tooLong !== undefined)
    return `holds a value of ${tooLong.length} characters; ${LONGEST_VALUE} is the most.`;
  const at = toDate(value('handedOffAt'));
  if (at === null) return `“${value('handedOffAt')}” is no date (YYYY-MM-DD, also with a time after it).`;
  const email = value('email');
  if (email !== '' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email)) return `“${email}” is no e-mail address.`;
  const score = value('score');
  if (score !== '' && !Number.isFinite(Number(score))) return `the score “${score}” is no number.`;
  const owner = REPS[place % REPS.length];
  if (owner === undefined) throw new Error('The sandbox has no reps.');
  const origin = value('source');
  const source = sourceOf(origin, columns);
  const named = value('firstName') !== '' || value('lastName') !== '';
  return {
    contactId: String(FIRST_CONTACT_ID + place),
    id,
    handedOffAt: at,
    source,
    campaign: value('campaign'),
    ownerId: owner.ownerId,
    properties: withoutEmpty({
      firstname: value('firstName'),
      // A record needs something to be called by; nothing else is made up.
      lastname: named ? value('lastName') : `Lead ${id.slice(0, 12)}`,
      email: value('email').toLowerCase(),
      phone: value('phone'),
      jobtitle: value('jobTitle'),
      company: value('company'),
      country: value('country'),
      industry: value('industry'),
      hubspotscore: score,
      hs_analytics_source: source ?? '',
      hs_analytics_source_data_1: origin,
      hs_analytics_source_data_2: value('campaign'),
    }),
  };
};

const withoutEmpty = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

/** A day without a time is taken at noon UTC, so that it is the same day in nearly every time zone. */
const toDate = (text: string): Date | null => {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?)(Z|[+-]\d{2}:?\d{2})?)?$/.exec(
    text,
  );
  if (!match) return null;
  const [, day = '', time = '12:00', zone = 'Z'] = match;
  const at = new Date(`${day}T${time}${zone}`);
  // Date takes 31 February for 3 March; a day that does not come back as it was written does not exist.
  return Number.isNaN(at.getTime()) || new Date(`${day}T00:00Z`).toISOString().slice(0, 10) !== day
    ? null
    : at;
};

/** Records of these leads: handed off at their date, open, with the sandbox's reps as owners. */
export const toContent = (leads: readonly FileLead[]): Content => {
  const first = leads.reduce(
    (oldest, { handedOffAt }) => Math.min(oldest, handedOffAt.getTime()),
    Date.now(),
  );
  return {
    owners: ownerRows(new Date(first).toISOString()),
    objects: { contacts: leads.map(toContact) },
    associations: [],
    announcedContactIds: [],
  };
};

const toContact = (lead: FileLead): RecordRow => {
  const timestamp = instant(lead.handedOffAt);
  const at = (value: string): Version[] => [{ value, timestamp }];
  return {
    id: lead.contactId,
    createdAt: timestamp,
    properties: {
      ...lead.properties,
      hs_analytics_first_timestamp: timestamp,
      hs_analytics_last_timestamp: timestamp,
    },
    history: {
      lifecyclestage: at('marketingqualifiedlead'),
      hs_lifecyclestage_marketingqualifiedlead_date: at(timestamp),
      hs_lead_status: at('NEW'),
      hubspot_owner_id: at(lead.ownerId),
      hubspot_owner_assigneddate: at(timestamp),
    },
  };
};

/**
 * A file of leads as something a portal can be filled with.
 *
 * @param columns the text of the configuration of columns, where there is one
 * @param say gets a sentence for each bad row (the first twenty), and their number
 * @throws LeadsFileError when the file cannot be used at all
 */
export const readLeadsFile = async (options: {
  readonly file: string;
  readonly columns: string | undefined;
  readonly limit: number | undefined;
  readonly say: (text: string) => void;
}): Promise<Load> => {
  const { leads, problems } = await parseLeadsFile(options.file, readColumns(options.columns), options.limit);
  tellProblems(problems, options.say);
  const content = createHash('sha256').update(JSON.stringify(leads)).digest('hex');
  return {
    key: `${leads.length} leads of ${path.basename(options.file)}\n${content}`,
    make: () => toContent(leads),
  };
};

/** Says which rows were left out, the first twenty in words. */
export const tellProblems = (problems: readonly string[], say: (text: string) => void): void => {
  for (const problem of problems.slice(0, MOST_PROBLEMS_SHOWN)) say(problem);
  if (problems.length > 0)
    say(
      `${problems.length} ${problems.length === 1 ? 'row was' : 'rows were'} left out; the others are loaded.`,
    );
};
