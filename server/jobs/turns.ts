/**
 * A portal's job that runs in this process needs no waking: whoever commits more work for it joins its turn, and the
 * turn looks again before it ends. Writing a job for every commit of a burst would cost more than the answers in it.
 *
 * Nothing is lost when the process dies: the job of the turn is still `active` in the queue's own tables, found dead by
 * its missing heartbeat, and run again. Where the queue has given up a run that goes on here, the sweep finds what is due.
 */

type Turn = {
  readonly startedAt: number;
  /** Commits that joined and are not over. */
  joined: number;
  /** Those that are. */
  commits: number;
  over: PromiseWithResolvers<void>;
};

/** An older turn is not joined, so that its job ends and is written down long before the queue gives it up. */
const JOINED_WITHIN_MS = 10 * 60_000;
/** A commit that takes longer hangs with its connection; the run fails then, so that another process may have its job. */
const LONGEST_COMMIT_MS = 30_000;

export type Turns = {
  /** Runs the job's handler, and again for as long as a commit has joined meanwhile. */
  readonly run: (key: string, handler: () => Promise<void>) => Promise<void>;
  /**
   * Joins the turn under way: it does not end before the function given back was called, and then looks again.
   * `null` where there is none to join, and a job has to be written.
   */
  readonly join: (key: string) => (() => void) | null;
  /** From now on no turn is joined. What has joined before is still waited for and looked at. */
  readonly close: () => void;
};

export function createTurns(): Turns {
  const turns = new Map<string, Turn>();
  let closed = false;

  async function repeat(key: string, turn: Turn, handler: () => Promise<void>): Promise<void> {
    let seen: number;
    try {
      do {
        seen = turn.commits;
        await handler();
        while (turn.joined > 0) await joinedAreOver(turn);
      } while (turn.commits !== seen);
    } catch (error) {
      // The job is run again, and must not be through before what has joined can be seen.
      await Promise.allSettled([joinedAreOver(turn)]);
      throw error;
    } finally {
      // In the same turn of the event loop as the last comparison: nobody joins in between.
      turns.delete(key);
    }
  }

  /** What has joined is not committed yet, and another look would not see it. */
  async function joinedAreOver(turn: Turn): Promise<void> {
    const { promise: late, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      reject(new Error('A commit that counts on this run does not end.'));
    }, LONGEST_COMMIT_MS);
    try {
      while (turn.joined > 0) await Promise.race([turn.over.promise, late]);
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    run: (key, handler) => {
      // A run that the queue gave up as dead may still be at work here; the new one is joined by nobody.
      if (turns.has(key)) return handler();
      const turn = { startedAt: Date.now(), joined: 0, commits: 0, over: Promise.withResolvers<void>() };
      turns.set(key, turn);
      return repeat(key, turn, handler);
    },
    close: () => {
      closed = true;
    },
    join: (key) => {
      const turn = turns.get(key);
      if (closed || turn === undefined || Date.now() - turn.startedAt > JOINED_WITHIN_MS) return null;
      turn.joined += 1;
      return () => {
        turn.joined -= 1;
        turn.commits += 1;
        if (turn.joined > 0) return;
        turn.over.resolve();
        turn.over = Promise.withResolvers();
      };
    },
  };
}
