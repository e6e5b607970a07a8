/**
 * HubSpot in our words: changes of many leads in, one outcome per step out. Steps are coalesced per kind into batch
 * calls, and the steps of one contact are carried out in their order.
 */

import { CHANGE_KINDS, type ChangeKind } from '../../src/changes.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { Engagement } from '../../src/firstContact.ts';
import type { KnownMarks } from '../../src/handOffProblems.ts';
import type { Colleague } from '../../src/rematch.ts';
import type { KnownRouting, RoutingNames } from '../../src/routingMarks.ts';
import type { PropertyHistory } from '../../src/watch.ts';
import type { Priority } from './budget.ts';
import type { HubSpotClient } from './client.ts';
import { findColleagues, type CompanyOf } from './colleagues.ts';
import { readEngagements } from './contactEngagements.ts';
import { createEngagements, deleteEngagements } from './engagements.ts';
import { readMarks } from './marks.ts';
import { readRoutingMarks } from './routingMarks.ts';
import { completeCallback } from './callbacks.ts';
import { moveLeads } from './leads.ts';
import { setLifecycleStages } from './lifecycle.ts';
import { changeLists } from './lists.ts';
import { closeWork, reopenWork } from './openWork.ts';
import { waitsForEarlier } from './outcomes.ts';
import { readOwners, type Owner } from './owners.ts';
import { unsubscribe } from './preferences.ts';
import { setOwner, setProperties } from './properties.ts';
import { provisionPortal, type Provisioned } from './provision.ts';
import { readContactsOfLeads, readLeads, type FactProperties, type ReadLeads } from './reads.ts';
import { tryReadHistory, type Crm } from './records.ts';
import { enrolInSequence } from './sequences.ts';
import type { Step, StepOf, StepOutcome } from './steps.ts';
import { findByEmail, nameSuccessor, type NamedContact, type Successor } from './successor.ts';

export type Gateway = {
  /**
   * Carries the steps out and says for each what became of it, in the order of the steps. Never repeats anything by
   * itself. Rejects only when our own database or code fails; the steps' state is unknown then.
   */
  readonly applyChanges: (
    portal: PortalMap,
    steps: readonly Step[],
    options?: { readonly priority?: Priority },
  ) => Promise<StepOutcome[]>;
  /** Rejects with a HubSpotError, as every method below. */
  readonly readLeads: (
    portal: PortalMap,
    contactIds: readonly string[],
    options?: { readonly factProperties?: FactProperties; readonly priority?: Priority },
  ) => Promise<ReadLeads>;
  /** Lead id → id of its (primary) contact. */
  readonly readContactsOfLeads: (
    portal: PortalMap,
    leadIds: readonly string[],
    options?: { readonly priority?: Priority },
  ) => Promise<ReadonlyMap<string, string>>;
  /**
   * Calls, e-mails and meetings by contact id, from a moment of HubSpot's clock on; contacts without any are absent, and
   * those with too many to say which was the first.
   */
  readonly readEngagements: (
    portal: PortalMap,
    since: ReadonlyMap<string, Date>,
  ) => Promise<ReadonlyMap<string, readonly Engagement[]>>;
  /** What the portal has of a contact property and a static list that an admin named. */
  readonly readMarks: (
    portal: PortalMap,
    named: { readonly properties: readonly string[]; readonly listId: string | null },
  ) => Promise<KnownMarks>;
  /** What the portal has of the lists, properties, sequences and subscription types of the tracks. `userId`: who saves. */
  readonly readRoutingMarks: (
    portal: PortalMap,
    named: RoutingNames,
    userId: number,
  ) => Promise<KnownRouting>;
  /** The versions of these properties, newest first, by record id; records that are gone are absent. */
  readonly readHistories: (
    portal: PortalMap,
    type: 'contacts' | 'leads',
    ids: readonly string[],
    properties: readonly string[],
  ) => Promise<ReadonlyMap<string, PropertyHistory>>;
  /** The contact with this e-mail address; `null` where there is none. Changes nothing. */
  readonly findContactByEmail: (portal: PortalMap, email: string) => Promise<string | null>;
  /** Finds or makes the right person beside a contact, and links the two and their company. May be repeated. */
  readonly nameSuccessor: (
    portal: PortalMap,
    contactId: string,
    successor: Successor,
  ) => Promise<NamedContact>;
  /** Contacts of this company, at most twenty; `text` narrows them down. */
  readonly findColleagues: (portal: PortalMap, of: CompanyOf, text: string) => Promise<readonly Colleague[]>;
  /** An instant of our clock on HubSpot's. */
  readonly toTheirTime: (ours: Date) => Date;
  readonly readOwners: (portal: PortalMap) => Promise<readonly Owner[]>;
  /** Ends a step of a workflow that waits for a person's decision. */
  readonly completeCallback: (
    portal: PortalMap,
    callbackId: string,
    outputFields: Readonly<Record<string, string>>,
  ) => Promise<void>;
  /** Calls for live work that this process has made in the portal in the last ten seconds. */
  readonly recentCalls: (portal: PortalMap) => number;
  /** Makes or repairs what the product needs in a portal; can be repeated at any time. */
  readonly provision: (portalId: number) => Promise<Provisioned>;
};

export type GatewayOptions = {
  readonly client: HubSpotClient;
  /** HubSpot app id, by which our own writes are told from other people's. */
  readonly appId: number;
  readonly now: () => Date;
};

type Handler<K extends ChangeKind> = (
  crm: Crm,
  steps: readonly StepOf<K>[],
) => Promise<readonly StepOutcome[]>;

const HANDLERS: { readonly [K in ChangeKind]: Handler<K> } = {
  'set-properties': setProperties,
  'set-lifecycle-stage': setLifecycleStages,
  'set-owner': setOwner,
  'add-to-list': changeLists,
  'remove-from-list': changeLists,
  'create-task': (crm, steps) => createEngagements(crm, 'tasks', steps),
  'delete-task': (crm, steps) => deleteEngagements(crm, 'tasks', steps),
  'create-note': (crm, steps) => createEngagements(crm, 'notes', steps),
  'delete-note': (crm, steps) => deleteEngagements(crm, 'notes', steps),
  'move-lead': moveLeads,
  'close-tasks': (crm, steps) => closeWork(crm, 'tasks', steps),
  'reopen-tasks': (crm, steps) => reopenWork(crm, 'tasks', steps),
  'cancel-meetings': (crm, steps) => closeWork(crm, 'meetings', steps),
  'restore-meetings': (crm, steps) => reopenWork(crm, 'meetings', steps),
  'enrol-in-sequence': enrolInSequence,
  unsubscribe,
};

export function createGateway({ client, appId, now }: GatewayOptions): Gateway {
  const crmOf = (portal: PortalMap, priority: Priority = 'live'): Crm => ({
    client,
    portal,
    appId,
    priority,
  });
  return {
    applyChanges: (portal, steps, options) => applyInTurn(crmOf(portal, options?.priority), steps),
    readLeads: (portal, contactIds, options) =>
      readLeads(crmOf(portal, options?.priority), contactIds, options?.factProperties ?? {}, now()),
    readContactsOfLeads: (portal, leadIds, options) =>
      readContactsOfLeads(crmOf(portal, options?.priority), leadIds),
    readEngagements: (portal, since) => readEngagements(crmOf(portal), since),
    readMarks: (portal, named) => readMarks(crmOf(portal, 'click'), named),
    readRoutingMarks: (portal, named, userId) => readRoutingMarks(crmOf(portal, 'click'), named, userId),
    readHistories: async (portal, type, ids, properties) => {
      const { found, unread } = await tryReadHistory(crmOf(portal), type, ids, properties);
      for (const error of unread.values()) throw error;
      return found;
    },
    findContactByEmail: (portal, email) => findByEmail(crmOf(portal, 'click'), email),
    nameSuccessor: (portal, contactId, successor) =>
      nameSuccessor(crmOf(portal, 'click'), contactId, successor),
    findColleagues: (portal, of, text) => findColleagues(crmOf(portal, 'click'), of, text),
    toTheirTime: (ours) => client.toTheirTime(ours),
    readOwners: (portal) => readOwners(crmOf(portal)),
    completeCallback: (portal, callbackId, outputFields) =>
      completeCallback(client, portal, callbackId, outputFields),
    recentCalls: (portal) => client.recentCalls(portal),
    provision: (portalId) => provisionPortal(client, portalId),
  };
}

/**
 * Each round carries out one kind for every contact whose turn it is. A step that did not come through holds back the
 * later ones of its contact, so that a repeat cannot put an older value over a newer one.
 */
async function applyInTurn(crm: Crm, steps: readonly Step[]): Promise<StepOutcome[]> {
  const outcomes = new Map<string, StepOutcome>();
  const queues = [...Map.groupBy(steps, ({ contactId }) => contactId).values()].map((queue) => [...queue]);
  for (;;) {
    const heads = queues.flatMap((queue) => queue.slice(0, 1));
    if (heads.length === 0) break;
    const kind = mostFrequentKind(heads);
    const round = new Set(heads.filter(({ change }) => change.kind === kind));
    for (const outcome of await carryOut(crm, kind, [...round])) outcomes.set(outcome.stepId, outcome);
    for (const queue of queues) {
      const head = queue[0];
      if (head === undefined || !round.has(head)) continue;
      queue.shift();
      const outcome = outcomes.get(head.stepId);
      if (outcome?.state !== 'retry' && outcome?.state !== 'unknown') continue;
      for (const later of queue.splice(0)) {
        outcomes.set(later.stepId, waitsForEarlier(later, outcome.retryAfterMs));
      }
    }
  }
  return steps.map((step) => {
    const outcome = outcomes.get(step.stepId);
    if (outcome === undefined) throw new Error(`Step ${step.stepId} (${step.change.kind}) got no outcome.`);
    return stillUnknown(step, outcome);
  });
}

/** A step whose earlier try may have happened stays that way until somebody has looked. */
function stillUnknown(step: Step, outcome: StepOutcome): StepOutcome {
  return step.lookFirst && outcome.state === 'retry' ? { ...outcome, state: 'unknown' } : outcome;
}

function mostFrequentKind(steps: readonly Step[]): ChangeKind {
  const count = (kind: ChangeKind): number => steps.filter(({ change }) => change.kind === kind).length;
  return CHANGE_KINDS.reduce((best, kind) => (count(kind) > count(best) ? kind : best));
}

function carryOut(crm: Crm, kind: ChangeKind, steps: readonly Step[]): Promise<readonly StepOutcome[]> {
  // All steps are of this kind; TypeScript cannot follow that correlation through the table.
  const handler = HANDLERS[kind] as Handler<ChangeKind>;
  return handler(crm, steps);
}
