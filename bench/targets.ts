/** Every figure of the bench: what it is, its unit, and what is aimed at. The one list. */

import type { Figures } from './bench.ts';

type Target =
  | { readonly atMost: number }
  | { readonly atLeast: number }
  /** So many times another figure of the same run. */
  | { readonly atLeastTimes: number; readonly of: string };

export type FigureRow = {
  readonly name: string;
  readonly unit: string;
  readonly what: string;
  readonly target: Target | null;
  /** The same of the plain handler, shown beside it. */
  readonly plain: string | null;
};

const row = (
  name: string,
  unit: string,
  what: string,
  target: Target | null = null,
  plain: string | null = null,
): FigureRow => ({ name, unit, what, target, plain });

const TWICE_PLAIN = { atLeastTimes: 2, of: 'plain.acks_per_s' };
const HALF_PLAIN = { atLeastTimes: 0.5, of: 'plain.acks_per_s' };

export const FIGURES: readonly FigureRow[] = [
  row('acks_per_s.postgres', '/s', 'rejections acknowledged, 16 callers', TWICE_PLAIN, 'plain.acks_per_s'),
  row('acks_per_s.pglite', '/s', 'the same on the embedded store', HALF_PLAIN, 'plain.acks_per_s'),
  row('ack_p50_ms.postgres', 'ms', 'a rep waits, median', null, 'ack_p50_ms.plain'),
  row('ack_p50_ms.pglite', 'ms', 'the same on the embedded store', null, 'ack_p50_ms.plain'),
  row('ack_p99_ms.postgres', 'ms', 'a rep waits, 99 of 100', { atMost: 50 }, 'ack_p99_ms.plain'),
  row('ack_p99_ms.pglite', 'ms', 'the same on the embedded store', null, 'ack_p99_ms.plain'),
  row('idle_effect_ms', 'ms', 'from a lone click until HubSpot holds it, median', { atMost: 300 }),
  row('idle_effect_p95_ms', 'ms', 'the same, 95 of 100'),
  row(
    'burst600_s',
    's',
    '600 at once, 190 calls/10 s: until HubSpot holds all',
    { atMost: 3 },
    'plain.burst600_s',
  ),
  row('burst600_429', '', 'calls that HubSpot refused as too many', { atMost: 0 }, 'plain.burst600_429'),
  row('burst600_lost', '', 'acknowledged and not in HubSpot', { atMost: 0 }, 'plain.burst600_lost'),
  row('burst600_doubled', '', 'carried out more than once', { atMost: 0 }, 'plain.burst600_doubled'),
  row('burst600_refused', '', 'reps who were told that it failed', { atMost: 0 }, 'plain.burst600_refused'),
  row('calls_per_1000', '', 'calls for 1,000 rejections, held steps included', null, 'plain.calls_per_1000'),
  row('calls_per_1000_at_once', '', 'of these before the weekly review'),
  row('sustained_per_s_110', '/s', '40,000 leads, 110 calls/10 s: carried out'),
  row('ceiling_per_s_110', '/s', 'what the budget allows in full batches'),
  row('sustained_of_ceiling', '', 'the first as a share of the second', { atLeast: 0.85 }),
  row(
    'sustained_acks_per_s',
    '/s',
    'reps were answered meanwhile; below the first, they were what it waited for',
  ),
  row('sustained_lost', '', 'of the 40,000, acknowledged and not in HubSpot', { atMost: 0 }),
  row('sustained_doubled', '', 'of the 40,000, carried out more than once', { atMost: 0 }),
  row('events_per_s', '/s', '1,000 changes/s by others, told by webhook: taken in', { atLeast: 950 }),
  row('event_ack_p99_ms', 'ms', 'HubSpot waits for the acknowledgement of a delivery, 99 of 100', {
    atMost: 1_000,
  }),
  row('event_ack_most_ms', 'ms', 'the longest of them; HubSpot gives up after five seconds', {
    atMost: 5_000,
  }),
  row('events_repeated', '', 'deliveries that HubSpot had to repeat', { atMost: 0 }),
  row('events_lost', '', 'leads turned back around the card and not put back, companies not read', {
    atMost: 0,
  }),
  row('events_doubled', '', 'reasons asked for twice', { atMost: 0 }),
  row('rss_mb.postgres', 'MB', "the server's memory after the acknowledgements", null, 'rss_mb.plain'),
  row('rss_mb.pglite', 'MB', 'the same on the embedded store', null, 'rss_mb.plain'),
  row('card_gzip_kb', 'kB', 'the card, compressed', { atMost: 16 }),
  row('card_usable_ms', 'ms', 'from opening the record until a reason can be chosen', { atMost: 1_000 }),
  row('start_s', 's', 'from npm start to the usable card'),
];

/** Whether the target is met; `null` where there is no target, or no value. */
export const isMet = ({ name, target }: FigureRow, figures: Figures): boolean | null => {
  const value = figures[name];
  const limit = limitOf(target, figures);
  if (typeof value !== 'number' || target === null || limit === null) return null;
  return 'atMost' in target ? value <= limit : value >= limit;
};

/** The target as people read it, e.g. `≤ 50`. */
export const targetText = ({ target }: FigureRow, figures: Figures): string => {
  if (target === null) return '';
  if ('atMost' in target) return `≤ ${target.atMost}`;
  if ('atLeast' in target) return `≥ ${target.atLeast}`;
  const limit = limitOf(target, figures);
  return `≥ ${target.atLeastTimes} × plain${limit === null ? '' : ` = ${Math.round(limit)}`}`;
};

const limitOf = (target: Target | null, figures: Figures): number | null => {
  if (target === null) return null;
  if ('atMost' in target) return target.atMost;
  if ('atLeast' in target) return target.atLeast;
  const other = figures[target.of];
  return typeof other === 'number' ? target.atLeastTimes * other : null;
};
