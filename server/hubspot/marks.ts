/** Whether what an admin named is there, before it is saved: contact properties and a static list. */

import { z } from 'zod';
import type { KnownMarks, KnownProperty } from '../../src/handOffProblems.ts';
import type { KnownPoints } from '../../src/routingMarks.ts';
import { HubSpotError } from './errors.ts';
import { paths } from './paths.ts';
import type { Crm } from './records.ts';

const property = z.object({
  type: z.string(),
  options: z.array(z.object({ value: z.string() })).nullish(),
  calculated: z.boolean().nullish(),
  modificationMetadata: z.object({ readOnlyValue: z.boolean().nullish() }).nullish(),
});
const list = z.object({ list: z.object({ processingType: z.string(), objectTypeId: z.string() }) });

const CONTACTS = '0-1';

export async function readMarks(
  crm: Crm,
  named: { readonly properties: readonly string[]; readonly listId: string | null },
): Promise<KnownMarks> {
  const properties: Record<string, KnownProperty | null> = {};
  for (const name of named.properties) properties[name] = await readProperty(crm, name);
  return { properties, list: named.listId === null ? null : await readList(crm, named.listId) };
}

/** A property of contacts; `null` where there is none of this name. */
export async function readProperty(crm: Crm, name: string): Promise<KnownPoints | null> {
  const request = { method: 'GET', path: paths.property('contacts', name), priority: crm.priority } as const;
  const found = await readIfThere(crm, request, property);
  if (found === null) return null;
  const { type, options, calculated, modificationMetadata } = found;
  return {
    type,
    readOnly: calculated === true || modificationMetadata?.readOnlyValue === true,
    values: type === 'enumeration' || type === 'bool' ? (options ?? []).map(({ value }) => value) : null,
  };
}

/** A list; `null` where there is none of this id. */
export async function readList(
  crm: Crm,
  listId: string,
): Promise<{ readonly takesMembers: boolean; readonly isOfContacts: boolean } | null> {
  const request = { method: 'GET', path: paths.list(listId), priority: crm.priority } as const;
  const found = await readIfThere(crm, request, list);
  if (found === null) return null;
  const { processingType, objectTypeId } = found.list;
  return { takesMembers: processingType !== 'DYNAMIC', isOfContacts: objectTypeId === CONTACTS };
}

/** What is there; `null` where HubSpot knows nothing under this path. */
export async function readIfThere<T>(
  crm: Crm,
  request: Parameters<Crm['client']['call']>[1],
  schema: z.ZodType<T>,
): Promise<T | null> {
  try {
    return await crm.client.call(crm.portal, request, schema);
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'not-found') return null;
    throw error;
  }
}
