/** Rows for tests, each with overrides; every one is valid as it stands. */

import { randomUUID } from 'node:crypto';
import { CONTACT_FACTS, toLeadFacts } from '../../src/facts.ts';
import type { FactName, LeadFacts, LeadObject } from '../../src/facts.ts';
import type { NewEntry } from '../../server/store/ledger.ts';
import type { NewPlanStep } from '../../server/store/planSteps.ts';

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
