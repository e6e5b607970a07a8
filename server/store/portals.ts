/** Portals, what was found in them, and their settings by version. */

import { sql } from 'kysely';
import type { PortalMap } from '../../src/portal.ts';
import { planKept } from './planKept.ts';
import type { Handle } from './schema.ts';

export type Portal = {
  readonly portalId: number;
  readonly timeZone: string;
  /** `null` until the portal has been provisioned. */
  readonly map: PortalMap | null;
  readonly provisionedAt: Date | null;
  readonly createdAt: Date;
};

export type SavedSettings = {
  readonly version: number;
  /** As it was saved; the reader checks it against its own schema. */
  readonly body: unknown;
  readonly savedAt: Date;
  readonly savedBy: number | null;
};

/** Makes the portal known, or corrects its time zone (IANA name). */
export async function upsertPortal(
  tx: Handle,
  portal: { readonly portalId: number; readonly timeZone: string },
): Promise<void> {
  await tx
    .insertInto('portal')
    .values({ portalId: portal.portalId, timeZone: portal.timeZone, map: null, provisionedAt: null })
    .onConflict((conflict) => conflict.column('portalId').doUpdateSet({ timeZone: portal.timeZone }))
    .execute();
}

export async function findPortal(tx: Handle, portalId: number): Promise<Portal | null> {
  const found = await tx.selectFrom('portal').selectAll().where('portalId', '=', portalId).executeTakeFirst();
  return found ?? null;
}

/** What a decision needs of each portal: its map, and which settings are the latest (`null` where none were saved). */
export type PortalRules = {
  readonly portalId: number;
  readonly map: PortalMap | null;
  readonly settingsVersion: number | null;
  readonly settingsSavedAt: Date | null;
};

/** The rules of these portals; those that are not known are left out. */
export async function findPortalRules(
  tx: Handle,
  portalIds: readonly number[],
): Promise<ReadonlyMap<number, PortalRules>> {
  const found = await RULES(tx, [...new Set(portalIds)]);
  const rules = new Map<number, PortalRules>();
  for (const { written, ...row } of found)
    rules.set(row.portalId, { ...row, map: await mapOf(tx, row.portalId, written) });
  return rules;
}

/** The map of each portal as it was written last: it names every user of the portal, and a click reads none of them. */
const rememberedMaps = new Map<number, { readonly written: string; readonly map: PortalMap | null }>();

async function mapOf(tx: Handle, portalId: number, written: string): Promise<PortalMap | null> {
  const known = rememberedMaps.get(portalId);
  if (known?.written === written) return known.map;
  const { map } = await tx
    .selectFrom('portal')
    .select('map')
    .where('portalId', '=', portalId)
    .executeTakeFirstOrThrow();
  rememberedMaps.set(portalId, { written, map });
  return map;
}

// What is large is left in the store: its readers remember each version. A row's xmin changes with every write to it;
// `created_at` tells the rows of two databases apart.
const RULES = planKept<Omit<PortalRules, 'map'> & { readonly written: string }>(`
    select portal_id, portal.xmin::text || ' ' || portal.created_at::text as written,
      saved.version as settings_version, saved.saved_at as settings_saved_at
    from portal left join lateral (
      select version, saved_at from portal_settings
      where portal_settings.portal_id = portal.portal_id order by version desc limit 1
    ) saved on true
    where portal_id = any($1::bigint[])`);

/** Every known portal, in the order of their ids. */
export function listPortals(tx: Handle): Promise<readonly Portal[]> {
  return tx.selectFrom('portal').selectAll().orderBy('portalId').execute();
}

/** Keeps what provisioning found or made. Throws for a portal that is not known. */
export async function savePortalMap(tx: Handle, map: PortalMap, provisionedAt: Date): Promise<void> {
  await tx
    .updateTable('portal')
    .set({ map: JSON.stringify(map), timeZone: map.timeZone, provisionedAt })
    .where('portalId', '=', map.portalId)
    .returning('portalId')
    .executeTakeFirstOrThrow();
}

/** The latest settings, or `null` where none were ever saved: then the defaults hold. */
export async function loadSettings(tx: Handle, portalId: number): Promise<SavedSettings | null> {
  const found = await tx
    .selectFrom('portalSettings')
    .select(['version', 'body', 'savedAt', 'savedBy'])
    .where('portalId', '=', portalId)
    .orderBy('version', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found ?? null;
}

/**
 * Saves the next version of the settings; earlier ones stay. `basedOnVersion` is the version that was edited (0 where
 * there was none). Returns the new version, or `null`, with nothing saved, when somebody else saved in between.
 */
export async function saveSettings(
  tx: Handle,
  settings: {
    readonly portalId: number;
    readonly body: unknown;
    readonly basedOnVersion: number;
    readonly savedAt: Date;
    readonly savedBy: number | null;
    /** What was changed, for the list of versions. */
    readonly section?: string;
  },
): Promise<number | null> {
  const latest = await loadSettings(tx, settings.portalId);
  if ((latest?.version ?? 0) !== settings.basedOnVersion) return null;
  const saved = await tx
    .insertInto('portalSettings')
    .values({
      portalId: settings.portalId,
      version: settings.basedOnVersion + 1,
      body: JSON.stringify(settings.body),
      savedAt: settings.savedAt,
      savedBy: settings.savedBy,
      section: settings.section ?? null,
    })
    // Somebody who saves at the same moment has written this version first.
    .onConflict((conflict) => conflict.columns(['portalId', 'version']).doNothing())
    .returning('version')
    .executeTakeFirst();
  return saved?.version ?? null;
}

export type SettingsVersion = {
  readonly version: number;
  readonly savedAt: Date;
  readonly savedBy: number | null;
  readonly section: string | null;
};

/** The latest versions, newest first. */
export function listSettingsVersions(
  tx: Handle,
  portalId: number,
  limit: number,
): Promise<readonly SettingsVersion[]> {
  return tx
    .selectFrom('portalSettings')
    .select(['version', 'savedAt', 'savedBy', 'section'])
    .where('portalId', '=', portalId)
    .orderBy('version', 'desc')
    .limit(limit)
    .execute();
}

/**
 * Each definition that was ever in force, by kind, newest first, as the settings hold it: the bodies of all versions
 * of the settings know it.
 */
export async function listDefinitionVersions(
  tx: Handle,
  portalId: number,
): Promise<readonly { readonly kind: string; readonly inForce: unknown }[]> {
  const found = await sql<{ kind: string; inForce: unknown }>`
    select kind, (array_agg(in_force))[1] as in_force
    from portal_settings,
      jsonb_each(body -> 'definitions') as each (kind, definition),
      lateral (select definition -> 'inForce' as in_force) as named
    where portal_id = ${portalId}
    group by kind, in_force ->> 'version'
    order by kind, (in_force ->> 'version')::int desc`.execute(tx);
  return found.rows;
}
