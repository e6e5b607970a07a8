/**
 * Taking a record out of the recycle bin. Only people can, in HubSpot's pages: there is no public call for it, so it is part of
 * the control plane. Docs: knowledge.hubspot.com/records/restore-deleted-records
 */

import { needString, optionalNumber, optionalString } from './call.ts';
import { conflict, notFound, validationError } from './errors.ts';
import { findObjectType } from './objectTypes.ts';
import { findHolder, restoreRecord } from './records.ts';
import { type Portal, getStore } from './state.ts';

/** Whose act it is when nobody is named. */
const SOMEBODY = 1;

/**
 * @param body `{id, objectType?: "contacts", userId?}`
 * @throws HubSpotError 404 when the record is not in the recycle bin, 409 when its e-mail has another holder by now
 */
export const restoreInto = (portal: Portal, body: Readonly<Record<string, unknown>>, now: number): void => {
  const spelling = optionalString(body, 'objectType') ?? 'contacts';
  const type = findObjectType(spelling);
  if (!type) throw validationError(`Unknown object type ${spelling}.`);
  const store = getStore(portal.crm, type.name);
  const record = store.records.get(needString(body, 'id'));
  if (!record?.archived) throw notFound('The record is not in the recycle bin.');
  for (const property of store.unique.keys()) {
    const value = record.properties.get(property);
    const holder = value === undefined ? undefined : findHolder(store, property, value, record.id);
    if (holder !== undefined) throw conflict(`${value} belongs to ${holder} by now.`);
  }
  const userId = optionalNumber(body, 'userId') ?? SOMEBODY;
  const source = { sourceType: 'CRM_UI', sourceId: `userId:${userId}`, updatedByUserId: userId };
  restoreRecord(portal, type, record, source, now);
};
