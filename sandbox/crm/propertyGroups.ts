/**
 * Property groups.
 * SDK: lib/codegen/crm/properties/apis/GroupsApi. Docs: crm properties guide, "Property groups".
 */

import {
  type Call,
  type Operation,
  NO_CONTENT,
  bodyObject,
  created,
  needString,
  ok,
  optionalNumber,
  optionalString,
  paramOf,
} from './call.ts';
import { HubSpotError, notFound, validationError } from './errors.ts';
import { readsSchema, storeOf, writesSchema } from './properties.ts';
import type { PropertyGroup } from './state.ts';

const PATH = '/crm/properties/2026-09/:objectType/groups';

const getGroup = (call: Call): PropertyGroup => {
  const name = paramOf(call, 'groupName');
  const group = storeOf(call).groups.get(name);
  if (!group || group.archived) throw notFound(`Property group '${name}' does not exist.`);
  return group;
};

export const PROPERTY_GROUP_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: PATH,
    scopes: readsSchema,
    run: (call) => ok({ results: [...storeOf(call).groups.values()].filter(({ archived }) => !archived) }),
  },
  {
    method: 'POST',
    path: PATH,
    scopes: writesSchema,
    run: (call) => {
      const body = bodyObject(call);
      const name = needString(body, 'name');
      const { groups } = storeOf(call);
      if (groups.get(name)?.archived === false)
        throw new HubSpotError({
          status: 409,
          category: 'OBJECT_ALREADY_EXISTS',
          subCategory: 'Properties.PROPERTY_GROUP_WITH_NAME_EXISTS',
          message: `A property group named '${name}' already exists.`,
        });
      const group: PropertyGroup = {
        name,
        label: needString(body, 'label'),
        displayOrder: optionalNumber(body, 'displayOrder') ?? -1,
        archived: false,
      };
      groups.set(name, group);
      return created(group);
    },
  },
  { method: 'GET', path: `${PATH}/:groupName`, scopes: readsSchema, run: (call) => ok(getGroup(call)) },
  {
    method: 'PATCH',
    path: `${PATH}/:groupName`,
    scopes: writesSchema,
    run: (call) => {
      const group = getGroup(call);
      const body = bodyObject(call);
      group.label = optionalString(body, 'label') ?? group.label;
      group.displayOrder = optionalNumber(body, 'displayOrder') ?? group.displayOrder;
      return ok(group);
    },
  },
  {
    method: 'DELETE',
    path: `${PATH}/:groupName`,
    scopes: writesSchema,
    run: (call) => {
      const group = getGroup(call);
      const inUse = [...storeOf(call).definitions.values()].filter(
        (it) => it.groupName === group.name && !it.archived,
      );
      if (inUse.length > 0)
        throw validationError(
          `Property group '${group.name}' cannot be deleted: ${JSON.stringify({ activeProperties: inUse.map(({ name }) => name) })}`,
        );
      group.archived = true;
      return NO_CONTENT;
    },
  },
];
