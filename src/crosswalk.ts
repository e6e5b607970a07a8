/**
 * How history reads across versions of the taxonomy. When a reason is taken out, its rejections may be read as others
 * from then on: as one (a rename, or a merge), or in shares as several (a split). The ledger itself never changes.
 */

import type { Day } from './calendar.ts';
import type { SettingsProblem } from './refusals.ts';

/** Shares of one code's history; together they are the whole. */
export type Reading = readonly { readonly code: string; readonly share: number }[];

/** One decision about one code: what was rejected with it until that day is read as this. */
export type CrosswalkStep = {
  /** Day of the change in the portal's time zone; what was rejected on it is read anew as well. */
  readonly day: Day;
  /** The version of the settings that took the code out. */
  readonly version: number;
  readonly from: string;
  readonly to: Reading;
};

/** In the order of the versions. */
export type Crosswalk = readonly CrosswalkStep[];

/** Every code as itself. */
export const NOTHING_READ_ANEW: Crosswalk = [];

/** What a rejection of `code` on `day` is read as now: later steps read on what earlier ones have made of it. */
export function readAs(crosswalk: Crosswalk, code: string, day: Day): Reading {
  return crosswalk
    .filter((step) => day <= step.day)
    .reduce<Reading>((reading, step) => compose(reading, step), [{ code, share: 1 }]);
}

/** A reading after one more step. */
function compose(reading: Reading, { from, to }: CrosswalkStep): Reading {
  const sums = new Map<string, number>();
  for (const part of reading)
    for (const { code, share } of part.code === from ? to : [{ code: part.code, share: 1 }])
      sums.set(code, (sums.get(code) ?? 0) + part.share * share);
  return [...sums].map(([code, share]) => ({ code, share }));
}

/** Rejections of one reason on one day. */
export type ReasonCount = { readonly reason: string; readonly day: Day; readonly n: number };

/** Counts by the codes of today; the total stays what it was. Shares of a split make fractions. */
export function readCounts(
  crosswalk: Crosswalk,
  counts: readonly ReasonCount[],
): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { reason, day, n } of counts)
    for (const { code, share } of readAs(crosswalk, reason, day))
      sums.set(code, (sums.get(code) ?? 0) + n * share);
  return sums;
}

/** What an edit says about the codes that it takes out. */
export type CrosswalkEdit = readonly { readonly from: string; readonly to: Reading }[];

/** The steps so far and those of one edit. A code that is read as itself needs no step. */
export function withSteps(
  crosswalk: Crosswalk,
  edit: CrosswalkEdit,
  at: { readonly day: Day; readonly version: number },
): Crosswalk {
  return [...crosswalk, ...edit.map(({ from, to }) => ({ ...at, from, to }))];
}

/** Shares that add up to the whole, as far as a computer's fractions do. */
const ROUNDING = 1e-6;

/** What is wrong with an edit: only codes that it takes out are read anew, as codes that stay, and nothing gets lost. */
export function crosswalkProblems(
  edit: CrosswalkEdit,
  before: readonly string[],
  after: readonly string[],
): readonly SettingsProblem[] {
  return edit.flatMap(({ from, to }, place) => {
    const field = `crosswalk[${place}]`;
    const problem = (sentence: string): SettingsProblem[] => [{ field, sentence }];
    if (edit.findIndex((other) => other.from === from) !== place)
      return problem(`The history of “${from}” is read anew twice.`);
    if (!before.includes(from) || after.includes(from))
      return problem(`Only a reason that is taken out can be read as another; “${from}” is not.`);
    const codes = to.map(({ code }) => code);
    const stranger = codes.find((code) => !after.includes(code));
    if (stranger !== undefined)
      return problem(`History is read as a reason that is in use; “${stranger}” is not.`);
    if (new Set(codes).size !== codes.length || to.some(({ share }) => !(share > 0)))
      return problem(`Each reason that “${from}” is split into has a share of its own.`);
    const whole = to.reduce((sum, { share }) => sum + share, 0);
    return Math.abs(whole - 1) <= ROUNDING
      ? []
      : problem(`The shares of “${from}” make ${Math.round(whole * 100)} %, not 100 %.`);
  });
}

/** A step in words. */
export function stepInWords({ from, to }: CrosswalkStep, labelOf: (code: string) => string): string {
  const parts = to.map(({ code, share }) =>
    share === 1 ? labelOf(code) : `${labelOf(code)} (${Math.round(share * 100)} %)`,
  );
  return `${labelOf(from)} is read as ${parts.join(' and ')}`;
}
