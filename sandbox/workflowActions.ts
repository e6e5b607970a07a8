import { readFile, readdir } from 'node:fs/promises';
import path from 'node:path';

/** A custom workflow action, as the control plane of the emulated API takes it. */
export type WorkflowAction = {
  readonly uid: string;
  readonly label: string;
  readonly actionUrl: string;
  readonly publicUrl: string;
  readonly objectTypes: readonly string[];
  readonly properties: readonly string[];
  readonly inputFields: readonly ActionInput[];
  readonly outputFields: readonly string[];
};

type Option = { readonly value: string; readonly label: string };
type ActionInput = { readonly name: string; readonly label: string; readonly options: readonly Option[] };

type Field = { readonly typeDefinition: { readonly name: string; readonly options?: readonly Option[] } };

type Metafile = {
  readonly uid: string;
  readonly config: {
    readonly actionUrl: string;
    readonly isPublished: boolean;
    readonly objectTypes: readonly string[];
    readonly inputFields?: readonly Field[];
    readonly outputFields?: readonly Field[];
    readonly objectRequestOptions?: { readonly properties?: readonly string[] };
    readonly labels: {
      readonly en: {
        readonly actionName: string;
        readonly inputFieldLabels?: Readonly<Record<string, string>>;
      };
    };
  };
};

const BASE_URL = '${API_BASE_URL}';
const namesOf = (fields: readonly Field[] = []): string[] =>
  fields.map(({ typeDefinition }) => typeDefinition.name);

/**
 * The app's published workflow actions, out of the metafiles that are uploaded to HubSpot.
 *
 * @param extensionsDir the folder of the app's HubSpot project
 * @param serverUrl where the app's server listens, e.g. http://127.0.0.1:3000
 * @param publicUrl the same as it is called from outside: what is signed
 */
export const readWorkflowActions = async (
  extensionsDir: string,
  serverUrl: string,
  publicUrl: string,
): Promise<WorkflowAction[]> => {
  const folder = path.join(extensionsDir, 'src', 'app', 'workflow-actions');
  const files = (await readdir(folder)).filter((name) => name.endsWith('-hsmeta.json')).sort();
  const metafiles = await Promise.all(
    files.map(async (name) => JSON.parse(await readFile(path.join(folder, name), 'utf8')) as Metafile),
  );
  return metafiles
    .filter(({ config }) => config.isPublished)
    .map(({ uid, config }) => ({
      uid,
      label: config.labels.en.actionName,
      actionUrl: config.actionUrl.replace(BASE_URL, serverUrl),
      publicUrl: config.actionUrl.replace(BASE_URL, publicUrl),
      objectTypes: config.objectTypes,
      properties: config.objectRequestOptions?.properties ?? [],
      inputFields: (config.inputFields ?? []).map(({ typeDefinition: { name, options = [] } }) => ({
        name,
        label: config.labels.en.inputFieldLabels?.[name] ?? name,
        options,
      })),
      outputFields: namesOf(config.outputFields),
    }));
};
