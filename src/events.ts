/** Dates of a lead's own that are worth a call: a contract's renewal, a new fiscal year, a budget decision. */

import { addMonths, type Day } from './calendar.ts';
import type { FactName, LeadFacts } from './facts.ts';
import { reasonOf, type ReasonCode } from './reasons.ts';
import type { FollowUpSettings } from './settings.ts';

/** Kind of date → the fact that holds it, and its words. The settings may name a property of the customer's for each. */
export const EVENTS = {
  renewal: { fact: 'renewalOn', setting: 'renewalProperty' },
  fiscal_year: { fact: 'fiscalYearOn', setting: 'fiscalYearProperty' },
  budget: { fact: 'budgetOn', setting: 'budgetProperty' },
} as const satisfies Record<string, { readonly fact: FactName; readonly setting: keyof FollowUpSettings }>;

export type EventKind = keyof typeof EVENTS;
export const EVENT_KINDS = Object.keys(EVENTS) as readonly EventKind[];

/** A date to wait for. `note` is one that somebody confirmed out of a note. */
export type NextEvent = { readonly kind: EventKind | 'note'; readonly on: Day };

export const NEXT_EVENT_WORDS: { readonly [K in NextEvent['kind']]: string } = {
  renewal: 'the contract’s renewal',
  fiscal_year: 'the new fiscal year',
  budget: 'the budget decision',
  note: 'the date in the note',
};

/** The earliest known date after `today`: the record's, and the one that was confirmed from a note. */
export function nextEventOf(
  facts: Pick<LeadFacts, 'renewalOn' | 'fiscalYearOn' | 'budgetOn'>,
  confirmedOn: Day | null,
  today: Day,
): NextEvent | null {
  const known: NextEvent[] = EVENT_KINDS.flatMap((kind) => {
    const on = facts[EVENTS[kind].fact];
    // Facts of earlier releases do not have them.
    return typeof on === 'string' ? [{ kind, on }] : [];
  });
  if (confirmedOn !== null) known.push({ kind: 'note', on: confirmedOn });
  return known.filter(({ on }) => on > today).sort((a, b) => a.on.localeCompare(b.on))[0] ?? null;
}

/** Contracts are signed for a year as a rule. *Ours.* */
const CONTRACT_MONTHS = 12;

/** What is asked about a lead that chose somebody else, and the day that is proposed. */
export type ContractEndQuestion = { readonly question: string; readonly proposedOn: Day };

/** A lead that a competitor has waits for the end of that contract: asked for where no date is known. `null`: not asked. */
export function contractEndQuestion(
  { reason, rejectedOn }: { readonly reason: ReasonCode; readonly rejectedOn: Day },
  known: { readonly event: NextEvent | null; readonly proposed: readonly Day[] },
  today: Day,
): ContractEndQuestion | null {
  if (reasonOf(reason).destination !== 'competitor_exit') return null;
  if (known.event !== null || known.proposed.length > 0) return null;
  const inAYear = addMonths(rejectedOn, CONTRACT_MONTHS);
  return {
    question: 'When does the contract with the competitor end?',
    proposedOn: inAYear > today ? inAYear : addMonths(today, CONTRACT_MONTHS),
  };
}
