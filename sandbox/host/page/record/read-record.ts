import {
  crm,
  type CrmObject,
  type PropertyDefinition,
  readAssociated,
  readDefinitions,
  readObjects,
  PageError,
  VERSION,
} from '../crm.ts';

export type RecordType = 'contacts' | 'leads';

export const OBJECT_TYPE_ID: Readonly<Record<RecordType, string>> = { contacts: '0-1', leads: '0-136' };

export type Engagement = { readonly kind: keyof typeof ENGAGEMENTS; readonly object: CrmObject };
export type Membership = {
  readonly listId: string;
  readonly name: string;
  readonly since: string | undefined;
};

export type FullRecord = {
  readonly object: CrmObject;
  readonly definitions: readonly PropertyDefinition[];
  readonly engagements: readonly Engagement[];
  readonly memberships: readonly Membership[];
  /** For a contact its leads, for a lead its contacts. */
  readonly related: readonly CrmObject[];
};

/** What happened to a record: the type of each kind, what it is about, what it says, and the rest that is shown. */
export const ENGAGEMENTS = {
  task: {
    type: 'tasks',
    label: 'Task',
    subject: 'hs_task_subject',
    body: 'hs_task_body',
    state: 'hs_task_status',
  },
  note: { type: 'notes', label: 'Note', subject: undefined, body: 'hs_note_body', state: undefined },
  call: {
    type: 'calls',
    label: 'Call',
    subject: 'hs_call_title',
    body: 'hs_call_body',
    state: 'hs_call_status',
  },
  email: {
    type: 'emails',
    label: 'E-mail',
    subject: 'hs_email_subject',
    body: 'hs_email_text',
    state: 'hs_email_direction',
  },
  meeting: {
    type: 'meetings',
    label: 'Meeting',
    subject: 'hs_meeting_title',
    body: 'hs_meeting_body',
    state: 'hs_meeting_outcome',
  },
} as const;

const readEngagements = async (type: RecordType, id: string): Promise<readonly Engagement[]> => {
  const kinds = Object.keys(ENGAGEMENTS) as (keyof typeof ENGAGEMENTS)[];
  const found = await Promise.all(
    kinds.map(async (kind) => {
      const { type: engagements, subject, body, state } = ENGAGEMENTS[kind];
      const ids = await readAssociated(type, id, engagements);
      const properties = ['hs_timestamp', 'hubspot_owner_id', 'hs_createdate', body, subject, state];
      const objects = await readObjects(
        engagements,
        ids,
        properties.filter((name) => name !== undefined),
      );
      return objects.map((object): Engagement => ({ kind, object }));
    }),
  );
  return found.flat().sort((a, b) => createdOf(b).localeCompare(createdOf(a)));
};

const RELATED = {
  contacts: {
    type: 'leads',
    properties: [
      'hs_lead_name',
      'hs_pipeline',
      'hs_pipeline_stage',
      'hs_lead_disqualification_reason',
      'hubspot_owner_id',
    ],
  },
  leads: { type: 'contacts', properties: ['firstname', 'lastname', 'email', 'company'] },
} as const;

/**
 * All that the record page shows, read as an integration would read it.
 *
 * @throws PageError (404) when the record is not there
 */
export const readRecord = async (type: RecordType, id: string): Promise<FullRecord> => {
  const definitions = await readDefinitions(type);
  const names = definitions.map(({ name }) => name);
  const related = RELATED[type];
  const [[object], engagements, memberships, others] = await Promise.all([
    readObjects(type, [id], names, names),
    readEngagements(type, id),
    readMemberships(type, id),
    readAssociated(type, id, related.type).then((ids) => readObjects(related.type, ids, related.properties)),
  ]);
  if (!object) throw new PageError(404, `There is no record ${id} in this portal. It may have been deleted.`);
  return { object, definitions, engagements, memberships, related: others };
};

export const createdOf = ({ object }: Engagement): string =>
  object.createdAt ?? object.properties['hs_createdate'] ?? object.properties['hs_timestamp'] ?? '';

type MembershipRow = { readonly listId: string; readonly firstAddedTimestamp?: string };

const readMemberships = async (type: RecordType, id: string): Promise<Membership[]> => {
  // HubSpot keeps lists of contacts here; leads have none in this product.
  if (type !== 'contacts') return [];
  const { results } = await crm<{ results: readonly MembershipRow[] }>(
    `/crm/lists/${VERSION}/records/${OBJECT_TYPE_ID[type]}/${id}/memberships`,
  );
  return Promise.all(
    results.map(async ({ listId, firstAddedTimestamp }) => ({
      listId,
      name: await nameOfList(listId),
      since: firstAddedTimestamp,
    })),
  );
};

const listNames = new Map<string, Promise<string>>();

const nameOfList = (listId: string): Promise<string> => {
  const known = listNames.get(listId);
  if (known) return known;
  const asked = crm<{ list: { name: string } }>(`/crm/lists/${VERSION}/${listId}`).then(
    ({ list }) => list.name,
  );
  listNames.set(listId, asked);
  asked.catch(() => listNames.delete(listId));
  return asked;
};
