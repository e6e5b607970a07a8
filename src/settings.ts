/** What one customer decided: taxonomy, routing and definitions. Stored per portal as versions; defaults live here. */

import type { GateSettings } from './gate.ts';
import type { IcpDefinition } from './icp.ts';
import { ACTIVE_REASONS, DEFAULT_PRESET, presetOf, type PresetKey } from './presets.ts';
import { isReasonCode, reasonOf, type Disposition, type ReasonCode, type RoutingMode } from './reasons.ts';

/** A reason as this customer uses it. Label and meaning may be reworded; the code may not. */
export type ReasonSetting = {
  readonly code: ReasonCode;
  readonly label: string;
  readonly meaning: string;
  readonly routingMode: RoutingMode;
};

export type Settings = {
  readonly preset: PresetKey | 'own';
  readonly reasons: readonly ReasonSetting[];
  /** Codes that were active once and are not any more: refused with their label instead of as unknown. */
  readonly retired: readonly ReasonCode[];
  /** Days until hard-to-reverse steps run by themselves when no weekly batch decided. */
  readonly vetoDays: number;
  /** How long one click takes an answer back without a question, in seconds. */
  readonly undoSeconds: number;
  readonly noteRequiredOnOther: boolean;
  /** Above this score "no budget" and "low intent" are contradicted by the record. */
  readonly highScore: number;
  /** Facts older than this are marked as old on the card, in minutes. */
  readonly factsFreshMinutes: number;
  /** Internal values of the lifecycle stages that matter. */
  readonly stages: {
    /** A lead in one of these was handed to sales and can be answered. */
    readonly answerable: readonly string[];
    readonly recycled: string;
    readonly disqualified: string;
  };
  /** `hs_lead_status` per outcome; a value that the portal does not have is left alone. */
  readonly leadStatus: {
    readonly accepted: string;
    readonly rejected: Readonly<Record<Disposition, string>>;
  };
  /** Take recycled and disqualified leads off the rep's list, so that they never come straight back to the same rep. */
  readonly releaseOwner: boolean;
  /** HubSpot owner id who gets the tasks of queues; `null` leaves them unassigned. */
  readonly queueOwnerId: string | null;
  readonly icp: IcpDefinition;
  readonly gate: GateSettings;
  readonly guard: GuardSettings;
};

/** What happens to a rejection that was made around the card, without a reason. */
export type GuardSettings = {
  /** `put-back`: the previous status is written back; `hold`: it stays, as "Rejected – pending reason". */
  readonly mode: 'put-back' | 'hold';
  /** Values of `hs_lead_status` that reject a lead. */
  readonly rejectedStatuses: readonly string[];
  /** Days after which a manager is told of a reason that is still missing. */
  readonly managerAfterDays: number;
};

/** The active reasons of a preset with the registry's own words. */
export function reasonsOfPreset(key: PresetKey): readonly ReasonSetting[] {
  return presetOf(key).codes.map((code) => {
    const { label, meaning, routingMode } = reasonOf(code);
    return { code, label, meaning, routingMode };
  });
}

export const DEFAULT_SETTINGS: Settings = {
  preset: DEFAULT_PRESET,
  reasons: reasonsOfPreset(DEFAULT_PRESET),
  retired: [],
  vetoDays: 7,
  undoSeconds: 30,
  noteRequiredOnOther: false,
  highScore: 80,
  factsFreshMinutes: 60,
  stages: {
    answerable: ['marketingqualifiedlead', 'salesqualifiedlead'],
    recycled: 'lead',
    disqualified: 'other',
  },
  leadStatus: {
    accepted: 'IN_PROGRESS',
    rejected: {
      recycle: 'BAD_TIMING',
      disqualify: 'UNQUALIFIED',
      enrich: 'UNQUALIFIED',
      rematch: 'UNQUALIFIED',
      relate: 'OPEN_DEAL',
      escalate: 'UNQUALIFIED',
      unsubscribe: 'UNQUALIFIED',
    },
  },
  releaseOwner: true,
  queueOwnerId: null,
  icp: {
    version: 1,
    signedBySalesUserId: null,
    signedByMarketingUserId: null,
    signedAt: null,
    url: null,
    minEmployees: 50,
    maxEmployees: 5_000,
    countries: [],
    industries: [],
    excludedTitleWords: ['student', 'intern', 'trainee', 'retired'],
  },
  gate: {
    visitGapDays: 14,
    scorePoints: 15,
    scoreShare: 0.2,
    reviewAtAttempt: 3,
    demoWords: ['demo', 'trial', 'contact sales', 'quote'],
    pricingWords: ['pricing', 'prices', 'price'],
  },
  guard: { mode: 'put-back', rejectedStatuses: ['UNQUALIFIED', 'BAD_TIMING'], managerAfterDays: 3 },
};

export type SettingsProblem = { readonly field: string; readonly sentence: string };

/** Everything that is wrong with settings before they are saved; empty when they hold. */
export function problemsOf(settings: Settings): readonly SettingsProblem[] {
  const problems: SettingsProblem[] = [];
  const codes = settings.reasons.map((reason) => reason.code);
  const { min, max } = ACTIVE_REASONS;
  if (codes.length < min || codes.length > max) {
    const sentence = `Choose ${min} to ${max} active reasons; there are ${codes.length}.`;
    problems.push({ field: 'reasons', sentence });
  }
  for (const [index, reason] of settings.reasons.entries()) {
    const field = `reasons[${index}]`;
    if (!isReasonCode(reason.code)) {
      problems.push({ field, sentence: `There is no reason code “${String(reason.code)}”.` });
    } else if (codes.indexOf(reason.code) !== index) {
      problems.push({ field, sentence: `“${reason.label}” is in the list twice.` });
    }
    if (reason.label.trim() === '') problems.push({ field, sentence: 'A reason needs a label.' });
    if (settings.retired.includes(reason.code)) {
      problems.push({ field, sentence: `“${reason.label}” cannot be active and retired at once.` });
    }
  }
  if (!codes.includes('other')) {
    problems.push({
      field: 'reasons',
      sentence: 'Keep “Other”: without it reps pick a wrong reason instead.',
    });
  }
  if (!(settings.vetoDays >= 1 && settings.vetoDays <= 30)) {
    problems.push({ field: 'vetoDays', sentence: 'The weekly batch has 1 to 30 days to decide.' });
  }
  if (!(settings.undoSeconds >= 5 && settings.undoSeconds <= 600)) {
    problems.push({ field: 'undoSeconds', sentence: 'The quick undo lasts 5 to 600 seconds.' });
  }
  return problems;
}
