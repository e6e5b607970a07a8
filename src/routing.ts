/** From reason, settings and facts to a plan: what happens to the lead next, as a value. */

import { addDays, dayOf, readableDay, sameTimeAfterDays, type Day } from './calendar.ts';
import { CHANGES, type Change } from './changes.ts';
import { NEXT_EVENT_WORDS, nextEventOf } from './events.ts';
import type { LeadFacts, PossibleDuplicate } from './facts.ts';
import type { EvidenceVerdict, MqlProperty, Path, RejectionClass } from './mqlProperties.ts';
import type { PortalMap } from './portal.ts';
import { destinationOf, type Disposition, type ReasonRow } from './reasons.ts';
import { forAccountOwner, leavingTracks } from './relate.ts';
import {
  cleanUp,
  handOffMarkOff,
  noteOf,
  rejectingOwnerOf,
  taskChange,
  tellingProperties,
  trackChange,
} from './routingChanges.ts';
import type { PlannedStep } from './plannedStep.ts';
import { planScore, pointsOf } from './score.ts';
import { coolingFloorOf, type ReasonSetting, type Settings } from './settings.ts';
import { routeOf, type RouteSetting } from './tracks.ts';
import { rowOf } from './unsubscribe.ts';
import { firstWakeUp, type WakeUp } from './wakeUps.ts';

export type NextStep = { readonly label: string; readonly on: Day };

/** What a rejection is routed by. */
export type RoutingInput = {
  readonly reason: ReasonSetting;
  readonly settings: Settings;
  readonly portal: PortalMap;
  readonly facts: LeadFacts;
  readonly duplicate: PossibleDuplicate | null;
  readonly evidence: EvidenceVerdict;
  readonly class: RejectionClass;
  readonly note: string | null;
  readonly attempt: number;
  readonly path: Path;
  /** HubSpot user id (`null` for a workflow), and the name that notes show. */
  readonly actor: { readonly userId: number | null; readonly name: string; readonly email?: string | null };
  /** Whether the person wants no more e-mail; `null` where nobody said. */
  readonly unsubscribe: boolean | null;
  /** The Lead the card stood on, or `null`: then every open Lead of the contact is moved. */
  readonly leadId: string | null;
};

export type Route = {
  readonly steps: readonly PlannedStep[];
  readonly coolingUntil: Day;
  /** When the nurture track ends and the lead is looked at again; `null` where there is no track. */
  readonly nurtureUntil: Day | null;
  readonly nextStep: NextStep;
  /** When the lead is looked at again first. */
  readonly wakeUp: WakeUp;
  /** What happens next, for the rep. */
  readonly next: string;
  /** The points that the lead has once the plan is carried out; `null` where nobody scores. */
  readonly pointsAfter: number | null;
};

/** The words for each disposition: what the lead's next step is called, and what the rep is told. */
const NEXT: {
  readonly [D in Disposition]: { label: (to: string) => string; sentence: (to: string) => string };
} = {
  recycle: {
    label: (to) => `In the ${to}`,
    sentence: (to) => `Goes to the ${to}. Back to you only with a new signal`,
  },
  disqualify: {
    label: () => 'Out of nurture and sales',
    sentence: () =>
      'Leaves sales and nurture and stays in the database. Back only under a newer ICP definition',
  },
  enrich: {
    label: () => 'Complete the data',
    sentence: (to) => `Goes to the ${to} and is re-qualified once its data is complete`,
  },
  rematch: {
    label: () => 'Find the right contact',
    sentence: () => 'A task asks for the right person; this contact stays warm',
  },
  relate: {
    label: () => 'With the account owner',
    sentence: () => 'Goes to the account owner and leaves marketing nurture',
  },
  escalate: {
    label: (to) => `Looked at by a person (${to})`,
    sentence: (to) => `Goes to ${to}, where a person decides`,
  },
  unsubscribe: {
    label: () => 'Unsubscribed',
    sentence: () => 'Gets no more e-mail. This is never undone by itself',
  },
};

/** The dates that follow from a reason, in the portal's time zone. */
function datesOf(
  reason: ReasonSetting,
  row: ReasonRow,
  portal: PortalMap,
  now: Date,
): { coolingUntil: Day; nurtureUntil: Day | null; taskOn: Day | null } {
  const today = dayOf(now, portal.timeZone);
  return {
    coolingUntil: addDays(today, Math.max(reason.coolingDays, coolingFloorOf(reason.code))),
    nurtureUntil: row.nurtureDays === null ? null : addDays(today, row.nurtureDays),
    taskOn: row.task === null ? null : addDays(today, row.task.dueInDays),
  };
}

/** The next step, its date and its sentence for a reason, before or after it is chosen. */
export function nextStepOf(
  reason: ReasonSetting,
  { settings, portal, facts }: Pick<RoutingInput, 'settings' | 'portal' | 'facts'>,
  now: Date,
  row: ReasonRow = rowOf(reason.code, null),
): Pick<Route, 'nextStep' | 'next' | 'wakeUp'> {
  const { coolingUntil, taskOn } = datesOf(reason, row, portal, now);
  const to = destinationOf(row.destination).label;
  const words = NEXT[row.disposition];
  const today = dayOf(now, portal.timeZone);
  const event = nextEventOf(facts, null, today);
  const { disposition } = row;
  const wakeUp = firstWakeUp({ disposition, coolingUntil, event, settings }, today);
  const batchOn = addDays(today, settings.vetoDays);
  const on = taskOn ?? (reason.routingMode === 'hold_for_batch' ? batchOn : wakeUp.on);
  const held =
    reason.routingMode === 'hold_for_batch'
      ? ` after the weekly review, by ${readableDay(batchOn)} at the latest`
      : '';
  const waitsFor =
    wakeUp.kind === 'event' && event !== null
      ? ` Looked at again on ${readableDay(wakeUp.on)}, before ${NEXT_EVENT_WORDS[event.kind]} on ${readableDay(event.on)}.`
      : '';
  return {
    nextStep: { label: words.label(to), on },
    wakeUp,
    next: `${words.sentence(to)}${held}. No sales contact before ${readableDay(coolingUntil)}.${waitsFor}`,
  };
}

/** The plan of a rejection. Pure: the same input gives the same plan. */
export function routeRejection(input: RoutingInput, now: Date): Route {
  const { reason, settings, portal, facts } = input;
  const row = rowOf(reason.code, input.unsubscribe);
  const route = routeOf(settings.routing, reason.code);
  const { coolingUntil, nurtureUntil } = datesOf(reason, row, portal, now);
  const { nextStep, next, wakeUp } = nextStepOf(reason, input, now, row);
  const reversesEasily = (change: Change): boolean => CHANGES[change.kind].reversible;
  const waits = (change: Change): boolean =>
    reason.routingMode === 'hold_for_batch' ||
    (reason.routingMode === 'immediate_with_batch_veto' && !reversesEasily(change));
  const batchAt = sameTimeAfterDays(now, settings.vetoDays, portal.timeZone).toISOString();
  const step = (change: Change, held: boolean, expected: PlannedStep['expected'] = {}): PlannedStep => ({
    change,
    held,
    dueAt: held ? batchAt : now.toISOString(),
    expected,
  });
  const routed = (change: Change, expected?: PlannedStep['expected']): PlannedStep =>
    step(change, waits(change), expected);

  const answer = statusChange(input, row, route, { coolingUntil, nextStep }, now);
  // Status, reason and note are the rep's answer itself: they never wait for the batch.
  const steps: PlannedStep[] = [
    step(answer, false, 'hs_lead_status' in answer.values ? { hs_lead_status: facts.leadStatus ?? '' } : {}),
    step({ kind: 'create-note', body: noteOf(input, row, next) }, false),
  ];
  steps.push(routed(trackChange(input, route, row)));
  const score = planScore(route.score, facts, settings.routing.score);
  if (score !== null) {
    const { values, label, expected } = score;
    steps.push(routed({ kind: 'set-properties', values, label }, expected));
  }
  for (const change of leadMoves(input)) {
    const before = facts.leads.find((lead) => lead.leadId === change.leadId);
    steps.push(routed(change, before === undefined ? {} : { hs_pipeline_stage: before.stageId }));
  }
  for (const change of leavingTracks(input, row.disposition)) steps.push(routed(change));
  const mark = handOffMarkOff(input);
  // A part of the answer itself: whoever sets it again means a new hand-off, also before the weekly batch.
  if (mark !== null) steps.push(step(mark.change, false, mark.expected));
  if (row.task !== null)
    steps.push(routed(forAccountOwner(taskChange(input, row, nextStep.on), row.disposition, facts)));
  const leavesRep = LEAVES_REP[row.disposition];
  if (leavesRep) steps.push(...cleanUp(input, now).map((change) => routed(change)));
  if (row.disposition === 'unsubscribe')
    steps.push(routed({ kind: 'unsubscribe', ...settings.routing.unsubscribe }));
  if (leavesRep && settings.releaseOwner && facts.ownerId !== null) {
    steps.push(routed({ kind: 'set-owner', ownerId: '' }, { hubspot_owner_id: facts.ownerId }));
  }
  const stage = stageAfter(row.disposition, settings);
  const from = facts.lifecycleStage;
  if (stage !== null && from !== null && settings.stages.answerable.includes(from)) {
    const label = portal.lifecycleStages.find(({ value }) => value === stage)?.label ?? stage;
    steps.push(routed({ kind: 'set-lifecycle-stage', stage, label }, { lifecyclestage: from }));
  }
  const owner = settings.routing.creditOwner ? rejectingOwnerOf(input) : null;
  const closes: Change = {
    kind: 'set-properties',
    values: { mqlr_status: 'rejected', ...(owner !== null && { mqlr_credit_owner: owner }) },
  };
  steps.push(step(closes, reason.routingMode !== 'immediate', { mqlr_status: 'pending_review' }));
  const pointsAfter = score?.after ?? pointsOf(facts);
  return { steps, coolingUntil, nurtureUntil, nextStep, next, wakeUp, pointsAfter };
}

/** Whether a lead with this disposition is no longer the rep's to work. */
const LEAVES_REP: Readonly<Record<Disposition, boolean>> = {
  recycle: true,
  disqualify: true,
  unsubscribe: true,
  enrich: false,
  rematch: false,
  relate: false,
  escalate: false,
};

function stageAfter(disposition: Disposition, settings: Settings): string | null {
  switch (disposition) {
    case 'recycle':
      return settings.stages.recycled;
    case 'disqualify':
      return settings.stages.disqualified;
    case 'enrich':
    case 'rematch':
    case 'escalate':
      return settings.stages.recycled;
    case 'relate':
    case 'unsubscribe':
      return null;
  }
}

type PropertyValues = Partial<Record<MqlProperty | 'hs_lead_status', string>>;

function statusChange(
  input: RoutingInput,
  row: ReasonRow,
  route: RouteSetting,
  dates: { coolingUntil: Day; nextStep: NextStep },
  now: Date,
): Extract<Change, { kind: 'set-properties' }> {
  const { settings, portal } = input;
  const status = settings.leadStatus.rejected[row.disposition];
  const values = {
    // A portal may have renamed or removed the option; HubSpot would refuse the whole write.
    ...(portal.leadStatuses.includes(status) ? { hs_lead_status: status } : {}),
    mqlr_status: 'pending_review',
    mqlr_reason: input.reason.code,
    mqlr_root_cause: row.rootCause ?? '',
    mqlr_disposition: row.disposition,
    mqlr_answered_at: now.toISOString(),
    mqlr_answered_by: String(input.actor.userId ?? ''),
    mqlr_attempt: String(input.attempt),
    mqlr_cooling_until: dates.coolingUntil,
    mqlr_reentry: 'waiting',
    mqlr_next_step: dates.nextStep.label,
    mqlr_next_step_on: dates.nextStep.on,
    mqlr_path: input.path,
    mqlr_evidence: input.evidence,
    mqlr_class: input.class,
    mqlr_route: row.destination,
    ...tellingProperties(input, route, rejectingOwnerOf(input)),
  } satisfies PropertyValues;
  return { kind: 'set-properties', values };
}

function leadMoves(input: RoutingInput): Extract<Change, { kind: 'move-lead' }>[] {
  const { leads } = input.portal;
  if (leads === null) return [];
  return input.facts.leads
    .filter((lead) => input.leadId === null || lead.leadId === input.leadId)
    .flatMap((lead) => {
      const stageId = leads.pipelines.find(
        (pipeline) => pipeline.pipelineId === lead.pipelineId,
      )?.disqualifiedStageId;
      if (stageId === undefined || stageId === null || stageId === lead.stageId) return [];
      const disqualificationReason = leads.disqualificationReasons[input.reason.code] ?? '';
      return [{ kind: 'move-lead' as const, leadId: lead.leadId, stageId, disqualificationReason }];
    });
}
