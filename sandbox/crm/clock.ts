/**
 * The sandbox's clock: the machine's time plus an offset that only grows, so that days of cooling or a rate limit's
 * window can pass in one request.
 */
export type Clock = {
  /** milliseconds since 1970, the offset included */
  readonly now: () => number;
  readonly offsetMs: () => number;
  /** Moves the clock so that it is `offsetMs` ahead of the machine's; false when that would be a step back. */
  readonly moveTo: (offsetMs: number) => boolean;
};

export const createClock = (machineNow: () => number): Clock => {
  let offset = 0;
  return {
    now: () => machineNow() + offset,
    offsetMs: () => offset,
    moveTo: (offsetMs) => {
      if (offsetMs < offset) return false;
      offset = offsetMs;
      return true;
    },
  };
};

let last = { ms: Number.NaN, text: '' };

/** HubSpot prints instants as Java does: milliseconds are left out when they are zero. */
export const toInstant = (ms: number): string => {
  // Rows of one batch share their instant, and printing dates is the costliest part of an answer.
  if (ms !== last.ms) last = { ms, text: new Date(ms).toISOString().replace('.000Z', 'Z') };
  return last.text;
};
