/**
 * The `associations` of a create.
 * SDK schema: lib/codegen/crm/objects/models/PublicAssociationsForObject. Docs: crm associations guide.
 */

import { type AssociationType, findAssociationType } from './associationTypes.ts';
import { type Call, isObject } from './call.ts';
import { validationError } from './errors.ts';
import { findLive, link } from './links.ts';
import { type ObjectType, findObjectType } from './objectTypes.ts';
import type { CrmRecord } from './state.ts';

export type LinkInput = { readonly type: AssociationType; readonly toId: string };

/** HubSpot's ids are strings; numbers are taken too. */
export const idOf = (value: unknown): string | undefined => {
  const id = isObject(value) ? value.id : undefined;
  return typeof id === 'string' ? id : typeof id === 'number' ? String(id) : undefined;
};

/** @throws HubSpotError 400 for a type id that does not go from `from` (to `to`) */
export const readSpec = (raw: unknown, from: string, to?: string): AssociationType => {
  const typeId = isObject(raw) ? Number(raw.associationTypeId) : Number.NaN;
  const category = isObject(raw) ? raw.associationCategory : undefined;
  const categories = ['HUBSPOT_DEFINED', 'USER_DEFINED', 'INTEGRATOR_DEFINED', 'WORK'];
  if (typeof category !== 'string' || !categories.includes(category))
    throw validationError(
      `Invalid input JSON on line 1, column 1: associationCategory must be one of ${categories.join(', ')}`,
    );
  const type = category === 'HUBSPOT_DEFINED' ? findAssociationType(typeId) : undefined;
  if (!type || type.from !== from || (to !== undefined && type.to !== to))
    throw validationError(
      `invalid association type: ${typeId} cannot be used from object type ${from}${to === undefined ? '' : ` to ${to}`}`,
    );
  return type;
};

/**
 * Reads and checks the associations of a create before anything is stored. Dead ids are refused, as 2026-09 does.
 *
 * @throws HubSpotError 400; for a lead without a contact too (docs: crm leads guide)
 */
export const readAssociationInputs = (call: Call, type: ObjectType, raw: unknown): readonly LinkInput[] => {
  if (raw !== undefined && raw !== null && !Array.isArray(raw))
    throw validationError(
      'Invalid input JSON on line 1, column 1: Cannot deserialize value for "associations"',
    );
  const links = (raw ?? []).flatMap((item: unknown): LinkInput[] => {
    const toId = isObject(item) ? idOf(item.to) : undefined;
    const types = isObject(item) && Array.isArray(item.types) ? item.types : undefined;
    if (toId === undefined || !types)
      throw validationError(
        'Invalid input JSON on line 1, column 1: Some required fields were not set: [to, types]',
      );
    return types.map((spec: unknown) => ({ type: readSpec(spec, type.id), toId }));
  });
  const dead = links.filter((item) => !findLive(call.portal, { typeId: item.type.to, id: item.toId }));
  if (dead.length > 0) throw invalidIds(dead.map((item) => [item.type.to, item.toId]));
  if (type.name === 'leads' && !links.some((item) => item.type.to === '0-1'))
    throw validationError('A lead must be associated with an existing contact when it is created.', {
      context: { associations: ['LEAD_TO_PRIMARY_CONTACT'] },
    });
  return links;
};

export const invalidIds = (ids: readonly (readonly [typeId: string, id: string])[]) =>
  validationError('One or more associations are not valid.', {
    context: {
      INVALID_OBJECT_IDS: ids.map(
        ([typeId, id]) => `${findObjectType(typeId)?.label ?? typeId}=${id} is not valid`,
      ),
    },
  });

export const linkInputs = (
  call: Call,
  type: ObjectType,
  record: CrmRecord,
  links: readonly LinkInput[],
): void => {
  for (const item of links)
    link(
      call.portal,
      item.type,
      { typeId: type.id, id: record.id },
      { typeId: item.type.to, id: item.toId },
      call.source,
      call.now,
    );
};
