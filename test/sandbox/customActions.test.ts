import { describe, expect, it } from '@jest/globals';
import type { Json } from './portal.ts';
import {
  MINUTE_MS,
  DAY_MS,
  CALLBACKS,
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
  type Run,
} from './workflowStage.ts';

describe('a custom action', () => {
  const start = async (): Promise<{ workflowId: string; id: string }> => {
    const workflowId = await add([CHECK, SET]);
    const id = await portal.contact();
    await trigger(id);
    return { workflowId, id };
  };

  it('is asked again after a minute, then later and later, when it fails, under the same callback id', async () => {
    catcher.answers.push({ status: 503 }, { status: 500 });
    const { workflowId } = await start();
    await runOnce(workflowId, ({ attempt }) => attempt === 1);
    expect(catcher.got).toHaveLength(1);
    await passTime(MINUTE_MS);
    await runOnce(workflowId, ({ attempt }) => attempt === 2);
    await passTime(MINUTE_MS);
    expect(catcher.got).toHaveLength(2);
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(new Set(catcher.got.map(({ body }) => body.callbackId)).size).toBe(1);
  });

  it('is given up after three days, and the workflow goes on', async () => {
    catcher.answers.push(...Array.from({ length: 40 }, () => ({ status: 500 })));
    const { workflowId, id } = await start();
    for (let attempt = 1; (await runs(workflowId))[0]?.state !== 'ended'; attempt += 1) {
      await runOnce(workflowId, (run) => run.state === 'ended' || run.attempt === attempt);
      await passTime(8 * 60 * MINUTE_MS);
    }
    expect(outcomes((await runs(workflowId))[0] as Run)).toContain('custom-action failed');
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('is asked again after as many milliseconds as a 429 says', async () => {
    catcher.answers.push({ status: 429, headers: { 'retry-after': String(10 * MINUTE_MS) } });
    const { workflowId } = await start();
    await runOnce(workflowId, ({ attempt }) => attempt === 1);
    await passTime(9 * MINUTE_MS);
    expect(catcher.got).toHaveLength(1);
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(catcher.got).toHaveLength(2);
  });

  it.each([{ status: 400 }, { status: 404 }])('is not asked again after $status', async (answer) => {
    catcher.answers.push(answer);
    const { workflowId, id } = await start();
    expect(outcomes(await ended(workflowId))).toContain('custom-action failed');
    expect(catcher.got).toHaveLength(1);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });

  it('that says FAIL_CONTINUE has failed, and the workflow goes on', async () => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'FAIL_CONTINUE', result: 'refused' } });
    const { workflowId } = await start();
    expect(outcomes(await ended(workflowId))).toEqual([
      'enrolment done',
      'custom-action failed',
      'set-property done',
      'end done',
    ]);
  });

  it.each([
    { title: 'one', path: (id: string) => `${CALLBACKS}/${id}/complete`, body: (): Json => ({}) },
    {
      title: 'a batch',
      path: () => `${CALLBACKS}/complete`,
      body: (callbackId: string): Json => ({ callbackId }),
      batch: true,
    },
    {
      title: 'one, by version 4',
      path: (id: string) => `/automation/v4/actions/callbacks/${id}/complete`,
      body: (): Json => ({}),
    },
  ])('that blocks waits until it is completed: $title', async ({ path, body, batch }) => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'BLOCK' } });
    const workflowId = await add([
      CHECK,
      { kind: 'set-property', property: 'city', to: { output: 'check.result' } },
    ]);
    const id = await portal.contact();
    await trigger(id);
    const { callbackId = '' } = await runOnce(workflowId, ({ state }) => state === 'blocked');
    const row = { outputFields: { result: 'ready' }, typedOutputs: {}, ...body(callbackId) };
    const sent = batch === true ? { inputs: [row] } : row;
    expect((await portal.call('POST', path(callbackId), sent)).status).toBe(204);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'ready' });
    expect((await portal.call('POST', path(callbackId), sent)).status).toBe(404);
  });

  it('that is completed without typedOutputs is refused on dated paths', async () => {
    catcher.answers.push({ outputFields: { hs_execution_state: 'BLOCK' } });
    const { workflowId } = await start();
    const { callbackId = '' } = await runOnce(workflowId, ({ state }) => state === 'blocked');
    const reply = await portal.call('POST', `${CALLBACKS}/${callbackId}/complete`, { outputFields: {} });
    expect(reply.status).toBe(400);
  });

  it.each([
    { duration: 'P1DT2H', ms: DAY_MS + 120 * MINUTE_MS },
    { duration: undefined, ms: 7 * DAY_MS },
  ])('that blocks for $duration and is never completed lets the workflow go on', async ({ duration, ms }) => {
    catcher.answers.push({
      outputFields: {
        hs_execution_state: 'BLOCK',
        ...(duration !== undefined && { hs_expiration_duration: duration }),
      },
    });
    const { workflowId, id } = await start();
    await runOnce(workflowId, ({ state }) => state === 'blocked');
    await passTime(ms - MINUTE_MS);
    expect((await runs(workflowId))[0]).toMatchObject({ state: 'blocked' });
    await passTime(MINUTE_MS);
    await ended(workflowId);
    expect(await contact(id, 'city')).toMatchObject({ value: 'Bonn' });
  });
});
