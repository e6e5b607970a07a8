/** A contact with everything that a plan can change, and one change of each kind. */

import type { Change, ChangeKind } from '../../src/changes.ts';
import { buildStep, type Json, type LabPortal } from './lab.ts';

/** The owner that every lab portal has. */
const OWNER = '501';

export const TASK = {
  subject: 'Find the right contact',
  body: 'Ask <Ada> & co.\nThen hand off.',
  dueAt: '2026-11-25T08:00:00.000Z',
  ownerId: null,
};

/** HubSpot's own association types to the contact. */
const TO_CONTACT = { tasks: 204, meetings: 200 } as const;
const NOON = '2026-11-28T12:00:00.000Z';
const LATER = '2099-01-05T09:00:00.000Z';
const MEETING = {
  hs_meeting_title: 'Demo',
  hs_meeting_start_time: LATER,
  hs_meeting_end_time: '2099-01-05T09:30:00.000Z',
  hs_meeting_outcome: 'SCHEDULED',
};
const SEQUENCE = '44';
/** Marketing information, which a portal has from the start. */
const SUBSCRIPTION = '301000001';

export type Scene = { readonly portal: LabPortal; readonly contactId: string; readonly leadId: string };

/**
 * One change of each kind, what HubSpot holds when it is carried out, and the call that does it. `change` prepares the
 * record and is called once for each scene.
 */
export const KINDS: {
  readonly [K in ChangeKind]: {
    /** Path of the call that carries it out. */
    readonly writesTo: string;
    readonly change: (scene: Scene) => Change | Promise<Change>;
    readonly holds: (scene: Scene) => Promise<unknown>;
    readonly expected: unknown;
    /** No undo takes it back: it is one half of an undo itself, or is announced as such. */
    readonly stays?: true;
    /** Where HubSpot refuses it for good, something else is done, which the outcome names. */
    readonly fallsBack?: true;
  };
} = {
  'set-properties': {
    writesTo: 'contacts/batch/update',
    change: () => ({
      kind: 'set-properties',
      values: { hs_lead_status: 'UNQUALIFIED', mqlr_status: 'pending_review', mqlr_reason: 'not_icp' },
    }),
    holds: ({ portal, contactId }) =>
      portal.valuesOf('contacts', contactId, 'hs_lead_status', 'mqlr_status', 'mqlr_reason'),
    expected: { hs_lead_status: 'UNQUALIFIED', mqlr_status: 'pending_review', mqlr_reason: 'not_icp' },
  },
  'set-lifecycle-stage': {
    writesTo: 'contacts/batch/update',
    change: () => ({ kind: 'set-lifecycle-stage', stage: 'lead' }),
    holds: ({ portal, contactId }) => portal.valuesOf('contacts', contactId, 'lifecyclestage'),
    expected: { lifecyclestage: 'lead' },
  },
  'set-owner': {
    writesTo: 'contacts/batch/update',
    change: () => ({ kind: 'set-owner', ownerId: '' }),
    holds: ({ portal, contactId }) => portal.valuesOf('contacts', contactId, 'hubspot_owner_id'),
    expected: { hubspot_owner_id: '' },
  },
  'add-to-list': {
    writesTo: 'memberships/add',
    change: ({ portal }) => ({
      kind: 'add-to-list',
      listId: portal.map.listIds.disqualified,
      listName: 'MQL loop: disqualified leads',
    }),
    holds: async ({ portal, contactId }) =>
      (await portal.members(portal.map.listIds.disqualified)).includes(contactId),
    expected: true,
  },
  'remove-from-list': {
    writesTo: 'memberships/remove',
    change: async ({ portal, contactId }) => {
      await portal.asApp('PUT', `/crm/lists/2026-09/${portal.map.listIds.retry}/memberships/add`, [
        contactId,
      ]);
      return {
        kind: 'remove-from-list',
        listId: portal.map.listIds.retry,
        listName: 'MQL loop: second-try track',
      };
    },
    holds: async ({ portal, contactId }) =>
      (await portal.members(portal.map.listIds.retry)).includes(contactId),
    expected: false,
  },
  'create-task': {
    writesTo: 'tasks/batch/create',
    change: () => ({ kind: 'create-task', task: TASK }),
    holds: ({ portal, contactId }) => portal.count('tasks', contactId),
    expected: 1,
  },
  'create-note': {
    writesTo: 'notes/batch/create',
    change: () => ({ kind: 'create-note', body: 'Rejected as Not ICP.' }),
    holds: ({ portal, contactId }) => portal.count('notes', contactId),
    expected: 1,
  },
  'delete-task': {
    writesTo: 'tasks/batch/archive',
    change: async ({ portal, contactId }) => {
      const [made] = await portal.apply(buildStep(contactId, { kind: 'create-task', task: TASK }));
      if (made?.state !== 'done' || made.trace.kind !== 'create-task') throw new Error('no task');
      return { kind: 'delete-task', taskId: made.trace.createdId, task: TASK };
    },
    holds: ({ portal, contactId }) => portal.count('tasks', contactId),
    expected: 0,
  },
  'delete-note': {
    writesTo: 'notes/batch/archive',
    change: async ({ portal, contactId }) => {
      const [made] = await portal.apply(buildStep(contactId, { kind: 'create-note', body: 'Hello' }));
      if (made?.state !== 'done' || made.trace.kind !== 'create-note') throw new Error('no note');
      return { kind: 'delete-note', noteId: made.trace.createdId, body: 'Hello' };
    },
    holds: ({ portal, contactId }) => portal.count('notes', contactId),
    expected: 0,
  },
  'move-lead': {
    writesTo: 'leads/batch/update',
    change: ({ leadId }) => ({
      kind: 'move-lead',
      leadId,
      stageId: 'unqualified-stage-id',
      disqualificationReason: 'NOT_A_GOOD_FIT',
    }),
    holds: ({ portal, leadId }) =>
      portal.valuesOf('leads', leadId, 'hs_pipeline_stage', 'hs_lead_disqualification_reason'),
    expected: {
      hs_pipeline_stage: 'unqualified-stage-id',
      hs_lead_disqualification_reason: 'NOT_A_GOOD_FIT',
    },
  },
  'close-tasks': {
    writesTo: 'tasks/batch/update',
    change: async (scene) => {
      await addWork(scene, 'tasks', { hs_task_subject: 'Call', hs_task_status: 'WAITING' });
      return { kind: 'close-tasks', ownerId: OWNER };
    },
    holds: (scene) => statusOf(scene, 'tasks'),
    expected: ['COMPLETED'],
  },
  'reopen-tasks': {
    writesTo: 'tasks/batch/update',
    change: async (scene) => {
      const id = await addWork(scene, 'tasks', { hs_task_subject: 'Call', hs_task_status: 'WAITING' });
      await scene.portal.apply(buildStep(scene.contactId, { kind: 'close-tasks', ownerId: OWNER }));
      return { kind: 'reopen-tasks', tasks: [{ id, before: 'WAITING' }] };
    },
    holds: (scene) => statusOf(scene, 'tasks'),
    expected: ['WAITING'],
    stays: true,
  },
  'cancel-meetings': {
    writesTo: 'meetings/batch/update',
    change: async (scene) => {
      await addWork(scene, 'meetings', MEETING);
      return { kind: 'cancel-meetings', ownerId: OWNER, after: NOON };
    },
    holds: (scene) => statusOf(scene, 'meetings'),
    expected: ['CANCELED'],
  },
  'restore-meetings': {
    writesTo: 'meetings/batch/update',
    change: async (scene) => {
      const id = await addWork(scene, 'meetings', MEETING);
      const cancel = { kind: 'cancel-meetings', ownerId: OWNER, after: NOON } as const;
      await scene.portal.apply(buildStep(scene.contactId, cancel));
      return { kind: 'restore-meetings', meetings: [{ id, before: 'SCHEDULED' }] };
    },
    holds: (scene) => statusOf(scene, 'meetings'),
    expected: ['SCHEDULED'],
    stays: true,
  },
  'enrol-in-sequence': {
    writesTo: 'sequences/2026-09/enrollments?',
    change: async ({ portal }) => {
      await portal.control('POST', '/import', { sequences: [{ id: SEQUENCE, name: 'No budget' }] });
      return {
        kind: 'enrol-in-sequence',
        sequenceId: SEQUENCE,
        sequenceName: 'No budget',
        userId: 901,
        senderEmail: 'mia@example.com',
        fallback: { listId: portal.map.listIds.long_cycle, listName: 'MQL loop: long-cycle track' },
      };
    },
    holds: async ({ portal, contactId }) =>
      (await portal.valuesOf('contacts', contactId, 'hs_latest_sequence_enrolled'))
        .hs_latest_sequence_enrolled,
    expected: SEQUENCE,
    stays: true,
    fallsBack: true,
  },
  unsubscribe: {
    writesTo: 'communication-preferences/2026-09/statuses/',
    change: () => ({
      kind: 'unsubscribe',
      subscriptionIds: [SUBSCRIPTION],
      legalBasis: 'LEGITIMATE_INTEREST_OTHER',
      explanation: 'Asked for it on the phone',
    }),
    holds: async ({ portal, contactId }) => {
      const { email = '' } = await portal.valuesOf('contacts', contactId, 'email');
      const path = `/communication-preferences/2026-09/statuses/${encodeURIComponent(email)}?channel=EMAIL`;
      const { results } = await portal.asApp('GET', path);
      return (results as { subscriptionId: number; status: string }[])
        .filter(({ subscriptionId }) => String(subscriptionId) === SUBSCRIPTION)
        .map(({ status }) => status);
    },
    expected: ['UNSUBSCRIBED'],
    stays: true,
  },
};

/** Work of the owner about the scene's contact. */
async function addWork(
  { portal, contactId }: Scene,
  type: 'tasks' | 'meetings',
  properties: Readonly<Record<string, string>>,
): Promise<string> {
  const made = await portal.asPerson('POST', `/crm/objects/2026-09/${type}`, {
    properties: { hs_timestamp: LATER, hubspot_owner_id: OWNER, ...properties },
    associations: [
      {
        to: { id: contactId },
        types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: TO_CONTACT[type] }],
      },
    ],
  });
  return String(made.id);
}

async function statusOf({ portal, contactId }: Scene, type: 'tasks' | 'meetings'): Promise<unknown> {
  const status = type === 'tasks' ? 'hs_task_status' : 'hs_meeting_outcome';
  const linked = await portal.asApp('GET', `/crm/objects/2026-09/contacts/${contactId}/associations/${type}`);
  const ids = (linked.results as Json[]).map((row) => String(row.toObjectId ?? row.id));
  return Promise.all(ids.map(async (id) => (await portal.valuesOf(type, id, status))[status]));
}

export const ALL_KINDS = Object.keys(KINDS) as ChangeKind[];

/** An MQL with owner, status and Lead, in a portal of its own or one that is given. */
export async function openScene(portal: LabPortal): Promise<Scene> {
  const contactId = await portal.addContact({
    hs_lead_status: 'NEW',
    lifecyclestage: 'marketingqualifiedlead',
    hubspot_owner_id: OWNER,
  });
  return { portal, contactId, leadId: await portal.addLead(contactId) };
}
