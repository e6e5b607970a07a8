/** One thing after the other: what fails is set aside for this run, so that the others get their turn. */

export type SetAside = {
  /** Keys of what has failed so far. */
  readonly keys: () => readonly string[];
  /** Does one thing; a failure is kept for `throwAny`. Returns whether it was done. */
  readonly attempt: (key: string, work: () => Promise<void>) => Promise<boolean>;
  /** Throws what was kept, so that the queue tries again. To be called at the end of the run. */
  readonly throwAny: (sentence: string) => void;
};

export function createSetAside(): SetAside {
  const failures = new Map<string, unknown>();
  return {
    keys: () => [...failures.keys()],
    attempt: async (key, work) => {
      try {
        await work();
        return true;
      } catch (error) {
        failures.set(key, error);
        return false;
      }
    },
    throwAny: (sentence) => {
      if (failures.size > 0) throw new AggregateError([...failures.values()], sentence);
    },
  };
}
