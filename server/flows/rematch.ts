/** The right contact is named: found or made in HubSpot, and handed to sales with what is known. */

import type { RefusalAnswer } from '../../src/contract.ts';
import type { FollowUpAnswer, SuccessorRequest } from '../../src/contract/followUp.ts';
import { displayNameOf, type LeadFacts } from '../../src/facts.ts';
import { inheritedValues, planOriginal, planSuccessor, staysInHubSpot } from '../../src/rematch.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findEntry } from '../store/ledger.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { findFacts } from '../store/snapshots.ts';
import { findStandingAnswer } from '../store/standingAnswers.ts';
import { findOpenWakeUp, setSuccessor } from '../store/wakeUps.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { oweMore } from './owedPlan.ts';
import { answerOnce } from './requestAnswers.ts';
import { nameIn } from './saveSettings.ts';
import { readSnapshots } from './snapshots.ts';
import { standingRejection } from './standingRejection.ts';

/**
 * Hands off the right contact instead of the one that was rejected as the wrong one. The contact is found or made first,
 * by its address: what a crash leaves behind is found by the next try.
 */
export async function nameRightContact(
  context: FlowContext,
  identity: Identity,
  entryId: string,
  request: SuccessorRequest,
): Promise<FollowUpAnswer | RefusalAnswer> {
  const { portalId, userId } = identity;
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const entry = await findEntry(db, portalId, entryId);
  const original =
    entry === null ? undefined : (await findFacts(db, portalId, [entry.contactId])).get(entry.contactId);
  if (entry === null || original === undefined) return refusalAnswer(context, { kind: 'answer-unknown' });
  if (isItself(original, request))
    return refusalAnswer(context, {
      kind: 'contact-unusable',
      why: 'This is the contact that was rejected.',
    });
  let successorId: string;
  let isNew: boolean;
  try {
    const successor =
      'contactId' in request
        ? { contactId: request.contactId }
        : { email: request.email, values: inheritedValues(original, request) };
    const named = await context.gateway.nameSuccessor(portal, original.contactId, successor);
    ({ contactId: successorId, isNew } = named);
    await readSnapshots(context, portal, [successorId], 'click');
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn({ portalId, kind: error.kind, err: error }, 'the right contact could not be written');
    return refusalAnswer(context, { kind: 'hubspot-unreachable' });
  }
  const once = { requestId: request.requestId, route: `nameRightContact ${entryId}` };
  return answerOnce<FollowUpAnswer>(context, identity, once, async (tx, now) => {
    const found = await standingRejection(tx, portalId, entryId);
    if (!found.ok) return refusalAnswer(context, found.refusal);
    const why = await unusable(tx, portalId, entryId, successorId, original.contactId);
    if (why !== null) return refusalAnswer(context, { kind: 'contact-unusable', why });
    const successor = (await findFacts(tx, portalId, [successorId])).get(successorId);
    if (successor === undefined) return refusalAnswer(context, { kind: 'record-unknown' });
    const { facts, settings } = found.situation;
    const around = { original: facts, successor, settings, portal };
    const by = nameIn(portal, userId);
    await setSuccessor(tx, { portalId, entryId }, successorId);
    // Both belong to the rejection: taking it back takes the hand-off of the other one back as well.
    const own = { portalId, entryId, contactId: facts.contactId };
    await oweMore(tx, context, { ...own, steps: planOriginal(around, now) });
    const steps = planSuccessor({ ...around, note: entry.note, by, isNew }, now);
    await oweMore(tx, context, { ...own, contactId: successorId, steps });
    return { ok: true, sentence: handedOff(successor, isNew) };
  });
}

const handedOff = (successor: LeadFacts, isNew: boolean): string =>
  [
    `${displayNameOf(successor)} is handed to sales, with the context in a note.`,
    ...(isNew ? [staysInHubSpot(successor)] : []),
  ].join(' ');

const isItself = (original: LeadFacts, request: SuccessorRequest): boolean =>
  'contactId' in request
    ? request.contactId === original.contactId
    : original.email?.toLowerCase() === request.email.toLowerCase();

async function unusable(
  tx: Handle,
  portalId: number,
  entryId: string,
  successorId: string,
  originalId: string,
): Promise<string | null> {
  if (successorId === originalId) return 'This is the contact that was rejected.';
  if (((await findOpenWakeUp(tx, portalId, entryId))?.successorId ?? null) !== null)
    return 'The right contact was named already.';
  const standing = await findStandingAnswer(tx, portalId, successorId);
  return standing?.kind === 'rejection'
    ? 'Sales has rejected this contact as well; it comes back by the re-entry gate only.'
    : null;
}
