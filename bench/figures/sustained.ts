/**
 * A backlog of 40,000 rejections in a portal that takes 110 calls in ten seconds: how many a second are carried out,
 * from the first click until the last change has reached HubSpot, beside the ceiling: what that budget allows when every
 * call that the plans need is full.
 */

import type { Bench, Figures } from '../bench.ts';
import { startGenerator } from '../load/generator.ts';
import { toClick, writeLines } from '../load/leads.ts';
import { rounded } from '../numbers.ts';
import { inputsOf, isWrite, kindOf, type LogEntry, watchRequests } from '../requests.ts';
import { openStage, targetOf, whenQuiet } from '../stage.ts';
import { judge, OURS } from '../witness.ts';
import { assertAllAnswered, CALLERS } from './acks.ts';

const CALLS_PER_10S = 110;
const CALLS_PER_S = CALLS_PER_10S / 10;
const LEADS = 40_000;
const LEADS_WHEN_QUICK = 3_000;

export const measureSustained = async (bench: Bench): Promise<Figures> => {
  const lines = writeLines(bench.quick ? LEADS_WHEN_QUICK : LEADS);
  const clicks = lines.map(toClick);
  const generator = bench.hold(startGenerator());
  const databaseUrl = await bench.database();
  const stage = bench.hold(await openStage({ databaseUrl, callsPer10s: CALLS_PER_10S }, lines));
  bench.say(`  ${lines.length} leads loaded`);
  const watch = bench.hold(await watchRequests(stage.crmUrl, stage.portalId));
  const played = await generator.play(targetOf(stage), clicks, CALLERS);
  assertAllAnswered('sustained', played);
  bench.say(`  all answered after ${Math.round(played.seconds)} s; waiting for HubSpot to hold them`);
  await whenQuiet(stage, { pollMs: 2_000 });
  const entries = await watch.stop();
  const startedAt = Math.min(...played.answered.slice(0, CALLERS).map(({ sentAt }) => sentAt));
  const endedAt = entries.filter(isWrite).reduce((last, { at }) => Math.max(last, at), 0);
  const perSecond = lines.length / ((endedAt - startedAt) / 1_000);
  const needs = callsNeeded(entries);
  const ceiling = CALLS_PER_S / (sumOf(needs.map(({ fullCalls }) => fullCalls)) / lines.length);
  for (const { kind, calls, inputs, fullCalls } of needs)
    bench.say(`  ${kind}: ${calls} calls for ${inputs} rows, ${Math.ceil(fullCalls)} were they full`);
  const others = entries.length - sumOf(needs.map(({ calls }) => calls));
  const verdict = await judge(stage, OURS, clicks, played.answered);
  return {
    sustained_per_s_110: rounded(perSecond),
    ceiling_per_s_110: rounded(ceiling),
    sustained_of_ceiling: rounded(perSecond / ceiling),
    ceiling_formula: formulaOf(needs, lines.length, ceiling),
    sustained_leads: lines.length,
    sustained_acks_per_s: rounded(lines.length / played.seconds),
    sustained_lost: verdict.lost,
    sustained_doubled: verdict.doubled,
    sustained_429: entries.filter(({ status }) => status === 429).length,
    sustained_calls: entries.length,
    sustained_other_calls: others,
  };
};

type Need = {
  readonly kind: string;
  readonly calls: number;
  /** Records that these calls were about, together. */
  readonly inputs: number;
  /** How many calls it would have been, had each been full. */
  readonly fullCalls: number;
};

/**
 * Rows in a full call: HubSpot's batches take 100, and 50 where a property's history is asked for. For members of a list it
 * names no most; the app sends up to 300, so less would be no ceiling.
 */
const FULL = 100;
const FULL_WITH_HISTORY = 50;
const FULL_LIST = 300;

/**
 * The calls of the plans: every write, and the reads before writes. Left out are calls of other budgets (associations) and
 * what the app reads for its own copy of the leads, which it can be known by: that asks for the e-mail address, or for a
 * Lead's pipeline.
 */
export const callsNeeded = (entries: readonly LogEntry[]): readonly Need[] => {
  const needs = new Map<string, Need>();
  for (const entry of entries.filter(belongsToPlan)) {
    const history = asksForHistory(entry);
    const kind = kindOf(entry) + (history ? ' with history' : '');
    const { calls, inputs, fullCalls } = needs.get(kind) ?? { calls: 0, inputs: 0, fullCalls: 0 };
    const rows = inputsOf(entry);
    const full = rows / fullRowsOf(entry);
    needs.set(kind, { kind, calls: calls + 1, inputs: inputs + rows, fullCalls: fullCalls + full });
  }
  return [...needs.values()].sort((a, b) => b.fullCalls - a.fullCalls);
};

const fullRowsOf = (entry: LogEntry): number => {
  if (entry.path.includes('/memberships/')) return FULL_LIST;
  return asksForHistory(entry) ? FULL_WITH_HISTORY : FULL;
};

const belongsToPlan = (entry: LogEntry): boolean =>
  entry.status < 300 && !entry.path.includes('/associations/') && (isWrite(entry) || !isOwnCopy(entry));

const propertiesIn = (body: unknown, name: string): readonly unknown[] => {
  const list = (body as Readonly<Record<string, unknown>> | undefined)?.[name];
  return Array.isArray(list) ? list : [];
};

const isOwnCopy = ({ body }: LogEntry): boolean =>
  ['email', 'hs_pipeline'].some((name) => propertiesIn(body, 'properties').includes(name));

const asksForHistory = ({ body }: LogEntry): boolean =>
  propertiesIn(body, 'propertiesWithHistory').length > 0;

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

const formulaOf = (needs: readonly Need[], leads: number, ceiling: number): string => {
  const terms = needs.map(
    ({ kind, fullCalls }) =>
      `${rounded((fullCalls / leads) * 100)} × ${kind.replace(/\/crm\/\w+\/[\d-]+/, '')}`,
  );
  const perHundred = sumOf(needs.map(({ fullCalls }) => fullCalls)) * (100 / leads);
  return `${CALLS_PER_S} calls/s ÷ ${rounded(perHundred)} calls for 100 leads × 100 = ${rounded(ceiling)}/s; in full batches 100 leads need ${terms.join(' + ')}`;
};
