/**
 * What we know about a lead when a decision is made. Facts come from the server's own snapshot of the record, never
 * from the card's word. This file is the one place that says which HubSpot property each fact is read from.
 */

import { isDay } from './calendar.ts';
import { toStorable } from './text.ts';

/** One Lead object (HubSpot's sales lead) that hangs on the contact. */
export type LeadObject = {
  readonly leadId: string;
  readonly pipelineId: string;
  readonly stageId: string;
  readonly disqualificationReason: string;
};

type FactRow = { readonly property: string; readonly type: 'text' | 'number' | 'instant' | 'day' };

/**
 * Fact → HubSpot contact property. The gateway reads exactly these properties, and the webhooks follow them.
 */
export const CONTACT_FACTS = {
  firstName: { property: 'firstname', type: 'text' },
  lastName: { property: 'lastname', type: 'text' },
  email: { property: 'email', type: 'text' },
  phone: { property: 'phone', type: 'text' },
  mobilePhone: { property: 'mobilephone', type: 'text' },
  jobTitle: { property: 'jobtitle', type: 'text' },
  company: { property: 'company', type: 'text' },
  employees: { property: 'numemployees', type: 'text' },
  industry: { property: 'industry', type: 'text' },
  country: { property: 'country', type: 'text' },
  ownerId: { property: 'hubspot_owner_id', type: 'text' },
  lifecycleStage: { property: 'lifecyclestage', type: 'text' },
  leadStatus: { property: 'hs_lead_status', type: 'text' },
  handOffMark: { property: 'mqlr_hand_off', type: 'text' },
  createdAt: { property: 'createdate', type: 'instant' },
  handedOffAt: { property: 'hs_lifecyclestage_marketingqualifiedlead_date', type: 'instant' },
  source: { property: 'hs_analytics_source', type: 'text' },
  sourceDetail: { property: 'hs_analytics_source_data_1', type: 'text' },
  campaign: { property: 'hs_analytics_source_data_2', type: 'text' },
  contentDownloaded: { property: 'recent_conversion_event_name', type: 'text' },
  recentConversionAt: { property: 'recent_conversion_date', type: 'instant' },
  pageViews: { property: 'hs_analytics_num_page_views', type: 'number' },
  visits: { property: 'hs_analytics_num_visits', type: 'number' },
  firstSeenAt: { property: 'hs_analytics_first_timestamp', type: 'instant' },
  lastSeenAt: { property: 'hs_analytics_last_timestamp', type: 'instant' },
  lastPage: { property: 'hs_analytics_last_url', type: 'text' },
  pagesSeen: { property: 'mqlr_pages_seen', type: 'text' },
  secondsOnSite: { property: 'mqlr_seconds_on_site', type: 'number' },
  score: { property: 'hubspotscore', type: 'number' },
  behaviourScore: { property: 'mqlr_score_behaviour', type: 'number' },
  fitScore: { property: 'mqlr_score_fit', type: 'number' },
  scoreLess: { property: 'mqlr_score_less', type: 'number' },
  notToOwnerId: { property: 'mqlr_not_to_owner', type: 'text' },
  scoreMovedBy: { property: 'mqlr_score_moved_by', type: 'text' },
  openDeals: { property: 'num_associated_deals', type: 'number' },
  lastContactedAt: { property: 'notes_last_contacted', type: 'instant' },
  contactAttempts: { property: 'num_contacted_notes', type: 'number' },
  csmOwnerId: { property: 'mqlr_csm_owner_id', type: 'text' },
  renewalOn: { property: 'mqlr_renewal_on', type: 'day' },
  fiscalYearOn: { property: 'mqlr_fiscal_year_on', type: 'day' },
  budgetOn: { property: 'mqlr_budget_on', type: 'day' },
} as const satisfies Record<string, FactRow>;

export type FactName = keyof typeof CONTACT_FACTS;
type Parsed<T> = T extends 'number' ? number : string;
type ContactFacts = {
  readonly [Name in FactName]: Parsed<(typeof CONTACT_FACTS)[Name]['type']> | null;
};

/** Everything known about one contact at `readAt`. Empty values are `null`; instants are ISO 8601 in UTC. */
export type LeadFacts = ContactFacts & {
  readonly contactId: string;
  /** When HubSpot was read. Its age is shown, and facts that are known to have moved since are marked stale. */
  readonly readAt: string;
  readonly leads: readonly LeadObject[];
  /** HubSpot owner id of the newest open deal; `null` without one, or where deals may not be read. */
  readonly dealOwnerId?: string | null;
};

/** Another record of the same portal that looks like the same person. */
export type PossibleDuplicate = { readonly contactId: string; readonly label: string; readonly why: string };

/**
 * Facts from a contact's properties as HubSpot returns them (strings or null). A number or date that HubSpot does
 * not give in its documented form counts as unknown, since a decision must not rest on a guess.
 */
export function toLeadFacts(
  contactId: string,
  properties: Readonly<Record<string, string | null | undefined>>,
  leads: readonly LeadObject[],
  readAt: Date,
  dealOwnerId: string | null = null,
): LeadFacts {
  const values = Object.fromEntries(
    Object.entries(CONTACT_FACTS).map(([name, row]) => [name, parseFact(row, properties[row.property])]),
  ) as ContactFacts;
  return { ...values, contactId, readAt: readAt.toISOString(), leads, dealOwnerId };
}

function parseFact(row: FactRow, raw: string | null | undefined): string | number | null {
  if (raw === null || raw === undefined || raw.trim() === '') return null;
  if (row.type === 'text') return toStorable(raw).trim() || null;
  if (row.type === 'number') {
    const number = Number(raw);
    return Number.isFinite(number) ? number : null;
  }
  if (row.type === 'day') return dayFrom(raw);
  // HubSpot gives datetimes as ISO 8601 in reads, and as epoch milliseconds in some older properties.
  const instant = /^\d+$/.test(raw) ? new Date(Number(raw)) : new Date(raw);
  return Number.isNaN(instant.getTime()) ? null : instant.toISOString();
}

/** A date property has no time: HubSpot gives it as a day, or as the midnight in UTC that begins it. */
function dayFrom(raw: string): string | null {
  const day = /^\d{9,}$/.test(raw) ? new Date(Number(raw)).toISOString().slice(0, 10) : raw.slice(0, 10);
  return isDay(day) ? day : null;
}

/** A name for people: "Ada Lovelace", else the e-mail, else the record's id. */
export function displayNameOf(
  facts: Pick<LeadFacts, 'firstName' | 'lastName' | 'email' | 'contactId'>,
): string {
  const name = [facts.firstName, facts.lastName].filter((part) => part !== null).join(' ');
  return name || facts.email || `Contact ${facts.contactId}`;
}
