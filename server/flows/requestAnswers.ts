/** Requests of people that are no answers to a lead: carried out once, however often they arrive. */

import type { RefusalAnswer } from '../../src/contract.ts';
import type { Handle } from '../store/schema.ts';
import { findRequestAnswer, keepAnswer, letRequestGo, takeUpRequest } from '../store/requestAnswers.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';

type Request = { readonly requestId: string; readonly route: string };

/** What this request was answered before, so that nothing is asked or written for it again; `null` for a new one. */
export async function firstAnswerOf<A extends { readonly ok: true }>(
  context: FlowContext,
  { portalId }: Identity,
  { requestId, route }: Request,
): Promise<A | RefusalAnswer | null> {
  const first = await findRequestAnswer(context.store.db, { portalId, requestId });
  if (first === null) return null;
  if (first.route !== route) return refusalAnswer(context, { kind: 'request-reused' });
  // JSON in the store; only this route wrote it.
  return first.answer as A;
}

/**
 * Runs `work` in a transaction and keeps its answer, so that a second delivery gets the first one. A refusal has
 * changed nothing and is not kept: the same request may succeed later. What is kept outlives the people that it is about:
 * it holds ids, and whoever shows it looks the names up.
 */
export async function answerOnce<A extends { readonly ok: true }>(
  context: FlowContext,
  identity: Identity,
  request: Request,
  work: (tx: Handle, now: Date) => Promise<A | RefusalAnswer>,
): Promise<A | RefusalAnswer> {
  const { portalId } = identity;
  return context.store.transaction(async (tx) => {
    const now = context.now();
    const first = await takeUpRequest(tx, { portalId, ...request, at: now });
    if (first !== null) {
      if (first.route !== request.route) return refusalAnswer(context, { kind: 'request-reused' });
      // JSON in the store; only this route wrote it.
      return first.answer as A;
    }
    const answer = await work(tx, now);
    const key = { portalId, requestId: request.requestId };
    if (answer.ok) await keepAnswer(tx, key, answer);
    else await letRequestGo(tx, key);
    return answer;
  });
}
