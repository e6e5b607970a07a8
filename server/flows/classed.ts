/** The class of a rejection in words. */

import { REJECTION_CLASSES } from '../../src/mqlProperties.ts';
import type { KeptDecision } from './situation.ts';

/** `Early: “No budget yet”, and the contact on … was in time.`; `null` where an earlier release decided. */
export function classedIn(decision: KeptDecision): string | null {
  const classed = decision.kind === 'rejection' ? decision.classed : undefined;
  if (classed === undefined) return null;
  const { label } = REJECTION_CLASSES.find(({ value }) => value === classed.class) ?? {
    label: classed.class,
  };
  return `${label}: ${classed.because}`;
}
