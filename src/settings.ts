/**
 * What one customer decided: taxonomy, routing, re-entry, guard, SLA, definitions, roles. Stored per portal as
 * versions; defaults live here.
 */

import type { Day } from './calendar.ts';
import { NOTHING_READ_ANEW, type Crosswalk } from './crosswalk.ts';
import {
  contentOf,
  type ContentOf,
  type Definition,
  type Definitions,
  type Draft,
  type Signed,
} from './definitions.ts';
import type { IcpDefinition } from './icp.ts';
import { DEFAULT_PRESET, presetOf, type PresetKey } from './presets.ts';
import { isReasonCode, reasonOf, type Disposition, type ReasonCode, type RoutingMode } from './reasons.ts';
import type { EnrichmentWay, GuardMode } from './settingsLists.ts';
import { DEFAULT_ROUTING, standardRoute, type RouteSetting, type RoutingSettings } from './tracks.ts';

/** A reason as this customer uses it. Label and meaning may be reworded; the code may not. */
export type ReasonSetting = {
  readonly code: ReasonCode;
  readonly label: string;
  readonly meaning: string;
  readonly routingMode: RoutingMode;
  /** Days before the lead may be handed off again; never under {@link coolingFloorOf}. */
  readonly coolingDays: number;
};

/** What proves that a rejected lead may come back. */
export type GateSettings = {
  /** Without a visit for so long, a look at the pricing pages is news. */
  readonly visitGapDays: number;
  /** A score gain that is news: so many points, or such a share of the score at the rejection (0.2 is a fifth). */
  readonly scorePoints: number;
  readonly scoreShare: number;
  /** From this attempt on a person looks first. */
  readonly reviewAtAttempt: number;
  readonly requalifyDays: number;
  readonly slowLaneDays: number;
  /** Words in a form's name that make it a demo request, and in an address that make it a pricing page. */
  readonly demoWords: readonly string[];
  readonly pricingWords: readonly string[];
};

/** What happens to a rejection that came around the card without a reason. */
export type GuardSettings = {
  readonly mode: GuardMode;
  /** Values of `hs_lead_status` that mean "rejected" in this portal. */
  readonly rejectedStatuses: readonly string[];
  /** After so many days without a reason the manager gets a task. */
  readonly managerAfterDays: number;
};

/** What follows a rejection later on: dates of the lead's own, its data, its people. */
export type FollowUpSettings = {
  /** So many days before a lead's own date it is looked at again. */
  readonly eventLeadDays: number;
  /** Contact properties that hold such dates; empty: the ones that this app makes. */
  readonly renewalProperty: string;
  readonly fiscalYearProperty: string;
  readonly budgetProperty: string;
  readonly enrichVia: EnrichmentWay;
  /** What `enrichVia` needs: `property=value`, a static list's id, or an https address. */
  readonly enrichTarget: string;
  /** A lead whose data is still bad after so many tries, or days, ends as disqualified. */
  readonly enrichTries: number;
  readonly enrichDays: number;
  /** Contact property with the HubSpot owner id of whoever looks after customers; empty where there is none. */
  readonly csmProperty: string;
};

/** `HH:MM`, in the portal's time zone. */
export type TimeRange = { readonly from: string; readonly to: string };
export type WorkingHours = {
  /** Seven lists, Monday first; an empty one is a day off. */
  readonly days: readonly (readonly TimeRange[])[];
  readonly holidays: readonly Day[];
};
export type SlaSettings = {
  /** Working minutes from the hand-off to the first contact. */
  readonly firstContactMinutes: number;
  /** The rep is warned when this share of them has passed. */
  readonly warnShare: number;
  /** Whether the clock runs for inbound leads alone. */
  readonly onlyInbound: boolean;
  /** Values of `hs_analytics_source` that are not inbound; a lead whose source nobody knows is. */
  readonly outboundSources: readonly string[];
  readonly hours: WorkingHours;
};

/** What is set on the record at a hand-off, so that the customer's own acknowledgement and booking link go out. */
export type Acknowledgement =
  | { readonly kind: 'property'; readonly property: string; readonly value: string }
  | { readonly kind: 'list'; readonly listId: string; readonly listName: string };

export type HandOffSettings = {
  /** A property of the customer's own that hands a lead off by its value, besides the lifecycle stages. */
  readonly trigger: { readonly property: string; readonly value: string } | null;
  /** Values of `hs_lead_status` by which a person takes a lead on without the card. */
  readonly acceptedStatuses: readonly string[];
  readonly acknowledgement: Acknowledgement | null;
};

/** HubSpot user ids. */
export type Roles = {
  readonly admins: readonly number[];
  readonly reviewers: readonly number[];
  readonly salesSigners: readonly number[];
  readonly marketingSigners: readonly number[];
};

export type Settings = {
  readonly preset: PresetKey | 'hubspot' | 'own';
  readonly reasons: readonly ReasonSetting[];
  /** Codes that were active once and are not any more: refused with their label instead of as unknown. */
  readonly retired: readonly ReasonCode[];
  /** How the history of reasons that were taken out is read. */
  readonly crosswalk: Crosswalk;
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
  readonly routing: RoutingSettings;
  readonly gate: GateSettings;
  readonly guard: GuardSettings;
  readonly followUp: FollowUpSettings;
  readonly sla: SlaSettings;
  readonly handOff: HandOffSettings;
  readonly roles: Roles;
  readonly definitions: Definitions;
  /** The ICP definition in force, where the click looks for it. */
  readonly icp: IcpDefinition;
};

/** Settings as a version keeps them: what follows from the rest is not written twice. */
export type SavedBody = Omit<Settings, 'icp'>;

/** The hard minimum of days before a lead may be handed off again. */
export function coolingFloorOf(code: ReasonCode): number {
  return code === 'not_icp' ? 90 : 30;
}

/** Property and value that hand a lead over, out of `property=value`; `null` where it says something else. */
export function enrichmentProperty(target: string): { readonly name: string; readonly value: string } | null {
  const { name, value } = /^(?<name>[a-z][a-z0-9_]{0,99})=(?<value>.+)$/.exec(target)?.groups ?? {};
  return name === undefined || value === undefined ? null : { name, value };
}

/** The active reasons of a preset with the registry's own words. */
export function reasonsOfPreset(key: PresetKey): readonly ReasonSetting[] {
  return presetOf(key).codes.map(standardReason);
}

/** A reason as the registry has it. */
export function standardReason(code: ReasonCode): ReasonSetting {
  const { label, meaning, routingMode, coolingDays } = reasonOf(code);
  return { code, label, meaning, routingMode, coolingDays };
}

const UNSIGNED = {
  version: 1,
  signedBySalesUserId: null,
  signedByMarketingUserId: null,
  signedAt: null,
  url: null,
};

const DEFAULT_ICP: IcpDefinition = {
  ...UNSIGNED,
  minEmployees: 50,
  maxEmployees: 5_000,
  countries: [],
  industries: [],
  excludedTitleWords: ['student', 'intern', 'trainee', 'retired'],
};

const NINE_TO_FIVE: readonly TimeRange[] = [{ from: '09:00', to: '17:00' }];

export const DEFAULT_SETTINGS: Settings = {
  preset: DEFAULT_PRESET,
  reasons: reasonsOfPreset(DEFAULT_PRESET),
  retired: [],
  crosswalk: NOTHING_READ_ANEW,
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
  routing: DEFAULT_ROUTING,
  gate: {
    visitGapDays: 14,
    scorePoints: 15,
    scoreShare: 0.2,
    reviewAtAttempt: 3,
    requalifyDays: 60,
    slowLaneDays: 90,
    demoWords: ['demo', 'consultation', 'contact sales', 'talk to sales'],
    pricingWords: ['pricing', 'price', 'plans'],
  },
  guard: { mode: 'put-back', rejectedStatuses: ['UNQUALIFIED', 'BAD_TIMING'], managerAfterDays: 3 },
  followUp: {
    eventLeadDays: 30,
    renewalProperty: '',
    fiscalYearProperty: '',
    budgetProperty: '',
    enrichVia: 'none',
    enrichTarget: '',
    enrichTries: 3,
    enrichDays: 30,
    csmProperty: '',
  },
  sla: {
    firstContactMinutes: 120,
    warnShare: 0.75,
    onlyInbound: true,
    outboundSources: ['OFFLINE'],
    hours: {
      days: [NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, NINE_TO_FIVE, [], []],
      holidays: [],
    },
  },
  handOff: { trigger: null, acceptedStatuses: ['IN_PROGRESS', 'CONNECTED'], acknowledgement: null },
  roles: { admins: [], reviewers: [], salesSigners: [], marketingSigners: [] },
  definitions: {
    icp: { inForce: DEFAULT_ICP, draft: null },
    mql: {
      inForce: { ...UNSIGNED, text: 'A lead whose score and actions say that sales should talk to it now.' },
      draft: null,
    },
    sql: {
      inForce: { ...UNSIGNED, text: 'An MQL that sales has talked to and takes on as an opportunity.' },
      draft: null,
    },
  },
  icp: DEFAULT_ICP,
};

/**
 * Settings out of what a version holds: defaults for everything that it does not say, however deep, so that a
 * release may add to any part. What this release does not know is left out.
 */
export function completeSettings(saved: unknown): Settings {
  if (!isObject(saved)) return DEFAULT_SETTINGS;
  const { icp: _, reasons: __, definitions: ___, ...plain } = DEFAULT_SETTINGS;
  const filled = fill(plain, saved);
  const before = isObject(saved['definitions']) ? saved['definitions'] : {};
  const standard = DEFAULT_SETTINGS.definitions;
  const definitions: Definitions = {
    icp: fillDefinition(standard.icp, before['icp']),
    mql: fillDefinition(standard.mql, before['mql']),
    sql: fillDefinition(standard.sql, before['sql']),
  };
  return {
    ...filled,
    reasons: fillReasons(saved['reasons']),
    routing: { ...filled.routing, routes: fillRoutes(saved['routing']) },
    definitions,
    icp: definitions.icp.inForce,
  };
}

/** What is written down as a version. */
export function bodyOf({ icp: _, ...body }: Settings): SavedBody {
  return body;
}

function fillReasons(saved: unknown): readonly ReasonSetting[] {
  if (!Array.isArray(saved)) return DEFAULT_SETTINGS.reasons;
  return saved.flatMap((one: unknown) => {
    const code = isObject(one) ? String(one['code']) : '';
    return isReasonCode(code) ? [fill(standardReason(code), one)] : [];
  });
}

function fillRoutes(saved: unknown): readonly RouteSetting[] {
  const routes = isObject(saved) ? saved['routes'] : undefined;
  if (!Array.isArray(routes)) return DEFAULT_ROUTING.routes;
  return routes.flatMap((one: unknown) => {
    const code = isObject(one) ? String(one['code']) : '';
    return isReasonCode(code) ? [fill(standardRoute(code), one)] : [];
  });
}

function fillDefinition<D extends Signed>(standard: Definition<D>, saved: unknown): Definition<D> {
  if (!isObject(saved)) return standard;
  const inForce = fill(standard.inForce, saved['inForce']);
  if (!isObject(saved['draft'])) return { inForce, draft: null };
  const content = fill(contentOf(standard.inForce), saved['draft']['content']);
  // Only writeDraft and signDraft make drafts; what such a one says is filled like everything else.
  return { inForce, draft: { ...(saved['draft'] as Draft<ContentOf<D>>), content } };
}

/** `standard` with what `saved` says, key by key; a value of another kind than the standard's is not taken. */
function fill<T>(standard: T, saved: unknown): T {
  if (saved === undefined) return standard;
  if (standard === null || saved === null) return saved as T;
  if (Array.isArray(standard)) return Array.isArray(saved) ? (saved as T) : standard;
  if (!isObject(standard)) return typeof saved === typeof standard ? (saved as T) : standard;
  if (!isObject(saved)) return standard;
  const entries = Object.entries(standard).map(([key, value]) => [key, fill(value, saved[key])]);
  return Object.fromEntries(entries) as T;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
