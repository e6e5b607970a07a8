/** Whether a contact can be reached as it is recorded: each check with the fact and a sentence. No call, no guess. */

import { isPossiblePhoneNumber, type CountryCode } from 'libphonenumber-js/min';

import type { LeadFacts } from './facts.ts';

type Checked = Pick<
  LeadFacts,
  'firstName' | 'lastName' | 'email' | 'phone' | 'mobilePhone' | 'company' | 'jobTitle' | 'country'
>;

export type DataProblem = {
  readonly check: DataCheckKey;
  /** For people, a whole sentence; it may hold what the record says. */
  readonly sentence: string;
};

const PLACEHOLDER =
  /^(?:n\/?a|none|null|test(?:ing|er)?|asdf+|qwert[yz]|xxx+|abc|foo|bar|unknown|unbekannt|keine?|-+|\.+|\?+)$/i;

/** "test", "N/A", "asdf", "???": what people type to get past a form. */
export function isPlaceholder(text: string | null): boolean {
  return text !== null && (PLACEHOLDER.test(text.trim()) || /^(\p{L})\1{2,}$/iu.test(text.trim()));
}

/** The first phone number that can be one; `null` where there is none. */
export function usablePhone(facts: Pick<LeadFacts, 'country' | 'phone' | 'mobilePhone'>): string | null {
  const country = facts.country !== null && /^[A-Z]{2}$/.test(facts.country) ? facts.country : undefined;
  const possible = (phone: string | null): phone is string => {
    if (phone === null || isPlaceholder(phone)) return false;
    if (/^\D*(\d)(?:\D*\1)+\D*$/.test(phone)) return false;
    // Without a country a national number cannot be judged by its plan, only by its length (ITU E.164: up to 15 digits).
    const digits = phone.replaceAll(/\D/g, '').length;
    if (!phone.trim().startsWith('+') && country === undefined) return digits >= 7 && digits <= 15;
    return isPossiblePhoneNumber(phone, country as CountryCode | undefined);
  };
  return [facts.phone, facts.mobilePhone].find(possible) ?? null;
}

/** Mailboxes that end by themselves. Ours: the best known ones; a list that is complete is the enrichment tool's work. */
const DISPOSABLE = new Set([
  ...[
    'mailinator.com',
    'guerrillamail.com',
    '10minutemail.com',
    'tempmail.com',
    'temp-mail.org',
    'yopmail.com',
  ],
  ...[
    'trashmail.com',
    'trash-mail.com',
    'wegwerfmail.de',
    'sharklasers.com',
    'getnada.com',
    'dispostable.com',
  ],
  ...['throwawaymail.com', 'maildrop.cc', 'fakeinbox.com', 'mintemail.com', 'mailnesia.com', 'byom.de'],
]);
/** Providers of personal mailboxes: such an address says nothing about a company. */
const PERSONAL = new Set([
  ...[
    'gmail.com',
    'googlemail.com',
    'yahoo.com',
    'yahoo.de',
    'hotmail.com',
    'outlook.com',
    'live.com',
    'msn.com',
  ],
  ...['icloud.com', 'me.com', 'aol.com', 'gmx.de', 'gmx.net', 'gmx.at', 'gmx.ch', 'web.de', 't-online.de'],
  ...[
    'freenet.de',
    'posteo.de',
    'mail.com',
    'proton.me',
    'protonmail.com',
    'zoho.com',
    'yandex.ru',
    'mail.ru',
  ],
]);

/** The part after the @, in small letters; `null` where this is no address. */
function domainOf(email: string): string | null {
  const domain = /^[^\s@]{1,64}@(?<domain>[^\s@]{3,253})$/.exec(email.trim())?.groups?.['domain'] ?? null;
  const labels = domain?.toLowerCase().split('.') ?? [];
  const isName = (label: string): boolean =>
    /^[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?$/u.test(label);
  return labels.length >= 2 && labels.every(isName) && !/^\d+$/.test(labels.at(-1) ?? '')
    ? labels.join('.')
    : null;
}

/** The domain of a company's own mailbox; `null` for personal and throw-away ones, which say nothing about a company. */
export function companyDomainOf(email: string | null): string | null {
  const domain = domainOf(email ?? '');
  return domain === null || PERSONAL.has(domain) || DISPOSABLE.has(domain) ? null : domain;
}

const hasCompany = ({ company }: Checked): boolean => company !== null && !isPlaceholder(company);

const name = (words: string, text: string | null): string | null =>
  isPlaceholder(text) ? `${words} is “${text ?? ''}”.` : null;

/** `null` where nothing is wrong. */
export const DATA_CHECKS = {
  phone: (facts) => {
    if (usablePhone(facts) !== null) return null;
    const given = facts.phone ?? facts.mobilePhone;
    return given === null ? 'There is no phone number.' : `“${given}” is no phone number that can be called.`;
  },
  email: ({ email }) =>
    email === null
      ? 'There is no e-mail address.'
      : domainOf(email) === null
        ? `“${email}” is no e-mail address.`
        : null,
  disposable: ({ email }) =>
    DISPOSABLE.has(domainOf(email ?? '') ?? '') ? `“${email ?? ''}” is a throw-away address.` : null,
  personal: (facts) =>
    PERSONAL.has(domainOf(facts.email ?? '') ?? '') && !hasCompany(facts)
      ? `“${facts.email ?? ''}” is a personal address, and no company is named.`
      : null,
  company: (facts) => (facts.company === null ? 'No company is named.' : name('The company', facts.company)),
  first_name: ({ firstName }) => name('The first name', firstName),
  last_name: ({ lastName }) => name('The last name', lastName),
  job_title: ({ jobTitle }) => name('The job title', jobTitle),
} as const satisfies Record<string, (facts: Checked) => string | null>;

export type DataCheckKey = keyof typeof DATA_CHECKS;

/** Everything that stands in the way of reaching this contact; empty where the record is complete. */
export function checkData(facts: Checked): readonly DataProblem[] {
  return Object.entries(DATA_CHECKS).flatMap(([check, problemOf]) => {
    const sentence = problemOf(facts);
    return sentence === null ? [] : [{ check: check as DataCheckKey, sentence }];
  });
}
