// The worker in which an extension's production bundle runs, as in HubSpot's page: React and @remote-ui/react are
// globals, the SDK finds its host through globals too, and there is neither a DOM nor a network.
import { createEndpoint, release, retain } from '@remote-ui/rpc';
import * as RemoteUI from '@remote-ui/react';
import type { RemoteChannel } from '@remote-ui/core';
import * as React from 'react';
import type { CrmProperties, ExtensionContext, HostApi, PageLocation } from '../protocol.ts';
import { createActions, toHsFetch, type Actions } from './actions.ts';
import { createCrmReaders } from './crm-readers.ts';
import { createPlace } from './place.ts';
import { CrashBoundary } from './crash-boundary.tsx';
import { textOf } from './error-text.ts';

type Api = {
  readonly context: ExtensionContext;
  readonly actions: Actions;
  readonly runServerlessFunction: () => Promise<never>;
};
type Extend = (callback: (api: Api) => React.ReactElement) => void;

type WorkerScope = typeof globalThis & {
  importScripts: (url: string) => void;
  [name: string]: unknown;
};

const scope = self as unknown as WorkerScope;
const loadScript = scope.importScripts.bind(scope);

/** What the worker offers to the page. */
export type WorkerApi = {
  readonly run: (
    bundleUrl: string,
    context: ExtensionContext,
    location: PageLocation,
    channel: RemoteChannel,
    host: HostApi,
  ) => Promise<void>;
  readonly locationChanged: (location: PageLocation) => Promise<void>;
  readonly propertiesChanged: (properties: CrmProperties) => Promise<void>;
};

const endpoint = createEndpoint<unknown>(scope as unknown as Worker);
const readers = createCrmReaders();
const place = createPlace();
let started = false;

endpoint.expose({
  run: async (
    bundleUrl: string,
    context: ExtensionContext,
    location: PageLocation,
    channel: RemoteChannel,
    host: HostApi,
  ) => {
    if (started) throw new Error('A worker runs one extension.');
    started = true;
    place.set(location);
    retain(channel);
    retain(host);
    scope.addEventListener('unhandledrejection', ({ reason }) => void host.log('error', textOf(reason)));
    scope.addEventListener('error', ({ message }) => void host.log('error', message));
    try {
      const api = createApi(context, host);
      const callback = evaluate(bundleUrl, host, api);
      const root = RemoteUI.createRemoteRoot(channel);
      RemoteUI.createRoot(root).render(
        <CrashBoundary onCrash={(error) => void host.crashed(textOf(error))}>
          <Extension callback={callback} api={api} />
        </CrashBoundary>,
      );
      void root.mount();
    } catch (error) {
      release(channel);
      await host.crashed(textOf(error));
    }
  },
  locationChanged: async (location: PageLocation) => place.set(location),
  propertiesChanged: async (properties: CrmProperties) => readers.announce(properties),
});

const Extension = ({ callback, api }: { callback: (api: Api) => React.ReactElement; api: Api }) =>
  callback(api);

const createApi = (context: ExtensionContext, host: HostApi): Api => ({
  context,
  actions: createActions(host, readers),
  runServerlessFunction: () => Promise.reject(new Error('The sandbox has no serverless functions.')),
});

/**
 * Loads the bundle after the globals it captures are in place, and takes the browser's own ways out before that.
 *
 * @returns what the bundle gave to `hubspot.extend`
 */
const evaluate = (bundleUrl: string, host: HostApi, api: Api): ((api: Api) => React.ReactElement) => {
  let extended: ((api: Api) => React.ReactElement) | undefined;
  const extend: Extend = (callback) => {
    extended = callback;
  };
  const log =
    (level: string) =>
    (data: unknown): void =>
      void host.log(level, String(data));
  Object.assign(scope, {
    React,
    RemoteUI,
    __HUBSPOT_EXTENSION_WORKER__: true,
    extend_V2: extend,
    logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    hsFetch: toHsFetch(host),
    serverless: api.runServerlessFunction,
    hsWorkerAPI: {
      useExtensionContext: () => api.context,
      useExtensionActions: () => api.actions,
      useExtensionApi: () => api,
      useAppPageLocation: () => React.useSyncExternalStore(place.subscribe, place.get),
      ...readers.hooksFor(host),
      fetchHubSpotApi: () => Promise.reject(new Error('The sandbox does not imitate fetchHubSpotApi.')),
    },
  });
  removeNatives();
  loadScript(bundleUrl);
  if (!extended) throw new Error('The bundle never called hubspot.extend().');
  return extended;
};

/** Which globals HubSpot removes is not published; these are the ways out of the worker and its stores. */
const removeNatives = (): void => {
  const names = [
    'fetch',
    'XMLHttpRequest',
    'WebSocket',
    'EventSource',
    'indexedDB',
    'caches',
    'importScripts',
  ];
  for (const name of names)
    Object.defineProperty(scope, name, { value: undefined, writable: false, configurable: false });
};
