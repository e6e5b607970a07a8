import { expect, it } from '@jest/globals';

import { explainRefusal } from '../../src/refusals.ts';
import { mayDo, ROLE_ACTIONS, type RoleAction } from '../../src/roles.ts';
import type { Roles } from '../../src/settings.ts';

const NOBODY: Roles = { admins: [], reviewers: [], salesSigners: [], marketingSigners: [] };
const NAMED: Roles = { admins: [1], reviewers: [2], salesSigners: [3], marketingSigners: [4] };
const STRANGER = 9;
const nameOf = (userId: number): string => `P${userId}`;
const actions = Object.keys(ROLE_ACTIONS) as RoleAction[];

it.each<[RoleAction, number[]]>([
  ['save-settings', [1]],
  ['draft-definition', [1, 3, 4]],
  ['sign-sales', [3]],
  ['sign-marketing', [4]],
  ['decide-batch', [1, 2]],
  ['resolve-review', [1, 2]],
  ['decide-dispute', [1, 2]],
])('%s is for %j and nobody else', (action, allowed) => {
  const may = [1, 2, 3, 4, STRANGER].filter((userId) => mayDo(action, userId, NAMED, nameOf) === null);
  expect(may).toEqual(allowed);
});

it.each(actions)('%s, before an admin is named, is open unless it is a signature', (action) => {
  expect(mayDo(action, STRANGER, NOBODY, nameOf) === null).toBe(!action.startsWith('sign-'));
});

it('who may not is told whom to ask, or where it is set', () => {
  const sentence = (action: RoleAction, roles: Roles): string => {
    const refusal = mayDo(action, STRANGER, roles, nameOf);
    return refusal === null ? '' : explainRefusal(refusal, new Date(0)).sentence;
  };
  expect(sentence('save-settings', NAMED)).toBe('You may not change the settings. Ask P1.');
  expect(sentence('sign-sales', NOBODY)).toBe(
    'You may not sign for sales. An admin names signers for sales in the settings, under Roles.',
  );
});
