import { useCallback, useEffect, useMemo, useRef } from 'react';
import type { BatchRow } from '@mql-rejection-loop/domain/contract/queues';
import { createHomeApi, type Filter, type HomeApi } from './api.ts';
import {
  chosenRows,
  FIRST_STATE,
  step,
  type BatchEvent,
  type BatchState,
  type Decision,
  type Outcome,
} from './batchState.ts';
import type { Problem } from './call.ts';
import { useLatest } from './latest.ts';
import { newRequestId } from './requestId.ts';

/** The few of HubSpot's actions that the page needs. */
export type HostActions = {
  readonly addAlert: (alert: { type?: 'success'; message: string }) => void;
};

export type BatchControls = {
  readonly api: HomeApi;
  readonly look: () => void;
  readonly filter: (filter: Partial<Filter>) => void;
  readonly clearFilter: () => void;
  readonly turnTo: (after: string | null) => void;
  readonly select: (ids: readonly string[], on: boolean) => void;
  readonly open: (open: BatchState['open']) => void;
  /** Approves what is selected. */
  readonly approve: () => void;
  readonly override: (row: BatchRow, reason: string, note: string) => void;
  readonly undo: (row: BatchRow, reason: string) => void;
  /** Sends the decision that did not come through once more, as it was. */
  readonly sendAgain: () => void;
  readonly dismiss: () => void;
};

/** How long the reviewer has to stop typing before the filter is looked up. */
const TYPING_MS = 400;

/** The page's state and what a reviewer can do. Answers that come after the page is gone, or too late, are dropped. */
export function useBatch(baseUrl: unknown, host: HostActions): readonly [BatchState, BatchControls] {
  const [state, edit, latest] = useLatest(() => FIRST_STATE);
  const dispatch = useCallback((event: BatchEvent) => edit((before) => step(before, event)), [edit]);
  const api = useMemo(() => createHomeApi(baseUrl), [baseUrl]);
  /** How many look-ups were begun: only the answer to the newest counts. */
  const looks = useRef(0);
  const sending = useRef(false);
  const { filter, after } = state;
  const { text, reason } = filter;

  const look = useCallback(async () => {
    const mine = ++looks.current;
    dispatch({ type: 'look-started' });
    const result = await api.readBatch({ text, reason }, after);
    if (mine !== looks.current) return;
    if (result.kind === 'answer') dispatch({ type: 'looked', page: result.answer });
    else dispatch({ type: 'look-failed', problem: result });
  }, [api, dispatch, text, reason, after]);

  const newestLook = useRef(look);
  useEffect(() => {
    newestLook.current = look;
  }, [look]);

  const lastText = useRef(text);
  useEffect(() => {
    const typed = lastText.current !== text;
    lastText.current = text;
    const timer = typed ? setTimeout(() => void look(), TYPING_MS) : undefined;
    if (!typed) void look();
    return () => {
      clearTimeout(timer);
      looks.current += 1;
    };
  }, [look, text]);

  const decide = async (decision: Decision): Promise<void> => {
    if (sending.current) return;
    sending.current = true;
    dispatch({ type: 'sent', decision });
    const result = await carryOut(api, decision);
    sending.current = false;
    if (result.kind !== 'decided') {
      dispatch({ type: 'not-decided', decision, ...result });
      return;
    }
    dispatch({ type: 'decided', outcomes: result.outcomes });
    const taken = result.outcomes.filter(({ ok }) => ok);
    if (taken.length === 1 && result.outcomes.length === 1 && taken[0] !== undefined)
      host.addAlert({ type: 'success', message: taken[0].sentence });
    // The reviewer may have turned the page or filtered while the decision was under way.
    await newestLook.current();
  };

  const controls: BatchControls = {
    api,
    look: () => void look(),
    filter: (changed) => dispatch({ type: 'filtered', filter: changed }),
    clearFilter: () => dispatch({ type: 'cleared' }),
    turnTo: (start) => dispatch({ type: 'turned', after: start }),
    select: (ids, on) => dispatch({ type: 'selected', ids, on }),
    open: (open) => dispatch({ type: 'opened', open }),
    approve: () => {
      const rows = chosenRows(latest());
      if (rows.length > 0) void decide({ kind: 'approve', requestId: newRequestId(), rows });
    },
    override: (row, otherReason, note) =>
      void decide({ kind: 'override', requestId: newRequestId(), row, reason: otherReason, note }),
    undo: (row, why) => void decide({ kind: 'undo', requestId: newRequestId(), row, reason: why }),
    sendAgain: () => {
      const { send } = latest();
      if (send.kind === 'failed' || send.kind === 'refused') void decide(send.decision);
    },
    dismiss: () => dispatch({ type: 'dismissed' }),
  };
  return [state, controls];
}

type CarriedOut =
  | { readonly kind: 'decided'; readonly outcomes: readonly Outcome[] }
  | { readonly kind: 'failed' | 'refused'; readonly problem: Problem };

async function carryOut(api: HomeApi, decision: Decision): Promise<CarriedOut> {
  const { requestId } = decision;
  switch (decision.kind) {
    case 'approve': {
      const approve = decision.rows.map(({ id }) => id);
      return toOutcomes(await api.decide({ requestId, approve, override: [] }), decision.rows);
    }
    case 'override': {
      const { row, reason, note } = decision;
      const override = [{ entryId: row.id, reason, note: note.trim() || null }];
      return toOutcomes(await api.decide({ requestId, approve: [], override }), [row]);
    }
    case 'undo': {
      const { row, reason } = decision;
      const result = await api.undo(row.id, { requestId, reason: reason.trim(), path: 'app_home' });
      if (result.kind !== 'answer') return { kind: result.kind, problem: result };
      const { headline, next } = result.answer;
      const { id, name } = row;
      return { kind: 'decided', outcomes: [{ id, name, ok: true, sentence: `${headline} ${next}` }] };
    }
  }
}

function toOutcomes(result: Awaited<ReturnType<HomeApi['decide']>>, rows: readonly BatchRow[]): CarriedOut {
  if (result.kind !== 'answer') return { kind: result.kind, problem: result };
  const names = new Map(rows.map(({ id, name }) => [id, name]));
  const outcomes = result.answer.results.map(({ entryId, ok, sentence }) => ({
    id: entryId,
    name: names.get(entryId) ?? entryId,
    ok,
    sentence,
  }));
  return { kind: 'decided', outcomes };
}
