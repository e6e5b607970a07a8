/**
 * Deleting a contact for good, as privacy law asks for.
 * SDK: lib/codegen/crm/contacts/apis/BasicApi.purge. Docs: crm contacts guide, "Permanently delete a contact (GDPR-compliant)".
 *
 * Nothing of the record stays, neither in the recycle bin nor in histories. Webhooks tell `contact.privacyDeletion` besides
 * the deletion, in any order.
 */

import { type Call, type Operation, NO_CONTENT, bodyObject, needString, optionalString } from './call.ts';
import { notFound } from './errors.ts';
import { fromKey, toKey, unlinkAll } from './links.ts';
import { checkIdProperty } from './objects.ts';
import { getObjectType } from './objectTypes.ts';
import { findRecord, freeUnique, leaveLists } from './records.ts';
import { type CrmRecord, getStore } from './state.ts';

const CONTACTS = getObjectType('contacts');

const erase = ({ portal, source, now }: Call, record: CrmRecord): void => {
  const store = getStore(portal.crm, CONTACTS.name);
  const ref = { typeId: CONTACTS.id, id: record.id };
  const about = { at: now, objectTypeId: CONTACTS.id, objectId: record.id, source };
  for (const key of [...(portal.crm.associations.get(toKey(ref)) ?? new Map<string, unknown>()).keys()])
    unlinkAll(portal, ref, fromKey(key), source, now);
  leaveLists(portal, CONTACTS, record);
  freeUnique(store, record);
  store.records.delete(record.id);
  portal.crm.sequenceEnrollments.delete(record.id);
  for (const [id, into] of store.merged) if (into === record.id) store.merged.delete(id);
  if (!record.archived) portal.publish({ ...about, kind: 'deletion' });
  portal.publish({ ...about, kind: 'privacyDeletion' });
};

export const ERASURE_OPERATIONS: readonly Operation[] = [
  {
    method: 'POST',
    path: '/crm/objects/2026-09/contacts/gdpr-delete',
    scopes: () => [CONTACTS.scope.write],
    run: (call) => {
      const body = bodyObject(call);
      const store = getStore(call.portal.crm, CONTACTS.name);
      const idProperty = optionalString(body, 'idProperty');
      checkIdProperty(store, idProperty);
      const record = findRecord(store, needString(body, 'objectId'), idProperty);
      // An address that nobody has is blocked for the future and answered as success; there is nothing to erase.
      if (!record && idProperty === 'email') return NO_CONTENT;
      if (!record) throw notFound();
      erase(call, record);
      return NO_CONTENT;
    },
  },
];
