import type { BatchPage, BatchRow } from '@mql-rejection-loop/domain/contract/queues';
import type { Filter } from './api.ts';
import type { Problem } from './call.ts';

export type Look =
  | { readonly kind: 'loading' }
  | { readonly kind: 'failed'; readonly problem: Problem }
  | { readonly kind: 'ready'; readonly page: BatchPage; readonly stale: boolean };

/** What is being decided; sent again as it is where it is not known whether it arrived. */
export type Decision =
  | { readonly kind: 'approve'; readonly requestId: string; readonly rows: readonly BatchRow[] }
  | {
      readonly kind: 'override';
      readonly requestId: string;
      readonly row: BatchRow;
      readonly reason: string;
      readonly note: string;
    }
  | { readonly kind: 'undo'; readonly requestId: string; readonly row: BatchRow; readonly reason: string };

export type Send =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly decision: Decision }
  | { readonly kind: 'failed' | 'refused'; readonly decision: Decision; readonly problem: Problem };

/** What became of one row. */
export type Outcome = {
  readonly id: string;
  readonly name: string;
  readonly ok: boolean;
  readonly sentence: string;
};

export type BatchState = {
  readonly look: Look;
  readonly filter: Filter;
  /** How often the filter was cleared; what was typed is taken off the page then. */
  readonly clears: number;
  /** Where the shown page begins; `null` on the first. */
  readonly after: string | null;
  readonly selected: ReadonlySet<string>;
  /** The row whose form is open. */
  readonly open: { readonly kind: 'override' | 'undo'; readonly row: BatchRow } | null;
  readonly send: Send;
  readonly outcomes: readonly Outcome[];
};

export type BatchEvent =
  | { readonly type: 'look-started' }
  | { readonly type: 'looked'; readonly page: BatchPage }
  | { readonly type: 'look-failed'; readonly problem: Problem }
  | { readonly type: 'filtered'; readonly filter: Partial<Filter> }
  | { readonly type: 'cleared' }
  | { readonly type: 'turned'; readonly after: string | null }
  | { readonly type: 'selected'; readonly ids: readonly string[]; readonly on: boolean }
  | { readonly type: 'opened'; readonly open: BatchState['open'] }
  | { readonly type: 'sent'; readonly decision: Decision }
  | { readonly type: 'decided'; readonly outcomes: readonly Outcome[] }
  | {
      readonly type: 'not-decided';
      readonly kind: 'failed' | 'refused';
      readonly decision: Decision;
      readonly problem: Problem;
    }
  | { readonly type: 'dismissed' };

const NO_FILTER: Filter = { text: '', reason: '' };

export const FIRST_STATE: BatchState = {
  look: { kind: 'loading' },
  filter: NO_FILTER,
  clears: 0,
  after: null,
  selected: new Set(),
  open: null,
  send: { kind: 'idle' },
  outcomes: [],
};

/** One step of the page. */
export function step(state: BatchState, event: BatchEvent): BatchState {
  switch (event.type) {
    case 'look-started':
      // What is shown stays while it is looked up again.
      return state.look.kind === 'ready' ? state : { ...state, look: { kind: 'loading' } };
    case 'looked': {
      // The last page has been decided to its end: what is left stands before it.
      if (event.page.rows.length === 0 && state.after !== null)
        return { ...state, look: { kind: 'loading' }, after: null, selected: new Set() };
      const shown = new Set(event.page.rows.map(({ id }) => id));
      return {
        ...state,
        look: { kind: 'ready', page: event.page, stale: false },
        // Only what is seen is decided on.
        selected: new Set([...state.selected].filter((id) => shown.has(id))),
      };
    }
    case 'look-failed':
      if (state.look.kind === 'ready') return { ...state, look: { ...state.look, stale: true } };
      return { ...state, look: { kind: 'failed', problem: event.problem } };
    case 'filtered':
      return { ...state, filter: { ...state.filter, ...event.filter }, after: null, open: null };
    case 'cleared':
      return { ...state, filter: NO_FILTER, clears: state.clears + 1, after: null, open: null };
    case 'turned':
      return { ...state, after: event.after, selected: new Set(), open: null };
    case 'selected': {
      const selected = new Set(state.selected);
      for (const id of event.ids) {
        if (event.on) selected.add(id);
        else selected.delete(id);
      }
      return { ...state, selected };
    }
    case 'opened':
      return { ...state, open: event.open };
    case 'sent':
      return { ...state, send: { kind: 'sending', decision: event.decision } };
    case 'decided':
      return {
        ...state,
        send: { kind: 'idle' },
        open: null,
        selected: new Set(),
        outcomes: event.outcomes,
      };
    case 'not-decided':
      return {
        ...state,
        send: { kind: event.kind, decision: event.decision, problem: event.problem },
      };
    case 'dismissed':
      return { ...state, outcomes: [] };
  }
}

/** The rows of the shown page that are selected, in its order. */
export function chosenRows({ look, selected }: Pick<BatchState, 'look' | 'selected'>): readonly BatchRow[] {
  return look.kind === 'ready' ? look.page.rows.filter(({ id }) => selected.has(id)) : [];
}
