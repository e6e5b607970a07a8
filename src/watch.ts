/**
 * The guard: what was changed around the card. A webhook only says where to look; what happened, who did it and by which
 * way is read from the record's own property history, so that events may come late, twice and out of order.
 */

import type { LeadFacts, LeadObject } from './facts.ts';
import type { Path } from './mqlProperties.ts';
import type { PortalMap } from './portal.ts';
import type { ReasonCode } from './reasons.ts';
import { canBeAnswered, type Actor, type Standing } from './rejection.ts';
import type { Settings } from './settings.ts';

/** Object type → properties whose change may be an answer of sales, or a lead that comes back. */
export const WATCHED = {
  '0-1': ['hs_lead_status', 'lifecyclestage', 'mqlr_reason'],
  '0-136': ['hs_pipeline_stage', 'hs_lead_disqualification_reason'],
} as const;

/** The properties of a contact that are watched in a portal: its own hand-off mark as well. */
export function watchedOfContacts({ handOff }: Pick<Settings, 'handOff'>): readonly string[] {
  const names: readonly string[] = WATCHED['0-1'];
  return handOff.trigger === null ? names : [...new Set([...names, handOff.trigger.property])];
}

/** One value that a property has had. */
export type PropertyVersion = {
  /** '' for none. */
  readonly value: string;
  /** On HubSpot's clock. */
  readonly at: Date;
  /** Written by this app. */
  readonly isOurs: boolean;
  /** HubSpot's name for what made the change, e.g. `CRM_UI`, `IMPORT`. */
  readonly sourceType: string;
  readonly userId: number | null;
};

/** Of one record: the versions of each property, newest first. */
export type PropertyHistory = Readonly<Record<string, readonly PropertyVersion[]>>;

/**
 * HubSpot's change sources → the way that it came by, from the values of `PropertyValue.source` in HubSpot's public
 * documentation. Of a person's own change HubSpot does not tell whether it was made on a record or on a board.
 */
const PATH_OF_SOURCE: Readonly<Partial<Record<string, Path>>> = {
  CRM_UI: 'record_edit',
  CRM_UI_BULK_ACTION: 'bulk_edit',
  BATCH_UPDATE: 'bulk_edit',
  IMPORT: 'import',
  AUTOMATION_PLATFORM: 'workflow',
  MOBILE_IOS: 'mobile',
  MOBILE_ANDROID: 'mobile',
  MERGE_OBJECTS: 'merge',
};

/** By which way and by whom a version came. A Lead's stage that a person moves is a board's work as a rule. */
export function attributionOf(
  version: PropertyVersion,
  property: string,
  portal: Pick<PortalMap, 'userNames'>,
): { readonly path: Path; readonly actor: Actor } {
  const known = PATH_OF_SOURCE[version.sourceType] ?? 'api';
  const path = known === 'record_edit' && property === 'hs_pipeline_stage' ? 'board' : known;
  const { userId } = version;
  const name =
    userId === null
      ? (WORDS[path] ?? 'another application')
      : (portal.userNames[String(userId)] ?? `user ${userId}`);
  return { path, actor: { userId, name } };
}

/** Who it was where no user is named. */
const WORDS: Readonly<Partial<Record<Path, string>>> = { workflow: 'a workflow', import: 'an import' };

export type Watched = {
  readonly facts: LeadFacts;
  readonly settings: Settings;
  readonly portal: PortalMap;
  readonly standing: Standing | null;
  /** When sales last answered or took an answer back, on HubSpot's clock; nothing from before it is judged. */
  readonly since: Date;
  readonly history: PropertyHistory;
  readonly leadHistories: ReadonlyMap<string, PropertyHistory>;
  /** A rejection that waits for its reason already. */
  readonly pending: { readonly changedAt: Date; readonly path: Path } | null;
};

/** What the record held before and holds now. */
export type Changed = {
  readonly property: string;
  readonly value: string;
  readonly before: string;
  readonly at: Date;
  readonly path: Path;
  readonly actor: Actor;
  /** The Lead whose stage was moved; `null` where it was the contact's own property. */
  readonly leadId: string | null;
  /** The same for every delivery and every look: object, property and moment of the version. */
  readonly key: string;
};

export type Finding =
  /**
   * Rejected around the card. `reason`: the one that came with it, or why there is none. `also`: what was changed
   * besides, as the Lead's stage with the status.
   */
  | ({
      readonly kind: 'rejection';
      readonly reason: GivenReason;
      readonly also: readonly Changed[];
    } & Changed)
  /** A rejection that waited for its reason has got one. */
  | {
      readonly kind: 'reason-given';
      readonly reason: ReasonCode;
      readonly path: Path;
      readonly actor: Actor;
      readonly key: string;
    }
  /** Taken on around the card, by a status that means "accepted" here. */
  | ({ readonly kind: 'acceptance' } & Changed)
  /** A rejected lead was handed off again: by its lifecycle stage, by the customer's own mark, or (`also`) by both. */
  | ({ readonly kind: 'reentry'; readonly also: readonly Changed[] } & Changed);

export type GivenReason =
  | { readonly state: 'valid'; readonly code: ReasonCode }
  | { readonly state: 'invalid'; readonly value: string }
  | { readonly state: 'missing' };

/** What somebody else did to this lead that the card did not see; `null` where there is nothing. */
export function judge(watched: Watched): Finding | null {
  const { standing, facts, settings, pending } = watched;
  if (standing?.kind === 'rejection') return reentryOf(watched);
  if (!canBeAnswered(facts, settings)) return null;
  if (pending !== null) {
    const given = reasonGiven(watched, pending.changedAt, null);
    if (given.reason.state === 'valid' && given.version !== null) {
      const { actor } = attributionOf(given.version, 'mqlr_reason', watched.portal);
      return {
        kind: 'reason-given',
        reason: given.reason.code,
        path: pending.path,
        actor,
        key: keyOf('0-1', facts.contactId, 'mqlr_reason', given.version),
      };
    }
  }
  // Several belong together: a person who disqualifies a Lead often sets the status as well.
  const [first, ...also] = [
    statusChange(watched, settings.guard.rejectedStatuses),
    ...facts.leads.map((lead) => stageChange(watched, lead)),
  ]
    .filter((change) => change !== null)
    .sort((a, b) => a.at.getTime() - b.at.getTime());
  if (first === undefined) return acceptanceOf(watched);
  // Found already, under the id that the record had before a merge.
  if (pending !== null && first.at.getTime() === pending.changedAt.getTime()) return null;
  return { kind: 'rejection', reason: reasonGiven(watched, first.at, first.leadId).reason, also, ...first };
}

function acceptanceOf(watched: Watched): Finding | null {
  if (watched.standing !== null) return null;
  const changed = statusChange(watched, watched.settings.handOff.acceptedStatuses);
  return changed === null ? null : { kind: 'acceptance', ...changed };
}

/** The contact's lead status, where somebody else set it to one of these. */
function statusChange(watched: Watched, statuses: readonly string[]): Changed | null {
  const { facts, history } = watched;
  const status = facts.leadStatus ?? '';
  if (!statuses.includes(status)) return null;
  return foreignChange(watched, history, {
    objectTypeId: '0-1',
    objectId: facts.contactId,
    property: 'hs_lead_status',
    value: status,
    leadId: null,
  });
}

function stageChange(watched: Watched, lead: LeadObject): Changed | null {
  const pipeline = watched.portal.leads?.pipelines.find(({ pipelineId }) => pipelineId === lead.pipelineId);
  if (pipeline === undefined || pipeline.disqualifiedStageId !== lead.stageId) return null;
  return foreignChange(watched, watched.leadHistories.get(lead.leadId) ?? {}, {
    objectTypeId: '0-136',
    objectId: lead.leadId,
    property: 'hs_pipeline_stage',
    value: lead.stageId,
    leadId: lead.leadId,
  });
}

/** While the rejection stands, "is an MQL" says nothing: the record stays one until the weekly review. Only a new version does, as of the mark. */
function reentryOf(watched: Watched): Finding | null {
  const { facts, settings, history } = watched;
  const { trigger } = settings.handOff;
  const stage = facts.lifecycleStage ?? '';
  const mark = facts.handOffMark ?? '';
  const signs = [
    ...(settings.stages.answerable.includes(stage) ? [{ property: 'lifecyclestage', value: stage }] : []),
    ...(trigger !== null && mark === trigger.value ? [{ property: trigger.property, value: mark }] : []),
  ];
  const [first, ...also] = signs
    .map((sign) =>
      foreignChange(watched, history, {
        objectTypeId: '0-1',
        objectId: facts.contactId,
        leadId: null,
        ...sign,
      }),
    )
    .filter((change) => change !== null);
  return first === undefined ? null : { kind: 'reentry', also, ...first };
}

type Place = {
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly property: string;
  /** What the record holds now: what was taken back by hand meanwhile is over. */
  readonly value: string;
  readonly leadId: string | null;
};

function foreignChange(watched: Watched, history: PropertyHistory, place: Place): Changed | null {
  const versions = history[place.property] ?? [];
  const [latest] = versions;
  if (latest === undefined || latest.isOurs || latest.value !== place.value) return null;
  if (latest.at.getTime() <= watched.since.getTime()) return null;
  // HubSpot moves a lifecycle stage backwards in two steps: the empty value between them is nobody's word.
  const before = versions.slice(1).find(({ value }) => value !== '' || place.property !== 'lifecyclestage');
  const { property, value, leadId, objectTypeId, objectId } = place;
  return {
    property,
    value,
    before: before?.value ?? '',
    at: latest.at,
    ...attributionOf(latest, property, watched.portal),
    leadId,
    key: keyOf(objectTypeId, objectId, property, latest),
  };
}

const keyOf = (objectTypeId: string, objectId: string, property: string, { at }: PropertyVersion): string =>
  `${objectTypeId}/${objectId}/${property}/${at.getTime()}`;

/** A reason that comes in the same edit may be written a moment before the status. *Ours.* */
const SAME_EDIT_MS = 60_000;

/** The reason that came with a change, or later: in our property, or as the Lead's own disqualification reason. */
function reasonGiven(
  { history, leadHistories, portal, settings }: Watched,
  from: Date,
  leadId: string | null,
): { readonly reason: GivenReason; readonly version: PropertyVersion | null } {
  const earliest = from.getTime() - SAME_EDIT_MS;
  const ours = history['mqlr_reason']?.[0];
  const isGiven = (version: PropertyVersion | undefined): version is PropertyVersion =>
    version !== undefined && !version.isOurs && version.value !== '' && version.at.getTime() >= earliest;
  if (isGiven(ours)) return { reason: activeReason(ours.value, settings), version: ours };
  const theirs =
    leadId === null ? undefined : leadHistories.get(leadId)?.['hs_lead_disqualification_reason']?.[0];
  if (!isGiven(theirs)) return { reason: { state: 'missing' }, version: null };
  const codes = Object.entries(portal.leads?.disqualificationReasons ?? {});
  const code = codes.find(([, option]) => option === theirs.value)?.[0];
  return { reason: activeReason(code ?? theirs.value, settings), version: theirs };
}

function activeReason(value: string, settings: Settings): GivenReason {
  const active = settings.reasons.find(({ code }) => code === value);
  return active === undefined ? { state: 'invalid', value } : { state: 'valid', code: active.code };
}
