/** What every command answers with: refusals, and the first answer to a request that comes again. */

import type { AcceptanceAnswer, RefusalAnswer, RejectionAnswer, UndoAnswer } from '../../src/contract.ts';
import { explainRefusal, type Refusal } from '../../src/refusals.ts';
import type { FirstAnswer } from '../store/leadSituations.ts';
import type { EntryKind } from '../store/schema.ts';
import type { FlowContext } from './context.ts';

type AnswerOf = {
  readonly rejection: RejectionAnswer;
  readonly acceptance: AcceptanceAnswer;
  readonly undo: UndoAnswer;
};

/** Our refusal as the wire says it: an answer, never an HTTP error. */
export function refusalAnswer(context: FlowContext, refusal: Refusal): RefusalAnswer {
  return {
    ok: false,
    kind: refusal.kind,
    ...explainRefusal(refusal, context.now()),
    ...('problems' in refusal && { problems: [...refusal.problems] }),
  };
}

/**
 * The first answer to a request that was delivered before; `null` for a new one. The same request id for another
 * lead or another kind of answer is refused: it would hide one of the two.
 */
export function firstAnswerTo<K extends EntryKind>(
  context: FlowContext,
  first: FirstAnswer | null,
  request: { readonly kind: K; readonly about: string },
): AnswerOf[K] | RefusalAnswer | null {
  if (first === null) return null;
  const about = first.kind === 'undo' ? first.reversesEntryId : first.contactId;
  if (first.kind !== request.kind || about !== request.about)
    return refusalAnswer(context, { kind: 'request-reused' });
  // JSON in the store; the kind was compared above, and this kind's answer is what was written with it.
  return first.answer as AnswerOf[K];
}
