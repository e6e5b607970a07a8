/** The portal's owners: who a record can belong to, and who a user is. */

import { z } from 'zod';
import type { PortalRef, Priority } from './budget.ts';
import type { HubSpotClient } from './client.ts';
import { paths } from './paths.ts';

export type Owner = {
  readonly ownerId: string;
  /** HubSpot user id; `null` for queues and for owners who left. */
  readonly userId: number | null;
  readonly name: string;
};

const ownersAnswer = z.object({
  results: z.array(
    z.object({
      id: z.string(),
      userId: z.number().nullish(),
      firstName: z.string().nullish(),
      lastName: z.string().nullish(),
      email: z.string().nullish(),
    }),
  ),
  paging: z.object({ next: z.object({ after: z.string().nullish() }).nullish() }).nullish(),
});

/** HubSpot's largest page of owners. */
const PAGE = '500';

/** Every active owner, named by first and last name, else by e-mail address, else by id. */
export async function readOwners(crm: {
  readonly client: HubSpotClient;
  readonly portal: PortalRef;
  readonly priority: Priority;
}): Promise<Owner[]> {
  const owners: Owner[] = [];
  let after: string | null | undefined;
  do {
    const answer = await crm.client.call(
      crm.portal,
      {
        method: 'GET',
        path: paths.owners,
        query: { limit: PAGE, ...(after ? { after } : {}) },
        priority: crm.priority,
      },
      ownersAnswer,
    );
    for (const owner of answer.results) {
      const fullName = [owner.firstName, owner.lastName].filter(Boolean).join(' ');
      const name = fullName || owner.email || `Owner ${owner.id}`;
      owners.push({ ownerId: owner.id, userId: owner.userId ?? null, name });
    }
    after = answer.paging?.next?.after;
  } while (after);
  return owners;
}
