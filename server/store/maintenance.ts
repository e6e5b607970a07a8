/**
 * Guard 3 of the embedded store: CHECKPOINT and VACUUM by timer. PGlite has neither a checkpointer nor autovacuum, so
 * the write-ahead log grows for ever, recovery after a crash takes ever longer, and the queue's tables bloat until
 * they are three times slower.
 */

/** How often the write-ahead log is folded into the tables, in milliseconds. */
export const CHECKPOINT_EVERY_MS = 60_000;
/** How often dead rows are cleared and statistics renewed, in milliseconds. */
export const VACUUM_EVERY_MS = 5 * 60_000;

export type Maintenance = {
  /** CHECKPOINT and VACUUM (ANALYZE) now; rejects when the database refuses. */
  readonly maintain: () => Promise<void>;
  /** Ends the timers, and waits for what is under way. */
  readonly stop: () => Promise<void>;
};

/**
 * Starts the timers. `execute` runs one statement outside of any transaction. A failing turn is given to `onFailure`
 * (the next turn tries again).
 */
export function startMaintenance(
  execute: (statement: string) => Promise<unknown>,
  onFailure: (error: unknown) => void,
): Maintenance {
  let underWay: Promise<unknown> = Promise.resolve();

  const inTurn = (statements: readonly string[]): Promise<void> => {
    const turn = underWay.then(async () => {
      for (const statement of statements) await execute(statement);
    });
    underWay = turn.catch(() => undefined);
    return turn;
  };

  const every = (intervalMs: number, statements: readonly string[]): NodeJS.Timeout => {
    const timer = setInterval(() => void inTurn(statements).catch(onFailure), intervalMs);
    timer.unref();
    return timer;
  };

  const timers = [
    every(CHECKPOINT_EVERY_MS, ['checkpoint']),
    // VACUUM writes to the log as well; a CHECKPOINT after it lets that part be reused at once.
    every(VACUUM_EVERY_MS, ['vacuum (analyze)', 'checkpoint']),
  ];

  return {
    maintain: () => inTurn(['checkpoint', 'vacuum (analyze)', 'checkpoint']),
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      await underWay;
    },
  };
}
