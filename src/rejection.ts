/**
 * Deciding: facts and a command in, a decision out. No I/O, no clock, no randomness; the caller gathers before and
 * commits after.
 *
 * Terminology
 * - hand-off: marketing passes an MQL to sales. Attempt 1, 2, 3… per lead.
 * - answer: what sales says to a hand-off, an acceptance or a rejection. One answer stands per lead at a time.
 * - reason code: stable code of a rejection (see reasons.ts).
 * - disposition: where the rejected lead goes.
 * - plan: the ordered steps that carry a disposition out; reversible ones at once, the others after the weekly batch.
 * - undo: takes an answer back; reverses every step that was carried out and cancels the others.
 * - ledger entry: one answer or undo, written once and never changed.
 */

import type { Day } from './calendar.ts';
import { expectedAfter, inverseOf, type Change, type ChangeKind, type Trace } from './changes.ts';
import { NOTE_MAX_LENGTH } from './contract.ts';
import { checkEvidence, suggestReason } from './evidence.ts';
import type { LeadFacts, PossibleDuplicate } from './facts.ts';
import { baselineOf } from './gate.ts';
import type { GateBaseline } from './gateSituation.ts';
import { handOffInForce, type HandOff } from './handOff.ts';
import type { EvidenceVerdict, Path } from './mqlProperties.ts';
import type { PortalMap } from './portal.ts';
import { classOf, type Classed } from './rejectionClass.ts';
import { isReasonCode, reasonOf, type Disposition, type ReasonCode, type RootCause } from './reasons.ts';
import type { Refusal } from './refusals.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import { routeRejection, type NextStep } from './routing.ts';
import type { ReasonSetting, Settings } from './settings.ts';
import { hasWords, toStorable } from './text.ts';
import { canUnsubscribe } from './tracks.ts';
import { rowOf } from './unsubscribe.ts';
import type { WakeUp } from './wakeUps.ts';

/** Who answers. A workflow has a name, but is no user of HubSpot's. */
export type Actor = {
  readonly userId: number | null;
  readonly name: string;
  /** As HubSpot signed it; `null` or left out where it did not. */
  readonly email?: string | null;
};

/** The answer that stands for a lead when a command arrives. */
export type Standing = {
  readonly entryId: string;
  readonly kind: 'acceptance' | 'rejection';
  readonly at: string;
  /** The customer's label of the reason; `null` for an acceptance. */
  readonly reasonLabel: string | null;
};

/** What the caller gathered: the same for every kind of answer. */
export type Situation = {
  readonly settings: Settings;
  readonly portal: PortalMap;
  readonly facts: LeadFacts;
  readonly duplicate: PossibleDuplicate | null;
  readonly standing: Standing | null;
  /** The latest hand-off that is kept of this lead. */
  readonly handOff: HandOff | null;
  /** Rejections of this lead that nobody took back, the standing one included. */
  readonly earlierRejections: number;
};

export type RejectionCommand = {
  readonly reason: string | null;
  readonly note: string | null;
  readonly keptDespiteEvidence: boolean;
  readonly path: Path;
  readonly actor: Actor;
  readonly leadId: string | null;
  /** Whether the person wants no more e-mail; left out or `null` where nobody said. */
  readonly unsubscribe?: boolean | null | undefined;
};

/** Where rates are broken down by: dimension → value at the time of the answer. */
export type Dimensions = Readonly<Record<'source' | 'campaign' | 'rep' | 'path', string>>;

export type RejectionDecision = {
  readonly kind: 'rejection';
  readonly reason: ReasonCode;
  readonly reasonLabel: string;
  readonly rootCause: RootCause | null;
  readonly disposition: Disposition;
  readonly attempt: number;
  /** The acceptance that stood until now; it stands again when this rejection is undone. */
  readonly replaces: string | null;
  readonly steps: readonly PlannedStep[];
  /** Locks of the re-entry gate that this rejection sets. */
  readonly gate: { readonly coolingUntil: Day; readonly icpVersion: number | null };
  /** What a later change is measured by, when the lead is to come back. */
  readonly baseline: GateBaseline;
  readonly nurtureUntil: Day | null;
  readonly nextStep: NextStep;
  /** When the lead is looked at again first. */
  readonly wakeUp: WakeUp;
  readonly evidence: { readonly verdict: EvidenceVerdict; readonly because: string | null };
  readonly keptDespiteEvidence: boolean;
  /** Whether it is a matter of lead quality at all. Left out by earlier releases. */
  readonly classed?: Classed;
  readonly suggested: ReasonCode | null;
  /** When the facts were read, and whether anybody contacted the lead before saying no. */
  readonly factsReadAt: string;
  readonly contacted: boolean;
  readonly dimensions: Dimensions;
  /** Who answered, as people know them. */
  readonly by: string;
  readonly note: string | null;
  readonly headline: string;
  readonly next: string;
  readonly undoUntil: string;
};

export type AcceptanceDecision = {
  readonly kind: 'acceptance';
  readonly attempt: number;
  readonly steps: readonly PlannedStep[];
  readonly factsReadAt: string;
  readonly dimensions: Dimensions;
  readonly by: string;
  readonly headline: string;
  readonly undoUntil: string;
};

export type Decided<T> =
  { readonly ok: true; readonly decision: T } | { readonly ok: false; readonly refusal: Refusal };

const refuse = (refusal: Refusal): { readonly ok: false; readonly refusal: Refusal } => ({
  ok: false,
  refusal,
});

const alreadyRejected = ({ reasonLabel, at }: Standing): Refusal => ({
  kind: 'already-rejected',
  label: reasonLabel ?? 'rejected',
  since: at,
});

/** Accepts or refuses a rejection. The same facts give the same plan. */
export function decideRejection(
  command: RejectionCommand,
  situation: Situation,
  now: Date,
): Decided<RejectionDecision> {
  const { settings, portal, facts, standing } = situation;
  const duplicate = withoutName(situation.duplicate);
  const chosen = chooseReason(command.reason, settings);
  if ('kind' in chosen) return refuse(chosen);
  const written = toStorable(command.note ?? '').trim();
  const note = hasWords(written) ? written : null;
  if (note !== null && note.length > NOTE_MAX_LENGTH)
    return refuse({ kind: 'note-too-long', length: note.length });
  if (note === null && needsNote(chosen.code, settings))
    return refuse({ kind: 'note-required', label: chosen.label });
  if (standing?.kind === 'rejection') return refuse(alreadyRejected(standing));
  if (!canBeAnswered(facts, settings)) return refuse({ kind: 'not-handed-off' });

  const unsubscribe = command.unsubscribe ?? null;
  const row = rowOf(chosen.code, unsubscribe);
  if (row.disposition === 'unsubscribe' && !canUnsubscribe(settings.routing))
    return refuse({ kind: 'unsubscribe-not-set-up' });
  const evidenceInput = { facts, duplicate, settings, now };
  const evidence = checkEvidence(chosen.code, evidenceInput);
  const attempt = attemptOf(situation);
  const handOff = handOffInForce(situation.handOff, situation, attempt, now);
  const classed = classOf({ reason: chosen, handOff, settings, portal }, now);
  const route = routeRejection(
    {
      reason: chosen,
      settings,
      portal,
      facts,
      duplicate,
      evidence: evidence.verdict,
      class: classed.class,
      note,
      attempt,
      path: command.path,
      actor: command.actor,
      leadId: command.leadId,
      unsubscribe,
    },
    now,
  );
  const decision: RejectionDecision = {
    kind: 'rejection',
    reason: chosen.code,
    reasonLabel: chosen.label,
    rootCause: row.rootCause,
    disposition: row.disposition,
    attempt,
    replaces: standing?.entryId ?? null,
    steps: route.steps,
    gate: {
      coolingUntil: route.coolingUntil,
      icpVersion: chosen.code === 'not_icp' ? settings.icp.version : null,
    },
    baseline: baselineOf(facts, route.pointsAfter),
    nurtureUntil: route.nurtureUntil,
    nextStep: route.nextStep,
    wakeUp: route.wakeUp,
    evidence,
    classed,
    keptDespiteEvidence: command.keptDespiteEvidence && evidence.verdict === 'disagrees',
    suggested: suggestReason(settings.reasons, evidenceInput)?.code ?? null,
    factsReadAt: facts.readAt,
    contacted: (facts.contactAttempts ?? 0) > 0 || facts.lastContactedAt !== null,
    dimensions: dimensionsOf(facts, command),
    by: command.actor.name,
    note,
    headline: `Rejected as ${chosen.label}.`,
    next: route.next,
    undoUntil: undoUntil(settings, now),
  };
  return { ok: true, decision };
}

/** Another person's name is not kept with this one's answer, where a privacy deletion would not find it. */
function withoutName(duplicate: PossibleDuplicate | null): PossibleDuplicate | null {
  return duplicate && { ...duplicate, label: `contact ${duplicate.contactId}` };
}

/** Accepts or refuses an acceptance: "this lead meets the bar". */
export function decideAcceptance(
  command: { readonly path: Path; readonly actor: Actor },
  situation: Situation,
  now: Date,
): Decided<AcceptanceDecision> {
  const { settings, portal, facts, standing } = situation;
  if (standing?.kind === 'acceptance') return refuse({ kind: 'already-accepted', since: standing.at });
  if (standing?.kind === 'rejection') return refuse(alreadyRejected(standing));
  if (!canBeAnswered(facts, settings)) return refuse({ kind: 'not-handed-off' });
  const attempt = attemptOf(situation);
  const status = settings.leadStatus.accepted;
  // Where a person took it on by another status, theirs stays.
  const tookOn = settings.handOff.acceptedStatuses.includes(facts.leadStatus ?? '');
  const writesStatus = portal.leadStatuses.includes(status) && !tookOn;
  const change: Change = {
    kind: 'set-properties',
    values: {
      ...(writesStatus ? { hs_lead_status: status } : {}),
      mqlr_status: 'accepted',
      mqlr_reason: '',
      mqlr_root_cause: '',
      mqlr_disposition: '',
      mqlr_class: '',
      mqlr_answered_at: now.toISOString(),
      mqlr_answered_by: String(command.actor.userId ?? ''),
      mqlr_attempt: String(attempt),
      mqlr_path: command.path,
      mqlr_not_to_owner: '',
    },
  };
  const expected = writesStatus ? { hs_lead_status: facts.leadStatus ?? '' } : {};
  const decision: AcceptanceDecision = {
    kind: 'acceptance',
    attempt,
    steps: [plainStep(change, now, expected)],
    factsReadAt: facts.readAt,
    dimensions: dimensionsOf(facts, command),
    by: command.actor.name,
    headline: 'Accepted. This lead is yours to work.',
    undoUntil: undoUntil(settings, now),
  };
  return { ok: true, decision };
}

/** Kind of the problem of a step that was given up although it may have happened. */
export const OUTCOME_UNKNOWN = 'outcome-unknown';

/** A step of the answer that is taken back, as it stands now. */
export type StepToUndo = {
  readonly stepId: string;
  readonly kind: ChangeKind;
  readonly state: 'pending' | 'running' | 'done' | 'failed' | 'unknown' | 'undone' | 'stale';
  readonly problem?: { readonly kind: string } | null;
};

export type UndoDecision = {
  readonly kind: 'undo';
  /** Never started, so never will be. */
  readonly cancel: readonly string[];
  /** Carried out or perhaps carried out: reversed in this order, the last step first. */
  readonly reverse: readonly { readonly stepId: string; readonly kind: ChangeKind }[];
  readonly headline: string;
  readonly next: string;
};

/** Accepts or refuses taking an answer back. */
export function decideUndo(
  command: { readonly reason: string | null },
  answer: {
    readonly entryId: string;
    readonly at: string;
    readonly undone: boolean;
    readonly undoUntil: string;
    readonly steps: readonly StepToUndo[];
  },
  situation: { readonly settings: Settings; readonly standing: Standing | null },
  now: Date,
): Decided<UndoDecision> {
  if (answer.undone) return refuse({ kind: 'already-undone' });
  if (situation.standing?.entryId !== answer.entryId) return refuse({ kind: 'answer-replaced' });
  const quick = now.getTime() <= new Date(answer.undoUntil).getTime();
  if (!quick && (command.reason?.trim() ?? '') === '') {
    return refuse({ kind: 'undo-needs-reason', seconds: situation.settings.undoSeconds });
  }
  const reverse = answer.steps
    .filter(mayHaveHappened)
    .map(({ stepId, kind }) => ({ stepId, kind }))
    .reverse();
  const decision: UndoDecision = {
    kind: 'undo',
    cancel: answer.steps.filter(({ state }) => state === 'pending').map(({ stepId }) => stepId),
    reverse,
    headline: 'Taken back.',
    next: 'The record is put back as it was, step by step. Anything that somebody changed since stays theirs and is named here.',
  };
  return { ok: true, decision };
}

function mayHaveHappened({ state, problem }: StepToUndo): boolean {
  if (state === 'failed') return problem?.kind === OUTCOME_UNKNOWN;
  return state === 'running' || state === 'done' || state === 'unknown';
}

/**
 * The change that reverses one step and what the record must hold for it, once the step's outcome is known;
 * `null` when carrying it out changed nothing.
 */
export function planReversal(
  change: Change,
  trace: Trace,
): { readonly change: Change; readonly expected: Readonly<Record<string, string>> } | null {
  const inverse = inverseOf(change, trace);
  return inverse === null ? null : { change: inverse, expected: expectedAfter(change) };
}

/** Which hand-off of this lead is answered, from 1: every earlier one ended in a rejection. */
export function attemptOf({ earlierRejections, standing }: Situation): number {
  return earlierRejections + (standing?.kind === 'rejection' ? 0 : 1);
}

/** Whether this lead was handed to sales, so that an answer makes sense. */
export function canBeAnswered(facts: LeadFacts, settings: Settings): boolean {
  const { trigger } = settings.handOff;
  if (trigger !== null && facts.handOffMark === trigger.value) return true;
  return facts.lifecycleStage !== null && settings.stages.answerable.includes(facts.lifecycleStage);
}

/** Whether a rejection with this reason is refused without a note: "other", where the customer wants it so. */
export function needsNote(code: ReasonCode, settings: Settings): boolean {
  return code === 'other' && settings.noteRequiredOnOther;
}

function chooseReason(code: string | null, settings: Settings): ReasonSetting | Refusal {
  if (code === null || code.trim() === '') return { kind: 'reason-missing' };
  const active = settings.reasons.find((reason) => reason.code === code);
  if (active !== undefined) return active;
  if (!isReasonCode(code)) return { kind: 'reason-unknown' };
  const { label } = reasonOf(code);
  return settings.retired.includes(code)
    ? { kind: 'reason-retired', label }
    : { kind: 'reason-not-active', label };
}

function dimensionsOf(facts: LeadFacts, command: { path: Path; actor: Actor }): Dimensions {
  return {
    source: facts.source ?? 'unknown',
    campaign: facts.campaign ?? 'unknown',
    rep: String(command.actor.userId ?? 'none'),
    path: command.path,
  };
}

function undoUntil(settings: Settings, now: Date): string {
  return new Date(now.getTime() + settings.undoSeconds * 1_000).toISOString();
}
