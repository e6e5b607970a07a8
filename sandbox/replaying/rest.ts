/** Waits until the app has nothing left to do, with the clock moved over its waits. */

import { setTimeout as pause } from 'node:timers/promises';
import { readClockOffset } from '../control.ts';
import type { Sandbox } from '../compose.ts';

const POLL_MS = 250;
/** Over the waits of a step that failed a few times, then over the longest of all. */
const SHORT_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 11 * 60_000;
/** An app that is not done after so many moves of the clock never will be. */
const MOST_MOVES = 60;

export type Rest = {
  /** Resolves when nothing is due and nothing under way; what waits for its next try still does. */
  readonly quiet: () => Promise<void>;
  /** Moves the clock over every wait, and resolves when none is left. */
  readonly untilDone: () => Promise<void>;
};

/**
 * The clock moves only while the app is quiet: the lease of steps that are under way would else be over before they
 * are, which no real clock does. When that is, the app says itself; what it did is compared in the end without it.
 */
export const createRest = ({ serverUrl, crmUrl, setClock }: Sandbox): Rest => {
  const isQuiet = async (): Promise<boolean> => {
    const text = await (await fetch(`${serverUrl}/metrics`)).text();
    return /^drain_lag_seconds 0$/m.test(text);
  };
  const quiet = async (): Promise<void> => {
    while (!(await isQuiet())) await pause(POLL_MS);
  };
  /** Whether anything fell due. */
  const pass = async (ms: number): Promise<boolean> => {
    await setClock((await readClockOffset(crmUrl)) + ms);
    const nothingDue = await isQuiet();
    await quiet();
    return !nothingDue;
  };
  return {
    quiet,
    untilDone: async () => {
      await quiet();
      for (let move = 0; move < MOST_MOVES; move += 1)
        if (!(await pass(SHORT_WAIT_MS)) && !(await pass(LONGEST_WAIT_MS))) return;
    },
  };
};
