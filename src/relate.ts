/** Customers and partners: who looks after the account gets the lead, and it leaves marketing's tracks. */

import type { Change } from './changes.ts';
import type { LeadFacts } from './facts.ts';
import { DESTINATIONS, listNameOf, type Disposition } from './reasons.ts';
import type { RoutingInput } from './routing.ts';

export type AccountOwner = { readonly ownerId: string; readonly as: 'open deal' | 'customer success' };

/** Whoever works on an open deal, else whoever looks after the customer; `null` where the record names nobody. */
export function accountOwnerOf({
  dealOwnerId,
  csmOwnerId,
}: Pick<LeadFacts, 'dealOwnerId' | 'csmOwnerId'>): AccountOwner | null {
  // Facts of earlier releases have neither.
  if (typeof dealOwnerId === 'string') return { ownerId: dealOwnerId, as: 'open deal' };
  return typeof csmOwnerId === 'string' ? { ownerId: csmOwnerId, as: 'customer success' } : null;
}

/** The task of a related lead goes to the account's owner, and says why to them; any other stays as it is. */
export function forAccountOwner(change: Change, disposition: Disposition, facts: LeadFacts): Change {
  if (disposition !== 'relate' || change.kind !== 'create-task') return change;
  const owner = accountOwnerOf(facts);
  if (owner === null) return change;
  const body = `${change.task.body}\nYours because you are the owner (${owner.as}).`;
  return { ...change, task: { ...change.task, ownerId: owner.ownerId, body } };
}

/** Only a lead that was rejected before can be in a track of ours. */
export function leavingTracks(
  { portal, attempt }: Pick<RoutingInput, 'portal' | 'attempt'>,
  disposition: Disposition,
): readonly Change[] {
  if (disposition !== 'relate' || attempt === 1) return [];
  return DESTINATIONS.filter(({ kind }) => kind === 'track').map((destination) => ({
    kind: 'remove-from-list',
    listId: portal.listIds[destination.key],
    listName: listNameOf(destination),
  }));
}
