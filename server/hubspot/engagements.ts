/**
 * Tasks and notes on the contact's timeline. HubSpot has no idempotency key for creates, so each carries its step's
 * reference in its body: a create that may have happened is looked for through the contact's associations before it
 * is repeated (search would not do: its index lags behind).
 */

import { z } from 'zod';
import { readAssociations } from './associations.ts';
import { HubSpotError } from './errors.ts';
import { guard, type Ready } from './guard.ts';
import { done, forAll, outcomeOf, outcomeOfRow } from './outcomes.ts';
import { paths } from './paths.ts';
import { eachChunk, readRecords, writeRecords, type Crm, type CrmRecord, type WriteRow } from './records.ts';
import type { NotRestored, StepOf, StepOutcome } from './steps.ts';

type Engagement = 'tasks' | 'notes';
type CreateStep = StepOf<'create-task'> | StepOf<'create-note'>;
type DeleteStep = StepOf<'delete-task'> | StepOf<'delete-note'>;

/** HubSpot's own association types from the engagement to its contact. */
const ENGAGEMENTS = {
  tasks: { bodyProperty: 'hs_task_body', toContact: 204 },
  notes: { bodyProperty: 'hs_note_body', toContact: 202 },
} as const satisfies Record<Engagement, { bodyProperty: string; toContact: number }>;

const ARCHIVE_BATCH = 100;

/** HubSpot shows these bodies as HTML; ours are plain text with line breaks. */
function toHtml(text: string): string {
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  return escaped.replaceAll('\n', '<br>');
}

const withReference = (body: string, stepId: string): string => `${toHtml(body)}<br><br>Ref ${stepId}`;

function hasReference(body: string, stepId: string): boolean {
  const at = body.lastIndexOf(`Ref ${stepId}`);
  // "Ref 12" must not be found in "Ref 123".
  return at !== -1 && !/[\w-]/.test(body.charAt(at + `Ref ${stepId}`.length));
}

/** Whether the product made this task or note: every body of ours ends with the reference of its step. */
export function isEngagementOfOurs(body: string): boolean {
  return /Ref [0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\s*$/.test(body);
}

function propertiesOf({ change, stepId, decidedAt }: CreateStep): Record<string, string> {
  if (change.kind === 'create-note') {
    return { hs_timestamp: decidedAt.toISOString(), hs_note_body: withReference(change.body, stepId) };
  }
  const { task } = change;
  return {
    hs_timestamp: task.dueAt,
    hs_task_subject: task.subject,
    hs_task_body: withReference(task.body, stepId),
    hs_task_status: 'NOT_STARTED',
    hs_task_priority: 'MEDIUM',
    hs_task_type: 'TODO',
    ...(task.ownerId === null ? {} : { hubspot_owner_id: task.ownerId }),
  };
}

/** Creates tasks or notes, each once however often the step is repeated with `lookFirst`. */
export async function createEngagements(
  crm: Crm,
  type: Engagement,
  steps: readonly CreateStep[],
): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    // HubSpot refuses associations to records that are gone or merged, so the contacts are looked up first.
    const intents = steps.map((step) => ({ step, recordId: step.contactId, writes: {} }));
    const { ready, outcomes } = await guard(crm, 'contacts', intents, { called: 'This contact' });
    const existing = await findCreated(
      crm,
      type,
      ready.filter(({ step }) => step.lookFirst),
    );
    const found = ready.flatMap(({ step }) => {
      const createdId = existing.get(step.stepId);
      return createdId === undefined ? [] : [done(step, { kind: step.change.kind, createdId })];
    });
    const toCreate = ready.filter(({ step }) => !existing.has(step.stepId));
    return [...outcomes, ...found, ...(await create(crm, type, toCreate))];
  });
}

async function create(
  crm: Crm,
  type: Engagement,
  ready: readonly Ready<CreateStep>[],
): Promise<StepOutcome[]> {
  const associationTypeId = ENGAGEMENTS[type].toContact;
  const rows = ready.map(({ step, recordId }): WriteRow => ({
    traceId: step.stepId,
    values: propertiesOf(step),
    associations: [
      { to: { id: recordId }, types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId }] },
    ],
  }));
  const results = await writeRecords(crm, type, 'create', rows);
  return ready.flatMap(({ step }) => {
    const result = results.get(step.stepId);
    if (result === undefined) return [];
    return result.ok
      ? [done(step, { kind: step.change.kind, createdId: result.record.id })]
      : [outcomeOfRow(step, result)];
  });
}

/** Step id → id of the task or note that an earlier try of it made. */
async function findCreated(
  crm: Crm,
  type: Engagement,
  ready: readonly Ready<CreateStep>[],
): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  if (ready.length === 0) return found;
  const { bodyProperty } = ENGAGEMENTS[type];
  const ofContact = await readAssociations(
    crm,
    'contacts',
    type,
    ready.map(({ recordId }) => recordId),
  );
  const ids = [...ofContact.values()].flat().map(({ id }) => id);
  const records = await readRecords(crm, type, ids, [bodyProperty]);
  for (const { step, recordId } of ready) {
    const own = (ofContact.get(recordId) ?? []).find(({ id }) =>
      hasReference(records.get(id)?.properties[bodyProperty] ?? '', step.stepId),
    );
    if (own !== undefined) found.set(step.stepId, own.id);
  }
  return found;
}

const idOf = ({ change }: DeleteStep): string =>
  change.kind === 'delete-task' ? change.taskId : change.noteId;

/** Deletes tasks or notes; one that is gone already was changed by somebody else (`changed: false`). */
export async function deleteEngagements(
  crm: Crm,
  type: Engagement,
  steps: readonly DeleteStep[],
): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const properties = type === 'tasks' ? ['hs_task_status'] : [];
    const records = await readRecords(crm, type, steps.map(idOf), properties);
    const gone = steps.filter((step) => !records.has(idOf(step)));
    const archived = await readRecords(crm, type, gone.filter(({ lookFirst }) => lookFirst).map(idOf), [], {
      archived: true,
    });
    const outcomes = gone.map((step) =>
      done(step, { kind: step.change.kind, changed: wasOurs(crm, step, archived) }),
    );
    const there = steps.filter((step) => !gone.includes(step));
    const finished = there.filter((step) => isWorkOfSomebody(step, records.get(idOf(step))));
    return [
      ...outcomes,
      ...finished.map((step) => done(step, { kind: step.change.kind, changed: false }, [taskKept(step)])),
      ...(await archive(
        crm,
        type,
        there.filter((step) => !finished.includes(step)),
      )),
    ];
  });
}

/** An earlier try of this step deleted it, its answer got lost. */
function wasOurs(crm: Crm, step: DeleteStep, archived: ReadonlyMap<string, CrmRecord>): boolean {
  const at = archived.get(idOf(step))?.archivedAt ?? null;
  return at !== null && at >= crm.client.toTheirTime(step.decidedAt);
}

/** A task that somebody completed is a record of work: taking our rejection back must not erase it. */
function isWorkOfSomebody(step: DeleteStep, record: CrmRecord | undefined): boolean {
  return step.mode === 'undo' && record?.properties.hs_task_status === 'COMPLETED';
}

function taskKept({ change }: DeleteStep): NotRestored {
  const subject = change.kind === 'delete-task' ? change.task.subject : 'Note';
  return { what: `Task “${subject}”`, why: 'Somebody completed it meanwhile, so it was kept.' };
}

async function archive(crm: Crm, type: Engagement, steps: readonly DeleteStep[]): Promise<StepOutcome[]> {
  const outcomes: StepOutcome[] = [];
  await eachChunk(steps, ARCHIVE_BATCH, async (chunk) => {
    const inputs = [...new Set(chunk.map(idOf))].map((id) => ({ id }));
    const request = { method: 'POST', path: paths.batchArchive(type), body: { inputs } } as const;
    try {
      await crm.client.call(crm.portal, { ...request, priority: crm.priority }, z.unknown());
      outcomes.push(...chunk.map((step) => done(step, { kind: step.change.kind, changed: true })));
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      outcomes.push(...chunk.map((step) => outcomeOf(step, error)));
    }
  });
  return outcomes;
}
