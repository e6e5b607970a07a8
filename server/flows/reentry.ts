/** A lead is to come back to sales: the gate decides, and what it decided is written down with its proof, once. */

import { dayOf } from '../../src/calendar.ts';
import { gateOf, type GateProof } from '../../src/gate.ts';
import type { Path } from '../../src/mqlProperties.ts';
import { planBlockedReentry, planReentry, type HandedOffBy } from '../../src/pendingReason.ts';
import { attemptOf, type Actor } from '../../src/rejection.ts';
import { findFindingByKey, insertFinding } from '../store/findings.ts';
import { cancelPendingSteps } from '../store/planSteps.ts';
import type { Handle } from '../store/schema.ts';
import { clearStandingAnswer } from '../store/standingAnswers.ts';
import { closeEnrichment } from '../store/enrichments.ts';
import { closeWakeUp } from '../store/wakeUps.ts';
import type { FlowContext } from './context.ts';
import { toGateSituation } from './gateSituation.ts';
import { openHandOffs } from './handOffs.ts';
import { owePlan } from './owedPlan.ts';
import type { Gathered } from './situation.ts';

export type AskedReentry = {
  /** The same for every delivery of one request; what was decided for it stands. */
  readonly key: string;
  readonly path: Path;
  readonly actor: Actor;
  readonly at: Date;
  /** What somebody changed to hand it off: stage, mark, or both; empty where nothing was changed yet. */
  readonly moved: readonly HandedOffBy[];
};

/**
 * Decides on a rejected lead that is to be handed off again. Needs a transaction that holds the lead's lock. Passed: the
 * rejection no longer stands and the next attempt begins. Not passed: the lead is put back where it was moved, the
 * proof is noted on the record, and where only a person's decision is missing it waits for that.
 */
export async function meetReentry(
  tx: Handle,
  context: FlowContext,
  { situation, standing }: Extract<Gathered, { ok: true }>,
  { key, path, actor, at, moved }: AskedReentry,
): Promise<GateProof> {
  const { portal, facts, settings } = situation;
  const { portalId } = portal;
  const first = await findFindingByKey(tx, portalId, key);
  if (first?.proof != null) return first.proof;
  const now = context.now();
  const proof = gateOf(await toGateSituation(tx, situation, standing), now);
  const findingId = context.newId();
  const written = await insertFinding(tx, {
    portalId,
    findingId,
    findingKey: key,
    kind: 'reentry',
    contactId: facts.contactId,
    leadId: null,
    path,
    actorUserId: actor.userId,
    reason: null,
    reasonState: 'none',
    changedAt: at,
    foundAt: now,
    day: dayOf(at, portal.timeZone),
    outcome: proof.verdict === 'passed' ? 'handed_off' : proof.verdict,
    closedHow: proof.verdict === 'review' ? null : proof.verdict,
    proof,
  });
  if (!written) return proof;
  if (proof.verdict === 'passed' && standing !== null) {
    // What its rejection still owes would move a lead that is with sales again.
    await cancelPendingSteps(tx, portalId, standing.entryId, now);
    await closeWakeUp(tx, standing, 'handed_off', now);
    await closeEnrichment(tx, standing, 'closed', now);
    await clearStandingAnswer(tx, portalId, facts.contactId);
  }
  if (proof.verdict === 'passed')
    await openHandOffs(tx, context, [{ situation, openedBy: 'reentry', openedAt: at }]);
  const steps =
    proof.verdict === 'passed'
      ? planReentry({ facts, settings, portal }, attemptOf({ ...situation, standing: null }), now)
      : planBlockedReentry(moved, proof, { portal }, now);
  await owePlan(tx, context, { portalId, owedBy: findingId, contactId: facts.contactId, steps });
  return proof;
}
