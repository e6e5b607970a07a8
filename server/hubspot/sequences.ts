/**
 * Sequences, sent as the rep. HubSpot's error codes for an enrolment are not published (active enrolment, daily cap, no
 * seat, no connected inbox), so whatever HubSpot refuses for good sends the lead to the list, and says why.
 */

import { z } from 'zod';
import { HubSpotError } from './errors.ts';
import { guard, type Ready } from './guard.ts';
import { changeLists } from './lists.ts';
import { done, forAll, outcomeOf } from './outcomes.ts';
import { paths } from './paths.ts';
import type { Crm } from './records.ts';
import type { StepOf, StepOutcome } from './steps.ts';

type Enrolment = StepOf<'enrol-in-sequence'>;

const enrolled = z.object({ enrolledAt: z.coerce.date().nullish() });
/** The contact's enrolment: it is in one sequence at most. */
const enrolment = z.object({
  sequenceId: z.coerce.string().nullish(),
  enrolledAt: z.coerce.date().nullish(),
});

/** One call per contact: HubSpot enrols one at a time. */
export async function enrolInSequence(
  crm: Crm,
  steps: readonly Enrolment[],
): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const intents = steps.map((step) => ({ step, recordId: step.contactId, writes: {} }));
    const { ready, outcomes } = await guard(crm, 'contacts', intents, { called: 'This contact' });
    return [...outcomes, ...(await Promise.all(ready.map((row) => enrolOne(crm, row))))];
  });
}

async function enrolOne(crm: Crm, { step, recordId }: Ready<Enrolment>): Promise<StepOutcome> {
  const { sequenceId, senderEmail, userId } = step.change;
  try {
    if (!step.lookFirst || !(await isEnrolledSince(crm, step, recordId))) {
      await crm.client.call(
        crm.portal,
        {
          method: 'POST',
          path: paths.sequenceEnrollments,
          query: { userId: String(userId) },
          body: { contactId: recordId, sequenceId, senderEmail },
          priority: crm.priority,
        },
        enrolled,
      );
    }
    return done(step, { kind: 'enrol-in-sequence', enrolled: true, listed: false });
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    return error.retry ? outcomeOf(step, error) : toList(crm, step, error);
  }
}

async function isEnrolledSince(crm: Crm, step: Enrolment, recordId: string): Promise<boolean> {
  const request = {
    method: 'GET',
    path: paths.sequenceEnrollmentsOf(recordId),
    priority: crm.priority,
  } as const;
  try {
    const { sequenceId, enrolledAt } = await crm.client.call(crm.portal, request, enrolment);
    const since = crm.client.toTheirTime(step.decidedAt);
    return sequenceId === step.change.sequenceId && enrolledAt != null && enrolledAt >= since;
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'not-found') return false;
    throw error;
  }
}

async function toList(crm: Crm, step: Enrolment, refused: HubSpotError): Promise<StepOutcome> {
  const { sequenceName, fallback } = step.change;
  const [outcome] = await changeLists(crm, [{ ...step, change: { kind: 'add-to-list', ...fallback } }]);
  if (outcome === undefined) throw new Error('A list change got no outcome.');
  if (outcome.state !== 'done' || outcome.trace.kind !== 'add-to-list') return outcome;
  const why = `${refused.sentence} The lead went to “${fallback.listName}” instead.`;
  const listed = outcome.trace.changed;
  return done(step, { kind: 'enrol-in-sequence', enrolled: false, listed }, [
    { what: `Sequence “${sequenceName}”`, why },
  ]);
}
