/**
 * The rep's open work about a lead: tasks completed and meetings cancelled when the lead leaves sales, and opened again by
 * an undo, exactly those whose status nobody touched since. What was open is learned from the record itself, and from its
 * history where an earlier try may have closed it.
 */

import type { WorkItem } from '../../src/changes.ts';
import { readAssociations } from './associations.ts';
import { isEngagementOfOurs } from './engagements.ts';
import { guard } from './guard.ts';
import { done, forAll, outcomeOfRow } from './outcomes.ts';
import {
  readRecords,
  tryReadHistory,
  writeRecords,
  type Crm,
  type CrmRecord,
  type History,
} from './records.ts';
import type { NotRestored, StepOf, StepOutcome } from './steps.ts';

type CloseStep = StepOf<'close-tasks'> | StepOf<'cancel-meetings'>;
type OpenStep = StepOf<'reopen-tasks'> | StepOf<'restore-meetings'>;
type Work = 'tasks' | 'meetings';

const OWNER = 'hubspot_owner_id';

const WORK = {
  tasks: {
    status: 'hs_task_status',
    closed: 'COMPLETED',
    over: ['COMPLETED'],
    reads: ['hs_task_subject', 'hs_task_body'],
    nameOf: ({ properties }: CrmRecord) => `Task “${properties.hs_task_subject ?? ''}”`,
  },
  meetings: {
    status: 'hs_meeting_outcome',
    closed: 'CANCELED',
    over: ['CANCELED', 'COMPLETED', 'NO_SHOW'],
    reads: ['hs_meeting_title', 'hs_meeting_start_time'],
    nameOf: ({ properties }: CrmRecord) => `Meeting “${properties.hs_meeting_title ?? ''}”`,
  },
} as const satisfies Readonly<Record<Work, unknown>>;

const isTheirs = ({ change }: CloseStep, { properties }: CrmRecord): boolean => {
  if (properties[OWNER] !== change.ownerId) return false;
  if (change.kind === 'close-tasks') return !isEngagementOfOurs(properties.hs_task_body ?? '');
  const begins = Date.parse(properties.hs_meeting_start_time ?? '');
  return begins > Date.parse(change.after);
};

/** Closes what is open. What HubSpot refuses to close for good stays open and is named. */
export async function closeWork(
  crm: Crm,
  type: Work,
  steps: readonly CloseStep[],
): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const { status, closed, over, reads, nameOf } = WORK[type];
    const intents = steps.map((step) => ({ step, recordId: step.contactId, writes: {} }));
    const { ready, outcomes } = await guard(crm, 'contacts', intents, { called: 'This contact' });
    if (ready.length === 0) return outcomes;
    const ofContact = await readAssociations(
      crm,
      'contacts',
      type,
      ready.map(({ recordId }) => recordId),
    );
    const idsOf = (recordId: string): string[] => (ofContact.get(recordId) ?? []).map(({ id }) => id);
    const records = await readRecords(
      crm,
      type,
      ready.flatMap(({ recordId }) => idsOf(recordId)),
      [status, OWNER, ...reads],
    );
    const begun = ready.filter(({ step }) => step.lookFirst).flatMap(({ recordId }) => idsOf(recordId));
    const histories = await readHistories(crm, type, begun, status);
    const plans = ready.map(({ step, recordId }) => {
      const theirs = idsOf(recordId)
        .flatMap((id) => records.get(id) ?? [])
        .filter((one) => isTheirs(step, one));
      const open = theirs.filter(({ properties }) => !isOneOf(over, properties[status] ?? ''));
      const since = crm.client.toTheirTime(step.decidedAt);
      const closedBefore = theirs.flatMap(({ id }): WorkItem[] => {
        const versions = histories.get(id)?.[status] ?? [];
        const at = versions.findIndex(
          (version) => version.isOurs && version.at >= since && version.value === closed,
        );
        return at === -1 ? [] : [{ id, before: versions[at + 1]?.value ?? '' }];
      });
      return { step, open, closedBefore };
    });
    const rows = plans.flatMap(({ step, open }) =>
      open.map(({ id }) => ({ traceId: `${step.stepId}:${id}`, id, values: { [status]: closed } })),
    );
    const results = await writeRecords(crm, type, 'update', rows);
    const settled = plans.map(({ step, open, closedBefore }): StepOutcome => {
      const items: WorkItem[] = [...closedBefore];
      const kept: NotRestored[] = [];
      let refused: StepOutcome | null = null;
      for (const record of open) {
        const result = results.get(`${step.stepId}:${record.id}`);
        if (result === undefined || result.ok) {
          items.push({ id: record.id, before: record.properties[status] ?? '' });
          continue;
        }
        const outcome = outcomeOfRow(step, result);
        if (outcome.state === 'retry' || outcome.state === 'unknown') {
          // Where some of it is closed by now the next try has to look, or an undo would not know of that.
          const isBegun = open.some(({ id }) => results.get(`${step.stepId}:${id}`)?.ok === true);
          return isBegun ? { ...outcome, state: 'unknown' } : outcome;
        }
        refused = outcome;
        kept.push({ what: nameOf(record), why: result.error.sentence });
      }
      if (refused !== null && items.length === 0) return refused;
      return done(step, { kind: step.change.kind, closed: items }, kept);
    });
    return [...outcomes, ...settled];
  });
}

const itemsOf = ({ change }: OpenStep): readonly WorkItem[] =>
  change.kind === 'reopen-tasks' ? change.tasks : change.meetings;

/** Gives work back the status that it had, where ours is still the last word about it. */
export async function reopenWork(
  crm: Crm,
  type: Work,
  steps: readonly OpenStep[],
): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const { status, closed, reads, nameOf } = WORK[type];
    const ids = steps.flatMap((step) => itemsOf(step).map(({ id }) => id));
    const records = await readRecords(crm, type, ids, [status, ...reads]);
    const histories = await readHistories(crm, type, [...records.keys()], status);
    const plans = steps.map((step) => {
      const notRestored: NotRestored[] = [];
      const toOpen: WorkItem[] = [];
      const openAlready: string[] = [];
      for (const item of itemsOf(step)) {
        const record = records.get(item.id);
        const latest = histories.get(item.id)?.[status]?.[0];
        const now = record?.properties[status] ?? '';
        if (record === undefined)
          notRestored.push({ what: type === 'tasks' ? 'A task' : 'A meeting', why: 'Somebody deleted it.' });
        else if (latest?.isOurs === true && now === closed) toOpen.push(item);
        // An earlier try has done it.
        else if (latest?.isOurs === true && now === item.before) openAlready.push(item.id);
        else
          notRestored.push({
            what: nameOf(record),
            why: 'Somebody changed its status meanwhile, so it was left as it is.',
          });
      }
      return { step, toOpen, openAlready, notRestored };
    });
    const rows = plans.flatMap(({ step, toOpen }) =>
      toOpen.map(({ id, before }) => ({ traceId: `${step.stepId}:${id}`, id, values: { [status]: before } })),
    );
    const results = await writeRecords(crm, type, 'update', rows);
    return plans.map(({ step, toOpen, openAlready, notRestored }): StepOutcome => {
      for (const { id } of toOpen) {
        const result = results.get(`${step.stepId}:${id}`);
        // A repeat finds what is open again already, and goes on with the rest.
        if (result !== undefined && !result.ok) return outcomeOfRow(step, result);
      }
      const reopened = [...openAlready, ...toOpen.map(({ id }) => id)];
      return done(step, { kind: step.change.kind, reopened }, notRestored);
    });
  });
}

const isOneOf = (values: readonly string[], value: string): boolean => values.includes(value);

async function readHistories(
  crm: Crm,
  type: Work,
  ids: readonly string[],
  property: string,
): Promise<ReadonlyMap<string, History>> {
  if (ids.length === 0) return new Map();
  const { found, unread } = await tryReadHistory(crm, type, ids, [property]);
  for (const error of unread.values()) throw error;
  return found;
}
