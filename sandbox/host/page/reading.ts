import { useCallback, useEffect, useRef, useState } from 'react';
import { PageError } from './crm.ts';

/** Something that is read, as it can be seen: nothing yet, the thing, or why not. Old values stay while new ones load. */
export type Reading<T> =
  | { readonly status: 'loading' }
  | { readonly status: 'success'; readonly data: T }
  | { readonly status: 'error'; readonly sentence: string };

/**
 * Reads when `key` changes (a new thing: shows loading) and when `revision` does (the same thing, fresher: shows the
 * old one meanwhile). Late answers of older readings are dropped.
 */
export const useReading = <T>(key: string, revision: number, read: () => Promise<T>) => {
  const [state, setState] = useState<{ key: string; reading: Reading<T> }>({
    key,
    reading: { status: 'loading' },
  });
  const latest = useRef(0);
  const readNow = useRef(read);
  readNow.current = read;
  const reload = useCallback(async (): Promise<T | undefined> => {
    const mine = ++latest.current;
    try {
      const data = await readNow.current();
      if (mine === latest.current) setState({ key, reading: { status: 'success', data } });
      return data;
    } catch (error) {
      if (!(error instanceof PageError)) console.error(error);
      const sentence =
        error instanceof PageError ? error.sentence : 'The page met an error; the console says more.';
      if (mine === latest.current)
        setState((before) =>
          // A hiccup while refreshing does not take away what is already there.
          before.key === key &&
          before.reading.status === 'success' &&
          error instanceof PageError &&
          error.status !== 404
            ? before
            : { key, reading: { status: 'error', sentence } },
        );
      return undefined;
    }
  }, [key]);
  useEffect(() => {
    void reload();
  }, [reload, revision]);
  const reading: Reading<T> = state.key === key ? state.reading : { status: 'loading' };
  return { reading, reload };
};
