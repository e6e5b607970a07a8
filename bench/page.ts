/** docs/performance.md: what a run found goes between marks in the page, so that the page can be made anew. */

import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

const docsDir = path.resolve(import.meta.dirname, '..', 'docs');
const page = path.join(docsDir, 'performance.md');

/** Replaces what stands between `<!-- name -->` and `<!-- /name -->`. @throws when the page has no such marks */
export const writeBlock = async (name: string, content: string): Promise<void> => {
  const text = await readFile(page, 'utf8');
  const [begin, end] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no ${begin} … ${end}.`);
  await writeFile(page, `${text.slice(0, from + begin.length)}\n\n${content.trim()}\n\n${text.slice(to)}`);
};

export const writePicture = (name: string, svg: string): Promise<void> =>
  writeFile(path.join(docsDir, 'pictures', name), `${svg}\n`);
