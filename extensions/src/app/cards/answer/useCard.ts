import type { CardView, RecordRef, StepView } from '@mql-rejection-loop/domain/contract';
import { useCallback, useEffect, useMemo, useReducer, useRef, useState } from 'react';
import { createCardApi, type CardApi } from './api.ts';
import type { Result } from './call.ts';
import {
  firstState,
  step,
  type Action,
  type CardEvent,
  type CardState,
  type Draft,
  type Outcome,
  type RequestIds,
} from './cardState.ts';
import { useLatest } from './latest.ts';
import { newRequestId } from './requestId.ts';

/** The few of HubSpot's actions that the card needs. */
export type HostActions = {
  /** Calls back when one of the properties changes on the record page; HubSpot has no way to stop it. */
  readonly onCrmPropertiesUpdate: (
    properties: string[],
    callback: (values: unknown, error?: unknown) => void,
  ) => void;
  readonly refreshObjectProperties: () => void;
  readonly addAlert: (alert: { type?: 'success'; message: string }) => void;
};

export type CardControls = {
  readonly look: () => void;
  readonly draft: (draft: Partial<Draft>) => void;
  readonly accept: () => void;
  readonly reject: () => void;
  /** @param reason needed once the quick undo is over, else `null` */
  readonly undo: (answerId: string, reason: string | null) => void;
  readonly confirmDate: CardApi['confirmDate'];
};

/** How long the rep waits before the card says that nothing is lost. */
const SLOW_AFTER_MS = 4_000;
/** Steps are looked up soon at first, then ever more rarely: HubSpot allows 20 requests at once per app and account. */
const FIRST_POLL_MS = 2_000;
const SLOWEST_POLL_MS = 30_000;
const POLL_GROWTH = 1.5;

/** The property that every answer sets on the contact. */
const STATUS_PROPERTY = 'mqlr_status';

const newIds = (): RequestIds => ({ accept: newRequestId(), reject: newRequestId(), undo: newRequestId() });

/** The card's state and what the rep can do with it. Answers that come after the card is gone are dropped. */
export function useCard(
  record: RecordRef,
  baseUrl: unknown,
  host: HostActions,
): readonly [CardState, CardControls] {
  const [state, edit, latest] = useLatest(() => firstState(newIds()));
  const dispatch = useCallback((event: CardEvent) => edit((before) => step(before, event)), [edit]);
  const api = useMemo(() => createCardApi(baseUrl), [baseUrl]);
  /** How many look-ups were begun: only the answer to the newest counts. */
  const looks = useRef(0);
  const sending = useRef(false);
  const gone = useRef(false);
  const listening = useRef(false);
  const { objectTypeId, objectId } = record;

  const look = useCallback(async () => {
    // What is being sent decides what there is to see, and is followed by a look of its own.
    if (sending.current || gone.current) return;
    const mine = ++looks.current;
    const askedAt = Date.now();
    const result = await api.readCard({ objectTypeId, objectId });
    if (mine !== looks.current) return;
    if (result.kind !== 'answer') {
      dispatch({ type: 'look-failed', problem: result });
      return;
    }
    const view = result.answer;
    // The server read its clock somewhere between question and answer; the middle is the best guess.
    const clockAheadMs = Date.parse(view.now) - (askedAt + Date.now()) / 2;
    dispatch({ type: 'looked', view, clockAheadMs, freshIds: newIds() });
  }, [api, dispatch, objectTypeId, objectId]);

  const send = async <Answer>(
    action: Action,
    call: () => Promise<Result<Answer>>,
    toOutcome: (answer: Answer) => Outcome,
  ): Promise<void> => {
    if (sending.current) return;
    sending.current = true;
    looks.current += 1;
    dispatch({ type: 'send-started', action });
    const result = await call();
    sending.current = false;
    if (gone.current) return;
    switch (result.kind) {
      case 'answer': {
        const outcome = toOutcome(result.answer);
        dispatch({ type: 'answered', outcome });
        host.addAlert({ type: 'success', message: outcome.headline });
        break;
      }
      case 'refused':
        dispatch({
          type: 'refused',
          action,
          problem: result,
          freshIds: result.refusal === 'request-reused' ? newIds() : null,
        });
        break;
      case 'failed':
        dispatch({ type: 'failed', action, problem: result, mayHaveArrived: result.mayHaveArrived });
        break;
    }
    await look();
  };

  useEffect(() => {
    gone.current = false;
    void look();
    return () => {
      gone.current = true;
      looks.current += 1;
    };
  }, [look]);

  useEffect(() => {
    if (listening.current) return;
    listening.current = true;
    // Tab and sidebar may both be open, and a workflow or a colleague may answer: either way the status moves.
    // A record without the property (a lead) has nothing to tell here, and says so with an error.
    host.onCrmPropertiesUpdate([STATUS_PROPERTY], (_values, error) => {
      if (error === undefined) void look();
    });
  }, [host, look]);

  usePolling(state, look, host);

  const controls: CardControls = {
    look: () => {
      dispatch({ type: 'load-started' });
      void look();
    },
    draft: (change) => dispatch({ type: 'drafted', draft: change }),
    accept: () =>
      void send(
        'accept',
        () => api.accept({ requestId: latest().ids.accept, record: { objectTypeId, objectId } }),
        ({ acceptanceId, headline }) => ({
          kind: 'accepted',
          answerId: acceptanceId,
          headline,
          next: null,
          undoUntil: null,
        }),
      ),
    reject: () =>
      void send(
        'reject',
        () => {
          const { ids, draft } = latest();
          const chosen = chosenOption(latest());
          return api.reject({
            requestId: ids.reject,
            record: { objectTypeId, objectId },
            reason: draft.reason,
            note: draft.note.trim() || null,
            keptDespiteEvidence: chosen?.contradiction != null,
            ...(chosen?.asksUnsubscribe === true && { unsubscribe: draft.unsubscribe }),
          });
        },
        ({ rejectionId, headline, next, undoUntil }) => ({
          kind: 'rejected',
          answerId: rejectionId,
          headline,
          next,
          undoUntil,
        }),
      ),
    confirmDate: api.confirmDate,
    undo: (answerId, reason) =>
      void send(
        'undo',
        () => api.undo(answerId, { requestId: latest().ids.undo, reason }),
        ({ headline, next }) => ({ kind: 'undone', answerId, headline, next, undoUntil: null }),
      ),
  };
  return [state, controls];
}

/** The reason that the rep has chosen, as the server described it. */
export function chosenOption({
  load,
  draft,
}: Pick<CardState, 'load' | 'draft'>): CardView['reasons'][number] | null {
  if (load.kind !== 'ready') return null;
  return load.view.reasons.find((option) => option.code === draft.reason) ?? null;
}

/** Looks again while steps are being carried out, and lets HubSpot redraw its properties whenever one has moved on. */
function usePolling(state: CardState, look: () => Promise<void>, host: HostActions): void {
  const [delayMs, setDelayMs] = useState(FIRST_POLL_MS);
  const { load, send, outcome } = state;
  const view = load.kind === 'ready' ? load.view : null;
  const busy = send.kind === 'sending';
  const wanted = !busy && (outcome !== null || (view !== null && allSteps(view).some(isMoving)));
  const progress =
    view === null
      ? null
      : allSteps(view)
          .map((each) => each.state)
          .join();
  const shown = useRef(progress);

  useEffect(() => {
    if (progress === shown.current) return;
    if (shown.current !== null) host.refreshObjectProperties();
    shown.current = progress;
    setDelayMs(FIRST_POLL_MS);
  }, [progress, host]);

  useEffect(() => {
    if (!wanted) return;
    const timer = setTimeout(() => {
      setDelayMs((delay) => Math.min(delay * POLL_GROWTH, SLOWEST_POLL_MS));
      void look();
    }, delayMs);
    return () => clearTimeout(timer);
  }, [wanted, look, load, delayMs]);
}

export const allSteps = (view: CardView): readonly StepView[] => [
  ...(view.standing?.steps ?? []),
  ...view.history.flatMap((entry) => entry.steps),
];

export const isMoving = (each: StepView): boolean =>
  each.state === 'pending' || each.state === 'running' || each.state === 'unknown';

/** True once `active` has lasted so long that a rep begins to wonder. */
export function useSlow(active: boolean): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!active) return;
    const timer = setTimeout(() => setSlow(true), SLOW_AFTER_MS);
    return () => clearTimeout(timer);
  }, [active]);
  return slow;
}

/**
 * Whole seconds until `instant` by the server's clock; 0 when it has passed or there is none. Each tick reads the
 * clock anew, so that a delayed timer does not make the countdown drift.
 */
export function useSecondsUntil(instant: string | null, clockAheadMs: number): number {
  const left = (): number =>
    instant === null ? 0 : Math.max(0, Math.ceil((Date.parse(instant) - Date.now() - clockAheadMs) / 1_000));
  const [, redraw] = useReducer((ticks: number) => ticks + 1, 0);
  const running = left() > 0;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(redraw, 500);
    return () => clearInterval(timer);
  }, [running]);
  return left();
}
