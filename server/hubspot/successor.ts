/**
 * The right person at a company: found by e-mail address, or made. HubSpot keeps addresses unique, so that a repeat finds
 * what an earlier try has made.
 */

import { z } from 'zod';
import { readAssociations } from './associations.ts';
import { HubSpotError } from './errors.ts';
import { paths } from './paths.ts';
import { assertRowsWritten, rowErrors, type Crm } from './records.ts';

/** Association types of HubSpot's own: contact to contact, contact to company. */
const CONTACT_TO_CONTACT = 449;
const CONTACT_TO_COMPANY = 279;
const PRIMARY_COMPANY = 1;

/** A contact that is there, or an address by which one is found or made. */
export type Successor = { readonly contactId: string } | ByAddress;

type ByAddress = {
  readonly email: string;
  /** Values of a contact that is made; one that is there keeps its own. */
  readonly values: Readonly<Record<string, string>>;
};

export type NamedContact = { readonly contactId: string; readonly isNew: boolean };

const found = z.object({ results: z.array(z.object({ id: z.string() })) });
const made = z.object({ id: z.string() });
const linked = z.object({ errors: rowErrors });

/** Finds or makes the contact, and links it with the one that was asked first and with its company. */
export async function nameSuccessor(
  crm: Crm,
  contactId: string,
  successor: Successor,
): Promise<NamedContact> {
  const companyId = await companyOf(crm, contactId);
  const named =
    'contactId' in successor
      ? { contactId: successor.contactId, isNew: false }
      : await findOrMake(crm, successor);
  if (named.contactId !== contactId)
    await associate(crm, 'contacts', named.contactId, contactId, CONTACT_TO_CONTACT);
  // HubSpot ignores a link that is there.
  if (companyId !== null) await associate(crm, 'companies', named.contactId, companyId, CONTACT_TO_COMPANY);
  return named;
}

async function findOrMake(crm: Crm, successor: ByAddress): Promise<NamedContact> {
  const known = await findByEmail(crm, successor.email);
  return known === null ? make(crm, successor) : { contactId: known, isNew: false };
}

/** The contact with this address; `null` where there is none. */
export async function findByEmail(crm: Crm, email: string): Promise<string | null> {
  const body = { idProperty: 'email', inputs: [{ id: email }], properties: ['email'] };
  const request = { method: 'POST', path: paths.batchRead('contacts'), body } as const;
  const answer = await crm.client.call(crm.portal, { ...request, priority: crm.priority }, found);
  return answer.results[0]?.id ?? null;
}

async function make(crm: Crm, { email, values }: ByAddress): Promise<NamedContact> {
  const body = { properties: { ...values, email } };
  const request = { method: 'POST', path: paths.objects('contacts'), body } as const;
  try {
    const { id } = await crm.client.call(crm.portal, { ...request, priority: crm.priority }, made);
    return { contactId: id, isNew: true };
  } catch (error) {
    // Made by somebody, or by an earlier try, since we looked.
    const isThere = error instanceof HubSpotError && ['conflict-exists', 'conflict'].includes(error.kind);
    const contactId = isThere ? await findByEmail(crm, email) : null;
    if (contactId === null) throw error;
    return { contactId, isNew: false };
  }
}

/** The contact's company, the primary one where it has several; `null` without one, or where they may not be read. */
async function companyOf(crm: Crm, contactId: string): Promise<string | null> {
  try {
    const ofContact =
      (await readAssociations(crm, 'contacts', 'companies', [contactId])).get(contactId) ?? [];
    const primary = ofContact.find(({ typeIds }) => typeIds.includes(PRIMARY_COMPANY));
    return (primary ?? ofContact[0])?.id ?? null;
  } catch (error) {
    const kinds: readonly string[] = ['forbidden', 'missing-scopes', 'not-found'];
    if (error instanceof HubSpotError && kinds.includes(error.kind)) return null;
    throw error;
  }
}

async function associate(
  crm: Crm,
  to: 'contacts' | 'companies',
  fromId: string,
  toId: string,
  associationTypeId: number,
): Promise<void> {
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }];
  const body = { inputs: [{ from: { id: fromId }, to: { id: toId }, types }] };
  const path = paths.associate('contacts', to);
  const request = { method: 'POST', path, body, priority: crm.priority } as const;
  const { errors } = await crm.client.call(crm.portal, request, linked);
  assertRowsWritten(path, errors);
}
