import { retain } from '@remote-ui/rpc';
import type { AssociationsRequest, CrmProperties, HostApi, SearchRequest } from '../protocol.ts';

type Watcher = {
  readonly names: readonly string[] | '*';
  readonly callback: (properties: CrmProperties) => void;
};

/** What the SDK's data hooks expect of a response: `json()` with data or an error, and a way to stop listening. */
type HookResponse = { readonly json: () => Promise<{ data?: unknown; error?: string; cleanup: () => void }> };

export type CrmReaders = ReturnType<typeof createCrmReaders>;

/** The reading half of `hsWorkerAPI`, and the list of those who want to hear of changed properties. */
export const createCrmReaders = () => {
  const watchers = new Set<Watcher>();
  const watch = (names: readonly string[] | '*', callback: Watcher['callback']): (() => void) => {
    const watcher = { names, callback };
    watchers.add(watcher);
    retain(callback);
    return () => void watchers.delete(watcher);
  };
  return {
    watch,
    announce: (properties: CrmProperties): void => {
      for (const { names, callback } of watchers) callback(only(names, properties));
    },
    hooksFor: (host: HostApi) => ({
      fetchCrmProperties: async (
        names: readonly string[],
        callback: Watcher['callback'],
      ): Promise<HookResponse> => {
        const stop = watch(names, callback);
        return respond(() => host.readProperties(names), stop);
      },
      fetchAssociations: async (request: AssociationsRequest) =>
        respond(() => host.readAssociations(request)),
      fetchCrmSearch: async (request: SearchRequest) => respond(() => host.search(request)),
      // Values are handed over as they are stored: HubSpot's display formats need its own property metadata.
      formatCrmProperties: async ({ propertiesList }: { propertiesList: unknown }) => ({
        json: async () => propertiesList,
      }),
    }),
  };
};

const respond = async (
  read: () => Promise<unknown>,
  cleanup = (): void => undefined,
): Promise<HookResponse> => {
  try {
    const data = await read();
    return { json: async () => ({ data, cleanup }) };
  } catch (error) {
    return { json: async () => ({ error: error instanceof Error ? error.message : String(error), cleanup }) };
  }
};

const only = (names: readonly string[] | '*', properties: CrmProperties): CrmProperties =>
  names === '*' ? properties : Object.fromEntries(names.map((name) => [name, properties[name] ?? null]));
