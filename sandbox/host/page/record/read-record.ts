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

export type Engagement = { readonly kind: 'task' | 'note'; readonly object: CrmObject };
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

const TASK = [
  'hs_task_subject',
  'hs_task_body',
  'hs_task_status',
  'hs_task_priority',
  'hs_timestamp',
  'hubspot_owner_id',
  'hs_createdate',
];
const NOTE = ['hs_note_body', 'hs_timestamp', 'hubspot_owner_id', 'hs_createdate'];
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
  const [[object], tasks, notes, memberships, others] = await Promise.all([
    readObjects(type, [id], names, names),
    readAssociated(type, id, 'tasks').then((ids) => readObjects('tasks', ids, TASK)),
    readAssociated(type, id, 'notes').then((ids) => readObjects('notes', ids, NOTE)),
    readMemberships(type, id),
    readAssociated(type, id, related.type).then((ids) => readObjects(related.type, ids, related.properties)),
  ]);
  if (!object) throw new PageError(404, `There is no record ${id} in this portal. It may have been deleted.`);
  const engagements = [
    ...tasks.map((task): Engagement => ({ kind: 'task', object: task })),
    ...notes.map((note): Engagement => ({ kind: 'note', object: note })),
  ].sort((a, b) => createdOf(b).localeCompare(createdOf(a)));
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
