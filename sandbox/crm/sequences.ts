/**
 * Sequences: a person's row of timed e-mails and tasks, into which contacts are enrolled one by one.
 * Docs: developers.hubspot.com/docs/api-reference/latest/automation/sequences/guide, .../enroll-contact, .../get-enrollment
 *
 * The steps of a sequence are told, not carried out: no e-mail is sent. HubSpot documents no categories for its refusals.
 */

import { type Call, type Operation, bodyObject, limitOf, needString, ok, pageOf, paramOf } from './call.ts';
import { toInstant } from './clock.ts';
import { HubSpotError, notFound, validationError } from './errors.ts';
import { findRecord, setComputed } from './records.ts';
import { getObjectType } from './objectTypes.ts';
import {
  type CrmRecord,
  type Owner,
  type Portal,
  type Sequence,
  type SequenceEnrollment,
  type Source,
  getStore,
} from './state.ts';

const CONTACTS = getObjectType('contacts');

const SEQUENCES: Source = { sourceType: 'SEQUENCES', sourceId: 'sandbox' };

const reads = (): readonly string[] => ['automation.sequences.read'];
const enrols = (): readonly string[] => ['automation.sequences.enrollments.write'];

/** The user in whose name it happens: `userId` of a user with a sales or service seat. */
const userOf = (call: Call): Owner => {
  const userId = call.query.get('userId');
  if (userId === null) throw validationError('Required query parameter userId is missing.');
  const user = [...call.portal.crm.owners.values()].find(
    (owner) => String(owner.userId) === userId && !owner.archived,
  );
  if (!user) throw notFound(`User ${userId} does not exist in this account.`);
  if (user.hasSeat === false)
    throw new HubSpotError({
      status: 403,
      category: 'FORBIDDEN',
      message: `User ${userId} does not have an assigned Sales Hub or Service Hub Professional or Enterprise seat.`,
    });
  return user;
};

const toSequence = (it: Sequence): Record<string, unknown> => ({
  id: it.id,
  name: it.name,
  userId: it.userId,
  createdAt: toInstant(it.createdAt),
  updatedAt: toInstant(it.updatedAt),
});

const getSequence = (call: Call, id: string): Sequence => {
  const found = call.portal.crm.sequences.get(id);
  if (!found) throw notFound(`Sequence ${id} does not exist.`);
  return found;
};

const contactOf = (call: Call, id: string): CrmRecord => {
  const found = findRecord(getStore(call.portal.crm, CONTACTS.name), id, undefined);
  if (!found || found.archived) throw notFound(`Contact ${id} does not exist.`);
  return found;
};

const toEnrolled = (it: SequenceEnrollment): Record<string, unknown> => ({
  id: it.id,
  toEmail: it.toEmail,
  enrolledAt: toInstant(it.enrolledAt),
  updatedAt: toInstant(it.enrolledAt),
});

/** Refusals, in HubSpot's order of words: docs guide, "Enroll a contact"; knowledge.hubspot.com/sequences/enroll-contacts-in-a-sequence. */
const enrol = (call: Call): SequenceEnrollment => {
  const user = userOf(call);
  const body = bodyObject(call);
  const sequence = getSequence(call, needString(body, 'sequenceId'));
  const contact = contactOf(call, needString(body, 'contactId'));
  const senderEmail = needString(body, 'senderEmail').toLowerCase();
  const toEmail = contact.properties.get('email');
  if (senderEmail !== user.email.toLowerCase())
    throw validationError(`${senderEmail} is not a connected inbox of user ${user.userId}.`);
  if (toEmail === undefined) throw validationError(`Contact ${contact.id} has no email address.`);
  if (contact.properties.get('hs_email_optout') === 'true')
    throw validationError(`Contact ${contact.id} has unsubscribed from all email.`);
  const { sequenceEnrollments, counters } = call.portal.crm;
  const current = sequenceEnrollments.get(contact.id);
  if (current)
    throw validationError(`Contact ${contact.id} is already enrolled in sequence ${current.sequenceId}.`);
  const enrollment: SequenceEnrollment = {
    id: String(++counters.enrollment),
    sequenceId: sequence.id,
    enrolledBy: String(user.userId),
    enrolledByEmail: user.email,
    toEmail,
    enrolledAt: call.now,
  };
  sequenceEnrollments.set(contact.id, enrollment);
  const shown = {
    hs_sequences_is_enrolled: 'true',
    hs_latest_sequence_enrolled: sequence.id,
    hs_latest_sequence_enrolled_date: toInstant(call.now),
    hs_sequences_enrolled_count: String(
      Number(contact.properties.get('hs_sequences_enrolled_count') ?? 0) + 1,
    ),
  };
  for (const [name, value] of Object.entries(shown))
    setComputed(call.portal, CONTACTS, contact, name, value, call.source, call.now);
  return enrollment;
};

/**
 * Ends a contact's enrolment, as a reply, a booked meeting, the last step or a person does.
 *
 * @throws HubSpotError 404 when it is in no sequence
 */
export const endEnrollment = (portal: Portal, contactId: string, now: number): void => {
  if (!portal.crm.sequenceEnrollments.delete(contactId))
    throw notFound(`Contact ${contactId} is not enrolled in a sequence.`);
  const contact = getStore(portal.crm, CONTACTS.name).records.get(contactId);
  if (contact) setComputed(portal, CONTACTS, contact, 'hs_sequences_is_enrolled', 'false', SEQUENCES, now);
};

const PATH = '/automation/sequences/2026-09';

export const SEQUENCE_OPERATIONS: readonly Operation[] = [
  { method: 'POST', path: `${PATH}/enrollments`, scopes: enrols, run: (call) => ok(toEnrolled(enrol(call))) },
  {
    method: 'GET',
    path: `${PATH}/enrollments/contact/:contactId`,
    scopes: reads,
    run: (call) => {
      const contact = contactOf(call, paramOf(call, 'contactId'));
      const it = call.portal.crm.sequenceEnrollments.get(contact.id);
      // What HubSpot answers for a contact that is in no sequence is not documented.
      if (!it) throw notFound(`Contact ${contact.id} is not enrolled in a sequence.`);
      return ok({
        ...toEnrolled(it),
        sequenceId: it.sequenceId,
        sequenceName: call.portal.crm.sequences.get(it.sequenceId)?.name ?? '',
        enrolledBy: it.enrolledBy,
        enrolledByEmail: it.enrolledByEmail,
      });
    },
  },
  {
    method: 'GET',
    path: PATH,
    scopes: reads,
    run: (call) => {
      userOf(call);
      const all = [...call.portal.crm.sequences.values()];
      const { page, paging } = pageOf(all, call.query.get('after'), limitOf(call.query, 100, 100));
      return ok({ total: all.length, results: page.map(toSequence), ...(paging && { paging }) });
    },
  },
  {
    method: 'GET',
    path: `${PATH}/:sequenceId`,
    scopes: reads,
    run: (call) => {
      userOf(call);
      return ok({ ...toSequence(getSequence(call, paramOf(call, 'sequenceId'))), steps: [] });
    },
  },
];
