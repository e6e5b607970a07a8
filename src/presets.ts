/** Ready taxonomies. A preset is one row: a key, a label and the codes it activates, in the order the card shows. */

import type { ReasonCode } from './reasons.ts';

/** Accuracy drops above seven choices, and below five a taxonomy stops telling causes apart. */
export const ACTIVE_REASONS = { min: 5, max: 7 } as const;

export const PRESETS = [
  {
    key: 'seven',
    label: 'Seven reasons',
    codes: ['not_icp', 'low_intent', 'too_early', 'too_late', 'bad_data', 'duplicate', 'other'],
  },
  {
    key: 'six',
    label: 'Six reasons and Other',
    codes: ['not_icp', 'no_budget', 'wrong_contact', 'bad_timing', 'bad_data', 'existing_customer', 'other'],
  },
  {
    key: 'sales-feedback',
    label: 'Sales feedback: five red flags and Other',
    codes: ['no_budget', 'wrong_contact', 'wrong_solution', 'wrong_interest', 'not_interested', 'other'],
  },
] as const satisfies readonly { key: string; label: string; codes: readonly ReasonCode[] }[];

export type PresetKey = (typeof PRESETS)[number]['key'];

export const DEFAULT_PRESET: PresetKey = 'seven';

export function presetOf(key: PresetKey): (typeof PRESETS)[number] {
  const found = PRESETS.find((preset) => preset.key === key);
  if (found === undefined) throw new Error(`Unknown preset ${key}.`);
  return found;
}
