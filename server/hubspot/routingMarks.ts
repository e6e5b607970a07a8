/** Whether the lists, properties, sequences and subscription types that an admin named are there, before it is saved. */

import { z } from 'zod';
import type { KnownRouting, RoutingNames } from '../../src/routingMarks.ts';
import { HubSpotError } from './errors.ts';
import { readIfThere, readList, readProperty } from './marks.ts';
import { paths } from './paths.ts';
import type { Crm } from './records.ts';

const sequencePage = z.object({ results: z.array(z.looseObject({})) });
const sequence = z.looseObject({ id: z.coerce.string() });
const subscriptions = z.object({ results: z.array(z.object({ id: z.coerce.string() })) });

/** @param userId who saves: HubSpot shows sequences to a user only, one with a seat for them */
export async function readRoutingMarks(
  crm: Crm,
  { properties, listIds, sequenceIds, asksSubscriptions }: RoutingNames,
  userId: number,
): Promise<KnownRouting> {
  const known: Record<string, KnownRouting['properties'][string]> = {};
  for (const name of properties) known[name] = await readProperty(crm, name);
  const lists: Record<string, KnownRouting['lists'][string]> = {};
  for (const listId of listIds) {
    const list = await readList(crm, listId);
    lists[listId] = list && { takesContacts: list.takesMembers && list.isOfContacts };
  }
  const sequences = await unlessRefused(sequenceIds.length > 0, () =>
    readSequences(crm, sequenceIds, String(userId)),
  );
  const types = await unlessRefused(asksSubscriptions, () => readSubscriptionIds(crm));
  return {
    properties: known,
    lists,
    sequences: sequences.value,
    subscriptionIds: types.value,
    refused: { sequences: sequences.refused, subscriptions: types.refused },
  };
}

/** A scope that the portal did not grant is the admin's to mend, not a fault of the request. */
async function unlessRefused<T>(
  isAsked: boolean,
  read: () => Promise<T | null>,
): Promise<{ readonly value: T | null; readonly refused: string | null }> {
  if (!isAsked) return { value: null, refused: null };
  try {
    return { value: await read(), refused: null };
  } catch (error) {
    if (!(error instanceof HubSpotError) || error.kind !== 'missing-scopes') throw error;
    return { value: null, refused: error.sentence };
  }
}

async function readSequences(
  crm: Crm,
  sequenceIds: readonly string[],
  userId: string,
): Promise<Readonly<Record<string, boolean>> | null> {
  const request = { method: 'GET', query: { userId }, priority: crm.priority } as const;
  try {
    const query = { userId, limit: '1' };
    await crm.client.call(crm.portal, { ...request, path: paths.sequences, query }, sequencePage);
  } catch (error) {
    // No such user, or none with a seat: "not found" about a sequence would then say nothing about it.
    if (error instanceof HubSpotError && (error.kind === 'not-found' || error.kind === 'forbidden'))
      return null;
    throw error;
  }
  const there: Record<string, boolean> = {};
  for (const id of sequenceIds)
    there[id] = (await readIfThere(crm, { ...request, path: paths.sequence(id) }, sequence)) !== null;
  return there;
}

async function readSubscriptionIds(crm: Crm): Promise<readonly string[]> {
  const request = { method: 'GET', path: paths.subscriptionDefinitions, priority: crm.priority } as const;
  const { results } = await crm.client.call(crm.portal, request, subscriptions);
  return results.map(({ id }) => id);
}
