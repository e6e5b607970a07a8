/** First come, first served; `acquire` resolves with the function that lets the next one in. */
export type Mutex = { readonly acquire: () => Promise<() => void> };

export function createMutex(): Mutex {
  let tail: Promise<void> = Promise.resolve();
  return {
    acquire: async () => {
      const before = tail;
      const { promise, resolve } = Promise.withResolvers<void>();
      tail = promise;
      await before;
      return resolve;
    },
  };
}
