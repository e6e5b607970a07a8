/** Contacts of the same company, to choose the right person from: by the company's name or the domain of its mailboxes. */

import { z } from 'zod';
import type { Colleague } from '../../src/rematch.ts';
import { paths } from './paths.ts';
import type { Crm } from './records.ts';

/** As many as a list to choose from can hold. */
const MOST = 20;
const PROPERTIES = ['firstname', 'lastname', 'email', 'jobtitle', 'company'];

export type CompanyOf = { readonly company: string | null; readonly domain: string | null };

const found = z.object({
  results: z.array(
    z.object({ id: z.string(), properties: z.record(z.string(), z.string().nullable().optional()) }),
  ),
});

/** @param text words of a name, address or title; empty for all. HubSpot's index lags behind by seconds. */
export async function findColleagues(
  crm: Crm,
  { company, domain }: CompanyOf,
  text: string,
): Promise<readonly Colleague[]> {
  const filters = [
    ...(company === null ? [] : [{ propertyName: 'company', operator: 'EQ', value: company }]),
    ...(domain === null ? [] : [{ propertyName: 'email', operator: 'CONTAINS_TOKEN', value: `*@${domain}` }]),
  ];
  if (filters.length === 0) return [];
  const body = {
    filterGroups: filters.map((filter) => ({ filters: [filter] })),
    properties: PROPERTIES,
    sorts: [{ propertyName: 'lastname', direction: 'ASCENDING' }],
    limit: MOST,
    ...(text === '' ? {} : { query: text }),
  };
  const request = { method: 'POST', path: paths.search('contacts'), body, cost: 'search' } as const;
  const answer = await crm.client.call(crm.portal, { ...request, priority: crm.priority }, found);
  return answer.results.map(({ id, properties }) => ({
    contactId: id,
    firstName: properties['firstname'] ?? null,
    lastName: properties['lastname'] ?? null,
    email: properties['email'] ?? null,
    jobTitle: properties['jobtitle'] ?? null,
  }));
}
