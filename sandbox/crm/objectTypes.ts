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
  readonly hasPipelines: boolean;
};

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
    hasPipelines: false,
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
    hasPipelines: false,
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
    hasPipelines: true,
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
    hasPipelines: false,
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
    hasPipelines: false,
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
