/** The right contact is named: found or made in HubSpot, and handed to sales with what is known. */

import type { RefusalAnswer } from '../../src/contract.ts';
import type { FollowUpAnswer, SuccessorRequest } from '../../src/contract/followUp.ts';
import { displayNameOf, type LeadFacts } from '../../src/facts.ts';
import type { Refusal } from '../../src/refusals.ts';
import { attemptOf } from '../../src/rejection.ts';
import {
  inheritedValues,
  isWithSales,
  planOriginal,
  planSuccessor,
  staysInHubSpot,
} from '../../src/rematch.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findEntry } from '../store/ledger.ts';
import type { Handle } from '../store/schema.ts';
import { findFacts } from '../store/snapshots.ts';
import { findStandingAnswer, lockStandingAnswers } from '../store/standingAnswers.ts';
import { findOpenWakeUp, setSuccessor } from '../store/wakeUps.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { oweMore } from './owedPlan.ts';
import { answerOnce, firstAnswerOf } from './requestAnswers.ts';
import { nameIn } from './saveSettings.ts';
import { gatherSituations } from './situation.ts';
import { readSnapshots } from './snapshots.ts';
import { standingRejection } from './standingRejection.ts';

/** What is kept of an answer: who was named, not by which name. */
type Named = {
  readonly ok: true;
  readonly contactId: string;
  readonly isWithSales: boolean;
  /** Whether the contact was made for it. */
  readonly isNew: boolean;
};

/**
 * Hands off the right contact instead of the one that was rejected as the wrong one. Everything is checked before
 * HubSpot is written, and again under the locks. The contact is found or made by its address: what a crash leaves behind
 * is found by the next try.
 */
export async function nameRightContact(
  context: FlowContext,
  identity: Identity,
  entryId: string,
  request: SuccessorRequest,
): Promise<FollowUpAnswer | RefusalAnswer> {
  const { portalId, userId } = identity;
  const { store } = context;
  const once = { requestId: request.requestId, route: `nameRightContact ${entryId}` };
  const first = await firstAnswerOf<Named>(context, identity, once);
  if (first !== null) return first.ok ? inWords(context, portalId, first) : first;
  const asked = await store.transaction((tx) => unmatched(tx, portalId, entryId));
  if (!asked.ok) return refusalAnswer(context, asked.refusal);
  const { facts: original, portal } = asked.situation;
  const { contactId } = original;
  if (isItself(original, request)) return refusalAnswer(context, unusable(ITSELF));
  let successorId: string;
  let isNew: boolean;
  try {
    const known =
      'contactId' in request
        ? request.contactId
        : await context.gateway.findContactByEmail(portal, request.email);
    if (known !== null) {
      const read = await readSnapshots(context, portal, [known], 'click');
      const why = await whyUnusable(store.db, portalId, read.get(known) ?? known, contactId);
      if (why !== null) return refusalAnswer(context, unusable(why));
    }
    const named = await context.gateway.nameSuccessor(
      portal,
      contactId,
      'contactId' in request
        ? { contactId: request.contactId }
        : { email: request.email, values: inheritedValues(original, request) },
    );
    isNew = named.isNew;
    const read = await readSnapshots(context, portal, [named.contactId], 'click');
    successorId = read.get(named.contactId) ?? named.contactId;
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn({ portalId, kind: error.kind, err: error }, 'the right contact could not be written');
    return refusalAnswer(context, error.retry ? { kind: 'hubspot-unreachable' } : unusable(error.sentence));
  }
  const answer = await answerOnce<Named>(context, identity, once, async (tx, now) => {
    // Both at once and sorted: two that name each other do not wait for each other.
    await lockStandingAnswers(tx, [
      { portalId, contactId },
      { portalId, contactId: successorId },
    ]);
    const found = await unmatched(tx, portalId, entryId);
    if (!found.ok) return refusalAnswer(context, found.refusal);
    const why = await whyUnusable(tx, portalId, successorId, contactId);
    if (why !== null) return refusalAnswer(context, unusable(why));
    const [gathered] = await gatherSituations(tx, [
      { portalId, objectId: successorId, isLead: false, requestId: null },
    ]);
    if (gathered?.ok !== true) return refusalAnswer(context, gathered?.refusal ?? { kind: 'record-unknown' });
    const { facts, settings } = found.situation;
    const successor = gathered.situation;
    const withSales = isWithSales(successor);
    const around = { original: facts, successor: successor.facts, settings, portal };
    await setSuccessor(tx, { portalId, entryId }, successorId);
    // Both belong to the rejection: taking it back takes the hand-off of the other one back as well.
    const own = { portalId, entryId, contactId };
    await oweMore(tx, context, { ...own, steps: planOriginal(around, now) });
    const steps = planSuccessor(
      {
        ...around,
        attempt: withSales ? null : attemptOf(successor),
        note: (await findEntry(tx, portalId, entryId))?.note ?? null,
        by: nameIn(portal, userId),
        isNew,
      },
      now,
    );
    await oweMore(tx, context, { ...own, contactId: successorId, steps });
    return { ok: true, contactId: successorId, isWithSales: withSales, isNew };
  });
  return answer.ok ? inWords(context, portalId, answer) : answer;
}

const ITSELF = 'This is the contact that was rejected.';

const isItself = (original: LeadFacts, request: SuccessorRequest): boolean =>
  'contactId' in request
    ? request.contactId === original.contactId
    : original.email?.toLowerCase() === request.email.toLowerCase();

const unusable = (why: string): Refusal => ({ kind: 'contact-unusable', why });

/** The rejection, locked, if it stands, was for the wrong contact, and nobody has named the right one yet. */
async function unmatched(
  tx: Handle,
  portalId: number,
  entryId: string,
): ReturnType<typeof standingRejection> {
  const found = await standingRejection(tx, portalId, entryId);
  if (!found.ok) return found;
  if (found.decision.disposition !== 'rematch')
    return { ok: false, refusal: unusable('This lead was not rejected as the wrong contact.') };
  const open = await findOpenWakeUp(tx, portalId, entryId);
  return open === null || open.successorId === null
    ? found
    : { ok: false, refusal: unusable('The right contact was named already.') };
}

/** Why a contact cannot be the right one; `null` where it can. */
async function whyUnusable(
  tx: Handle,
  portalId: number,
  successorId: string,
  originalId: string,
): Promise<string | null> {
  if (successorId === originalId) return ITSELF;
  const standing = await findStandingAnswer(tx, portalId, successorId);
  return standing?.kind === 'rejection'
    ? 'Sales has rejected this contact as well; it comes back by the re-entry gate only.'
    : null;
}

async function inWords(
  { store }: FlowContext,
  portalId: number,
  { contactId, isWithSales: withSales, isNew }: Named,
): Promise<FollowUpAnswer> {
  const facts = (await findFacts(store.db, portalId, [contactId])).get(contactId);
  const name = facts === undefined ? `Contact ${contactId}` : displayNameOf(facts);
  const sentence = withSales
    ? `${name} is with sales already, and has the context in a note.`
    : `${name} is handed to sales, with the context in a note.`;
  const stays = isNew && facts !== undefined ? ` ${staysInHubSpot(facts)}` : '';
  return { ok: true, sentence: `${sentence}${stays}` };
}
