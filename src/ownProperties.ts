/** Facts that a customer keeps in a property of their own: the settings name it, and it is read in place of the default. */

import type { FactName } from './facts.ts';
import type { Settings } from './settings.ts';

/** Fact → the customer's property; facts that are read from their default are left out. */
export function factPropertiesOf({
  handOff,
  routing,
}: Settings): Readonly<Partial<Record<FactName, string>>> {
  return {
    ...(handOff.trigger !== null && { handOffMark: handOff.trigger.property }),
    behaviourScore: routing.score.behaviour,
    fitScore: routing.score.fit,
  };
}
