/** Starts one of the fixtures as a real process, to be killed like one. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

export type Child = {
  readonly pid: number;
  /** Every line that it has written so far. */
  readonly lines: readonly string[];
  /** Resolves when it has written so many lines; rejects when it ends before. */
  readonly until: (count: number) => Promise<void>;
  /** kill -9, and waits for the end. */
  readonly kill: () => Promise<void>;
};

export function startChild(file: string, ...args: readonly string[]): Child {
  const child = spawn(process.execPath, [file, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
  const lines: string[] = [];
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (complaint += chunk));
  const reader = createInterface({ input: child.stdout });
  let look = (): void => undefined;
  reader.on('line', (line) => {
    lines.push(line);
    look();
  });
  const ended = once(child, 'close');
  return {
    pid: child.pid ?? 0,
    lines,
    until: (count) =>
      new Promise((resolve, reject) => {
        look = () => {
          if (lines.length >= count) resolve();
        };
        look();
        void ended.then(() => reject(new Error(`The process ended early: ${complaint}`)));
      }),
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
