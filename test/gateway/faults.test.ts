import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { HubSpotErrorKind } from '../../server/hubspot/errors.ts';
import type { StepOutcome } from '../../server/hubspot/steps.ts';
import type { ChangeKind } from '../../src/changes.ts';
import { fakeDate, passMs } from './fakeDate.ts';
import { buildStep, buildUndo, openLab, type Json, type Lab, type LabPortal } from './lab.ts';
import { ALL_KINDS, KINDS, openScene } from './scenes.ts';

const TIMEOUT_MS = 2_000;

let lab: Lab;
let portal: LabPortal;
beforeAll(async () => {
  lab = await openLab();
  portal = await lab.openPortal({ timeoutMs: TIMEOUT_MS });
});
afterAll(() => lab.close());
// Only the clock is ours, and it never goes back: waits named by an outcome pass at once, sockets and timers stay real.
let clock = Date.now();
beforeEach(() => fakeDate(clock));
afterEach(async () => {
  await portal.faults();
  clock = Date.now() + 60_000;
  jest.useRealTimers();
});

type FaultRow = {
  readonly name: string;
  readonly fault: Json;
  readonly state: 'done' | 'retry' | 'unknown' | 'failed';
  readonly kind?: HubSpotErrorKind;
  readonly retryAfterMs?: number;
  /** Leave out where it takes seconds of waiting for each. */
  readonly kinds?: readonly ChangeKind[];
};

const status = (code: number, more: Json = {}): Json => ({ kind: 'status', status: code, ...more });

/** Deletes answer 204: there is no body that could break, and the status alone says that it happened. */
const WITH_BODY = ALL_KINDS.filter((kind) => !kind.startsWith('delete-'));

/** What HubSpot or the network may do to a write, and what the gateway must make of it. */
const FAULTS: readonly FaultRow[] = [
  {
    name: '429 of the second',
    fault: status(429, { policyName: 'SECONDLY' }),
    state: 'retry',
    kind: 'rate-second',
  },
  {
    name: '429 of ten seconds',
    fault: status(429, { policyName: 'TEN_SECONDLY_ROLLING' }),
    state: 'retry',
    kind: 'rate-ten-seconds',
    retryAfterMs: 10_000,
  },
  {
    name: '429 of the day',
    fault: status(429, { policyName: 'DAILY' }),
    state: 'retry',
    kind: 'rate-daily',
  },
  {
    name: '429 with Retry-After',
    fault: status(429, { policyName: 'TEN_SECONDLY_ROLLING', retryAfterSeconds: 3 }),
    state: 'retry',
    kind: 'rate-ten-seconds',
    retryAfterMs: 3_000,
  },
  { name: '423', fault: status(423), state: 'retry', kind: 'locked', retryAfterMs: 2_000 },
  {
    name: '477 with hours to wait',
    fault: status(477, { retryAfterSeconds: 7_200 }),
    state: 'retry',
    kind: 'migrating',
    retryAfterMs: 7_200_000,
  },
  { name: '409', fault: status(409), state: 'retry', kind: 'conflict' },
  { name: '401', fault: status(401), state: 'retry', kind: 'unauthorized' },
  { name: '403', fault: status(403), state: 'failed', kind: 'missing-scopes' },
  { name: '500, not applied', fault: status(500), state: 'unknown', kind: 'server-error' },
  { name: '500, applied', fault: status(500, { applied: true }), state: 'unknown', kind: 'server-error' },
  { name: '502, not applied', fault: status(502), state: 'unknown', kind: 'unavailable' },
  { name: '502, applied', fault: status(502, { applied: true }), state: 'unknown', kind: 'unavailable' },
  { name: '503, not applied', fault: status(503), state: 'unknown', kind: 'unavailable' },
  { name: '503, applied', fault: status(503, { applied: true }), state: 'unknown', kind: 'unavailable' },
  { name: '504, applied', fault: status(504, { applied: true }), state: 'unknown', kind: 'unavailable' },
  {
    name: 'cut before anything happened',
    fault: { kind: 'cut-before-headers', applied: false },
    state: 'unknown',
    kind: 'connection-cut',
  },
  {
    name: 'cut before the answer',
    fault: { kind: 'cut-before-headers', applied: true },
    state: 'unknown',
    kind: 'connection-cut',
  },
  {
    name: 'cut before the body',
    fault: { kind: 'cut-before-body' },
    state: 'unknown',
    kind: 'connection-cut',
    kinds: WITH_BODY,
  },
  {
    name: 'cut in the middle of the body',
    fault: { kind: 'cut-mid-body' },
    state: 'unknown',
    kind: 'connection-cut',
    kinds: WITH_BODY,
  },
  {
    name: 'slower than the time limit',
    fault: { kind: 'slow', ms: TIMEOUT_MS + 500 },
    state: 'unknown',
    kind: 'timeout',
    retryAfterMs: 30_000,
    kinds: ['set-properties', 'create-note'],
  },
  {
    name: 'malformed JSON',
    fault: { kind: 'malformed-json' },
    state: 'unknown',
    kind: 'malformed-answer',
    kinds: WITH_BODY,
  },
  { name: 'unknown fields', fault: { kind: 'unknown-fields' }, state: 'done' },
];

const CASES = FAULTS.flatMap((row) => (row.kinds ?? ALL_KINDS).map((kind) => ({ ...row, change: kind })));

/** The late call has reached HubSpot, so that what follows sees its effect. */
async function lateCallArrived(path: string): Promise<void> {
  for (;;) {
    const entries = await portal.log();
    if (entries.some((entry) => entry.path.includes(path) && 'fault' in entry && entry.fault === 'slow'))
      return;
  }
}

describe.each(CASES)('$change, $name', ({ change: kind, fault, state, kind: errorKind, retryAfterMs }) => {
  it('has the right outcome, and a repeat neither doubles nor loses it', async () => {
    const scene = await openScene(portal);
    const step = buildStep(scene.contactId, await KINDS[kind].change(scene));
    const before = await KINDS[kind].holds(scene);
    const path = KINDS[kind].writesTo;
    await portal.faults({ match: { path }, fault, times: 1 });

    const [outcome] = await portal.apply(step);

    if (state === 'failed' && KINDS[kind].fallsBack === true) {
      expect(outcome).toMatchObject({ state: 'done', notRestored: [{ why: expect.any(String) }] });
      expect(await KINDS[kind].holds(scene)).toEqual(before);
      return;
    }
    expect(outcome).toMatchObject({
      state,
      ...(errorKind === undefined
        ? {}
        : { problem: { kind: errorKind, sentence: expect.stringMatching(/\.$/) } }),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
    if (outcome?.state === 'failed') {
      expect(await KINDS[kind].holds(scene)).toEqual(before);
      return;
    }
    let done: StepOutcome | undefined = outcome;
    if (outcome?.state === 'retry' || outcome?.state === 'unknown') {
      if (errorKind === 'timeout') await lateCallArrived(path);
      await passMs(outcome.retryAfterMs);
      [done] = await portal.apply({ ...step, lookFirst: outcome.state === 'unknown' });
    }
    expect(done).toMatchObject({ state: 'done' });
    expect(await KINDS[kind].holds(scene)).toEqual(KINDS[kind].expected);
    const undo = buildUndo(step, done);
    if (undo !== null)
      expect((await portal.apply(undo))[0]).toMatchObject({ state: 'done', notRestored: [] });
    expect(await KINDS[kind].holds(scene)).toEqual(
      KINDS[kind].stays === true ? KINDS[kind].expected : before,
    );
  });
});

describe.each(FAULTS.filter(({ kind, state }) => kind !== 'timeout' && state !== 'done'))(
  'the read before the write, $name',
  ({ fault, kind: errorKind }) => {
    it('changes nothing, and the step stays due', async () => {
      const scene = await openScene(portal);
      const step = buildStep(scene.contactId, await KINDS['set-properties'].change(scene));
      const before = await portal.state();
      await portal.faults({ match: { path: 'contacts/batch/read' }, fault, times: 1 });

      const [outcome] = await portal.apply(step);

      // A read that fails leaves nothing behind, whatever became of it.
      const state = errorKind === 'missing-scopes' ? 'failed' : 'retry';
      expect(outcome).toMatchObject({ state, problem: { kind: errorKind } });
      expect(await portal.state()).toEqual(before);
      if (outcome?.state === 'retry') await passMs(outcome.retryAfterMs);
      expect((await portal.apply(step))[0]).toMatchObject({ state: 'done' });
    });
  },
);

describe('a create that may have happened', () => {
  it.each([
    { name: 'the look at the contact', path: 'contacts/batch/read' },
    { name: 'the look at its notes', path: '0-1/0-46/batch/read' },
    { name: 'the look at their texts', path: 'notes/batch/read' },
  ])('is still looked for after $name has failed', async ({ path }) => {
    const scene = await openScene(portal);
    const step = buildStep(scene.contactId, { kind: 'create-note', body: 'Rejected' });
    await portal.faults({
      match: { path: 'notes/batch/create' },
      fault: status(500, { applied: true }),
      times: 1,
    });
    expect((await portal.apply(step))[0]).toMatchObject({ state: 'unknown' });
    await portal.faults({ match: { path }, fault: status(429), times: 1 });

    const [looked] = await portal.apply({ ...step, lookFirst: true });

    expect(looked).toMatchObject({ state: 'unknown', problem: { kind: 'rate-ten-seconds' } });
    await passMs(60_000);
    expect((await portal.apply({ ...step, lookFirst: true }))[0]).toMatchObject({ state: 'done' });
    expect(await portal.count('notes', scene.contactId)).toBe(1);
  });

  it('is found among the contact’s other notes, and not mixed up with a longer step id', async () => {
    const scene = await openScene(portal);
    const change = { kind: 'create-note', body: 'Rejected' } as const;
    await portal.apply(buildStep(scene.contactId, change, { stepId: 'abc-12' }));
    const [outcome] = await portal.apply(
      buildStep(scene.contactId, change, { stepId: 'abc-1', lookFirst: true }),
    );
    expect(outcome).toMatchObject({ state: 'done' });
    expect(await portal.count('notes', scene.contactId)).toBe(2);
  });
});

describe('a lifecycle stage that was cleared and not yet set', () => {
  const SECOND_WRITE = { match: { path: 'contacts/batch/update' }, times: 1 };
  const first = { ...SECOND_WRITE, fault: { kind: 'unknown-fields' } };

  it.each([
    { name: '423', fault: status(423) },
    { name: '500', fault: status(500) },
    { name: 'cut', fault: { kind: 'cut-mid-body' } },
  ])('is set by the next try after $name, and the stage before the plan is remembered', async ({ fault }) => {
    const scene = await openScene(portal);
    const step = buildStep(
      scene.contactId,
      { kind: 'set-lifecycle-stage', stage: 'lead' },
      { expected: { lifecyclestage: 'marketingqualifiedlead' } },
    );
    await portal.faults(first, { ...SECOND_WRITE, fault });

    const [outcome] = await portal.apply(step);

    expect(outcome).toMatchObject({ state: 'unknown' });
    if (outcome?.state !== 'unknown') return;
    await passMs(outcome.retryAfterMs);
    const [done] = await portal.apply({ ...step, lookFirst: true });
    expect(done).toMatchObject({ state: 'done', trace: { before: 'marketingqualifiedlead' } });
    expect(await portal.valuesOf('contacts', scene.contactId, 'lifecyclestage')).toEqual({
      lifecyclestage: 'lead',
    });
  });

  it('gets its old stage back when HubSpot refuses the new one for good', async () => {
    const scene = await openScene(portal);
    const step = buildStep(scene.contactId, { kind: 'set-lifecycle-stage', stage: 'no-such-stage' });

    const [outcome] = await portal.apply(step);

    expect(outcome).toMatchObject({ state: 'failed', problem: { kind: 'validation' } });
    expect(await portal.valuesOf('contacts', scene.contactId, 'lifecyclestage')).toEqual({
      lifecyclestage: 'marketingqualifiedlead',
    });
  });
});
