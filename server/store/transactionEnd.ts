/**
 * Work that a transaction does once, at its end, however often it was asked for: sixty rejections of one portal that
 * are committed together wake its drain once. A member of a group that is rolled back leaves its request behind; what
 * is done here must therefore be harmless when nothing came of the asker.
 */

import type { Handle } from './schema.ts';

/** May give back what is to be told once the transaction is over, committed or not. */
export type EndWork = (tx: Handle) => Promise<Over | void>;
export type Over = () => void;

export type TransactionEnd = {
  /** Runs the body, then what was asked for meanwhile, in the order of the keys; adds to `over` what that gave back. */
  readonly run: <T>(tx: Handle, body: (tx: Handle) => Promise<T>, over: Over[]) => Promise<T>;
  /** Asks for `work` at the end of the transaction, once per key. At once where `tx` is no transaction of this store. */
  readonly ask: (tx: Handle, key: string, work: EndWork) => Promise<void>;
};

export function createTransactionEnd(): TransactionEnd {
  const asked = new WeakMap<Handle, Map<string, EndWork>>();
  return {
    run: async (tx, body, over) => {
      const works = new Map<string, EndWork>();
      asked.set(tx, works);
      const value = await body(tx);
      // Sorted, so that two transactions take the same locks in the same order.
      for (const key of [...works.keys()].sort()) {
        const tell = await works.get(key)?.(tx);
        if (tell !== undefined) over.push(tell);
      }
      asked.delete(tx);
      return value;
    },
    ask: async (tx, key, work) => {
      const works = asked.get(tx);
      if (works !== undefined) works.set(key, work);
      else (await work(tx))?.();
    },
  };
}
