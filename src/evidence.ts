/** Suggestion and evidence check: both read the same signals, and neither ever chooses or blocks. */

import type { EvidenceVerdict } from './mqlProperties.ts';
import { reasonOf, type ReasonCode } from './reasons.ts';
import type { ReasonSetting } from './settings.ts';
import { SIGNALS, SIGNAL_ORDER, type Evidence, type SignalKey } from './signals.ts';

const firstThatHolds = (keys: readonly SignalKey[], evidence: Evidence): string | null => {
  for (const key of SIGNAL_ORDER) {
    if (!keys.includes(key)) continue;
    const said = SIGNALS[key](evidence);
    if (said !== null) return said;
  }
  return null;
};

/** The one active reason that the record itself points at, with its evidence; `null` when it points at none. */
export function suggestReason(
  active: readonly ReasonSetting[],
  evidence: Evidence,
): { readonly code: ReasonCode; readonly evidence: string } | null {
  for (const key of SIGNAL_ORDER) {
    const reason = active.find(({ code }) => reasonOf(code).supportedBy.includes(key));
    if (reason === undefined) continue;
    const said = SIGNALS[key](evidence);
    if (said !== null) return { code: reason.code, evidence: said };
  }
  return null;
}

/** What on the record contradicts a reason ("score 84, above 80"), or `null`. */
export function contradictionOf(code: ReasonCode, evidence: Evidence): string | null {
  return firstThatHolds(reasonOf(code).contradictedBy, evidence);
}

/** A contradiction outweighs support: a person should look at a lead on which the record speaks both ways. */
export function checkEvidence(
  code: ReasonCode,
  evidence: Evidence,
): { readonly verdict: EvidenceVerdict; readonly because: string | null } {
  const against = contradictionOf(code, evidence);
  if (against !== null) return { verdict: 'disagrees', because: against };
  const support = firstThatHolds(reasonOf(code).supportedBy, evidence);
  return support === null ? { verdict: 'silent', because: null } : { verdict: 'agrees', because: support };
}
