/**
 * Knows whether the running code is inside a transaction of this store. A query through the root handle in there
 * would wait for a connection that its own transaction holds: on PGlite, which has one connection, for ever. It
 * becomes an error with a sentence instead, on both engines, so that the mistake shows wherever tests run.
 */

import { AsyncLocalStorage } from 'node:async_hooks';

export type TransactionScope = {
  /** Runs the body of a transaction; ends when the body settles, before COMMIT is sent. */
  readonly run: <T>(body: () => Promise<T>) => Promise<T>;
  /** Throws when called from inside a body that is still running. */
  readonly assertOutside: () => void;
};

export function createTransactionScope(): TransactionScope {
  const scope = new AsyncLocalStorage<{ open: boolean }>();
  return {
    run: (body) => {
      const state = { open: true };
      return scope.run(state, async () => {
        try {
          return await body();
        } finally {
          // Work started in here that outlives the transaction (a timer, a notification) is free again.
          state.open = false;
        }
      });
    },
    assertOutside: () => {
      if (scope.getStore()?.open !== true) return;
      throw new Error(
        'A query went through the root handle while its own transaction is open. Use the transaction handle that ' +
          'was passed in, or do this work after the transaction.',
      );
    },
  };
}
