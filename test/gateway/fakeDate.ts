/** A clock of the test's own: only `Date` is fake, sockets and timers stay real. */

import { jest } from '@jest/globals';

export function fakeDate(now: number): void {
  jest.useFakeTimers({
    now,
    doNotFake: [
      'hrtime',
      'nextTick',
      'performance',
      'queueMicrotask',
      'setImmediate',
      'clearImmediate',
      'setInterval',
      'clearInterval',
      'setTimeout',
      'clearTimeout',
    ],
  });
}

/** Lets time pass at once. */
export function passMs(ms: number): Promise<void> {
  jest.setSystemTime(Date.now() + ms);
  return Promise.resolve();
}
