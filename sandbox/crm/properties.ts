/**
 * Property definitions.
 * SDK: lib/codegen/crm/properties/apis/CoreApi, BatchApi. Docs: developers.hubspot.com/docs/api-reference/crm-properties-v3/guide
 */

import {
  type Answer,
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  created,
  inputsOf,
  isObject,
  needString,
  objectTypeOf,
  ok,
  optionalBoolean,
  optionalNumber,
  optionalString,
  paramOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { HubSpotError, notFound, validationError } from './errors.ts';
import { type ObjectStore, type Option, type PropertyDefinition, getStore } from './state.ts';

type Body = Readonly<Record<string, unknown>>;

const FIELD_TYPES: Readonly<Record<string, readonly string[]>> = {
  bool: ['booleancheckbox', 'calculation_equation'],
  enumeration: ['booleancheckbox', 'checkbox', 'radio', 'select', 'calculation_equation'],
  date: ['date'],
  datetime: ['date'],
  string: ['file', 'text', 'textarea', 'html', 'phonenumber', 'calculation_equation'],
  number: ['number', 'calculation_equation'],
  phone_number: ['phonenumber'],
};

export const storeOf = (call: Call): ObjectStore => getStore(call.portal.crm, objectTypeOf(call).name);

const schemaScopes =
  (kind: 'read' | 'write') =>
  (call: Call): readonly string[] => {
    const type = objectTypeOf(call);
    const schema = `${type.schemaScope}.${kind}`;
    return kind === 'read' ? [schema, type.scope.read] : [schema];
  };
export const readsSchema = schemaScopes('read');
export const writesSchema = schemaScopes('write');

/** SDK schema: lib/codegen/crm/properties/models/Property */
const toProperty = (it: PropertyDefinition): Body => ({
  createdAt: toInstant(it.createdAt),
  updatedAt: toInstant(it.updatedAt),
  name: it.name,
  label: it.label,
  type: it.type,
  fieldType: it.fieldType,
  description: it.description,
  groupName: it.groupName,
  options: it.options,
  displayOrder: it.displayOrder,
  calculated: it.calculated,
  externalOptions: it.externalOptions,
  archived: it.archived,
  ...(it.archivedAt !== undefined && { archivedAt: toInstant(it.archivedAt) }),
  ...(it.referencedObjectType !== undefined && { referencedObjectType: it.referencedObjectType }),
  hasUniqueValue: it.hasUniqueValue,
  hidden: it.hidden,
  hubspotDefined: it.hubspotDefined,
  modificationMetadata: {
    archivable: !it.hubspotDefined,
    readOnlyDefinition: it.readOnlyDefinition,
    readOnlyValue: it.readOnlyValue,
    ...(it.options.length > 0 && { readOnlyOptions: it.readOnlyDefinition }),
  },
  formField: it.formField,
  dataSensitivity: 'non_sensitive',
});

const readOptions = (raw: unknown): readonly Option[] => {
  if (!Array.isArray(raw))
    throw validationError('Invalid input JSON on line 1, column 1: Cannot deserialize value for "options"');
  const options = raw.map((item: unknown, at): Option => {
    if (!isObject(item)) throw validationError('An option must be an object with label and value.');
    const description = optionalString(item, 'description');
    return {
      label: needString(item, 'label'),
      value: needString(item, 'value'),
      displayOrder: optionalNumber(item, 'displayOrder') ?? at,
      hidden: optionalBoolean(item, 'hidden') ?? false,
      ...(description !== undefined && { description }),
    };
  });
  const twice = options.find(({ value }, at) => options.findIndex((other) => other.value === value) !== at);
  if (twice) throw validationError(`Option values must be unique: ${twice.value}`);
  return options;
};

const checkTypes = (type: string, fieldType: string): void => {
  const allowed = FIELD_TYPES[type];
  if (!allowed) throw validationError(`Invalid property type: ${type}`);
  if (!allowed.includes(fieldType))
    throw validationError(
      `The property type ${type} and fieldType ${fieldType} do not match: use one of [${allowed.join(', ')}]`,
    );
};

const checkGroup = (store: ObjectStore, group: string): void => {
  if (store.groups.get(group)?.archived !== false)
    throw validationError(`Property group '${group}' does not exist`, {
      subCategory: 'PropertyValidationError.PROPERTY_GROUP_DOES_NOT_EXIST',
    });
};

/** An archived property of that name comes back with the new definition (observed live, see the reference). */
const createProperty = (store: ObjectStore, body: Body, now: number): PropertyDefinition => {
  const name = needString(body, 'name');
  const type = needString(body, 'type');
  const fieldType = needString(body, 'fieldType');
  const groupName = needString(body, 'groupName');
  if (!/^[a-z][a-z0-9_]{0,99}$/.test(name))
    throw validationError(
      `Property name ${name} must start with a letter and hold only lowercase letters, numbers and underscores.`,
    );
  checkTypes(type, fieldType);
  checkGroup(store, groupName);
  const before = store.definitions.get(name);
  if (before && !before.archived)
    throw new HubSpotError({
      status: 409,
      category: 'OBJECT_ALREADY_EXISTS',
      subCategory: 'Properties.PROPERTY_WITH_NAME_EXISTS',
      message: `A property named '${name}' already exists.`,
    });
  const bool = [
    { label: 'True', value: 'true', displayOrder: 0, hidden: false },
    { label: 'False', value: 'false', displayOrder: 1, hidden: false },
  ];
  const definition: PropertyDefinition = {
    name,
    label: needString(body, 'label'),
    type,
    fieldType,
    groupName,
    description: optionalString(body, 'description') ?? '',
    options: body.options === undefined ? (type === 'bool' ? bool : []) : readOptions(body.options),
    displayOrder: optionalNumber(body, 'displayOrder') ?? -1,
    hidden: optionalBoolean(body, 'hidden') ?? false,
    formField: optionalBoolean(body, 'formField') ?? false,
    hasUniqueValue: optionalBoolean(body, 'hasUniqueValue') ?? false,
    hubspotDefined: false,
    calculated: false,
    externalOptions: false,
    readOnlyValue: false,
    readOnlyDefinition: false,
    archived: false,
    archivedAt: undefined,
    createdAt: before?.createdAt ?? now,
    updatedAt: now,
  };
  if (definition.hasUniqueValue) openUnique(store, name);
  store.definitions.set(name, definition);
  return definition;
};

/** Docs: properties guide, "Create unique identifier properties": at most ten an object. */
const openUnique = (store: ObjectStore, name: string): void => {
  const own = [...store.definitions.values()].filter((it) => it.hasUniqueValue && !it.hubspotDefined);
  if (own.length >= 10)
    throw validationError('You have reached the limit of 10 unique properties for this object.');
  if (!store.unique.has(name)) store.unique.set(name, new Map());
};

const propertyNotFound = (call: Call, name: string): HubSpotError =>
  notFound(`Property '${name}' does not exist on object type '${objectTypeOf(call).id}'.`, {
    subCategory: 'Properties.PROPERTY_NOT_FOUND',
  });

const getDefinition = (call: Call, archived = false): PropertyDefinition => {
  const name = paramOf(call, 'propertyName');
  const found = storeOf(call).definitions.get(name);
  if (!found || found.archived !== archived) throw propertyNotFound(call, name);
  return found;
};

/** `options` replaces the whole list; fields left out stay. `hasUniqueValue` and the name cannot be changed. */
const updateProperty = (call: Call): Answer => {
  const definition = getDefinition(call);
  const body = bodyObject(call);
  if (definition.readOnlyDefinition)
    throw validationError(`The definition of '${definition.name}' is read only.`, {
      subCategory: 'PropertyValidationError.READ_ONLY_DEFINITION',
    });
  const type = optionalString(body, 'type') ?? definition.type;
  const fieldType = optionalString(body, 'fieldType') ?? definition.fieldType;
  const groupName = optionalString(body, 'groupName') ?? definition.groupName;
  const options = body.options === undefined ? definition.options : readOptions(body.options);
  if (type !== definition.type || fieldType !== definition.fieldType) checkTypes(type, fieldType);
  if (groupName !== definition.groupName) checkGroup(storeOf(call), groupName);
  Object.assign(definition, {
    type,
    fieldType,
    groupName,
    options,
    label: optionalString(body, 'label') ?? definition.label,
    description: optionalString(body, 'description') ?? definition.description,
    displayOrder: optionalNumber(body, 'displayOrder') ?? definition.displayOrder,
    hidden: optionalBoolean(body, 'hidden') ?? definition.hidden,
    formField: optionalBoolean(body, 'formField') ?? definition.formField,
    updatedAt: call.now,
  } satisfies Partial<PropertyDefinition>);
  return ok(toProperty(definition));
};

const archiveProperty = (store: ObjectStore, name: string, now: number): void => {
  const definition = store.definitions.get(name);
  if (!definition || definition.archived) return;
  if (definition.hubspotDefined)
    throw validationError(`HubSpot's own property '${name}' cannot be deleted.`, {
      subCategory: 'PropertyValidationError.CANNOT_DELETE_HUBSPOT_DEFINED_PROPERTY',
    });
  definition.archived = true;
  definition.archivedAt = now;
  definition.updatedAt = now;
};

const answerBatch = (
  call: Call,
  status: number,
  results: readonly Body[],
  errors: readonly Body[],
): Answer => ({
  status: errors.length > 0 ? 207 : status,
  body: {
    status: 'COMPLETE',
    results,
    ...(errors.length > 0 && { numErrors: errors.length, errors }),
    startedAt: toInstant(call.now),
    completedAt: toInstant(call.now),
  },
});

const toRowError = ({ parts }: HubSpotError, name: string): Body => ({
  status: 'error',
  category: parts.category,
  ...(parts.subCategory !== undefined && { subCategory: parts.subCategory }),
  message: parts.message,
  context: { name: [name], ...parts.context },
  errors: parts.errors ?? [],
  links: {},
});

/** Each row by itself: 207 names the rows that failed. */
const eachRow = (call: Call, status: number, run: (row: Body) => PropertyDefinition): Answer => {
  const results: Body[] = [];
  const errors: Body[] = [];
  for (const row of inputsOf(call, 100))
    try {
      results.push(toProperty(run(row)));
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      errors.push(toRowError(error, typeof row.name === 'string' ? row.name : ''));
    }
  return answerBatch(call, status, results, errors);
};

const PATH = '/crm/properties/2026-09/:objectType';

export const PROPERTY_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: PATH,
    scopes: readsSchema,
    run: (call) => {
      const archived = call.query.get('archived') === 'true';
      const results = [...storeOf(call).definitions.values()].filter((it) => it.archived === archived);
      return ok({ results: results.map(toProperty) });
    },
  },
  {
    method: 'POST',
    path: PATH,
    scopes: writesSchema,
    run: (call) => created(toProperty(createProperty(storeOf(call), bodyObject(call), call.now))),
  },
  {
    method: 'POST',
    path: `${PATH}/batch/read`,
    scopes: readsSchema,
    run: (call) => {
      const archived = optionalBoolean(bodyObject(call), 'archived') ?? false;
      return eachRow(call, 200, (row) => {
        const name = needString(row, 'name');
        const found = storeOf(call).definitions.get(name);
        if (!found || found.archived !== archived) throw propertyNotFound(call, name);
        return found;
      });
    },
  },
  {
    method: 'POST',
    path: `${PATH}/batch/create`,
    scopes: writesSchema,
    run: (call) => eachRow(call, 201, (row) => createProperty(storeOf(call), row, call.now)),
  },
  {
    method: 'POST',
    path: `${PATH}/batch/archive`,
    scopes: writesSchema,
    run: (call) => {
      for (const row of inputsOf(call, 100))
        archiveProperty(storeOf(call), needString(row, 'name'), call.now);
      return NO_CONTENT;
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:propertyName`,
    scopes: readsSchema,
    run: (call) => ok(toProperty(getDefinition(call, call.query.get('archived') === 'true'))),
  },
  { method: 'PATCH', path: `${PATH}/:propertyName`, scopes: writesSchema, run: updateProperty },
  {
    method: 'DELETE',
    path: `${PATH}/:propertyName`,
    scopes: writesSchema,
    run: (call) => {
      archiveProperty(storeOf(call), getDefinition(call).name, call.now);
      return NO_CONTENT;
    },
  },
];
