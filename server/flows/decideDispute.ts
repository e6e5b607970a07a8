/** Disputes are raised and decided: one change with an owner and a day, for all the leads that raised the question. */

import { dayOf, readableDay } from '../../src/calendar.ts';
import type { RefusalAnswer } from '../../src/contract.ts';
import type {
  DisputeAnswer,
  DisputeDecisionAnswer,
  DisputeDecisionRequest,
  DisputeRequest,
} from '../../src/contract/disputes.ts';
import { definitionLabel, reopenDefinition } from '../../src/definitions.ts';
import { decisionProblems, evidenceOf, groupInWords, planDisputeTask } from '../../src/disputes.ts';
import { toStorable } from '../../src/text.ts';
import { mayDo } from '../../src/roles.ts';
import {
  findDisputed,
  insertDisputeDecision,
  lockDisputes,
  raiseDispute,
  type DisputedEntry,
} from '../store/disputes.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { reasonLabelIn } from './disputes.ts';
import { owePlan } from './owedPlan.ts';
import { answerOnce } from './requestAnswers.ts';
import { changeIn, nameIn, withDefinition } from './saveSettings.ts';
import { settingsOf } from './settings.ts';

/** Puts a rejection into the next weekly review, whatever its evidence. */
export function disputeRejection(
  context: FlowContext,
  identity: Identity,
  { requestId, entryId }: DisputeRequest,
): Promise<DisputeAnswer | RefusalAnswer> {
  const { portalId, userId } = identity;
  return answerOnce(context, identity, { requestId, route: 'disputeRejection' }, async (tx, at) => {
    const portal = (await findPortal(tx, portalId))?.map ?? null;
    if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
    const { roles } = await settingsOf(tx, portalId);
    const denied = mayDo('decide-dispute', userId, roles, (id) => nameIn(portal, id));
    if (denied !== null) return refusalAnswer(context, denied);
    const open = await lockOpen(tx, portalId, [entryId]);
    if (open.length === 0) return refusalAnswer(context, { kind: 'dispute-unknown' });
    await raiseDispute(tx, { portalId, entryId, byUserId: userId, at });
    return { ok: true, sentence: 'It is looked at in the next weekly review, under Disputes.' };
  });
}

/** Locks the rejections that stand and are not decided on, and reads them again under the lock. */
async function lockOpen(
  tx: Handle,
  portalId: number,
  entryIds: readonly string[],
): Promise<readonly DisputedEntry[]> {
  const known = await findDisputed(tx, portalId, entryIds);
  const ids = known.map((entry) => entry.entryId);
  await lockDisputes(tx, portalId, ids);
  return findDisputed(tx, portalId, ids);
}

/** One decision about the leads of a question. What was decided or taken back meanwhile is left out of it. */
export function decideDispute(
  context: FlowContext,
  identity: Identity,
  request: DisputeDecisionRequest,
): Promise<DisputeDecisionAnswer | RefusalAnswer> {
  const { portalId, userId } = identity;
  const { requestId, group, cause, change, ownerUserId, dueOn, reopen } = request;
  return answerOnce(context, identity, { requestId, route: 'decideDispute' }, async (tx, now) => {
    const portal = (await findPortal(tx, portalId))?.map ?? null;
    if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
    const settings = await settingsOf(tx, portalId);
    const nameOf = (id: number): string => nameIn(portal, id);
    const denied = mayDo('decide-dispute', userId, settings.roles, nameOf);
    if (denied !== null) return refusalAnswer(context, denied);
    const text = toStorable(request.text).trim();
    const today = dayOf(now, portal.timeZone);
    const decision = { change, text, ownerUserId, dueOn };
    const problems = decisionProblems(decision, portal, today);
    if (problems.length > 0) return refusalAnswer(context, { kind: 'dispute-incomplete', problems });
    const asked = await lockOpen(tx, portalId, [...new Set(request.entryIds)]);
    const entries = asked.filter(
      ({ reason, dims }) =>
        reason === group.reason && (group.dim === null || dims[group.dim] === group.value),
    );
    const [first] = entries;
    if (first === undefined) return refusalAnswer(context, { kind: 'dispute-unknown' });

    const question = groupInWords(group, reasonLabelIn(settings, group.reason));
    // Before the decision is written: whoever may not, or saw older settings, has decided nothing.
    if (reopen !== null) {
      const shown = entries.slice(0, EVIDENCE_MAX).map(({ entryId }) => entryId);
      const evidence = evidenceOf(question, decision, shown);
      const saved = await changeIn(tx, context, identity, now, 'draft-definition', (before) => ({
        ok: true,
        settings: withDefinition(before.settings, reopen, (definition) =>
          reopenDefinition(definition, evidence, { userId, revision: before.version + 1 }, now),
        ),
        section: `${definitionLabel(reopen)} reopened`,
        said: '',
      }));
      if (!saved.ok) return saved;
    }
    const decisionId = context.newId();
    const kept = {
      ...decision,
      ...group,
      portalId,
      decisionId,
      cause,
      at: now,
      day: today,
      byUserId: userId,
    };
    await insertDisputeDecision(
      tx,
      kept,
      entries.map(({ entryId }) => entryId),
    );
    const contactIds = [...new Set(entries.map(({ contactId }) => contactId))];
    const task = planDisputeTask({ ...decision, question, contactIds }, portal, settings.queueOwnerId, now);
    await owePlan(tx, context, {
      portalId,
      owedBy: decisionId,
      contactId: first.contactId,
      steps: [task],
    });
    const said = [
      `Decided for ${countOf(entries.length)}. ${nameOf(ownerUserId)} gets a task for ${readableDay(dueOn)}.`,
    ];
    if (reopen !== null)
      said.push(`The ${definitionLabel(reopen)} definition has a draft with the evidence, in the settings.`);
    return { ok: true, decisionId, sentence: said.join(' ') };
  });
}

/** Most leads that a reopened definition names. */
const EVIDENCE_MAX = 20;

const countOf = (n: number): string => (n === 1 ? 'one lead' : `${n.toLocaleString('en-GB')} leads`);
