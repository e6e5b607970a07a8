/** Failures of the database, as opposed to those of a statement: asking again later can help. */

import type { PostgresPool, PostgresPoolClient } from 'kysely';
import { isTransientConflict } from './transientConflict.ts';

/** The database cannot be reached, is going away, is too busy or has no room. `cause` says how. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly retry = true;

  constructor(cause: unknown) {
    super('The database did not answer.', { cause });
  }
}

/**
 * Classes 08 (connection), 53 (no room on the disk, no memory, too many connections), 57P (shut down, cannot connect
 * now) and 58 (the disk failed).
 */
const UNAVAILABLE_STATES = /^(08...|53...|57P..|58030)$/;

const UNAVAILABLE_SYSTEM_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
]);

/** What `pg` and `pg-pool` throw without a code when a connection is lost or none is free in time. */
const UNAVAILABLE_MESSAGES: ReadonlySet<string> = new Set([
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
  'timeout exceeded when trying to connect',
  'Client has encountered a connection error and is not queryable',
]);

/** The same error, wrapped where a later try can help. */
export function orUnavailable(error: unknown): unknown {
  if (error instanceof StoreUnavailableError) return error;
  return isUnavailable(error) || isTransientConflict(error) ? new StoreUnavailableError(error) : error;
}

/**
 * The same pool, whose statements reject with a StoreUnavailableError where a later try can help: those outside of our
 * own transactions too. Conflicts stay what they are, since a transaction is run once more on them.
 */
export function tellingUnavailable(pool: PostgresPool): PostgresPool {
  // One for each connection: Kysely keeps what it knows about a connection by the object it was given.
  const known = new WeakMap<PostgresPoolClient, PostgresPoolClient>();
  return {
    options: pool.options,
    end: () => pool.end(),
    connect: async () => {
      const client = await telling(() => pool.connect());
      const found = known.get(client) ?? tellingClient(client);
      known.set(client, found);
      return found;
    },
  };
}

function tellingClient(client: PostgresPoolClient): PostgresPoolClient {
  const query = (text: string, parameters: readonly unknown[]) =>
    telling(() => client.query(text, parameters));
  // Of its two forms of `query`, Kysely calls this one; the other is for cursors, which are not used here.
  // `release` is looked up each time: the driver's pool gives the client a new one whenever it hands it out.
  const release = (destroy?: boolean) => client.release(destroy);
  return { query, release } as PostgresPoolClient;
}

/** What `ask` resolves with; a failure that a later try can help is wrapped. */
export async function telling<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    throw isUnavailable(error) ? new StoreUnavailableError(error) : error;
  }
}

/** Whether the connection failed, and not a statement. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof StoreUnavailableError) return true;
  // Not `instanceof`: an error of the socket itself may come from another realm, as in a test runner's.
  if (typeof error !== 'object' || error === null) return false;
  const { code = '', message = '' } = error as { readonly code?: unknown; readonly message?: unknown };
  if (typeof code !== 'string' || typeof message !== 'string') return false;
  if (UNAVAILABLE_STATES.test(code) || UNAVAILABLE_SYSTEM_CODES.has(code)) return true;
  return UNAVAILABLE_MESSAGES.has(message);
}
