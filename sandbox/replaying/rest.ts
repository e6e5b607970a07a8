/** Waits until the app has nothing left to do, with the clock moved over its waits. */

import { setTimeout as pause } from 'node:timers/promises';
import { askSandbox, readClockOffset } from '../control.ts';
import type { Sandbox } from '../compose.ts';

/** An app that has asked HubSpot for nothing for so long has nothing under way: longer than its time limit. */
const QUIET_MS = 900;
const POLL_MS = 100;
/** Over the waits of a step that failed a few times, then over the longest of all. */
const SHORT_WAIT_MS = 60_000;
const LONGEST_WAIT_MS = 11 * 60_000;
/** An app that is not done after so many moves of the clock never will be. */
const MOST_MOVES = 60;

export type Rest = {
  /** Resolves when nothing is under way; what waits for its next try still does. */
  readonly quiet: () => Promise<unknown>;
  /** Moves the clock over every wait, and resolves when none is left. */
  readonly untilDone: () => Promise<void>;
};

/**
 * The clock moves only while the app is quiet: a lease of steps that are under way would else be over before they are,
 * which no real clock does.
 */
export const createRest = (sandbox: Sandbox): Rest => {
  const { crmUrl, portalId } = sandbox;
  let seen = 0;
  const newCalls = async (): Promise<number> => {
    const { entries } = (await askSandbox(
      crmUrl,
      'GET',
      `/sandbox/portals/${portalId}/log?since=${seen}`,
    )) as {
      entries: readonly { readonly seq: number; readonly actor: string }[];
    };
    seen = entries.at(-1)?.seq ?? seen;
    return entries.filter(({ actor }) => actor === 'app').length;
  };
  const quiet = async (): Promise<number> => {
    let calls = 0;
    let since = Date.now();
    while (Date.now() - since < QUIET_MS) {
      const more = await newCalls();
      calls += more;
      if (more > 0) since = Date.now();
      await pause(POLL_MS);
    }
    return calls;
  };
  const untilDone = async (): Promise<void> => {
    await quiet();
    let waitMs = SHORT_WAIT_MS;
    for (let move = 0; move < MOST_MOVES; move += 1) {
      await sandbox.setClock((await readClockOffset(crmUrl)) + waitMs);
      if ((await quiet()) > 0) waitMs = SHORT_WAIT_MS;
      else if (waitMs === LONGEST_WAIT_MS) return;
      else waitMs = LONGEST_WAIT_MS;
    }
  };
  return { quiet, untilDone };
};
