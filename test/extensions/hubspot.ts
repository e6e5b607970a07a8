import { coverageQuery, findingQuery, reviewRequest, type ReviewRequest } from '../../src/contract/guard.ts';
import { jest } from '@jest/globals';
import {
  acceptanceRequest,
  recordRef,
  rejectionRequest,
  undoRequest,
  type AcceptanceRequest,
  type CardView,
  type RejectionRequest,
  type StepView,
  type UndoRequest,
} from '../../src/contract.ts';

import { bulkRequest, type BulkRequest } from '../../src/contract/bulk.ts';
import {
  disputeDecisionRequest,
  disputeQuery,
  disputeRequest,
  type DisputeDecisionRequest,
  type DisputeRequest,
} from '../../src/contract/disputes.ts';
import { escalationRequest, type EscalationRequest } from '../../src/contract/escalations.ts';
import {
  candidateQuery,
  eventDateRequest,
  successorRequest,
  type EventDateRequest,
  type SuccessorRequest,
} from '../../src/contract/followUp.ts';
import { batchRequest, queueQuery, type BatchRequest } from '../../src/contract/queues.ts';

/** The server's address in these tests, as an uploaded profile would name it. */
export const BASE_URL = 'https://mql.example.com';

/** What `hubspot.fetch` resolves to in HubSpot's worker, as far as the card looks at it. */
export type Delivered = { readonly status: number; readonly text: () => Promise<string> };

export const delivered = (body: unknown, status = 200): Delivered => ({
  status,
  text: () => Promise.resolve(typeof body === 'string' ? body : JSON.stringify(body)),
});

/** A failing server as HubSpot's proxy reports it: a 200 of its own, with the true status inside. */
export const wrapped = (appServerStatusCode: number, responseBody: unknown = ''): Delivered =>
  delivered({
    status: 'error',
    category: 'BAD_GATEWAY',
    message: 'Error returned from Request Uri',
    context: { appServerStatusCode: [String(appServerStatusCode)] },
    responseBody,
  });

export type Sent =
  | { readonly route: 'card'; readonly request: Record<string, string> }
  | { readonly route: 'rejection'; readonly request: RejectionRequest }
  | { readonly route: 'acceptance'; readonly request: AcceptanceRequest }
  | { readonly route: 'batch-page'; readonly request: Record<string, string> }
  | { readonly route: 'batch'; readonly request: BatchRequest }
  | { readonly route: 'pending' | 'reviews' | 'coverage'; readonly request: Record<string, string> }
  | { readonly route: 'reasons' | 'disputes'; readonly request: Record<string, string> }
  | { readonly route: 'bulk'; readonly request: BulkRequest }
  | { readonly route: 'dispute'; readonly request: DisputeRequest }
  | { readonly route: 'dispute-decision'; readonly request: DisputeDecisionRequest }
  | { readonly route: 'escalation'; readonly id: string; readonly request: EscalationRequest }
  | { readonly route: 'candidates'; readonly answerId: string; readonly request: Record<string, string> }
  | { readonly route: 'escalations'; readonly request: Record<string, string> }
  | { readonly route: 'review'; readonly id: string; readonly request: ReviewRequest }
  | {
      readonly route: 'next-steps' | 'enrichments' | 'right-contacts';
      readonly request: Record<string, string>;
    }
  | { readonly route: 'event-date'; readonly answerId: string; readonly request: EventDateRequest }
  | { readonly route: 'right-contact'; readonly answerId: string; readonly request: SuccessorRequest }
  | { readonly route: 'undo'; readonly answerId: string; readonly request: UndoRequest };

type Answers = Partial<Record<Sent['route'], (sent: Sent) => Delivered | Promise<Delivered>>>;

/**
 * Stands where HubSpot stands: `hubspot.fetch`. Everything that the card sends is read with the schemas of the wire
 * contract, so that a request which the server would not understand fails the test.
 */
export function standInForHubSpot(): { readonly sent: Sent[]; readonly answers: Answers } {
  const sent: Sent[] = [];
  const answers: Answers = {};
  const hsFetch = async (
    address: string,
    options: { method: string; body?: unknown },
  ): Promise<Delivered> => {
    const received = understood(new URL(address), options);
    sent.push(received);
    const answer = answers[received.route];
    if (answer === undefined) throw new Error(`The test has no answer for ${received.route}.`);
    return answer(received);
  };
  Object.assign(globalThis, { self: globalThis, hsFetch });
  return { sent, answers };
}

function understood(url: URL, { method, body }: { method: string; body?: unknown }): Sent {
  if (url.origin !== BASE_URL) throw new Error(`${url.origin} is not the server.`);
  const undone = /^\/v1\/answers\/([^/]+)\/undo$/.exec(url.pathname)?.[1];
  if (undone !== undefined) return { route: 'undo', answerId: undone, request: undoRequest.parse(body) };
  const dated = /^\/v1\/answers\/([^/]+)\/event-date$/.exec(url.pathname)?.[1];
  if (dated !== undefined)
    return { route: 'event-date', answerId: dated, request: eventDateRequest.parse(body) };
  const named = /^\/v1\/answers\/([^/]+)\/right-contact$/.exec(url.pathname)?.[1];
  if (named !== undefined)
    return { route: 'right-contact', answerId: named, request: successorRequest.parse(body) };
  const reviewed = /^\/v1\/reviews\/([^/]+)$/.exec(url.pathname)?.[1];
  if (reviewed !== undefined) return { route: 'review', id: reviewed, request: reviewRequest.parse(body) };
  const pattern = /^\/v1\/escalations\/([^/]+)$/.exec(url.pathname)?.[1];
  if (pattern !== undefined)
    return { route: 'escalation', id: pattern, request: escalationRequest.parse(body) };
  const asked = Object.fromEntries(url.searchParams);
  const looked = /^\/v1\/answers\/([^/]+)\/candidates$/.exec(url.pathname)?.[1];
  if (looked !== undefined) {
    candidateQuery.strict().parse(asked);
    return { route: 'candidates', answerId: looked, request: asked };
  }
  switch (`${method} ${url.pathname}`) {
    case 'GET /v1/queues/pending_reasons':
      findingQuery.strict().parse(asked);
      return { route: 'pending', request: asked };
    case 'GET /v1/queues/human_review':
      findingQuery.strict().parse(asked);
      return { route: 'reviews', request: asked };
    case 'GET /v1/queues/next_steps':
      findingQuery.strict().parse(asked);
      return { route: 'next-steps', request: asked };
    case 'GET /v1/queues/enrichment':
      findingQuery.strict().parse(asked);
      return { route: 'enrichments', request: asked };
    case 'GET /v1/queues/right_contact':
      findingQuery.strict().parse(asked);
      return { route: 'right-contacts', request: asked };
    case 'GET /v1/queues/escalations':
      return { route: 'escalations', request: asked };
    case 'GET /v1/coverage':
      coverageQuery.strict().parse(asked);
      return { route: 'coverage', request: asked };
    case 'GET /v1/disputes':
      disputeQuery.strict().parse(asked);
      return { route: 'disputes', request: asked };
    case 'POST /v1/disputes':
      return { route: 'dispute', request: disputeRequest.parse(body) };
    case 'POST /v1/disputes/decisions':
      return { route: 'dispute-decision', request: disputeDecisionRequest.parse(body) };
    case 'GET /v1/reasons':
      return { route: 'reasons', request: asked };
    case 'POST /v1/bulk-rejections':
      return { route: 'bulk', request: bulkRequest.parse(body) };
    case 'GET /v1/card':
      return { route: 'card', request: recordRef.parse(Object.fromEntries(url.searchParams)) };
    case 'POST /v1/rejections':
      return { route: 'rejection', request: rejectionRequest.parse(body) };
    case 'POST /v1/acceptances':
      return { route: 'acceptance', request: acceptanceRequest.parse(body) };
    case 'GET /v1/queues/weekly_batch': {
      const request = Object.fromEntries(url.searchParams);
      queueQuery.strict().parse(request);
      return { route: 'batch-page', request };
    }
    case 'POST /v1/batch':
      return { route: 'batch', request: batchRequest.parse(body) };
    default:
      throw new Error(`The contract has no ${method} ${url.pathname}.`);
  }
}

/** Captured before any test replaces the timers. React's scheduler has done the same. */
const realImmediate = setImmediate;

/** Lets everything run that waits for nothing but its turn: promises, React's effects. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => realImmediate(resolve));
}

/** Moves the clock on, timers included. */
export async function pass(milliseconds: number): Promise<void> {
  await jest.advanceTimersByTimeAsync(milliseconds);
  await settle();
}

export const NOW = new Date('2026-11-22T10:00:00.000Z');

/** Stops the clock at {@link NOW}, so that time only passes by {@link pass}. */
export const stopTheClock = (): void => {
  jest.useFakeTimers({ now: NOW, doNotFake: ['queueMicrotask', 'nextTick', 'setImmediate'] });
};

type Reason = CardView['reasons'][number];

export const buildReason = (over: Partial<Reason> = {}): Reason => ({
  code: 'too_early',
  label: 'Too early',
  meaning: 'Researching; worth another look later',
  suggestion: null,
  contradiction: null,
  noteHint: null,
  noteRequired: false,
  next: 'Goes to the educational track.',
  ...over,
});

export const REASON_ROWS: readonly Reason[] = [
  buildReason({ code: 'not_icp', label: 'Not ICP', meaning: 'Outside our definition' }),
  buildReason({ suggestion: 'first visit 3 days ago, no pricing page' }),
  buildReason({
    code: 'bad_data',
    label: 'Bad data',
    meaning: 'Cannot be reached as recorded',
    contradiction: 'the record has a valid phone and company',
  }),
  buildReason({
    code: 'other',
    label: 'Other',
    meaning: 'None of these',
    noteHint: 'What is it, in a few words?',
    noteRequired: true,
  }),
];

export const buildView = (over: Partial<CardView> = {}): CardView => ({
  ok: true,
  now: NOW.toISOString(),
  state: 'open',
  title: 'MQL from “Ops webinar” · attempt 1 · handed off 1 h 12 m ago',
  whyHere: ['Pricing page ×3, ROI calculator', 'VP Operations, 240 people, DE'],
  factsNotice: null,
  definition: { label: 'ICP definition v3', notice: null, url: 'https://example.com/icp' },
  reasons: [...REASON_ROWS],
  standing: null,
  history: [],
  notice: null,
  pending: null,
  gate: null,
  dispute: null,
  waiting: null,
  ...over,
});

export const buildStep = (over: Partial<StepView> = {}): StepView => ({
  label: 'Add to the educational track',
  state: 'done',
  detail: null,
  ...over,
});

export const buildRejected = (
  standing: Partial<NonNullable<CardView['standing']>> = {},
  over: Partial<CardView> = {},
): CardView =>
  buildView({
    state: 'rejected',
    reasons: [],
    standing: {
      kind: 'rejected',
      id: 'rej-1',
      headline: 'Rejected as Too early.',
      next: 'Goes to the educational track, no sales contact before 22 Dec.',
      by: 'Mia Manager',
      at: NOW.toISOString(),
      reasonLabel: 'Too early',
      note: null,
      steps: [buildStep()],
      undoUntil: new Date(NOW.getTime() + 30_000).toISOString(),
      ...standing,
    },
    ...over,
  });

/**
 * A button as it is drawn now, to be pressed later: HubSpot's page may call the function of an earlier drawing, when somebody
 * is faster than the worker.
 */
export function hold(button: { readonly props: { readonly onClick?: unknown } }): () => Promise<void> {
  const { onClick } = button.props;
  if (typeof onClick !== 'function') throw new Error('The button does nothing.');
  return async () => {
    (onClick as () => void)();
    await settle();
  };
}
