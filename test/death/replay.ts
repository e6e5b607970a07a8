/** A replay of clicks over several portals while servers die, and the verdict of the sandbox afterwards. */

import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { FileLead } from '../../sandbox/data/leadsFile.ts';
import { createRandom } from '../../sandbox/data/random.ts';
import { REPS } from '../../sandbox/data/team.ts';
import {
  answer,
  HELD_STEPS_MS,
  loadLines,
  openAmong,
  settle,
  takeBack,
  type Told,
} from '../../sandbox/replaying/play.ts';
import { reconcile, type Disagreement } from '../../sandbox/replaying/reconcile.ts';
import { createClicks, eachOf, type Clicks } from '../../sandbox/replaying/rep.ts';
import { SYNTHETIC_MIX, writeScript, type Line } from '../../sandbox/replaying/script.ts';
import { countTraffic, readCrmState, readStore, type CrmState } from '../../sandbox/replaying/witnesses.ts';
import type { Rule } from './aim.ts';
import { OVER_LEASES_MS, type Stage } from './stage.ts';
import { changedTwice, madeTwice, readCallLog, type CallLog } from './witness.ts';

const FIRST_CONTACT_ID = 200_001;
const DAY_MS = 86_400_000;
/** A click waits while one start after the other is deadly. */
const PATIENCE_MS = 180_000;
const CALLERS = 8;
/** Answers of one bout, all in one portal. */
const BOUT = 4;
const POLL_MS = 50;
/** So long a bout waits for its steps: where a death stopped them they are taken up again later. */
const LATE_MS = 1_500;
/** After so many bouts that were deadly nowhere, every point was. */
const QUIET_BOUTS = 12;
/** Every so many answers are acceptances; all others go through the seven reasons in turn. */
const ACCEPTED_EVERY = 8;

type Portal = {
  readonly portalId: number;
  readonly lines: readonly Line[];
  readonly clicks: Clicks;
  readonly before: CrmState;
  readonly told: Told[];
  readonly calls: CallLog;
  next: number;
};

export type DeadlyReplay = {
  /** Clicks in the next portal, some answers and some undos. All are acknowledged when it resolves, most carried out. */
  readonly bout: () => Promise<void>;
  readonly left: () => number;
  readonly told: () => readonly Told[];
  /** Kinds of calls that reached HubSpot since the replay was prepared, by its own log. */
  readonly kindsOfCalls: () => ReadonlySet<string>;
  /** Lets everything be carried out, the weekly review too, and compares. */
  readonly verdict: () => Promise<readonly Disagreement[]>;
};

const leadsOf = (count: number): readonly FileLead[] =>
  Array.from({ length: count }, (_, place) => ({
    contactId: String(FIRST_CONTACT_ID + place),
    id: `lead-${place}`,
    handedOffAt: new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 3 * DAY_MS),
    source: 'OFFLINE',
    campaign: 'fair',
    ownerId: REPS[place % REPS.length]?.ownerId ?? '',
    properties: {
      lastname: `Lead ${place}`,
      email: `lead${place}@example.com`,
      hs_analytics_source: 'OFFLINE',
      hs_analytics_source_data_2: 'fair',
    },
  }));

const linesOf = (count: number, seed: number): readonly Line[] =>
  writeScript(leadsOf(count), new Set(), seed).map((line, place) => {
    const { reason } = SYNTHETIC_MIX[place % SYNTHETIC_MIX.length] ?? SYNTHETIC_MIX[0];
    const undo =
      (['at-once', null, 'after-first-steps', null, 'after-all-steps'] as const)[place % 5] ?? null;
    const accepted = place % ACCEPTED_EVERY === ACCEPTED_EVERY - 1;
    return { ...line, undo, answer: accepted ? 'acceptance' : { reason, note: null } };
  });

/** Fills the stage's portals with leads that are all still to be answered. */
export const prepareReplay = async (stage: Stage, leads: number, seed: number): Promise<DeadlyReplay> => {
  const random = createRandom(seed);
  const portals = await Promise.all(
    stage.targets.map(async (target, n): Promise<Portal> => {
      const lines = linesOf(leads, seed + n);
      const traffic = countTraffic(stage.crmUrl, target.portalId);
      await loadLines(target, lines, traffic);
      await traffic.stop();
      const { portalId } = target;
      const clicks = createClicks(target, { patienceMs: PATIENCE_MS });
      const before = await readCrmState(stage.crmUrl, portalId);
      const calls = await readCallLog(stage.crmUrl, portalId);
      return { portalId, lines, clicks, before, told: [], calls, next: 0 };
    }),
  );
  let turn = 0;

  const bout = async (): Promise<void> => {
    const portal = portals[(turn += 1) % portals.length];
    if (portal === undefined) return;
    const undone = portal.told.filter(({ line, undone }) => line.undo === 'after-first-steps' && !undone);
    const lines = portal.lines.slice(portal.next, portal.next + BOUT);
    portal.next += lines.length;
    const early = undone.length > 0 ? [random.pick(undone)] : [];
    await Promise.all([
      ...early.map((one) => takeBack(portal.clicks, one)),
      eachOf(lines, BOUT, async (line) => {
        const one = await answer(portal.clicks, line);
        portal.told.push(one);
        if (line.undo === 'at-once') await takeBack(portal.clicks, one);
      }),
    ]);
    await carriedOut(portal, portal.told.slice(-BOUT));
    for (const { calls } of portals) await calls.read();
  };

  /** Resolves when no step of these is still to come, when a server dies, or when it takes too long. */
  const carriedOut = async ({ clicks }: Portal, told: readonly Told[]): Promise<void> => {
    const deaths = stage.deaths();
    const giveUpAt = Date.now() + LATE_MS;
    while (stage.deaths() === deaths && Date.now() < giveUpAt) {
      if ((await openAmong(clicks, told, BOUT)).length === 0) return;
      await pause(POLL_MS);
    }
  };

  const settleAll = async (): Promise<void> => {
    for (const { clicks, told } of portals)
      for (const one of await settle(clicks, told, CALLERS)) one.trouble.push('its steps did not settle');
  };

  const takeBackAll = async (when: Line['undo']): Promise<void> => {
    for (const { clicks, told } of portals) {
      const due = told.filter(({ line, undone }) => line.undo === when && !undone);
      await eachOf(due, CALLERS, (one) => takeBack(clicks, one));
    }
  };

  const verdict = async (): Promise<readonly Disagreement[]> => {
    await settleAll();
    await takeBackAll('after-first-steps');
    await stage.advance(HELD_STEPS_MS);
    await settleAll();
    await takeBackAll('after-all-steps');
    await settleAll();
    const found: Disagreement[] = [];
    const after: CrmState[] = [];
    for (const { portalId, told, calls } of portals) {
      const state = await readCrmState(stage.crmUrl, portalId);
      await calls.read();
      found.push(...madeTwice(state), ...calls.doubled());
      found.push(...(await changedTwice(stage.crmUrl, portalId, told)));
      after.push(state);
    }
    const environment = stage.storeEnvironment;
    await stage.stopServers();
    for (const [n, { portalId, told, before }] of portals.entries()) {
      const store = await readStore(
        environment,
        path.join(environment['DATA_DIR'] ?? '', 'export.jsonl'),
        portalId,
      );
      const state = after[n];
      if (state === undefined) throw new Error(`The state of portal ${portalId} was not read.`);
      found.push(...reconcile(told, { before, after: state }, store));
    }
    return found;
  };

  return {
    bout,
    left: () => portals.reduce((sum, { lines, next }) => sum + lines.length - next, 0),
    told: () => portals.flatMap(({ told }) => told),
    kindsOfCalls: () => new Set(portals.flatMap(({ calls }) => [...calls.kinds()])),
    verdict,
  };
};

/** Clicks while every point that is passed is deadly, until no point is left that was not so often enough. */
export const dieEverywhere = async (
  stage: Stage,
  replay: DeadlyReplay,
  options: Omit<Rule, 'only'> & { readonly untilMs: number },
): Promise<void> => {
  const { untilMs, ...rule } = options;
  let { times } = rule;
  let quiet = 0;
  stage.arm({ ...rule, only: null });
  while (replay.left() > 0) {
    const deaths = stage.deaths();
    await replay.bout();
    quiet = stage.deaths() === deaths ? quiet + 1 : 0;
    if (quiet < QUIET_BOUTS) continue;
    if (Date.now() > untilMs) return;
    times += 1;
    stage.arm({ ...rule, only: null, times });
    quiet = 0;
  }
};

/** Clicks until one server has died at the point, and goes on clicking at the other. */
export const dieOnce = async (
  stage: Stage,
  replay: DeadlyReplay,
  point: string,
  bouts: number,
): Promise<void> => {
  stage.arm({ only: point, times: 1, timesOf: {}, oneIn: 1 });
  for (let n = 0; n < bouts || (stage.deaths() === 0 && replay.left() > 0); n += 1) await replay.bout();
  await stage.advance(OVER_LEASES_MS);
};
