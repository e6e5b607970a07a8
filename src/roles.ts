/**
 * Who may do what. One row per action; routes and pages ask {@link mayDo}, nobody compares user ids elsewhere. What a rep
 * does with a lead has no row, because every user of the portal may: answering it, taking an answer back, confirming a
 * date out of its note, naming the right contact.
 */

import type { Refusal } from './refusals.ts';
import type { Roles } from './settings.ts';

type ActionRow = {
  /** After "You may not …". */
  readonly words: string;
  /** Whoever is in one of these lists may. */
  readonly lists: readonly (keyof Roles)[];
  /** Whether everybody may as long as no admin is named. */
  readonly openBeforeSetup: boolean;
};

/** The lists of users that roles are made of. */
export const ROLE_LISTS = [
  'admins',
  'reviewers',
  'salesSigners',
  'marketingSigners',
] as const satisfies readonly (keyof Roles)[];

const LIST_WORDS: { readonly [L in keyof Roles]: string } = {
  admins: 'admins',
  reviewers: 'reviewers',
  salesSigners: 'signers for sales',
  marketingSigners: 'signers for marketing',
};

export const ROLE_ACTIONS = {
  'save-settings': { words: 'change the settings', lists: ['admins'], openBeforeSetup: true },
  'draft-definition': {
    words: 'write a definition',
    lists: ['admins', 'salesSigners', 'marketingSigners'],
    openBeforeSetup: true,
  },
  'sign-sales': { words: 'sign for sales', lists: ['salesSigners'], openBeforeSetup: false },
  'sign-marketing': { words: 'sign for marketing', lists: ['marketingSigners'], openBeforeSetup: false },
  'decide-batch': { words: 'decide the weekly batch', lists: ['reviewers', 'admins'], openBeforeSetup: true },
  'resolve-review': { words: 'resolve a review', lists: ['reviewers', 'admins'], openBeforeSetup: true },
  'decide-dispute': { words: 'decide a dispute', lists: ['reviewers', 'admins'], openBeforeSetup: true },
} as const satisfies Readonly<Record<string, ActionRow>>;

export type RoleAction = keyof typeof ROLE_ACTIONS;

/** Whether nobody has been made admin yet: then the first who saves settings becomes one. */
export function hasNoAdmin(roles: Roles): boolean {
  return roles.admins.length === 0;
}

/** `null` when this user may, else the refusal that says who does. */
export function mayDo(
  action: RoleAction,
  userId: number,
  roles: Roles,
  nameOf: (userId: number) => string,
): Refusal | null {
  const { words, lists, openBeforeSetup }: ActionRow = ROLE_ACTIONS[action];
  if (openBeforeSetup && hasNoAdmin(roles)) return null;
  if (lists.some((list) => roles[list].includes(userId))) return null;
  const named = [...new Set(lists.flatMap((list) => roles[list]))].map(nameOf);
  const who =
    named.length > 0
      ? `Ask ${named.join(', ')}.`
      : `An admin names ${lists.map((list) => LIST_WORDS[list]).join(' or ')} in the settings, under Roles.`;
  return { kind: 'not-allowed', what: words, who };
}
