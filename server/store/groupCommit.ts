/**
 * Group commit: commands that arrive together are carried out together, in one transaction and so with one sync of the
 * disk. While one group commits, the next one gathers. Nobody is answered before the COMMIT.
 *
 * A group is done by statements over the whole set instead of one command after the other: measured, that is what makes
 * an acknowledgement cheap. Where a group fails, each of its commands is tried alone, so that a bad one fails alone.
 */

import { isTransientConflict } from './transientConflict.ts';
import { isUnavailable } from './storeUnavailable.ts';
import type { Handle } from './schema.ts';

/** Commands of one group at most: bounds how long the first one waits for the last one. */
export const GROUP_LIMIT = 64;

/** What is done for a group. One constant for each kind of work; the store keeps a line of waiting commands for each. */
export type GroupWork<Command, Answer> = {
  /**
   * Carries out all commands in `tx` and answers each, in their order. Database work only (others wait for it), and it
   * may run again after a failure.
   */
  readonly run: (tx: Handle, commands: readonly Command[]) => Promise<readonly Answer[]>;
  /** Commands that share a key are never in one group, so that the later one sees what the earlier one wrote. */
  readonly keysOf: (command: Command) => readonly string[];
};

/** Runs the body in a transaction and resolves when it is committed; rejects when the body or COMMIT fails. */
export type RunTransaction = <T>(body: (tx: Handle) => Promise<T>) => Promise<T>;

type Member<Command, Answer> = {
  readonly command: Command;
  readonly keys: readonly string[];
  readonly resolve: (answer: Answer) => void;
  readonly reject: (error: unknown) => void;
};

export type GroupCommit<Command, Answer> = {
  /** Resolves with the command's answer once it is committed. */
  readonly commit: (command: Command) => Promise<Answer>;
  /** Resolves when nothing is waiting or running any more. */
  readonly idle: () => Promise<void>;
};

export function createGroupCommit<Command, Answer>(
  runTransaction: RunTransaction,
  work: GroupWork<Command, Answer>,
): GroupCommit<Command, Answer> {
  let waiting: readonly Member<Command, Answer>[] = [];
  let active = false;
  let lastRun: Promise<void> = Promise.resolve();

  async function runGroups(): Promise<void> {
    // One turn of the event loop lets requests that arrived together join the first group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (waiting.length > 0) {
      const { group, rest } = takeGroup(waiting);
      waiting = rest;
      await runGroup(group);
    }
    // In the same turn as the last look at `waiting`, so that no arrival is missed.
    active = false;
  }

  async function runGroup(group: readonly Member<Command, Answer>[]): Promise<void> {
    try {
      answer(group, await commitTogether(group));
    } catch (error) {
      // Alone none of them would fare better with a database that is away.
      if (group.length > 1 && !isUnavailable(error)) for (const member of group) await runAlone(member);
      else if (group.length === 1 && isTransientConflict(error)) await runAlone(group[0]);
      else for (const { reject } of group) reject(error);
    }
  }

  async function runAlone(member: Member<Command, Answer> | undefined): Promise<void> {
    if (member === undefined) return;
    try {
      answer([member], await commitTogether([member]));
    } catch (error) {
      member.reject(error);
    }
  }

  function commitTogether(group: readonly Member<Command, Answer>[]): Promise<readonly Answer[]> {
    return runTransaction((tx) =>
      work.run(
        tx,
        group.map(({ command }) => command),
      ),
    );
  }

  function answer(group: readonly Member<Command, Answer>[], answers: readonly Answer[]): void {
    if (answers.length !== group.length)
      throw new Error('A group commit needs one answer for each of its commands.');
    group.forEach(({ resolve }, place) => resolve(answers[place] as Answer));
  }

  return {
    commit: (command) =>
      new Promise((resolve, reject) => {
        waiting = [...waiting, { command, keys: work.keysOf(command), resolve, reject }];
        if (active) return;
        active = true;
        lastRun = runGroups();
      }),
    idle: async () => {
      while (active) await lastRun;
    },
  };
}

/** In order of arrival; what shares a key with an earlier one waits for the next group. */
function takeGroup<Command, Answer>(
  waiting: readonly Member<Command, Answer>[],
): { readonly group: Member<Command, Answer>[]; readonly rest: Member<Command, Answer>[] } {
  const taken = new Set<string>();
  const group: Member<Command, Answer>[] = [];
  const rest: Member<Command, Answer>[] = [];
  for (const member of waiting) {
    const waits = group.length === GROUP_LIMIT || member.keys.some((key) => taken.has(key));
    (waits ? rest : group).push(member);
    for (const key of member.keys) taken.add(key);
  }
  return { group, rest };
}
