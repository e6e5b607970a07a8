/**
 * Group commit: acknowledgements that arrive together share one transaction, a savepoint each, and so one sync of
 * the disk. While one group commits, the next one gathers. A member that fails is rolled back alone; nobody is
 * answered before the COMMIT; a COMMIT that fails, fails all.
 */

import { sql } from 'kysely';
import { isTransientConflict } from './transientConflict.ts';
import type { Handle } from './schema.ts';

/** Members of one group at most: bounds how long the first one waits for the last one. */
export const GROUP_LIMIT = 64;

/** Runs the body in a transaction and resolves when it is committed; rejects when the body or COMMIT fails. */
export type RunTransaction = <T>(body: (tx: Handle) => Promise<T>) => Promise<T>;

type Outcome =
  { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: unknown };

type Member = {
  readonly body: (tx: Handle) => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  retried: boolean;
};

export type GroupCommit = {
  /**
   * Runs `body` in a shared transaction, in order of arrival, and resolves once it is committed. `body` must hold
   * database work only (others wait for it) and may run a second time after a conflict with another process.
   */
  readonly commit: <T>(body: (tx: Handle) => Promise<T>) => Promise<T>;
  /** Resolves when nothing is waiting or running any more. */
  readonly idle: () => Promise<void>;
};

export function createGroupCommit(runTransaction: RunTransaction): GroupCommit {
  let waiting: Member[] = [];
  let active = false;
  let lastRun: Promise<void> = Promise.resolve();

  async function runGroups(): Promise<void> {
    // One turn of the event loop lets requests that arrived together join the first group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP_LIMIT);
      waiting = waiting.slice(GROUP_LIMIT);
      const again = settleAll(group, await runGroup(group));
      // Victims of a conflict go first, in a transaction of their own: their last one may still have held locks that
      // the other process was waiting for.
      waiting = [...again, ...waiting];
    }
    // In the same turn as the last look at `waiting`, so that no arrival is missed.
    active = false;
  }

  async function runGroup(group: readonly Member[]): Promise<readonly Outcome[]> {
    try {
      return await runTransaction(async (tx) => {
        const outcomes: Outcome[] = [];
        for (const member of group) outcomes.push(await runMember(tx, member));
        return outcomes;
      });
    } catch (error) {
      return group.map(() => ({ ok: false, error }));
    }
  }

  return {
    commit: <T>(body: (tx: Handle) => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({ body, resolve: resolve as (value: unknown) => void, reject, retried: false });
        if (active) return;
        active = true;
        lastRun = runGroups();
      }),
    idle: async () => {
      while (active) await lastRun;
    },
  };
}

/** Answers every member by its outcome; returns those to be run once more. */
function settleAll(group: readonly Member[], outcomes: readonly Outcome[]): readonly Member[] {
  const again: Member[] = [];
  group.forEach((member, index) => {
    const outcome = outcomes[index];
    if (outcome === undefined) throw new Error('A member of a group commit has no outcome.');
    if (outcome.ok) return member.resolve(outcome.value);
    if (!isTransientConflict(outcome.error) || member.retried) return member.reject(outcome.error);
    member.retried = true;
    again.push(member);
  });
  return again;
}

async function runMember(tx: Handle, member: Member): Promise<Outcome> {
  await sql`savepoint member`.execute(tx);
  try {
    const value = await member.body(tx);
    // Also finds a statement that failed and was swallowed by the body: RELEASE then fails (25P02).
    await sql`release savepoint member`.execute(tx);
    return { ok: true, value };
  } catch (error) {
    await sql`rollback to savepoint member`.execute(tx);
    await sql`release savepoint member`.execute(tx);
    return { ok: false, error };
  }
}
