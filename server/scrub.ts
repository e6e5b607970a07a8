/** Takes out of a log line what must not be in it. Pure. */

const HIDDEN = '[hidden]';

/** Fields that never reach a log, whatever they hold. Compared without case, hyphen and underscore. */
const HIDDEN_FIELDS: ReadonlySet<string> = new Set([
  // secrets
  'authorization',
  'accesstoken',
  'accesstokens',
  'clientsecret',
  'clientsecrets',
  'cookie',
  'databaseurl',
  'headers',
  'password',
  'privateapps',
  'refreshtoken',
  'secret',
  'secrets',
  'signature',
  'token',
  'xhubspotsignature',
  'xhubspotsignaturev3',
  // people and their words
  'body',
  'email',
  'firstname',
  'fullname',
  'lastname',
  'note',
  'notes',
  'phone',
  'properties',
  'propertyvalue',
  'rawbody',
  'reasontext',
  'useremail',
  // what database drivers hang on their errors: statements, parameters, and the row that was in the way
  'detail',
  'internalquery',
  'parameters',
  'params',
  'query',
  'where',
]);

// The local part is looked for in its percent-encoded form too, as it stands in a URL.
const EMAIL = /[\p{L}\p{N}._%+'-]+(?:@|%40)[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/giu;
/** HubSpot's private-app tokens, bearer headers, and passwords inside of addresses. */
const TOKENS = [
  /\bpat-[a-z0-9]+-[0-9a-f-]{8,}/gi,
  /\bBearer\s+[\w.~+/=-]+/gi,
  /(?<=:\/\/[^\s:/@]*):[^\s@/]+(?=@)/g,
];
/** Engines and databases quote the value they could not read: `invalid input syntax for type integer: "…"`. */
const QUOTED_VALUES = [/(?<=: )"[^"]*"/g, /"[^"]*"(?:\.\.\.)?(?= is not valid JSON)/g];

/** @param line one line of JSON, as the logger wrote it @returns the same line without secrets and personal data */
export const scrubLine = (line: string): string => `${JSON.stringify(scrub(JSON.parse(line) as unknown))}\n`;

/**
 * What a log may know of a thrown thing: its names, its place and its causes. An allow-list, since libraries hang
 * statements, parameters, requests and whole answers on their errors.
 */
export const safeError = (thrown: unknown): unknown => describeError(thrown, 0);

const MAX_CAUSES = 5;

const describeError = (thrown: unknown, depth: number): unknown => {
  if (!(thrown instanceof Error)) return { type: typeof thrown };
  const { name, message, stack, cause } = thrown;
  const known = thrown as unknown as Record<string, unknown>;
  return {
    type: name,
    message: scrubText(withoutQuotedValues(message)),
    ...Object.fromEntries(
      ['kind', 'code', 'status', 'retry']
        .filter((field) => ['string', 'number', 'boolean'].includes(typeof known[field]))
        .map((field) => [field, known[field]]),
    ),
    // The first lines of a stack repeat the message.
    at: stack
      ?.split('\n')
      .filter((part) => /^\s+at /.test(part))
      .map((part) => part.trim()),
    ...(cause !== undefined && depth < MAX_CAUSES && { cause: describeError(cause, depth + 1) }),
  };
};

const scrub = (value: unknown): unknown => {
  if (typeof value === 'string') return scrubText(value);
  if (Array.isArray(value)) return value.map(scrub);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([field, held]) => [field, isHidden(field) ? HIDDEN : scrub(held)]),
  );
};

const isHidden = (field: string): boolean => HIDDEN_FIELDS.has(field.toLowerCase().replaceAll(/[-_]/g, ''));

const withoutQuotedValues = (text: string): string =>
  QUOTED_VALUES.reduce((rest, pattern) => rest.replaceAll(pattern, '"…"'), text);

const scrubText = (text: string): string =>
  [EMAIL, ...TOKENS].reduce((rest, pattern) => rest.replaceAll(pattern, HIDDEN), text);
