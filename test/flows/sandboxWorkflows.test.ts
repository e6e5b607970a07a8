import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';

import { decideReview, viewReviews } from '../../server/flows/guardQueues.ts';
import { listEntries } from '../../server/store/ledger.ts';
import type { Store } from '../../server/store/db.ts';
import { describeEachEngine } from '../store/engines.ts';
import type { Json } from './house.ts';
import { openWorkflowStage, type Run, type WorkflowStage } from './workflowStage.ts';

const MINUTE_S = 60;
const ON_SCORE = { kind: 'property', property: 'hubspotscore' };
const ON_UNQUALIFIED = { kind: 'property', property: 'hs_lead_status', values: ['UNQUALIFIED'] };

const CHECK = { kind: 'custom-action', name: 'check', action: 'mql_wf_check', inputs: {} };
const HAND_OFF = {
  kind: 'custom-action',
  name: 'handOff',
  action: 'mql_wf_hand_off',
  inputs: { when_review: { value: 'wait' } },
};
const REJECT = {
  kind: 'custom-action',
  name: 'reject',
  action: 'mql_wf_reject',
  inputs: { reason: { property: 'jobtitle' } },
};
const ASK_OWNER = { ...REJECT, inputs: { without_reason: { value: 'ask_owner' } } };
const branch = (
  output: string,
  cases: Readonly<Record<string, readonly Json[]>>,
  otherwise: readonly Json[] = [],
) => ({
  kind: 'branch',
  on: { output },
  cases: Object.entries(cases).map(([value, steps]) => ({ values: [value], steps })),
  otherwise,
});
const SET_CITY = (to: Json) => ({ kind: 'set-property', property: 'city', to });
/** What the tool's documentation proposes: ready and reviewed leads are handed off, the proof of others is noted. */
const REENTRY = [
  CHECK,
  branch('check.result', { ready: [HAND_OFF], needs_review: [HAND_OFF] }, [
    { kind: 'create-note', body: { output: 'check.proof' } },
  ]),
  SET_CITY({ output: 'handOff.result' }),
];
const ASKING = [
  ASK_OWNER,
  branch(
    'reject.result',
    { rejected: [SET_CITY({ value: 'Bonn' })], accepted: [SET_CITY({ value: 'Kiel' })] },
    [SET_CITY({ value: 'Ulm' })],
  ),
];

const stepsOf = ({ lines }: Run): readonly string[] => lines.map(({ step, outcome }) => `${step} ${outcome}`);

await describeEachEngine('a workflow of the sandbox that calls the app', (openTestStore) => {
  let store: Store;
  let stage: WorkflowStage;
  const made: string[] = [];
  beforeAll(async () => {
    store = await openTestStore();
    stage = await openWorkflowStage(store);
  });
  afterEach(async () => {
    for (const id of made.splice(0)) await stage.switchOff(id);
    await stage.control('PUT', '/faults', []);
    stage.mishaps.length = 0;
    stage.passed.length = 0;
  });
  afterAll(() => stage.close());

  const add = async (trigger: Json, steps: readonly Json[]): Promise<string> => {
    const id = await stage.addWorkflow(trigger, steps);
    made.push(id);
    return id;
  };
  const scores = (contactId: string, hubspotscore = '55') => stage.happens(contactId, { hubspotscore });
  const isUnqualified = (contactId: string) => stage.byHand(contactId, { hs_lead_status: 'UNQUALIFIED' });
  const entries = (contactId: string) => listEntries(store.db, stage.portalId, contactId);
  const cityOf = async (contactId: string) => (await stage.contact(contactId, 'city'))['city'];
  const comesBack = async (contactId: string): Promise<void> => {
    await stage.passDays(40);
    await stage.settle();
    await stage.requestsDemo(contactId);
    await stage.settle();
  };
  const decide = async (contactId: string, resolution: 'hand_off_again' | 'keep_in_nurture') => {
    const page = await viewReviews(stage.context, stage.identity, { limit: 100 });
    const row = page.ok ? page.rows.find((one) => one.contactId === contactId) : undefined;
    const decided = await decideReview(stage.context, stage.identity, row?.id ?? '', { resolution });
    expect(decided).toMatchObject({ ok: true });
    await stage.settle();
  };

  it('keeps a lead out that is too early, with the proof in its log and in a note', async () => {
    const workflowId = await add(ON_SCORE, REENTRY);
    const contactId = await stage.rejectedLead();
    await scores(contactId);
    const { outputs } = await stage.runOf(workflowId, contactId, 'ended');
    expect(outputs).toMatchObject({
      'check.result': 'too_early',
      'check.sentence': expect.stringContaining('Not yet: cooling-off'),
      'check.earliest_on': expect.stringMatching(/^20\d\d-\d\d-\d\d$/),
      'check.proof': expect.stringContaining('not yet – '),
    });
    expect(await stage.notesOf(contactId)).toContain(outputs['check.proof']);
    expect(stage.passed.map(({ path }) => path)).toEqual(['/v1/workflow/check-re-entry']);
    expect(await stage.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });
  });

  it('that hands off without asking first is refused for the same lead, with the proof in a note of the app', async () => {
    const workflowId = await add(ON_SCORE, [HAND_OFF]);
    const contactId = await stage.rejectedLead();
    await scores(contactId);
    const { outputs } = await stage.runOf(workflowId, contactId, 'ended');
    expect(outputs).toMatchObject({ 'handOff.result': 'too_early' });
    const notes = (await stage.notesOf(contactId)).filter((body) => body.startsWith('Not handed off'));
    expect(notes).toEqual([expect.stringContaining(outputs['handOff.sentence'] ?? 'no sentence')]);
    expect(await stage.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });
  });

  it('hands off a lead that is ready, as the next attempt', async () => {
    const workflowId = await add(ON_SCORE, REENTRY);
    const contactId = await stage.rejectedLead();
    await comesBack(contactId);
    await scores(contactId);
    const { outputs } = await stage.runOf(workflowId, contactId, 'ended');
    expect(outputs).toMatchObject({ 'check.result': 'ready', 'handOff.result': 'handed_off' });
    await stage.settle();
    expect(await stage.contact(contactId, 'lifecyclestage', 'mqlr_attempt')).toMatchObject({
      lifecyclestage: 'marketingqualifiedlead',
      mqlr_attempt: '2',
    });
  });

  it.each([
    { resolution: 'hand_off_again', result: 'handed_off', stageAfter: 'marketingqualifiedlead' },
    { resolution: 'keep_in_nurture', result: 'kept_in_nurture', stageAfter: 'lead' },
  ] as const)('waits at the third attempt for the reviewer: $resolution', async (row) => {
    const contactId = await stage.rejectedLead();
    await comesBack(contactId);
    const second = await add(ON_SCORE, REENTRY);
    await scores(contactId, '56');
    await stage.runOf(second, contactId, 'ended');
    await stage.switchOff(second);
    await stage.settle();
    await stage.reject(contactId);
    await comesBack(contactId);

    const third = await add(ON_SCORE, REENTRY);
    await scores(contactId, '57');
    expect(await stage.runOf(third, contactId, 'blocked')).toMatchObject({
      outputs: { 'check.result': 'needs_review' },
    });
    await stage.settle();
    expect(await stage.contact(contactId, 'lifecyclestage')).toMatchObject({ lifecyclestage: 'lead' });
    await decide(contactId, row.resolution);
    const { outputs } = await stage.runOf(third, contactId, 'ended');
    expect(outputs).toMatchObject({ 'handOff.result': row.result });
    expect(await cityOf(contactId)).toBe(row.result);
    await stage.settle();
    expect(await stage.contact(contactId, 'lifecyclestage')).toMatchObject({
      lifecyclestage: row.stageAfter,
    });
  });

  it('without a reason asks the rep, and goes on with the answer of the card', async () => {
    const workflowId = await add(ON_UNQUALIFIED, ASKING);
    const contactId = await stage.addMql();
    await isUnqualified(contactId);
    await stage.runOf(workflowId, contactId, 'blocked');
    expect(await stage.tasksOf(contactId)).toContainEqual(expect.stringMatching(/^Accept or reject/));
    await stage.reject(contactId);
    const run = await stage.runOf(workflowId, contactId, 'ended');
    expect(run.outputs).toMatchObject({
      'reject.result': 'rejected',
      'reject.sentence': 'Rejected as Too early.',
    });
    expect(await cityOf(contactId)).toBe('Bonn');
    expect(await entries(contactId)).toMatchObject([
      { reason: 'too_early', actorUserId: stage.identity.userId },
    ]);
  });

  it('that nobody answers goes on after seven days, and a later answer is no second one', async () => {
    const workflowId = await add(ON_UNQUALIFIED, ASKING);
    const contactId = await stage.addMql();
    await isUnqualified(contactId);
    await stage.runOf(workflowId, contactId, 'blocked');
    await stage.passDays(7);
    const run = await stage.runOf(workflowId, contactId, 'ended');
    expect(stepsOf(run)).toContain('custom-action failed');
    expect(await cityOf(contactId)).toBe('Ulm');
    await stage.reject(contactId);
    await stage.settle();
    expect(await stage.runOf(workflowId, contactId, 'ended')).toEqual(run);
    expect(await entries(contactId)).toHaveLength(1);
  });

  it('goes on with the answer of the card though it never heard that it was to wait', async () => {
    const workflowId = await add(ON_UNQUALIFIED, ASKING);
    const contactId = await stage.addMql();
    stage.mishaps.push({ kind: 'answer-lost' });
    await isUnqualified(contactId);
    await stage.runAfter(workflowId, contactId, 1);
    await stage.reject(contactId);
    await stage.passSeconds(MINUTE_S);
    const run = await stage.runOf(workflowId, contactId, 'ended');
    expect(run.outputs).toMatchObject({ 'reject.result': 'rejected' });
    expect(await cityOf(contactId)).toBe('Bonn');
    expect(await entries(contactId)).toHaveLength(1);
  });

  it('is told until the end of its own seven days, which began when it heard that it was to wait', async () => {
    const workflowId = await add(ON_UNQUALIFIED, ASKING);
    const contactId = await stage.addMql();
    stage.mishaps.push({ kind: 'answer-lost' });
    await isUnqualified(contactId);
    await stage.runAfter(workflowId, contactId, 1);
    await stage.passDays(1);
    await stage.runOf(workflowId, contactId, 'blocked');
    await stage.passDays(6);
    await stage.passSeconds(MINUTE_S * 30);
    await stage.settle();
    await stage.reject(contactId);
    const run = await stage.runOf(workflowId, contactId, 'ended');
    expect(run.outputs).toMatchObject({ 'reject.result': 'rejected' });
  });

  it('asks again what the app could not answer, and nothing is done twice', async () => {
    const workflowId = await add(ON_UNQUALIFIED, [REJECT]);
    const contactId = await stage.addMql({ jobtitle: 'too_early' });
    stage.mishaps.push(
      { kind: 'answer-lost' },
      { kind: 'busy', retryAfter: String(5 * MINUTE_S * 1_000) },
      { kind: 'answer-lost' },
    );
    await isUnqualified(contactId);
    await stage.runAfter(workflowId, contactId, 1);
    await stage.passSeconds(MINUTE_S);
    await stage.runAfter(workflowId, contactId, 2);
    await stage.passSeconds(5 * MINUTE_S);
    await stage.runAfter(workflowId, contactId, 3);
    await stage.passSeconds(10 * MINUTE_S);
    const run = await stage.runOf(workflowId, contactId, 'ended');
    expect(run.outputs).toMatchObject({ 'reject.result': 'rejected' });
    expect(stage.passed.map(({ status }) => status)).toEqual([502, 429, 502, 200]);
    expect(new Set(stage.passed.map(({ callbackId }) => callbackId)).size).toBe(1);
    await stage.settle();
    expect(await entries(contactId)).toMatchObject([{ kind: 'rejection', path: 'workflow_action' }]);
    expect((await stage.notesOf(contactId)).filter((body) => body.includes('Too early'))).toHaveLength(1);
  });

  it('waits while HubSpot itself gives the app no record, and is asked again without a time of ours', async () => {
    const workflowId = await add({ kind: 'property', property: 'city', values: ['Jena'] }, [CHECK]);
    const contactId = await stage.addMql();
    await stage.control('PUT', '/faults', [
      { match: { path: '/contacts' }, fault: { kind: 'status', status: 503 } },
    ]);
    await stage.byHand(contactId, { city: 'Jena' });
    await stage.runAfter(workflowId, contactId, 1);
    expect(stage.passed).toMatchObject([{ status: 503, retryAfter: null }]);
    await stage.control('PUT', '/faults', []);
    await stage.passSeconds(MINUTE_S);
    const { outputs } = await stage.runOf(workflowId, contactId, 'ended');
    expect(outputs).toMatchObject({ 'check.result': 'with_sales' });
  });
});
