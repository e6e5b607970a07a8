import { createHash, createHmac } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, it } from '@jest/globals';
import { CONTACTS, type Json } from './portal.ts';
import {
  SECRET,
  PUBLIC,
  MINUTE_MS,
  DAY_MS,
  portal,
  catcher,
  passTime,
  add,
  runs,
  runOnce,
  ended,
  outcomes,
  trigger,
  contact,
  CHECK,
  SET,
} from './workflowStage.ts';

describe('a workflow', () => {
  it('asks the app when a value changes, and hands over what is ready', async () => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'SUCCESS', result: 'ready' } });
    const workflowId = await add([
      CHECK,
      {
        kind: 'branch',
        on: { output: 'check.result' },
        cases: [
          {
            values: ['ready'],
            steps: [
              { kind: 'set-property', property: 'lifecyclestage', to: { value: 'marketingqualifiedlead' } },
              { kind: 'set-property', property: 'city', to: { output: 'check.result' } },
            ],
          },
        ],
        otherwise: [SET],
      },
    ]);
    const id = await portal.contact({ company: 'Lagerwerk' });
    await trigger(id);
    const run = await ended(workflowId);
    expect(outcomes(run)).toEqual([
      'enrolment done',
      'custom-action done',
      'branch done',
      'set-property done',
      'set-property done',
      'end done',
    ]);
    expect(await contact(id, 'lifecyclestage')).toMatchObject({
      value: 'marketingqualifiedlead',
      sourceType: 'AUTOMATION_PLATFORM',
      sourceId: `enrollmentId:${run.enrollmentId}`,
    });
    expect(await contact(id, 'city')).toMatchObject({ value: 'ready' });
    expect(catcher.got).toHaveLength(1);
    expect(catcher.got[0]?.body).toMatchObject({
      callbackId: expect.stringMatching(/^ap-/),
      origin: { portalId: portal.portalId, actionDefinitionVersion: 1 },
      context: { source: 'WORKFLOWS', workflowId: Number(workflowId) },
      object: { objectId: Number(id), objectType: 'CONTACT', properties: { company: 'Lagerwerk' } },
      inputFields: { why: 'score' },
      fields: { why: 'score' },
    });
  });

  it('signs what it asks, in both versions, over the public address', async () => {
    const workflowId = await add([CHECK]);
    await trigger(await portal.contact());
    await ended(workflowId);
    const [{ headers, raw } = { headers: {} as IncomingMessage['headers'], raw: '' }] = catcher.got;
    const time = String(headers['x-hubspot-request-timestamp']);
    expect(headers['x-hubspot-signature-v3']).toBe(
      createHmac('sha256', SECRET).update(`POST${PUBLIC}${raw}${time}`).digest('base64'),
    );
    expect(headers['x-hubspot-signature']).toBe(
      createHash('sha256').update(`${SECRET}POST${PUBLIC}${raw}`).digest('hex'),
    );
  });

  it('takes the other way when the answer is another', async () => {
    catcher.answers.push({ outputFields: { result: 'too_early' } });
    const workflowId = await add([
      CHECK,
      {
        kind: 'branch',
        on: { output: 'check.result' },
        cases: [{ values: ['ready'], steps: [] }],
        otherwise: [SET],
      },
    ]);
    const id = await portal.contact();
    await trigger(id);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('does not take a record in a second time unless it may', async () => {
    const once = await add([SET]);
    const often = await add([SET], { reenrolls: true });
    const id = await portal.contact();
    await trigger(id);
    await ended(once);
    await ended(often);
    await trigger(id, 'Another title');
    expect(await runs(once)).toHaveLength(1);
    expect(await runs(often)).toHaveLength(2);
  });

  it('takes in only the values that it names', async () => {
    const workflowId = await add([SET], {
      trigger: { kind: 'property', property: 'hs_lead_status', values: ['UNQUALIFIED'] },
    });
    const id = await portal.contact({ hs_lead_status: 'NEW' });
    expect(await runs(workflowId)).toEqual([]);
    await portal.call('PATCH', `${CONTACTS}/${id}`, { properties: { hs_lead_status: 'UNQUALIFIED' } });
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('takes in whoever is put on its list, and moves it from list to list', async () => {
    const { body } = await portal.control<{ lists: string[] }>('POST', '/import', {
      lists: [{ name: 'In' }, { name: 'Out' }],
    });
    const [from = '', into = ''] = body.lists;
    const workflowId = await add(
      [
        { kind: 'add-to-list', listId: into },
        { kind: 'remove-from-list', listId: from },
      ],
      { trigger: { kind: 'list', listId: from } },
    );
    const id = await portal.contact();
    await portal.call('PUT', `/crm/lists/2026-09/${from}/memberships/add`, [id]);
    await ended(workflowId);
    const members = async (listId: string) =>
      (
        await portal.call<{ results: Json[] }>('GET', `/crm/lists/2026-09/${listId}/memberships`)
      ).body.results.map(({ recordId }) => recordId);
    expect(await members(from)).toEqual([]);
    expect(await members(into)).toEqual([id]);
  });

  it('makes a note at the record of what an action answered, and of nothing none', async () => {
    catcher.answers.push({ outputFields: { proof: 'Cooling-off: not yet' } });
    const workflowId = await add([
      CHECK,
      { kind: 'create-note', body: { output: 'check.proof' } },
      { kind: 'create-note', body: { output: 'check.nothing' } },
    ]);
    const id = await portal.contact();
    await trigger(id);
    expect(outcomes(await ended(workflowId))).toEqual([
      'enrolment done',
      'custom-action done',
      'create-note done',
      'create-note failed',
      'end done',
    ]);
    const { body } = await portal.call<{ associations: { notes: { results: { id: string }[] } } }>(
      'GET',
      `${CONTACTS}/${id}?associations=notes`,
    );
    const [note, ...others] = body.associations.notes.results;
    expect(others).toEqual([]);
    const read = await portal.call('GET', `/crm/objects/2026-09/notes/${note?.id}?properties=hs_note_body`);
    expect(read.body).toMatchObject({ properties: { hs_note_body: 'Cooling-off: not yet' } });
  });

  it('makes a task at the record', async () => {
    const workflowId = await add([{ kind: 'create-task', subject: 'Call again', dueInDays: 2 }]);
    const id = await portal.contact();
    await trigger(id);
    await ended(workflowId);
    const { body } = await portal.call<{ associations: { tasks: { results: Json[] } } }>(
      'GET',
      `${CONTACTS}/${id}?associations=tasks`,
    );
    expect(body.associations.tasks.results).toHaveLength(1);
  });

  it('waits on the clock of the sandbox', async () => {
    const workflowId = await add([{ kind: 'delay', ms: 3 * DAY_MS }, SET]);
    const id = await portal.contact();
    await trigger(id);
    await runOnce(workflowId, ({ lines }) => lines.some(({ step }) => step === 'delay'));
    await passTime(3 * DAY_MS - MINUTE_MS);
    expect((await runs(workflowId))[0]).toMatchObject({ state: 'waiting' });
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('notes what the portal refuses, and goes on', async () => {
    const workflowId = await add([{ kind: 'set-property', property: 'nonsense', to: { value: 'x' } }, SET]);
    const id = await portal.contact();
    await trigger(id);
    expect(outcomes(await ended(workflowId))).toContain('set-property failed');
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('ends for a record that was deleted meanwhile, and follows one that was merged', async () => {
    const workflowId = await add([{ kind: 'delay', ms: DAY_MS }, SET]);
    const [gone, merged, other] = [await portal.contact(), await portal.contact(), await portal.contact()];
    await trigger(gone);
    await trigger(merged);
    await runOnce(workflowId, ({ lines }) => lines.some(({ step }) => step === 'delay'));
    await portal.call('DELETE', `${CONTACTS}/${gone}`);
    await portal.call('POST', `${CONTACTS}/merge`, { primaryObjectId: merged, objectIdToMerge: other });
    await passTime(DAY_MS);
    await ended(workflowId);
    expect((await runs(workflowId)).map(({ lines }) => lines.at(-1)?.text)).toEqual([
      'The record is gone.',
      'Finished.',
    ]);
    expect(await contact(merged, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('does nothing once it is switched off', async () => {
    const workflowId = await add([SET]);
    await portal.control('PUT', `/workflows/${workflowId}`, { isEnabled: false });
    await trigger(await portal.contact());
    expect(await runs(workflowId)).toEqual([]);
  });

  it.each([
    { title: 'without steps', body: { steps: [] } },
    { title: 'with an unknown step', body: { steps: [{ kind: 'pray' }] } },
    { title: 'with an unknown trigger', body: { trigger: { kind: 'moon' } } },
    { title: 'without a name', body: { name: ' ' } },
  ])('$title is refused', async ({ body }) => {
    const reply = await portal.control('POST', '/workflows', {
      name: 'X',
      trigger: { kind: 'property', property: 'city' },
      steps: [SET],
      ...body,
    });
    expect(reply.status).toBe(400);
  });
});
