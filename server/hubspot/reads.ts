/** Reading what decisions rest on: contacts with their facts and their Leads, many at a time. */

import {
  CONTACT_FACTS,
  toLeadFacts,
  type FactName,
  type LeadFacts,
  type LeadObject,
} from '../../src/facts.ts';
import { readAssociations, type Association } from './associations.ts';
import { readDealOwners } from './deals.ts';
import { HubSpotError } from './errors.ts';
import { readRecords, type Crm } from './records.ts';

/** A customer's own property in place of the default one of a fact. */
export type FactProperties = Readonly<Partial<Record<FactName, string>>>;

export type ReadLeads = {
  /** Under the id that was asked for, also where HubSpot has merged the record into another one. */
  readonly facts: LeadFacts[];
  /** Old id → surviving id: of records that were asked for by an old one, and of all that went into those that were read. */
  readonly merged: ReadonlyMap<string, string>;
  /** Ids that no longer exist. */
  readonly missing: string[];
};

const LEAD_PROPERTIES = ['hs_pipeline', 'hs_pipeline_stage', 'hs_lead_disqualification_reason'];
/** HubSpot's own list of the records that went into this one, separated by semicolons. */
const MERGED_IDS = 'hs_merged_object_ids';
/** Association type from a Lead to its primary contact. */
const PRIMARY_CONTACT = 578;

export async function readLeads(
  crm: Crm,
  contactIds: readonly string[],
  factProperties: FactProperties,
  readAt: Date,
): Promise<ReadLeads> {
  const rows = Object.entries(CONTACT_FACTS) as [FactName, { readonly property: string }][];
  const sources = rows.map(([name, row]) => ({
    property: row.property,
    source: factProperties[name] ?? row.property,
  }));
  const names = [...new Set([...sources.map(({ source }) => source), MERGED_IDS])];
  const records = await readRecords(crm, 'contacts', contactIds, names);
  const leads = await leadsOf(
    crm,
    [...records.values()].map(({ id }) => id),
  );
  const dealOwners = await readDealOwners(
    crm,
    [...records.values()].flatMap(({ id, properties }) =>
      Number(properties[CONTACT_FACTS.openDeals.property] ?? 0) > 0 ? [id] : [],
    ),
  );
  const facts: LeadFacts[] = [];
  const merged = new Map<string, string>();
  for (const contactId of new Set(contactIds)) {
    const record = records.get(contactId);
    if (record === undefined) continue;
    const oldIds = (record.properties[MERGED_IDS] ?? '').split(';').filter((id) => id !== '');
    for (const id of [contactId, ...oldIds]) if (id !== record.id) merged.set(id, record.id);
    const properties = Object.fromEntries(
      sources.map(({ property, source }) => [property, record.properties[source]]),
    );
    const dealOwner = dealOwners.get(record.id) ?? null;
    facts.push(toLeadFacts(contactId, properties, leads.get(record.id) ?? [], readAt, dealOwner));
  }
  return { facts, merged, missing: [...new Set(contactIds)].filter((id) => !records.has(id)) };
}

async function leadsOf(crm: Crm, contactIds: readonly string[]): Promise<Map<string, LeadObject[]>> {
  const found = new Map<string, LeadObject[]>();
  if (crm.portal.leads === null || contactIds.length === 0) return found;
  const associations = await readAssociations(crm, 'contacts', 'leads', contactIds);
  const leadIds = [...associations.values()].flat().map(({ id }) => id);
  const records = await readRecords(crm, 'leads', leadIds, LEAD_PROPERTIES);
  for (const [contactId, ofContact] of associations) {
    const leads = [...new Set(ofContact.map(({ id }) => id))].flatMap((leadId) => {
      const properties = records.get(leadId)?.properties;
      if (properties === undefined) return [];
      return [
        {
          leadId,
          pipelineId: properties.hs_pipeline ?? '',
          stageId: properties.hs_pipeline_stage ?? '',
          disqualificationReason: properties.hs_lead_disqualification_reason ?? '',
        },
      ];
    });
    found.set(contactId, leads);
  }
  return found;
}

/** Lead id → contact id; the primary contact where the Lead has several. Leads without contact are absent. */
export async function readContactsOfLeads(
  crm: Crm,
  leadIds: readonly string[],
): Promise<Map<string, string>> {
  const associations = await associationsOfLeads(crm, leadIds);
  const contacts = new Map<string, string>();
  for (const [leadId, ofLead] of associations) {
    const contact = ofLead.find(({ typeIds }) => typeIds.includes(PRIMARY_CONTACT)) ?? ofLead[0];
    if (contact !== undefined) contacts.set(leadId, contact.id);
  }
  return contacts;
}

async function associationsOfLeads(
  crm: Crm,
  leadIds: readonly string[],
): Promise<ReadonlyMap<string, readonly Association[]>> {
  try {
    return await readAssociations(crm, 'leads', 'contacts', leadIds);
  } catch (error) {
    // Nobody knows any of them: no contact either.
    if (error instanceof HubSpotError && error.kind === 'not-found') return new Map();
    throw error;
  }
}
