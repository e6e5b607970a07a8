/** One thing that happens to leads around the card, for fast-check to choose and to shorten. */

import type fc from 'fast-check';
import type { Around, Person } from './around.ts';

export type AroundCommand = fc.AsyncCommand<Around, null>;

export const command = (name: string, run: (run: Around) => Promise<void>): AroundCommand => ({
  check: () => true,
  run: async (model) => {
    // Each at a moment of its own, on both clocks.
    await model.stage.house.passSeconds(1);
    await run(model);
  },
  toString: () => name,
});

/** About a person whose record is there. */
export const about = (
  name: string,
  index: number,
  run: (run: Around, person: Person) => Promise<void>,
): AroundCommand =>
  command(`${name} ${index}`, async (model) => {
    const person = model.people[index];
    if (person?.fate === 'there') await run(model, person);
  });
