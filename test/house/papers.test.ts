/** What is written for people, against what is so. */

import { describe, expect, it } from '@jest/globals';
import { configTable } from '../../server/config.ts';
import { filesOf, readText } from './tree.ts';

type Manifest = Readonly<Record<'name' | 'license' | 'version', string>> & {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
};

const manifestOf = async (path: string) => JSON.parse(await readText(path)) as Manifest;

/** The rows of the first markdown table after a heading, without its head; backticks are taken off. */
const tableAfter = (markdown: string, heading: string): string[][] => {
  const [, after] = markdown.split(new RegExp(`^${heading}$`, 'm'));
  const lines = (after ?? '').split('\n');
  const start = lines.findIndex((line) => line.startsWith('|'));
  const rest = lines.slice(start === -1 ? lines.length : start);
  const end = rest.findIndex((line) => !line.startsWith('|'));
  return rest.slice(2, end === -1 ? undefined : end).map((line) =>
    line
      .split(/(?<!\\)\|/)
      .slice(1, -1)
      .map((cell) => cell.trim().replaceAll('`', '')),
  );
};

describe('README', () => {
  it('has every configuration variable with its default and its meaning, and no other', async () => {
    const rows = tableAfter(await readText('README.md'), '## Configuration');
    expect(rows).toEqual(
      configTable().map(({ name, default: preset, required, description }) => [
        name,
        preset ?? (required ? 'required' : 'none'),
        description.replaceAll('`', ''),
      ]),
    );
  });
});

describe('docs/dependencies.md', () => {
  const read = async () => {
    const { dependencies, devDependencies } = await manifestOf('package.json');
    const text = await readText('docs/dependencies.md');
    return {
      rows: [...tableAfter(text, '## At run time'), ...tableAfter(text, '## For building and checking')],
      runTime: tableAfter(text, '## At run time').map(([name]) => name),
      building: tableAfter(text, '## For building and checking').map(([name]) => name),
      dependencies: Object.keys(dependencies ?? {}),
      devDependencies: Object.keys(devDependencies ?? {}),
    };
  };

  it('has a row for every package that we install, and for no other', async () => {
    const { runTime, building, dependencies, devDependencies } = await read();
    expect(runTime.sort()).toEqual(dependencies.sort());
    expect(building.sort()).toEqual(devDependencies.sort());
  });

  it('says in a sentence what each is for and why it is this one', async () => {
    const { rows } = await read();
    for (const [name, , reason] of rows) expect(`${name}: ${reason}`).toMatch(/: [A-Z].{30,}\.$/);
  });

  it('names the licence under which each is installed', async () => {
    const { rows } = await read();
    const licences = await Promise.all(
      rows.map(async ([name]) => [name, (await manifestOf(`node_modules/${name}/package.json`)).license]),
    );
    expect(rows.map(([name, licence]) => [name, licence])).toEqual(licences);
  });

  it('is about exact versions: nothing moves by itself', async () => {
    const manifests = (await filesOf()).filter(
      (path) => path.endsWith('package.json') && !path.startsWith('test/'),
    );
    expect(manifests.length).toBeGreaterThan(2);
    for (const path of manifests) {
      const { dependencies, devDependencies } = await manifestOf(path);
      for (const [name, version] of Object.entries({ ...dependencies, ...devDependencies }))
        expect(`${path} ${name} ${version}`).toMatch(/ (?:\d+\.\d+\.\d+\S*|file:\S+|\*)$/);
    }
  });
});
