import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { readText } from '../house/tree.ts';
import { PAGE, renderFaultsPage } from './page.ts';
import { OTHER_FAULTS } from './table.ts';

describe('the page of faults', () => {
  it('is the table that the tests run (node test/faults/page.ts writes it)', async () => {
    expect(await readText(PAGE)).toBe(renderFaultsPage());
  });

  it('has no row without a test of its name', async () => {
    const folder = import.meta.dirname;
    const tests = (await readdir(folder)).filter((name) => name.endsWith('.test.ts'));
    const texts = await Promise.all(tests.map((name) => readFile(`${folder}/${name}`, 'utf8')));
    const named = Object.keys(OTHER_FAULTS).filter((id) =>
      texts.some((text) =>
        new RegExp(`\\b(it|describe)\\)?\\(\\s*OTHER_FAULTS\\['${id}'\\]\\.fault`).test(text),
      ),
    );
    expect(named).toEqual(Object.keys(OTHER_FAULTS));
  });
});
