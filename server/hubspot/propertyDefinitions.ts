/** Definitions of properties: reading them, and making or completing our own. */

import { z } from 'zod';
import { MQL_PROPERTIES, PROPERTY_GROUP } from '../../src/mqlProperties.ts';
import type { PortalRef } from './budget.ts';
import type { HubSpotClient } from './client.ts';
import { HubSpotError } from './errors.ts';
import { paths, type ObjectType } from './paths.ts';

const option = z.looseObject({
  value: z.string(),
  label: z.string(),
  displayOrder: z.number().nullish(),
  hidden: z.boolean().nullish(),
});
const definition = z.object({
  name: z.string(),
  type: z.string(),
  fieldType: z.string(),
  options: z.array(option).nullish(),
});
export type Definition = z.infer<typeof definition>;

/** The options of a property in the order in which HubSpot shows them. */
export function optionsOf(property: Definition | null | undefined): z.infer<typeof option>[] {
  return [...(property?.options ?? [])].sort((a, b) => (a.displayOrder ?? 0) - (b.displayOrder ?? 0));
}

/** Every property of an object type that is not archived, by name. */
export async function readProperties(
  client: HubSpotClient,
  ref: PortalRef,
  type: ObjectType,
): Promise<Map<string, Definition>> {
  const answer = z.object({ results: z.array(definition) });
  const { results } = await client.call(ref, { method: 'GET', path: paths.properties(type) }, answer);
  return new Map(results.map((property) => [property.name, property]));
}

/** `null` where the portal has no such property. */
export async function readProperty(
  client: HubSpotClient,
  ref: PortalRef,
  type: ObjectType,
  name: string,
): Promise<Definition | null> {
  try {
    return await client.call(ref, { method: 'GET', path: paths.property(type, name) }, definition);
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'not-found') return null;
    throw error;
  }
}

type OwnProperty = {
  readonly name: string;
  readonly label: string;
  readonly type: string;
  readonly fieldType: string;
  readonly description: string;
  readonly options?: readonly { readonly value: string; readonly label: string }[];
};
const OWN: readonly OwnProperty[] = MQL_PROPERTIES;

/**
 * Makes the properties that are missing (HubSpot restores an archived one of the same name), and adds options that an
 * existing one lacks. A property of another type than ours is reported and left alone.
 */
export async function installProperties(
  client: HubSpotClient,
  ref: PortalRef,
  findings: { readonly made: string[]; readonly problems: string[] },
): Promise<void> {
  const before = await readProperties(client, ref, 'contacts');
  for (const property of OWN.filter(({ name }) => !before.has(name))) {
    if (await createProperty(client, ref, property)) findings.made.push(`property ${property.name}`);
  }
  for (const property of OWN) {
    // Read once more, one by one: a list of options is replaced as a whole, so it must be the newest one.
    const isNew = !before.has(property.name);
    const known = before.get(property.name);
    if (!isNew && known !== undefined && fits(property, known) && lacking(property, known).length === 0)
      continue;
    const existing = await readProperty(client, ref, 'contacts', property.name);
    if (existing === null) continue; // Archived since we looked; the next repair restores it.
    if (!fits(property, existing)) {
      findings.problems.push(
        `The property ${property.name} exists as ${existing.type} (${existing.fieldType}) instead of ${property.type} (${property.fieldType}). Rename or delete it, then repair the installation again.`,
      );
    } else if (lacking(property, existing).length > 0) {
      await addOptions(client, ref, property, existing);
      findings.made.push(`options of ${property.name}`);
    }
  }
}

const fits = (ours: OwnProperty, theirs: Definition): boolean =>
  ours.type === theirs.type && ours.fieldType === theirs.fieldType;

const lacking = (ours: OwnProperty, theirs: Definition): readonly { value: string; label: string }[] =>
  (ours.options ?? []).filter(({ value }) => !optionsOf(theirs).some((other) => other.value === value));

const toInput = (option: { value: string; label: string }, displayOrder: number): object => ({
  label: option.label,
  value: option.value,
  displayOrder,
  hidden: false,
});

/** `false` when another process made it in between; it is compared afterwards like any existing one. */
async function createProperty(
  client: HubSpotClient,
  ref: PortalRef,
  property: OwnProperty,
): Promise<boolean> {
  const { options, ...rest } = property;
  const body = {
    ...rest,
    groupName: PROPERTY_GROUP.name,
    ...(options === undefined ? {} : { options: options.map(toInput) }),
  };
  try {
    await client.call(ref, { method: 'POST', path: paths.properties('contacts'), body }, z.unknown());
    return true;
  } catch (error) {
    if (error instanceof HubSpotError && error.kind === 'conflict-exists') return false;
    throw error;
  }
}

async function addOptions(
  client: HubSpotClient,
  ref: PortalRef,
  property: OwnProperty,
  existing: Definition,
): Promise<void> {
  const theirs = optionsOf(existing);
  const last = theirs.reduce((highest, { displayOrder }) => Math.max(highest, displayOrder ?? 0), -1);
  const added = lacking(property, existing).map((option, at) => toInput(option, last + 1 + at));
  const body = { options: [...theirs, ...added] };
  await client.call(
    ref,
    { method: 'PATCH', path: paths.property('contacts', property.name), body },
    z.unknown(),
  );
}
