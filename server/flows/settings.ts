/** A portal's settings as the flows use them. */

import { completeSettings, DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { findPortalRules, loadSettings, type PortalRules } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';

type Remembered = { readonly version: number; readonly savedAtMs: number; readonly settings: Settings };

/** The latest version of each portal, completed once: a click reads the version, and neither body nor defaults. */
const remembered = new Map<number, Remembered>();

/** The settings of these portals; the defaults where none were saved. */
export async function settingsByPortal(
  tx: Handle,
  rules: ReadonlyMap<number, Pick<PortalRules, 'portalId' | 'settingsVersion' | 'settingsSavedAt'>>,
): Promise<(portalId: number) => Settings> {
  const settings = new Map<number, Settings>();
  for (const rule of rules.values()) settings.set(rule.portalId, await latestOf(tx, rule));
  return (portalId) => settings.get(portalId) ?? DEFAULT_SETTINGS;
}

/** The settings of one portal; the defaults where none were saved. */
export async function settingsOf(tx: Handle, portalId: number): Promise<Settings> {
  return (await settingsByPortal(tx, await findPortalRules(tx, [portalId])))(portalId);
}

async function latestOf(
  tx: Handle,
  rule: Pick<PortalRules, 'portalId' | 'settingsVersion' | 'settingsSavedAt'>,
): Promise<Settings> {
  const { portalId, settingsVersion: version, settingsSavedAt: savedAt } = rule;
  if (version === null) return DEFAULT_SETTINGS;
  const known = remembered.get(portalId);
  if (known?.version === version && known.savedAtMs === savedAt?.getTime()) return known.settings;
  const loaded = await loadSettings(tx, portalId);
  if (loaded === null) return DEFAULT_SETTINGS;
  const settings = completeSettings(loaded.body);
  remembered.set(portalId, { version: loaded.version, savedAtMs: loaded.savedAt.getTime(), settings });
  return settings;
}
