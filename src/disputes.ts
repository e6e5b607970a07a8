/**
 * Disputes: where the record says one thing and the reason another. Leads that raise the same question are looked at
 * together, and end in one change with an owner; whether it helped is counted afterwards.
 */

import { addDays, morningOf, readableDay, type Day } from './calendar.ts';
import {
  DISPUTE_CHANGES,
  DISPUTE_DIMS,
  DISPUTE_SHOWN,
  type DisputeChange,
  type DisputeDim,
} from './disputeLists.ts';
import type { EvidenceLine } from './definitions.ts';
import type { SettingsProblem } from './refusals.ts';
import { recordLink } from './pendingReason.ts';
import type { PortalMap } from './portal.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';

/** What a question is about: one reason, and what its leads share. Without a dimension they share the reason alone. */
export type DisputeGroup = {
  readonly reason: string;
  readonly dim: DisputeDim | null;
  readonly value: string;
};

/** A rejection that may be looked at, as far as grouping needs it. */
export type Disputable = {
  readonly entryId: string;
  readonly contactId: string;
  readonly reason: string;
  readonly at: Date;
  readonly dims: Readonly<Record<string, string>>;
  readonly hasNote: boolean;
  readonly kept: boolean;
  /** Somebody asked for it to be looked at. */
  readonly raised: boolean;
};

export type Question<L extends Disputable> = DisputeGroup & {
  /** All of them, oldest first. */
  readonly leads: readonly L[];
  /** The few that show it best. */
  readonly shown: readonly L[];
};

/** Days that an answer is a candidate for; what nobody looked at until then is history. */
export const DISPUTE_DAYS = 90;
/** So many leads make a shared dimension worth asking about. */
const SHARED_BY = 2;
const UNKNOWN: readonly string[] = ['', 'unknown'];

/**
 * The questions that these rejections raise, the largest first. Each rejection belongs to one: by the first dimension
 * that it shares with another of its reason, else by its reason alone.
 */
export function groupDisputes<L extends Disputable>(leads: readonly L[]): readonly Question<L>[] {
  const keyOf = ({ reason, dims }: L, dim: DisputeDim): string | null => {
    const value = dims[dim] ?? '';
    return UNKNOWN.includes(value) ? null : JSON.stringify([reason, dim, value]);
  };
  const sharing = new Map<string, Set<string>>();
  for (const lead of leads)
    for (const { dim } of DISPUTE_DIMS) {
      const key = keyOf(lead, dim);
      if (key !== null) sharing.set(key, (sharing.get(key) ?? new Set()).add(lead.contactId));
    }
  const groups = new Map<string, { readonly group: DisputeGroup; readonly leads: L[] }>();
  for (const lead of leads) {
    const shared = DISPUTE_DIMS.find(({ dim }) => {
      const key = keyOf(lead, dim);
      return key !== null && (sharing.get(key)?.size ?? 0) >= SHARED_BY;
    });
    const group: DisputeGroup =
      shared === undefined
        ? { reason: lead.reason, dim: null, value: '' }
        : { reason: lead.reason, dim: shared.dim, value: lead.dims[shared.dim] ?? '' };
    const key = groupKey(group);
    const found = groups.get(key);
    if (found === undefined) groups.set(key, { group, leads: [lead] });
    else found.leads.push(lead);
  }
  return [...groups.entries()]
    .map(([key, { group, leads: members }]) => {
      const inOrder = [...members].sort(byTime);
      return { key, question: { ...group, leads: inOrder, shown: showing(inOrder) } };
    })
    .sort((a, b) => b.question.leads.length - a.question.leads.length || (a.key < b.key ? -1 : 1))
    .map(({ question }) => question);
}

/** The same for the same group. */
export const groupKey = ({ reason, dim, value }: DisputeGroup): string =>
  JSON.stringify([reason, dim, value]);

/** Of different people; those first whose rejection says most: asked for, kept against the record, with a note, late. */
function showing<L extends Disputable>(leads: readonly L[]): readonly L[] {
  const weight = ({ raised, kept, hasNote }: L): number =>
    (raised ? 4 : 0) + (kept ? 2 : 0) + (hasNote ? 1 : 0);
  const seen = new Set<string>();
  return [...leads]
    .sort((a, b) => weight(b) - weight(a) || byTime(b, a))
    .filter(({ contactId }) => !seen.has(contactId) && seen.add(contactId))
    .slice(0, DISPUTE_SHOWN);
}

const byTime = (a: Disputable, b: Disputable): number =>
  a.at.getTime() - b.at.getTime() || (a.entryId < b.entryId ? -1 : 1);

/** The group in words: `Not ICP, campaign “Ops webinar”`. */
export function groupInWords({ dim, value }: DisputeGroup, reasonLabel: string): string {
  const label = DISPUTE_DIMS.find((row) => row.dim === dim)?.label;
  return label === undefined ? reasonLabel : `${reasonLabel}, ${label} “${value}”`;
}

/** What is decided about a question. */
export type DisputeDecision = {
  readonly change: DisputeChange;
  readonly text: string;
  readonly ownerUserId: number;
  readonly dueOn: Day;
};

/** Longest words of a decision, in characters. */
export const DECISION_MAX_LENGTH = 2_000;

/** What is wrong with a decision, field by field. */
export function decisionProblems(
  { text, ownerUserId, dueOn }: DisputeDecision,
  portal: Pick<PortalMap, 'userNames'>,
  today: Day,
): readonly SettingsProblem[] {
  const length = text.trim().length;
  return [
    length === 0 && { field: 'text', sentence: 'Say what is changed, in a sentence or two.' },
    length > DECISION_MAX_LENGTH && {
      field: 'text',
      sentence: `The decision has ${length.toLocaleString('en-GB')} characters; ${DECISION_MAX_LENGTH.toLocaleString('en-GB')} is the most.`,
    },
    !Object.hasOwn(portal.userNames, String(ownerUserId)) && {
      field: 'ownerUserId',
      sentence: 'Choose somebody of this HubSpot account who carries the change out.',
    },
    dueOn < today && { field: 'dueOn', sentence: `${readableDay(dueOn)} is over. Choose a day to come.` },
  ].filter((problem) => problem !== false);
}

export const changeLabel = (change: DisputeChange): string =>
  DISPUTE_CHANGES.find(({ value }) => value === change)?.label ?? change;

/** The task of whoever carries the change out. */
export function planDisputeTask(
  decision: DisputeDecision & {
    readonly question: string;
    readonly contactIds: readonly string[];
  },
  portal: PortalMap,
  fallbackOwnerId: string | null,
  now: Date,
): PlannedStep {
  const { question, change, text, ownerUserId, dueOn, contactIds } = decision;
  const shown = contactIds.slice(0, DISPUTE_SHOWN);
  const more = contactIds.length - shown.length;
  return plainStep(
    {
      kind: 'create-task',
      task: {
        subject: `Change the ${changeLabel(change).toLowerCase()}: ${question}`,
        body: [
          text.trim(),
          `${contactIds.length === 1 ? 'The lead' : 'Leads'} that showed it:`,
          ...shown.map((contactId) => recordLink(portal, contactId)),
          ...(more > 0 ? [`and ${more} more`] : []),
        ].join('\n'),
        dueAt: morningOf(dueOn, portal.timeZone).toISOString(),
        ownerId: portal.ownerIds?.[String(ownerUserId)] ?? fallbackOwnerId,
      },
    },
    now,
  );
}

/** Days before and after a decision that are compared. */
export const EFFECT_DAYS = 28;
/** Under so many answers on either side nothing is said about a difference. Ours. */
export const EFFECT_MIN_ANSWERS = 20;

/** The days on either side of a decision: the day itself belongs to the side before. */
export function effectDays(decidedOn: Day, today: Day): { readonly before: Days; readonly after: Days } {
  const end = addDays(decidedOn, EFFECT_DAYS);
  return {
    before: { from: addDays(decidedOn, 1 - EFFECT_DAYS), to: decidedOn },
    after: { from: addDays(decidedOn, 1), to: today < end ? today : end },
  };
}
export type Days = { readonly from: Day; readonly to: Day };

/** Rejections with the reason, of all answers of the group. */
export type Share = { readonly rejected: number; readonly answered: number };

/** What became of the share, with its counts; small ones say so instead of a percentage. */
export function effectInWords(before: Share, after: Share): string {
  const counts = `${countOf(before)} in the ${EFFECT_DAYS} days before, ${countOf(after)} since`;
  if (before.answered < EFFECT_MIN_ANSWERS || after.answered < EFFECT_MIN_ANSWERS)
    return `Not enough yet to compare: ${counts}.`;
  return `${percent(before)} before, ${percent(after)} since (${counts}).`;
}

const countOf = ({ rejected, answered }: Share): string => `${rejected} of ${answered} answered leads`;
const percent = ({ rejected, answered }: Share): string => `${((rejected / answered) * 100).toFixed(1)} %`;

/** What a reopened definition carries along: what was asked, and the rejections that raised it. */
export function evidenceOf(
  question: string,
  decision: Pick<DisputeDecision, 'text'>,
  entryIds: readonly string[],
): readonly EvidenceLine[] {
  return [`${question}: ${decision.text.trim()}`, ...entryIds.map((entryId) => ({ entryId }))];
}
