/**
 * Sales answers hand-offs, many at a time: gather, decide, commit. Rejections and acceptances go the same way and
 * differ in what is decided. One transaction holds ledger rows, plan steps and rollups, and wakes the drain.
 */

import { dayOf } from '../../src/calendar.ts';
import type { AcceptanceAnswer, RecordRef, RefusalAnswer, RejectionAnswer } from '../../src/contract.ts';
import type { Path } from '../../src/mqlProperties.ts';
import type { Refusal } from '../../src/refusals.ts';
import type { AcceptanceDecision, Actor, RejectionDecision, Situation } from '../../src/rejection.ts';
import type { GroupWork } from '../store/groupCommit.ts';
import { insertEntries, type NewEntry } from '../store/ledger.ts';
import type { EarlierEntry } from '../store/leadSituations.ts';
import { insertPlanSteps } from '../store/planSteps.ts';
import { addToRollups, contributionsOf } from '../store/rollups.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers, setStandingAnswers } from '../store/standingAnswers.ts';
import { firstAnswerTo, refusalAnswer, RequestMetError } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';
import { gatherSituations, type Gathered } from './situation.ts';
import { locateContact } from './snapshots.ts';

type Decision = RejectionDecision | AcceptanceDecision;
type Answer = RejectionAnswer | AcceptanceAnswer;

/** What one kind of answer brings to the common way. */
export type HandOffAnswer<A extends Answer> = {
  readonly kind: Decision['kind'];
  readonly requestId: string;
  readonly record: RecordRef;
  readonly path: Path;
  /** Pure: the decision, and what the rep is told when it is committed under this id. */
  readonly decide: (asked: {
    readonly entryId: string;
    readonly leadId: string | null;
    readonly actor: Actor;
    readonly situation: Situation;
    readonly now: Date;
  }) =>
    | { readonly ok: true; readonly decision: Decision; readonly answer: A }
    | { readonly ok: false; readonly refusal: Refusal };
};

type Command = {
  readonly context: FlowContext;
  readonly identity: Identity;
  readonly contactId: string;
  readonly leadId: string | null;
  readonly given: HandOffAnswer<Answer>;
};

/**
 * Takes an answer to a hand-off, or refuses it with a sentence. Resolves when it is committed with everything that it
 * owes to HubSpot; a second delivery of the same request gets the first answer.
 */
export async function answerHandOff<A extends Answer>(
  context: FlowContext,
  identity: Identity,
  given: HandOffAnswer<A>,
): Promise<A | RefusalAnswer> {
  const located = await locateContact(context, identity.portalId, given.record);
  if (!located.ok) return refusalAnswer(context, located.refusal);
  const { contactId, leadId } = located;
  const command: Command = { context, identity, contactId, leadId, given };
  // A group mixes kinds, but each command is answered by its own `decide`, or by a first answer of the same kind.
  return (await context.store.groupCommit(HAND_OFF_ANSWERS, command)) as A | RefusalAnswer;
}

const HAND_OFF_ANSWERS: GroupWork<Command, Answer | RefusalAnswer> = {
  // Two answers to one lead, or two deliveries of one request: the second is decided on what the first has written.
  keysOf: ({ identity: { portalId }, contactId, given }) => [
    `${portalId} contact ${contactId}`,
    `${portalId} request ${given.requestId}`,
  ],
  run: async (tx, commands) => {
    const leads = commands.map(({ identity: { portalId }, contactId, given: { requestId } }) => ({
      portalId,
      contactId,
      requestId,
    }));
    await lockStandingAnswers(tx, leads);
    const gathered = await gatherSituations(tx, leads);
    const outcomes = commands.map((command, place) => decideOn(command, gathered[place]));
    await commitTaken(
      tx,
      outcomes.flatMap((outcome) => ('taken' in outcome ? [outcome.taken] : [])),
    );
    return outcomes.map(({ answer }) => answer);
  },
};

type Taken = {
  readonly command: Command;
  readonly situation: Situation;
  readonly entry: NewEntry;
  readonly decision: Decision;
  /** The acceptance that a rejection took the place of: the two are answers to one hand-off and count once. */
  readonly replaced: EarlierEntry | null;
};

type Outcome =
  { readonly answer: Answer | RefusalAnswer } | { readonly answer: Answer; readonly taken: Taken };

function decideOn(command: Command, gathered: Gathered | undefined): Outcome {
  if (gathered === undefined) throw new Error('Nothing was gathered for a command.');
  const { context, identity, contactId, leadId, given } = command;
  const { kind, requestId, path } = given;
  const first = firstAnswerTo<Answer>(context, gathered.first, { kind, about: contactId });
  if (first !== null) return { answer: first };
  if (!gathered.ok) return { answer: refusalAnswer(context, gathered.refusal) };

  const { situation } = gathered;
  const now = context.now();
  const entryId = context.newId();
  const decided = given.decide({ entryId, leadId, actor: actorOf(identity, situation), situation, now });
  if (!decided.ok) return { answer: refusalAnswer(context, decided.refusal) };

  const { decision, answer } = decided;
  const entry: NewEntry = {
    portalId: identity.portalId,
    entryId,
    requestId,
    kind,
    contactId,
    leadId,
    at: now,
    day: dayOf(now, situation.portal.timeZone),
    actorUserId: identity.userId,
    path,
    reason: decision.kind === 'rejection' ? decision.reason : null,
    reversesEntryId: null,
    note: decision.kind === 'rejection' ? decision.note : null,
    dims: decision.dimensions,
    decision,
    answer,
  };
  const replaces = decision.kind === 'rejection' ? decision.replaces : null;
  const replaced = replaces === null ? null : gathered.standing;
  return { answer, taken: { command, situation, entry, decision, replaced } };
}

/** Who answers, by the name the portal knows; a user who is no owner is shown by what HubSpot signed. */
function actorOf({ userId, userEmail }: Identity, { portal: { userNames } }: Situation): Actor {
  return { userId, name: userNames[String(userId)] ?? userEmail ?? `user ${userId}` };
}

/** Writes answers: ledger rows, standing answers, plan steps, rollups and the wake-up of the drain, all or nothing. */
async function commitTaken(tx: Handle, taken: readonly Taken[]): Promise<void> {
  if (taken.length === 0) return;
  const entries = taken.map(({ entry }) => entry);
  const written = await insertEntries(tx, entries);
  // The same request for another lead at the same moment, in another process: only the database notices.
  const met = entries.find(({ entryId }) => !written.has(entryId));
  if (met !== undefined) throw new RequestMetError(met.requestId);
  await setStandingAnswers(
    tx,
    taken.map(({ entry: { portalId, contactId, entryId }, decision: { kind, attempt } }) => ({
      portalId,
      contactId,
      entryId,
      kind,
      attempt,
    })),
  );
  await insertPlanSteps(
    tx,
    taken.flatMap(({ command: { context }, entry, decision }) =>
      decision.steps.map(({ change, expected, held, dueAt }, seq) => ({
        portalId: entry.portalId,
        stepId: context.newId(),
        entryId: entry.entryId,
        contactId: entry.contactId,
        seq,
        kind: change.kind,
        change,
        expected,
        held,
        dueAt: new Date(dueAt),
        decidedAt: entry.at,
        undoesStepId: null,
      })),
    ),
  );
  await addToRollups(
    tx,
    taken.flatMap(({ entry, replaced }) => contributionsOf(entry, 1, replaced)),
  );
  for (const { command, entry } of taken) {
    await command.context.queue.wake(tx, 'drain-plans', { portalId: entry.portalId });
  }
}
