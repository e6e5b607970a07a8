/** What every measurement is given, and what it gives back. */

import { createDatabase } from './database.ts';

/** By the names of the table in targets.ts. A string explains a number beside it. */
export type Figures = Readonly<Record<string, number | string>>;

type Closable = { readonly close: () => Promise<void> };

export type Bench = {
  /** Small sizes, for trying the bench itself; the numbers are no measurement then. */
  readonly quick: boolean;
  readonly say: (text: string) => void;
  /** Closes this when the measurement is over, however it ends; the last held first. */
  readonly hold: <T extends Closable>(closable: T) => T;
  /** The address of a new database, dropped at the end; `null` where no PostgreSQL answers. */
  readonly database: () => Promise<string | null>;
};

export type Measurement = (bench: Bench) => Promise<Figures>;

export type Run = {
  readonly quick: boolean;
  readonly postgres: boolean;
  readonly say: (text: string) => void;
};

/** Runs a measurement and closes whatever it held. `broken` closes the same when the command is broken off. */
export const runMeasurement = (run: Run, measure: Measurement) => {
  const held: Closable[] = [];
  const close = async (): Promise<void> => {
    for (let one = held.pop(); one; one = held.pop()) await one.close();
  };
  const bench: Bench = {
    quick: run.quick,
    say: run.say,
    hold: (closable) => {
      held.push(closable);
      return closable;
    },
    database: async () => {
      if (!run.postgres) return null;
      const database = await createDatabase();
      held.push({ close: database.drop });
      return database.url;
    },
  };
  return { figures: measure(bench).finally(close), close };
};
