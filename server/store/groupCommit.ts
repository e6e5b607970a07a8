/**
 * Group commit: commands that arrive together are carried out together, in one transaction and so with one sync of the
 * disk. Nobody is answered before the COMMIT. On PostgreSQL two groups are under way: while one waits for the database,
 * the process has time for the other. What comes meanwhile waits, and is the next group.
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
  /** Commands that share a key are never under way together, so that the later one sees what the earlier one wrote. */
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

/** @param atOnce how many groups may be under way; 1 where there is one connection */
export function createGroupCommit<Command, Answer>(
  runTransaction: RunTransaction,
  work: GroupWork<Command, Answer>,
  atOnce: number,
): GroupCommit<Command, Answer> {
  let waiting: readonly Member<Command, Answer>[] = [];
  /** Keys of what is under way. */
  const busy = new Set<string>();
  let active = 0;
  let lastRuns: Promise<unknown> = Promise.resolve();

  async function runGroups(): Promise<void> {
    // One turn of the event loop lets requests that arrived together join the first group.
    await new Promise<void>((resolve) => setImmediate(resolve));
    for (;;) {
      const { group, rest } = takeGroup(waiting, busy);
      if (group.length === 0) break;
      waiting = rest;
      const keys = group.flatMap((member) => member.keys);
      for (const key of keys) busy.add(key);
      await runGroup(group);
      for (const key of keys) busy.delete(key);
    }
    // In the same turn as the last look, so that no arrival is missed. What is left waits for keys of another group, and
    // is looked at when that ends.
    active -= 1;
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
        if (active === atOnce) return;
        active += 1;
        // Without a value: each would hold on to the one before.
        lastRuns = Promise.all([lastRuns, runGroups()]).then(() => undefined);
      }),
    idle: async () => {
      while (active > 0) await lastRuns;
    },
  };
}

/** In order of arrival; what shares a key with an earlier one, or with what is under way, waits for the next group. */
function takeGroup<Command, Answer>(
  waiting: readonly Member<Command, Answer>[],
  busy: ReadonlySet<string>,
): { readonly group: Member<Command, Answer>[]; readonly rest: Member<Command, Answer>[] } {
  const taken = new Set(busy);
  const group: Member<Command, Answer>[] = [];
  const rest: Member<Command, Answer>[] = [];
  for (const member of waiting) {
    const waits = group.length === GROUP_LIMIT || member.keys.some((key) => taken.has(key));
    (waits ? rest : group).push(member);
    for (const key of member.keys) taken.add(key);
  }
  return { group, rest };
}
