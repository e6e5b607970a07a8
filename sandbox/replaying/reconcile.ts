/**
 * Compares, lead by lead, what reps were told, what HubSpot holds and what the app wrote down. What HubSpot must hold
 * follows from what reps were told alone (consequences.ts), so that the app's own tables are no witness of it.
 */

import type { FileLead } from '../data/leadsFile.ts';
import { consequencesOf } from './consequences.ts';
import type { Told } from './play.ts';
import type { CrmRecord, CrmState, LedgerRow, RollupRow, StepRow, Store } from './witnesses.ts';

export type Disagreement = { readonly lead: string; readonly sentence: string };

/** What HubSpot itself moves with a write, so that it differs after an undo as well. */
const MOVES_BY_ITSELF = /^(hs_)?lastmodifieddate$|^hubspot_owner_assigneddate$|^hs_lifecyclestage_\w+_date$/;
const DISQUALIFIED_STAGE = 'unqualified-stage-id';

type Evidence = {
  readonly before: CrmRecord | undefined;
  readonly after: CrmRecord | undefined;
  readonly lists: readonly string[];
  readonly notes: number;
  readonly tasks: number;
  readonly leadBefore: CrmRecord | undefined;
  readonly leadAfter: CrmRecord | undefined;
  readonly ledger: readonly LedgerRow[];
  readonly steps: readonly StepRow[];
  readonly standing: string | null;
};

/** Every disagreement, in the order of the leads; the counts of the rollups last. */
export const reconcile = (
  told: readonly Told[],
  crm: { readonly before: CrmState; readonly after: CrmState },
  store: Store,
): readonly Disagreement[] => {
  const evidenceOf = gather(crm, store);
  const known = new Set(told.map(({ line }) => line.lead.contactId));
  return [
    ...told.flatMap((one) =>
      [...one.trouble, ...problemsOf(one, evidenceOf(one))].map((sentence) => ({
        lead: one.line.lead.id,
        sentence,
      })),
    ),
    ...store.ledger
      .filter(({ contact_id }) => !known.has(contact_id))
      .map(({ contact_id }) => ({
        lead: contact_id,
        sentence: 'the ledger holds an answer that nobody gave',
      })),
    ...rollupProblems(told, store.rollup),
  ];
};

const gather = (crm: { readonly before: CrmState; readonly after: CrmState }, store: Store) => {
  const ledger = grouped(store.ledger, ({ contact_id }) => contact_id);
  const steps = grouped(store.steps, ({ contact_id }) => contact_id);
  const standing = new Map(store.standing.map(({ contact_id, entry_id }) => [contact_id, entry_id]));
  const lists = grouped(
    Object.values(crm.after.lists).flatMap(({ name, members }) => members.map((id) => ({ id, name }))),
    ({ id }) => id,
  );
  const activities = grouped(
    crm.after.associations.flatMap((text) => {
      const [, contactId, type, id] = /^contact (\d+) → (note|task) (\d+)/.exec(text) ?? [];
      const record = crm.after.objects[`${type ?? ''}s`]?.[id ?? ''];
      return contactId !== undefined && record?.archived === false ? [{ contactId, type }] : [];
    }),
    ({ contactId }) => contactId,
  );
  return ({ line: { lead, leadId } }: Told): Evidence => {
    const { contactId } = lead;
    const around = activities.get(contactId) ?? [];
    return {
      before: crm.before.objects['contacts']?.[contactId],
      after: crm.after.objects['contacts']?.[contactId],
      lists: (lists.get(contactId) ?? []).map(({ name }) => name),
      notes: around.filter(({ type }) => type === 'note').length,
      tasks: around.filter(({ type }) => type === 'task').length,
      leadBefore: leadId === null ? undefined : crm.before.objects['leads']?.[leadId],
      leadAfter: leadId === null ? undefined : crm.after.objects['leads']?.[leadId],
      ledger: ledger.get(contactId) ?? [],
      steps: steps.get(contactId) ?? [],
      standing: standing.get(contactId) ?? null,
    };
  };
};

const grouped = <T>(rows: readonly T[], keyOf: (row: T) => string): ReadonlyMap<string, T[]> => {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const group = groups.get(keyOf(row));
    if (group) group.push(row);
    else groups.set(keyOf(row), [row]);
  }
  return groups;
};

const problemsOf = (told: Told, evidence: Evidence): readonly string[] => {
  if (told.answerId === null)
    return evidence.ledger.length === 0 ? [] : ['the ledger holds an answer that the rep was refused'];
  return [...ledgerProblems(told, evidence), ...stepProblems(evidence), ...recordProblems(told, evidence)];
};

const ledgerProblems = (told: Told, { ledger, standing }: Evidence): readonly string[] => {
  const { answer, rep } = told.line;
  const kind = answer === 'acceptance' ? 'acceptance' : 'rejection';
  const reason = answer === 'acceptance' ? null : answer.reason;
  const answers = ledger.filter((row) => row.kind !== 'undo');
  const undos = ledger.filter((row) => row.kind === 'undo');
  const [first] = answers;
  const problems: string[] = [];
  if (answers.length !== 1) problems.push(`the ledger holds ${answers.length} answers instead of one`);
  if (first && (first.entry_id !== told.answerId || first.kind !== kind || first.reason !== reason))
    problems.push(
      `the ledger says ${first.kind} ${first.reason ?? ''}, the rep was told ${kind} ${reason ?? ''}`,
    );
  if (first && first.actor_user_id !== rep.userId) problems.push('the ledger names another rep');
  if (undos.length !== Number(told.undone)) problems.push(`the ledger holds ${undos.length} undos`);
  if (undos.some((undo) => undo.reverses_entry_id !== told.answerId))
    problems.push('an undo reverses something else');
  const stands = told.undone ? null : told.answerId;
  if (standing !== stands) problems.push(`${standing ?? 'no answer'} stands instead of ${stands ?? 'none'}`);
  return problems;
};

const stepProblems = ({ steps }: Evidence): readonly string[] =>
  steps
    .filter(({ state }) => state !== 'done' && state !== 'undone')
    .map(
      ({ kind, state, problem }) => `the step ${kind} is ${state}: ${problem?.sentence ?? 'no reason given'}`,
    );

type Shown = string | number | undefined;

const recordProblems = (told: Told, evidence: Evidence): readonly string[] => {
  const { after, lists, notes, tasks, leadAfter, leadBefore } = evidence;
  if (after === undefined) return ['HubSpot does not hold the contact any more'];
  const problems: string[] = [];
  const expect = (what: string, held: Shown, wanted: Shown): void => {
    if (held !== wanted)
      problems.push(`${what} is ${held ?? 'empty'} in HubSpot instead of ${wanted ?? 'empty'}`);
  };
  const lead = leadAfter?.properties;
  const { answer } = told.line;
  const rejected = answer !== 'acceptance' && !told.undone;
  const wanted = rejected ? consequencesOf(answer.reason) : null;
  const isChecked = wanted?.isChecked === true;
  if (!isChecked || lists.length > 0) expect('the list', lists.join(), wanted?.list ?? '');
  if (!isChecked || notes !== 2) expect('the number of notes', notes, rejected ? 1 : 0);
  expect('the number of tasks', tasks, wanted?.tasks ?? 0);

  if (told.undone) {
    problems.push(...restorationProblems('contact', evidence.before, after));
    if (leadAfter) problems.push(...restorationProblems('Lead', leadBefore, leadAfter));
    return problems;
  }
  const { properties } = after;
  expect('mqlr_answered_by', properties['mqlr_answered_by'], String(told.line.rep.userId));
  if (answer === 'acceptance') {
    expect('mqlr_status', properties['mqlr_status'], 'accepted');
    expect('mqlr_reason', properties['mqlr_reason'], undefined);
    expect(
      'the lifecycle stage',
      properties['lifecyclestage'],
      evidence.before?.properties['lifecyclestage'],
    );
    if (leadAfter)
      expect("the Lead's stage", lead?.['hs_pipeline_stage'], leadBefore?.properties['hs_pipeline_stage']);
    return problems;
  }
  // The clock has passed the weekly review, so the rejection is final.
  expect('mqlr_status', properties['mqlr_status'], 'rejected');
  expect('mqlr_reason', properties['mqlr_reason'], answer.reason);
  expect('the lifecycle stage', properties['lifecyclestage'], wanted?.stage);
  if (leadAfter) expect("the Lead's stage", lead?.['hs_pipeline_stage'], DISQUALIFIED_STAGE);
  return problems;
};

const restorationProblems = (
  what: string,
  before: CrmRecord | undefined,
  after: CrmRecord,
): readonly string[] => {
  const names = new Set([...Object.keys(before?.properties ?? {}), ...Object.keys(after.properties)]);
  return [...names]
    .filter((name) => !MOVES_BY_ITSELF.test(name) && before?.properties[name] !== after.properties[name])
    .map(
      (name) =>
        `taken back, but ${name} of the ${what} is ${after.properties[name] ?? 'empty'} instead of ${before?.properties[name] ?? 'empty'}`,
    );
};

/** Counts of the answers that stand, by each dimension that a file of leads knows, against the sums of the rollups. */
const rollupProblems = (told: readonly Told[], rollup: readonly RollupRow[]): readonly Disagreement[] => {
  const counted = new Map<string, number>();
  const add = (key: string, n: number): void => void counted.set(key, (counted.get(key) ?? 0) + n);
  for (const { line, answerId, undone } of told) {
    if (answerId === null || undone) continue;
    const measure = line.answer === 'acceptance' ? 'acceptance' : 'rejection';
    const reason = line.answer === 'acceptance' ? '' : line.answer.reason;
    for (const [dim, value] of dimensionsOf(line.lead, line.rep.userId))
      add([measure, dim, reason, value].join('|'), 1);
  }
  for (const { measure, dim, reason, value, n } of rollup) add([measure, dim, reason, value].join('|'), -n);
  return [...counted]
    .filter(([, left]) => left !== 0)
    .map(([key, left]) => ({
      lead: 'rollup',
      sentence: `${key} differs by ${left} from the answers that stand`,
    }));
};

const dimensionsOf = (lead: FileLead, userId: number): readonly (readonly [string, string])[] => [
  ['', ''],
  ['source', lead.source ?? 'unknown'],
  ['campaign', lead.campaign === '' ? 'unknown' : lead.campaign],
  ['rep', String(userId)],
  ['path', 'card'],
];
