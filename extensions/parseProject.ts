import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { getAllHsProfiles, loadHsProfileFile } from '@hubspot/project-parsing-lib/profiles';
import { parseProjectConfig } from '@hubspot/project-parsing-lib/projects';
import { isTranslationError, translate } from '@hubspot/project-parsing-lib/translate';
import { EVENT_HANDLERS, META_SCHEMAS } from './metaSchemas.ts';

export type Component = {
  readonly uid: string;
  readonly type: string;
  readonly file: string;
  readonly config: Readonly<Record<string, unknown>>;
};

export type ParsedProject = {
  readonly components: readonly Component[];
  readonly problems: readonly string[];
};

/** The account id is only named in the download of schemas, which does not take place. */
const NO_ACCOUNT = 1;

/**
 * Reads the project with HubSpot's own parser, as `hs project upload` does, once with every profile: metafiles,
 * folders, uids, variables, and our schemas in the place of those that the parser would download.
 *
 * @param projectDir the folder of `hsproject.json`
 * @returns the components with the last profile's variables filled in, and every problem as a sentence
 */
export async function parseProject(projectDir: string): Promise<ParsedProject> {
  const { srcDir, platformVersion } = parseProjectConfig(projectDir);
  const projectSourceDir = path.join(projectDir, srcDir);
  const profiles = (await getAllHsProfiles(projectSourceDir)).sort();
  if (profiles.length === 0) return { components: [], problems: [`No hsprofile.*.json in ${srcDir}.`] };
  const problems = new Set<string>();
  let components: readonly Component[] = [];
  for (const profile of profiles) {
    try {
      const result = await withOwnSchemas(() =>
        translate(
          { projectSourceDir, platformVersion, accountId: NO_ACCOUNT },
          { profile, skipValidation: false },
        ),
      );
      components = Object.values(result.intermediateRepresentation.intermediateNodesIndexedByUid).map(
        (node) => ({
          uid: node.uid,
          type: node.componentType,
          file: node.metaFilePath,
          config: node.config as Component['config'],
        }),
      );
      for (const file of result.skippedHsMetaFiles)
        problems.add(`${file} is in no folder that HubSpot reads, so it would be skipped in silence.`);
      const { variables } = loadHsProfileFile(projectSourceDir, profile);
      for (const problem of addressProblems(components, variables ?? {}))
        problems.add(`${profile}: ${problem}`);
    } catch (error) {
      problems.add(`${profile}: ${isTranslationError(error) ? error.toString() : String(error)}`);
    }
  }
  for (const problem of subscriptionProblems(components)) problems.add(problem);
  return { components, problems: [...problems] };
}

/**
 * Hands our schemas to the parser where it would download HubSpot's. The parser's own copy of the transport is
 * looked up from where the parser stands, so that there is no second copy to miss.
 */
async function withOwnSchemas<T>(work: () => Promise<T>): Promise<T> {
  const parser = createRequire(import.meta.resolve('@hubspot/project-parsing-lib/translate'));
  const transport = pathToFileURL(parser.resolve('@hubspot/local-dev-lib/http')).href;
  const { http } = (await import(transport)) as { http: { get: () => Promise<{ data: unknown }> } };
  const original = http.get;
  http.get = () => Promise.resolve({ data: META_SCHEMAS });
  try {
    return await work();
  } finally {
    http.get = original;
  }
}

/** Every address that an uploaded card or HubSpot will call belongs to the server that the profile names. */
function addressProblems(
  components: readonly Component[],
  variables: Readonly<Record<string, unknown>>,
): readonly string[] {
  const base = variables['API_BASE_URL'];
  if (typeof base !== 'string' || !URL.canParse(base)) return ['API_BASE_URL is missing or not a URL.'];
  const problems: string[] = [];
  if (base.endsWith('/')) problems.push('API_BASE_URL must not end with a slash.');
  const permitted = components.flatMap(({ config }) => textsIn(config, 'permittedUrls', 'fetch'));
  if (!permitted.includes(base)) problems.push(`permittedUrls.fetch does not allow API_BASE_URL (${base}).`);
  const foreign = permitted.filter((url) => url !== base);
  if (foreign.length > 0)
    problems.push(`permittedUrls.fetch allows more than the server: ${foreign.join(', ')}.`);
  const targets = components.flatMap(({ config }) => textsIn(config, 'settings', 'targetUrl'));
  for (const target of targets)
    if (target !== `${base}/v1/webhooks`)
      problems.push(`Webhooks go to ${target}, and the server listens at ${base}/v1/webhooks.`);
  for (const { file, config } of components)
    for (const address of textsOf(config, ['actionUrl', 'optionsUrl']))
      if (!address.startsWith(`${base}/v1/workflow/`))
        problems.push(
          `${file} calls ${address}, and the server answers workflows below ${base}/v1/workflow/.`,
        );
  return problems;
}

/** The texts under these names, however deep they stand. */
function textsOf(value: unknown, names: readonly string[]): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    names.includes(name) && typeof inner === 'string' ? [inner] : textsOf(inner, names),
  );
}

function subscriptionProblems(components: readonly Component[]): readonly string[] {
  const subscriptions = components
    .filter(({ type }) => type === 'WEBHOOKS')
    .flatMap(
      ({ config }) => Object.values(config['subscriptions'] ?? {}).flat() as { subscriptionType: string }[],
    );
  return [...new Set(subscriptions.map(({ subscriptionType }) => subscriptionType))]
    .filter((type) => !Object.hasOwn(EVENT_HANDLERS, type))
    .map((type) => `Nothing handles the subscription ${type}.`);
}

const textsIn = (config: Component['config'], outer: string, inner: string): readonly string[] =>
  [(config[outer] as Record<string, unknown> | undefined)?.[inner] ?? []].flat().map(String);

/** The entry files of all components that have one, without repetition. */
export async function entriesOf(
  projectDir: string,
  components: readonly Component[],
): Promise<readonly string[]> {
  const { srcDir } = JSON.parse(await readFile(path.join(projectDir, 'hsproject.json'), 'utf8')) as {
    srcDir: string;
  };
  const entries = components.flatMap(({ config }) => config['entrypoint'] ?? []).map(String);
  return [...new Set(entries)].map((entry) => path.join(projectDir, srcDir, entry));
}
