/** Which column of a file of leads means what. */

/** What a lead can have; the values are the column names that are recognised without a configuration. */
const KNOWN_COLUMNS = {
  id: ['mql_id', 'lead_id', 'id', 'record id'],
  handedOffAt: ['first_contact_date', 'mql_date', 'handed_off_at', 'created_at', 'create date', 'date'],
  source: ['origin', 'source', 'lead_source', 'original source'],
  campaign: ['landing_page_id', 'campaign', 'utm_campaign'],
  firstName: ['firstname', 'first_name', 'first name'],
  lastName: ['lastname', 'last_name', 'last name'],
  email: ['email', 'e-mail', 'mail'],
  phone: ['phone', 'phone number', 'telephone'],
  jobTitle: ['jobtitle', 'job_title', 'job title', 'title'],
  company: ['company', 'company name', 'company_name'],
  country: ['country', 'country/region'],
  industry: ['industry', 'business_segment'],
  score: ['score', 'hubspot score', 'lead_score'],
} as const satisfies Record<string, readonly string[]>;

export type Field = keyof typeof KNOWN_COLUMNS;
const FIELDS = Object.keys(KNOWN_COLUMNS) as Field[];
const NEEDED: readonly Field[] = ['id', 'handedOffAt'];

/** Origins as files name them → HubSpot's values of `hs_analytics_source`. Any other stays in the drill-down. */
const KNOWN_SOURCES: Readonly<Record<string, string>> = {
  'organic search': 'ORGANIC_SEARCH',
  seo: 'ORGANIC_SEARCH',
  'paid search': 'PAID_SEARCH',
  email: 'EMAIL_MARKETING',
  social: 'SOCIAL_MEDIA',
  'paid social': 'PAID_SOCIAL',
  referral: 'REFERRALS',
  'direct traffic': 'DIRECT_TRAFFIC',
  direct: 'DIRECT_TRAFFIC',
  display: 'OTHER_CAMPAIGNS',
  other: 'OTHER_CAMPAIGNS',
  other_publicities: 'OTHER_CAMPAIGNS',
  offline: 'OFFLINE',
};

const HUBSPOT_SOURCES = [
  'ORGANIC_SEARCH',
  'PAID_SEARCH',
  'EMAIL_MARKETING',
  'SOCIAL_MEDIA',
  'REFERRALS',
  'OTHER_CAMPAIGNS',
  'DIRECT_TRAFFIC',
  'OFFLINE',
  'PAID_SOCIAL',
  'AI_REFERRALS',
];

export type Columns = {
  /** Column names by what they mean; they come before the ones that are known. */
  readonly columns: Readonly<Partial<Record<Field, string>>>;
  /** The file's names of origins → HubSpot's; they come before the ones that are known. */
  readonly sources: Readonly<Record<string, string>>;
};

/** What is wrong with a file of leads as a whole, or with its configuration. The sentence says what to do. */
export class LeadsFileError extends Error {
  override readonly name = 'LeadsFileError';
  readonly retry = false;
}

/**
 * The configuration of columns; without a text what is known by itself.
 *
 * @throws LeadsFileError naming every entry that is not understood
 */
export const readColumns = (text: string | undefined): Columns => {
  if (text === undefined) return { columns: {}, sources: {} };
  let given: unknown;
  try {
    given = JSON.parse(text);
  } catch (cause) {
    throw new LeadsFileError('The file of columns is not valid JSON.', { cause });
  }
  const { columns = {}, sources = {}, ...others } = asTexts(given, 'The file of columns');
  const named = asTexts(columns, '“columns”');
  const mapped = asTexts(sources, '“sources”');
  const problems = [
    ...Object.keys(others).map((name) => `there is no “${name}”, only “columns” and “sources”`),
    ...Object.keys(named)
      .filter((name) => !FIELDS.some((field) => field === name))
      .map((name) => `“columns” knows no “${name}”, only ${FIELDS.join(', ')}`),
    ...Object.values(mapped)
      .filter((value) => !HUBSPOT_SOURCES.includes(String(value)))
      .map((value) => `“${String(value)}” is no source of HubSpot: ${HUBSPOT_SOURCES.join(', ')}`),
    ...[...Object.entries(named), ...Object.entries(mapped)]
      .filter(([, value]) => typeof value !== 'string')
      .map(([name]) => `“${name}” must be a text`),
  ];
  if (problems.length > 0)
    throw new LeadsFileError(`The file of columns cannot be used: ${problems.join('; ')}.`);
  return {
    columns: named,
    sources: Object.fromEntries(Object.entries(mapped).map(([from, to]) => [normal(from), String(to)])),
  };
};

const asTexts = (value: unknown, what: string): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new LeadsFileError(`${what} must be a JSON object.`);
  return value as Record<string, unknown>;
};

const normal = (text: string): string => text.trim().toLowerCase();

/**
 * Where each field stands in the rows of a file.
 *
 * @throws LeadsFileError when a named column, the id or the date is missing
 */
export const locateColumns = (
  header: readonly string[],
  { columns }: Columns,
): ReadonlyMap<Field, number> => {
  const names = header.map(normal);
  const found = new Map<Field, number>();
  for (const field of FIELDS) {
    const wanted = columns[field];
    const candidates: readonly string[] = wanted === undefined ? KNOWN_COLUMNS[field] : [normal(wanted)];
    const place = candidates.map((name) => names.indexOf(name)).find((at) => at >= 0);
    if (place !== undefined) found.set(field, place);
    else if (wanted !== undefined)
      throw new LeadsFileError(`The file has no column “${wanted}”. Its columns are: ${header.join(', ')}.`);
  }
  const missing = NEEDED.filter((field) => !found.has(field));
  if (missing.length > 0)
    throw new LeadsFileError(
      `The file has no column for ${missing.join(' and ')} (known names: ${missing
        .flatMap((field) => KNOWN_COLUMNS[field])
        .join(', ')}). Name it in a file of columns. Its columns are: ${header.join(', ')}.`,
    );
  return found;
};

/** Where the ids stand in a file that holds little else. @throws LeadsFileError when there is no such column */
export const locateId = (header: readonly string[], { columns }: Columns): number => {
  const candidates: readonly string[] = columns.id === undefined ? KNOWN_COLUMNS.id : [normal(columns.id)];
  const place = header.map(normal).findIndex((name) => candidates.includes(name));
  if (place < 0) throw new LeadsFileError(`The file has no column of ids (${candidates.join(', ')}).`);
  return place;
};

/** HubSpot's source for an origin as the file writes it; `null` where there is none that means the same. */
export const sourceOf = (origin: string, { sources }: Columns): string | null => {
  const asHubSpot = origin.trim().toUpperCase();
  return (
    sources[normal(origin)] ??
    KNOWN_SOURCES[normal(origin)] ??
    (HUBSPOT_SOURCES.includes(asHubSpot) ? asHubSpot : null)
  );
};
