/** Normalised keys by which two records of one portal are recognised as perhaps the same person. */

import type { LeadFacts } from '../../src/facts.ts';

/** Fewest digits of a phone number that identify somebody; shorter ones are extensions and placeholders. */
const MIN_PHONE_DIGITS = 7;
/** Digits compared, from the end: with and without country code are the same number. */
const COMPARED_PHONE_DIGITS = 9;

export type DuplicateKeys = {
  readonly emailKey: string | null;
  readonly phoneKey: string | null;
  readonly nameCompanyKey: string | null;
};

export function toDuplicateKeys(
  facts: Pick<LeadFacts, 'email' | 'phone' | 'mobilePhone' | 'firstName' | 'lastName' | 'company'>,
): DuplicateKeys {
  const company = plain(facts.company);
  const name = plain([facts.firstName, facts.lastName].filter((part) => part !== null).join(' '));
  const mailbox = mailboxOf(facts.email);
  return {
    emailKey: mailbox !== '' && company !== '' ? `${mailbox}|${company}` : null,
    phoneKey: phoneKey(facts.phone) ?? phoneKey(facts.mobilePhone),
    nameCompanyKey: name !== '' && company !== '' ? `${name}|${company}` : null,
  };
}

/** Letters and digits only, lower case, without accents. */
function plain(text: string | null): string {
  return (text ?? '')
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]+/gu, '');
}

/** The part before the @, without a "+tag". */
function mailboxOf(email: string | null): string {
  const local = (email ?? '').split('@')[0] ?? '';
  return plain(local.split('+')[0] ?? '');
}

function phoneKey(phone: string | null): string | null {
  const digits = (phone ?? '').replaceAll(/\D+/g, '');
  // One digit repeated ("0000000") is what people type to get past a form.
  if (digits.length < MIN_PHONE_DIGITS || new Set(digits).size === 1) return null;
  return digits.slice(-COMPARED_PHONE_DIGITS);
}
