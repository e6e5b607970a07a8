import { createRemoteReceiver, type RemoteReceiver } from '@remote-ui/core';
import { createEndpoint, fromWebWorker } from '@remote-ui/rpc';
import type { CrmProperties, ExtensionContext, HostApi, PageLocation } from '../../protocol.ts';
import type { WorkerApi } from '../../worker/main.tsx';

export type Connection = {
  readonly receiver: RemoteReceiver;
  readonly propertiesChanged: (properties: CrmProperties) => void;
  readonly locationChanged: (location: PageLocation) => void;
  readonly end: () => void;
};

/** Starts a worker for one extension on one record and hands it the bundle, the context and the page's offers. */
export const connect = (
  bundleUrl: string,
  context: ExtensionContext,
  location: PageLocation,
  host: HostApi,
): Connection => {
  const worker = new Worker('/host/worker.js');
  const receiver = createRemoteReceiver();
  const endpoint = createEndpoint<WorkerApi>(fromWebWorker(worker));
  worker.addEventListener(
    'error',
    ({ message }) => void host.crashed(message || 'The worker did not start.'),
  );
  const report = (error: unknown): void => void host.log('error', String(error));
  endpoint.call.run(bundleUrl, context, location, receiver.receive, host).catch(report);
  return {
    receiver,
    propertiesChanged: (properties) => void endpoint.call.propertiesChanged(properties).catch(report),
    locationChanged: (next) => void endpoint.call.locationChanged(next).catch(report),
    end: () => endpoint.terminate(),
  };
};
