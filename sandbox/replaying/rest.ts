/** Waits until the app has nothing left to do, with the clock moved over its waits. */

import { setTimeout as pause } from 'node:timers/promises';
import { askSandbox, readClockOffset } from '../control.ts';
import type { Sandbox } from '../compose.ts';

const POLL_MS = 50;
/** Over the waits of a step that failed a few times, then over the longest of all. */
const SHORT_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 11 * 60_000;
/** An app that is not done after so many moves of the clock never will be. */
const MOST_MOVES = 200;

export type Rest = {
  /** Resolves when nothing can be done now and nothing is under way; what waits for its next try still does. */
  readonly quiet: () => Promise<void>;
  /** Moves the clock over every wait, and resolves when none is left. */
  readonly untilDone: () => Promise<void>;
};

/**
 * The clock moves only while the app is quiet: the lease of steps under way would else be over before they are, and a
 * late call would arrive after the app has looked for what it did, which no real clock brings about. What the app says
 * here of itself only moves the clock; what it did is compared in the end without it.
 */
export const createRest = ({ serverUrl, crmUrl, portalId, setClock }: Sandbox): Rest => {
  const readNumber = async (name: string): Promise<number> => {
    const text = await (await fetch(`${serverUrl}/metrics`)).text();
    const [, value] = new RegExp(`^${name} (\\S+)$`, 'm').exec(text) ?? [];
    if (value === undefined) throw new Error(`The app does not tell ${name}.`);
    return Number(value);
  };
  const isQuiet = async (): Promise<boolean> => {
    if ((await readNumber('drain_portals_at_work')) > 0) return false;
    const portal = (await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}`)) as { underWay: number };
    return portal.underWay === 0;
  };
  const quiet = async (): Promise<void> => {
    while (!(await isQuiet())) await pause(POLL_MS);
  };
  /** Steps that are owed now but for their next try wait for one that was begun. */
  const isDone = async (): Promise<boolean> => (await readNumber('plan_steps_begun')) === 0;
  const move = async (ms: number): Promise<void> => setClock((await readClockOffset(crmUrl)) + ms);
  return {
    quiet,
    untilDone: async () => {
      await quiet();
      for (let moves = 0; !(await isDone()); moves += 1) {
        if (moves === MOST_MOVES) throw new Error(`The app is not done after ${moves} moves of the clock.`);
        await move(SHORT_WAIT_MS);
        if (await isQuiet()) await move(LONGEST_WAIT_MS);
        await quiet();
      }
    },
  };
};
