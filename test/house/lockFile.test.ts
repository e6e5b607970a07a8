import { expect, it } from '@jest/globals';
import { readText } from './tree.ts';

type Locked = {
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
};

const packages = async (): Promise<Readonly<Record<string, Locked>>> =>
  (JSON.parse(await readText('package-lock.json')) as { packages: Record<string, Locked> }).packages;

it('the lock file names the optional packages of every platform, without which npm ci refuses', async () => {
  const locked = await packages();
  const missing = Object.entries(locked).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !(`node_modules/${name}` in locked) && !(`${path}/node_modules/${name}` in locked),
    ),
  );
  expect(missing).toEqual([]);
});

it('the lock file records no download addresses', async () => {
  const addresses = Object.values(await packages()).flatMap(({ resolved = '' }) =>
    resolved.startsWith('http') ? [resolved] : [],
  );
  expect(addresses).toEqual([]);
});
