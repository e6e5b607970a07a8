/** Failures of the connection to the database, as opposed to those of a statement: asking again later can help. */

import { isTransientConflict } from './transientConflict.ts';

/** The database cannot be reached, is going away or is too busy. `cause` says how. */
export class StoreUnavailableError extends Error {
  override readonly name = 'StoreUnavailableError';
  readonly retry = true;

  constructor(cause: unknown) {
    super('The database did not answer.', { cause });
  }
}

/** Classes 08 (connection) and 57P (shut down, cannot connect now), and too many connections. */
const UNAVAILABLE_STATES = /^(08...|57P..|53300)$/;

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
  return isUnavailable(error) || isTransientConflict(error) ? new StoreUnavailableError(error) : error;
}

/** Whether the connection failed, and not a statement. */
export function isUnavailable(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (UNAVAILABLE_STATES.test(code) || UNAVAILABLE_SYSTEM_CODES.has(code)) return true;
  return UNAVAILABLE_MESSAGES.has(error.message);
}
