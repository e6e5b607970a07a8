/** Facts that a customer keeps in a property of their own: the settings name it, and it is read in place of the default. */

import { EVENT_KINDS, EVENTS } from './events.ts';
import type { FactName } from './facts.ts';
import type { Settings } from './settings.ts';

/** Fact → the customer's property; facts that are read from their default are left out. */
export function factPropertiesOf({
  handOff,
  routing,
  followUp,
}: Settings): Readonly<Partial<Record<FactName, string>>> {
  const dates = EVENT_KINDS.flatMap((kind) => {
    const { fact, setting } = EVENTS[kind];
    return followUp[setting] === '' ? [] : [[fact, followUp[setting]] as const];
  });
  return {
    ...(handOff.trigger !== null && { handOffMark: handOff.trigger.property }),
    ...(followUp.csmProperty !== '' && { csmOwnerId: followUp.csmProperty }),
    ...Object.fromEntries(dates),
    behaviourScore: routing.score.behaviour,
    fitScore: routing.score.fit,
  };
}
