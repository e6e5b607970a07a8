/** A rep turns a lead back: gather, decide, commit. Every path into the product ends here. */

import type { RefusalAnswer, RejectionAnswer, RejectionRequest } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { decideRejection, type RejectionDecision } from '../../src/rejection.ts';
import { actorOf, commitAnswer, firstAnswer, refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { gatherSituation, lockStanding } from './situation.ts';
import { locateContact } from './snapshots.ts';

/**
 * Takes a rejection, or refuses it with a sentence. Resolves when it is committed with everything that it owes to
 * HubSpot; a second delivery of the same request gets the first answer.
 */
export async function recordRejection(
  context: FlowContext,
  identity: Identity,
  request: RejectionRequest,
  path: Path = 'card',
): Promise<RejectionAnswer | RefusalAnswer> {
  const { portalId } = identity;
  const located = await locateContact(context, portalId, request.record);
  if (!located.ok) return refusalAnswer(context, located.refusal);
  const { contactId, leadId } = located;

  return context.store.groupCommit(async (tx) => {
    const now = context.now();
    const standing = await lockStanding(tx, portalId, contactId);
    const gathered = await gatherSituation(tx, portalId, contactId, standing);
    const about = { portalId, requestId: request.requestId, kind: 'rejection' as const, about: contactId };
    const first = await firstAnswer<RejectionAnswer>(tx, context, about);
    if (first !== null) return first;
    if (!gathered.ok) return refusalAnswer(context, gathered.refusal);

    const command = {
      reason: request.reason,
      note: request.note,
      keptDespiteEvidence: request.keptDespiteEvidence,
      path,
      actor: actorOf(identity, gathered.situation.portal),
      leadId,
    };
    const decided = decideRejection(command, gathered.situation, now);
    if (!decided.ok) return refusalAnswer(context, decided.refusal);

    const { decision } = decided;
    const entryId = context.newId();
    const answer = toAnswer(entryId, decision);
    await commitAnswer(tx, context, {
      entryId,
      requestId: request.requestId,
      portal: gathered.situation.portal,
      contactId,
      leadId,
      actorUserId: identity.userId,
      path,
      note: decision.note,
      decision,
      answer,
      now,
    });
    return answer;
  });
}

function toAnswer(rejectionId: string, decision: RejectionDecision): RejectionAnswer {
  const { headline, next, undoUntil } = decision;
  return { ok: true, rejectionId, headline, next, undoUntil };
}
