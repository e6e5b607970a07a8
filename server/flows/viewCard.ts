/** What the card shows for one record: every word that depends on the customer, ready to draw. */

import { readableDay, readableMoment, dayOf } from '../../src/calendar.ts';
import { describeChange } from '../../src/changes.ts';
import type {
  CardView,
  ReasonOption,
  RecordRef,
  RefusalAnswer,
  StandingAnswer,
  StepView,
} from '../../src/contract.ts';
import { contradictionOf, suggestReason } from '../../src/evidence.ts';
import type { LeadFacts } from '../../src/facts.ts';
import { handOffInForce, handOffLine } from '../../src/handOff.ts';
import { factsNotice, storyLines, storyTitle } from '../../src/handOffStory.ts';
import { definitionNotice } from '../../src/icp.ts';
import { reasonOf } from '../../src/reasons.ts';
import { explainRefusal } from '../../src/refusals.ts';
import { attemptOf, canBeAnswered, needsNote, type Situation } from '../../src/rejection.ts';
import { nextStepOf } from '../../src/routing.ts';
import { listEntries, type LedgerEntry } from '../store/ledger.ts';
import { listSteps, type PlanStep } from '../store/planSteps.ts';
import type { Handle } from '../store/schema.ts';
import { markStale } from '../store/snapshots.ts';
import { refusalAnswer } from './answers.ts';
import { asksToUnsubscribe } from '../../src/unsubscribe.ts';
import type { FlowContext, Identity, PortalAt } from './context.ts';
import { toGateSituation } from './gateSituation.ts';
import { openSeen } from './handOffs.ts';
import { disputeOnCard } from './disputes.ts';
import { decisionOf, gatherSituations } from './situation.ts';
import { gateOf, type GateProof } from '../../src/gate.ts';
import { classedIn } from './classed.ts';
import { pathInWords } from '../../src/pendingReason.ts';
import { listOpenFindings, type GuardFinding } from '../store/findings.ts';
import { locateContact } from './snapshots.ts';
import { waitingFor } from './waitingFor.ts';

/** The lead with the moment of the hand-off that was kept: HubSpot's date of the stage moves when our undo sets the stage. */
function handedOff({ facts, handOff, ...situation }: Situation): LeadFacts {
  const isThis = handOff?.attempt === attemptOf({ facts, handOff, ...situation });
  return isThis ? { ...facts, handedOffAt: handOff.openedAt.toISOString() } : facts;
}

/** The card of one record, or why there is none. Reads HubSpot only for a record that was never seen. */
export async function viewCard(
  context: FlowContext,
  identity: Identity,
  record: RecordRef,
): Promise<CardView | RefusalAnswer> {
  const { portalId } = identity;
  const located = await locateContact(context, portalId, record);
  if (!located.ok) return refusalAnswer(context, located.refusal);
  return context.store.transaction(async (tx) => {
    const now = context.now();
    const { contactId } = located;
    const [gathered] = await gatherSituations(tx, [
      { portalId, objectId: contactId, isLead: false, requestId: null },
    ]);
    if (gathered === undefined) throw new Error('Nothing was gathered for the card.');
    if (!gathered.ok) return refusalAnswer(context, gathered.refusal);
    const { situation, staleSince } = gathered;
    const notice = factsNotice(situation.facts, staleSince, situation.settings.factsFreshMinutes, now);
    // A card on old facts says so, and the facts are read again behind it: the rep never waits for HubSpot.
    if (notice !== null) {
      if (staleSince === null) await markStale(tx, portalId, [contactId], now);
      await context.queue.wake(tx, 'refresh-snapshots', { portalId });
    }
    await openIfUnseen(tx, context, situation);
    const answers = await answersOf(tx, portalId, contactId);
    const [pending] = await listOpenFindings(tx, portalId, contactId);
    const waiting = await waitingFor(tx, situation, gathered.standing, now);
    const proof =
      situation.standing?.kind === 'rejection'
        ? gateOf(await toGateSituation(tx, situation, gathered.standing), now)
        : null;
    const rejected = situation.standing?.kind === 'rejection' ? situation.standing.entryId : null;
    const { settings, portal } = situation;
    return {
      dispute: await disputeOnCard(tx, identity, rejected, settings, portal),
      ...toCardView(situation, notice, answers, now),
      ...aroundTheCard(pending, proof, { portal: situation.portal, now }),
      waiting,
    };
  });
}

/** At the latest when its card is opened, a lead that is with sales has its hand-off. */
async function openIfUnseen(tx: Handle, context: FlowContext, situation: Situation): Promise<void> {
  const { facts, settings, standing, handOff } = situation;
  if (standing !== null || handOff?.attempt === attemptOf(situation) || !canBeAnswered(facts, settings))
    return;
  await openSeen(tx, context, situation.portal.portalId, [facts]);
}

type Answered = {
  readonly entry: LedgerEntry;
  readonly undo: LedgerEntry | null;
  readonly steps: readonly PlanStep[];
  readonly undoSteps: readonly PlanStep[];
};

async function answersOf(tx: Handle, portalId: number, contactId: string): Promise<readonly Answered[]> {
  const entries = await listEntries(tx, portalId, contactId);
  const steps = await listSteps(
    tx,
    portalId,
    entries.map(({ entryId }) => entryId),
  );
  const stepsOf = (entryId: string | undefined): PlanStep[] =>
    steps.filter((step) => step.entryId === entryId);
  return entries
    .filter((entry) => entry.kind !== 'undo')
    .map((entry) => {
      const undo = entries.find((other) => other.reversesEntryId === entry.entryId) ?? null;
      return { entry, undo, steps: stepsOf(entry.entryId), undoSteps: stepsOf(undo?.entryId) };
    });
}

/** What was done around the card and waits for its reason, and whether a rejected lead may come back. */
function aroundTheCard(
  pending: GuardFinding | undefined,
  proof: GateProof | null,
  { portal }: PortalAt,
): Pick<CardView, 'pending' | 'gate'> {
  const waits = pending !== undefined && pending.kind === 'rejection';
  const when = waits ? readableMoment(pending.changedAt, portal.timeZone) : '';
  const done = pending?.outcome === 'held' ? 'It is held' : 'It was put back';
  return {
    pending: waits
      ? `This lead was rejected without a reason (${pathInWords(pending.path)}, ${when}). ${done}; choose a reason here to reject it.`
      : null,
    gate:
      proof === null
        ? null
        : {
            sentence: proof.sentence,
            rules: proof.rules.map(({ label, holds, fact }) => ({ label, holds, fact })),
          },
  };
}

function toCardView(
  situation: Situation,
  notice: string | null,
  answers: readonly Answered[],
  now: Date,
): Omit<CardView, 'pending' | 'gate' | 'dispute' | 'waiting'> {
  const { settings, portal, facts, standing } = situation;
  const at: PortalAt = { portal, now };
  const current = answers.find(({ entry }) => entry.entryId === standing?.entryId) ?? null;
  const past = answers.filter((answer) => answer !== current);
  const state =
    standing?.kind === 'rejection'
      ? 'rejected'
      : standing?.kind === 'acceptance'
        ? 'accepted'
        : canBeAnswered(facts, settings)
          ? 'open'
          : 'not-handed-off';
  return {
    ok: true,
    now: now.toISOString(),
    state,
    title:
      state === 'not-handed-off' ? 'Not an MQL' : storyTitle(handedOff(situation), attemptOf(situation), now),
    whyHere: [
      ...storyLines(facts),
      ...(state === 'not-handed-off'
        ? []
        : [
            handOffLine(
              handOffInForce(situation.handOff, situation, attemptOf(situation), now),
              settings,
              portal,
              now,
            ),
          ]),
    ],
    factsNotice: notice,
    definition: {
      label: `ICP definition v${settings.icp.version}`,
      notice: definitionNotice(settings.icp, now),
      url: settings.icp.url,
    },
    reasons: state === 'rejected' || state === 'not-handed-off' ? [] : reasonOptions(situation, now),
    standing: current === null ? null : toStanding(current, at),
    history: past.map((answer) => toHistory(answer, at)),
    notice: state === 'not-handed-off' ? explainRefusal({ kind: 'not-handed-off' }, now).sentence : null,
  };
}

function reasonOptions(situation: Situation, now: Date): ReasonOption[] {
  const { settings, facts, duplicate } = situation;
  const evidence = { facts, duplicate, settings, now };
  const suggestion = suggestReason(settings.reasons, evidence);
  return settings.reasons.map((reason) => ({
    code: reason.code,
    label: reason.label,
    meaning: reason.meaning,
    suggestion: suggestion?.code === reason.code ? suggestion.evidence : null,
    contradiction: contradictionOf(reason.code, evidence),
    noteHint: reasonOf(reason.code).noteHint,
    ...(asksToUnsubscribe(reason.code) && { asksUnsubscribe: true }),
    noteRequired: needsNote(reason.code, settings),
    next: nextStepOf(reason, situation, now).next,
  }));
}

function toStanding({ entry, steps }: Answered, at: PortalAt): StandingAnswer {
  const decision = decisionOf(entry);
  const isRejection = decision.kind === 'rejection';
  return {
    kind: isRejection ? 'rejected' : 'accepted',
    id: entry.entryId,
    headline: decision.headline,
    next: isRejection ? decision.next : null,
    by: decision.by,
    at: entry.at.toISOString(),
    reasonLabel: isRejection ? decision.reasonLabel : null,
    classed: isRejection ? classedIn(decision) : null,
    note: entry.note,
    steps: steps.map((step) => toStepView(step, at)),
    undoUntil: decision.undoUntil,
  };
}

function toHistory({ entry, undo, steps, undoSteps }: Answered, at: PortalAt): CardView['history'][number] {
  const decision = decisionOf(entry);
  const what = decision.kind === 'rejection' ? `Rejected as ${decision.reasonLabel}` : 'Accepted';
  const takenBack = undo === null ? '' : `, taken back${undo.note === null ? '' : `: ${undo.note}`}`;
  const reversing = undoSteps.filter((step) => step.state !== 'done');
  return {
    at: (undo ?? entry).at.toISOString(),
    sentence: `${what} by ${decision.by}${takenBack}.`,
    steps: steps.map((step) => {
      const reversal = reversing.find((other) => other.undoesStepId === step.stepId);
      return reversal === undefined
        ? toStepView(step, at)
        : { ...toStepView(reversal, at), label: `Taking back: ${labelOf(step)}` };
    }),
  };
}

/** A privacy deletion erases what a step said, not that it was taken. */
function labelOf({ change }: PlanStep): string {
  return change === null ? 'Erased with the person’s data' : describeChange(change);
}

/** A wait that is longer than this is worth telling the rep. */
const TOLD_WAIT_MS = 60_000;

/** What keeps a step that is tried again by itself, and when that is, where it is not soon. */
function untilNextTry({ problem }: PlanStep, { portal, now }: PortalAt): string | null {
  if (problem === null) return null;
  const retryAt = problem.retryAt === undefined ? null : new Date(problem.retryAt);
  return retryAt === null || retryAt.getTime() - now.getTime() <= TOLD_WAIT_MS
    ? problem.sentence
    : `${problem.sentence} Next try: ${readableMoment(retryAt, portal.timeZone)}.`;
}

function toStepView(step: PlanStep, at: PortalAt): StepView {
  const { portal, now } = at;
  const label = labelOf(step);
  const sentence = step.problem?.sentence ?? null;
  switch (step.state) {
    case 'pending': {
      const waits = step.held && step.dueAt.getTime() > now.getTime();
      if (!waits) return { label, state: 'pending', detail: untilNextTry(step, at) };
      const by = readableDay(dayOf(step.dueAt, portal.timeZone));
      return { label, state: 'waiting', detail: `Waits for the weekly review; by itself on ${by}.` };
    }
    case 'stale':
      return { label, state: 'failed', detail: sentence };
    case 'undone':
      // Without a trace it was never carried out: there was nothing to take back.
      if (step.trace === null) return { label, state: 'cancelled', detail: sentence };
      return {
        label,
        state: step.problem?.kind === 'not-restored' ? 'not-restored' : 'undone',
        detail: sentence,
      };
    case 'unknown':
      return { label, state: 'unknown', detail: untilNextTry(step, at) };
    case 'running':
    case 'done':
    case 'failed':
      return { label, state: step.state, detail: sentence };
  }
}
