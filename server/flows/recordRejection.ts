/** A rep turns a lead back. Every path into the product ends here. */

import type { RefusalAnswer, RejectionAnswer, RejectionRequest } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { decideRejection } from '../../src/rejection.ts';
import { answerHandOff, type HandOffAnswer } from './answerHandOffs.ts';
import type { Answerer, FlowContext } from './context.ts';

/** Takes a rejection, or refuses it with a sentence; a second delivery gets the first answer. */
export function recordRejection(
  context: FlowContext,
  answerer: Answerer,
  request: RejectionRequest,
  path: Path = 'card',
): Promise<RejectionAnswer | RefusalAnswer> {
  return answerHandOff(context, answerer, rejectionOf(request, path));
}

/** What a rejection brings to the common way of answers. */
export function rejectionOf(
  { requestId, record, ...request }: RejectionRequest,
  path: Path,
): HandOffAnswer<RejectionAnswer> {
  return {
    kind: 'rejection',
    requestId,
    record,
    path,
    decide: ({ entryId, leadId, actor, situation, now }) => {
      const decided = decideRejection({ ...request, path, actor, leadId }, situation, now);
      if (!decided.ok) return decided;
      const { headline, next, undoUntil } = decided.decision;
      return { ...decided, answer: { ok: true, rejectionId: entryId, headline, next, undoUntil } };
    },
  };
}
