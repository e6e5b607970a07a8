/**
 * Sales answers hand-offs, many at a time: gather, decide, commit. Rejections and acceptances go the same way and
 * differ in what is decided. One transaction holds ledger rows, plan steps and rollups, and wakes the drain.
 */

import { dayOf, morningOf } from '../../src/calendar.ts';
import type { AcceptanceAnswer, RecordRef, RefusalAnswer, RejectionAnswer } from '../../src/contract.ts';
import { loggedContact } from '../../src/firstContact.ts';
import type { Path } from '../../src/mqlProperties.ts';
import type { Refusal } from '../../src/refusals.ts';
import type { AcceptanceDecision, Actor, RejectionDecision, Situation } from '../../src/rejection.ts';
import type { GroupWork } from '../store/groupCommit.ts';
import { handedOffAt, openHandOff } from '../../src/handOff.ts';
import { toAnsweredFindings } from '../store/findings.ts';
import { toAnsweredHandOffs, type AnsweredHandOff } from '../store/handOffs.ts';
import { tellingRequestMet, toLedger, type NewEntry } from '../store/ledger.ts';
import type { EarlierEntry } from '../store/leadSituations.ts';
import { toEnrichments } from '../store/enrichments.ts';
import { writeTogether, type Write } from '../store/planKept.ts';
import { toPlanSteps, type NewPlanStep } from '../store/planSteps.ts';
import { contributionsOf, toRollups } from '../store/rollups.ts';
import type { Handle } from '../store/schema.ts';
import { toWakeUps, type NewWakeUp } from '../store/wakeUps.ts';
import { lockRecords, toStandingAnswers, type RecordRow } from '../store/standingAnswers.ts';
import { firstAnswerTo, refusalAnswer } from './answers.ts';
import type { Answerer, FlowContext } from './context.ts';
import { gatherSituations, type Gathered, type KeptDecision } from './situation.ts';
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
  readonly identity: Answerer;
  readonly given: HandOffAnswer<Answer>;
  /** The record's contact, where HubSpot was asked just now: what the store does not know then, nobody knows. */
  readonly located: string | null;
};

type Outcome =
  | { readonly do: 'answer'; readonly answer: Answer | RefusalAnswer; readonly taken?: Taken }
  /** The record was never seen, or has come back from the dead: HubSpot has to be asked, outside of the transaction. */
  | { readonly do: 'read' }
  /** Another command of the group is about the same lead, by another record: this one is decided on what that wrote. */
  | { readonly do: 'wait' };

/**
 * Takes an answer to a hand-off, or refuses it with a sentence. Resolves when it is committed with everything that it
 * owes to HubSpot; a second delivery of the same request gets the first answer.
 */
export async function answerHandOff<A extends Answer>(
  context: FlowContext,
  identity: Answerer,
  given: HandOffAnswer<A>,
): Promise<A | RefusalAnswer> {
  for (let located: string | null = null; ;) {
    const command: Command = { context, identity, given, located };
    const outcome = await context.store.groupCommit(HAND_OFF_ANSWERS, command);
    switch (outcome.do) {
      case 'answer':
        // A group mixes kinds, but each command is answered by its own `decide`, or by a first answer of its kind.
        return outcome.answer as A | RefusalAnswer;
      case 'read': {
        const found = await locateContact(context, identity.portalId, given.record);
        if (!found.ok) return refusalAnswer(context, found.refusal);
        located = found.contactId;
        continue;
      }
      case 'wait':
        continue;
    }
  }
}

/**
 * The same as a part of a transaction that has locked the contact's answer and writes more than this. The contact is
 * known: HubSpot is not asked. `look` may change what the decision rests on.
 */
export async function answerWithin<A extends Answer>(
  tx: Handle,
  context: FlowContext,
  identity: Answerer,
  given: HandOffAnswer<A>,
  { contactId, look }: { readonly contactId: string; readonly look: (found: Situation) => Situation },
): Promise<A | RefusalAnswer> {
  const { portalId } = identity;
  const { requestId } = given;
  const [found] = await gatherSituations(tx, [{ portalId, objectId: contactId, isLead: false, requestId }]);
  if (found === undefined) throw new Error('Nothing was gathered for an answer.');
  const outcome = decideOn(
    { context, identity, given, located: contactId },
    found.ok ? { ...found, situation: look(found.situation) } : found,
  );
  if (outcome.do !== 'answer') throw new Error('An answer to a known contact needs no second look.');
  if (outcome.taken !== undefined) await commitTaken(tx, [outcome.taken]);
  // As in `answerHandOff`: the command is answered by its own `decide`, or by a first answer of its kind.
  return outcome.answer as A | RefusalAnswer;
}

const HAND_OFF_ANSWERS: GroupWork<Command, Outcome> = {
  // Two answers on one record, or two deliveries of one request: the second is decided on what the first has written.
  keysOf: ({ identity: { portalId }, given: { requestId, record } }) => [
    `${portalId} record ${record.objectTypeId} ${record.objectId}`,
    `${portalId} request ${requestId}`,
  ],
  run: async (tx, commands) => {
    const records = commands.map(toRecordRow);
    // Sent together: what is gathered is read after the locks are there.
    const [locked, gathered] = await Promise.all([
      lockRecords(tx, records),
      gatherSituations(
        tx,
        commands.map(({ given: { requestId } }, place) => ({ ...(records[place] as RecordRow), requestId })),
      ),
    ]);
    const seen = new Set<string>();
    const outcomes = commands.map((command, place): Outcome => {
      const found = gathered[place];
      if (found === undefined) throw new Error('Nothing was gathered for a command.');
      // Read or merged between the two statements: another lead than the one that is locked, or one that is not.
      if (found.contactId !== (locked[place] ?? null)) return { do: 'wait' };
      const lead = `${command.identity.portalId} ${found.contactId}`;
      if (found.contactId !== null && seen.has(lead)) return { do: 'wait' };
      seen.add(lead);
      return decideOn(command, found);
    });
    await commitTaken(
      tx,
      outcomes.flatMap((outcome) => (outcome.do === 'answer' && outcome.taken ? [outcome.taken] : [])),
    );
    return outcomes;
  },
};

const toRecordRow = ({ identity: { portalId }, given: { record }, located }: Command): RecordRow => ({
  portalId,
  objectId: located ?? record.objectId,
  isLead: located === null && record.objectTypeId === '0-136',
});

type Taken = {
  readonly context: FlowContext;
  readonly entry: NewEntry;
  readonly decision: Decision;
  readonly handOff: AnsweredHandOff;
  /** When a rejected lead is looked at again; `null` for an acceptance. */
  readonly wakeUp: NewWakeUp | null;
  /** The acceptance that a rejection took the place of: the two are answers to one hand-off and count once. */
  readonly replaced: EarlierEntry | null;
};

function decideOn(command: Command, gathered: Gathered): Outcome {
  const { context, identity, given, located } = command;
  const { kind, requestId, path, record } = given;
  const { contactId } = gathered;
  // A second delivery needs no word of HubSpot's, which may be away.
  const first =
    contactId === null ? null : firstAnswerTo(context, gathered.first, { kind, about: contactId });
  if (first !== null) return { do: 'answer', answer: first };
  if (located === null && (contactId === null || gathered.mayBeRestored)) return { do: 'read' };
  if (contactId === null) return { do: 'answer', answer: refusalAnswer(context, { kind: 'record-unknown' }) };
  if (!gathered.ok) return { do: 'answer', answer: refusalAnswer(context, gathered.refusal) };

  const { situation } = gathered;
  const now = context.now();
  const entryId = context.newId();
  const leadId = record.objectTypeId === '0-136' ? record.objectId : null;
  const decided = given.decide({ entryId, leadId, actor: actorOf(identity, situation), situation, now });
  if (!decided.ok) return { do: 'answer', answer: refusalAnswer(context, decided.refusal) };

  const { decision, answer } = decided;
  const { steps: _plan, ...kept }: Decision = decision;
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
    decision: kept satisfies KeptDecision,
    answer,
  };
  const replaces = decision.kind === 'rejection' ? decision.replaces : null;
  const replaced = replaces === null ? null : gathered.standing;
  const handOff = handOffAnswered(context, situation, entry, decision);
  const wakeUp = wakeUpOf(decision, entry, situation.portal.timeZone);
  return { do: 'answer', answer, taken: { context, entry, decision, handOff, wakeUp, replaced } };
}

/** The hand-off that this answers, as it is written where nobody has seen it before. */
function handOffAnswered(
  { newId }: FlowContext,
  situation: Situation,
  { portalId, contactId, at, entryId }: NewEntry,
  { attempt, kind }: Decision,
): AnsweredHandOff {
  const { facts, handOff: kept } = situation;
  const known = kept?.attempt === attempt ? kept : null;
  const openedAt = known?.openedAt ?? handedOffAt(facts, at);
  return {
    ...openHandOff(situation, { attempt, openedAt, openedBy: 'answer' }, at),
    portalId,
    contactId,
    handOffId: known?.handOffId ?? newId(),
    firstContact: loggedContact(facts, openedAt),
    closedAt: at,
    closedBy: entryId,
    closedHow: kind,
  };
}

function wakeUpOf(
  decision: Decision,
  { portalId, entryId, contactId }: NewEntry,
  timeZone: string,
): NewWakeUp | null {
  if (decision.kind !== 'rejection') return null;
  const { kind, on } = decision.wakeUp;
  const dueAt = morningOf(on, timeZone);
  return {
    portalId,
    entryId,
    look: 1,
    contactId,
    kind,
    dueAt,
    eventOn: null,
    eventBy: null,
    successorId: null,
  };
}

/** Who answers, by the name the portal knows; a user who is no owner is shown by what HubSpot signed. */
function actorOf(answerer: Answerer, { portal: { userNames } }: Situation): Actor {
  const { userId } = answerer;
  if (userId === null) return { userId, name: answerer.name };
  const email = answerer.userEmail;
  return { userId, name: userNames[String(userId)] ?? email ?? `user ${userId}`, email };
}

/** Writes answers: ledger rows, standing answers, plan steps, rollups and the wake-up of the drain, all or nothing. */
async function commitTaken(tx: Handle, taken: readonly Taken[]): Promise<void> {
  const [first] = taken;
  if (first === undefined) return;
  const { store, queue } = first.context;
  const written = writeTogether(tx, [
    toLedger(taken.map(({ entry }) => entry)),
    toStandingAnswers(
      taken.map(({ entry: { portalId, contactId, entryId }, decision: { kind, attempt } }) => ({
        portalId,
        contactId,
        entryId,
        kind,
        attempt,
      })),
    ),
    toAnsweredFindings(
      taken.map(({ entry: { portalId, contactId, at }, decision: { kind } }) => ({
        portalId,
        contactId,
        kind,
        at,
      })),
    ),
    toAnsweredHandOffs(taken.map(({ handOff }) => handOff)),
    toPlanSteps(taken.flatMap(stepsOf)),
    toWakeUps(taken.flatMap(({ wakeUp }) => wakeUp ?? [])),
    ...enrichmentsOf(taken),
    toRollups(taken.flatMap(({ entry, replaced }) => contributionsOf(entry, 1, replaced))),
  ]);
  await store.withCommit(tx, tellingRequestMet(written));
  for (const { entry } of taken) {
    await queue.wake(tx, 'drain-plans', { portalId: entry.portalId });
  }
}

/** A part of its own only where a group has a lead with bad data: the statement for all others stays as it is. */
function enrichmentsOf(taken: readonly Taken[]): readonly Write[] {
  const rows = taken.flatMap(({ decision, entry: { portalId, entryId, contactId, at } }) =>
    decision.kind === 'rejection' && decision.disposition === 'enrich'
      ? [{ portalId, entryId, contactId, openedAt: at }]
      : [],
  );
  return rows.length === 0 ? [] : [toEnrichments(rows)];
}

const stepsOf = ({ context, entry, decision }: Taken): NewPlanStep[] =>
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
  }));
