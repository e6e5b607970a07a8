/** What the re-entry gate looks at, and what one of its rules says. */

import type { Day } from './calendar.ts';
import type { LeadFacts } from './facts.ts';
import type { ReasonCode } from './reasons.ts';
import type { GateSettings } from './settings.ts';

/** What of a lead a later change is measured by; kept with the decision, so nothing personal. */
export type GateBaseline = {
  readonly score: number | null;
  readonly lastSeenAt: string | null;
  readonly recentConversionAt: string | null;
  readonly employees: string | null;
  readonly industry: string | null;
  readonly country: string | null;
  readonly jobTitle: string | null;
};

/** The latest rejection that stands, as far as the gate looks at it. */
export type RejectedBefore = {
  readonly at: string;
  readonly reason: ReasonCode;
  readonly coolingUntil: Day;
  /** Version of the ICP definition in force then; `null` where the reason does not rest on it. */
  readonly icpVersion: number | null;
  readonly baseline: GateBaseline;
};

export type GateSituation = {
  readonly timeZone: string;
  readonly settings: GateSettings;
  /** `null` for a lead that was never rejected: nothing is asked of it. */
  readonly rejected: RejectedBefore | null;
  readonly facts: LeadFacts;
  /** The visit before the latest one, as far as it was noticed: one alone cannot tell a gap. ISO 8601. */
  readonly visitBefore: string | null;
  /** Rejections that nobody took back. */
  readonly rejections: number;
  /** When marketing operations last resolved to hand this lead off again; `null` when they did not. */
  readonly reviewedAt: string | null;
  /** Version of the ICP definition that both sides have signed. */
  readonly icpVersion: number;
  /** When the data was completed that the lead was rejected for; `null` where it was not, or is fine. */
  readonly completedAt: string | null;
};

/** What one rule says: the fact that decides it, when it happened, and what is missing where it does not hold. */
export type GateFinding = {
  readonly holds: boolean;
  /** For people, a whole sentence. */
  readonly fact: string;
  /** ISO 8601; `null` where the fact has no moment. */
  readonly at: string | null;
  /** What is still missing, for people; `null` where the rule holds. */
  readonly needs: string | null;
};
