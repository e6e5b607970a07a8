/** What the customer's enrichment tool has found. The same result may come any number of times. */

import type { EnrichmentResult, EnrichmentResultAnswer } from '../../src/contract/followUp.ts';
import { plainStep } from '../../src/plannedStep.ts';
import { findEnrichment, setEnrichment } from '../store/enrichments.ts';
import { takeUpRequest, keepAnswer } from '../store/requestAnswers.ts';
import type { FlowContext } from './context.ts';
import { oweMore } from './owedPlan.ts';
import { standingRejection } from './standingRejection.ts';

const TAKEN = { ok: true, taken: true } as const satisfies EnrichmentResultAnswer;
/** For a rejection that no longer stands, or a record that was completed meanwhile. */
const TOO_LATE = { ok: true, taken: false } as const satisfies EnrichmentResultAnswer;

/**
 * Writes what was found on the record, as a part of the rejection's plan, and has the data checked. Where nothing was
 * found the next try is due at once. `false` where nobody waits for it any more.
 */
export async function takeEnrichment(
  context: FlowContext,
  { portalId, id, found }: EnrichmentResult,
): Promise<EnrichmentResultAnswer> {
  const [entryId = ''] = id.split('.');
  return context.store.transaction(async (tx) => {
    const now = context.now();
    const requestId = `enrichment ${id}`;
    const first = await takeUpRequest(tx, { portalId, requestId, route: 'takeEnrichment', at: now });
    // JSON in the store; only this flow wrote it.
    if (first !== null) return first.answer as EnrichmentResultAnswer;
    const standing = await standingRejection(tx, portalId, entryId);
    const enrichment = await findEnrichment(tx, { portalId, entryId });
    const open = enrichment !== null && enrichment.closedAt === null;
    const answer = standing.ok && open ? TAKEN : TOO_LATE;
    if (standing.ok && open) {
      const { contactId } = enrichment;
      const values: Readonly<Record<string, string>> = { ...found };
      const isEmpty = Object.keys(values).length === 0;
      await setEnrichment(tx, enrichment, {
        owesCall: false,
        lookAt: isEmpty ? now : enrichment.lookAt,
        ...(isEmpty ? { tryAt: now } : {}),
      });
      const step = plainStep({ kind: 'set-properties', values }, now);
      // What is written comes back as a change of the record, and is checked then.
      if (!isEmpty) await oweMore(tx, context, { portalId, entryId, contactId, steps: [step] });
      else await context.queue.wake(tx, 'enrich-leads', { portalId });
    }
    await keepAnswer(tx, { portalId, requestId }, answer);
    return answer;
  });
}
