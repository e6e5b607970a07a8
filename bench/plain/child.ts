/** The process of the plain handler. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerParent } from '../child.ts';
import type { PlainOrders } from './portal.ts';
import { createPlainApp } from './handler.ts';

let server: ReturnType<typeof createServer> | undefined;

answerParent<PlainOrders>(
  {
    start: async (options) => {
      const listening = (server = createServer(await createPlainApp(options)));
      await new Promise<void>((resolve, reject) => {
        listening.once('error', reject);
        listening.listen(0, '127.0.0.1', resolve);
      });
      return `http://127.0.0.1:${(listening.address() as AddressInfo).port}`;
    },
  },
  async () => {
    server?.closeAllConnections();
    server?.close();
  },
);
