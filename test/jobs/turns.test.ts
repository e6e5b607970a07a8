import { expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTurns } from '../../server/jobs/turns.ts';

type Event = 'join' | 'commit' | 'handlerEnds';

it('looks again after every commit that joined, whenever it came, and is joined by nobody after its end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom<Event>('join', 'commit', 'handlerEnds'), { maxLength: 30 }),
      async (events) => {
        const turns = createTurns();
        /** Commits that no look has seen yet. */
        let unseen = 0;
        let endHandler: () => void = () => undefined;
        const ended = turns.run('a', () => {
          unseen = 0;
          return new Promise((resolve) => (endHandler = resolve));
        });
        const joined: (() => void)[] = [];
        const commit = () => {
          const over = joined.shift();
          if (over === undefined) return;
          unseen += 1;
          over();
        };
        for (const event of events) {
          if (event === 'join') {
            const over = turns.join('a');
            if (over !== null) joined.push(over);
          } else if (event === 'commit') commit();
          else endHandler();
          await Promise.resolve();
        }
        while (joined.length > 0) commit();
        while (await isPending(ended)) endHandler();
        await ended;
        expect(unseen).toBe(0);
        expect(turns.join('a')).toBeNull();
      },
    ),
  );
});

const isPending = async (promise: Promise<unknown>): Promise<boolean> => {
  const pending = Symbol('pending');
  const turnOfTheLoop = new Promise((resolve) => setImmediate(resolve, pending));
  return (await Promise.race([promise, turnOfTheLoop])) === pending;
};

it('ends with the failure of its handler, and is joined by nobody then', async () => {
  const turns = createTurns();
  await expect(turns.run('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
  expect(turns.join('a')).toBeNull();
});

it('stays the one that is joined while the queue runs the same job a second time', async () => {
  const turns = createTurns();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const first = turns.run('a', () => gate);
  await turns.run('a', () => Promise.resolve());
  const over = turns.join('a');
  open();
  expect(await isPending(first)).toBe(true);
  over?.();
  await first;
});

it('is joined by nobody once the process is to end', async () => {
  const turns = createTurns();
  const { promise: gate, resolve: open } = Promise.withResolvers<void>();
  const turn = turns.run('a', () => gate);
  turns.close();
  expect(turns.join('a')).toBeNull();
  open();
  await turn;
});

it('fails only after what has joined it is over, so that the next run of its job sees that', async () => {
  const turns = createTurns();
  const { promise: gate, reject } = Promise.withResolvers<void>();
  const turn = turns.run('a', () => gate);
  const over = turns.join('a');
  reject(new Error('away'));
  expect(await isPending(turn.catch(() => undefined))).toBe(true);
  over?.();
  await expect(turn).rejects.toThrow('away');
});
