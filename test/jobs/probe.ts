/** Collects what happened and lets a test wait for the next thing, so that no test has to sleep. */
export function createProbe<T>() {
  const seen: T[] = [];
  let waiters: { readonly count: number; readonly resolve: () => void }[] = [];
  return {
    seen,
    take: (value: T): void => {
      seen.push(value);
      waiters = waiters.filter(({ count, resolve }) => {
        if (seen.length < count) return true;
        resolve();
        return false;
      });
    },
    /** Resolves when there have been so many. */
    until: (count: number) =>
      new Promise<void>((resolve) => {
        if (seen.length >= count) resolve();
        else waiters.push({ count, resolve });
      }),
  };
}
