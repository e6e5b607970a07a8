/** What the emulated HubSpot remembers of one portal. Plain maps, so that a snapshot is one JSON file. */

import type { ObjectTypeName } from './objectTypes.ts';
import type { Workflow, WorkflowRun } from './workflowTypes.ts';

/** Who made a change, as property history and webhooks tell it. */
export type Source = {
  readonly sourceType: string;
  readonly sourceId: string;
  readonly sourceLabel?: string;
  readonly updatedByUserId?: number;
};

export type Version = { readonly value: string; readonly at: number; readonly source: Source };

export type CrmRecord = {
  readonly id: string;
  readonly createdAt: number;
  updatedAt: number;
  archived: boolean;
  archivedAt: number | undefined;
  /** What search has seen: changes after (now − lag) are not in its index yet. */
  changedAt: number;
  objectWriteTraceId: string | undefined;
  /** only properties that hold a value */
  readonly properties: Map<string, string>;
  /** oldest first */
  readonly history: Map<string, Version[]>;
};

export type Option = {
  readonly label: string;
  readonly value: string;
  readonly displayOrder: number;
  readonly hidden: boolean;
  readonly description?: string;
};

export type PropertyDefinition = {
  readonly name: string;
  label: string;
  type: string;
  fieldType: string;
  groupName: string;
  description: string;
  options: readonly Option[];
  displayOrder: number;
  hidden: boolean;
  formField: boolean;
  readonly hasUniqueValue: boolean;
  readonly hubspotDefined: boolean;
  readonly calculated: boolean;
  readonly externalOptions: boolean;
  readonly referencedObjectType?: string;
  readonly readOnlyValue: boolean;
  readonly readOnlyDefinition: boolean;
  archived: boolean;
  archivedAt: number | undefined;
  createdAt: number;
  updatedAt: number;
};

export type PropertyGroup = { readonly name: string; label: string; displayOrder: number; archived: boolean };

export type ObjectStore = {
  readonly records: Map<string, CrmRecord>;
  readonly definitions: Map<string, PropertyDefinition>;
  readonly groups: Map<string, PropertyGroup>;
  /** unique property → value in lower case → record id */
  readonly unique: Map<string, Map<string, string>>;
  /** id of a record that was merged → id of what came out of it */
  readonly merged: Map<string, string>;
};

export type Owner = {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly userId: number;
  readonly type: 'PERSON' | 'QUEUE';
  readonly archived: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly teams: readonly { readonly id: string; readonly name: string; readonly primary: boolean }[];
  /** false: no sales or service seat, which sequences need */
  readonly hasSeat?: false;
};

/** A kind of e-mail that a portal sends. */
export type EmailSubscription = {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly purpose: string;
  readonly communicationMethod: string;
  readonly isActive: boolean;
  readonly isDefault: boolean;
  readonly isInternal: boolean;
  readonly createdAt: number;
  readonly updatedAt: number;
};

/** What an address said to one kind of e-mail. */
export type EmailStatus = {
  readonly status: 'SUBSCRIBED' | 'UNSUBSCRIBED' | 'NOT_SPECIFIED';
  readonly legalBasis: string | undefined;
  readonly legalBasisExplanation: string | undefined;
  readonly at: number;
  readonly source: string;
};

export type Sequence = {
  readonly id: string;
  readonly name: string;
  /** of whom it is */
  readonly userId: string;
  readonly createdAt: number;
  readonly updatedAt: number;
};

export type SequenceEnrollment = {
  readonly id: string;
  readonly sequenceId: string;
  readonly enrolledBy: string;
  readonly enrolledByEmail: string;
  readonly toEmail: string;
  readonly enrolledAt: number;
};

export type Stage = {
  readonly id: string;
  label: string;
  displayOrder: number;
  metadata: Readonly<Record<string, string>>;
  archived: boolean;
  readonly createdAt: number;
  updatedAt: number;
};

export type Pipeline = {
  readonly id: string;
  label: string;
  displayOrder: number;
  archived: boolean;
  readonly createdAt: number;
  updatedAt: number;
  readonly stages: Map<string, Stage>;
};

export type StaticList = {
  readonly listId: string;
  name: string;
  readonly objectTypeId: string;
  readonly processingType: string;
  listVersion: number;
  readonly createdAt: number;
  updatedAt: number;
  deletedAt: number | undefined;
  readonly filterBranch: unknown;
  /** record id → when it joined first and last */
  readonly members: Map<string, { readonly first: number; readonly last: number }>;
};

/** What the CRM holds; everything here is saved with the portal. */
export type Crm = {
  readonly objects: Map<ObjectTypeName, ObjectStore>;
  readonly owners: Map<string, Owner>;
  /** object type id → pipeline id → pipeline */
  readonly pipelines: Map<string, Map<string, Pipeline>>;
  readonly lists: Map<string, StaticList>;
  /** `<objectTypeId>/<recordId>` → ids of lists */
  readonly listsOf: Map<string, Set<string>>;
  /** `<fromTypeId>/<fromId>` → `<toTypeId>/<toId>` → association type ids */
  readonly associations: Map<string, Map<string, Set<number>>>;
  readonly emailSubscriptions: Map<string, EmailSubscription>;
  /** address in lower case → id of the kind of e-mail → what it said */
  readonly emailStatuses: Map<string, Map<string, EmailStatus>>;
  /** address in lower case → when it opted out of everything */
  readonly emailOptOuts: Map<string, number>;
  readonly sequences: Map<string, Sequence>;
  /** contact id → the sequence that it is in; one at a time */
  readonly sequenceEnrollments: Map<string, SequenceEnrollment>;
  readonly workflows: Map<string, Workflow>;
  /** by the id of the enrolment, oldest first */
  readonly workflowRuns: Map<string, WorkflowRun>;
  readonly counters: {
    record: number;
    list: number;
    stage: number;
    event: number;
    sequence: number;
    enrollment: number;
    workflow: number;
    workflowRun: number;
  };
};

/** An admin's rule of 2026-09: writes that would leave a record without these properties are refused. */
export type AdminRule =
  | {
      readonly kind: 'conditional';
      readonly objectType: ObjectTypeName;
      readonly property: string;
      readonly values: readonly string[];
      readonly requires: readonly string[];
    }
  | {
      readonly kind: 'create-form';
      readonly objectType: ObjectTypeName;
      readonly requires: readonly string[];
    };

export type Token = {
  readonly token: string;
  /** undefined: every scope */
  readonly scopes: readonly string[] | undefined;
  readonly expiresAt: number | undefined;
  /** another app of the portal; undefined: the app that the portal's settings name */
  readonly app?: { readonly appId: number; readonly appName: string };
};

export type PortalSettings = {
  readonly portalId: number;
  name: string;
  timeZone: string;
  uiToken: string;
  appId: number;
  /** what property history calls the app */
  appName: string;
  /** how long a change stays out of search */
  searchLagMs: number;
  /** what a record created without a lifecycle stage gets; '' for none */
  defaultLifecycleStage: string;
  /** whether the portal's data privacy settings are on: opting somebody in or out then needs a legal basis */
  dataPrivacy: boolean;
  tokens: readonly Token[];
  rules: readonly AdminRule[];
};

/** Something that happened to a record; webhooks are made of it. */
export type CrmEvent = {
  readonly at: number;
  readonly kind:
    | 'creation'
    | 'propertyChange'
    | 'deletion'
    | 'privacyDeletion'
    | 'restore'
    | 'merge'
    | 'associationChange'
    // No webhook tells it; workflows enrol by it.
    | 'listMembership';
  readonly objectTypeId: string;
  readonly objectId: string;
  readonly source: Source;
  readonly propertyName?: string;
  readonly propertyValue?: string;
  readonly listId?: string;
  readonly merge?: {
    readonly primaryObjectId: number;
    readonly mergedObjectIds: readonly number[];
    readonly newObjectId: number;
    readonly numberOfPropertiesMoved: number;
  };
  readonly association?: {
    readonly associationType: string;
    readonly associationCategory: string;
    readonly associationTypeId: number;
    readonly fromObjectTypeId: string;
    readonly toObjectTypeId: string;
    readonly fromObjectId: string;
    readonly toObjectId: string;
    readonly associationRemoved: boolean;
    readonly isPrimaryAssociation: boolean;
  };
};

export type Portal = {
  readonly settings: PortalSettings;
  readonly crm: Crm;
  /** where changes are told; webhooks listen here */
  publish: (event: CrmEvent) => void;
  /** lets workflows look for what is due; something changed that no event tells */
  wakeWorkflows: () => void;
};

export const getStore = (crm: Crm, type: ObjectTypeName): ObjectStore => {
  const store = crm.objects.get(type);
  if (!store) throw new Error(`The portal has no store for ${type}.`);
  return store;
};

/** Ids are counted per portal, so that the same requests give the same ids. */
export const nextRecordId = (crm: Crm): string => String(++crm.counters.record);
