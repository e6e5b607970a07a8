/** A rep takes a lead on: recorded the same way as a rejection. */

import type { AcceptanceAnswer, AcceptanceRequest, RefusalAnswer } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { decideAcceptance } from '../../src/rejection.ts';
import { answerHandOff } from './answerHandOffs.ts';
import type { Answerer, FlowContext } from './context.ts';

/** Takes an acceptance, or refuses it with a sentence; a second delivery gets the first answer. */
export function recordAcceptance(
  context: FlowContext,
  answerer: Answerer,
  { requestId, record }: AcceptanceRequest,
  path: Path = 'card',
): Promise<AcceptanceAnswer | RefusalAnswer> {
  return answerHandOff(context, answerer, {
    kind: 'acceptance',
    requestId,
    record,
    path,
    decide: ({ entryId, actor, situation, now }) => {
      const decided = decideAcceptance({ path, actor }, situation, now);
      if (!decided.ok) return decided;
      return { ...decided, answer: { ok: true, acceptanceId: entryId, headline: decided.decision.headline } };
    },
  });
}
