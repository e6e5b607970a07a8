/** E-mail preferences as state, with the properties that contacts show of them. */

import type { Call } from './call.ts';
import { getObjectType } from './objectTypes.ts';
import { setComputed } from './records.ts';
import { type EmailStatus, type EmailSubscription, type Portal, getStore } from './state.ts';

const CONTACTS = getObjectType('contacts');

/** The kinds of e-mail that a portal has from birth. Docs: knowledge.hubspot.com/marketing-email/set-up-email-subscription-types */
export const createSubscriptions = (at: number): Map<string, EmailSubscription> =>
  new Map(
    (
      [
        ['301000001', 'Marketing Information', 'Marketing offers and updates.', 'Marketing', false],
        [
          '301000002',
          'Customer Service Communication',
          'Feedback requests and customer service.',
          'Service',
          true,
        ],
        ['301000003', 'One to One', 'One to One emails', 'Sales', true],
      ] as const
    ).map(([id, name, description, purpose, isInternal]): [string, EmailSubscription] => [
      id,
      {
        id,
        name,
        description,
        purpose,
        communicationMethod: 'Email',
        isActive: true,
        isDefault: true,
        isInternal,
        createdAt: at,
        updatedAt: at,
      },
    ]),
  );

/** When the address opted out of everything, milliseconds since 1970. */
export const findOptOut = (portal: Portal, email: string): number | undefined =>
  portal.crm.emailOptOuts.get(email);

const show = ({ portal, source, now }: Call, email: string, property: string, value: string): void => {
  const store = getStore(portal.crm, CONTACTS.name);
  const id = store.unique.get('email')?.get(email);
  const contact = id === undefined ? undefined : store.records.get(id);
  if (contact && store.definitions.has(property))
    setComputed(portal, CONTACTS, contact, property, value, source, now);
};

export const setSubscription = (
  call: Call,
  email: string,
  subscriptionId: string,
  status: EmailStatus['status'],
  basis: Pick<EmailStatus, 'legalBasis' | 'legalBasisExplanation'>,
): void => {
  const { portal, source, now } = call;
  const statuses = portal.crm.emailStatuses.get(email) ?? new Map<string, EmailStatus>();
  portal.crm.emailStatuses.set(email, statuses);
  statuses.set(subscriptionId, {
    status,
    ...basis,
    at: now,
    source: source.sourceLabel ?? source.sourceType,
  });
};

/** Opts the address out of every kind, and marks its contact. The time of the first opt-out, which stands. */
export const optOutOfAll = (call: Call, email: string): number => {
  const { portal, now } = call;
  const before = portal.crm.emailOptOuts.get(email);
  if (before !== undefined) return before;
  portal.crm.emailOptOuts.set(email, now);
  for (const id of portal.crm.emailSubscriptions.keys())
    setSubscription(call, email, id, 'UNSUBSCRIBED', {
      legalBasis: undefined,
      legalBasisExplanation: undefined,
    });
  show(call, email, 'hs_email_optout', 'true');
  return now;
};
