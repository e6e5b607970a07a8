/** A portal's settings as the flows use them. */

import { DEFAULT_SETTINGS, type Settings } from '../../src/settings.ts';
import { loadSettings } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';

/** The latest saved settings; the defaults where none were saved, and for fields that a newer release has added. */
export async function settingsOf(tx: Handle, portalId: number): Promise<Settings> {
  const saved = await loadSettings(tx, portalId);
  // JSON in the store: whoever saves settings must have had them pass `problemsOf`.
  return saved === null ? DEFAULT_SETTINGS : { ...DEFAULT_SETTINGS, ...(saved.body as Partial<Settings>) };
}
