/**
 * How many calls each portal may still get. HubSpot counts a rolling window ("N calls in any ten seconds"); a limiter
 * with fixed windows would let twice the limit through around a window's edge, or waste half of it. So the limit N is
 * kept as N **slots** of one call each in rate-limiter-flexible, whose windows start at a key's first use: a slot that
 * is taken stays taken until ten seconds after its call has *ended*. Two calls on the same slot therefore reach
 * HubSpot more than ten seconds apart, however long either was on its way, and N slots can never put more than N
 * calls into any ten seconds, while a burst may use all N at once. The slots live in the database and are shared
 * by all processes (whose clocks must agree to well under a second, as NTP keeps them).
 */

import { setTimeout as delay } from 'node:timers/promises';
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible';
import { dayOf, startOfNextDay } from '../../src/calendar.ts';

/** Which of HubSpot's separate allowances a call counts against. */
export type Cost = 'normal' | 'search' | 'associations';
/**
 * Live work (steps of plans) goes before backfill (imports, refreshes). `click` is live and has a rep in front of it,
 * who is told soon that HubSpot is busy instead of being kept waiting.
 */
export type Priority = 'click' | 'live' | 'backfill';

export type PortalRef = {
  readonly portalId: number;
  /** IANA time zone; HubSpot's daily quota starts anew at its midnight. */
  readonly timeZone: string;
};

export type Refusal = {
  readonly kind: 'rate-second' | 'rate-ten-seconds' | 'rate-daily';
  readonly retryAfterMs: number;
};

/** The right to make one call. `end` must be called when the call is over, however it went. */
export type Lease = {
  /** `headers`: the answer's, or `null` when there was none. `refusal`: what a 429 said. */
  readonly end: (headers: Headers | null, refusal: Refusal | null) => Promise<void>;
};

export type Budget = {
  /**
   * Waits for a slot, up to the configured bound. A refusal means that HubSpot was not called and when to come back.
   */
  readonly take: (portal: PortalRef, cost: Cost, priority: Priority) => Promise<Lease | Refusal>;
  /** `normal` calls that this process took for live work in the last ten seconds. */
  readonly recentCalls: (portal: PortalRef) => number;
};

export type BudgetOptions = {
  /** The store's client and table for rate-limiter-flexible; the table exists. */
  readonly limiterClient: object;
  readonly limiterTable: string;
  /** Calls in ten seconds until HubSpot's own headers tell the portal's true limit. */
  readonly callsPerTenSeconds: number;
  /** Longest wait for a slot before the work goes back to the queue. */
  readonly maxWaitMs: number;
  /** Longest that a call takes; a process that dies holds its slots this much longer. */
  readonly timeoutMs: number;
  /** Waits; tests pass one that moves their clock. */
  readonly sleep?: (ms: number) => Promise<unknown>;
};

type Bucket = { readonly calls: number; readonly windowMs: number; readonly refusal: Refusal['kind'] };

/** HubSpot's published allowances, until the headers of its answers tell the portal's true ones (search has none). */
const buckets = (callsPerTenSeconds: number): Readonly<Record<Cost, Bucket>> => ({
  normal: { calls: callsPerTenSeconds, windowMs: 10_000, refusal: 'rate-ten-seconds' },
  // Per account, shared with every other app of the portal: expect 429 even so.
  search: { calls: 5, windowMs: 1_000, refusal: 'rate-second' },
  associations: { calls: 100, windowMs: 10_000, refusal: 'rate-ten-seconds' },
});

/** Longest that a rep's click waits for a call. HubSpot cuts a card's request off after 15 seconds. */
const CLICK_WAIT_MS = 2_000;

/** The share of each allowance, and of the day's quota, that backfill leaves to live work. */
const LIVE_SHARE = 0.3;
/** The share that backfill keeps while live work could use all of it: records that changed are still read again. */
const BACKFILL_SHARE = 0.03;
/** From this share on, taken by live work in the last ten seconds, backfill makes do with the share that it keeps. */
const BUSY_SHARE = 0.7;
const DAY_SHARE_FOR_LIVE = 0.1;

type Day = { readonly day: string; readonly left: number; readonly quota: number };

export function createBudget(options: BudgetOptions): Budget {
  const { callsPerTenSeconds, maxWaitMs, timeoutMs, sleep = delay } = options;
  const limiterOptions = {
    storeClient: options.limiterClient,
    storeType: 'client',
    tableName: options.limiterTable,
    tableCreated: true,
    // Each portal has a fixed set of keys that are used again and again: nothing grows, nothing to clear.
    clearExpiredByTimeout: false,
  };
  const slots = new RateLimiterPostgres({ ...limiterOptions, keyPrefix: 'slot', points: 1, duration: 10 });
  // Deals the slots out in turn, so that the one tried is the one that becomes free first. It starts anew every day;
  // the order is only for speed, what holds the limit is the slots.
  const tickets = new RateLimiterPostgres({
    ...limiterOptions,
    keyPrefix: 'turn',
    points: 2 ** 31 - 1,
    duration: 86_400,
  });

  /** When this process took its latest calls for live work, by portal, in milliseconds since 1970. */
  const taken = new Map<number, number[]>();
  const learntLimits = new Map<string, number>();
  const days = new Map<number, Day>();

  const bucketOf = (portalId: number, cost: Cost): Bucket => {
    const published = buckets(callsPerTenSeconds)[cost];
    return { ...published, calls: learntLimits.get(limitKey(portalId, cost)) ?? published.calls };
  };

  /** What another process, or this one before it was started anew, has learnt; read once. */
  async function rememberLimit(portalId: number, cost: Cost): Promise<void> {
    const key = limitKey(portalId, cost);
    if (learntLimits.has(key)) return;
    const kept = await tickets.get(key);
    learntLimits.set(key, kept === null ? bucketOf(portalId, cost).calls : kept.consumedPoints);
  }

  /** Milliseconds to wait, 0 when the slot is ours now. */
  async function tryKey(key: string, holdMs: number): Promise<number> {
    try {
      await slots.consume(key, 1, { customDuration: holdMs / 1_000 });
      return 0;
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return Math.max(1, refused.msBeforeNext);
      throw refused;
    }
  }

  function refusedByDay(portal: PortalRef, priority: Priority): Refusal | null {
    const day = days.get(portal.portalId);
    const now = new Date();
    if (day === undefined || day.day !== dayOf(now, portal.timeZone)) return null;
    const reserve = priority === 'backfill' ? Math.floor(day.quota * DAY_SHARE_FOR_LIVE) : 0;
    return day.left > reserve ? null : { kind: 'rate-daily', retryAfterMs: untilMidnight(portal, now) };
  }

  async function refusedByPause(portal: PortalRef, cost: Cost): Promise<Refusal | null> {
    for (const kind of [bucketOf(portal.portalId, cost).refusal, 'rate-daily'] as const) {
      const pause = await slots.get(pauseKey(portal, cost, kind));
      if (pause !== null && pause.msBeforeNext > 0) return { kind, retryAfterMs: pause.msBeforeNext };
    }
    return null;
  }

  async function take(portal: PortalRef, cost: Cost, priority: Priority): Promise<Lease | Refusal> {
    await rememberLimit(portal.portalId, cost);
    const giveUpAt = Date.now() + (priority === 'click' ? Math.min(CLICK_WAIT_MS, maxWaitMs) : maxWaitMs);
    const turns = new Map<string, number>();
    for (;;) {
      const daily = refusedByDay(portal, priority);
      if (daily !== null) return daily;
      const bucket = bucketOf(portal.portalId, cost);
      const attempt =
        (await refusedByPause(portal, cost)) ?? (await tryLanes(portal, cost, priority, bucket, turns));
      if ('end' in attempt) return attempt;
      if (attempt.kind === 'rate-daily' || Date.now() + attempt.retryAfterMs > giveUpAt) return attempt;
      await sleep(attempt.retryAfterMs);
    }
  }

  async function tryLanes(
    portal: PortalRef,
    cost: Cost,
    priority: Priority,
    bucket: Bucket,
    turns: Map<string, number>,
  ): Promise<Lease | Refusal> {
    const lanes = lanesFor(priority, bucket, isBusy(portal));
    let shortestWaitMs = Infinity;
    for (const lane of lanes) {
      const laneKey = `${portal.portalId}:${cost}:${lane.name}`;
      const turn = turns.get(laneKey) ?? (await tickets.consume(laneKey)).consumedPoints;
      turns.set(laneKey, turn);
      const waitMs = await tryKey(`${laneKey}:${turn % lane.calls}`, bucket.windowMs + timeoutMs);
      if (waitMs === 0) {
        if (cost === 'normal' && priority !== 'backfill') note(portal.portalId);
        return leaseOf(portal, cost, lane, turn);
      }
      shortestWaitMs = Math.min(shortestWaitMs, waitMs);
    }
    return { kind: bucket.refusal, retryAfterMs: shortestWaitMs };
  }

  function leaseOf(portal: PortalRef, cost: Cost, lane: Lane, turn: number): Lease {
    const slotOf = ({ name, calls }: Lane): string => `${portal.portalId}:${cost}:${name}:${turn % calls}`;
    return {
      end: async (headers, refusal) => {
        const learnt = learn(portal, cost, headers);
        if (learnt !== null) await tickets.set(limitKey(portal.portalId, cost), learnt, 86_400);
        const bucket = bucketOf(portal.portalId, cost);
        // When this answer has told another limit, the call counts among that limit's slots too.
        const now = lanesOf(bucket).find(({ name }) => name === lane.name) ?? {
          name: 'all',
          calls: bucket.calls,
        };
        for (const key of new Set([slotOf(lane), slotOf(now)])) {
          await slots.set(key, 1, bucket.windowMs / 1_000);
        }
        if (refusal !== null) {
          await slots.set(pauseKey(portal, cost, refusal.kind), 1, refusal.retryAfterMs / 1_000);
        }
      },
    };
  }

  /** The portal's limit where the headers tell another one than we knew. */
  function learn(portal: PortalRef, cost: Cost, headers: Headers | null): number | null {
    if (headers === null) return null;
    const max = numberIn(headers, 'x-hubspot-ratelimit-max');
    const windowMs = numberIn(headers, 'x-hubspot-ratelimit-interval-milliseconds');
    const quota = numberIn(headers, 'x-hubspot-ratelimit-daily');
    const left = numberIn(headers, 'x-hubspot-ratelimit-daily-remaining');
    if (cost === 'normal' && quota !== null && left !== null) {
      days.set(portal.portalId, { day: dayOf(new Date(), portal.timeZone), left, quota });
    }
    const known = bucketOf(portal.portalId, cost);
    if (max === null || max === 0 || windowMs !== known.windowMs || max === known.calls) return null;
    learntLimits.set(limitKey(portal.portalId, cost), max);
    return max;
  }

  const isBusy = ({ portalId }: PortalRef): boolean =>
    recent(portalId).length >= BUSY_SHARE * bucketOf(portalId, 'normal').calls;

  function note(portalId: number): void {
    taken.set(portalId, [...recent(portalId), Date.now()]);
  }

  function recent(portalId: number): readonly number[] {
    const since = Date.now() - buckets(callsPerTenSeconds).normal.windowMs;
    return (taken.get(portalId) ?? []).filter((at) => at > since);
  }

  return { take, recentCalls: ({ portalId }) => recent(portalId).length };
}

type Lane = { readonly name: 'live' | 'all' | 'backfill'; readonly calls: number };

/** The slots that only live work may take, those that are for all, and those that backfill keeps; none of them empty. */
function lanesOf({ calls }: Bucket): readonly Lane[] {
  const live = Math.floor(calls * LIVE_SHARE);
  const backfill = Math.floor(calls * BACKFILL_SHARE);
  const lanes: readonly Lane[] = [
    { name: 'live', calls: live },
    { name: 'backfill', calls: backfill },
    { name: 'all', calls: calls - live - backfill },
  ];
  return lanes.filter((lane) => lane.calls > 0);
}

/** The lanes to try, in this order. */
function lanesFor(priority: Priority, bucket: Bucket, busy: boolean): readonly Lane[] {
  const lanes = lanesOf(bucket);
  if (priority !== 'backfill') return lanes.filter(({ name }) => name !== 'backfill');
  const kept = lanes.filter(({ name }) => name === 'backfill');
  return busy && kept.length > 0 ? kept : lanes.filter(({ name }) => name !== 'live');
}

const limitKey = (portalId: number, cost: Cost): string => `${portalId}:${cost}:limit`;

/** Milliseconds until the portal's next midnight, when the daily quota starts anew. */
export function untilMidnight(portal: PortalRef, now: Date): number {
  return startOfNextDay(now, portal.timeZone).getTime() - now.getTime();
}

/** The day's quota is one for all kinds of calls, the others are not. */
function pauseKey(portal: PortalRef, cost: Cost, kind: Refusal['kind']): string {
  return kind === 'rate-daily' ? `${portal.portalId}:day:pause` : `${portal.portalId}:${cost}:pause`;
}

function numberIn(headers: Headers, name: string): number | null {
  const text = headers.get(name);
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}
