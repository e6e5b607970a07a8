/**
 * HubSpot's clock as its answers tell it (the `Date` header). Our decisions are stamped by our clock, the versions in
 * its histories by its own; where the two differ by minutes, a person's later word would look like an earlier one.
 */

/** The header tells whole seconds, and an answer takes a while: less than this is no difference. */
const UNSURE_MS = 2_000;
/** Farther apart than HubSpot's signatures may be, no decision can have been taken: those at hand had a better clock. */
const FARTHEST_MS = 300_000;

export type TheirClock = {
  /** Takes note of an answer's time, by its headers. */
  readonly hear: (headers: Headers) => void;
  /** An instant of our clock on HubSpot's; rather too early than too late where that is not known to the second. */
  readonly of: (ours: Date) => Date;
};

export function createTheirClock(now: () => Date): TheirClock {
  let aheadMs = 0;
  return {
    hear: (headers) => {
      const theirs = Date.parse(headers.get('date') ?? '');
      if (!Number.isNaN(theirs)) aheadMs = theirs - now().getTime();
    },
    of: (ours) => {
      const apartMs = Math.abs(aheadMs);
      return apartMs <= UNSURE_MS || apartMs > FARTHEST_MS
        ? ours
        : new Date(ours.getTime() + aheadMs - UNSURE_MS);
    },
  };
}
