import { describe, expect, it } from '@jest/globals';
import { filesOf, isCode, readText } from './tree.ts';

const MOST_LINES = 400;

/** Tables that are read from top to bottom, where cutting would only hide the end. */
const TABLES = [
  'src/reasons.ts',
  'sandbox/crm/propertyDefinitions.ts',
  'sandbox/host/page/components/icon-shapes.ts',
];

const isTable = (path: string): boolean => path.startsWith('sandbox/data/') || TABLES.includes(path);

describe('files', () => {
  it(`have at most ${MOST_LINES} lines, tables aside`, async () => {
    const files = (await filesOf()).filter((path) => isCode(path) && !isTable(path));
    const sizes = await Promise.all(
      files.map(async (path) => ({ path, lines: (await readText(path)).trimEnd().split('\n').length })),
    );
    expect(sizes.length).toBeGreaterThan(100);
    expect(sizes.filter(({ lines }) => lines > MOST_LINES)).toEqual([]);
  });

  it('are named by what they are about', async () => {
    const vague = /(?:^|\/)(?:index|utils?|helpers?|manager|service|misc|common|temp)\.(?:ts|tsx|js)$/i;
    const files = await filesOf();
    expect(files.filter((path) => vague.test(path) && path !== 'src/index.ts')).toEqual([]);
  });
});
