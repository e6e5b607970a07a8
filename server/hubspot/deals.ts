/** Who works on an open deal of a contact. */

import { readAssociations } from './associations.ts';
import { HubSpotError } from './errors.ts';
import { readRecords, type Crm, type CrmRecord } from './records.ts';

/** The scope is optional: without it nobody is known to work on a deal. */
const NOT_ALLOWED: readonly string[] = ['forbidden', 'missing-scopes'];

/** Contact id → owner id of its newest open deal. Contacts without one, or whose deals may not be read, are absent. */
export async function readDealOwners(
  crm: Crm,
  contactIds: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  if (contactIds.length === 0) return new Map();
  try {
    const associations = await readAssociations(crm, 'contacts', 'deals', contactIds);
    const dealIds = [...associations.values()].flat().map(({ id }) => id);
    const deals = await readRecords(crm, 'deals', dealIds, [
      'hubspot_owner_id',
      'hs_is_closed',
      'createdate',
    ]);
    const owners = [...associations].flatMap(([contactId, ofContact]) => {
      const open = ofContact
        .flatMap(({ id }) => deals.get(id) ?? [])
        .filter(isOpenAndOwned)
        .sort((a, b) => createdAt(b) - createdAt(a))[0];
      return open === undefined ? [] : [[contactId, open.properties['hubspot_owner_id'] ?? ''] as const];
    });
    return new Map(owners);
  } catch (error) {
    if (error instanceof HubSpotError && NOT_ALLOWED.includes(error.kind)) return new Map();
    throw error;
  }
}

const isOpenAndOwned = ({ properties }: CrmRecord): boolean =>
  properties['hs_is_closed'] !== 'true' && (properties['hubspot_owner_id'] ?? '') !== '';

const createdAt = ({ properties }: CrmRecord): number => new Date(properties['createdate'] ?? 0).getTime();
