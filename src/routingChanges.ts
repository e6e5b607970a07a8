/** The changes of a rejection's plan that a customer's routing settings decide about, and its texts for people. */

import { morningOf, type Day } from './calendar.ts';
import type { Change } from './changes.ts';
import { displayNameOf } from './facts.ts';
import { recordLink } from './pendingReason.ts';
import type { ReasonRow } from './reasons.ts';
import type { RoutingInput } from './routing.ts';
import { listOf, type RouteSetting } from './tracks.ts';

/**
 * How the track is begun. A sequence is sent as whoever rejected; where a workflow did, or HubSpot signed no address, the
 * lead goes to the list.
 */
export function trackChange(input: RoutingInput, route: RouteSetting, row: ReasonRow): Change {
  const { portal, actor } = input;
  const list = listOf(route.track, row.destination, portal.listIds);
  // A person who wants no more e-mail begins no track, whatever the reason's is.
  if (row.disposition === 'unsubscribe') return { kind: 'add-to-list', ...list };
  const { kind, target, value } = route.track;
  switch (kind) {
    case 'list':
      return { kind: 'add-to-list', ...list };
    case 'property':
      return {
        kind: 'set-properties',
        values: { [target]: value },
        label: `Track begun: “${target}” set to “${value}”`,
      };
    case 'sequence': {
      const { userId, email = null } = actor;
      if (userId === null || email === null) return { kind: 'add-to-list', ...list };
      return {
        kind: 'enrol-in-sequence',
        sequenceId: target,
        sequenceName: value,
        userId,
        senderEmail: email,
        fallback: list,
      };
    }
  }
}

/** Properties that tell rotation, lists and e-mail tools about this rejection; empty values clear what an earlier one told. */
export function tellingProperties(
  { settings, facts, reason, actor }: RoutingInput,
  route: RouteSetting,
  ownerId: string | null,
): {
  readonly mqlr_not_to_owner: string;
  readonly mqlr_campaign_flag: string;
  readonly mqlr_sender: string;
} {
  const { flagCampaign, notBackToSameRep } = settings.routing;
  return {
    mqlr_not_to_owner: notBackToSameRep ? (ownerId ?? '') : '',
    mqlr_campaign_flag: flagCampaign && facts.campaign !== null ? `${facts.campaign}: ${reason.code}` : '',
    mqlr_sender: route.asRep ? (actor.email ?? '') : '',
  };
}

/** The owner whose lead it was: whoever rejected, else the record's. */
export function rejectingOwnerOf({ portal, facts, actor }: RoutingInput): string | null {
  return portal.ownerIds?.[String(actor.userId)] ?? facts.ownerId;
}

/** What of the rep's open work about the lead has lost its point. */
export function cleanUp({ settings, facts }: RoutingInput, now: Date): readonly Change[] {
  const { ownerId } = facts;
  if (ownerId === null) return [];
  const { closeTasks, cancelMeetings } = settings.routing;
  return [
    ...(closeTasks ? [{ kind: 'close-tasks' as const, ownerId }] : []),
    ...(cancelMeetings ? [{ kind: 'cancel-meetings' as const, ownerId, after: now.toISOString() }] : []),
  ];
}

/** The work that the reason asks of a person. */
export function taskChange(input: RoutingInput, row: ReasonRow, dueOn: Day): Change {
  const { task } = row;
  if (task === null) throw new Error(`${input.reason.code} has no task.`);
  const lines = [task.body];
  if (input.duplicate !== null) {
    const { contactId, why } = input.duplicate;
    lines.push(`Possible surviving record: ${recordLink(input.portal, contactId)} (${why}).`);
  }
  if (input.note !== null) lines.push(`Note from sales: ${input.note}`);
  return {
    kind: 'create-task',
    task: {
      subject: `${task.subject}: ${displayNameOf(input.facts)}`,
      body: lines.join('\n'),
      dueAt: morningOf(dueOn, input.portal.timeZone).toISOString(),
      ownerId: input.settings.queueOwnerId,
    },
  };
}

/** The note on the timeline. */
export function noteOf(input: RoutingInput, row: ReasonRow, next: string): string {
  const cause = row.rootCause === null ? '' : ` (${row.rootCause.replace('_', ' ')})`;
  const lines = [
    `MQL rejected as ${input.reason.label}${cause} by ${input.actor.name}, attempt ${input.attempt}.`,
    next,
  ];
  if (input.evidence === 'disagrees') lines.push('The record says otherwise; the rep kept the reason.');
  if (input.note !== null) lines.push(`Note: ${input.note}`);
  return lines.join('\n');
}

/** Takes the customer's own hand-off mark off, so that it can be set again; `null` where the lead has none. */
export function handOffMarkOff({ facts, settings }: Pick<RoutingInput, 'facts' | 'settings'>): {
  readonly change: Change;
  readonly expected: Readonly<Record<string, string>>;
} | null {
  const { trigger } = settings.handOff;
  if (trigger === null || facts.handOffMark !== trigger.value) return null;
  const { property, value } = trigger;
  const label = 'Hand-off mark taken off';
  return {
    change: { kind: 'set-properties', values: { [property]: '' }, label },
    expected: { [property]: value },
  };
}
