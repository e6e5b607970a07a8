/** The rows of `npm run test:switched-off`: a row that no longer meets its file would prove nothing. */

import { describe, expect, it } from '@jest/globals';
import { SWITCHES } from '../switches.ts';
import { readText } from './tree.ts';

describe('what can be switched off', () => {
  it.each(SWITCHES.map((row) => [row.off, row] as const))('%s', async (_off, row) => {
    const source = await readText(row.file);
    expect(source.split(row.text)).toHaveLength(2);
    expect(source).not.toContain(row.instead === '' ? '\0' : row.instead);
    expect(await readText(row.testFile)).toContain(row.testName);
  });
});
