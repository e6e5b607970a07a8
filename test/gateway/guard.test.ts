import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Change } from '../../src/changes.ts';
import { buildStep, buildUndo, openLab, type Lab, type LabPortal } from './lab.ts';
import { openScene } from './scenes.ts';

let lab: Lab;
let portal: LabPortal;
beforeAll(async () => {
  lab = await openLab();
  portal = await lab.openPortal();
});
afterAll(() => lab.close());

const contact = (id: string): string => `/crm/objects/2026-09/contacts/${id}`;
const earlier = (): Date => new Date(Date.now() - 60_000);
const later = (): Date => new Date(Date.now() + 60_000);

const STATUS: Change = {
  kind: 'set-properties',
  values: { hs_lead_status: 'UNQUALIFIED', mqlr_status: 'pending_review' },
};

describe('before a value is written', () => {
  it.each([
    {
      name: 'a lead status',
      change: STATUS,
      expected: { hs_lead_status: 'NEW' },
      byPerson: { hs_lead_status: 'CONNECTED' },
      sentence: /“Lead status” was changed to “CONNECTED” on \d+ \w+ \d{4}, \d\d:\d\d/,
    },
    {
      name: 'a lifecycle stage',
      change: { kind: 'set-lifecycle-stage', stage: 'lead' } as const,
      expected: { lifecyclestage: 'marketingqualifiedlead' },
      byPerson: { lifecyclestage: 'salesqualifiedlead' },
      sentence: /“Lifecycle stage” was changed to “salesqualifiedlead”/,
    },
    {
      name: 'an owner',
      change: { kind: 'set-owner', ownerId: '' } as const,
      expected: { hubspot_owner_id: '501' },
      byPerson: { hubspot_owner_id: '502' },
      sentence: /“Owner” was changed to “502”/,
    },
    {
      name: 'an owner who was taken off',
      change: { kind: 'set-owner', ownerId: '502' } as const,
      expected: { hubspot_owner_id: '501' },
      byPerson: { hubspot_owner_id: '' },
      sentence: /“Owner” was emptied on/,
    },
  ])('$name that a person changed after the decision is left alone', async (row) => {
    const { contactId } = await openScene(portal);
    const step = buildStep(contactId, row.change, { expected: row.expected, decidedAt: earlier() });
    await portal.asPerson('PATCH', contact(contactId), { properties: row.byPerson });
    const before = await portal.state();

    const [outcome] = await portal.apply(step);

    expect(outcome).toMatchObject({
      state: 'stale',
      problem: { kind: 'stale-decision', sentence: expect.stringMatching(row.sentence) },
    });
    expect(await portal.state()).toEqual(before);
  });

  it('a Lead that a person moved after the decision is left where it is', async () => {
    const { contactId, leadId } = await openScene(portal);
    const change: Change = {
      kind: 'move-lead',
      leadId,
      stageId: 'unqualified-stage-id',
      disqualificationReason: 'NOT_A_GOOD_FIT',
    };
    const step = buildStep(contactId, change, {
      expected: { hs_pipeline_stage: 'new-stage-id' },
      decidedAt: earlier(),
    });
    await portal.asPerson('PATCH', `/crm/objects/2026-09/leads/${leadId}`, {
      properties: { hs_pipeline_stage: 'qualified-stage-id' },
    });

    expect((await portal.apply(step))[0]).toMatchObject({ state: 'stale' });
    expect(await portal.valuesOf('leads', leadId, 'hs_pipeline_stage')).toEqual({
      hs_pipeline_stage: 'qualified-stage-id',
    });
  });

  it('a value that a person changed before the decision is overwritten, and remembered as it really was', async () => {
    const { contactId } = await openScene(portal);
    await portal.asPerson('PATCH', contact(contactId), { properties: { hs_lead_status: 'CONNECTED' } });
    const step = buildStep(contactId, STATUS, { expected: { hs_lead_status: 'NEW' }, decidedAt: later() });

    expect((await portal.apply(step))[0]).toMatchObject({
      state: 'done',
      trace: { before: { hs_lead_status: 'CONNECTED', mqlr_status: '' } },
    });
  });

  it('a value that our own app wrote since does not make the step stale', async () => {
    const { contactId } = await openScene(portal);
    await portal.asApp('PATCH', contact(contactId), { properties: { hs_lead_status: 'IN_PROGRESS' } });
    const step = buildStep(contactId, STATUS, { expected: { hs_lead_status: 'NEW' }, decidedAt: earlier() });

    expect((await portal.apply(step))[0]).toMatchObject({ state: 'done' });
  });

  it('a value that is already the wanted one is nobody else’s decision', async () => {
    const { contactId } = await openScene(portal);
    await portal.asPerson('PATCH', contact(contactId), { properties: { hs_lead_status: 'UNQUALIFIED' } });
    const step = buildStep(contactId, STATUS, { expected: { hs_lead_status: 'NEW' }, decidedAt: earlier() });

    expect((await portal.apply(step))[0]).toMatchObject({ state: 'done' });
  });

  it('one stale step does not hold up the others of its batch', async () => {
    const [first, second] = [await openScene(portal), await openScene(portal)];
    await portal.asPerson('PATCH', contact(first.contactId), { properties: { hs_lead_status: 'CONNECTED' } });
    const guarded = { expected: { hs_lead_status: 'NEW' }, decidedAt: earlier() };

    const outcomes = await portal.apply(
      buildStep(first.contactId, STATUS, guarded),
      buildStep(second.contactId, STATUS, guarded),
    );

    expect(outcomes.map(({ state }) => state)).toEqual(['stale', 'done']);
  });

  it('reads the history only of records whose value differs', async () => {
    const scene = await openScene(portal);
    await portal.apply(buildStep(scene.contactId, STATUS, { expected: { hs_lead_status: 'NEW' } }));
    const last = (await portal.log()).findLast(({ path }) => path.endsWith('contacts/batch/read'));
    expect(last?.body).toMatchObject({ propertiesWithHistory: [] });
  });
});

describe('an undo', () => {
  it('restores what is still ours and names what a person changed since', async () => {
    const { contactId } = await openScene(portal);
    const step = buildStep(contactId, STATUS);
    const [outcome] = await portal.apply(step);
    await portal.asPerson('PATCH', contact(contactId), { properties: { hs_lead_status: 'CONNECTED' } });
    const undo = buildUndo(step, outcome);
    if (undo === null) throw new Error('nothing to undo');

    const [undone] = await portal.apply(undo);

    expect(undone).toMatchObject({
      state: 'done',
      notRestored: [{ what: '“Lead status”', why: expect.stringContaining('changed to “CONNECTED”') }],
    });
    expect(await portal.valuesOf('contacts', contactId, 'hs_lead_status', 'mqlr_status')).toEqual({
      hs_lead_status: 'CONNECTED',
      mqlr_status: '',
    });
  });

  it('moves a Lead back whole or not at all', async () => {
    const { contactId, leadId } = await openScene(portal);
    const step = buildStep(contactId, {
      kind: 'move-lead',
      leadId,
      stageId: 'unqualified-stage-id',
      disqualificationReason: 'NOT_A_GOOD_FIT',
    });
    const [outcome] = await portal.apply(step);
    await portal.asPerson('PATCH', `/crm/objects/2026-09/leads/${leadId}`, {
      properties: { hs_pipeline_stage: 'connected-stage-id' },
    });
    const undo = buildUndo(step, outcome);
    if (undo === null) throw new Error('nothing to undo');

    expect((await portal.apply(undo))[0]).toMatchObject({
      state: 'done',
      notRestored: [{ what: '“Lead stage”' }],
    });
    expect(
      await portal.valuesOf('leads', leadId, 'hs_pipeline_stage', 'hs_lead_disqualification_reason'),
    ).toEqual({
      hs_pipeline_stage: 'connected-stage-id',
      hs_lead_disqualification_reason: 'NOT_A_GOOD_FIT',
    });
  });

  it('leaves owner and lifecycle stage alone where a person has set them since', async () => {
    const { contactId } = await openScene(portal);
    const steps = [
      buildStep(contactId, { kind: 'set-owner', ownerId: '' }),
      buildStep(contactId, { kind: 'set-lifecycle-stage', stage: 'lead' }),
    ];
    const outcomes = await portal.apply(...steps);
    const byPerson = { hubspot_owner_id: '502', lifecyclestage: 'salesqualifiedlead' };
    await portal.asPerson('PATCH', contact(contactId), { properties: byPerson });
    const undos = steps.map((step, at) => buildUndo(step, outcomes[at]));

    const undone = await portal.apply(...undos.filter((undo) => undo !== null));

    expect(undone).toMatchObject([
      { state: 'done', notRestored: [{ what: '“Owner”' }] },
      { state: 'done', notRestored: [{ what: '“Lifecycle stage”' }] },
    ]);
    expect(await portal.valuesOf('contacts', contactId, ...Object.keys(byPerson))).toEqual(byPerson);
  });

  it('keeps a task that somebody has completed', async () => {
    const { contactId } = await openScene(portal);
    const task = { subject: 'Call', body: '', dueAt: '2026-11-25T08:00:00.000Z', ownerId: null };
    const step = buildStep(contactId, { kind: 'create-task', task });
    const [outcome] = await portal.apply(step);
    const undo = buildUndo(step, outcome);
    if (undo?.change.kind !== 'delete-task') throw new Error('no task');
    await portal.asPerson('PATCH', `/crm/objects/2026-09/tasks/${undo.change.taskId}`, {
      properties: { hs_task_status: 'COMPLETED' },
    });

    expect((await portal.apply(undo))[0]).toMatchObject({
      state: 'done',
      notRestored: [{ what: 'Task “Call”' }],
    });
    expect(await portal.count('tasks', contactId)).toBe(1);
  });

  it('that was already carried out changes nothing more', async () => {
    const { contactId } = await openScene(portal);
    const step = buildStep(contactId, STATUS);
    const [outcome] = await portal.apply(step);
    const undo = buildUndo(step, outcome);
    if (undo === null) throw new Error('nothing to undo');
    await portal.apply(undo);
    const before = await portal.state();

    expect((await portal.apply({ ...undo, lookFirst: true }))[0]).toMatchObject({
      state: 'done',
      notRestored: [],
    });
    expect(await portal.state()).toEqual(before);
  });
});
