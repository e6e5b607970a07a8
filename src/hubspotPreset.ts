/** The portal's own Lead disqualification options as a taxonomy: what maps, and what somebody has to decide. */

import { ACTIVE_REASONS } from './presets.ts';
import { REASONS, type ReasonCode } from './reasons.ts';

export type HubSpotOption = { readonly value: string; readonly label: string };

export type HubSpotPreset = {
  /** At most seven, in the portal's order; “Other” is the last of them. */
  readonly codes: readonly ReasonCode[];
  /** A sentence for each option that is not among them. */
  readonly undecided: readonly string[];
};

/** Labels are compared by their letters and digits alone. */
export const normalisedLabel = (label: string): string =>
  label
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, ' ')
    .trim();

/** The reason whose HubSpot label says the same; `null` where none does. */
export function reasonOfLabel(label: string): ReasonCode | null {
  const wanted = normalisedLabel(label);
  const found = REASONS.find((reason) =>
    [reason.label, ...reason.hubspotLabels].some((known) => normalisedLabel(known) === wanted),
  );
  return found?.code ?? null;
}

/** Maps the options; `null` where the portal has none. */
export function hubspotPreset(options: readonly HubSpotOption[]): HubSpotPreset | null {
  if (options.length === 0) return null;
  const codes: ReasonCode[] = [];
  const undecided: string[] = [];
  for (const { label } of options) {
    const code = reasonOfLabel(label);
    if (code === null) undecided.push(`“${label}” is none of the known reasons: choose what it means here.`);
    else if (code === 'other' || codes.includes(code)) continue;
    else if (codes.length < ACTIVE_REASONS.max - 1) codes.push(code);
    else undecided.push(`“${label}” would be more than ${ACTIVE_REASONS.max}: choose what makes way for it.`);
  }
  return { codes: [...codes, 'other'], undecided };
}

/**
 * Whether these are the portal's own reasons: as many as fit, and “Other”. Which of more than seven make way is the
 * customer's decision.
 */
export function isHubSpotPreset(codes: readonly string[], options: readonly HubSpotOption[]): boolean {
  const own = new Set(options.flatMap(({ label }) => reasonOfLabel(label) ?? []));
  own.add('other');
  const fitting = Math.min(own.size, ACTIVE_REASONS.max);
  return options.length > 0 && codes.length === fitting && codes.every((code) => own.has(code as ReasonCode));
}
