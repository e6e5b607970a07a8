import { afterEach, expect, it, jest } from '@jest/globals';
import { z } from 'zod';
import { newRequestId } from '../../extensions/src/app/cards/answer/requestId.ts';

const whole = globalThis.crypto;
const withCrypto = (value: unknown): void => {
  Object.defineProperty(globalThis, 'crypto', { value, configurable: true });
};

afterEach(() => {
  withCrypto(whole);
  jest.restoreAllMocks();
});

it.each([
  { worker: 'with all of crypto', crypto: whole },
  {
    worker: 'without randomUUID',
    crypto: {
      getRandomValues: (bytes: Uint8Array) => whole.getRandomValues(bytes as Uint8Array<ArrayBuffer>),
    },
  },
  { worker: 'without crypto', crypto: undefined },
])('a worker $worker makes ids that the wire contract takes, each one new', ({ crypto }) => {
  withCrypto(crypto);
  const ids = Array.from({ length: 200 }, newRequestId);
  for (const id of ids) expect(z.uuidv4().safeParse(id).success).toBe(true);
  expect(new Set(ids).size).toBe(200);
});
