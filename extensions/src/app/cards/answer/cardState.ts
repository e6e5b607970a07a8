import type { CardView } from '@mql-rejection-loop/domain/contract';
import type { Problem } from './call.ts';
import type { Remark } from './words.ts';

/** What the rep does with the lead; each has its own request id. */
export type Action = 'accept' | 'reject' | 'undo';
export type RequestIds = Readonly<Record<Action, string>>;

export type Draft = {
  readonly reason: string | null;
  readonly note: string;
  /** Whether the person wants no more e-mail; `null` while nobody said. */
  readonly unsubscribe: boolean | null;
};

/** What the server has just said about an answer, shown until the next look-up tells the whole story. */
export type Outcome = {
  readonly answerId: string;
  readonly kind: 'accepted' | 'rejected' | 'undone';
  readonly headline: string;
  readonly next: string | null;
  readonly undoUntil: string | null;
};

export type Load =
  | { readonly kind: 'loading' }
  | ({ readonly kind: 'failed' } & Problem)
  | { readonly kind: 'ready'; readonly view: CardView; readonly stale: boolean };

export type Send =
  | { readonly kind: 'idle' }
  | { readonly kind: 'sending'; readonly action: Action }
  | ({ readonly kind: 'refused' | 'failed'; readonly action: Action } & Problem);

export type CardState = {
  readonly load: Load;
  readonly send: Send;
  readonly draft: Draft;
  readonly ids: RequestIds;
  /** Whether the server may already have a rejection under the present id. */
  readonly maybeSent: boolean;
  readonly outcome: Outcome | null;
  /** An undo that has just been carried out, said above the form that it opened again. */
  readonly takenBack: Pick<Outcome, 'headline' | 'next'> | null;
  /** One sentence about how the shown answer came to be there. */
  readonly remark: Remark | null;
  /** Server time minus this worker's time, in milliseconds. */
  readonly clockAheadMs: number;
};

export type CardEvent =
  | { readonly type: 'load-started' }
  | {
      readonly type: 'looked';
      readonly view: CardView;
      readonly clockAheadMs: number;
      readonly freshIds: RequestIds;
    }
  | { readonly type: 'look-failed'; readonly problem: Problem }
  | { readonly type: 'drafted'; readonly draft: Partial<Draft> }
  | { readonly type: 'send-started'; readonly action: Action }
  | { readonly type: 'answered'; readonly outcome: Outcome }
  | {
      readonly type: 'refused';
      readonly action: Action;
      readonly problem: Problem;
      /** Where the server will not hear of the present ids any more. */
      readonly freshIds: RequestIds | null;
    }
  | {
      readonly type: 'failed';
      readonly action: Action;
      readonly problem: Problem;
      readonly mayHaveArrived: boolean;
    };

const EMPTY_DRAFT: Draft = { reason: null, note: '', unsubscribe: null };

export const firstState = (ids: RequestIds): CardState => ({
  load: { kind: 'loading' },
  send: { kind: 'idle' },
  draft: EMPTY_DRAFT,
  ids,
  maybeSent: false,
  outcome: null,
  takenBack: null,
  remark: null,
  clockAheadMs: 0,
});

/**
 * One step of the card.
 *
 * A request id lives as long as its intention: it stays while a form is open, through failures, refusals and edits,
 * since the server may already have the first delivery and must not take a second one for a new answer. It is
 * replaced when the lead's standing answer has changed, for then the earlier intention has been settled.
 */
export function step(state: CardState, event: CardEvent): CardState {
  switch (event.type) {
    case 'load-started':
      // What is on the card stays there while it is looked up again.
      return state.load.kind === 'ready' ? state : { ...state, load: { kind: 'loading' } };
    case 'looked':
      return looked(state, event);
    case 'look-failed':
      if (state.load.kind === 'ready') return { ...state, load: { ...state.load, stale: true } };
      return { ...state, load: { ...event.problem, kind: 'failed' } };
    case 'drafted':
      return { ...state, draft: { ...state.draft, ...event.draft } };
    case 'send-started':
      return { ...state, send: { kind: 'sending', action: event.action }, remark: null, takenBack: null };
    case 'answered':
      return { ...state, send: { kind: 'idle' }, outcome: event.outcome };
    case 'refused':
      return {
        ...state,
        ids: event.freshIds ?? state.ids,
        send: { ...event.problem, kind: 'refused', action: event.action },
      };
    case 'failed':
      return {
        ...state,
        send: { ...event.problem, kind: 'failed', action: event.action },
        maybeSent: state.maybeSent || (event.action === 'reject' && event.mayHaveArrived),
      };
  }
}

function looked(state: CardState, event: Extract<CardEvent, { type: 'looked' }>): CardState {
  const { view, clockAheadMs, freshIds } = event;
  const { load, outcome, send } = state;
  const next: CardState = {
    ...state,
    load: { kind: 'ready', view, stale: false },
    clockAheadMs,
    outcome: null,
  };
  const settled = outcome !== null || (load.kind === 'ready' && standingKey(load.view) !== standingKey(view));
  if (!settled) return next;
  return {
    ...next,
    ids: freshIds,
    maybeSent: false,
    // A look-up that shows another standing answer also ends a failure: what was uncertain is now known.
    send: send.kind === 'failed' ? { kind: 'idle' } : send,
    draft: outcome === null || outcome.kind === 'undone' ? state.draft : EMPTY_DRAFT,
    takenBack: outcome?.kind === 'undone' ? { headline: outcome.headline, next: outcome.next } : null,
    remark: send.kind === 'failed' ? 'arrived-meanwhile' : firstStands(state, view) ? 'first-stands' : null,
  };
}

/** Which answer stands; changes exactly when an answer is given or taken back. */
const standingKey = (view: CardView): string => `${view.state} ${view.standing?.id ?? ''}`;

/** Whether the server answered with a first delivery that said something else than the rep sent last. */
function firstStands({ maybeSent, outcome, draft, load }: CardState, { standing }: CardView): boolean {
  if (!maybeSent || standing === null || outcome?.answerId !== standing.id) return false;
  const options = load.kind === 'ready' ? load.view.reasons : [];
  const chosen = options.find((option) => option.code === draft.reason);
  return standing.reasonLabel !== chosen?.label || (standing.note ?? '') !== draft.note.trim();
}

/** Why the last attempt at one of `actions` did not succeed; `null` where there is nothing to say. */
export function problemOf(
  { send }: Pick<CardState, 'send'>,
  ...actions: readonly Action[]
): Extract<Send, { kind: 'refused' | 'failed' }> | null {
  if (send.kind !== 'refused' && send.kind !== 'failed') return null;
  return actions.includes(send.action) ? send : null;
}
