/** Checks the properties of a write against the portal: definitions, values, unique values, required ones, admins' rules. */

import { type Call, isObject } from './call.ts';
import { HubSpotError, type InvalidValue, conflict, invalidProperties, validationError } from './errors.ts';
import type { ObjectType } from './objectTypes.ts';
import { findHolder } from './records.ts';
import { checkAdminRules } from './rules.ts';
import { type CrmRecord, type Portal, type PropertyDefinition, getStore } from './state.ts';
import { type Warning, checkValue } from './values.ts';

export type CheckedWrite = { readonly values: Map<string, string>; readonly warnings: readonly Warning[] };

/** The strings of `properties`. HubSpot takes strings only; anything else is refused here, so that we notice. */
const readStrings = (raw: unknown): [string, string][] => {
  if (raw === undefined || raw === null)
    throw validationError(
      'Invalid input JSON on line 1, column 1: Some required fields were not set: [properties]',
    );
  if (!isObject(raw))
    throw validationError(
      'Invalid input JSON on line 1, column 1: Cannot deserialize value for "properties"',
    );
  return Object.entries(raw).map(([name, value]) => {
    if (typeof value !== 'string')
      throw validationError(
        `Invalid input JSON on line 1, column 1: Cannot deserialize value of type \`String\` for property "${name}"`,
      );
    return [name.toLowerCase(), value];
  });
};

/** Values of properties whose options are not in the definition; undefined when anything goes. */
const allowedValues = (
  portal: Portal,
  type: ObjectType,
  { name, externalOptions }: PropertyDefinition,
  pipelineId: string | undefined,
): readonly string[] | undefined => {
  if (!externalOptions) return undefined;
  if (name === 'hubspot_owner_id') return [...portal.crm.owners.keys()];
  const pipelines = portal.crm.pipelines.get(type.id);
  if (name === type.pipeline?.pipeline) return [...(pipelines?.keys() ?? [])];
  if (name === type.pipeline?.stage)
    return [...(pipelines?.values() ?? [])]
      .filter(({ id }) => pipelineId === undefined || id === pipelineId)
      .flatMap(({ stages }) => [...stages.values()].filter(({ archived }) => !archived).map(({ id }) => id));
  return undefined;
};

/**
 * Checks a create (no record) or an update.
 *
 * @throws HubSpotError 400 "Property values were not valid", 400 missing required properties, 409 for a contact's e-mail
 */
export const checkWrite = (
  call: Call,
  type: ObjectType,
  record: CrmRecord | undefined,
  raw: unknown,
): CheckedWrite => {
  const { portal } = call;
  const store = getStore(portal.crm, type.name);
  const given = readStrings(raw);
  const values = new Map<string, string>();
  const warnings: Warning[] = [];
  const invalid: InvalidValue[] = [];
  const inPipeline = type.pipeline?.pipeline;
  const pipelineId =
    inPipeline === undefined
      ? undefined
      : (given.find(([name]) => name === inPipeline)?.[1] ?? record?.properties.get(inPipeline));
  for (const [name, value] of given) {
    const definition = store.definitions.get(name);
    if (!definition || definition.archived) {
      invalid.push({ name, error: 'PROPERTY_DOESNT_EXIST', message: `Property "${name}" does not exist` });
      continue;
    }
    if (definition.readOnlyValue) {
      const message = `"${name}" is a read only property; its value cannot be set.`;
      invalid.push({ name, error: 'READ_ONLY_VALUE', message });
      continue;
    }
    const allowed = allowedValues(portal, type, definition, pipelineId);
    const checked = checkValue(definition, value, { normalises: call.dated, allowed });
    if (!checked.ok) invalid.push(checked.invalid);
    else {
      values.set(name, checked.value);
      if (checked.warning) warnings.push(checked.warning);
    }
  }
  if (invalid.length > 0) throw invalidProperties(invalid, portal.settings.portalId);
  checkUnique(portal, type, record, values);
  if (!record) checkRequired(type, values);
  if (call.dated) checkAdminRules(portal, type, record, values);
  return { values, warnings };
};

const checkUnique = (
  portal: Portal,
  type: ObjectType,
  record: CrmRecord | undefined,
  values: ReadonlyMap<string, string>,
): void => {
  const store = getStore(portal.crm, type.name);
  for (const [name, value] of values) {
    if (value === '' || !store.unique.has(name)) continue;
    const holder = findHolder(store, name, value, record?.id);
    if (holder === undefined) continue;
    if (name === type.identity) throw alreadyExists(type, holder);
    throw invalidProperties(
      [
        {
          name,
          error: 'CONFLICTING_UNIQUE_VALUE',
          message: `Cannot set the value ${value} of ${name}. ${holder} already has that value.`,
        },
      ],
      portal.settings.portalId,
    );
  }
};

export const alreadyExists = (type: ObjectType, id: string): HubSpotError =>
  conflict(
    `${type.singular.charAt(0).toUpperCase()}${type.singular.slice(1)} already exists. Existing ID: ${id}`,
  );

/** Docs: each object's guide, "Create …"; required properties are named in the context. */
const checkRequired = (type: ObjectType, values: ReadonlyMap<string, string>): void => {
  const has = (name: string): boolean => (values.get(name) ?? '') !== '';
  const missing = type.requiredOnCreate.filter((name) => !has(name));
  const oneOf = type.requiredOneOf.length > 0 && !type.requiredOneOf.some(has) ? type.requiredOneOf : [];
  if (missing.length === 0 && oneOf.length === 0) return;
  throw validationError(`Error creating ${type.label}. Some required properties were not set.`, {
    context: { properties: missing.length > 0 ? missing : [`One of [${oneOf.join(', ')}]`] },
  });
};
