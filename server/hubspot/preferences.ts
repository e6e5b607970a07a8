/** Communication preferences: a person who wants no more e-mail. HubSpot takes one address and one subscription at a time. */

import { z } from 'zod';
import { HubSpotError } from './errors.ts';
import { guard, type Ready } from './guard.ts';
import { done, failed, forAll, outcomeOf } from './outcomes.ts';
import { paths } from './paths.ts';
import type { Crm } from './records.ts';
import type { StepOf, StepOutcome } from './steps.ts';

type Unsubscribe = StepOf<'unsubscribe'>;

/** Setting a status that stands already changes nothing, so a repeat does no harm. */
export async function unsubscribe(crm: Crm, steps: readonly Unsubscribe[]): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const intents = steps.map((step) => ({ step, recordId: step.contactId, writes: {} }));
    const options = { called: 'This contact', alsoRead: ['email'] };
    const { ready, outcomes } = await guard(crm, 'contacts', intents, options);
    return [...outcomes, ...(await Promise.all(ready.map((row) => unsubscribeOne(crm, row))))];
  });
}

async function unsubscribeOne(crm: Crm, { step, current }: Ready<Unsubscribe>): Promise<StepOutcome> {
  const { subscriptionIds, legalBasis, explanation } = step.change;
  const email = current.email ?? '';
  if (email === '')
    return failed(
      step,
      'validation',
      'This contact has no e-mail address, so there is nothing to unsubscribe.',
    );
  try {
    for (const subscriptionId of subscriptionIds) {
      await crm.client.call(
        crm.portal,
        {
          method: 'POST',
          path: paths.subscriptionStatuses(email),
          body: {
            subscriptionId: Number(subscriptionId),
            statusState: 'UNSUBSCRIBED',
            channel: 'EMAIL',
            legalBasis,
            legalBasisExplanation: explanation,
          },
          priority: crm.priority,
        },
        z.looseObject({}),
      );
    }
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    return outcomeOf(step, error);
  }
  return done(step, { kind: 'unsubscribe', left: subscriptionIds });
}
