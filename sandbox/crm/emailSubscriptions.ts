/**
 * Communication preferences: who gets which kind of e-mail.
 * SDK: lib/codegen/communication_preferences (version 3). Docs: developers.hubspot.com/docs/api-reference/latest/communication-preferences
 * (status/update-subscription, status/get-subscription, status/get-unsubscribed-status).
 *
 * Preferences belong to an address, whether a contact has it or not. Version 3 refuses what changes nothing and never
 * subscribes again who has opted out; later versions answer NO_STATUS_CHANGE and may.
 */

import {
  type Answer,
  type Call,
  type Operation,
  bodyObject,
  needString,
  ok,
  optionalNumber,
  optionalString,
  paramOf,
} from './call.ts';
import { toInstant } from './clock.ts';
import { notFound, validationError } from './errors.ts';
import { findOptOut, optOutOfAll, setSubscription } from './optOuts.ts';
import type { EmailStatus, EmailSubscription } from './state.ts';

type Row = Readonly<Record<string, unknown>>;

const reads = (): readonly string[] => [
  'communication_preferences.read',
  'communication_preferences.read_write',
];
const writes = (): readonly string[] => [
  'communication_preferences.write',
  'communication_preferences.read_write',
];

/** SDK schema: lib/codegen/communication_preferences/models/PublicUpdateSubscriptionStatusRequest */
const LEGAL_BASES = [
  'LEGITIMATE_INTEREST_PQL',
  'LEGITIMATE_INTEREST_CLIENT',
  'PERFORMANCE_OF_CONTRACT',
  'CONSENT_WITH_NOTICE',
  'NON_GDPR',
  'PROCESS_AND_STORE',
  'LEGITIMATE_INTEREST_OTHER',
];
const STATES = ['SUBSCRIBED', 'UNSUBSCRIBED', 'NOT_SPECIFIED'] as const;

const toAddress = (text: string): string => {
  if (!/^[^\s@]+@[^\s@.]+(\.[^\s@.]+)+$/.test(text))
    throw validationError(`Email address ${text} is invalid`);
  return text.toLowerCase();
};

const addressOf = (call: Call, param: string): string => toAddress(paramOf(call, param));

/** @throws HubSpotError 400 for an unknown basis, and for none where the portal's data privacy settings are on */
const readBasis = (call: Call, body: Row): Pick<EmailStatus, 'legalBasis' | 'legalBasisExplanation'> => {
  const legalBasis = optionalString(body, 'legalBasis');
  const legalBasisExplanation = optionalString(body, 'legalBasisExplanation');
  if (legalBasis !== undefined && !LEGAL_BASES.includes(legalBasis))
    throw validationError(
      `Invalid input JSON on line 1, column 1: legalBasis must be one of ${LEGAL_BASES.join(', ')}`,
    );
  if (call.portal.settings.dataPrivacy && (legalBasis === undefined || (legalBasisExplanation ?? '') === ''))
    throw validationError(
      'Data privacy is on in this account: legalBasis and legalBasisExplanation are required.',
    );
  return { legalBasis, legalBasisExplanation };
};

const getSubscription = (call: Call, id: string): EmailSubscription => {
  const found = call.portal.crm.emailSubscriptions.get(id);
  if (!found) throw notFound(`Subscription ${id} does not exist.`);
  return found;
};

/** SDK schema: lib/codegen/communication_preferences/models/SubscriptionDefinition */
const toDefinition = (it: EmailSubscription): Row => ({
  ...it,
  createdAt: toInstant(it.createdAt),
  updatedAt: toInstant(it.updatedAt),
});

const definitions = (call: Call): Row[] => [...call.portal.crm.emailSubscriptions.values()].map(toDefinition);

const statusOf = (call: Call, email: string, id: string): EmailStatus | undefined =>
  call.portal.crm.emailStatuses.get(email)?.get(id);

/** SDK schema: lib/codegen/communication_preferences/models/PublicSubscriptionStatus */
const toOldStatus = (call: Call, email: string, it: EmailSubscription): Row => {
  const status = statusOf(call, email, it.id);
  const isOut = findOptOut(call.portal, email) !== undefined;
  return {
    id: it.id,
    name: it.name,
    description: it.description,
    status: !isOut && status?.status === 'SUBSCRIBED' ? 'SUBSCRIBED' : 'NOT_SUBSCRIBED',
    sourceOfStatus: isOut ? 'PORTAL_WIDE_STATUS' : 'SUBSCRIPTION_STATUS',
    ...(status?.legalBasis !== undefined && { legalBasis: status.legalBasis }),
    ...(status?.legalBasisExplanation !== undefined && {
      legalBasisExplanation: status.legalBasisExplanation,
    }),
  };
};

const toStatus = (call: Call, email: string, it: EmailSubscription, reason?: string): Row => {
  const status = statusOf(call, email, it.id);
  return {
    channel: 'EMAIL',
    source: status?.source ?? '',
    status: status?.status ?? 'NOT_SPECIFIED',
    subscriberIdString: email,
    subscriptionId: Number(it.id),
    subscriptionName: it.name,
    timestamp: toInstant(status?.at ?? it.createdAt),
    ...(status?.legalBasis !== undefined && { legalBasis: status.legalBasis }),
    ...(status?.legalBasisExplanation !== undefined && {
      legalBasisExplanation: status.legalBasisExplanation,
    }),
    ...(reason !== undefined && { setStatusSuccessReason: reason }),
  };
};

const complete = (call: Call, results: readonly Row[]): Answer =>
  ok({
    status: 'COMPLETE',
    results,
    startedAt: toInstant(call.now),
    completedAt: toInstant(call.now),
  });

const needChannel = (channel: unknown): void => {
  if (channel !== 'EMAIL')
    throw validationError(`channel must be EMAIL, the sandbox has no other: ${String(channel)}`);
};

const update = (call: Call): Answer => {
  const email = addressOf(call, 'subscriberIdString');
  const body = bodyObject(call);
  needChannel(body.channel);
  const statusState = STATES.find((it) => it === body.statusState);
  if (!statusState) throw validationError(`statusState must be one of ${STATES.join(', ')}.`);
  const subscription = getSubscription(call, String(optionalNumber(body, 'subscriptionId')));
  const basis = readBasis(call, body);
  const before = statusOf(call, email, subscription.id)?.status ?? 'NOT_SPECIFIED';
  if (before === statusState)
    return complete(call, [toStatus(call, email, subscription, 'NO_STATUS_CHANGE')]);
  const reason =
    statusState === 'SUBSCRIBED' && before === 'UNSUBSCRIBED'
      ? 'RESUBSCRIBE_OCCURRED'
      : 'REQUESTED_CHANGE_OCCURRED';
  setSubscription(call, email, subscription.id, statusState, basis);
  return complete(call, [toStatus(call, email, subscription, reason)]);
};

const toWide = (email: string, at: number): Row => ({
  channel: 'EMAIL',
  status: 'UNSUBSCRIBED',
  subscriberIdString: email,
  timestamp: toInstant(at),
  wideStatusType: 'PORTAL_WIDE',
});

const updateOld =
  (status: 'SUBSCRIBED' | 'UNSUBSCRIBED') =>
  (call: Call): Answer => {
    const body = bodyObject(call);
    const email = toAddress(needString(body, 'emailAddress'));
    const subscription = getSubscription(call, needString(body, 'subscriptionId'));
    const basis = readBasis(call, body);
    const before = statusOf(call, email, subscription.id)?.status;
    if (before === status)
      throw validationError(
        `${email} is already ${status.toLowerCase()} from subscription ${subscription.id}.`,
      );
    if (
      status === 'SUBSCRIBED' &&
      (before === 'UNSUBSCRIBED' || findOptOut(call.portal, email) !== undefined)
    )
      throw validationError(
        `${email} has opted out of subscription ${subscription.id} and cannot be resubscribed.`,
      );
    setSubscription(call, email, subscription.id, status, basis);
    return ok(toOldStatus(call, email, subscription));
  };

const V3 = '/communication-preferences/v3';
const PATH = '/communication-preferences/2026-09';
const ONE = `${PATH}/statuses/:subscriberIdString`;

export const EMAIL_SUBSCRIPTION_OPERATIONS: readonly Operation[] = [
  {
    method: 'GET',
    path: `${V3}/definitions`,
    scopes: reads,
    run: (call) => ok({ subscriptionDefinitions: definitions(call) }),
  },
  {
    method: 'GET',
    path: `${V3}/status/email/:emailAddress`,
    scopes: reads,
    run: (call) => {
      const email = addressOf(call, 'emailAddress');
      const all = [...call.portal.crm.emailSubscriptions.values()];
      return ok({ recipient: email, subscriptionStatuses: all.map((it) => toOldStatus(call, email, it)) });
    },
  },
  { method: 'POST', path: `${V3}/subscribe`, scopes: writes, run: updateOld('SUBSCRIBED') },
  { method: 'POST', path: `${V3}/unsubscribe`, scopes: writes, run: updateOld('UNSUBSCRIBED') },
  {
    method: 'GET',
    path: `${PATH}/definitions`,
    scopes: reads,
    run: (call) => complete(call, definitions(call)),
  },
  {
    method: 'GET',
    path: ONE,
    scopes: reads,
    run: (call) => {
      needChannel(call.query.get('channel'));
      const email = addressOf(call, 'subscriberIdString');
      const all = [...call.portal.crm.emailSubscriptions.values()];
      return complete(
        call,
        all.map((it) => toStatus(call, email, it)),
      );
    },
  },
  { method: 'POST', path: ONE, scopes: writes, run: update },
  {
    method: 'GET',
    path: `${ONE}/unsubscribe-all`,
    scopes: reads,
    run: (call) => {
      needChannel(call.query.get('channel'));
      const email = addressOf(call, 'subscriberIdString');
      const at = findOptOut(call.portal, email);
      return complete(call, at === undefined ? [] : [toWide(email, at)]);
    },
  },
  {
    // May be repeated: who is out stays out, since the first time.
    method: 'POST',
    path: `${ONE}/unsubscribe-all`,
    scopes: writes,
    run: (call) => {
      needChannel(call.query.get('channel'));
      const email = addressOf(call, 'subscriberIdString');
      return complete(call, [toWide(email, optOutOfAll(call, email))]);
    },
  },
];
