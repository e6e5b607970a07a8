/** Who else of the company may be the right contact: read from HubSpot when somebody asks. */

import type { RefusalAnswer } from '../../src/contract.ts';
import type { CandidatePage, CandidateQuery } from '../../src/contract/followUp.ts';
import { companyDomainOf } from '../../src/dataChecks.ts';
import { displayNameOf } from '../../src/facts.ts';
import { recordLink } from '../../src/pendingReason.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { findEntry } from '../store/ledger.ts';
import { findPortal } from '../store/portals.ts';
import { findFacts } from '../store/snapshots.ts';
import { refusalAnswer } from './answers.ts';
import type { FlowContext, Identity } from './context.ts';

/** Contacts of the company of the one that was rejected, without that one. */
export async function viewCandidates(
  context: FlowContext,
  { portalId }: Identity,
  entryId: string,
  { q }: CandidateQuery,
): Promise<CandidatePage | RefusalAnswer> {
  const { db } = context.store;
  const portal = (await findPortal(db, portalId))?.map ?? null;
  if (portal === null) return refusalAnswer(context, { kind: 'portal-not-ready' });
  const entry = await findEntry(db, portalId, entryId);
  const original =
    entry === null ? undefined : (await findFacts(db, portalId, [entry.contactId])).get(entry.contactId);
  if (original === undefined) return refusalAnswer(context, { kind: 'answer-unknown' });
  const of = { company: original.company, domain: companyDomainOf(original.email) };
  try {
    const found = await context.gateway.findColleagues(portal, of, (q ?? '').trim());
    const candidates = found.filter(({ contactId }) => contactId !== original.contactId);
    return {
      ok: true,
      sentence: sentenceOf(candidates.length, of.company ?? of.domain),
      candidates: candidates.map((one) => ({
        contactId: one.contactId,
        name: displayNameOf(one),
        link: recordLink(portal, one.contactId),
        email: one.email,
        jobTitle: one.jobTitle,
      })),
    };
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    context.log.warn({ portalId, kind: error.kind, err: error }, 'colleagues could not be looked up');
    return refusalAnswer(context, { kind: 'hubspot-unreachable' });
  }
}

function sentenceOf(count: number, company: string | null): string {
  if (company === null) return 'The record names no company: enter the person below.';
  if (count === 0) return `HubSpot has nobody else of ${company}: enter the person below.`;
  return count === 1 ? `One other contact of ${company}.` : `${count} other contacts of ${company}.`;
}
