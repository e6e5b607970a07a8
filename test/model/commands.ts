/** What can happen to two leads: the clicks of reps, the work of others in HubSpot, failures, deaths and time. */

import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import type { AcceptanceAnswer, RefusalAnswer, RejectionAnswer, UndoAnswer } from '../../src/contract.ts';
import type { FlowContext, Identity } from '../../server/flows/context.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { contactRef } from '../flows/house.ts';
import type { Entry, Run, RunLead, Sent } from './run.ts';
import { checkPlan, REASON_CODES } from './plans.ts';
import { DIED, WRITES } from './stage.ts';

export type Command = fc.AsyncCommand<Run, null>;

const command = (name: string, run: (run: Run) => Promise<void>): Command => ({
  check: () => true,
  run: async (model) => {
    await model.tick();
    await run(model);
  },
  toString: () => name,
});

type Delivery = 'once' | 'twice at once' | 'dies before commit';
type Answer = RejectionAnswer | AcceptanceAnswer | UndoAnswer | RefusalAnswer;

/** A server whose acknowledgement is cut off before its COMMIT. */
const dyingAtCommit = (context: FlowContext): FlowContext => ({
  ...context,
  store: {
    ...context.store,
    groupCommit: (work, command) => {
      const run: typeof work.run = async (tx, commands) => {
        await work.run(tx, commands);
        throw new Error(DIED);
      };
      return context.store.groupCommit({ ...work, run }, command);
    },
    transaction: (body) =>
      context.store.transaction(async (tx) => {
        await body(tx);
        throw new Error(DIED);
      }),
  },
});

/** Sends a request as the delivery says; `null` when the server died before it could answer. */
async function deliver(
  run: Run,
  delivery: Delivery,
  send: (context: FlowContext) => Promise<Answer>,
): Promise<Answer | null> {
  const { context } = run.stage.house;
  if (delivery === 'dies before commit') {
    const answer = await send(dyingAtCommit(context)).catch((error: unknown) => error);
    if (answer instanceof Error) {
      expect(answer.message).toBe(DIED);
      return null;
    }
    // Refused before there was anything to commit, as for a record that cannot be read.
    return answer as Answer;
  }
  if (delivery === 'once') return send(context);
  const [first, second] = await Promise.all([send(context), send(context)]);
  expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  return first;
}

const identityOf = (run: Run, userId: number): Identity => ({ ...run.stage.house.identity, userId });

function remember(run: Run, lead: RunLead, sent: Omit<Sent, 'lead' | 'answer'>, answer: Answer): void {
  lead.written += 1;
  run.sent.push({ ...sent, lead, answer: JSON.stringify(answer) });
}

const reject = (
  index: number,
  reason: string,
  note: string | null,
  kept: boolean,
  userId: number,
  delivery: Delivery,
): Command =>
  command(`reject ${index} ${reason} ${JSON.stringify(note)} ${delivery}`, async (run) => {
    const lead = run.lead(index);
    const expected = await run.refusalOf(lead, 'rejection');
    const { facts } = await run.snapshotOf(lead);
    const request = {
      requestId: randomUUID(),
      record: contactRef(lead.model.contactId),
      reason,
      note,
      keptDespiteEvidence: kept,
    };
    const identity = identityOf(run, userId);
    const send = (context: FlowContext) => recordRejection(context, identity, request);
    const answer = await deliver(run, delivery, send);
    if (answer === null) return;
    if (!answer.ok) {
      expectRefusal(run, answer, expected);
      return;
    }
    if (!('rejectionId' in answer)) throw new Error('A rejection was answered as something else.');
    expect(expected).toBeNull();
    const at = new Date(Date.parse(answer.undoUntil) - 30_000);
    const entry: Entry = {
      kind: 'rejection',
      entryId: answer.rejectionId,
      reason,
      at,
      userId,
      undoUntil: Date.parse(answer.undoUntil),
      replaces: lead.standing,
      undone: false,
    };
    lead.entries.push(entry);
    lead.standing = entry;
    remember(
      run,
      lead,
      { kind: 'rejection', requestId: request.requestId, again: () => send(run.stage.house.context) },
      answer,
    );
    checkPlan(
      run.stage,
      reason,
      facts,
      (await run.stepsOf(lead)).filter((step) => step.entryId === entry.entryId),
    );
    await run.checkCounts();
  });

const accept = (index: number, userId: number, delivery: Delivery): Command =>
  command(`accept ${index} ${delivery}`, async (run) => {
    const lead = run.lead(index);
    const expected = await run.refusalOf(lead, 'acceptance');
    const request = { requestId: randomUUID(), record: contactRef(lead.model.contactId) };
    const identity = identityOf(run, userId);
    const send = (context: FlowContext) => recordAcceptance(context, identity, request);
    const answer = await deliver(run, delivery, send);
    if (answer === null) return;
    if (!answer.ok) {
      expectRefusal(run, answer, expected);
      return;
    }
    if (!('acceptanceId' in answer)) throw new Error('An acceptance was answered as something else.');
    expect(expected).toBeNull();
    const at = run.stage.house.context.now();
    const entry: Entry = {
      kind: 'acceptance',
      entryId: answer.acceptanceId,
      reason: '',
      at,
      userId,
      undoUntil: at.getTime() + 30_000,
      replaces: null,
      undone: false,
    };
    lead.entries.push(entry);
    lead.standing = entry;
    remember(
      run,
      lead,
      { kind: 'acceptance', requestId: request.requestId, again: () => send(run.stage.house.context) },
      answer,
    );
    await run.checkCounts();
  });

function expectRefusal(run: Run, answer: RefusalAnswer, expected: string | null): void {
  // A record that was spoken of after its deletion is read at the click, which may fail.
  const mayBeUnreachable = expected === 'record-deleted' && run.faulty;
  if (mayBeUnreachable && answer.kind === 'hubspot-unreachable') return;
  expect(answer.kind).toBe(expected);
}

const undo = (index: number, back: number, reason: string | null, delivery: Delivery): Command =>
  command(
    `undo ${index} answer ${back} from the end, ${reason === null ? 'no reason' : 'with a reason'}, ${delivery}`,
    async (run) => {
      const lead = run.lead(index);
      const entry = lead.entries.at(-1 - (back % Math.max(1, lead.entries.length)));
      if (entry === undefined) return;
      const expected = entry.undone
        ? 'already-undone'
        : entry !== lead.standing
          ? 'answer-replaced'
          : run.now() > entry.undoUntil && reason === null
            ? 'undo-needs-reason'
            : null;
      const request = { requestId: randomUUID(), reason };
      const { identity } = run.stage.house;
      const send = (context: FlowContext) => undoAnswer(context, identity, entry.entryId, request);
      const answer = await deliver(run, delivery, send);
      if (answer === null) return;
      expect(answer.ok ? null : answer.kind).toBe(expected);
      if (!answer.ok) return;
      entry.undone = true;
      lead.standing = entry.replaces;
      remember(
        run,
        lead,
        { kind: 'undo', requestId: request.requestId, again: () => send(run.stage.house.context) },
        answer,
      );
      await run.checkCounts();
      await run.checkCard(lead);
    },
  );

const again = (index: number): Command =>
  command(`request ${index} again`, async (run) => {
    const sent = run.sent[index % Math.max(1, run.sent.length)];
    if (sent !== undefined) expect(JSON.stringify(await sent.again())).toBe(sent.answer);
  });

const elsewhere = (index: number, kind: 'rejection' | 'acceptance'): Command =>
  command(`request id ${index} for another lead's ${kind}`, async (run) => {
    const sent = run.sent[index % Math.max(1, run.sent.length)];
    const other = run.leads.find((lead) => lead !== sent?.lead);
    if (sent === undefined || other === undefined) return;
    const { context, identity } = run.stage.house;
    const request = { requestId: sent.requestId, record: contactRef(other.model.contactId) };
    const answer =
      kind === 'acceptance'
        ? await recordAcceptance(context, identity, request)
        : await recordRejection(context, identity, {
            ...request,
            reason: 'other',
            note: null,
            keptDespiteEvidence: false,
          });
    if (run.faulty && other.model.deleted && !answer.ok && answer.kind === 'hubspot-unreachable') return;
    expect(answer).toMatchObject({ ok: false, kind: 'request-reused' });
  });

const drain = (how: 'once' | 'two at once'): Command =>
  command(`drain ${how}`, async (run) => {
    await Promise.all(how === 'once' ? [run.drain()] : [run.drain(), run.drain()]);
    await run.checkRecords();
  });

/** Batches that are under way together die together. */
const isDeath = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(isDeath)
    : error instanceof Error && error.message === DIED;

const die = (writesLeft: number): Command =>
  command(`the server dies after ${writesLeft} writes of a drain`, async (run) => {
    await run.drain(run.stage.mortal(writesLeft)).catch((error: unknown) => {
      if (!isDeath(error)) throw error;
    });
    await run.checkRecords();
  });

const FAULTS = {
  'answer lost': { kind: 'status', status: 502, applied: true },
  'connection cut, change made': { kind: 'cut-before-headers', applied: true },
  'connection cut, nothing changed': { kind: 'cut-before-headers', applied: false },
  'cut in the body': { kind: 'cut-mid-body', applied: true },
  'server error': { kind: 'status', status: 500, applied: false },
  'not available': { kind: 'status', status: 503, applied: false },
  locked: { kind: 'status', status: 423, applied: false },
  'no JSON': { kind: 'malformed-json' },
  'odd fields': { kind: 'unknown-fields' },
} as const;
/** Regular expressions of the sandbox's fault rules. */
const CALLS = { writes: WRITES.source, reads: 'batch/read', calls: '.' } as const;
type Failure = {
  readonly fault: keyof typeof FAULTS;
  readonly calls: keyof typeof CALLS;
  /** So many of them come through before. */
  readonly after: number;
  readonly times: number;
};

const fail = async (run: Run, { fault, calls, after, times }: Failure): Promise<void> => {
  const match = { path: CALLS[calls] };
  run.faulty = true;
  await run.stage.house.control('PUT', '/faults', [
    ...(after > 0 ? [{ match, fault: { kind: 'slow', ms: 0 }, times: after }] : []),
    { match, fault: FAULTS[fault], times },
  ]);
};

const wordsOf = ({ fault, calls, after, times }: Failure): string =>
  `after ${after} ${calls} ${times} times ${fault}`;

const failing = (failure: Failure): Command => command(wordsOf(failure), (run) => fail(run, failure));

/** Both in one, so that the failure meets work. */
const drainFailing = (failure: Failure): Command =>
  command(`drain, ${wordsOf(failure)}`, async (run) => {
    await fail(run, failure);
    await run.drain();
    await run.faultsOff();
    await run.checkRecords();
  });

/** Time enough for every second try and every lease, and a drain. */
const drainLater = (seconds: number): Command =>
  command(`drain ${seconds} s later`, async (run) => {
    await run.stage.house.passSeconds(seconds);
    await run.drain();
    await run.checkRecords();
  });

const pass = (seconds: number): Command =>
  command(`${seconds} s pass`, (run) => run.stage.house.passSeconds(seconds));

const webhooks = (how: 'all' | 'backwards' | 'twice' | 'every second one'): Command =>
  command(`webhooks arrive: ${how}`, async (run) => {
    const events = await run.stage.inbox();
    const order =
      how === 'backwards' ? events.toReversed() : how === 'twice' ? [...events, ...events] : events;
    const now = how === 'every second one' ? order.filter((_event, at) => at % 2 === 0) : order;
    await run.stage.deliver(now);
    // What is held back comes after all that follows, but it comes.
    run.stage.holdBack(order.filter((event) => !now.includes(event)));
  });

const refresh: Command = command('records are read again', (run) => run.refresh());

const look = (index: number): Command =>
  command(`look at ${index}`, async (run) => run.checkCard(run.lead(index)));

export const commandsOf = (person: fc.Arbitrary<Command>): fc.Arbitrary<Command>[] => {
  // The first lead more often, so that what happens meets.
  const index = fc.constantFrom(0, 0, 0, 1);
  const note = fc.constantFrom(null, 'said so on the phone');
  const user = fc.constantFrom(901, 902);
  const delivery = fc.constantFrom<Delivery>('once', 'once', 'once', 'twice at once', 'dies before commit');
  const reason = fc.constantFrom(...REASON_CODES);
  const failure = fc.record<Failure>({
    fault: fc.constantFrom(...(Object.keys(FAULTS) as (keyof typeof FAULTS)[])),
    calls: fc.constantFrom('writes', 'writes', 'writes', 'reads', 'calls'),
    after: fc.nat(5),
    times: fc.integer({ min: 1, max: 2 }),
  });
  const drains = fc.oneof(
    fc.constantFrom<'once' | 'two at once'>('once', 'once', 'two at once').map(drain),
    fc.constantFrom(700, 700, 700, 8 * 86_400).map(drainLater),
    failure.map(drainFailing),
    fc.nat(5).map(die),
  );
  const time = fc.constantFrom(1, 31, 200, 700, 700, 86_400, 7 * 86_400 + 7_200, 30 * 86_400);
  const rejects = fc.tuple(index, reason, note, fc.boolean(), user, delivery).map((args) => reject(...args));
  return [
    rejects,
    rejects,
    rejects,
    fc.tuple(index, user, delivery).map((args) => accept(...args)),
    fc
      .tuple(
        index,
        fc.constantFrom(0, 0, 0, 1, 2),
        fc.constantFrom(null, 'wrong lead', 'wrong lead'),
        delivery,
      )
      .map((args) => undo(...args)),
    fc.nat(9).map(again),
    fc
      .tuple(fc.nat(9), fc.constantFrom<'rejection' | 'acceptance'>('rejection', 'acceptance'))
      .map((args) => elsewhere(...args)),
    person,
    person,
    drains,
    drains,
    drains,
    drains,
    drains,
    failure.map(failing),
    time.map(pass),
    fc
      .constantFrom<'all' | 'backwards' | 'twice' | 'every second one'>(
        'all',
        'backwards',
        'twice',
        'every second one',
      )
      .map(webhooks),
    fc.constant(refresh),
    index.map(look),
  ];
};
