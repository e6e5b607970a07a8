/** Gathers, inside the deciding transaction, what a decision about one lead rests on. */

import type { Refusal } from '../../src/refusals.ts';
import type { AcceptanceDecision, RejectionDecision, Situation, Standing } from '../../src/rejection.ts';
import { countRejections, findEntry, type LedgerEntry } from '../store/ledger.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { findPossibleDuplicate, findSnapshot } from '../store/snapshots.ts';
import { findStandingAnswer, lockStandingAnswer } from '../store/standingAnswers.ts';
import { settingsOf } from './settings.ts';

export type Gathered =
  | { readonly ok: true; readonly situation: Situation; readonly staleSince: Date | null }
  | { readonly ok: false; readonly refusal: Refusal };

/** Facts come from our own snapshot, never from the card. Whoever decides on it locks the standing answer first. */
export async function gatherSituation(
  tx: Handle,
  portalId: number,
  contactId: string,
  standing: Standing | null,
): Promise<Gathered> {
  const portal = (await findPortal(tx, portalId))?.map ?? null;
  if (portal === null) return { ok: false, refusal: { kind: 'portal-not-ready' } };
  const snapshot = await findSnapshot(tx, portalId, contactId);
  if (snapshot === null) return { ok: false, refusal: { kind: 'record-unknown' } };
  if (snapshot.deletedAt !== null) return { ok: false, refusal: { kind: 'record-deleted' } };
  const situation: Situation = {
    settings: await settingsOf(tx, portalId),
    portal,
    facts: snapshot.facts,
    duplicate: await findPossibleDuplicate(tx, portalId, snapshot.facts),
    standing,
    earlierRejections: await countRejections(tx, portalId, contactId),
  };
  return { ok: true, situation, staleSince: snapshot.staleSince };
}

/**
 * The answer that stands for a lead, locked until the transaction ends, so that two answers to one lead are taken one
 * after the other.
 */
export async function lockStanding(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<Standing | null> {
  const { entryId } = await lockStandingAnswer(tx, portalId, contactId);
  return entryId === null ? null : toStanding(tx, portalId, entryId);
}

/** The answer that stands for a lead, only to be shown: nothing is locked or written. */
export async function findStanding(
  tx: Handle,
  portalId: number,
  contactId: string,
): Promise<Standing | null> {
  const entryId = (await findStandingAnswer(tx, portalId, contactId))?.entryId ?? null;
  return entryId === null ? null : toStanding(tx, portalId, entryId);
}

/** What was decided with an answer. Not for an undo, whose entry holds a decision of its own kind. */
export function decisionOf(entry: LedgerEntry): RejectionDecision | AcceptanceDecision {
  // The store keeps decisions as JSON; commitAnswer is the only writer and writes this type.
  return entry.decision as RejectionDecision | AcceptanceDecision;
}

async function toStanding(tx: Handle, portalId: number, entryId: string): Promise<Standing> {
  const entry = await findEntry(tx, portalId, entryId);
  if (entry === null) throw new Error(`Ledger entry ${entryId} stands for a lead but does not exist.`);
  const decision = decisionOf(entry);
  return {
    entryId: entry.entryId,
    kind: decision.kind,
    at: entry.at.toISOString(),
    reasonLabel: decision.kind === 'rejection' ? decision.reasonLabel : null,
  };
}
