import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { buildStep, openLab, type Lab, type LabPortal } from './lab.ts';
import { openScene } from './scenes.ts';

let lab: Lab;
let portal: LabPortal;
beforeAll(async () => {
  lab = await openLab();
  portal = await lab.openPortal();
});
afterEach(async () => {
  await portal.faults();
  await portal.control('PUT', '/rules', []);
});
afterAll(() => lab.close());

const setStatus = (value: string) => ({ kind: 'set-properties', values: { hs_lead_status: value } }) as const;
const GONE = '999999999';

async function contacts(count: number): Promise<string[]> {
  return Promise.all(Array.from({ length: count }, () => portal.addContact()));
}

describe('one bad row', () => {
  it('does not sink the others of a 207', async () => {
    const ids = await contacts(6);
    await portal.faults({ match: { path: 'contacts/batch/update' }, fault: { kind: 'rows', every: 3 } });

    const outcomes = await portal.apply(...ids.map((id) => buildStep(id, setStatus('UNQUALIFIED'))));

    expect(outcomes.map(({ state }) => state)).toEqual(['done', 'done', 'failed', 'done', 'done', 'failed']);
    const values = await Promise.all(ids.map((id) => portal.valuesOf('contacts', id, 'hs_lead_status')));
    expect(values.map(({ hs_lead_status }) => hs_lead_status)).toEqual([
      'UNQUALIFIED',
      'UNQUALIFIED',
      '',
      'UNQUALIFIED',
      'UNQUALIFIED',
      '',
    ]);
  });

  it('is found by halving when HubSpot refuses the whole batch', async () => {
    const ids = await contacts(9);
    const before = (await portal.log()).length;
    // A batch that is refused as a whole: every call with more than one row, and the one with the bad row.
    await portal.faults({
      match: { path: 'contacts/batch/update' },
      fault: { kind: 'status', status: 400 },
      times: 1,
    });

    const outcomes = await portal.apply(...ids.map((id) => buildStep(id, setStatus('UNQUALIFIED'))));

    expect(outcomes.every(({ state }) => state === 'done')).toBe(true);
    const writes = (await portal.log()).slice(before).filter(({ path }) => path.endsWith('batch/update'));
    expect(writes.map(({ status }) => status)).toEqual([400, 200, 200]);
  });

  it('with a value that HubSpot does not know fails alone, naming the property', async () => {
    const ids = await contacts(3);
    const values = ['UNQUALIFIED', 'NO_SUCH_STATUS', 'UNQUALIFIED'];

    const outcomes = await portal.apply(...ids.map((id, at) => buildStep(id, setStatus(values[at] ?? ''))));

    expect(outcomes).toMatchObject([
      { state: 'done' },
      {
        state: 'failed',
        problem: { kind: 'validation', sentence: expect.stringContaining('“Lead status”') },
      },
      { state: 'done' },
    ]);
  });

  it('that lacks a property demanded by an admin says which one', async () => {
    await portal.control('PUT', '/rules', [
      {
        kind: 'conditional',
        objectType: 'leads',
        property: 'hs_pipeline_stage',
        values: ['unqualified-stage-id'],
        requires: ['hs_lead_disqualification_note'],
      },
    ]);
    const { contactId, leadId } = await openScene(portal);

    const [outcome] = await portal.apply(
      buildStep(contactId, {
        kind: 'move-lead',
        leadId,
        stageId: 'unqualified-stage-id',
        disqualificationReason: 'NOT_A_GOOD_FIT',
      }),
    );

    expect(outcome).toMatchObject({
      state: 'failed',
      problem: {
        kind: 'validation',
        sentence:
          'HubSpot asks for “hs_lead_disqualification_note” before it accepts this change. Fill it on the record, then try again.',
      },
    });
  });

  it('meets a rule that stage and reason belong together, since both go in one write', async () => {
    await portal.control('PUT', '/rules', [
      {
        kind: 'conditional',
        objectType: 'leads',
        property: 'hs_pipeline_stage',
        values: ['unqualified-stage-id'],
        requires: ['hs_lead_disqualification_reason'],
      },
    ]);
    const { contactId, leadId } = await openScene(portal);
    const [outcome] = await portal.apply(
      buildStep(contactId, {
        kind: 'move-lead',
        leadId,
        stageId: 'unqualified-stage-id',
        disqualificationReason: 'NOT_A_GOOD_FIT',
      }),
    );
    expect(outcome).toMatchObject({ state: 'done' });
  });
});

describe('a record that cannot be read now', () => {
  const locked = { kind: 'rows', category: 'LOCKED' } as const;
  const read = { path: 'contacts/batch/read' };
  const statesOf = (outcomes: readonly { readonly state: string }[]): string[] =>
    outcomes.map(({ state }) => state);

  it('holds back its own step and no other', async () => {
    const ids = await contacts(6);
    await portal.faults({ match: read, fault: { ...locked, every: 3 } });
    const outcomes = await portal.apply(...ids.map((id) => buildStep(id, setStatus('UNQUALIFIED'))));
    expect(statesOf(outcomes)).toEqual(['done', 'done', 'retry', 'done', 'done', 'retry']);
    expect(outcomes[2]).toMatchObject({ problem: { kind: 'locked' } });
    const values = await Promise.all(ids.map((id) => portal.valuesOf('contacts', id, 'hs_lead_status')));
    expect(values.map(({ hs_lead_status }) => hs_lead_status !== '')).toEqual([
      true,
      true,
      false,
      true,
      true,
      false,
    ]);
  });

  it('nor in its history, holds back its own step and no other', async () => {
    const ids = await contacts(6);
    // Of the records the third and the sixth, of the four histories that are asked for then the third.
    await portal.faults({ match: read, fault: { ...locked, every: 3 } });
    const steps = ids.map((id) => buildStep(id, setStatus('UNQUALIFIED'), { lookFirst: true }));
    expect(statesOf(await portal.apply(...steps))).toEqual([
      'done',
      'done',
      'unknown',
      'unknown',
      'done',
      'unknown',
    ]);
  });

  it('to verify its stage, leaves its own step unknown and no other', async () => {
    const ids = await contacts(4);
    // Of the records the second and the fourth, of the two stages that are verified then the second.
    await portal.faults({ match: read, fault: { ...locked, every: 2 } });
    const steps = ids.map((id) => buildStep(id, { kind: 'set-lifecycle-stage', stage: 'lead' }));
    expect(statesOf(await portal.apply(...steps))).toEqual(['done', 'retry', 'unknown', 'retry']);
  });

  it('because its call broke off, waits with the others of that call alone', async () => {
    const ids = await contacts(150);
    await portal.faults({ match: read, fault: { kind: 'cut-before-headers' }, times: 1 });
    const outcomes = await portal.apply(...ids.map((id) => buildStep(id, setStatus('UNQUALIFIED'))));
    const halves = [statesOf(outcomes.slice(0, 100)), statesOf(outcomes.slice(100))];
    // Which of the two calls came first is not given.
    expect(halves.map((states) => [...new Set(states)].join()).sort()).toEqual(['done', 'retry']);
  });
});

describe('a record that is gone', () => {
  const task = { subject: 'Call', body: '', dueAt: '2026-11-25T08:00:00.000Z', ownerId: null };

  it.each([
    { kind: 'set-properties', change: () => setStatus('UNQUALIFIED') },
    { kind: 'set-owner', change: () => ({ kind: 'set-owner', ownerId: '' }) as const },
    { kind: 'set-lifecycle-stage', change: () => ({ kind: 'set-lifecycle-stage', stage: 'lead' }) as const },
    {
      kind: 'add-to-list',
      change: () => ({ kind: 'add-to-list', listId: portal.map.listIds.retry, listName: 'retry' }) as const,
    },
    { kind: 'create-task', change: () => ({ kind: 'create-task', task }) as const },
    { kind: 'create-note', change: () => ({ kind: 'create-note', body: 'Hello' }) as const },
    {
      kind: 'move-lead',
      change: () =>
        ({ kind: 'move-lead', leadId: GONE, stageId: 'new-stage-id', disqualificationReason: '' }) as const,
    },
  ])('fails its $kind step with a sentence, and no other', async ({ change }) => {
    const { contactId, leadId } = await openScene(portal);
    const fine = change();
    const good = fine.kind === 'move-lead' ? { ...fine, leadId } : fine;

    const outcomes = await portal.apply(buildStep(GONE, change()), buildStep(contactId, good));

    expect(outcomes).toMatchObject([
      {
        state: 'failed',
        problem: { kind: 'record-gone', sentence: expect.stringContaining('no longer exists') },
      },
      { state: 'done' },
    ]);
  });

  it('fails a step for a list that was deleted, naming the list', async () => {
    const { contactId } = await openScene(portal);
    const change = { kind: 'add-to-list', listId: '999999', listName: 'MQL loop: old' } as const;
    expect((await portal.apply(buildStep(contactId, change)))[0]).toMatchObject({
      state: 'failed',
      problem: { kind: 'record-gone', sentence: expect.stringContaining('“MQL loop: old”') },
    });
  });

  it('makes deleting a task or note that is gone already a change of nothing', async () => {
    const { contactId } = await openScene(portal);
    const outcomes = await portal.apply(
      buildStep(contactId, { kind: 'delete-task', taskId: GONE, task }),
      buildStep(contactId, { kind: 'delete-note', noteId: GONE, body: '' }),
    );
    expect(outcomes).toMatchObject([
      { state: 'done', trace: { changed: false } },
      { state: 'done', trace: { changed: false } },
    ]);
  });

  it('is missing among the facts, while the others are read', async () => {
    const { contactId, leadId } = await openScene(portal);
    const { facts, missing } = await portal.gateway.readLeads(portal.map, [GONE, contactId]);
    expect(missing).toEqual([GONE]);
    expect(facts).toMatchObject([
      {
        contactId,
        lifecycleStage: 'marketingqualifiedlead',
        ownerId: '501',
        leads: [{ leadId, stageId: 'new-stage-id', disqualificationReason: '' }],
      },
    ]);
  });
});

describe('an add to a list', () => {
  it('says that nothing changed for a contact that a person had put there before', async () => {
    const { contactId } = await openScene(portal);
    const listId = portal.map.listIds.long_cycle;
    await portal.asPerson('PUT', `/crm/lists/2026-09/${listId}/memberships/add`, [contactId]);
    const decidedAt = new Date(Date.now() + 1_000);
    const change = { kind: 'add-to-list', listId, listName: 'long' } as const;

    const first = await portal.apply(buildStep(contactId, change, { decidedAt }));
    const repeated = await portal.apply(buildStep(contactId, change, { decidedAt, lookFirst: true }));

    expect([...first, ...repeated]).toMatchObject([
      { trace: { changed: false } },
      { trace: { changed: false } },
    ]);
  });
});

describe('the steps of one contact', () => {
  it('are carried out in their order, whatever the kinds', async () => {
    const { contactId } = await openScene(portal);
    const outcomes = await portal.apply(
      buildStep(contactId, setStatus('UNQUALIFIED')),
      buildStep(contactId, setStatus('NEW')),
      buildStep(contactId, setStatus('OPEN')),
    );
    expect(outcomes).toMatchObject([
      { state: 'done', trace: { before: { hs_lead_status: 'NEW' } } },
      { state: 'done', trace: { before: { hs_lead_status: 'UNQUALIFIED' } } },
      { state: 'done', trace: { before: { hs_lead_status: 'NEW' } } },
    ]);
    expect(await portal.valuesOf('contacts', contactId, 'hs_lead_status')).toEqual({
      hs_lead_status: 'OPEN',
    });
  });

  it('wait for one that did not come through, while other contacts go on', async () => {
    const [slow, fast] = [await openScene(portal), await openScene(portal)];
    await portal.faults({
      match: { path: 'contacts/batch/update' },
      fault: { kind: 'status', status: 423 },
      times: 1,
    });
    const note = { kind: 'create-note', body: 'Rejected' } as const;

    const outcomes = await portal.apply(
      buildStep(slow.contactId, setStatus('UNQUALIFIED')),
      buildStep(slow.contactId, note),
      buildStep(fast.contactId, note),
    );

    expect(outcomes).toMatchObject([
      { state: 'retry', problem: { kind: 'locked' } },
      { state: 'retry', problem: { kind: 'waits-for-earlier' } },
      { state: 'done' },
    ]);
    expect([
      await portal.count('notes', slow.contactId),
      await portal.count('notes', fast.contactId),
    ]).toEqual([0, 1]);
  });
});
