/**
 * Looks before writing: reads in one batch what must not have changed and what will be overwritten, so that no person's
 * later word is overwritten and every change can be taken back. HubSpot has no conditional writes, so this is done
 * right before each write; what remains is the moment between the two calls.
 */

import { readableMoment } from '../../src/calendar.ts';
import { outcomeOf, recordGone, waitsForEarlier } from './outcomes.ts';
import type { ObjectType } from './paths.ts';
import { labelOf } from './propertyLabels.ts';
import {
  tryReadHistory,
  tryReadRecords,
  type Crm,
  type CrmRecord,
  type History,
  type Version,
} from './records.ts';
import type { NotRestored, Step, StepOutcome } from './steps.ts';

type Values = Readonly<Record<string, string>>;
type GuardedStep = Omit<Step, 'change'>;

/** What one step is about to write, and on which record. */
export type Intent<S extends GuardedStep> = {
  readonly step: S;
  readonly recordId: string;
  readonly writes: Values;
};

/** A step that may go on. */
export type Ready<S extends GuardedStep> = {
  readonly step: S;
  /** The surviving record's id, where records were merged. */
  readonly recordId: string;
  /** What is still to be written; an undo leaves out what a person changed meanwhile. */
  readonly writes: Values;
  /** What each property of the intent held before this step first touched it. */
  readonly before: Values;
  /** What the record holds now. */
  readonly current: Values;
  readonly notRestored: readonly NotRestored[];
};

export type Guarded<S extends GuardedStep> = {
  readonly ready: readonly Ready<S>[];
  readonly outcomes: readonly StepOutcome[];
};

type GuardOptions = {
  /** What the record is called in sentences, e.g. "This contact". */
  readonly called: string;
  /** An undo restores all of the step's properties or none, since they have a meaning only together. */
  readonly together?: boolean;
  readonly alsoRead?: readonly string[];
};

/** A step whose record or history could not be read has that as its outcome; nothing was written then. */
export async function guard<S extends GuardedStep>(
  crm: Crm,
  type: ObjectType,
  intents: readonly Intent<S>[],
  options: GuardOptions,
): Promise<Guarded<S>> {
  const names = new Set(options.alsoRead ?? []);
  for (const { step, writes } of intents) {
    for (const name of [...Object.keys(writes), ...Object.keys(step.expected)]) names.add(name);
  }
  const ids = intents.map(({ recordId }) => recordId);
  const records = await tryReadRecords(crm, type, ids, [...names]);

  const outcomes: StepOutcome[] = [];
  const found: { intent: Intent<S>; record: CrmRecord }[] = [];
  const taken = new Set<string>();
  for (const intent of intents) {
    const record = records.found.get(intent.recordId);
    const notRead = records.unread.get(intent.recordId);
    if (notRead !== undefined) outcomes.push(outcomeOf(intent.step, notRead));
    else if (record === undefined) outcomes.push(recordGone(intent.step, options.called));
    // Two contacts that were merged into one: their steps go one after the other.
    else if (taken.has(record.id)) outcomes.push(waitsForEarlier(intent.step));
    else {
      taken.add(record.id);
      found.push({ intent, record });
    }
  }

  const doubtful = found.filter(({ intent, record }) => needsHistory(intent, record.properties));
  const doubtfulIds = doubtful.map(({ record }) => record.id);
  const histories = await tryReadHistory(crm, type, doubtfulIds, [...names]);

  const ready: Ready<S>[] = [];
  for (const { intent, record } of found) {
    const { step } = intent;
    const notRead = histories.unread.get(record.id);
    if (notRead !== undefined) {
      outcomes.push(outcomeOf(step, notRead));
      continue;
    }
    const history = histories.found.get(record.id) ?? {};
    const carriedOutAt = whenCarriedOut(crm, intent, history);
    const stale =
      step.mode === 'do' && carriedOutAt === null
        ? staleOutcome(crm, intent, record.properties, history)
        : null;
    if (stale !== null) outcomes.push(stale);
    else if (carriedOutAt !== null) ready.push(alreadyDone(crm, intent, record, history, carriedOutAt));
    else ready.push(toReady(crm, intent, record, history, options.together === true));
  }
  return { ready, outcomes };
}

/** The history is read only where the present value alone does not tell who is right. */
function needsHistory(intent: Intent<GuardedStep>, current: Values): boolean {
  const { step, writes } = intent;
  if (step.lookFirst && Object.keys(writes).length > 0) return true;
  return Object.entries(step.expected).some(([name, value]) => {
    const now = current[name] ?? '';
    return !sameValue(now, value) && !(name in writes && sameValue(now, writes[name] ?? ''));
  });
}

function staleOutcome(
  crm: Crm,
  intent: Intent<GuardedStep>,
  current: Values,
  history: History,
): StepOutcome | null {
  const { step, writes } = intent;
  for (const [name, value] of Object.entries(step.expected)) {
    const now = current[name] ?? '';
    if (sameValue(now, value) || (name in writes && sameValue(now, writes[name] ?? ''))) continue;
    const latest = history[name]?.[0];
    if (latest === undefined || latest.isOurs || latest.at <= crm.client.toTheirTime(step.decidedAt))
      continue;
    const at = readableMoment(latest.at, crm.portal.timeZone);
    const sentence = `${labelOf(name)} was ${changedTo(now)} on ${at}, after this decision. It was left as it is.`;
    return { stepId: step.stepId, state: 'stale', problem: { kind: 'stale-decision', sentence } };
  }
  return null;
}

function toReady<S extends GuardedStep>(
  crm: Crm,
  intent: Intent<S>,
  record: CrmRecord,
  history: History,
  together: boolean,
): Ready<S> {
  const { step, writes } = intent;
  const current = record.properties;
  const since = crm.client.toTheirTime(step.decidedAt);
  const before: Record<string, string> = {};
  const toWrite: Record<string, string> = {};
  const notRestored: NotRestored[] = [];
  for (const [name, value] of Object.entries(writes)) {
    const now = current[name] ?? '';
    before[name] = step.lookFirst ? firstBefore(since, name, history[name] ?? []) : now;
    const wrote = step.mode === 'undo' ? step.expected[name] : undefined;
    const isWanted =
      wrote === undefined ||
      sameValue(now, wrote) ||
      sameValue(now, value) ||
      // Our own half-done undo.
      isOursSince(history[name]?.[0], since);
    if (isWanted) toWrite[name] = value;
    else notRestored.push(leftAlone(crm, name, now, history[name]?.[0]));
  }
  const none = together && notRestored.length > 0;
  return { step, recordId: record.id, writes: none ? {} : toWrite, before, current, notRestored };
}

/**
 * The moment at which an earlier try of this step came through: the first one since the decision at which the record
 * held, by a write of ours, all that the step writes. HubSpot gives the values of one write one timestamp. `null` when
 * there was none. What other steps wrote is told apart by the values that only this one writes.
 */
function whenCarriedOut(crm: Crm, { step, writes }: Intent<GuardedStep>, history: History): Date | null {
  if (!step.lookFirst) return null;
  const since = crm.client.toTheirTime(step.decidedAt);
  const wanted = Object.entries(writes);
  const moments = wanted.flatMap(([name, value]) =>
    (history[name] ?? [])
      .filter((version) => isOursSince(version, since) && sameValue(version.value, value))
      .map(({ at }) => at),
  );
  const heldAt = (name: string, moment: Date): string =>
    history[name]?.find(({ at }) => at <= moment)?.value ?? '';
  const held = (moment: Date): boolean =>
    wanted.every(([name, value]) => sameValue(heldAt(name, moment), value));
  return moments.sort((a, b) => a.getTime() - b.getTime()).find(held) ?? null;
}

/** Nothing is left to write: what differs by now was changed by a person since, and stays. */
function alreadyDone<S extends GuardedStep>(
  crm: Crm,
  { step, writes }: Intent<S>,
  record: CrmRecord,
  history: History,
  moment: Date,
): Ready<S> {
  const decidedAt = crm.client.toTheirTime(step.decidedAt);
  const beforeOf = (name: string): string => {
    const upToThen = (history[name] ?? []).filter(({ at }) => at <= moment);
    const written = upToThen[0];
    // Where the value stood already, HubSpot keeps no new version of it.
    const wasWritten = written !== undefined && written.isOurs && written.at.getTime() === moment.getTime();
    return firstBefore(decidedAt, name, wasWritten ? upToThen.slice(1) : upToThen);
  };
  const before = Object.fromEntries(Object.keys(writes).map((name) => [name, beforeOf(name)]));
  return { step, recordId: record.id, writes: {}, before, current: record.properties, notRestored: [] };
}

/** The newest of these values, but for our own emptiness between two lifecycle writes. */
function firstBefore(since: Date, name: string, versions: readonly Version[]): string {
  const isOurClearing = (version: Version): boolean =>
    name === 'lifecyclestage' && version.value === '' && isOursSince(version, since);
  return versions.find((version) => !isOurClearing(version))?.value ?? '';
}

function isOursSince(version: Version | undefined, since: Date): boolean {
  return version !== undefined && version.isOurs && version.at >= since;
}

function leftAlone(crm: Crm, name: string, now: string, latest: Version | undefined): NotRestored {
  const when = latest === undefined ? '' : ` on ${readableMoment(latest.at, crm.portal.timeZone)}`;
  return { what: labelOf(name), why: `It was ${changedTo(now)}${when}, so it was left as it is.` };
}

const changedTo = (value: string): string => (value === '' ? 'emptied' : `changed to “${value}”`);

/**
 * Whether two property values say the same. HubSpot gives some values back in another form than they were sent:
 * instants as ISO text or epoch milliseconds, numbers without trailing zeros.
 */
export function sameValue(a: string, b: string): boolean {
  if (a === b) return true;
  if (a === '' || b === '') return false;
  const [first, second] = [instantOf(a), instantOf(b)];
  if (first !== null && second !== null) return first === second;
  return isNumber(a) && isNumber(b) && Number(a) === Number(b);
}

const isNumber = (text: string): boolean => /^-?\d+(\.\d+)?$/.test(text);

function instantOf(text: string): number | null {
  if (/^\d{12,14}$/.test(text)) return Number(text);
  if (!/^\d{4}-\d{2}-\d{2}(T[\d:.]+(Z|[+-]\d{2}:?\d{2}))?$/.test(text)) return null;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : at;
}
