/**
 * The CRM object types of the sandbox, one row each: routes, validation, search, webhooks and the state dump follow.
 * Names and ids: developers.hubspot.com/docs/api-reference/crm/understanding-the-crm (object type ids).
 */

type ObjectTypeRow = {
  /** plural, as in paths */
  readonly name: string;
  readonly singular: string;
  readonly id: string;
  /** what messages call it */
  readonly label: string;
  readonly scope: { readonly read: string; readonly write: string };
  readonly schemaScope: string;
  readonly created: string;
  readonly modified: string;
  /** properties that answers hold when none are asked for */
  readonly shown: readonly string[];
  readonly requiredOnCreate: readonly string[];
  readonly requiredOneOf: readonly string[];
  /** other property than the id by which records are unique */
  readonly identity?: string;
  /** what `query` of a search looks into */
  readonly searched: readonly string[];
  /** names of the properties that say where in a pipeline a record is */
  readonly pipeline?: { readonly pipeline: string; readonly stage: string };
  /** Something that a person did with contacts; contacts count these. */
  readonly isEngagement?: true;
};

/** Engagements are read and written with the scopes of contacts. Docs: each engagement's guide. */
const CONTACT_SCOPE = { read: 'crm.objects.contacts.read', write: 'crm.objects.contacts.write' } as const;

export const OBJECT_TYPES = [
  {
    name: 'contacts',
    singular: 'contact',
    id: '0-1',
    label: 'CONTACT',
    scope: CONTACT_SCOPE,
    schemaScope: 'crm.schemas.contacts',
    created: 'createdate',
    modified: 'lastmodifieddate',
    shown: ['createdate', 'email', 'firstname', 'hs_object_id', 'lastmodifieddate', 'lastname'],
    requiredOnCreate: [],
    requiredOneOf: ['email', 'firstname', 'lastname'],
    identity: 'email',
    searched: ['firstname', 'lastname', 'email', 'phone', 'hs_additional_emails', 'company'],
  },
  {
    name: 'companies',
    singular: 'company',
    id: '0-2',
    label: 'COMPANY',
    scope: { read: 'crm.objects.companies.read', write: 'crm.objects.companies.write' },
    schemaScope: 'crm.schemas.companies',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['createdate', 'domain', 'hs_lastmodifieddate', 'hs_object_id', 'name'],
    requiredOnCreate: [],
    requiredOneOf: ['name', 'domain'],
    searched: ['website', 'phone', 'name', 'domain'],
  },
  {
    name: 'leads',
    singular: 'lead',
    id: '0-136',
    label: 'LEAD',
    scope: { read: 'crm.objects.leads.read', write: 'crm.objects.leads.write' },
    schemaScope: 'crm.schemas.leads',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    requiredOnCreate: ['hs_lead_name'],
    requiredOneOf: [],
    searched: ['hs_lead_name'],
    pipeline: { pipeline: 'hs_pipeline', stage: 'hs_pipeline_stage' },
  },
  {
    name: 'tasks',
    singular: 'task',
    id: '0-27',
    label: 'TASK',
    scope: CONTACT_SCOPE,
    schemaScope: 'crm.schemas.contacts',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    requiredOnCreate: ['hs_timestamp'],
    requiredOneOf: [],
    searched: ['hs_task_subject', 'hs_task_body'],
    isEngagement: true,
  },
  {
    name: 'notes',
    singular: 'note',
    id: '0-46',
    label: 'NOTE',
    scope: CONTACT_SCOPE,
    schemaScope: 'crm.schemas.contacts',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    requiredOnCreate: ['hs_timestamp'],
    requiredOneOf: [],
    searched: ['hs_note_body'],
    isEngagement: true,
  },
  {
    name: 'deals',
    singular: 'deal',
    id: '0-3',
    label: 'DEAL',
    scope: { read: 'crm.objects.deals.read', write: 'crm.objects.deals.write' },
    schemaScope: 'crm.schemas.deals',
    created: 'createdate',
    modified: 'hs_lastmodifieddate',
    shown: [
      'amount',
      'closedate',
      'createdate',
      'dealname',
      'dealstage',
      'hs_lastmodifieddate',
      'hs_object_id',
      'pipeline',
    ],
    requiredOnCreate: ['dealname', 'dealstage'],
    requiredOneOf: [],
    searched: ['dealname', 'pipeline', 'dealstage', 'description', 'dealtype'],
    pipeline: { pipeline: 'pipeline', stage: 'dealstage' },
  },
  {
    name: 'meetings',
    singular: 'meeting',
    id: '0-47',
    label: 'MEETING',
    scope: CONTACT_SCOPE,
    schemaScope: 'crm.schemas.contacts',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    requiredOnCreate: ['hs_timestamp'],
    requiredOneOf: [],
    searched: ['hs_meeting_title', 'hs_meeting_body'],
    isEngagement: true,
  },
  {
    name: 'calls',
    singular: 'call',
    id: '0-48',
    label: 'CALL',
    scope: CONTACT_SCOPE,
    schemaScope: 'crm.schemas.contacts',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    requiredOnCreate: ['hs_timestamp'],
    requiredOneOf: [],
    searched: ['hs_call_title', 'hs_call_body'],
    isEngagement: true,
  },
  {
    name: 'emails',
    singular: 'email',
    id: '0-49',
    label: 'EMAIL',
    scope: CONTACT_SCOPE,
    schemaScope: 'crm.schemas.contacts',
    created: 'hs_createdate',
    modified: 'hs_lastmodifieddate',
    shown: ['hs_createdate', 'hs_lastmodifieddate', 'hs_object_id'],
    requiredOnCreate: ['hs_timestamp'],
    requiredOneOf: [],
    searched: ['hs_email_subject', 'hs_email_text'],
    isEngagement: true,
  },
] as const satisfies readonly ObjectTypeRow[];

export type ObjectTypeName = (typeof OBJECT_TYPES)[number]['name'];
export type ObjectType = ObjectTypeRow & { readonly name: ObjectTypeName };

const bySpelling = new Map<string, ObjectType>(
  OBJECT_TYPES.flatMap((row): [string, ObjectType][] =>
    [row.name, row.singular, row.id].map((spelling) => [spelling, row]),
  ),
);

/** HubSpot takes the plural, the singular, any case, and the object type id. */
export const findObjectType = (spelling: string): ObjectType | undefined =>
  bySpelling.get(spelling.toLowerCase());

export const getObjectType = (name: ObjectTypeName): ObjectType => {
  const found = bySpelling.get(name);
  if (!found) throw new Error(`No row for the object type ${name}.`);
  return found;
};
