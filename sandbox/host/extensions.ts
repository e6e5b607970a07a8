import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

export type Variables = Readonly<Record<string, string | number | boolean>>;

export type FoundExtension = {
  readonly uid: string;
  readonly title: string;
  readonly location: string;
  /** Bulk actions: beside the list, or over it. */
  readonly displayMode: 'PANEL' | 'MODAL';
  readonly objectTypeIds: readonly string[];
  /** Folder of the hsmeta file: the root that HubSpot's builder works in. */
  readonly root: string;
  /** Absolute path of the entry file. */
  readonly entry: string;
};

export type FoundProject = {
  readonly appName: string;
  readonly permittedFetch: readonly string[];
  readonly variables: Variables;
  readonly extensions: readonly FoundExtension[];
  /** What could not be used, as sentences for the page. */
  readonly problems: readonly string[];
};

type Metafile = { readonly file: string; readonly uid: string; readonly type: string; readonly config: Json };
type Json = { readonly [key: string]: unknown };

/** Folder under `<srcDir>/app` for each component type the host draws (hubspot project layout 2026.09). */
const FOLDERS = ['', 'cards', 'pages', 'settings', 'actions'] as const;

/** Names that hsmeta files use for standard objects, with their type ids (HubSpot's "Understanding the CRM"). */
const OBJECT_TYPE_IDS: Readonly<Record<string, string>> = {
  contacts: '0-1',
  companies: '0-2',
  deals: '0-3',
  tickets: '0-5',
  leads: '0-136',
};

/**
 * Reads a HubSpot project from disk: app, cards, page, settings and bulk actions, with `${variable}`s filled in.
 *
 * @param folder the folder that holds `hsproject.json`, or any folder below it
 * @param profile which `hsprofile.<profile>.json` gives the variables; without one, `sandbox` or the only one there
 * @throws when no `hsproject.json` is found, or a metafile is not JSON
 */
export const findProject = async (folder: string, profile?: string): Promise<FoundProject> => {
  const projectDir = await findProjectDir(path.resolve(folder));
  const project = await readJson(path.join(projectDir, 'hsproject.json'));
  const srcDir = path.join(projectDir, String(project['srcDir']));
  const variables = await readVariables(srcDir, profile);
  const metafiles = await readMetafiles(srcDir, variables);
  const app = metafiles.find(({ type }) => type === 'app');
  const problems: string[] = [];
  if (!app) problems.push(`No app metafile found under ${path.join(String(project['srcDir']), 'app')}.`);
  const extensions = metafiles.flatMap((metafile) => toExtension(metafile, srcDir, problems));
  return {
    appName: text(app?.config['name']) ?? text(project['name']) ?? 'App',
    permittedFetch: strings(asJson(app?.config['permittedUrls'])['fetch']),
    variables,
    extensions,
    problems,
  };
};

const toExtension = (metafile: Metafile, srcDir: string, problems: string[]): FoundExtension[] => {
  const location = locationOf(metafile);
  if (!location) return [];
  const { config, uid, file } = metafile;
  const entrypoint = config['entrypoint'];
  if (typeof entrypoint !== 'string') {
    problems.push(`${path.basename(file)} has no entrypoint, so it is not shown.`);
    return [];
  }
  const names = strings(config['objectTypes']);
  const unknown = names.filter((name) => !objectTypeId(name));
  if (unknown.length) problems.push(`${path.basename(file)}: unknown object types ${unknown.join(', ')}.`);
  return [
    {
      uid,
      title: text(config['name']) ?? text(config['label']) ?? uid,
      location,
      displayMode: config['displayMode'] === 'MODAL' ? 'MODAL' : 'PANEL',
      objectTypeIds: names.flatMap((name) => objectTypeId(name) ?? []),
      root: path.dirname(file),
      // "/app/cards/X.tsx": entry points are written from srcDir with a leading slash.
      entry: path.join(srcDir, entrypoint),
    },
  ];
};

const locationOf = ({ type, config }: Metafile): string | undefined => {
  if (type === 'card') return text(config['location']);
  if (type === 'settings') return 'settings';
  if (type === 'crm-bulk-action') return 'crm.bulkActions';
  // 2025.2 pages say where they live ("home"); the page router of 2026.03 and later says nothing.
  if (type === 'page' || type === 'pages') return text(config['location']) ?? 'pages';
  return undefined;
};

const objectTypeId = (name: string): string | undefined =>
  /^\d+-\d+$/.test(name) ? name : OBJECT_TYPE_IDS[name.toLowerCase()];

const readMetafiles = async (srcDir: string, variables: Variables): Promise<Metafile[]> => {
  const found = await Promise.all(
    FOLDERS.map(async (folder) => {
      const dir = path.join(srcDir, 'app', folder);
      const names = (await listed(dir)).filter((name) => name.endsWith('-hsmeta.json')).sort();
      return Promise.all(names.map((name) => readMetafile(path.join(dir, name), variables)));
    }),
  );
  return found.flat();
};

const readMetafile = async (file: string, variables: Variables): Promise<Metafile> => {
  const raw = fillIn(await readJson(file), variables) as Json;
  return { file, uid: String(raw['uid']), type: String(raw['type']), config: asJson(raw['config']) };
};

/** Fills `${name}` in every string; a name without a value stays as it is written, so that it can be seen. */
const fillIn = (value: unknown, variables: Variables): unknown => {
  if (typeof value === 'string')
    return value.replace(/\$\{([^}]+)\}/g, (whole, name: string) => String(variables[name.trim()] ?? whole));
  if (Array.isArray(value)) return value.map((item) => fillIn(item, variables));
  if (value && typeof value === 'object')
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fillIn(item, variables)]));
  return value;
};

const readVariables = async (srcDir: string, profile: string | undefined): Promise<Variables> => {
  const profiles = (await listed(srcDir)).filter((name) => /^hsprofile\..+\.json$/.test(name));
  const wanted = `hsprofile.${profile ?? 'sandbox'}.json`;
  const name = profiles.includes(wanted) ? wanted : profile === undefined ? profiles.sort()[0] : undefined;
  if (profile !== undefined && !name) throw new Error(`${wanted} is missing in ${srcDir}.`);
  if (!name) return {};
  return asJson((await readJson(path.join(srcDir, name)))['variables']) as Variables;
};

const findProjectDir = async (folder: string): Promise<string> => {
  if ((await listed(folder)).includes('hsproject.json')) return folder;
  const parent = path.dirname(folder);
  if (parent === folder) throw new Error('No hsproject.json found in the extensions folder or above it.');
  return findProjectDir(parent);
};

const listed = async (dir: string): Promise<string[]> => {
  try {
    return await readdir(dir);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
};

const readJson = async (file: string): Promise<Json> => {
  const text = await readFile(file, 'utf8');
  try {
    return asJson(JSON.parse(text));
  } catch (cause) {
    throw new Error(`${file} is not valid JSON.`, { cause });
  }
};

const asJson = (value: unknown): Json =>
  value && typeof value === 'object' && !Array.isArray(value) ? (value as Json) : {};

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
