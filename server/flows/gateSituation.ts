/** Gathers what the re-entry gate rests on. */

import type { GateSituation, RejectedBefore } from '../../src/gateSituation.ts';
import type { Situation } from '../../src/rejection.ts';
import { findEnrichment } from '../store/enrichments.ts';
import { findReviewedAt } from '../store/findings.ts';
import type { EarlierEntry } from '../store/leadSituations.ts';
import type { Handle } from '../store/schema.ts';
import { findSeenBefore } from '../store/snapshots.ts';
import { decisionOf } from './situation.ts';

/** The gate's situation of a lead, from what was gathered about it. */
export async function toGateSituation(
  tx: Handle,
  situation: Situation,
  standing: EarlierEntry | null,
): Promise<GateSituation> {
  const { facts, settings, portal, earlierRejections } = situation;
  const reviewedAt = await findReviewedAt(tx, portal.portalId, facts.contactId);
  const visitBefore = await findSeenBefore(tx, portal.portalId, facts.contactId);
  return {
    timeZone: portal.timeZone,
    settings: settings.gate,
    rejected: standing === null ? null : toRejected(standing),
    facts,
    visitBefore: visitBefore?.toISOString() ?? null,
    rejections: earlierRejections,
    reviewedAt: reviewedAt?.toISOString() ?? null,
    icpVersion: settings.icp.version,
    completedAt: await completedAt(tx, standing),
  };
}

async function completedAt(tx: Handle, standing: EarlierEntry | null): Promise<string | null> {
  if (standing?.reason !== 'bad_data') return null;
  const enrichment = await findEnrichment(tx, standing);
  return enrichment?.outcome === 'complete' ? (enrichment.closedAt?.toISOString() ?? null) : null;
}

function toRejected(standing: EarlierEntry): RejectedBefore | null {
  const decision = decisionOf(standing);
  if (decision.kind !== 'rejection') return null;
  const { reason, gate } = decision;
  return {
    at: standing.at.toISOString(),
    reason,
    coolingUntil: gate.coolingUntil,
    icpVersion: gate.icpVersion,
    // A privacy deletion takes it, and rejections of earlier releases have none: then only what is new counts.
    baseline: 'baseline' in decision ? decision.baseline : NOTHING_KNOWN,
  };
}

const NOTHING_KNOWN: RejectedBefore['baseline'] = {
  score: null,
  lastSeenAt: null,
  recentConversionAt: null,
  employees: null,
  industry: null,
  country: null,
  jobTitle: null,
};
