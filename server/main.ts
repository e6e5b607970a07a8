/** The server's process: configuration in, sentences out, signals handled. */

import { ConfigError, readConfig } from './config.ts';
import { createLog } from './telemetry.ts';
import { startMqlServer } from './wire.ts';

/** Added to the machine's clock; only a parent process (the sandbox, a test) can move it, over its own channel. */
let clockOffsetMs = 0;
const now = (): Date => new Date(Date.now() + clockOffsetMs);

try {
  const config = readConfig();
  const log = createLog({ level: config.logLevel });
  const server = await startMqlServer(config, log, now);
  process.send?.({ type: 'listening', url: server.url });

  process.on('message', (message: { readonly type?: unknown; readonly offsetMs?: unknown }) => {
    if (message.type !== 'clock' || typeof message.offsetMs !== 'number') return;
    clockOffsetMs = message.offsetMs;
    server.sweep().then(
      () => process.send?.({ type: 'clock', offsetMs: clockOffsetMs }),
      (error: unknown) => log.error({ err: error }, 'the sweep after a move of the clock failed'),
    );
  });

  let stopping = false;
  const stop = (): void => {
    if (stopping) return;
    stopping = true;
    server.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'the server did not stop in order');
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  // A parent that is gone cannot ask us to stop.
  if (process.send !== undefined) process.on('disconnect', stop);
} catch (error) {
  process.stderr.write(
    `${error instanceof ConfigError ? error.message : String((error as Error).stack ?? error)}\n`,
  );
  process.exit(1);
}
