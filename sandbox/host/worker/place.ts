import type { PageLocation } from '../protocol.ts';

/** Which of the app's pages is open; the SDK's page router draws by it. */
export const createPlace = () => {
  const listeners = new Set<() => void>();
  let location: PageLocation = { path: '/', params: {} };
  return {
    get: (): PageLocation => location,
    set: (next: PageLocation): void => {
      // Every message is a new object: without a change in it nothing is to be drawn again.
      if (JSON.stringify(next) === JSON.stringify(location)) return;
      location = next;
      for (const changed of listeners) changed();
    },
    subscribe: (changed: () => void): (() => void) => {
      listeners.add(changed);
      return () => void listeners.delete(changed);
    },
  };
};
