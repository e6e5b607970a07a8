/**
 * How a transaction ends: work that it does once before its COMMIT, however often it was asked for (sixty rejections of
 * one portal that are committed together wake its drain once), and statements that COMMIT follows without waiting.
 */

import type { Handle } from './schema.ts';

/** May give back what is to be told once the transaction is over, committed or not. */
export type EndWork = (tx: Handle) => Promise<Over | void>;
export type Over = () => void;

export type TransactionEnd = {
  /**
   * Runs the body, then what was asked for meanwhile, in the order of the keys; adds to `over` what that gave back, and
   * to `left` the statements whose answers nobody has waited for.
   */
  readonly run: <T>(
    tx: Handle,
    body: (tx: Handle) => Promise<T>,
    over: Over[],
    left: Promise<unknown>[],
  ) => Promise<T>;
  /**
   * Asks for `work` at the end of the transaction, once per key. At once where `tx` is no transaction of this store. A
   * member of a group that is rolled back leaves its request behind: what is done here must be harmless then.
   */
  readonly ask: (tx: Handle, key: string, work: EndWork) => Promise<void>;
  /** Leaves a statement of `tx` to its COMMIT. Waited for here where `tx` is no transaction of this store. */
  readonly leave: (tx: Handle, statement: Promise<unknown>) => Promise<void>;
};

type Ending = { readonly works: Map<string, EndWork>; readonly left: Promise<unknown>[] };

export function createTransactionEnd(): TransactionEnd {
  const endings = new WeakMap<Handle, Ending>();
  return {
    run: async (tx, body, over, left) => {
      const works = new Map<string, EndWork>();
      endings.set(tx, { works, left });
      try {
        const value = await body(tx);
        // Sorted, so that two transactions take the same locks in the same order.
        for (const key of [...works.keys()].sort()) {
          const tell = await works.get(key)?.(tx);
          if (tell !== undefined) over.push(tell);
        }
        return value;
      } catch (error) {
        // A statement that was left has failed first: what came after it only says that the transaction is over.
        await Promise.all(left);
        throw error;
      } finally {
        endings.delete(tx);
      }
    },
    ask: async (tx, key, work) => {
      const ending = endings.get(tx);
      if (ending !== undefined) ending.works.set(key, work);
      else (await work(tx))?.();
    },
    leave: async (tx, statement) => {
      const ending = endings.get(tx);
      if (ending === undefined) {
        await statement;
        return;
      }
      // Whoever ends the transaction hears of a failure; until then nobody listens.
      statement.catch(() => undefined);
      ending.left.push(statement);
    },
  };
}
