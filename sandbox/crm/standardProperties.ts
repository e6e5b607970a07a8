/**
 * HubSpot's own properties, as far as the product reads, writes or shows them. A row:
 * [name, label, type, fieldType, group, flags, options]. Flags: r = value is read only, u = unique, x = options live elsewhere.
 * Sources: knowledge.hubspot.com/properties (default contact, company, lead, activity properties),
 * developers.hubspot.com/docs/api-reference/crm-properties-v3/guide (type and fieldType).
 */

import type { ObjectTypeName } from './objectTypes.ts';

export type PropertyRow = readonly [
  name: string,
  label: string,
  type: string,
  fieldType: string,
  group: string,
  flags?: string,
  options?: readonly (readonly [value: string, label: string])[],
];

const same = (...values: string[]): (readonly [string, string])[] => values.map((value) => [value, value]);

const YES_NO = [
  ['true', 'Yes'],
  ['false', 'No'],
] as const;

export const LIFECYCLE_STAGES = [
  ['subscriber', 'Subscriber'],
  ['lead', 'Lead'],
  ['marketingqualifiedlead', 'Marketing Qualified Lead'],
  ['salesqualifiedlead', 'Sales Qualified Lead'],
  ['opportunity', 'Opportunity'],
  ['customer', 'Customer'],
  ['evangelist', 'Evangelist'],
  ['other', 'Other'],
] as const;

const LEAD_STATUSES = [
  ['NEW', 'New'],
  ['OPEN', 'Open'],
  ['IN_PROGRESS', 'In Progress'],
  ['OPEN_DEAL', 'Open Deal'],
  ['UNQUALIFIED', 'Unqualified'],
  ['ATTEMPTED_TO_CONTACT', 'Attempted to Contact'],
  ['CONNECTED', 'Connected'],
  ['BAD_TIMING', 'Bad Timing'],
] as const;

const TRAFFIC_SOURCES = [
  ['ORGANIC_SEARCH', 'Organic Search'],
  ['PAID_SEARCH', 'Paid Search'],
  ['EMAIL_MARKETING', 'Email Marketing'],
  ['SOCIAL_MEDIA', 'Organic Social'],
  ['REFERRALS', 'Referrals'],
  ['OTHER_CAMPAIGNS', 'Other Campaigns'],
  ['DIRECT_TRAFFIC', 'Direct Traffic'],
  ['OFFLINE', 'Offline Sources'],
  ['PAID_SOCIAL', 'Paid Social'],
  ['AI_REFERRALS', 'AI Referrals'],
] as const;

const DISQUALIFICATION_REASONS = [
  ['BAD_TIMING', 'Bad Timing'],
  ['BUDGET_CONSTRAINTS', 'Budget Constraints'],
  ['NO_DECISION_MAKING_POWER', 'No Decision-making Power'],
  ['COMPETITOR_PREFERENCE', 'Competitor Preference'],
  ['NOT_A_GOOD_FIT', 'Not a Good Fit'],
  ['NO_INTEREST', 'No Commercial Interest'],
  ['PRIOR_NEGATIVE_EXPERIENCE', 'Prior Negative Experience'],
  ['TECHNICAL_LIMITATIONS', 'Technical Limitations'],
  ['WRONG_DATA', 'Wrong Data'],
  ['NO_RESPONSE', 'No Response'],
] as const;

const became = (group: string): PropertyRow[] =>
  LIFECYCLE_STAGES.map(([stage, label]) => [
    `hs_lifecyclestage_${stage}_date`,
    `Became a ${label} Date`,
    'datetime',
    'date',
    group,
    'r',
  ]);

const owner = (group: string): PropertyRow[] => [
  ['hubspot_owner_id', 'Owner', 'enumeration', 'select', group, 'x'],
  ['hubspot_owner_assigneddate', 'Owner Assigned Date', 'datetime', 'date', group, 'r'],
];

const sources = (group: string): PropertyRow[] => [
  ['hs_analytics_source', 'Original Traffic Source', 'enumeration', 'select', group, '', TRAFFIC_SOURCES],
  ['hs_analytics_source_data_1', 'Original Traffic Source Drill-Down 1', 'string', 'text', group, 'r'],
  ['hs_analytics_source_data_2', 'Original Traffic Source Drill-Down 2', 'string', 'text', group, 'r'],
  [
    'hs_analytics_latest_source',
    'Latest Traffic Source',
    'enumeration',
    'select',
    group,
    'r',
    TRAFFIC_SOURCES,
  ],
  ['hs_analytics_latest_source_data_1', 'Latest Traffic Source Drill-Down 1', 'string', 'text', group, 'r'],
  ['hs_analytics_latest_source_data_2', 'Latest Traffic Source Drill-Down 2', 'string', 'text', group, 'r'],
  ['hs_analytics_latest_source_timestamp', 'Latest Traffic Source Date', 'datetime', 'date', group, 'r'],
  ['hs_analytics_num_page_views', 'Number of Pageviews', 'number', 'number', group, 'r'],
  ['hs_analytics_num_visits', 'Number of Sessions', 'number', 'number', group, 'r'],
  ['hs_analytics_first_timestamp', 'Time First Seen', 'datetime', 'date', group, 'r'],
  ['hs_analytics_last_timestamp', 'Time Last Seen', 'datetime', 'date', group, 'r'],
];

const activity = (group: string): PropertyRow[] => [
  ['notes_last_contacted', 'Last Contacted', 'datetime', 'date', group, 'r'],
  ['notes_last_updated', 'Last Activity Date', 'datetime', 'date', group, 'r'],
  ['notes_next_activity_date', 'Next Activity Date', 'datetime', 'date', group, 'r'],
  ['num_contacted_notes', 'Number of times contacted', 'number', 'number', group, 'r'],
  ['num_notes', 'Number of Sales Activities', 'number', 'number', group, 'r'],
  ['hs_sales_email_last_replied', 'Recent Sales Email Replied Date', 'datetime', 'date', group, 'r'],
  ['hs_sales_email_last_opened', 'Recent Sales Email Opened Date', 'datetime', 'date', group, 'r'],
];

const engagement: PropertyRow[] = [
  ['hs_timestamp', 'Activity date', 'datetime', 'date', 'engagement'],
  ...owner('engagement'),
  ['hs_attachment_ids', 'Attached file IDs', 'enumeration', 'checkbox', 'engagement', 'x'],
  ['hs_unique_id', 'Unique ID', 'string', 'text', 'engagement', 'u'],
];

/** Properties that every object type has. */
export const commonRows = (created: string, modified: string, group: string): PropertyRow[] => [
  ['hs_object_id', 'Record ID', 'number', 'number', group, 'ru'],
  [created, 'Create Date', 'datetime', 'date', group, 'r'],
  [modified, 'Last Modified Date', 'datetime', 'date', group, 'r'],
  ['hs_object_source', 'Record creation source', 'string', 'text', group, 'r'],
  ['hs_object_source_id', 'Record creation source ID', 'string', 'text', group, 'r'],
  ['hs_object_source_label', 'Record source', 'string', 'text', group, 'r'],
  ['hs_object_source_user_id', 'Record creation source user ID', 'number', 'number', group, 'r'],
  ['hs_merged_object_ids', 'Merged record IDs', 'enumeration', 'checkbox', group, 'rx'],
];

const C = 'contactinformation';
const A = 'analyticsinformation';
const CO = 'companyinformation';
const L = 'lead_information';
const T = 'task';

export const STANDARD_PROPERTIES: { readonly [K in ObjectTypeName]: readonly PropertyRow[] } = {
  contacts: [
    ['email', 'Email', 'string', 'text', C, 'u'],
    ['hs_additional_emails', 'Additional email addresses', 'enumeration', 'checkbox', C, 'x'],
    ['hs_email_domain', 'Email Domain', 'string', 'text', C, 'r'],
    ['firstname', 'First Name', 'string', 'text', C],
    ['lastname', 'Last Name', 'string', 'text', C],
    ['jobtitle', 'Job Title', 'string', 'text', C],
    ['hs_seniority', 'Seniority', 'string', 'text', C],
    ['company', 'Company Name', 'string', 'text', C],
    ['phone', 'Phone Number', 'string', 'phonenumber', C],
    ['mobilephone', 'Mobile Phone Number', 'string', 'phonenumber', C],
    ['website', 'Website URL', 'string', 'text', C],
    ['address', 'Street Address', 'string', 'text', C],
    ['city', 'City', 'string', 'text', C],
    ['state', 'State/Region', 'string', 'text', C],
    ['zip', 'Postal Code', 'string', 'text', C],
    ['country', 'Country/Region', 'string', 'text', C],
    [
      'numemployees',
      'Number of Employees',
      'enumeration',
      'select',
      C,
      '',
      same('1-5', '5-25', '25-50', '50-100', '100-500', '500-1000', '1000+'),
    ],
    ['industry', 'Industry', 'string', 'text', C],
    ['annualrevenue', 'Annual Revenue', 'string', 'text', C],
    ['message', 'Message', 'string', 'textarea', C],
    ['hs_persona', 'Persona', 'enumeration', 'select', C, '', []],
    ['lifecyclestage', 'Lifecycle Stage', 'enumeration', 'radio', C, '', LIFECYCLE_STAGES],
    ...became(C),
    ['hs_lead_status', 'Lead Status', 'enumeration', 'radio', C, '', LEAD_STATUSES],
    ['hs_email_optout', 'Unsubscribed from all email', 'bool', 'booleancheckbox', C, 'r', YES_NO],
    ['hs_marketable_status', 'Marketing contact status', 'enumeration', 'select', C, 'r', YES_NO],
    ['hubspotscore', 'HubSpot Score', 'number', 'number', C, 'r'],
    ['hs_predictivecontactscore_v2', 'Likelihood to close', 'number', 'number', C, 'r'],
    ...owner(C),
    ...sources(A),
    ['hs_analytics_first_url', 'First Page Seen', 'string', 'text', A, 'r'],
    ['hs_analytics_last_url', 'Last Page Seen', 'string', 'text', A, 'r'],
    ['hs_analytics_first_referrer', 'First Referring Site', 'string', 'text', A, 'r'],
    ['hs_analytics_last_referrer', 'Last Referring Site', 'string', 'text', A, 'r'],
    ['hs_analytics_average_page_views', 'Average Pageviews', 'number', 'number', A, 'r'],
    ['hs_analytics_num_event_completions', 'Number of event completions', 'number', 'number', A, 'r'],
    [
      'hs_analytics_first_touch_converting_campaign',
      'First Touch Converting Campaign',
      'string',
      'text',
      A,
      'r',
    ],
    [
      'hs_analytics_last_touch_converting_campaign',
      'Last Touch Converting Campaign',
      'string',
      'text',
      A,
      'r',
    ],
    ['first_conversion_event_name', 'First Conversion', 'string', 'text', A, 'r'],
    ['first_conversion_date', 'First Conversion Date', 'datetime', 'date', A, 'r'],
    ['recent_conversion_event_name', 'Recent Conversion', 'string', 'text', A, 'r'],
    ['recent_conversion_date', 'Recent Conversion Date', 'datetime', 'date', A, 'r'],
    ['num_conversion_events', 'Number of Form Submissions', 'number', 'number', A, 'r'],
    ['num_unique_conversion_events', 'Number of Unique Forms Submitted', 'number', 'number', A, 'r'],
    ...activity('sales_properties'),
    ['num_associated_deals', 'Number of Associated Deals', 'number', 'number', 'deal_information', 'r'],
    ['associatedcompanyid', 'Primary Associated Company ID', 'number', 'number', C, 'r'],
  ],
  companies: [
    ['name', 'Company name', 'string', 'text', CO],
    ['domain', 'Company Domain Name', 'string', 'text', CO],
    ['website', 'Website URL', 'string', 'text', CO],
    ['phone', 'Phone Number', 'string', 'phonenumber', CO],
    ['description', 'Description', 'string', 'textarea', CO],
    ['address', 'Street Address', 'string', 'text', CO],
    ['city', 'City', 'string', 'text', CO],
    ['state', 'State/Region', 'string', 'text', CO],
    ['zip', 'Postal Code', 'string', 'text', CO],
    ['country', 'Country/Region', 'string', 'text', CO],
    [
      'industry',
      'Industry',
      'enumeration',
      'select',
      CO,
      '',
      same(
        'COMPUTER_SOFTWARE',
        'INFORMATION_TECHNOLOGY_AND_SERVICES',
        'FINANCIAL_SERVICES',
        'MARKETING_AND_ADVERTISING',
        'RETAIL',
        'CONSUMER_GOODS',
        'LOGISTICS_AND_SUPPLY_CHAIN',
        'MANAGEMENT_CONSULTING',
        'INTERNET',
        'MACHINERY',
        'HOSPITAL_HEALTH_CARE',
        'HIGHER_EDUCATION',
      ),
    ],
    ['numberofemployees', 'Number of Employees', 'number', 'number', CO],
    ['annualrevenue', 'Annual Revenue', 'number', 'number', CO],
    ['lifecyclestage', 'Lifecycle Stage', 'enumeration', 'radio', CO, '', LIFECYCLE_STAGES],
    ...became(CO),
    ['hs_lead_status', 'Lead Status', 'enumeration', 'radio', CO, '', LEAD_STATUSES],
    ['hs_parent_company_id', 'Parent Company', 'number', 'number', CO, 'r'],
    ['num_associated_contacts', 'Number of Associated Contacts', 'number', 'number', CO, 'r'],
    ['num_associated_deals', 'Number of Associated Deals', 'number', 'number', CO, 'r'],
    ...owner(CO),
    ...sources(A),
    ...activity('companyactivity'),
  ],
  leads: [
    ['hs_lead_name', 'Lead name', 'string', 'text', L],
    [
      'hs_lead_type',
      'Lead type',
      'enumeration',
      'select',
      L,
      '',
      [
        ['NEW_BUSINESS', 'New business'],
        ['UPSELL', 'Upsell'],
        ['RE_ENGAGE', 'Re-engage'],
        ['RE_ATTEMPTING', 'Re-attempting'],
      ],
    ],
    [
      'hs_lead_label',
      'Lead label',
      'enumeration',
      'select',
      L,
      '',
      [
        ['HOT', 'Hot'],
        ['WARM', 'Warm'],
        ['COLD', 'Cold'],
      ],
    ],
    ['hs_lead_source', 'Lead source', 'enumeration', 'select', L, 'r', TRAFFIC_SOURCES],
    ['hs_pipeline', 'Lead Pipeline', 'enumeration', 'select', L, 'x'],
    ['hs_pipeline_stage', 'Lead Pipeline Stage', 'enumeration', 'select', L, 'x'],
    ['hs_lead_is_disqualified', 'Is disqualified', 'bool', 'booleancheckbox', L, 'r', YES_NO],
    ['hs_lead_is_qualified', 'Is qualified', 'bool', 'booleancheckbox', L, 'r', YES_NO],
    ['hs_lead_is_open', 'Is open', 'bool', 'booleancheckbox', L, 'r', YES_NO],
    [
      'hs_lead_disqualification_reason',
      'Lead disqualification reason',
      'enumeration',
      'select',
      L,
      '',
      DISQUALIFICATION_REASONS,
    ],
    ['hs_lead_disqualification_note', 'Lead disqualification note', 'string', 'textarea', L],
    ['hs_primary_contact_id', 'Primary contact ID', 'number', 'number', L, 'r'],
    ['hs_primary_company_id', 'Primary company ID', 'number', 'number', L, 'r'],
    ['hs_lead_first_outreach_date', 'First outreach date', 'datetime', 'date', L, 'r'],
    ['hs_lead_time_to_first_outreach', 'Time to first outreach', 'number', 'number', L, 'r'],
    ['hs_lead_call_count', 'Call count', 'number', 'number', L, 'r'],
    ['hs_lead_email_count', 'Email count', 'number', 'number', L, 'r'],
    ['hs_lead_meeting_count', 'Meeting count', 'number', 'number', L, 'r'],
    ['hs_lead_outreach_activity_count', 'Outreach activity count', 'number', 'number', L, 'r'],
    ...owner(L),
  ],
  tasks: [
    ...engagement,
    ['hs_task_subject', 'Task title', 'string', 'text', T],
    ['hs_task_body', 'Task notes', 'string', 'html', T],
    [
      'hs_task_status',
      'Task status',
      'enumeration',
      'select',
      T,
      '',
      [
        ['NOT_STARTED', 'Not started'],
        ['IN_PROGRESS', 'In progress'],
        ['WAITING', 'Waiting'],
        ['DEFERRED', 'Deferred'],
        ['COMPLETED', 'Completed'],
      ],
    ],
    [
      'hs_task_priority',
      'Priority',
      'enumeration',
      'select',
      T,
      '',
      [
        ['NONE', 'None'],
        ['LOW', 'Low'],
        ['MEDIUM', 'Medium'],
        ['HIGH', 'High'],
      ],
    ],
    [
      'hs_task_type',
      'Task type',
      'enumeration',
      'select',
      T,
      '',
      [
        ['TODO', 'To-do'],
        ['CALL', 'Call'],
        ['EMAIL', 'Email'],
        ['LINKED_IN', 'LinkedIn'],
        ['MEETING', 'Meeting'],
      ],
    ],
    ['hs_task_reminders', 'Task reminder dates', 'string', 'text', T],
    ['hs_queue_membership_ids', 'Task queues', 'enumeration', 'checkbox', T, 'x'],
    ['hs_task_completion_date', 'Completed at', 'datetime', 'date', T, 'r'],
    ['hs_task_is_completed', 'Is completed', 'number', 'number', T, 'r'],
  ],
  notes: [
    ...engagement,
    ['hs_note_body', 'Note body', 'string', 'html', 'note'],
    ['hs_body_preview', 'Body preview', 'string', 'text', 'note', 'r'],
  ],
};
