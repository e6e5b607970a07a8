/** Memberships of static lists: HubSpot ignores members that are there already, so a repeat does no harm. */

import { z } from 'zod';
import { HubSpotError } from './errors.ts';
import { guard, type Ready } from './guard.ts';
import { done, failed, forAll, outcomeOf, recordGone } from './outcomes.ts';
import { OBJECT_TYPES, paths } from './paths.ts';
import { assertRowsRead, eachChunk, readRecords, rowErrors, type Crm } from './records.ts';
import type { StepOf, StepOutcome } from './steps.ts';

type ListKind = 'add-to-list' | 'remove-from-list';
type ListStep = StepOf<ListKind>;

/** HubSpot publishes no maximum for these calls; the retired v1 took 500. */
const BATCH = 300;
/** Batch reads of memberships take as many records as other batch reads. */
const READ_BATCH = 100;

const ids = z.array(z.coerce.string()).nullish();
// "recordsIdsAdded" is how HubSpot spells it.
const membershipAnswer = z.object({ recordsIdsAdded: ids, recordIdsRemoved: ids, recordIdsMissing: ids });

export async function changeLists(crm: Crm, steps: readonly ListStep[]): Promise<readonly StepOutcome[]> {
  const groups = Map.groupBy(steps, ({ change }) => `${change.kind}:${change.listId}`);
  const outcomes: StepOutcome[] = [];
  for (const group of groups.values()) {
    await eachChunk(group, BATCH, async (chunk) => {
      outcomes.push(...(await changeList(crm, chunk)));
    });
  }
  return outcomes;
}

/** Steps of one list and one kind. */
async function changeList(crm: Crm, steps: readonly ListStep[]): Promise<readonly StepOutcome[]> {
  return forAll(steps, async () => {
    const guarded = steps.filter(({ expected }) => Object.keys(expected).length > 0);
    const intents = guarded.map((step) => ({ step, recordId: step.contactId, writes: {} }));
    const { ready, outcomes } =
      intents.length === 0
        ? { ready: [] as Ready<ListStep>[], outcomes: [] }
        : await guard(crm, 'contacts', intents, { called: 'This contact' });
    const rows = [
      ...ready.map(({ step, recordId }) => ({ step, recordId })),
      ...steps.filter((step) => !guarded.includes(step)).map((step) => ({ step, recordId: step.contactId })),
    ];
    return [...outcomes, ...(await changeRows(crm, rows))];
  });
}

type Row = { readonly step: ListStep; readonly recordId: string };

async function changeRows(crm: Crm, rows: readonly Row[]): Promise<readonly StepOutcome[]> {
  const change = rows[0]?.step.change;
  if (change === undefined) return [];
  const begun = rows.filter(({ step }) => step.lookFirst && step.change.kind === 'add-to-list');
  // Read before writing: a read that fails afterwards would hide that the write had happened.
  const since = await membersSince(crm, begun);
  const recordIds = rows.map(({ recordId }) => recordId);
  let answer: Answer;
  try {
    answer = await send(crm, change, recordIds);
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    return rows.map(({ step }) => listProblem(step, error));
  }
  const missing = rows.filter(({ recordId }) => answer.missing.has(recordId));
  const outcomes = rows
    .filter((row) => !missing.includes(row))
    .map((row) => {
      const { step, recordId } = row;
      const changed = answer.changed.has(recordId) || (step.lookFirst && wasOurs(crm, row, since));
      return done(step, { kind: step.change.kind, changed });
    });
  const missingSteps = missing.map(({ step }) => step);
  return [...outcomes, ...(await forAll(missingSteps, () => changeMerged(crm, missing)))];
}

/** Records that the list does not know: merged ones go on under their new id, the others are gone. */
async function changeMerged(crm: Crm, rows: readonly Row[]): Promise<readonly StepOutcome[]> {
  if (rows.length === 0) return [];
  const records = await readRecords(
    crm,
    'contacts',
    rows.map(({ recordId }) => recordId),
    [],
  );
  const survivors = rows.flatMap(({ step, recordId }) => {
    const record = records.get(recordId);
    return record === undefined || record.id === recordId ? [] : [{ step, recordId: record.id }];
  });
  const gone = rows.filter(({ step }) => !survivors.some((row) => row.step === step));
  return [...gone.map(({ step }) => recordGone(step, 'This contact')), ...(await changeRows(crm, survivors))];
}

type Answer = { readonly changed: ReadonlySet<string>; readonly missing: ReadonlySet<string> };

async function send(crm: Crm, change: ListStep['change'], recordIds: readonly string[]): Promise<Answer> {
  const verb = change.kind === 'add-to-list' ? 'add' : 'remove';
  const answer = await crm.client.call(
    crm.portal,
    {
      method: 'PUT',
      path: paths.listMembers(change.listId, verb),
      body: [...new Set(recordIds)],
      priority: crm.priority,
    },
    membershipAnswer,
  );
  const changed = (verb === 'add' ? answer.recordsIdsAdded : answer.recordIdsRemoved) ?? [];
  return { changed: new Set(changed), missing: new Set(answer.recordIdsMissing ?? []) };
}

function listProblem(step: ListStep, error: HubSpotError): StepOutcome {
  const list = `The list “${step.change.listName}”`;
  if (error.kind === 'not-found') {
    return failed(
      step,
      'record-gone',
      `${list} no longer exists. Ask an admin to repair the installation in Settings.`,
    );
  }
  if (error.kind === 'bad-request' || error.kind === 'validation') {
    return failed(step, error.kind, `${list} does not take members by hand. It must be a static list.`);
  }
  return outcomeOf(step, error);
}

/**
 * Whether an earlier try of this step made the change that the repeat found made. HubSpot keeps when a member was added,
 * but nothing about members taken out: there the step is believed, since it was planned for a member.
 */
function wasOurs(crm: Crm, { step, recordId }: Row, since: ReadonlyMap<string, Date>): boolean {
  if (step.change.kind === 'remove-from-list') return true;
  const addedAt = since.get(`${recordId}:${step.change.listId}`);
  return addedAt !== undefined && addedAt >= crm.client.toTheirTime(step.decidedAt);
}

const membershipsAnswer = z.object({
  results: z.array(
    z.object({
      recordId: z.coerce.string(),
      recordListMemberships: z.array(
        z.object({ listId: z.coerce.string(), lastAddedTimestamp: z.coerce.date().nullish() }),
      ),
    }),
  ),
  errors: rowErrors,
});

/** When each record was last added to each of its lists. */
async function membersSince(crm: Crm, rows: readonly Row[]): Promise<Map<string, Date>> {
  const since = new Map<string, Date>();
  await eachChunk(rows, READ_BATCH, async (chunk) => {
    const inputs = chunk.map(({ recordId }) => ({ objectTypeId: OBJECT_TYPES.contacts, recordId }));
    const answer = await crm.client.call(
      crm.portal,
      { method: 'POST', path: paths.membershipsOfRecords, body: { inputs }, priority: crm.priority },
      membershipsAnswer,
    );
    assertRowsRead(paths.membershipsOfRecords, answer.errors);
    for (const { recordId, recordListMemberships } of answer.results) {
      for (const { listId, lastAddedTimestamp } of recordListMemberships) {
        if (lastAddedTimestamp) since.set(`${recordId}:${listId}`, lastAddedTimestamp);
      }
    }
  });
  return since;
}
