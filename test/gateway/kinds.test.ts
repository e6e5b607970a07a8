import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { buildStep, buildUndo, openLab, type Lab, type LabPortal } from './lab.ts';
import { ALL_KINDS, KINDS, openScene, TASK } from './scenes.ts';

let lab: Lab;
let shared: LabPortal;
beforeAll(async () => {
  lab = await openLab();
  shared = await lab.openPortal();
});
afterAll(() => lab.close());

describe.each(ALL_KINDS)('%s', (kind) => {
  it('is carried out, and taken back to exactly what was there unless it is announced to stay', async () => {
    const scene = await openScene(shared);
    const change = await KINDS[kind].change(scene);
    const before = await KINDS[kind].holds(scene);
    const step = buildStep(scene.contactId, change);

    const [outcome] = await scene.portal.apply(step);

    expect(outcome).toMatchObject({ stepId: step.stepId, state: 'done', notRestored: [] });
    expect(await KINDS[kind].holds(scene)).toEqual(KINDS[kind].expected);
    const undo = buildUndo(step, outcome);
    if (KINDS[kind].stays === true) {
      expect(undo).toBeNull();
      return;
    }
    if (undo === null) throw new Error('Nothing to take back, though it was carried out.');
    const [undone] = await scene.portal.apply(undo);
    expect(undone).toMatchObject({ state: 'done', notRestored: [] });
    expect(await KINDS[kind].holds(scene)).toEqual(before);
  });

  it('is not doubled when it is repeated, and still knows what was there before', async () => {
    const scene = await openScene(shared);
    const step = buildStep(scene.contactId, await KINDS[kind].change(scene));
    const [first] = await scene.portal.apply(step);

    const [second] = await scene.portal.apply({ ...step, lookFirst: true });

    expect(second).toEqual(first);
    expect(await KINDS[kind].holds(scene)).toEqual(KINDS[kind].expected);
  });
});

it('writes the note and the task as people read them, with the step they come from', async () => {
  const { portal, contactId } = await openScene(shared);
  const step = buildStep(contactId, { kind: 'create-task', task: TASK });
  const [outcome] = await portal.apply(step);
  if (outcome?.state !== 'done' || outcome.trace.kind !== 'create-task') throw new Error('not done');
  expect(
    await portal.valuesOf(
      'tasks',
      outcome.trace.createdId,
      'hs_task_subject',
      'hs_task_body',
      'hs_timestamp',
    ),
  ).toEqual({
    hs_task_subject: 'Find the right contact',
    hs_task_body: `Ask &lt;Ada&gt; &amp; co.<br>Then hand off.<br><br>Ref ${step.stepId}`,
    hs_timestamp: expect.stringMatching(/^2026-11-25T08:00:00/),
  });
});

it('carries out many leads in one write per kind', async () => {
  const portal = await lab.openPortal();
  const contactIds = await Promise.all(Array.from({ length: 120 }, () => portal.addContact()));
  const since = (await portal.log()).length;
  const steps = contactIds.flatMap((contactId) => [
    buildStep(contactId, { kind: 'set-properties', values: { mqlr_status: 'pending_review' } }),
    buildStep(contactId, { kind: 'create-note', body: 'Rejected' }),
    buildStep(contactId, { kind: 'add-to-list', listId: portal.map.listIds.retry, listName: 'retry' }),
  ]);

  const outcomes = await portal.apply(...steps);

  expect(outcomes.map(({ stepId, state }) => [stepId, state])).toEqual(
    steps.map(({ stepId }) => [stepId, 'done']),
  );
  const calls = (await portal.log()).slice(since).map(({ method, path }) => `${method} ${path}`);
  const times = (pattern: RegExp): number => calls.filter((call) => pattern.test(call)).length;
  expect({
    propertyWrites: times(/contacts\/batch\/update/),
    noteWrites: times(/notes\/batch\/create/),
    listWrites: times(/memberships\/add/),
  }).toEqual({ propertyWrites: 2, noteWrites: 2, listWrites: 1 });
});
