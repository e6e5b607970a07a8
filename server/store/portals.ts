/** Portals, what was found in them, and their settings by version. */

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

/** What a decision needs of each portal: its map, and the body of the latest settings (`null` where none were saved). */
export async function findPortalRules(
  tx: Handle,
  portalIds: readonly number[],
): Promise<ReadonlyMap<number, { readonly map: PortalMap | null; readonly settings: unknown }>> {
  const found = await RULES(tx, [...new Set(portalIds)]);
  return new Map(found.map((row) => [row.portalId, row]));
}

const RULES = planKept<{ portalId: number; map: PortalMap | null; settings: unknown }>(`
    select portal_id, map, (
      select body from portal_settings saved
      where saved.portal_id = portal.portal_id order by version desc limit 1
    ) as settings
    from portal where portal_id = any($1::bigint[])`);

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
    })
    // Somebody who saves at the same moment has written this version first.
    .onConflict((conflict) => conflict.columns(['portalId', 'version']).doNothing())
    .returning('version')
    .executeTakeFirst();
  return saved?.version ?? null;
}
