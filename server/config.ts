/** Everything that is set from outside, in one place. The only file of the server that reads the environment. */

import { z } from 'zod';

const wholeNumber = (least: number, most: number) =>
  z
    .string()
    .regex(/^[0-9]{1,9}$/, `must be a whole number from ${least} to ${most}`)
    .transform(Number)
    .refine((n) => n >= least && n <= most, `must be a whole number from ${least} to ${most}`);

/** An address without what would not survive joining a path to it; the last slash is taken off. */
const address = (protocols: readonly string[], words: string) =>
  z
    .string()
    .refine((text) => {
      if (!URL.canParse(text)) return false;
      const { protocol, search, hash, username, password } = new URL(text);
      return protocols.includes(protocol) && `${search}${hash}${username}${password}` === '';
    }, `must be ${words}, without query, fragment or password`)
    .transform((text) => text.replace(/\/+$/, ''));

const commaList = (text: string): string[] => text.split(',').map((part) => part.trim());

const PRIVATE_APP = /^([1-9][0-9]{0,14}):(\S+)$/;

/** Pairs of portal and access token, each portal once. */
const privateApps = z
  .string()
  .transform(commaList)
  .refine(
    (pairs) => pairs.every((pair) => PRIVATE_APP.test(pair)),
    'must be a comma separated list of portalId:accessToken',
  )
  .transform((pairs) =>
    pairs.map((pair) => {
      const [, portalId, accessToken = ''] = PRIVATE_APP.exec(pair) ?? [];
      return { portalId: Number(portalId), accessToken };
    }),
  )
  .refine(
    (apps) => new Set(apps.map(({ portalId }) => portalId)).size === apps.length,
    'names a portal twice: keep one access token for each portal',
  );

const VARIABLES = z.object({
  PORT: wholeNumber(0, 65_535).prefault('3000').describe('Port to listen on. 0 picks a free one (tests).'),
  HOST: z
    .string()
    .default('127.0.0.1')
    .describe(
      'Address to listen on. The default is reached only from this machine, e.g. by a reverse proxy.',
    ),
  PUBLIC_URL: address(['https:'], 'an https address').describe(
    'Address at which HubSpot calls this server, e.g. https://mql.example.com. Signatures are checked against it, never against the Host header.',
  ),
  HUBSPOT_CLIENT_SECRETS: z
    .string()
    .transform(commaList)
    .refine(
      (secrets) => secrets.every((secret) => secret !== ''),
      'holds an empty secret: take out the extra comma',
    )
    .describe(
      'Client secret of the HubSpot app; while it is being changed both, comma separated, newest first.',
    ),
  HUBSPOT_APP_ID: wholeNumber(1, 999_999_999).describe(
    'Id of the HubSpot app. Webhook events of any other app are refused.',
  ),
  HUBSPOT_PRIVATE_APPS: privateApps.describe(
    'The portals that are served, comma separated, each as portalId:accessToken.',
  ),
  HUBSPOT_BASE_URL: address(['https:', 'http:'], 'an http or https address')
    .prefault('https://api.hubapi.com')
    .describe("HubSpot's API. Set it to try the app against the sandbox."),
  HUBSPOT_CALLS_PER_10S: wholeNumber(1, 10_000)
    .prefault('100')
    .describe('Calls to HubSpot allowed to one portal in ten seconds, over all processes.'),
  HUBSPOT_TIMEOUT_MS: wholeNumber(100, 120_000)
    .prefault('10000')
    .describe('Milliseconds after which a call to HubSpot counts as failed.'),
  ENRICHMENT_SECRET: z
    .string()
    .min(16, 'must have 16 characters or more')
    .optional()
    .describe(
      'Each portal’s own secret is derived from it, which signs the calls to and from its enrichment tool, where one is called by address. Without it none is.',
    ),
  ENRICHMENT_PRIVATE_ADDRESSES: z
    .enum(['true', 'false'])
    .default('false')
    .describe(
      'Whether an enrichment tool may be called by an address of our own network, and without TLS. Only for trying it out: customers write the addresses.',
    ),
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\/./, 'must begin with postgres:// or postgresql://')
    .optional()
    .describe('A PostgreSQL database. Without it an embedded database in DATA_DIR is used.'),
  DATA_DIR: z
    .string()
    .default('.data/store')
    .describe('Folder of the embedded database; used only without DATABASE_URL.'),
  LOG_LEVEL: z
    .enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('Least level that is logged: trace, debug, info, warn, error, fatal or silent.'),
});

type Variables = z.output<typeof VARIABLES>;

/** The configuration as the rest of the server sees it. */
export type Config = {
  readonly port: number;
  readonly host: string;
  readonly publicUrl: string;
  /** Newest first; at least one, none empty. */
  readonly clientSecrets: readonly string[];
  readonly appId: number;
  readonly privateApps: readonly { readonly portalId: number; readonly accessToken: string }[];
  readonly hubspotBaseUrl: string;
  readonly callsPer10s: number;
  readonly hubspotTimeoutMs: number;
  /** `null`: no enrichment tool is called. */
  readonly enrichmentSecret: string | null;
  /** Whether enrichment tools may be in our own network. */
  readonly enrichmentPrivateAddresses: boolean;
  /** `null`: the embedded database in `dataDir`. */
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly logLevel: Variables['LOG_LEVEL'];
};

/** The environment does not describe a server. `problems` are sentences that name the variable and the mend. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly retry = false;
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`The configuration cannot be used:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/**
 * Reads the configuration out of an environment. Empty variables count as missing, as shells and container files
 * leave them.
 *
 * @throws ConfigError with all problems at once
 */
export const loadConfig = (env: Readonly<Record<string, string | undefined>>): Config =>
  toConfig(parse(VARIABLES, env));

function parse<Schema extends z.ZodObject>(
  schema: Schema,
  env: Readonly<Record<string, string | undefined>>,
): z.output<Schema> {
  const given = Object.fromEntries(
    Object.keys(schema.shape).flatMap((name) => {
      const value = env[name]?.trim();
      return value ? [[name, value]] : [];
    }),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw new ConfigError(
      parsed.error.issues.map((issue) => {
        const name = String(issue.path[0]);
        // The value itself is never quoted: it may be a secret.
        return name in given ? `${name} ${mendOf(issue)}.` : `${name} is missing. ${descriptionOf(name)}`;
      }),
    );
  return parsed.data;
}

/** The configuration of this process. @throws ConfigError with all problems at once */
export const readConfig = (): Config => loadConfig(process.env);

/** Where this process finds the data, for tools that need nothing else. @throws ConfigError with all problems at once */
export const readStoreConfig = (): Pick<Config, 'databaseUrl' | 'dataDir'> => {
  const read = parse(VARIABLES.pick({ DATABASE_URL: true, DATA_DIR: true }), process.env);
  return { databaseUrl: read.DATABASE_URL ?? null, dataDir: read.DATA_DIR };
};

export type ConfigRow = {
  readonly name: string;
  readonly description: string;
  /** As one would write it into the environment; `null` where there is none. */
  readonly default: string | null;
  readonly required: boolean;
};

/** One row for each variable, in the order of the schema; README's table is compared with it by a test. */
export const configTable = (): ConfigRow[] =>
  Object.entries(VARIABLES.shape).map(([name, schema]) => {
    const unset = schema.safeParse(undefined);
    return {
      name,
      description: descriptionOf(name),
      default: unset.success && unset.data !== undefined ? z.coerce.string().parse(unset.data) : null,
      required: !unset.success,
    };
  });

const toConfig = (read: Variables): Config => ({
  port: read.PORT,
  host: read.HOST,
  publicUrl: read.PUBLIC_URL,
  clientSecrets: read.HUBSPOT_CLIENT_SECRETS,
  appId: read.HUBSPOT_APP_ID,
  privateApps: read.HUBSPOT_PRIVATE_APPS,
  hubspotBaseUrl: read.HUBSPOT_BASE_URL,
  callsPer10s: read.HUBSPOT_CALLS_PER_10S,
  hubspotTimeoutMs: read.HUBSPOT_TIMEOUT_MS,
  enrichmentSecret: read.ENRICHMENT_SECRET ?? null,
  enrichmentPrivateAddresses: read.ENRICHMENT_PRIVATE_ADDRESSES === 'true',
  databaseUrl: read.DATABASE_URL ?? null,
  dataDir: read.DATA_DIR,
  logLevel: read.LOG_LEVEL,
});

const mendOf = (issue: {
  readonly code?: string;
  readonly message: string;
  readonly values?: readonly unknown[];
}) =>
  issue.code === 'invalid_value' && issue.values
    ? `must be one of ${issue.values.map(String).join(', ')}`
    : issue.message;

const descriptionOf = (name: string): string => {
  const schema = Object.entries(VARIABLES.shape).find(([key]) => key === name)?.[1];
  if (schema?.description === undefined) throw new Error(`The variable ${name} has no description.`);
  return schema.description;
};
