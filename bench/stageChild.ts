/** The process that holds an emulated HubSpot; the product's server is a process of its own beneath it. */

import { type Sandbox, startSandbox } from '../sandbox/compose.ts';
import { answerParent } from './child.ts';
import type { StageOrders } from './stage.ts';

let sandbox: Sandbox | undefined;

const started = (): Sandbox => {
  if (!sandbox) throw new Error('The stage was not started.');
  return sandbox;
};

answerParent<StageOrders>(
  {
    start: async (options) => {
      sandbox = await startSandbox(options);
      const { crmUrl, serverUrl, publicUrl, portalId, accessToken, clientSecret, appId, serverPid } = sandbox;
      return { crmUrl, serverUrl, publicUrl, portalId, accessToken, clientSecret, appId, serverPid };
    },
    setClock: async (offsetMs) => {
      await started().setClock(offsetMs);
      return null;
    },
    stopServer: async () => {
      await started().stopServer();
      return null;
    },
  },
  async () => sandbox?.close(),
);
