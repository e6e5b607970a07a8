/** Gathers, inside the deciding transaction, what decisions about leads rest on. */

import type { Refusal } from '../../src/refusals.ts';
import type { AcceptanceDecision, RejectionDecision, Situation, Standing } from '../../src/rejection.ts';
import { findEntry } from '../store/ledger.ts';
import {
  findLeadSituations,
  type AskedLead,
  type EarlierEntry,
  type FirstAnswer,
} from '../store/leadSituations.ts';
import { findPortalRules } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { findStandingAnswer, lockStandingAnswers } from '../store/standingAnswers.ts';
import { settingsByPortal } from './settings.ts';

export type Gathered = {
  readonly contactId: string | null;
  /** HubSpot spoke of the record after its deletion. */
  readonly mayBeRestored: boolean;
  /** What this very request was answered before. */
  readonly first: FirstAnswer | null;
  /** The entry that stands. */
  readonly standing: EarlierEntry | null;
  readonly staleSince: Date | null;
} & (
  { readonly ok: true; readonly situation: Situation } | { readonly ok: false; readonly refusal: Refusal }
);

/**
 * The situations of these leads, in their order. Facts come from our own snapshot, never from the card. Whoever decides
 * on them locks the standing answers first.
 */
export async function gatherSituations(
  tx: Handle,
  leads: readonly AskedLead[],
): Promise<readonly Gathered[]> {
  const portalIds = leads.map(({ portalId }) => portalId);
  const [rules, found] = await Promise.all([findPortalRules(tx, portalIds), findLeadSituations(tx, leads)]);
  const settingsOfPortal = await settingsByPortal(tx, rules);
  return found.map((lead, place) => {
    const portal = rules.get(leads[place]?.portalId ?? 0);
    const { contactId, first, standing, staleSince, facts, deletedAt } = lead;
    const mayBeRestored = deletedAt !== null && staleSince !== null;
    const common = { contactId, mayBeRestored, first, standing, staleSince };
    const refuse = (kind: 'portal-not-ready' | 'record-unknown' | 'record-deleted'): Gathered => ({
      ...common,
      ok: false,
      refusal: { kind },
    });
    if (portal === undefined || portal.map === null) return refuse('portal-not-ready');
    if (facts === null) return refuse('record-unknown');
    if (deletedAt !== null) return refuse('record-deleted');
    const situation: Situation = {
      settings: settingsOfPortal(portal.portalId),
      portal: portal.map,
      facts,
      duplicate: lead.duplicate,
      standing: standing === null ? null : toStanding(standing),
      handOff: lead.handOff,
      earlierRejections: lead.rejections,
    };
    return { ...common, ok: true, situation };
  });
}

/** The answer that stands for a lead, locked until the transaction ends. */
export async function lockStanding(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<Standing | null> {
  await lockStandingAnswers(tx, [{ portalId, contactId }]);
  const entryId = (await findStandingAnswer(tx, portalId, contactId))?.entryId ?? null;
  if (entryId === null) return null;
  const entry = await findEntry(tx, portalId, entryId);
  if (entry === null) throw new Error(`Ledger entry ${entryId} stands for a lead but does not exist.`);
  return toStanding(entry);
}

/** A decision as the ledger keeps it: its plan is in the plan steps, and is not written twice. */
export type KeptDecision = Omit<RejectionDecision, 'steps'> | Omit<AcceptanceDecision, 'steps'>;

/** What was decided with an answer. Not for an undo, whose entry holds a decision of its own kind. */
export function decisionOf(entry: Pick<EarlierEntry, 'decision'>): KeptDecision {
  // The store keeps decisions as JSON; answerHandOffs is the only writer and writes this type.
  return entry.decision as KeptDecision;
}

function toStanding(entry: EarlierEntry): Standing {
  const decision = decisionOf(entry);
  return {
    entryId: entry.entryId,
    kind: decision.kind,
    at: entry.at.toISOString(),
    reasonLabel: decision.kind === 'rejection' ? decision.reasonLabel : null,
  };
}
