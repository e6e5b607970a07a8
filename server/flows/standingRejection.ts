/** The rejection that stands, for what somebody adds to it later. */

import type { Refusal } from '../../src/refusals.ts';
import type { RejectionDecision, Situation } from '../../src/rejection.ts';
import { findEntry } from '../store/ledger.ts';
import type { EarlierEntry } from '../store/leadSituations.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import { decisionOf, gatherSituations } from './situation.ts';

export type StandingRejection = {
  readonly ok: true;
  readonly situation: Situation;
  readonly standing: EarlierEntry;
  readonly decision: Omit<RejectionDecision, 'steps'>;
};

/** Locks the lead until the transaction ends; a refusal where this is not the rejection that stands. */
export async function standingRejection(
  tx: Handle,
  portalId: number,
  entryId: string,
): Promise<StandingRejection | { readonly ok: false; readonly refusal: Refusal }> {
  const entry = await findEntry(tx, portalId, entryId);
  if (entry === null || entry.kind !== 'rejection') return { ok: false, refusal: { kind: 'answer-unknown' } };
  const { contactId } = entry;
  await lockStandingAnswers(tx, [{ portalId, contactId }]);
  const [gathered] = await gatherSituations(tx, [
    { portalId, objectId: contactId, isLead: false, requestId: null },
  ]);
  if (gathered?.ok !== true) return { ok: false, refusal: gathered?.refusal ?? { kind: 'record-unknown' } };
  const { situation, standing } = gathered;
  if (standing?.entryId !== entryId) return { ok: false, refusal: { kind: 'answer-replaced' } };
  const decision = decisionOf(standing);
  if (decision.kind !== 'rejection')
    throw new Error(`Entry ${entryId} is a rejection with another decision.`);
  return { ok: true, situation, standing, decision };
}
