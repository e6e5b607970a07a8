/**
 * Who may import whom, and through which door a foreign package comes in. The one list: ESLint's rule
 * (architectureRule.ts) and test/house/architecture.test.ts both read it.
 */

/** One part of the house. A file belongs to the room with the longest path that it begins with. */
type RoomRow = {
  readonly name: string;
  readonly paths: readonly string[];
  /** Rooms whose files may be imported from here; a room may always import from itself. */
  readonly imports: readonly string[];
  /** Rooms of which only types may be imported, by the package name in `byPackage`. */
  readonly typesFrom?: readonly string[];
  /** Whether Node's own modules may be used; `false` where the code must not do any I/O, or runs elsewhere. */
  readonly node: boolean;
};

export const ROOMS = [
  { name: 'domain', paths: ['src/'], imports: [], node: false },
  { name: 'cards', paths: ['extensions/src/'], imports: [], typesFrom: ['domain'], node: false },
  { name: 'project tools', paths: ['extensions/'], imports: ['domain'], node: true },

  { name: 'config', paths: ['server/config.ts'], imports: [], node: false },
  { name: 'telemetry', paths: ['server/telemetry.ts', 'server/scrub.ts'], imports: [], node: true },
  { name: 'hubspot', paths: ['server/hubspot/'], imports: ['domain', 'telemetry'], node: true },
  { name: 'store', paths: ['server/store/'], imports: ['domain', 'telemetry'], node: true },
  // Whatever the customer has beside HubSpot, called by us.
  { name: 'tools', paths: ['server/tools/'], imports: ['domain', 'telemetry'], node: true },
  { name: 'jobs', paths: ['server/jobs/'], imports: ['domain', 'store', 'hubspot', 'telemetry'], node: true },
  {
    name: 'flows',
    paths: ['server/flows/'],
    imports: ['domain', 'store', 'jobs', 'hubspot', 'tools', 'telemetry'],
    node: true,
  },
  { name: 'http', paths: ['server/http/'], imports: ['domain', 'flows', 'tools', 'telemetry'], node: true },
  {
    name: 'server',
    // The last one is a command of its own: it reads the configuration, as main.ts does.
    paths: ['server/', 'server/store/transferMain.ts'],
    imports: ['domain', 'config', 'telemetry', 'http', 'flows', 'jobs', 'store', 'hubspot', 'tools'],
    node: true,
  },

  // What imitates HubSpot must not share code with what talks to it: shared code would hide shared mistakes.
  { name: 'sandbox crm', paths: ['sandbox/crm/'], imports: [], node: true },
  { name: 'sandbox host', paths: ['sandbox/host/'], imports: [], node: true },
  { name: 'sandbox', paths: ['sandbox/'], imports: ['sandbox crm', 'sandbox host'], node: true },
  // The product is measured from outside, over HTTP.
  { name: 'bench', paths: ['bench/'], imports: ['sandbox', 'sandbox host', 'project tools'], node: true },

  {
    name: 'tests',
    paths: ['test/'],
    imports: [
      'domain',
      'cards',
      'project tools',
      'config',
      'telemetry',
      'hubspot',
      'tools',
      'store',
      'jobs',
      'flows',
      'http',
      'server',
      'sandbox crm',
      'sandbox host',
      'sandbox',
      'bench',
      'root',
    ],
    node: true,
  },
  { name: 'root', paths: [''], imports: ['project tools'], node: true },
] as const satisfies readonly RoomRow[];

/**
 * A foreign package and the places that may import it. Beginnings of paths; a full path names one file. Tests and
 * benchmarks may import every package.
 */
export const DOORS: Readonly<Record<string, readonly string[]>> = {
  // server
  '@electric-sql/pglite': ['server/store/'],
  '@hubspot/api-client': ['server/hubspot/client.ts'],
  express: ['server/http/', 'sandbox/'],
  helmet: ['server/http/app.ts'],
  kysely: ['server/store/'],
  pg: ['server/store/'],
  'pg-boss': ['server/jobs/queue.ts'],
  pino: ['server/telemetry.ts'],
  'prom-client': ['server/telemetry.ts'],
  'rate-limiter-flexible': ['server/hubspot/budget.ts'],
  uuid: ['server/wire.ts'],
  zod: [
    'src/contract.ts',
    'src/contract/',
    'server/config.ts',
    'server/http/',
    'server/hubspot/',
    'extensions/metaSchemas.ts',
  ],
  'zod-openapi': ['server/http/openapi.ts'],
  // domain
  'libphonenumber-js': ['src/dataChecks.ts'],
  'temporal-polyfill': ['src/calendar.ts'],
  // extensions
  // The host draws what the components are given, and takes the shapes from their own types.
  '@hubspot/ui-extensions': ['extensions/src/', 'sandbox/host/page/'],
  react: ['extensions/src/', 'sandbox/host/'],
  '@hubspot/project-parsing-lib': ['extensions/parseProject.ts'],
  '@hubspot/ui-extensions-dev-server': ['extensions/', 'sandbox/host/'],
  // sandbox
  '@mantine/charts': ['sandbox/host/page/'],
  '@mantine/core': ['sandbox/host/page/'],
  '@mantine/hooks': ['sandbox/host/page/'],
  '@remote-ui/core': ['sandbox/host/'],
  '@remote-ui/react': ['sandbox/host/'],
  '@remote-ui/rpc': ['sandbox/host/'],
  '@tabler/icons-react': ['sandbox/host/page/'],
  'csv-parse': ['sandbox/'],
  'react-dom': ['sandbox/host/page/'],
  'react-reconciler': ['sandbox/host/'],
  vite: ['sandbox/host/'],
  // checks of the repository itself
  '@eslint/js': ['eslint.config.js'],
  '@hubspot/eslint-config-ui-extensions': ['extensions/eslint.js'],
  ajv: ['extensions/metaSchemas.ts'],
  eslint: ['architectureRule.ts', 'eslint.config.js', 'extensions/check.ts'],
  'eslint-plugin-react-hooks': ['eslint.config.js'],
  typescript: ['extensions/imports.ts'],
  'typescript-eslint': ['eslint.config.js', 'extensions/eslint.js'],
};

/** The only files that read the environment. */
export const ENVIRONMENT_DOORS: readonly string[] = [
  'server/config.ts',
  'sandbox/start.ts',
  // Hands its own environment on to the bundler's process.
  'extensions/bundles.ts',
  'bench/database.ts',
  'test/',
];

/** Our own packages (npm workspaces), by the folder they stand for. */
const OWN_PACKAGES: Readonly<Record<string, string>> = { '@mql-rejection-loop/domain': 'src/' };

/** What is not read as code of ours. */
export const LEFT_OUT: readonly string[] = ['node_modules', 'dist', '.data', '.git', 'coverage'];

export type Import = {
  /** The importing file, from the repository's root, with slashes. */
  readonly from: string;
  /** As it is written. */
  readonly specifier: string;
  /** Whether it is erased: `import type` and `export type`. */
  readonly typeOnly: boolean;
};

/** @returns what is wrong with an import, as a sentence, or `null` when it follows the table */
export const importProblem = ({ from, specifier, typeOnly }: Import): string | null => {
  const room = roomOf(from);
  if (specifier.startsWith('node:'))
    return room.node ? null : `${room.name} must not use Node's own modules (${specifier}).`;
  if (specifier.startsWith('.')) {
    const target = roomOf(resolve(from, specifier));
    if (target.name === room.name || includes(room.imports, target.name)) return null;
    return includes(typesFromOf(room), target.name)
      ? `${room.name} takes types of ${target.name} by its package name, not by ${specifier}.`
      : `${room.name} must not import from ${target.name} (${specifier}).`;
  }
  const own = Object.entries(OWN_PACKAGES).find(([name]) => isOfPackage(specifier, name));
  if (own) {
    const target = roomOf(own[1]);
    if (includes(room.imports, target.name)) return null;
    if (!includes(typesFromOf(room), target.name))
      return `${room.name} must not import from ${target.name} (${specifier}).`;
    return typeOnly ? null : `${room.name} may import only types from ${target.name} (${specifier}).`;
  }
  return foreignProblem(from, specifier);
};

/** The room that a file belongs to; every file has one. */
export const roomOf = (file: string): RoomRow => {
  const [best] = ROOMS.flatMap((room) =>
    room.paths
      .filter((path) => (path === '' ? !file.includes('/') : file.startsWith(path)))
      .map((path) => ({ room, path })),
  ).sort((a, b) => b.path.length - a.path.length);
  if (best === undefined)
    throw new Error(`${file} is in no room: add its folder to ROOMS in architecture.ts.`);
  return best.room;
};

const foreignProblem = (from: string, specifier: string): string | null => {
  if (from.startsWith('test/') || from.startsWith('bench/') || from === 'jest.config.js') return null;
  const found = Object.entries(DOORS).find(([name]) => isOfPackage(specifier, name));
  if (found === undefined)
    return `${specifier} has no door: add it to DOORS in architecture.ts and to docs/dependencies.md.`;
  const [name, doors] = found;
  return doors.some((door) => from.startsWith(door))
    ? null
    : `${name} is imported through ${doors.join(', ')} only.`;
};

/** Joins a relative specifier to the folder of the file that it stands in. */
const resolve = (from: string, specifier: string): string => {
  const parts = from.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
};

const typesFromOf = (room: RoomRow): readonly string[] => room.typesFrom ?? [];

const includes = (names: readonly string[], name: string): boolean => names.includes(name);

const isOfPackage = (specifier: string, name: string): boolean =>
  specifier === name || specifier.startsWith(`${name}/`);
