/** A portal's settings as the flows use them. */

import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { loadSettings } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';

export async function settingsOf(tx: Handle, portalId: number): Promise<Settings> {
  return toSettings((await loadSettings(tx, portalId))?.body ?? null);
}

/** The saved settings; the defaults where none were saved (`null`), and for fields that a newer release has added. */
export function toSettings(saved: unknown): Settings {
  // JSON in the store: whoever saves settings must have had them pass `problemsOf`.
  return saved === null ? DEFAULT_SETTINGS : { ...DEFAULT_SETTINGS, ...(saved as Partial<Settings>) };
}
