import type { RequestListener, Server, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import { AppError } from './errors.ts';
import { retryAfterOf } from './retryAfter.ts';

/** A connection that sends nothing for so long is given up, in milliseconds. */
const REQUEST_TIMEOUT_MS = 30_000;
/** Longer than load balancers keep theirs (commonly 60 s), so that the one who closes is never surprised. */
const KEEP_ALIVE_MS = 65_000;
/** How often connections that have become idle are closed while the server stops, in milliseconds. */
const SWEEP_MS = 20;

/**
 * Starts to listen.
 *
 * @param port 0 picks a free one
 * @returns the server and the address that it answers at, e.g. `http://127.0.0.1:3000`
 * @throws the system's error, e.g. with code `EADDRINUSE`
 */
export const startServer = async (
  listener: RequestListener,
  { port, host }: { readonly port: number; readonly host: string },
): Promise<{ readonly server: Server; readonly url: string }> => {
  const server = createServer(
    { requestTimeout: REQUEST_TIMEOUT_MS, keepAliveTimeout: KEEP_ALIVE_MS },
    listener,
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server listens on no port.');
  const hostname = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return { server, url: `http://${hostname}:${address.port}` };
};

/**
 * Stops: takes no new connection, lets what runs come to its end, answers `stopping` (503, try again) to whatever
 * still comes in over open connections, and closes those as they become idle.
 *
 * @param deadlineMs after so many milliseconds what is left is cut
 * @returns `drained` when everything came to its end, `cut` when the deadline did it
 */
export const stopServer = async (
  server: Server,
  { deadlineMs }: { readonly deadlineMs: number },
): Promise<'drained' | 'cut'> => {
  let outcome: 'drained' | 'cut' = 'drained';
  server.removeAllListeners('request');
  server.on('request', (req, res) => answerStopping(req.url ?? '', res));
  const closed = new Promise<void>((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()));
  });
  // close() ends what is idle now; a connection that becomes idle later would else stay until its keep-alive is over.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const deadline = setTimeout(() => {
    outcome = 'cut';
    server.closeAllConnections();
  }, deadlineMs);
  try {
    await closed;
  } finally {
    clearInterval(sweep);
    clearTimeout(deadline);
  }
  return outcome;
};

const answerStopping = (url: string, res: ServerResponse): void => {
  const stopping = new AppError('stopping');
  res.writeHead(stopping.status, {
    'Content-Type': 'application/json; charset=utf-8',
    ...retryAfterOf(url),
    Connection: 'close',
  });
  res.end(JSON.stringify(stopping.toAnswer()));
};
