/**
 * Owners. SDK: lib/codegen/crm/owners/apis/OwnersApi. Docs: developers.hubspot.com/docs/api-reference/crm-crm-owners-v3/guide
 */

import { type Call, type Operation, limitOf, ok, pageOf, paramOf } from './call.ts';
import { toInstant } from './clock.ts';
import { notFound } from './errors.ts';
import type { Owner } from './state.ts';

/** SDK schema: lib/codegen/crm/owners/models/PublicOwner; a deactivated owner keeps only `userIdIncludingInactive`. */
const toOwner = (owner: Owner): Record<string, unknown> => ({
  id: owner.id,
  email: owner.email,
  type: owner.type,
  firstName: owner.firstName,
  lastName: owner.lastName,
  userId: owner.archived ? null : owner.userId,
  userIdIncludingInactive: owner.userId,
  createdAt: toInstant(owner.createdAt),
  updatedAt: toInstant(owner.updatedAt),
  archived: owner.archived,
  ...(owner.teams.length > 0 && { teams: owner.teams }),
});

const scopes = (): readonly string[] => ['crm.objects.owners.read'];
const isArchived = (call: Call): boolean => call.query.get('archived') === 'true';

export const OWNER_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: '/crm/owners/2026-09',
    scopes,
    run: (call) => {
      const email = call.query.get('email')?.toLowerCase();
      const all = [...call.portal.crm.owners.values()].filter(
        (owner) =>
          owner.archived === isArchived(call) && (email === undefined || owner.email.toLowerCase() === email),
      );
      const { page, paging } = pageOf(all, call.query.get('after'), limitOf(call.query, 100, 500));
      return ok({ results: page.map(toOwner), ...(paging && { paging }) });
    },
  },
  {
    method: 'GET',
    path: '/crm/owners/2026-09/:ownerId',
    scopes,
    run: (call) => {
      const id = paramOf(call, 'ownerId');
      const byUser = call.query.get('idProperty') === 'userId';
      const owner = [...call.portal.crm.owners.values()].find(
        (it) => (byUser ? String(it.userId) : it.id) === id && it.archived === isArchived(call),
      );
      if (!owner) throw notFound();
      return ok(toOwner(owner));
    },
  },
];
