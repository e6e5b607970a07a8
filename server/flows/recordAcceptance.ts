/** A rep takes a lead on: recorded the same way as a rejection. */

import type { AcceptanceAnswer, AcceptanceRequest, RefusalAnswer } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { decideAcceptance } from '../../src/rejection.ts';
import { actorOf, commitAnswer, firstAnswer, refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { gatherSituation, lockStanding } from './situation.ts';
import { locateContact } from './snapshots.ts';

/** Takes an acceptance, or refuses it with a sentence; a second delivery gets the first answer. */
export async function recordAcceptance(
  context: FlowContext,
  identity: Identity,
  request: AcceptanceRequest,
  path: Path = 'card',
): Promise<AcceptanceAnswer | RefusalAnswer> {
  const { portalId } = identity;
  const located = await locateContact(context, portalId, request.record);
  if (!located.ok) return refusalAnswer(context, located.refusal);
  const { contactId, leadId } = located;

  return context.store.groupCommit(async (tx) => {
    const now = context.now();
    const standing = await lockStanding(tx, portalId, contactId);
    const gathered = await gatherSituation(tx, portalId, contactId, standing);
    const about = { portalId, requestId: request.requestId, kind: 'acceptance' as const, about: contactId };
    const first = await firstAnswer<AcceptanceAnswer>(tx, context, about);
    if (first !== null) return first;
    if (!gathered.ok) return refusalAnswer(context, gathered.refusal);

    const actor = actorOf(identity, gathered.situation.portal);
    const decided = decideAcceptance({ path, actor }, gathered.situation, now);
    if (!decided.ok) return refusalAnswer(context, decided.refusal);

    const { decision } = decided;
    const acceptanceId = context.newId();
    const answer: AcceptanceAnswer = { ok: true, acceptanceId, headline: decision.headline };
    await commitAnswer(tx, context, {
      entryId: acceptanceId,
      requestId: request.requestId,
      portal: gathered.situation.portal,
      contactId,
      leadId,
      actorUserId: identity.userId,
      path,
      note: null,
      decision,
      answer,
      now,
    });
    return answer;
  });
}
