/** Every HubSpot path that we call, built here and nowhere else, so that a new API version is one word. */

/** HubSpot's date-versioned APIs: a version is generally available for 18 months. */
export const API_VERSION = '2026-09';

/** Object types by their ids, which HubSpot accepts wherever it accepts a name. */
export const OBJECT_TYPES = {
  contacts: '0-1',
  companies: '0-2',
  deals: '0-3',
  leads: '0-136',
  tasks: '0-27',
  notes: '0-46',
  calls: '0-48',
  emails: '0-49',
  meetings: '0-47',
} as const;
export type ObjectType = keyof typeof OBJECT_TYPES;

const part = (text: string): string => encodeURIComponent(text);

const objects = (type: ObjectType): string => `/crm/objects/${API_VERSION}/${type}`;
const lists = `/crm/lists/${API_VERSION}`;
const properties = (type: ObjectType): string => `/crm/properties/${API_VERSION}/${type}`;

export const paths = {
  object: (type: ObjectType, id: string) => `${objects(type)}/${part(id)}`,
  objects,
  search: (type: ObjectType) => `${objects(type)}/search`,
  batchRead: (type: ObjectType) => `${objects(type)}/batch/read`,
  batchUpdate: (type: ObjectType) => `${objects(type)}/batch/update`,
  batchCreate: (type: ObjectType) => `${objects(type)}/batch/create`,
  batchArchive: (type: ObjectType) => `${objects(type)}/batch/archive`,
  associations: (from: ObjectType, to: ObjectType) =>
    `/crm/associations/${API_VERSION}/${OBJECT_TYPES[from]}/${OBJECT_TYPES[to]}/batch/read`,
  associate: (from: ObjectType, to: ObjectType) =>
    `/crm/associations/${API_VERSION}/${OBJECT_TYPES[from]}/${OBJECT_TYPES[to]}/batch/create`,
  lists,
  list: (listId: string) => `${lists}/${part(listId)}`,
  listByName: (name: string) => `${lists}/object-type-id/${OBJECT_TYPES.contacts}/name/${part(name)}`,
  listMembers: (listId: string, verb: 'add' | 'remove') => `${lists}/${part(listId)}/memberships/${verb}`,
  membershipsOfRecords: `${lists}/records/memberships/batch/read`,
  properties,
  property: (type: ObjectType, name: string) => `${properties(type)}/${part(name)}`,
  propertyGroups: (type: ObjectType) => `${properties(type)}/groups`,
  propertyGroup: (type: ObjectType, name: string) => `${properties(type)}/groups/${part(name)}`,
  pipelines: (type: ObjectType) => `/crm/pipelines/${API_VERSION}/${type}`,
  sequences: `/automation/sequences/${API_VERSION}`,
  sequence: (sequenceId: string) => `/automation/sequences/${API_VERSION}/${part(sequenceId)}`,
  sequenceEnrollments: `/automation/sequences/${API_VERSION}/enrollments`,
  sequenceEnrollmentsOf: (contactId: string) =>
    `/automation/sequences/${API_VERSION}/enrollments/contact/${part(contactId)}`,
  subscriptionStatuses: (email: string) =>
    `/communication-preferences/${API_VERSION}/statuses/${part(email)}`,
  subscriptionDefinitions: `/communication-preferences/${API_VERSION}/definitions`,
  owners: `/crm/owners/${API_VERSION}`,
  completeCallback: (callbackId: string) =>
    `/automation/actions/callbacks/${API_VERSION}/${part(callbackId)}/complete`,
  accountDetails: `/account-info/${API_VERSION}/details`,
} as const;
