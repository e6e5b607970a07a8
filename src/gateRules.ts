/** The rules of the re-entry gate, one entry each. */

import { addDays, dayOf, readableDay } from './calendar.ts';
import type { GateFinding, GateSituation, RejectedBefore } from './gateSituation.ts';
import { pointsOf } from './score.ts';

type Asked = GateSituation & { readonly rejected: RejectedBefore };
type GateRule = {
  readonly label: string;
  /** `null` where the rule is not about this lead. */
  readonly decide: (asked: Asked, now: Date) => GateFinding | null;
};

export const GATE_RULES = {
  cooling: {
    label: 'Cooling-off is over',
    decide: ({ rejected, timeZone }, now) => {
      const until = readableDay(rejected.coolingUntil);
      // Days are compared, not instants: a day begins for everybody in the portal at once, whatever the clocks do.
      return dayOf(now, timeZone) >= rejected.coolingUntil
        ? holds(`cooling-off ended on ${until}`, null)
        : fails(`cooling-off lasts until ${until}`, `cooling-off ends on ${until}`);
    },
  },
  'new-signal': {
    label: 'Something new happened since the rejection',
    decide: (asked) => {
      // Rejected for its data alone: what sales missed is there now.
      if (asked.rejected.reason === 'bad_data' && asked.completedAt !== null)
        return holds('the data is complete now', asked.completedAt);
      for (const signal of [demoRequest, pricingVisit, scoreGain]) {
        const found = signal(asked);
        if (found !== null) return found;
      }
      const since = readableDay(dayOf(new Date(asked.rejected.at), asked.timeZone));
      return fails(
        `nothing new since the rejection on ${since}`,
        'a demo request, a pricing visit after a gap, or a score gained by new activity is missing',
      );
    },
  },
  'human-review': {
    label: 'Marketing operations looked at it',
    decide: ({ rejections, reviewedAt, rejected, settings }) => {
      const attempt = rejections + 1;
      if (attempt < settings.reviewAtAttempt) return null;
      return reviewedAt !== null && reviewedAt > rejected.at
        ? holds('marketing operations decided to hand it off again', reviewedAt)
        : fails(`this would be attempt ${attempt}`, 'marketing operations have to look at it first');
    },
  },
  'icp-lock': {
    label: 'The ICP definition or the company changed',
    decide: ({ rejected, icpVersion, facts }) => {
      if (rejected.icpVersion === null) return null;
      if (icpVersion > rejected.icpVersion)
        return holds(
          `ICP definition v${icpVersion} is in force; the rejection was by v${rejected.icpVersion}`,
          null,
        );
      const changed = FIRMOGRAPHICS.find(([name]) => !isSame(facts[name], rejected.baseline[name]));
      if (changed !== undefined) {
        const [name, words] = changed;
        return holds(
          `${words} is ${facts[name] ?? 'empty'} now; it was ${rejected.baseline[name] ?? 'empty'}`,
          null,
        );
      }
      return fails(
        `ICP definition v${rejected.icpVersion} is still in force and the company is as it was`,
        'a newer ICP definition or a changed company fact is missing',
      );
    },
  },
} as const satisfies Record<string, GateRule>;

export type GateRuleKey = keyof typeof GATE_RULES;

/** Facts that make somebody fit, and their words. */
const FIRMOGRAPHICS = [
  ['employees', 'the number of employees'],
  ['industry', 'the industry'],
  ['country', 'the country'],
  ['jobTitle', 'the job title'],
] as const;

function demoRequest({ facts, rejected, settings }: Asked): GateFinding | null {
  const { contentDownloaded: form, recentConversionAt: at } = facts;
  if (form === null || at === null || !isAfter(at, rejected.at) || !names(form, settings.demoWords))
    return null;
  return holds(`a demo was requested (“${form}”)`, at);
}

/** A visit of the prices after a silence. The one before it may have been before the rejection: silence is silence. */
function pricingVisit({ facts, rejected, settings, visitBefore, timeZone }: Asked): GateFinding | null {
  const { lastSeenAt: at, lastPage } = facts;
  if (at === null || lastPage === null || !isAfter(at, rejected.at)) return null;
  if (!names(lastPage, settings.pricingWords)) return null;
  const before = visitBefore ?? rejected.baseline.lastSeenAt;
  const gapSince = before === null ? null : dayOf(new Date(before), timeZone);
  if (gapSince !== null && addDays(gapSince, settings.visitGapDays) > dayOf(new Date(at), timeZone))
    return null;
  const since =
    gapSince === null ? 'the first known visit' : `the first visit since ${readableDay(gapSince)}`;
  return holds(`the pricing page was visited, ${since}`, at);
}

/** Points alone say nothing: something must have happened that can have earned them. */
function scoreGain({ facts, rejected, settings }: Asked): GateFinding | null {
  const { score } = rejected.baseline;
  const points = pointsOf(facts);
  if (points === null || score === null) return null;
  const earnedAt = [facts.lastSeenAt, facts.recentConversionAt]
    .filter((at) => at !== null && isAfter(at, rejected.at))
    .toSorted()
    .at(-1);
  if (earnedAt == null) return null;
  const gain = points - score;
  const isEnough = gain >= settings.scorePoints || (score > 0 && gain / score >= settings.scoreShare);
  return isEnough ? holds(`new activity raised the score from ${score} to ${points}`, earnedAt) : null;
}

const holds = (fact: string, at: string | null): GateFinding => ({ holds: true, fact, at, needs: null });
const fails = (fact: string, needs: string): GateFinding => ({ holds: false, fact, at: null, needs });

const isAfter = (at: string, than: string): boolean => new Date(at).getTime() > new Date(than).getTime();

const isSame = (a: string | null, b: string | null): boolean =>
  (a ?? '').toLowerCase() === (b ?? '').toLowerCase();

/** Whole words, without case: "demo" is in "Book a demo" and in "/book-demo", and not in "democracy". */
function names(text: string, words: readonly string[]): boolean {
  const found = text.toLowerCase().split(/[^\p{L}\p{N}]+/u);
  return words.some((word) => {
    const parts = word.toLowerCase().split(/[^\p{L}\p{N}]+/u);
    return found.some((_, start) => parts.every((part, place) => found[start + place] === part));
  });
}
