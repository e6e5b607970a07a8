/**
 * The closed union of changes that a plan may hold, each with what is learned while it is carried out (its trace),
 * whether it is reversible at no cost, and its inverse. Adding a routing step starts here: one entry, and the
 * compiler then names the places in the gateway that must learn it.
 */

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
    change: { readonly values: Readonly<Record<string, string>> };
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
    change: { readonly body: string };
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
};

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
};

export const CHANGES: { readonly [K in ChangeKind]: ChangeRow<K> } = {
  'set-properties': {
    reversible: true,
    describe: ({ values }) =>
      'mqlr_answered_at' in values
        ? 'Status, reason and dates on the record'
        : 'mqlr_next_step' in values
          ? `Next step: ${values['mqlr_next_step']}`
          : 'Final status on the record',
    inverse: (_change, trace) => ({ kind: 'set-properties', values: trace.before }),
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
      return {};
  }
}
