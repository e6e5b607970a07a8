/**
 * The closed union of changes that a plan may hold, each with what is learned while it is carried out (its trace),
 * whether it is reversible at no cost, and its inverse. Adding a routing step starts here: one entry, and the
 * compiler then names the places in the gateway that must learn it.
 */

import type { LegalBasis } from './settingsLists.ts';

export type TaskDraft = {
  readonly subject: string;
  readonly body: string;
  /** ISO 8601 instant at which the task is due. */
  readonly dueAt: string;
  /** HubSpot owner id; `null` leaves the task unassigned. */
  readonly ownerId: string | null;
};

/**
 * What each kind of change says (`change`) and what is learned when it has been carried out (`trace`): just enough
 * to reverse it, and to notice that somebody else changed the value since.
 *
 * All property values are HubSpot's strings; the empty string means "no value".
 */
type ChangeKinds = {
  'set-properties': {
    /** `label` is what it does, for people; left out where the values say it. */
    change: { readonly values: Readonly<Record<string, string>>; readonly label?: string };
    trace: { readonly before: Readonly<Record<string, string>> };
  };
  'set-lifecycle-stage': {
    /** `label` is the stage's name in this portal, for people; left out where only the value is known. */
    change: { readonly stage: string; readonly label?: string };
    trace: { readonly before: string };
  };
  'set-owner': {
    change: { readonly ownerId: string };
    trace: { readonly before: string };
  };
  'add-to-list': {
    change: { readonly listId: string; readonly listName: string };
    trace: { readonly changed: boolean };
  };
  'remove-from-list': {
    change: { readonly listId: string; readonly listName: string };
    trace: { readonly changed: boolean };
  };
  'create-task': {
    change: { readonly task: TaskDraft };
    trace: { readonly createdId: string };
  };
  'delete-task': {
    change: { readonly taskId: string; readonly task: TaskDraft };
    trace: { readonly changed: boolean };
  };
  'create-note': {
    /** `remains` is what came with it and no undo takes back; left out where that is nothing. */
    change: { readonly body: string; readonly remains?: string };
    trace: { readonly createdId: string };
  };
  'delete-note': {
    change: { readonly noteId: string; readonly body: string };
    trace: { readonly changed: boolean };
  };
  'move-lead': {
    change: { readonly leadId: string; readonly stageId: string; readonly disqualificationReason: string };
    trace: { readonly before: { readonly stageId: string; readonly disqualificationReason: string } };
  };
  'close-tasks': {
    /** Open tasks of this owner about the contact, but for the product's own. */
    change: { readonly ownerId: string };
    trace: { readonly closed: readonly WorkItem[] };
  };
  'reopen-tasks': {
    change: { readonly tasks: readonly WorkItem[] };
    trace: { readonly reopened: readonly string[] };
  };
  'cancel-meetings': {
    /** Meetings of this owner with the contact that begin after `after`, ISO 8601. */
    change: { readonly ownerId: string; readonly after: string };
    trace: { readonly closed: readonly WorkItem[] };
  };
  'restore-meetings': {
    change: { readonly meetings: readonly WorkItem[] };
    trace: { readonly reopened: readonly string[] };
  };
  'enrol-in-sequence': {
    change: {
      readonly sequenceId: string;
      readonly sequenceName: string;
      /** HubSpot user id as whom, and the address from which, the sequence is sent. */
      readonly userId: number;
      readonly senderEmail: string;
      /** Where the lead goes instead where HubSpot takes no enrolment. */
      readonly fallback: { readonly listId: string; readonly listName: string };
    };
    trace: { readonly enrolled: boolean; readonly listed: boolean };
  };
  unsubscribe: {
    change: {
      readonly subscriptionIds: readonly string[];
      readonly legalBasis: LegalBasis;
      readonly explanation: string;
    };
    /** The subscriptions that the contact was taken out of. */
    trace: { readonly left: readonly string[] };
  };
};

/** A task or meeting that was open, and the status that it had (empty: none). */
export type WorkItem = { readonly id: string; readonly before: string };

export type ChangeKind = keyof ChangeKinds;
export type ChangeOf<K extends ChangeKind> = { readonly kind: K } & ChangeKinds[K]['change'];
export type TraceOf<K extends ChangeKind> = { readonly kind: K } & ChangeKinds[K]['trace'];
export type Change = { [K in ChangeKind]: ChangeOf<K> }[ChangeKind];
export type Trace = { [K in ChangeKind]: TraceOf<K> }[ChangeKind];

type ChangeRow<K extends ChangeKind> = {
  /** `false`: hard to reverse. Such a step waits for the weekly batch or its timer (unless routing is immediate). */
  readonly reversible: boolean;
  /** What this change does, for the rep, in a few words. */
  readonly describe: (change: ChangeOf<K>) => string;
  /** The change that takes it back, or `null` when carrying it out changed nothing. */
  readonly inverse: (change: ChangeOf<K>, trace: TraceOf<K>) => Change | null;
  /** What no undo takes back, announced with the change and said by the undo; `null` where that is nothing. */
  readonly remains?: (change: ChangeOf<K>, trace: TraceOf<K>) => string | null;
};

const counted = (count: number, one: string): string => (count === 1 ? `1 ${one}` : `${count} ${one}s`);

export const CHANGES: { readonly [K in ChangeKind]: ChangeRow<K> } = {
  'set-properties': {
    reversible: true,
    describe: ({ values, label }) =>
      label ??
      ('mqlr_answered_at' in values
        ? 'Status, reason and dates on the record'
        : 'mqlr_next_step' in values
          ? `Next step: ${values['mqlr_next_step']}`
          : 'Final status on the record'),
    inverse: ({ label }, trace) => ({
      kind: 'set-properties',
      values: trace.before,
      ...(label !== undefined && { label }),
    }),
  },
  'set-lifecycle-stage': {
    reversible: false,
    describe: (change) =>
      change.stage === ''
        ? 'Lifecycle stage cleared'
        : `Lifecycle stage set to ${change.label ?? change.stage}`,
    inverse: (change, trace) =>
      trace.before === change.stage ? null : { kind: 'set-lifecycle-stage', stage: trace.before },
  },
  'set-owner': {
    // HubSpot stamps the day of an assignment and tells the owner; neither can be taken back.
    reversible: false,
    describe: (change) => (change.ownerId === '' ? 'Taken off your list' : 'Owner changed'),
    inverse: (change, trace) =>
      trace.before === change.ownerId ? null : { kind: 'set-owner', ownerId: trace.before },
  },
  'add-to-list': {
    reversible: true,
    describe: (change) => `Added to “${change.listName}”`,
    inverse: (change, trace) =>
      trace.changed ? { kind: 'remove-from-list', listId: change.listId, listName: change.listName } : null,
  },
  'remove-from-list': {
    reversible: true,
    describe: (change) => `Removed from “${change.listName}”`,
    inverse: (change, trace) =>
      trace.changed ? { kind: 'add-to-list', listId: change.listId, listName: change.listName } : null,
  },
  'create-task': {
    reversible: true,
    describe: (change) => `Task: ${change.task.subject}`,
    inverse: (change, trace) => ({ kind: 'delete-task', taskId: trace.createdId, task: change.task }),
  },
  'delete-task': {
    reversible: true,
    describe: (change) => `Task removed: ${change.task.subject}`,
    inverse: (change, trace) => (trace.changed ? { kind: 'create-task', task: change.task } : null),
  },
  'create-note': {
    reversible: true,
    describe: () => 'Note on the timeline',
    inverse: (change, trace) => ({ kind: 'delete-note', noteId: trace.createdId, body: change.body }),
    remains: ({ remains }) => remains ?? null,
  },
  'delete-note': {
    reversible: true,
    describe: () => 'Note removed from the timeline',
    inverse: (change, trace) => (trace.changed ? { kind: 'create-note', body: change.body } : null),
  },
  'move-lead': {
    reversible: true,
    describe: () => 'Lead moved to its new stage',
    inverse: (change, trace) => ({
      kind: 'move-lead',
      leadId: change.leadId,
      stageId: trace.before.stageId,
      disqualificationReason: trace.before.disqualificationReason,
    }),
  },
  'close-tasks': {
    reversible: true,
    describe: () => 'Your open tasks about this lead closed',
    inverse: (_change, { closed }) => (closed.length === 0 ? null : { kind: 'reopen-tasks', tasks: closed }),
  },
  'reopen-tasks': {
    reversible: true,
    describe: ({ tasks }) => `${counted(tasks.length, 'task')} opened again`,
    // Only ever the second half of an undo, which nothing takes back.
    inverse: () => null,
  },
  'cancel-meetings': {
    reversible: true,
    describe: () => 'Your coming meetings with this lead cancelled',
    inverse: (_change, { closed }) =>
      closed.length === 0 ? null : { kind: 'restore-meetings', meetings: closed },
  },
  'restore-meetings': {
    reversible: true,
    describe: ({ meetings }) => `${counted(meetings.length, 'meeting')} no longer cancelled`,
    inverse: () => null,
  },
  'enrol-in-sequence': {
    // Its first e-mail may go out at once, and no app can take anybody out of a sequence.
    reversible: false,
    describe: ({ sequenceName }) => `Enrolled in the sequence “${sequenceName}”`,
    inverse: ({ fallback }, { listed }) => (listed ? { kind: 'remove-from-list', ...fallback } : null),
    remains: ({ sequenceName }, { enrolled }) =>
      enrolled
        ? `Sequence “${sequenceName}”: HubSpot lets no app take anybody out of it. End it on the record.`
        : null,
  },
  unsubscribe: {
    reversible: false,
    describe: () => 'Unsubscribed from e-mail; this is never undone by itself',
    inverse: () => null,
    remains: (_change, { left }) =>
      left.length === 0
        ? null
        : 'An unsubscribe is never undone by itself: only the person can subscribe again.',
  },
};

export const CHANGE_KINDS = Object.keys(CHANGES) as readonly ChangeKind[];

/** What a change does, in a few words for the rep. */
export function describeChange(change: Change): string {
  // The table's row always belongs to the change's own kind; TypeScript cannot follow that correlation.
  const row = CHANGES[change.kind] as ChangeRow<ChangeKind>;
  return row.describe(change);
}

/**
 * The change that takes `change` back, given what was learned when it was carried out; `null` when nothing has to
 * be taken back. Throws when the trace belongs to another kind of change: that is a bug, not an input.
 */
export function inverseOf(change: Change, trace: Trace): Change | null {
  if (change.kind !== trace.kind) {
    throw new Error(`A ${change.kind} change cannot be reversed with the trace of ${trace.kind}.`);
  }
  const row = CHANGES[change.kind] as ChangeRow<ChangeKind>;
  return row.inverse(change, trace);
}

/** What an undo cannot take back of a change that was carried out, as a sentence; `null` where that is nothing. */
export function remainsOf(change: Change, trace: Trace): string | null {
  const row = CHANGES[change.kind] as ChangeRow<ChangeKind>;
  return row.remains?.(change, trace) ?? null;
}

/**
 * What the record holds right after a change, as HubSpot property values. An undo restores a value only where the
 * record still holds this; anything else was changed by somebody since and stays theirs.
 */
export function expectedAfter(change: Change): Readonly<Record<string, string>> {
  switch (change.kind) {
    case 'set-properties':
      return change.values;
    case 'set-lifecycle-stage':
      return { lifecyclestage: change.stage };
    case 'set-owner':
      return { hubspot_owner_id: change.ownerId };
    case 'move-lead':
      return { hs_pipeline_stage: change.stageId };
    case 'add-to-list':
    case 'remove-from-list':
    case 'create-task':
    case 'delete-task':
    case 'create-note':
    case 'delete-note':
    case 'close-tasks':
    case 'reopen-tasks':
    case 'cancel-meetings':
    case 'restore-meetings':
    case 'enrol-in-sequence':
    case 'unsubscribe':
      return {};
  }
}
