import type { BulkRequest, BulkRow } from '@mql-rejection-loop/domain/contract/bulk';
import { useEffect, useRef, useState } from 'react';
import type { BulkApi } from './api.ts';
import type { Problem } from './call.ts';
import { newRequestId } from './requestId.ts';

export type Progress = {
  readonly kind: 'idle' | 'sending' | 'stopped' | 'done';
  /** What became of the rows so far, by record; a later answer about one takes the place of an earlier. */
  readonly rows: ReadonlyMap<string, BulkRow>;
  /** Why it stopped. */
  readonly problem: Problem | null;
  /** Whether the form is at fault, so that another reason or note can be sent. */
  readonly refused: boolean;
};

export type Choice = { readonly reason: string; readonly note: string };

const IDLE: Progress = { kind: 'idle', rows: new Map(), problem: null, refused: false };

/**
 * Sends the selection in parts, one after the other. A part keeps its id until it is answered, so that going on after a
 * broken connection repeats nothing.
 */
export function useBulk(
  api: BulkApi,
  objectTypeId: BulkRequest['objectTypeId'],
): {
  readonly progress: Progress;
  readonly start: (objectIds: readonly string[], choice: Choice, atOnce: number) => void;
  readonly goOn: () => void;
} {
  const [progress, setProgress] = useState<Progress>(IDLE);
  const left = useRef<BulkRequest[]>([]);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);

  const run = async (): Promise<void> => {
    setProgress((before) => ({ ...before, kind: 'sending', problem: null, refused: false }));
    for (;;) {
      const [next] = left.current;
      if (next === undefined) break;
      const result = await api.reject(next);
      if (gone.current) return;
      if (result.kind !== 'answer') {
        setProgress((before) => ({
          ...before,
          kind: 'stopped',
          problem: result,
          refused: result.kind === 'refused',
        }));
        return;
      }
      left.current = left.current.slice(1);
      const { rows } = result.answer;
      setProgress((before) => ({
        ...before,
        rows: new Map([...before.rows, ...rows.map((row) => [row.objectId, row] as const)]),
      }));
    }
    setProgress((before) => ({ ...before, kind: 'done' }));
  };

  return {
    progress,
    start: (objectIds, { reason, note }, atOnce) => {
      const parts = Array.from({ length: Math.ceil(objectIds.length / atOnce) }, (_, place) =>
        objectIds.slice(place * atOnce, (place + 1) * atOnce),
      );
      left.current = parts.map((part) => ({
        requestId: newRequestId(),
        objectTypeId,
        objectIds: [...part],
        reason,
        note: note.trim() || null,
      }));
      void run();
    },
    goOn: () => void run(),
  };
}
