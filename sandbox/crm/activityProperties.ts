/**
 * HubSpot's own properties of deals, meetings, calls and e-mails.
 * Docs: the guides of crm deals, meetings, calls and email; knowledge.hubspot.com/properties/hubspots-default-deal-properties
 */

import { type PropertyRow, YES_NO, engagement, owner, same } from './propertyRows.ts';

const D = 'dealinformation';

export const DEAL_ROWS: readonly PropertyRow[] = [
  ['dealname', 'Deal Name', 'string', 'text', D],
  ['pipeline', 'Pipeline', 'enumeration', 'select', D, 'x'],
  ['dealstage', 'Deal Stage', 'enumeration', 'radio', D, 'x'],
  ['amount', 'Amount', 'number', 'number', D],
  ['closedate', 'Close Date', 'datetime', 'date', D],
  [
    'dealtype',
    'Deal Type',
    'enumeration',
    'radio',
    D,
    '',
    [
      ['newbusiness', 'New Business'],
      ['existingbusiness', 'Existing Business'],
    ],
  ],
  ['description', 'Deal Description', 'string', 'textarea', D],
  ['hs_priority', 'Priority', 'enumeration', 'select', D, '', same('low', 'medium', 'high')],
  ['closed_lost_reason', 'Closed Lost Reason', 'string', 'textarea', D],
  ['closed_won_reason', 'Closed Won Reason', 'string', 'textarea', D],
  ['hs_deal_stage_probability', 'Deal probability', 'number', 'number', D, 'r'],
  ['hs_is_closed', 'Is Deal Closed?', 'bool', 'booleancheckbox', D, 'r', YES_NO],
  ['hs_is_closed_won', 'Is Closed Won', 'bool', 'booleancheckbox', D, 'r', YES_NO],
  ['hs_is_closed_lost', 'Is Closed Lost', 'bool', 'booleancheckbox', D, 'r', YES_NO],
  ...owner(D),
];

const M = 'meeting';

export const MEETING_ROWS: readonly PropertyRow[] = [
  ...engagement,
  ['hs_meeting_title', 'Meeting name', 'string', 'text', M],
  ['hs_meeting_body', 'Meeting description', 'string', 'html', M],
  ['hs_internal_meeting_notes', 'Internal notes', 'string', 'html', M],
  ['hs_meeting_start_time', 'Start time', 'datetime', 'date', M],
  ['hs_meeting_end_time', 'End time', 'datetime', 'date', M],
  ['hs_meeting_location', 'Location', 'string', 'text', M],
  ['hs_meeting_external_url', 'External URL', 'string', 'text', M],
  [
    'hs_meeting_outcome',
    'Meeting outcome',
    'enumeration',
    'select',
    M,
    '',
    [
      ['SCHEDULED', 'Scheduled'],
      ['COMPLETED', 'Completed'],
      ['RESCHEDULED', 'Rescheduled'],
      ['NO_SHOW', 'No show'],
      ['CANCELED', 'Canceled'],
    ],
  ],
  ['hs_activity_type', 'Call and meeting type', 'enumeration', 'select', M, 'x'],
];

const CA = 'call';

/** What came of a call: HubSpot's own outcomes, whose values are ids. Docs: crm calls guide, "Call outcomes". */
const CALL_DISPOSITIONS = [
  ['9d9162e7-6cf3-4944-bf63-4dff82258764', 'Busy'],
  ['f240bbac-87c9-4f6e-bf70-924b57d47db7', 'Connected'],
  ['a4c4c377-d246-4b32-a13b-75a56a4cd0ff', 'Left live message'],
  ['b2cf5968-551e-4856-9783-52b3da59a7d0', 'Left voicemail'],
  ['73a0d17f-1163-4015-bdd5-ec830791da20', 'No answer'],
  ['17b47fee-58de-441e-a44c-c6300d46f273', 'Wrong number'],
] as const;

export const CALL_ROWS: readonly PropertyRow[] = [
  ...engagement,
  ['hs_call_title', 'Call title', 'string', 'text', CA],
  ['hs_call_body', 'Call notes', 'string', 'html', CA],
  ['hs_call_direction', 'Call direction', 'enumeration', 'select', CA, '', same('INBOUND', 'OUTBOUND')],
  [
    'hs_call_status',
    'Call status',
    'enumeration',
    'select',
    CA,
    '',
    same(
      'BUSY',
      'CALLING_CRM_USER',
      'CANCELED',
      'COMPLETED',
      'CONNECTING',
      'FAILED',
      'IN_PROGRESS',
      'NO_ANSWER',
      'QUEUED',
      'RINGING',
      'SCHEDULED',
    ),
  ],
  ['hs_call_disposition', 'Call outcome', 'enumeration', 'select', CA, '', CALL_DISPOSITIONS],
  ['hs_call_duration', 'Call duration', 'number', 'number', CA],
  ['hs_call_from_number', 'From number', 'string', 'text', CA],
  ['hs_call_to_number', 'To number', 'string', 'text', CA],
  ['hs_call_recording_url', 'Recording URL', 'string', 'text', CA],
  ['hs_activity_type', 'Call and meeting type', 'enumeration', 'select', CA, 'x'],
];

const E = 'email';

export const EMAIL_ROWS: readonly PropertyRow[] = [
  ...engagement,
  [
    'hs_email_direction',
    'Email direction',
    'enumeration',
    'select',
    E,
    '',
    same('EMAIL', 'INCOMING_EMAIL', 'FORWARDED_EMAIL'),
  ],
  [
    'hs_email_status',
    'Email send status',
    'enumeration',
    'select',
    E,
    '',
    same('BOUNCED', 'FAILED', 'SCHEDULED', 'SENDING', 'SENT'),
  ],
  ['hs_email_subject', 'Email subject', 'string', 'text', E],
  ['hs_email_text', 'Email body', 'string', 'textarea', E],
  ['hs_email_html', 'Email HTML', 'string', 'html', E],
  ['hs_email_headers', 'Email headers', 'string', 'textarea', E],
];
