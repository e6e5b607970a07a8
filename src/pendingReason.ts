/** What follows when a rejection was made around the card without a reason: put back or held, and one task. */

import { addDays, dayOf, morningOf } from './calendar.ts';
import type { Change } from './changes.ts';
import { displayNameOf, type LeadFacts } from './facts.ts';
import type { GateProof } from './gate.ts';
import { PATHS } from './mqlProperties.ts';
import type { PortalMap } from './portal.ts';
import { plainStep, type PlannedStep } from './plannedStep.ts';
import type { Settings } from './settings.ts';
import type { Changed, Finding } from './watch.ts';

type Around = {
  readonly facts: LeadFacts;
  readonly settings: Settings;
  readonly portal: PortalMap;
};

/**
 * Undoes or holds what was done, and asks the person once for the reason: `askedBefore` where a task is out already for
 * this lead.
 */
export function planPendingReason(
  finding: Extract<Finding, { kind: 'rejection' }>,
  { facts, settings, portal }: Around,
  askedBefore: boolean,
  now: Date,
): readonly PlannedStep[] {
  const steps: PlannedStep[] = [];
  if (settings.guard.mode === 'hold')
    steps.push(plainStep({ kind: 'set-properties', values: { mqlr_status: 'pending_reason' } }, now));
  else steps.push(...[finding, ...finding.also].map((changed) => putBack(changed, now)));
  if (!askedBefore) {
    const { userId } = finding.actor;
    const owner = userId === null ? undefined : portal.ownerIds?.[String(userId)];
    const done = settings.guard.mode === 'hold' ? 'It is held until there is one.' : 'It was put back.';
    const today = dayOf(now, portal.timeZone);
    const task = {
      subject: `Give the reason: ${displayNameOf(facts)}`,
      body: [
        `This lead was rejected without a reason (${pathInWords(finding.path)}). ${done}`,
        `Open the record and choose one on the card: ${recordLink(portal, facts.contactId)}`,
      ].join('\n'),
      dueAt: morningOf(addDays(today, 1), portal.timeZone).toISOString(),
      ownerId: owner ?? facts.ownerId ?? settings.queueOwnerId,
    };
    steps.push(plainStep({ kind: 'create-task', task }, now));
  }
  return steps;
}

function putBack({ leadId, before, value }: Changed, now: Date): PlannedStep {
  if (leadId === null)
    return plainStep({ kind: 'set-properties', values: { hs_lead_status: before } }, now, {
      hs_lead_status: value,
    });
  return plainStep({ kind: 'move-lead', leadId, stageId: before, disqualificationReason: '' }, now, {
    hs_pipeline_stage: value,
  });
}

/** What somebody changed to hand a lead off again. */
export type HandedOffBy = Pick<Changed, 'property' | 'value' | 'before'>;

/**
 * A lead that came back too early: what it was handed off by is taken back, with the proof in a note. `moved` is empty where
 * nothing was changed yet.
 */
export function planBlockedReentry(
  moved: readonly HandedOffBy[],
  proof: GateProof,
  { portal }: Pick<Around, 'portal'>,
  now: Date,
): readonly PlannedStep[] {
  const rules = proof.rules.map(({ label: rule, holds, fact }) => `${holds ? '✓' : '✗'} ${rule}: ${fact}.`);
  const done = moved.length === 0 ? 'Not handed off' : 'Put back';
  const body = [`${done}: this lead cannot come back to sales yet.`, proof.sentence, ...rules].join('\n');
  const note = plainStep({ kind: 'create-note', body }, now);
  return [...moved.map((one) => takenBack(one, portal, now)), note];
}

function takenBack({ property, value, before }: HandedOffBy, portal: PortalMap, now: Date): PlannedStep {
  if (property === 'lifecyclestage')
    return plainStep(stageChange(before, portal), now, { lifecyclestage: value });
  const change: Change = {
    kind: 'set-properties',
    // Where the mark was never off, the one before says the same.
    values: { [property]: before === value ? '' : before },
    label: 'Hand-off mark taken back',
  };
  return plainStep(change, now, { [property]: value });
}

const stageChange = (stage: string, portal: PortalMap): Change => ({
  kind: 'set-lifecycle-stage',
  stage,
  label: portal.lifecycleStages.find(({ value }) => value === stage)?.label ?? stage,
});

/** A lead that may come back: what the record said of the rejection is over, and the next attempt begins. */
export function planReentry(around: Around, attempt: number, now: Date): readonly PlannedStep[] {
  const values = {
    mqlr_status: '',
    mqlr_attempt: String(attempt),
    mqlr_reentry: '',
    mqlr_next_step: 'With sales',
    mqlr_next_step_on: '',
  };
  return [
    plainStep({ kind: 'set-properties', values }, now),
    ...notBackToSameRep(around, now),
    ...planHandOff(around, now),
  ];
}

/** The rep who rejected gets the lead back only where the customer or a person (who emptied the property) says so. */
function notBackToSameRep({ facts, settings }: Around, now: Date): readonly PlannedStep[] {
  const { ownerId, notToOwnerId } = facts;
  if (!settings.routing.notBackToSameRep || ownerId === null || ownerId !== notToOwnerId) return [];
  return [plainStep({ kind: 'set-owner', ownerId: '' }, now, { hubspot_owner_id: ownerId })];
}

/** Makes the lead an MQL, where neither its stage nor the customer's own mark says so yet. */
export function planHandOff({ facts, settings, portal }: Around, now: Date): readonly PlannedStep[] {
  const [stage] = settings.stages.answerable;
  const from = facts.lifecycleStage ?? '';
  const { trigger } = settings.handOff;
  const isMarked = trigger !== null && facts.handOffMark === trigger.value;
  if (stage === undefined || isMarked || settings.stages.answerable.includes(from)) return [];
  return [plainStep(stageChange(stage, portal), now, { lifecyclestage: from })];
}

/** A task for whoever looks after the reps: a reason has been missing for too long. */
export function planManagerNotice(
  waiting: readonly { readonly contactId: string; readonly path: string; readonly days: number }[],
  { settings, portal }: Pick<Around, 'settings' | 'portal'>,
  now: Date,
): PlannedStep {
  const lines = waiting.map(
    ({ contactId, path, days }) => `${recordLink(portal, contactId)} (${pathInWords(path)}, ${days} days)`,
  );
  const count = waiting.length === 1 ? 'One rejection waits' : `${waiting.length} rejections wait`;
  const task = {
    subject: `${count} for a reason`,
    body: [`${count} for a reason for ${settings.guard.managerAfterDays} days or longer:`, ...lines].join(
      '\n',
    ),
    dueAt: morningOf(addDays(dayOf(now, portal.timeZone), 1), portal.timeZone).toISOString(),
    ownerId: settings.queueOwnerId,
  };
  return plainStep({ kind: 'create-task', task }, now);
}

/** HubSpot's page of a contact. */
export function recordLink({ uiDomain, portalId }: PortalMap, contactId: string): string {
  return `https://${uiDomain}/contacts/${portalId}/record/0-1/${contactId}`;
}

/** `record edit`, `bulk edit`… for sentences. */
export function pathInWords(path: string): string {
  const label = PATHS.find(({ value }) => value === path)?.label ?? path;
  return label === 'API' ? label : label.toLowerCase();
}
