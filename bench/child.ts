/**
 * Processes beside the command itself, so that nothing that is measured shares an event loop with what measures it.
 * Each answers orders over the channel that only a parent has, and ends when the parent is gone.
 */

import { fork } from 'node:child_process';
import { once } from 'node:events';

/** What a process can be told: by the order's name, what it takes and what it answers. */
export type Orders = Readonly<Record<string, { readonly takes: unknown; readonly gives: unknown }>>;

export type Child<O extends Orders> = {
  readonly pid: number;
  /** Rejects with the child's words when the order fails there, or when the child ends meanwhile. */
  readonly order: <K extends keyof O & string>(name: K, input: O[K]['takes']) => Promise<O[K]['gives']>;
  /** Lets the child close what it holds; resolves when it has ended. */
  readonly stop: () => Promise<void>;
};

type Order = { readonly id: number; readonly name: string; readonly input: unknown };
type Reply = { readonly id: number; readonly output?: unknown; readonly error?: string };

/** How long a child may take to close what it holds, in milliseconds. */
const STOP_WITHIN_MS = 30_000;

/** @param options.quiet whether what it says on standard error is dropped */
export const startChild = <O extends Orders>(
  file: string,
  { quiet = false }: { readonly quiet?: boolean } = {},
): Child<O> => {
  const child = fork(file, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    serialization: 'advanced',
    // A process group of its own: Ctrl-C reaches the command alone, which then stops its children in order.
    detached: true,
    stdio: ['ignore', 'inherit', quiet ? 'ignore' : 'inherit', 'ipc'],
  });
  const waiting = new Map<number, PromiseWithResolvers<unknown>>();
  let count = 0;
  child.on('message', (message) => {
    const { id, output, error } = message as Reply;
    const asked = waiting.get(id);
    waiting.delete(id);
    if (error === undefined) asked?.resolve(output);
    else asked?.reject(new Error(error));
  });
  const exited = once(child, 'exit').then(() => {
    for (const { reject } of waiting.values()) reject(new Error(`${file} ended.`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    order: async (name, input) => {
      const asked = Promise.withResolvers<unknown>();
      const id = (count += 1);
      child.send({ id, name, input } satisfies Order, (error) => {
        if (error) asked.reject(error);
      });
      // Not before: what cannot be sent throws above, and nobody waits for it then.
      waiting.set(id, asked);
      return asked.promise;
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      const late = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
      await exited;
      clearTimeout(late);
    },
  };
};

type Handlers<O extends Orders> = {
  readonly [K in keyof O]: (input: O[K]['takes']) => Promise<O[K]['gives']>;
};

/** The child's side: carries orders out and ends with the parent, after `close`. */
export const answerParent = <O extends Orders>(handlers: Handlers<O>, close: () => Promise<void>): void => {
  process.on('message', (message) => {
    const { id, name, input } = message as Order;
    const handler = handlers[name];
    const run = async (): Promise<unknown> => {
      if (handler === undefined) throw new Error(`There is no order ${name}.`);
      return handler(input);
    };
    run().then(
      (output) => process.send?.({ id, output } satisfies Reply),
      (error: unknown) => process.send?.({ id, error: String((error as Error).stack ?? error) }),
    );
  });
  process.once('disconnect', () => {
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
};
