import type { SettingsAnswer, SettingsView } from '@mql-rejection-loop/domain/contract/settings';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { createSettingsApi, type SettingsApi } from './api.ts';
import type { FieldProblem, Problem, Result } from './call.ts';
import { useLatest } from './latest.ts';
import { newRequestId } from './requestId.ts';

/** The one of HubSpot's actions that the page needs. */
export type HostActions = {
  readonly addAlert: (alert: { type?: 'success'; message: string }) => void;
};

type Load =
  | { readonly kind: 'loading' }
  | ({ readonly kind: 'failed' } & Problem)
  | { readonly kind: 'ready'; readonly view: SettingsView };

/** What the sections share. */
export type Page = {
  readonly view: SettingsView;
  readonly timeZone: string;
  readonly api: SettingsApi;
  /**
   * The version that what is on the screen belongs to. It follows our own saves only: another admin's save that is
   * looked up meanwhile must not make an older draft look like one of that version.
   */
  readonly base: () => number;
  /** After a save of this part; the other parts keep what was typed. */
  readonly saved: (part: string, answer: SettingsAnswer) => void;
  /** How often this part was begun anew, as a key. */
  readonly seedOf: (part: string) => string;
  readonly reload: () => void;
};

export type PageState = {
  readonly load: Load;
  readonly reload: () => void;
  /** What the sections share; only once the settings are there. */
  readonly page: Page | null;
};

/** The settings as the server has them, and the page's memory of what it was based on. */
export function useSettings(baseUrl: unknown, timeZone: string, host: HostActions): PageState {
  const api = useMemo(() => createSettingsApi(baseUrl), [baseUrl]);
  const [load, setLoad] = useState<Load>({ kind: 'loading' });
  const [epoch, setEpoch] = useState(0);
  const [saves, setSaves] = useState<Readonly<Record<string, number>>>({});
  const base = useRef(0);
  /** How many look-ups were begun: only the answer to the newest counts. */
  const looks = useRef(0);

  const look = useCallback(
    async (anew: boolean) => {
      const mine = ++looks.current;
      const result = await api.read();
      if (mine !== looks.current) return;
      if (result.kind !== 'answer') {
        // What was saved is saved; what is on the screen stays as long as there is nothing newer.
        setLoad((before) => (anew || before.kind !== 'ready' ? { ...result, kind: 'failed' } : before));
        return;
      }
      if (anew) {
        base.current = result.answer.version;
        setEpoch((count) => count + 1);
      }
      setLoad({ kind: 'ready', view: result.answer });
    },
    [api],
  );

  const reload = useCallback(() => {
    setLoad({ kind: 'loading' });
    void look(true);
  }, [look]);

  useEffect(() => {
    void look(true);
    return () => {
      looks.current += 1;
    };
  }, [look]);

  const saved = (part: string, answer: SettingsAnswer): void => {
    if (answer.version === base.current + 1) base.current = answer.version;
    host.addAlert({ type: 'success', message: answer.said });
    void look(false).then(() => setSaves((before) => ({ ...before, [part]: (before[part] ?? 0) + 1 })));
  };

  const page: Page | null =
    load.kind === 'ready'
      ? {
          view: load.view,
          timeZone,
          api,
          base: () => base.current,
          saved,
          seedOf: (part) => `${part} ${epoch} ${saves[part] ?? 0}`,
          reload,
        }
      : null;
  return { load, reload, page };
}

export type Drafting<D> = {
  /** To draw. */
  readonly draft: D;
  readonly change: (edit: (before: D) => D) => void;
  /** To send: the host may still hold the Save of an earlier drawing, and what was typed since must not be lost. */
  readonly latest: () => D;
};

/** What is being typed into one part of the page. */
export function useDraft<D>(first: D): Drafting<D> {
  const [draft, change, latest] = useLatest(() => first);
  return { draft, change, latest };
}

type SavingState =
  | { readonly kind: 'idle' | 'sending' }
  | ({
      readonly kind: 'refused';
      readonly refusal: string;
      readonly problems: readonly FieldProblem[];
    } & Problem)
  | ({ readonly kind: 'failed' } & Problem);

export type Saving = {
  readonly state: SavingState;
  /** What is wrong with a field, or `null`. */
  readonly problemAt: (field: string) => string | null;
  readonly send: <R extends { readonly requestId: string }>(
    request: Omit<R, 'requestId'>,
    call: (request: R) => Promise<Result<SettingsAnswer>>,
  ) => void;
  /** Fields have moved, so that what was said about them is about others now. */
  readonly forget: () => void;
};

/** Saving of one part of the page. The same words sent again are the same request; other words are a new one. */
export function useSaving(page: Page, part: string): Saving {
  const [state, setState] = useState<SavingState>({ kind: 'idle' });
  const last = useRef({ requestId: '', words: '' });
  const sending = useRef(false);
  const gone = useRef(false);
  useEffect(() => {
    gone.current = false;
    return () => {
      gone.current = true;
    };
  }, []);

  const send: Saving['send'] = (request, call) => {
    if (sending.current) return;
    sending.current = true;
    const words = JSON.stringify(request);
    if (words !== last.current.words) last.current = { requestId: newRequestId(), words };
    const { requestId } = last.current;
    setState({ kind: 'sending' });
    // The request's own fields, and the id that it lacked.
    void call({ ...request, requestId } as Parameters<typeof call>[0]).then((result) => {
      sending.current = false;
      if (gone.current) return;
      switch (result.kind) {
        case 'answer':
          last.current = { requestId: '', words: '' };
          setState({ kind: 'idle' });
          page.saved(part, result.answer);
          break;
        case 'refused':
        case 'failed':
          setState(result);
          break;
      }
    });
  };
  return {
    state,
    send,
    problemAt: (field) =>
      state.kind === 'refused'
        ? (state.problems.find((problem) => problem.field === field)?.sentence ?? null)
        : null,
    forget: () => setState((before) => (before.kind === 'sending' ? before : { kind: 'idle' })),
  };
}
