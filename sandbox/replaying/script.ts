/**
 * What the replay answers to each lead. Won leads are accepted. The others are rejected with a reason that is drawn:
 * no file of leads knows why sales turned somebody back, so these reasons are synthetic and are called so.
 */

import type { FileLead } from '../data/leadsFile.ts';
import { createRandom } from '../data/random.ts';
import { REPS, type Rep } from '../data/team.ts';

/** The seven reasons of the default preset, with how many of a hundred rejections get each. Synthetic. */
export const SYNTHETIC_MIX = [
  { reason: 'not_icp', weight: 24 },
  { reason: 'low_intent', weight: 22 },
  { reason: 'too_early', weight: 18 },
  { reason: 'bad_data', weight: 12 },
  { reason: 'too_late', weight: 10 },
  { reason: 'other', weight: 8 },
  { reason: 'duplicate', weight: 6 },
] as const;

/** Of a hundred answers, so many are taken back: while their steps run, after those, and after the held steps too. */
const UNDONE = [
  { undo: null, weight: 91 },
  { undo: 'at-once', weight: 3 },
  { undo: 'after-first-steps', weight: 3 },
  { undo: 'after-all-steps', weight: 3 },
] as const;

/** Every so many leads have a Lead object, on which the rep answers instead of on the contact. */
const LEAD_OBJECT_EVERY = 4;

export type Line = {
  readonly lead: FileLead;
  /** Id of the Lead object; `null` where the rep answers on the contact. */
  readonly leadId: string | null;
  readonly rep: Rep;
  readonly answer: 'acceptance' | { readonly reason: string; readonly note: string | null };
  readonly undo: (typeof UNDONE)[number]['undo'];
};

const FIRST_LEAD_ID = 700_001;

/**
 * @param won ids of the leads that were won, as the file names them
 */
export const writeScript = (
  leads: readonly FileLead[],
  won: ReadonlySet<string>,
  seed: number,
): readonly Line[] => {
  const random = createRandom(seed);
  return leads.map((lead, place) => {
    const rep = random.pick(REPS);
    const { reason } = random.weighted(SYNTHETIC_MIX);
    const note = random.chance(0.2) ? `Replayed answer to ${lead.id}.` : null;
    const { undo } = random.weighted(UNDONE);
    return {
      lead,
      leadId: place % LEAD_OBJECT_EVERY === 0 ? String(FIRST_LEAD_ID + place) : null,
      rep,
      answer: won.has(lead.id) ? 'acceptance' : { reason, note },
      undo,
    };
  });
};
