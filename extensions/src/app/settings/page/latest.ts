/**
 * HubSpot's page and the worker that draws an extension talk in messages: a click may call the function of an earlier
 * drawing, which closed over what was typed then. So whatever is sent is read here when it is sent. HubSpot packs each
 * extension folder alone, so each has this file; a test compares them.
 */

import { useCallback, useRef, useState } from 'react';

/** A value to draw, the way to edit what it is by now, and the way to read what it is by now. */
export function useLatest<T>(
  first: () => T,
): readonly [drawn: T, edit: (edit: (before: T) => T) => void, latest: () => T] {
  const [drawn, setDrawn] = useState(first);
  const newest = useRef(drawn);
  const edit = useCallback((change: (before: T) => T) => {
    newest.current = change(newest.current);
    setDrawn(newest.current);
  }, []);
  const latest = useCallback(() => newest.current, []);
  return [drawn, edit, latest];
}
