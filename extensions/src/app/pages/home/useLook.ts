import { useCallback, useEffect, useRef, useState } from 'react';
import type { Problem, Result } from './call.ts';

export type Look<Answer> =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly answer: Answer };

/** Looks something up when it is first shown and whenever `read` is another one; late answers are dropped. */
export function useLook<Answer>(read: () => Promise<Result<Answer>>): readonly [Look<Answer>, () => void] {
  const [state, setState] = useState<Look<Answer>>({ kind: 'loading' });
  const newest = useRef(0);
  const look = useCallback(async () => {
    const mine = ++newest.current;
    setState({ kind: 'loading' });
    const result = await read();
    if (mine !== newest.current) return;
    setState(
      result.kind === 'answer'
        ? { kind: 'ready', answer: result.answer }
        : { kind: 'failed', problem: result },
    );
  }, [read]);
  useEffect(() => {
    void look();
    return () => {
      newest.current += 1;
    };
  }, [look]);
  return [state, () => void look()];
}
