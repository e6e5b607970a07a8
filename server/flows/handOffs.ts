/**
 * Hand-offs as they are seen: opened where a record that was read is with sales and nobody knew, first contacts found,
 * alarms taken back that were none. Whatever reads a record comes by here, so that it matters little which event was lost.
 */

import { firstEngagement, loggedContact, type FirstContact } from '../../src/firstContact.ts';
import type { LeadFacts } from '../../src/facts.ts';
import { handedOffAt, openHandOff, planAcknowledgement, type OpenedBy } from '../../src/handOff.ts';
import type { PortalMap } from '../../src/portal.ts';
import { attemptOf, canBeAnswered, type Situation } from '../../src/rejection.ts';
import type { Settings } from '../../src/settings.ts';
import {
  insertHandOffs,
  listUncontacted,
  noteFirstContact,
  withdrawLost,
  withoutHandOff,
  type Uncontacted,
} from '../store/handOffs.ts';
import { cancelPendingSteps, insertPlanSteps } from '../store/planSteps.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import type { FlowContext } from './context.ts';
import { owePlan } from './owedPlan.ts';
import { settingsOf } from './settings.ts';
import { gatherSituations } from './situation.ts';

/** Contact id → its calls, e-mails and meetings that were worth a look. */
export type FirstContacts = ReadonlyMap<string, FirstContact>;

/**
 * Reads the engagements of those leads that wait for their first contact, where HubSpot counts one; of every one of them
 * where `always`. To be called before the transaction, since it asks HubSpot.
 */
export async function readFirstContacts(
  context: FlowContext,
  portal: PortalMap,
  facts: readonly LeadFacts[],
  { always }: { readonly always: boolean },
): Promise<FirstContacts> {
  const byId = new Map(facts.map((one) => [one.contactId, one]));
  const waiting = await listUncontacted(context.store.db, portal.portalId, [...byId.keys()]);
  const worth = waiting.filter(({ contactId, openedAt }) => {
    const lead = byId.get(contactId);
    return lead !== undefined && (always || loggedContact(lead, openedAt) !== null);
  });
  if (worth.length === 0) return new Map();
  const since = new Map(
    worth.map(({ contactId, openedAt }) => [contactId, context.gateway.toTheirTime(openedAt)]),
  );
  const engagements = await context.gateway.readEngagements(portal, since);
  const now = context.now();
  return new Map(
    [...since].flatMap(([contactId, from]) => {
      const first = firstEngagement(engagements.get(contactId) ?? [], from, now);
      return first === null ? [] : [[contactId, first] as const];
    }),
  );
}

/** Opens what is new among these leads, whose facts were just kept, and keeps the contacts that were found. */
export async function meetHandOffs(
  tx: Handle,
  context: FlowContext,
  portalId: number,
  facts: readonly LeadFacts[],
  found: FirstContacts,
): Promise<void> {
  const byId = new Map(facts.map((one) => [one.contactId, one]));
  const contactOf = ({ contactId, openedAt }: Uncontacted): FirstContact | null => {
    const lead = byId.get(contactId);
    return found.get(contactId) ?? (lead === undefined ? null : loggedContact(lead, openedAt));
  };
  const settings = await settingsOf(tx, portalId);
  const [withSales, others] = partition(facts, (one) => canBeAnswered(one, settings));
  const idsOf = (leads: readonly LeadFacts[]): string[] => leads.map(({ contactId }) => contactId);
  const fresh = await withoutHandOff(tx, portalId, idsOf(withSales));
  const contacted = (await listUncontacted(tx, portalId, [...byId.keys()])).filter(
    (one) => contactOf(one) !== null,
  );
  // Before any of their rows is touched, as everybody does who answers for them.
  await lockStandingAnswers(
    tx,
    [...fresh, ...contacted.map(({ contactId }) => contactId)].map((contactId) => ({ portalId, contactId })),
  );
  await withdrawLost(tx, portalId, idsOf(others), context.now());
  await openFresh(tx, context, portalId, fresh, settings);
  for (const waiting of await listUncontacted(tx, portalId, [...byId.keys()])) {
    const { contactId } = waiting;
    const contact = contactOf(waiting);
    if (contact === null) continue;
    const before = await noteFirstContact(tx, portalId, waiting.handOffId, contact, context.now());
    if (before === null) continue;
    // Nobody needs a reminder of what was done, nor a blame for what was done in time.
    await takeBack(tx, context, portalId, contactId, before.warnPlanId);
    if (before.dueAt === null || contact.at <= before.dueAt)
      await takeBack(tx, context, portalId, contactId, before.breachPlanId);
  }
}

const partition = <T>(items: readonly T[], is: (item: T) => boolean): readonly [T[], T[]] => [
  items.filter(is),
  items.filter((item) => !is(item)),
];

/** Opens the hand-offs of those that are with sales and have none yet: by which way, and since when, is decided here alone. */
export async function openSeen(
  tx: Handle,
  context: FlowContext,
  portalId: number,
  facts: readonly LeadFacts[],
): Promise<void> {
  const settings = await settingsOf(tx, portalId);
  const withSales = facts.filter((one) => canBeAnswered(one, settings)).map(({ contactId }) => contactId);
  await openFresh(tx, context, portalId, await withoutHandOff(tx, portalId, withSales), settings);
}

async function openFresh(
  tx: Handle,
  context: FlowContext,
  portalId: number,
  fresh: readonly string[],
  settings: Settings,
): Promise<void> {
  if (fresh.length === 0) return;
  const asked = fresh.map((objectId) => ({ portalId, objectId, isLead: false, requestId: null }));
  const found = await gatherSituations(tx, asked);
  const now = context.now();
  await openHandOffs(
    tx,
    context,
    found.flatMap((one) => {
      // A read that was older than what is kept has changed nothing.
      if (!one.ok || one.standing !== null || !canBeAnswered(one.situation.facts, settings)) return [];
      const { situation } = one;
      const byStage = settings.stages.answerable.includes(situation.facts.lifecycleStage ?? '');
      return [
        {
          situation,
          openedBy: byStage ? ('lifecycle' as const) : ('property' as const),
          openedAt: byStage ? handedOffAt(situation.facts, now) : now,
        },
      ];
    }),
  );
}

/** Opens hand-offs that are not open yet, once each, with what is set on the record at a hand-off. */
export async function openHandOffs(
  tx: Handle,
  context: FlowContext,
  opening: readonly {
    readonly situation: Situation;
    readonly openedBy: OpenedBy;
    readonly openedAt: Date;
  }[],
): Promise<void> {
  const [first] = opening;
  if (first === undefined) return;
  const { portalId } = first.situation.portal;
  // Of what was before us nobody is reminded, and nobody is written to.
  const servedSince = (await findPortal(tx, portalId))?.createdAt ?? context.now();
  const rows = opening.map(({ situation, openedBy, openedAt }) => {
    const attempt = attemptOf({ ...situation, standing: null });
    const opened = openHandOff(situation, { attempt, openedAt, openedBy }, servedSince);
    return {
      ...opened,
      portalId,
      handOffId: context.newId(),
      contactId: situation.facts.contactId,
      firstContact: loggedContact(situation.facts, openedAt),
      situation,
    };
  });
  const isNew = await insertHandOffs(tx, rows);
  for (const { handOffId, contactId, attempt, openedAt, situation } of rows) {
    if (!isNew.has(contactId) || openedAt < servedSince) continue;
    const steps = planAcknowledgement(situation.settings, attempt, context.now());
    if (steps.length > 0) await owePlan(tx, context, { portalId, owedBy: handOffId, contactId, steps });
  }
}

/** Takes back what an alarm owed: a task that is not there yet never comes, one that is there goes, unless it was done. */
export async function takeBack(
  tx: Handle,
  context: FlowContext,
  portalId: number,
  contactId: string,
  planId: string | null,
): Promise<void> {
  if (planId === null) return;
  await lockStandingAnswers(tx, [{ portalId, contactId }]);
  const now = context.now();
  const happened = await cancelPendingSteps(tx, portalId, planId, now);
  if (happened.length === 0) return;
  const owedBy = context.newId();
  await insertPlanSteps(
    tx,
    happened.map(({ stepId, kind }, seq) => ({
      portalId,
      stepId: context.newId(),
      entryId: owedBy,
      contactId,
      seq,
      kind,
      change: null,
      expected: {},
      held: false,
      dueAt: now,
      decidedAt: now,
      undoesStepId: stepId,
    })),
  );
  await context.queue.wake(tx, 'drain-plans', { portalId });
}
