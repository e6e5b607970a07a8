/**
 * When a rejected lead is looked at again, and what the look leads to. As long as its rejection stands a lead has exactly
 * one open wake-up, so that it always has a next step and a date.
 */

import { addDays, dayOf, readableDay, type Day } from './calendar.ts';
import type { Change } from './changes.ts';
import { NEXT_EVENT_WORDS, type NextEvent } from './events.ts';
import type { GateProof } from './gate.ts';
import type { ReentryState } from './mqlProperties.ts';
import type { Disposition } from './reasons.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import type { Settings } from './settings.ts';

export const WAKE_UP_KINDS = ['cooling_over', 'requalification', 'event', 'slow_lane'] as const;
export type WakeUpKind = (typeof WAKE_UP_KINDS)[number];

export type WakeUp = { readonly kind: WakeUpKind; readonly on: Day };

/** What came of a wake-up. The first three are what a look found. */
export type WakeUpOutcome =
  'ready' | 'review' | 'blocked' | 'moved' | 'undone' | 'handed_off' | 'merged' | 'record_gone' | 'erased';

/** What is waited for, for people; `event` says which by its own words. */
export const LOOK_WORDS: { readonly [K in WakeUpKind]: string } = {
  cooling_over: 'Looked at when cooling-off is over',
  requalification: 'Looked at for renewed signals',
  event: 'Looked at before the event date',
  slow_lane: 'In the slow lane, looked at each quarter',
};

/** Whether time and signals bring a lead back. Somebody else's lead, and a person who said no, are not proposed again. */
export function comesBack(disposition: Disposition): boolean {
  return disposition !== 'relate' && disposition !== 'unsubscribe';
}

type Waiting = {
  readonly disposition: Disposition;
  readonly coolingUntil: Day;
  /** The next known date of the lead's own that is worth a call. */
  readonly event: NextEvent | null;
  readonly settings: Pick<Settings, 'gate' | 'followUp'>;
};

/** The first look at a lead after its rejection, never before cooling-off is over. */
export function firstWakeUp({ disposition, coolingUntil, event, settings }: Waiting, today: Day): WakeUp {
  const before = eventWakeUp({ disposition, event, settings }, today);
  if (before !== null && event !== null && event.on > coolingUntil)
    return before.on > coolingUntil ? before : { kind: 'event', on: coolingUntil };
  return { kind: 'cooling_over', on: coolingUntil };
}

/** The look after one that did not bring the lead back to sales. */
export function nextWakeUp(
  waiting: Waiting & { readonly rejectedOn: Day; readonly looked: WakeUpKind },
  today: Day,
): WakeUp {
  const { disposition, coolingUntil, rejectedOn, looked, settings } = waiting;
  if (today < coolingUntil) return firstWakeUp(waiting, today);
  const before = eventWakeUp(waiting, today);
  if (before !== null && looked !== 'event' && before.on > today) return before;
  const requalifyOn = addDays(rejectedOn, settings.gate.requalifyDays);
  if (disposition === 'recycle' && requalifyOn > today) return { kind: 'requalification', on: requalifyOn };
  return { kind: 'slow_lane', on: addDays(today, settings.gate.slowLaneDays) };
}

function eventWakeUp(
  { disposition, event, settings }: Pick<Waiting, 'disposition' | 'event' | 'settings'>,
  today: Day,
): WakeUp | null {
  if (event === null || event.on <= today) return null;
  // A lead that is nurtured waits for what the record says; what a person chose holds for every lead.
  if (disposition !== 'recycle' && event.kind !== 'note') return null;
  const on = addDays(event.on, -settings.followUp.eventLeadDays);
  return { kind: 'event', on: on > today ? on : addDays(today, 1) };
}

/** The next step on the record for a wake-up. `queueLabel` is what the lead's queue does with it meanwhile. */
export function wakeUpLabel(
  { kind }: WakeUp,
  { disposition, event }: Pick<Waiting, 'disposition' | 'event'>,
  queueLabel: string,
): string {
  if (kind === 'event' && event !== null)
    return `Looked at before ${NEXT_EVENT_WORDS[event.kind]} on ${readableDay(event.on)}`;
  if (disposition !== 'recycle' && disposition !== 'disqualify') return queueLabel;
  return LOOK_WORDS[kind];
}

/** What a look found, and what follows on the record. */
export type Look = {
  readonly outcome: Extract<WakeUpOutcome, 'ready' | 'review' | 'blocked'>;
  readonly next: WakeUp;
  readonly steps: readonly PlannedStep[];
};

/**
 * What follows from looking at a lead again. `state` is what the record says of its re-entry since the last look: what is
 * ready already gets no second note.
 */
export function decideLook(
  waiting: Waiting & {
    readonly rejectedOn: Day;
    readonly looked: WakeUpKind;
    readonly queueLabel: string;
    readonly proof: GateProof;
    readonly wasReady: boolean;
    readonly timeZone: string;
  },
  now: Date,
): Look {
  const { proof, timeZone, disposition, queueLabel, wasReady } = waiting;
  const today = dayOf(now, timeZone);
  const next = nextWakeUp(waiting, today);
  const passed = proof.verdict === 'passed' && comesBack(disposition);
  const outcome = passed
    ? 'ready'
    : proof.verdict === 'review' && comesBack(disposition)
      ? 'review'
      : 'blocked';
  const steps: Change[] = [];
  if (outcome === 'ready')
    steps.push(reentryChange('ready', 'Ready to hand off again', wasReady ? null : today));
  else if (outcome === 'review')
    steps.push(reentryChange('review', 'Looked at by a person (human review)', next.on));
  else steps.push(reentryChange('waiting', wakeUpLabel(next, waiting, queueLabel), next.on));
  if (outcome === 'ready' && !wasReady) steps.push({ kind: 'create-note', body: readyNote(proof) });
  return { outcome, next, steps: steps.map((change) => plainStep(change, now)) };
}

/** What follows when somebody confirms that a date is worth waiting for. */
export function decideMove(
  waiting: Waiting & { readonly queueLabel: string; readonly by: string; readonly timeZone: string },
  now: Date,
): { readonly wakeUp: WakeUp; readonly sentence: string; readonly steps: readonly PlannedStep[] } {
  const { event, timeZone, by, queueLabel } = waiting;
  if (event === null) throw new Error('There is no date to wait for.');
  const wakeUp = firstWakeUp(waiting, dayOf(now, timeZone));
  const sentence = `Looked at again on ${readableDay(wakeUp.on)}, before ${NEXT_EVENT_WORDS[event.kind]} (${readableDay(event.on)}).`;
  const changes: readonly Change[] = [
    reentryChange('waiting', wakeUpLabel(wakeUp, waiting, queueLabel), wakeUp.on),
    { kind: 'create-note', body: `${sentence}\nConfirmed by ${by}.` },
  ];
  return { wakeUp, sentence, steps: changes.map((change) => plainStep(change, now)) };
}

/** What the record says of a lead's way back; `on` is left as it is where it is `null`. */
export function reentryChange(state: ReentryState, label: string, on: Day | null): Change {
  return {
    kind: 'set-properties',
    values: {
      mqlr_reentry: state,
      mqlr_next_step: label,
      ...(on === null ? {} : { mqlr_next_step_on: on }),
    },
  };
}

function readyNote(proof: GateProof): string {
  const rules = proof.rules.map(({ label, holds, fact }) => `${holds ? '✓' : '✗'} ${label}: ${fact}.`);
  return ['Ready to hand off again.', proof.sentence, ...rules].join('\n');
}
