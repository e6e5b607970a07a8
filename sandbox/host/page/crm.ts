/** HubSpot's date version, spelled as its paths do. */
export const VERSION = '2026-09';

export type CrmObject = {
  readonly id: string;
  readonly properties: Readonly<Record<string, string | null>>;
  readonly propertiesWithHistory?: Readonly<Record<string, readonly PropertyVersion[]>>;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly archived?: boolean;
};

export type PropertyVersion = {
  readonly value: string;
  readonly timestamp: string;
  readonly sourceType?: string;
  readonly sourceId?: string;
  readonly sourceLabel?: string;
  readonly updatedByUserId?: number;
};

/** A failed call of the page; `sentence` is for the person in front of it. */
export class PageError extends Error {
  readonly status: number;
  readonly sentence: string;

  constructor(status: number, sentence: string) {
    super(sentence);
    this.status = status;
    this.sentence = sentence;
  }
}

let actingUserId: number | undefined;

/** From now on the page acts for this user; the emulated API writes the name beside each change. */
export const actAs = (userId: number): void => {
  actingUserId = userId;
};

/** How a person changes records on this page; becomes the source of the change. */
export type Way = 'record' | 'board' | 'bulk' | `import; import=${number}`;

/**
 * Asks the host's server.
 *
 * @throws PageError with a sentence that says what is wrong
 */
export const ask = async <T>(where: string, method = 'GET', body?: unknown, way?: Way): Promise<T> => {
  const response = await fetch(where, {
    method,
    headers: {
      ...(body !== undefined && { 'content-type': 'application/json' }),
      ...(way && { 'x-sandbox-way': way }),
      ...(actingUserId !== undefined && { 'x-sandbox-user': String(actingUserId) }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  }).catch((): never => {
    throw new PageError(0, 'The sandbox does not answer. Is it still running?');
  });
  const text = await response.text();
  if (!response.ok) throw new PageError(response.status, sentenceOf(response.status, text));
  return (text ? JSON.parse(text) : undefined) as T;
};

const sentenceOf = (status: number, text: string): string => {
  const message = messageOf(text);
  if (status === 429)
    return 'The emulated HubSpot API is over its rate limit. It answers again in a few seconds.';
  if (status === 404) return 'This is not in the portal (any more).';
  return `The emulated HubSpot API answers ${status}${message ? `: ${message}` : '.'}`;
};

type Refusal = { readonly message?: string; readonly errors?: readonly { readonly message: string }[] };

/** What HubSpot says of a refusal: its details where it has any, since the message repeats them as JSON. */
export const wordsOf = ({ message, errors = [] }: Refusal): string | undefined =>
  errors.length > 0 ? errors.map((detail) => detail.message).join(' ') : message;

const messageOf = (text: string): string | undefined => {
  try {
    return wordsOf(JSON.parse(text) as Refusal);
  } catch {
    return undefined;
  }
};

/** A call of the emulated API through the host, which adds the token. */
export const crm = <T>(path: string, method = 'GET', body?: unknown, way?: Way): Promise<T> =>
  ask<T>(`/crm${path}`, method, body, way);

type Results<T> = {
  readonly results: readonly T[];
  readonly total?: number;
  readonly paging?: { readonly next?: { readonly after: string } };
};

/** Reads objects by id, in HubSpot's batches of 100; ids that no longer exist are left out. */
export const readObjects = async (
  type: string,
  ids: readonly string[],
  properties: readonly string[],
  withHistory: readonly string[] = [],
): Promise<readonly CrmObject[]> => {
  const pages = Array.from({ length: Math.ceil(ids.length / 100) }, (_, page) =>
    ids.slice(page * 100, page * 100 + 100),
  );
  const answers = await Promise.all(
    pages.map((page) =>
      crm<Results<CrmObject>>(`/crm/objects/${VERSION}/${type}/batch/read`, 'POST', {
        inputs: page.map((id) => ({ id })),
        properties,
        propertiesWithHistory: withHistory,
      }),
    ),
  );
  return answers.flatMap(({ results }) => results);
};

/** The ids of what an object is associated with. */
export const readAssociated = async (from: string, id: string, to: string): Promise<readonly string[]> => {
  const { results } = await crm<Results<{ to: readonly { toObjectId: number | string }[] }>>(
    `/crm/associations/${VERSION}/${from}/${to}/batch/read`,
    'POST',
    { inputs: [{ id }] },
  );
  return results.flatMap((row) => row.to.map(({ toObjectId }) => String(toObjectId)));
};

export type SearchOrder = {
  readonly query?: string;
  readonly filters: readonly { propertyName: string; operator: string; value: string }[];
  readonly properties: readonly string[];
  readonly sort?: { propertyName: string; direction: 'ASCENDING' | 'DESCENDING' };
  readonly limit: number;
  readonly after?: string;
};

/** HubSpot's search: newest data may take a moment to be found. */
export const searchObjects = (
  type: string,
  { filters, query, sort, ...order }: SearchOrder,
): Promise<Results<CrmObject>> =>
  crm(`/crm/objects/${VERSION}/${type}/search`, 'POST', {
    ...order,
    ...(query && { query }),
    filterGroups: filters.length ? [{ filters }] : [],
    sorts: sort ? [sort] : [],
  });

export type PropertyDefinition = {
  readonly name: string;
  readonly label: string;
  readonly groupName: string;
  readonly type: string;
  readonly fieldType: string;
  readonly modificationMetadata?: { readonly readOnlyValue?: boolean };
  readonly options?: readonly {
    readonly label: string;
    readonly value: string;
    readonly displayOrder?: number;
  }[];
};

const definitions = new Map<string, Promise<readonly PropertyDefinition[]>>();

/** The property definitions of an object type, read once per page. */
export const readDefinitions = (type: string): Promise<readonly PropertyDefinition[]> => {
  const known = definitions.get(type);
  if (known) return known;
  const asked = withStages(type);
  definitions.set(type, asked);
  // A failed reading is not remembered.
  asked.catch(() => definitions.delete(type));
  return asked;
};

export type Pipeline = {
  readonly id: string;
  readonly label: string;
  readonly stages: readonly { id: string; label: string }[];
};

/** The pipelines of an object type, with their stages in order. */
export const readPipelines = async (type: string): Promise<readonly Pipeline[]> =>
  (await crm<Results<Pipeline>>(`/crm/pipelines/${VERSION}/${type}`)).results;

/** Pipelines and stages have their labels in another place than all other enumerations. */
const withStages = async (type: string): Promise<readonly PropertyDefinition[]> => {
  const { results } = await crm<Results<PropertyDefinition>>(`/crm/properties/${VERSION}/${type}`);
  if (!results.some(({ name }) => name === 'hs_pipeline_stage') || type !== 'leads') return results;
  const pipelines = await readPipelines(type);
  const labels: Readonly<Record<string, readonly { id: string; label: string }[]>> = {
    hs_pipeline: pipelines,
    hs_pipeline_stage: pipelines.flatMap(({ stages }) => stages),
  };
  return results.map((definition) => {
    const options = labels[definition.name]?.map(({ id, label }) => ({ value: id, label }));
    return options ? { ...definition, type: 'enumeration', options } : definition;
  });
};

/** Reads the definitions anew next time: an app may have created properties meanwhile. */
export const forgetDefinitions = (): void => definitions.clear();
