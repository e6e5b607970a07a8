/** Rows for tests, each with overrides; every one is valid as it stands. */

import { randomUUID } from 'node:crypto';
import { CONTACT_FACTS, toLeadFacts } from '../../src/facts.ts';
import type { FactName, LeadFacts, LeadObject } from '../../src/facts.ts';
import type { PossibleDuplicate } from '../../src/facts.ts';
import type { GroupWork } from '../../server/store/groupCommit.ts';
import type { NewHandOff } from '../../server/store/handOffs.ts';
import { insertEntries, RequestMetError, type NewEntry } from '../../server/store/ledger.ts';
import { findLeadSituations, type LeadSituation } from '../../server/store/leadSituations.ts';
import type { NewPlanStep } from '../../server/store/planSteps.ts';
import { upsertPortal } from '../../server/store/portals.ts';
import type { Handle } from '../../server/store/schema.ts';
import { locateLead, upsertSnapshots } from '../../server/store/snapshots.ts';

export const NOW = new Date('2026-11-22T12:00:00.000Z');

/** `NOW` moved by so many milliseconds. */
export const later = (ms: number): Date => new Date(NOW.getTime() + ms);

export function buildEntry(overrides: Partial<NewEntry> & Pick<NewEntry, 'portalId'>): NewEntry {
  return {
    entryId: randomUUID(),
    requestId: randomUUID(),
    kind: 'rejection',
    contactId: '1001',
    leadId: null,
    at: NOW,
    day: '2026-11-22',
    actorUserId: 77,
    path: 'card',
    reason: 'too_early',
    reversesEntryId: null,
    note: null,
    dims: { source: 'webinar', campaign: 'Ops webinar' },
    decision: { kind: 'rejection' },
    answer: { ok: true },
    ...overrides,
  };
}

export function buildUndo(of: NewEntry, overrides: Partial<NewEntry> = {}): NewEntry {
  return {
    ...of,
    entryId: randomUUID(),
    requestId: randomUUID(),
    kind: 'undo',
    reason: null,
    reversesEntryId: of.entryId,
    ...overrides,
  };
}

export function buildStep(
  overrides: Partial<NewPlanStep> & Pick<NewPlanStep, 'portalId' | 'entryId'>,
): NewPlanStep {
  return {
    stepId: randomUUID(),
    contactId: '1001',
    seq: 0,
    kind: 'set-owner',
    change: { kind: 'set-owner', ownerId: '' },
    expected: {},
    held: false,
    dueAt: NOW,
    undoesStepId: null,
    decidedAt: NOW,
    ...overrides,
  };
}

export const buildHandOff = (
  overrides: Partial<NewHandOff> & Pick<NewHandOff, 'portalId' | 'contactId'>,
): NewHandOff => ({
  handOffId: randomUUID(),
  attempt: 1,
  openedAt: NOW,
  day: '2026-11-22',
  openedBy: 'lifecycle',
  ownerId: '77',
  userId: 7,
  dims: {
    source: 'ORGANIC_SEARCH',
    campaign: 'ops "webinar"',
    persona: 'vp',
    size: '51-200',
    industry: 'unknown',
    country: 'unknown',
    score: '60-79',
  },
  context: {
    pagesSeen: 'pricing\ndocs',
    pageViews: 12,
    contentDownloaded: null,
    source: 'ORGANIC_SEARCH',
    sourceDetail: null,
    secondsOnSite: 0.1,
    score: 60,
    scoreMovedBy: null,
  },
  warnAt: later(5_400_000),
  dueAt: later(7_200_000),
  nextAt: later(5_400_000),
  firstContact: null,
  ...overrides,
});

export function buildFacts(
  contactId: string,
  facts: Partial<Record<FactName, string>> = {},
  readAt: Date = NOW,
  leads: readonly LeadObject[] = [],
): LeadFacts {
  const properties = Object.fromEntries(
    Object.entries(facts).map(([name, value]) => [CONTACT_FACTS[name as FactName].property, value]),
  );
  return toLeadFacts(contactId, properties, leads, readAt);
}

/** Makes portals known, by their ids: the smallest work that a group can share. */
export const ADD_PORTALS: GroupWork<number, number> = {
  run: async (tx, portalIds) => {
    for (const portalId of portalIds) await upsertPortal(tx, { portalId, timeZone: 'UTC' });
    return portalIds;
  },
  keysOf: () => [],
};

/** Whether the entry was written; `false` where its request was answered before. */
export const insertEntry = async (tx: Handle, entry: NewEntry): Promise<boolean> => {
  try {
    await insertEntries(tx, [entry]);
    return true;
  } catch (error) {
    if (error instanceof RequestMetError) return false;
    throw error;
  }
};

export async function situationOf(tx: Handle, portalId: number, contactId: string): Promise<LeadSituation> {
  const [found] = await findLeadSituations(tx, [
    { portalId, objectId: contactId, isLead: false, requestId: null },
  ]);
  if (found === undefined) throw new Error('One lead was asked for.');
  return found;
}

export type Snapshot = Pick<LeadSituation, 'staleSince' | 'deletedAt'> & { readonly facts: LeadFacts };

/** What is known of a record, or `null` where it was never read. */
export async function findSnapshot(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<Snapshot | null> {
  const { facts, staleSince, deletedAt } = await situationOf(tx, portalId, contactId);
  return facts === null ? null : { facts, staleSince, deletedAt };
}

export const findContactOfLead = async (
  tx: Handle,
  portalId: number,
  leadId: string,
): Promise<string | null> => (await locateLead(tx, portalId, { leadId }))?.contactId ?? null;

/** The record that a lead with these facts may be a duplicate of. */
export async function findPossibleDuplicate(
  tx: Handle,
  portalId: number,
  facts: LeadFacts,
): Promise<PossibleDuplicate | null> {
  await upsertPortal(tx, { portalId, timeZone: 'UTC' });
  await upsertSnapshots(tx, portalId, [facts]);
  return (await situationOf(tx, portalId, facts.contactId)).duplicate;
}
