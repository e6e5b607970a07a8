/** The emulated HubSpot API as a server. */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type ErrorRequestHandler } from 'express';
import { createControl } from './control.ts';
import { createApi } from './http.ts';
import { loadWorld, saveWorld } from './snapshot.ts';
import { createWorld } from './world.ts';

export type CrmOptions = {
  /** 0 picks a free port */
  readonly port: number;
  readonly host?: string;
  /** the machine's clock, milliseconds since 1970 */
  readonly now?: () => number;
  /** where unexpected errors go; nowhere by default, since the answer is a 500 anyway */
  readonly log?: (line: string) => void;
  /** where portals are kept between runs; nowhere by default */
  readonly directory?: string;
};

export type CrmServer = {
  readonly url: string;
  readonly port: number;
  /** Stops listening, drops open connections, saves when there is a directory. */
  readonly close: () => Promise<void>;
};

/**
 * Starts the emulated API: HubSpot's paths, and the control plane under `/sandbox`.
 *
 * @throws when the port is taken, or the directory holds a snapshot that cannot be read
 */
export const startCrm = async (options: CrmOptions): Promise<CrmServer> => {
  const world = createWorld(options.now ?? Date.now);
  if (options.directory !== undefined) await loadWorld(world, options.directory);
  const app = express();
  app.disable('x-powered-by');
  app.set('etag', false);
  app.use('/sandbox', createControl(world));
  app.use(createApi(world));
  const onError: ErrorRequestHandler = (error: unknown, _req, res, _next) => {
    options.log?.(error instanceof Error ? (error.stack ?? error.message) : String(error));
    res.status(500).json({ status: 'error', category: 'INTERNAL_ERROR', message: 'internal error' });
  };
  app.use(onError);
  // Long URLs must reach the 414 of the API instead of Node's 431.
  const server = createServer({ maxHeaderSize: 128 * 1024, keepAliveTimeout: 30_000 }, app);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host ?? '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    close: async () => {
      for (const { webhooks, workflows } of world.portals.values()) {
        webhooks.close();
        workflows.close();
      }
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      if (options.directory !== undefined) await saveWorld(world, options.directory);
    },
  };
};
