import type {
  Alert,
  AssociationsRequest,
  CrmProperties,
  FetchOutcome,
  HostApi,
  HostConfig,
  HostExtension,
  HostUser,
  IframeModal,
  SearchRequest,
} from '../../protocol.ts';
import { ask, crm, type CrmObject, readDefinitions, readObjects, VERSION } from '../crm.ts';

type Parts = {
  readonly config: HostConfig;
  readonly user: HostUser;
  readonly record: { readonly objectId: string; readonly objectTypeId: string } | undefined;
  readonly extension: HostExtension;
  readonly notify: (alert: Alert) => void;
  readonly crashed: (text: string) => void;
  readonly refresh: () => Promise<void>;
  readonly closeOverlay: (id: string) => void;
  readonly openIframe: (modal: IframeModal) => Promise<void>;
  readonly navigateToPage: (to: string, params: Readonly<Record<string, string>>) => void;
};

/** What the page does for a worker. */
export const createHostApi = (parts: Parts): HostApi => {
  const { record, user, extension } = parts;
  return {
    fetch: (order) => ask<FetchOutcome>('/host/fetch', 'POST', { order, userId: user.id }),
    log: async (level, text) => {
      const write = level === 'error' ? console.error : level === 'warn' ? console.warn : console.info;
      write(`[${extension.title}] ${text}`);
    },
    crashed: async (text) => {
      console.error(`[${extension.title}] ${text}`);
      parts.crashed(text);
    },
    addAlert: async (alert) => parts.notify(alert),
    reloadPage: async () => window.location.reload(),
    readProperties: (names) => readProperties(record, names),
    refreshObjectProperties: () => parts.refresh(),
    openIframeModal: (modal) => parts.openIframe(modal),
    closeOverlay: async (id) => parts.closeOverlay(id),
    copyText: (text) => navigator.clipboard.writeText(text),
    navigateToPage: async (to, params) => parts.navigateToPage(to, params),
    readAssociations: (request) => readAssociations(record, request),
    search,
  };
};

type RecordRef = Parts['record'];

/** @throws where there is no record (settings, home, bulk actions) */
const recordOf = (record: RecordRef): NonNullable<RecordRef> => {
  if (!record) throw new Error('There is no record at this place.');
  return record;
};

const readProperties = async (ref: RecordRef, names: readonly string[] | '*'): Promise<CrmProperties> => {
  const { objectId, objectTypeId } = recordOf(ref);
  const wanted = names === '*' ? (await readDefinitions(objectTypeId)).map(({ name }) => name) : names;
  const [object] = await readObjects(objectTypeId, [objectId], wanted);
  return Object.fromEntries(wanted.map((name) => [name, object?.properties[name] ?? null]));
};

type AssociationRow = {
  readonly toObjectId: number | string;
  readonly associationTypes: readonly { category: string; typeId: number; label: string | null }[];
};

/** In the shape of the SDK's `AssociationsResponse`. */
const readAssociations = async (ref: RecordRef, request: AssociationsRequest): Promise<unknown> => {
  const { objectId, objectTypeId } = recordOf(ref);
  const { toObjectType, properties = [], pageLength = 100, offset = 0 } = request;
  const { results } = await crm<{ results: readonly { to: readonly AssociationRow[] }[] }>(
    `/crm/associations/${VERSION}/${objectTypeId}/${toObjectType}/batch/read`,
    'POST',
    { inputs: [{ id: objectId }] },
  );
  const all = results.flatMap(({ to }) => to);
  const page = all.slice(offset, offset + pageLength);
  const objects = await readObjects(
    toObjectType,
    page.map(({ toObjectId }) => String(toObjectId)),
    properties,
  );
  const byId = new Map(objects.map((object) => [object.id, object]));
  return {
    results: page.map(({ toObjectId, associationTypes }) => ({
      toObjectId: Number(toObjectId),
      associationTypes: associationTypes.map((type) => ({ ...type, label: type.label ?? '' })),
      properties: byId.get(String(toObjectId))?.properties ?? {},
    })),
    hasMore: offset + pageLength < all.length,
    nextOffset: offset + page.length,
  };
};

/** In the shape of the SDK's `CrmSearchResponse`. */
const search = async (request: SearchRequest): Promise<unknown> => {
  const { objectType, pageLength = 10, ...rest } = request;
  const answer = await crm<{
    results: readonly CrmObject[];
    total: number;
    paging?: { next?: { after: string } };
  }>(`/crm/objects/${VERSION}/${objectType}/search`, 'POST', { ...rest, limit: pageLength });
  const after = answer.paging?.next?.after;
  return {
    results: answer.results.map(({ id, properties }) => ({ objectId: Number(id), properties })),
    total: answer.total,
    hasMore: after !== undefined,
    ...(after !== undefined && { after }),
  };
};
