/** Keeping portals between runs: one JSON file each, maps and sets spelled out. Requests, budgets and faults are not kept. */

import { mkdir, readFile, readdir, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createCrm } from './portals.ts';
import type { Crm, PortalSettings } from './state.ts';
import type { RateLimit } from './rateLimits.ts';
import { type World, openPortal } from './world.ts';

/** Format 1 knew no merges. What a later version added to a portal is not in older files of format 2 and comes from a new one. */
const FORMAT = 2;

type Saved = {
  readonly format: number;
  readonly settings: PortalSettings;
  readonly rateLimit: RateLimit;
  readonly offsetMs: number;
  readonly crm: Crm;
};

const spellOut = (_key: string, value: unknown): unknown =>
  value instanceof Map
    ? { $map: [...(value as Map<unknown, unknown>)] }
    : value instanceof Set
      ? { $set: [...(value as Set<unknown>)] }
      : value;

const revive = (_key: string, value: unknown): unknown => {
  if (typeof value !== 'object' || value === null) return value;
  if ('$map' in value) return new Map(value.$map as [unknown, unknown][]);
  if ('$set' in value) return new Set(value.$set as unknown[]);
  return value;
};

/** Writes beside and renames, so that a crash leaves the older file. */
export const saveWorld = async (world: World, directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  for (const { portal, rateLimit } of world.portals.values()) {
    const saved: Saved = {
      format: FORMAT,
      settings: portal.settings,
      rateLimit,
      offsetMs: world.clock.offsetMs(),
      crm: portal.crm,
    };
    const file = join(directory, `portal-${portal.settings.portalId}.json`);
    await writeFile(`${file}.new`, JSON.stringify(saved, spellOut));
    await rename(`${file}.new`, file);
  }
};

/** Adds what the file's version did not have: object types, their pipelines, whole parts. */
const completed = (saved: Crm): Crm => {
  const fresh = createCrm();
  return {
    ...fresh,
    ...saved,
    counters: { ...fresh.counters, ...saved.counters },
    objects: new Map([...fresh.objects, ...saved.objects]),
    pipelines: new Map([...fresh.pipelines, ...saved.pipelines]),
  };
};

/** @throws when a file is not a snapshot of this format */
export const loadWorld = async (world: World, directory: string): Promise<void> => {
  await mkdir(directory, { recursive: true });
  const files = (await readdir(directory)).filter((name) => /^portal-\d+\.json$/.test(name));
  for (const name of files.sort()) {
    const saved = JSON.parse(await readFile(join(directory, name), 'utf8'), revive) as Saved;
    if (saved.format === 1)
      for (const [name, store] of saved.crm.objects)
        saved.crm.objects.set(name, { ...store, merged: new Map() });
    else if (saved.format !== FORMAT)
      throw new Error(`${join(directory, name)} is not a sandbox snapshot of format ${FORMAT}.`);
    world.clock.moveTo(saved.offsetMs);
    openPortal(world, { ...saved.settings, rateLimit: saved.rateLimit }, completed(saved.crm));
  }
};
