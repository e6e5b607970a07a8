/** Whether what an admin named is there, before it is saved: contact properties and a static list. */

import { z } from 'zod';
import type { KnownMarks, KnownProperty } from '../../src/handOffProblems.ts';
import { HubSpotError } from './errors.ts';
import { paths } from './paths.ts';
import type { Crm } from './records.ts';

const property = z.object({
  type: z.string(),
  options: z.array(z.object({ value: z.string() })).nullish(),
  calculated: z.boolean().nullish(),
  modificationMetadata: z.object({ readOnlyValue: z.boolean().nullish() }).nullish(),
});
const list = z.object({ list: z.object({ processingType: z.string() }) });

export async function readMarks(
  crm: Crm,
  named: { readonly properties: readonly string[]; readonly listId: string | null },
): Promise<KnownMarks> {
  const properties: Record<string, KnownProperty | null> = {};
  for (const name of named.properties) {
    const found = await get(crm, paths.property('contacts', name), property);
    properties[name] = found === null ? null : toKnown(found);
  }
  const there = named.listId === null ? null : await get(crm, paths.list(named.listId), list);
  return { properties, list: there && { takesMembers: there.list.processingType !== 'DYNAMIC' } };
}

const toKnown = ({
  type,
  options,
  calculated,
  modificationMetadata,
}: z.infer<typeof property>): KnownProperty => ({
  readOnly: calculated === true || modificationMetadata?.readOnlyValue === true,
  values: type === 'enumeration' || type === 'bool' ? (options ?? []).map(({ value }) => value) : null,
});

async function get<T>(crm: Crm, path: string, schema: z.ZodType<T>): Promise<T | null> {
  try {
    return await crm.client.call(crm.portal, { method: 'GET', path, priority: crm.priority }, schema);
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'not-found') return null;
    throw error;
  }
}
