/** One hand-off of the story as a value, and how it becomes records. */

import type { Campaign, Company } from './market.ts';
import type { Book } from './book.ts';
import { instant } from './book.ts';
import type { Version } from './content.ts';
import type { Person } from './people.ts';
import type { Rep } from './team.ts';
import { HOUR_MS } from './weeks.ts';

/** What became of it, in HubSpot's own terms: before the app there was no reason to choose. */
export type Outcome = 'open' | 'accepted' | 'deal' | 'customer' | 'recycled' | 'disqualified';

export type HandOff = {
  /** Record id; the next free one where it is left out. */
  readonly id?: string;
  readonly at: Date;
  readonly createdAt: Date;
  readonly campaign: Campaign | null;
  readonly person: Person | null;
  readonly email: string;
  readonly phone: string | null;
  readonly title: string | null;
  readonly company: Company | null;
  readonly country: string | null;
  /** HubSpot's size band, and the number behind it. */
  readonly size: { readonly band: string; readonly employees: number } | null;
  readonly visit: {
    readonly pagesSeen: string | null;
    readonly seconds: number;
    readonly pageViews: number;
    readonly visits: number;
    readonly firstSeenAt: Date;
    readonly lastSeenAt: Date;
  } | null;
  readonly score: { readonly value: number; readonly movedBy: string } | null;
  readonly rep: Rep;
  readonly firstContactAt: Date | null;
  readonly lastContactAt: Date | null;
  readonly attempts: number;
  readonly outcome: Outcome;
  readonly answeredAt: Date | null;
  readonly withLead: boolean;
  readonly notes: readonly { readonly at: Date; readonly text: string }[];
  readonly task: { readonly subject: string; readonly dueAt: Date; readonly doneAt: Date | null } | null;
};

const AFTER: {
  readonly [O in Outcome]: { readonly stages: readonly string[]; readonly status: string | null };
} = {
  open: { stages: [], status: null },
  accepted: { stages: ['salesqualifiedlead'], status: 'IN_PROGRESS' },
  deal: { stages: ['salesqualifiedlead', 'opportunity'], status: 'OPEN_DEAL' },
  customer: { stages: ['salesqualifiedlead', 'opportunity', 'customer'], status: 'OPEN_DEAL' },
  // Lifecycle stages only move forward at HubSpot: to go back, the value is cleared first.
  recycled: { stages: ['', 'lead'], status: 'BAD_TIMING' },
  disqualified: { stages: ['', 'other'], status: 'UNQUALIFIED' },
};

const PIPELINE = 'lead-pipeline-id';
const LEAD_STAGES: { readonly [O in Outcome]: string } = {
  open: 'new-stage-id',
  accepted: 'connected-stage-id',
  deal: 'qualified-stage-id',
  customer: 'qualified-stage-id',
  recycled: 'unqualified-stage-id',
  disqualified: 'unqualified-stage-id',
};

/** Writes the contact with its history, its company, Lead, notes and task. Returns the contact's id. */
export const writeHandOff = (book: Book, handOff: HandOff): string => {
  const id = book.add('contacts', {
    ...(handOff.id !== undefined && { id: handOff.id }),
    createdAt: handOff.createdAt,
    properties: identityOf(handOff),
    history: historyOf(handOff),
  });
  const companyId = handOff.company === null ? null : companyOf(book, handOff, handOff.company);
  if (companyId !== null) book.linkCompany(id, companyId);
  if (handOff.withLead) writeLead(book, handOff, id, companyId);
  for (const note of handOff.notes) book.note(id, note.at, note.text, handOff.rep.ownerId);
  if (handOff.task !== null) book.task(id, handOff.task, handOff.rep.ownerId, handOff.at);
  return id;
};

const present = (
  values: Readonly<Record<string, string | number | null | undefined>>,
): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
    ),
  );

const identityOf = (handOff: HandOff): Record<string, string> => {
  const { campaign, visit, company } = handOff;
  return present({
    email: handOff.email,
    hs_email_domain: handOff.email.split('@')[1],
    firstname: handOff.person?.firstName,
    lastname: handOff.person?.lastName,
    phone: handOff.phone,
    jobtitle: handOff.title,
    company: company?.name,
    industry: company?.industry,
    country: handOff.country,
    numemployees: handOff.size?.band,
    hs_analytics_source: campaign?.source,
    hs_analytics_source_data_1: campaign?.detail,
    hs_analytics_source_data_2: campaign?.name,
    hs_analytics_first_timestamp: visit && instant(visit.firstSeenAt),
    first_conversion_event_name: campaign?.form,
    first_conversion_date: campaign && instant(handOff.createdAt),
    num_conversion_events: campaign && 1,
    hs_lifecyclestage_lead_date: instant(handOff.createdAt),
  });
};

const historyOf = (handOff: HandOff): Record<string, Version[]> => {
  const { at, visit, score, campaign, rep, answeredAt, firstContactAt, lastContactAt } = handOff;
  const { stages, status } = AFTER[handOff.outcome];
  const byRep = { sourceType: 'CRM_UI', sourceId: `userId:${rep.userId}`, updatedByUserId: rep.userId };
  const byWorkflow = { sourceType: 'AUTOMATION_PLATFORM', sourceId: 'MQL hand-off' };
  const atHandOff = (value: string | number | null | undefined): Version[] =>
    value === null || value === undefined || value === ''
      ? []
      : [{ value: String(value), timestamp: instant(at), ...byWorkflow }];
  const afterwards = (value: string, laterMs = 0): Version[] =>
    answeredAt === null
      ? []
      : [{ value, timestamp: instant(new Date(answeredAt.getTime() + laterMs)), ...byRep }];
  const contacts = [firstContactAt, lastContactAt].filter((one) => one !== null);
  const history: Record<string, Version[]> = {
    lifecyclestage: [
      {
        value: 'lead',
        timestamp: instant(handOff.createdAt),
        sourceType: 'FORM',
        sourceId: campaign?.form ?? 'import',
      },
      ...atHandOff('marketingqualifiedlead'),
      // A day apart each, in the order in which they were reached.
      ...stages.flatMap((stage, step) =>
        afterwards(stage, stages[0] === '' ? step * 1_000 : step * 24 * HOUR_MS),
      ),
    ],
    hs_lifecyclestage_marketingqualifiedlead_date: atHandOff(instant(at)),
    hs_lead_status: [...atHandOff('NEW'), ...(status === null ? [] : afterwards(status))],
    hubspot_owner_id: atHandOff(rep.ownerId),
    hubspot_owner_assigneddate: atHandOff(instant(at)),
    recent_conversion_event_name: atHandOff(campaign?.form),
    recent_conversion_date: atHandOff(campaign && instant(at)),
    hubspotscore: atHandOff(score?.value),
    hs_analytics_num_page_views: atHandOff(visit?.pageViews),
    hs_analytics_num_visits: atHandOff(visit?.visits),
    hs_analytics_last_timestamp: atHandOff(visit && instant(visit.lastSeenAt)),
    mqlr_pages_seen: atHandOff(visit?.pagesSeen),
    mqlr_seconds_on_site: atHandOff(visit?.seconds),
    mqlr_score_moved_by: atHandOff(score?.movedBy),
    notes_last_contacted: contacts.map((one) => ({ value: instant(one), timestamp: instant(one), ...byRep })),
    num_contacted_notes: contacts.map((one, index) => ({
      value: String(index === contacts.length - 1 ? handOff.attempts : 1),
      timestamp: instant(one),
      ...byRep,
    })),
    num_associated_deals:
      handOff.outcome === 'deal' || handOff.outcome === 'customer' ? afterwards('1', 24 * HOUR_MS) : [],
    ...Object.fromEntries(
      stages
        .filter((stage) => stage !== '' && stage !== 'lead')
        .map((stage, step) => [
          `hs_lifecyclestage_${stage}_date`,
          answeredAt === null
            ? []
            : afterwards(instant(new Date(answeredAt.getTime() + step * 24 * HOUR_MS))),
        ]),
    ),
  };
  return Object.fromEntries(Object.entries(history).filter(([, versions]) => versions.length > 0));
};

const companyOf = (book: Book, handOff: HandOff, company: Company): string =>
  book.company(company.domain, {
    createdAt: handOff.createdAt,
    properties: present({
      name: company.name,
      domain: company.domain,
      industry: company.industryOption,
      numberofemployees: handOff.size?.employees,
      country: handOff.country,
      lifecyclestage: handOff.outcome === 'customer' ? 'customer' : 'lead',
    }),
  });

const writeLead = (book: Book, handOff: HandOff, contactId: string, companyId: string | null): void => {
  const { outcome, person, company, firstContactAt, at } = handOff;
  const stage = outcome === 'open' && firstContactAt !== null ? 'attempting-stage-id' : LEAD_STAGES[outcome];
  const turnedBack = outcome === 'recycled' || outcome === 'disqualified';
  const leadId = book.add('leads', {
    createdAt: at,
    properties: present({
      hs_lead_name:
        [person && `${person.firstName} ${person.lastName}`, company?.name].filter(Boolean).join(', ') ||
        handOff.email,
      hs_lead_type: 'NEW_BUSINESS',
      hs_lead_label: (handOff.score?.value ?? 0) > 75 ? 'HOT' : 'WARM',
      hs_pipeline: PIPELINE,
      hs_pipeline_stage: stage,
      hs_lead_is_open: String(outcome === 'open' || outcome === 'accepted'),
      hs_lead_is_qualified: String(outcome === 'deal' || outcome === 'customer'),
      hs_lead_is_disqualified: String(turnedBack),
      hs_lead_disqualification_reason:
        outcome === 'recycled' ? 'BAD_TIMING' : outcome === 'disqualified' ? 'NOT_A_GOOD_FIT' : null,
      hubspot_owner_id: handOff.rep.ownerId,
      hs_primary_contact_id: contactId,
      hs_primary_company_id: companyId,
      hs_lead_first_outreach_date: firstContactAt && instant(firstContactAt),
      hs_lead_time_to_first_outreach: firstContactAt && firstContactAt.getTime() - at.getTime(),
    }),
  });
  book.linkLead(leadId, contactId);
};
