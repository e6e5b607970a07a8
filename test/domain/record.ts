/** A model of what HubSpot holds about one lead, written without the product's code: laws are tested against it. */

import type { Change, Trace } from '../../src/changes.ts';

export type ModelRecord = {
  readonly properties: Readonly<Record<string, string>>;
  readonly lists: readonly string[];
  readonly tasks: Readonly<Record<string, string>>;
  readonly notes: Readonly<Record<string, string>>;
  /** Tasks and meetings of sales: id → status; those of owner 77 about this lead. */
  readonly work?: Readonly<Record<string, string>>;
  readonly unsubscribed?: boolean;
  readonly leads: Readonly<
    Record<string, { readonly stageId: string; readonly disqualificationReason: string }>
  >;
};

const withoutKey = <T>(map: Readonly<Record<string, T>>, key: string): Record<string, T> =>
  Object.fromEntries(Object.entries(map).filter(([name]) => name !== key));

const withProperties = (record: ModelRecord, values: Readonly<Record<string, string>>): ModelRecord => ({
  ...record,
  properties: Object.fromEntries(
    Object.entries({ ...record.properties, ...values }).filter(([, value]) => value !== ''),
  ),
});

/** Carries one change out; `id` names what it creates. */
export function applyToModel(
  record: ModelRecord,
  change: Change,
  id: string,
): { record: ModelRecord; trace: Trace } {
  const held = (name: string): string => record.properties[name] ?? '';
  switch (change.kind) {
    case 'set-properties': {
      const before = Object.fromEntries(Object.keys(change.values).map((name) => [name, held(name)]));
      return { record: withProperties(record, change.values), trace: { kind: change.kind, before } };
    }
    case 'set-lifecycle-stage':
      return {
        record: withProperties(record, { lifecyclestage: change.stage }),
        trace: { kind: change.kind, before: held('lifecyclestage') },
      };
    case 'set-owner':
      return {
        record: withProperties(record, { hubspot_owner_id: change.ownerId }),
        trace: { kind: change.kind, before: held('hubspot_owner_id') },
      };
    case 'add-to-list': {
      const changed = !record.lists.includes(change.listId);
      const lists = changed ? [...record.lists, change.listId].sort() : record.lists;
      return { record: { ...record, lists }, trace: { kind: change.kind, changed } };
    }
    case 'remove-from-list': {
      const changed = record.lists.includes(change.listId);
      const lists = record.lists.filter((listId) => listId !== change.listId);
      return { record: { ...record, lists }, trace: { kind: change.kind, changed } };
    }
    case 'create-task':
      return {
        record: { ...record, tasks: { ...record.tasks, [id]: change.task.subject } },
        trace: { kind: change.kind, createdId: id },
      };
    case 'delete-task':
      return {
        record: { ...record, tasks: withoutKey(record.tasks, change.taskId) },
        trace: { kind: change.kind, changed: change.taskId in record.tasks },
      };
    case 'create-note':
      return {
        record: { ...record, notes: { ...record.notes, [id]: change.body } },
        trace: { kind: change.kind, createdId: id },
      };
    case 'delete-note':
      return {
        record: { ...record, notes: withoutKey(record.notes, change.noteId) },
        trace: { kind: change.kind, changed: change.noteId in record.notes },
      };
    case 'move-lead': {
      const before = record.leads[change.leadId] ?? { stageId: '', disqualificationReason: '' };
      const { stageId, disqualificationReason } = change;
      return {
        record: {
          ...record,
          leads: { ...record.leads, [change.leadId]: { stageId, disqualificationReason } },
        },
        trace: { kind: change.kind, before },
      };
    }
    case 'close-tasks':
      return closeWork(record, change.kind, 'task-', 'COMPLETED');
    case 'cancel-meetings':
      return closeWork(record, change.kind, 'meeting-', 'CANCELED');
    case 'reopen-tasks':
      return openWork(record, change.kind, change.tasks);
    case 'restore-meetings':
      return openWork(record, change.kind, change.meetings);
    case 'enrol-in-sequence':
      return { record, trace: { kind: change.kind, enrolled: true, listed: false } };
    case 'unsubscribe':
      return {
        record: { ...record, unsubscribed: true },
        trace: { kind: change.kind, left: change.subscriptionIds },
      };
  }
}

function closeWork(
  record: ModelRecord,
  kind: 'close-tasks' | 'cancel-meetings',
  prefix: string,
  closedStatus: string,
): { record: ModelRecord; trace: Trace } {
  const open = Object.entries(record.work ?? {}).filter(
    ([id, status]) => id.startsWith(prefix) && status !== closedStatus,
  );
  const work = { ...record.work, ...Object.fromEntries(open.map(([id]) => [id, closedStatus])) };
  return {
    record: record.work === undefined ? record : { ...record, work },
    trace: { kind, closed: open.map(([id, before]) => ({ id, before })) },
  };
}

function openWork(
  record: ModelRecord,
  kind: 'reopen-tasks' | 'restore-meetings',
  items: readonly { readonly id: string; readonly before: string }[],
): { record: ModelRecord; trace: Trace } {
  const work = { ...record.work, ...Object.fromEntries(items.map(({ id, before }) => [id, before])) };
  return { record: { ...record, work }, trace: { kind, reopened: items.map(({ id }) => id) } };
}
