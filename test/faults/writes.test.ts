import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { openStand, type LogEntry, type Stand } from './stand.ts';
import { TIME_LIMIT_MS, WRITE_FAULTS } from './table.ts';

const STATES = { 'To do': 'pending', 'Being checked': 'unknown', Done: 'done' } as const;

/** The write that meets the fault, and its place among the steps of the plan. */
const WRITES = [
  { write: 'the status and the reason', path: '/contacts/batch/update', step: 0 },
  { write: 'the note', path: '/notes/batch/create', step: 1 },
] as const;

const CASES = WRITE_FAULTS.flatMap((row) => WRITES.map((write) => ({ ...row, ...write })));

const isRead = ({ method, path }: LogEntry): boolean => method === 'GET' || path.endsWith('/batch/read');

/** A longer wait is told with its end. */
const TOLD_WAIT_MS = 60_000;

let stand: Stand;
beforeAll(async () => {
  stand = await openStand({ timeoutMs: TIME_LIMIT_MS });
});
afterAll(() => stand.close());
afterEach(() => stand.faults());

/** Milliseconds until the portal's next midnight; the tests' days have 24 hours. */
const untilMidnight = (): number => {
  const clock = new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    timeStyle: 'medium',
  }).format(Date.now());
  const [hours = 0, minutes = 0, seconds = 0] = clock.split(':').map(Number);
  return 86_400_000 - ((hours * 60 + minutes) * 60 + seconds) * 1_000 - (Date.now() % 1_000);
};

/** "24 Nov 2026, 00:00" */
const berlinMoment = (at: number): string =>
  new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Berlin',
    dateStyle: 'medium',
    timeStyle: 'short',
  }).format(at);

/** A call that we gave up on reaches HubSpot later. */
async function arrived(path: string): Promise<void> {
  for (;;) {
    const { entries } = (await stand.control('GET', '/log')) as { entries: LogEntry[] };
    if (entries.some((entry) => entry.path.endsWith(path) && entry.fault === 'slow')) return;
  }
}

describe.each(CASES)('$fault, met by $write', (row) => {
  it('is seen, tried again in its time, and leaves the record as if it had not been', async () => {
    const contactId = await stand.addMql();
    await stand.card(contactId);
    const before = await stand.state();
    const requestId = randomUUID();
    await stand.faults({ match: { method: 'POST', path: row.path }, fault: row.inject, times: 1 });

    const answerId = await stand.reject(contactId, requestId);
    await stand.newCalls();
    await stand.drain();

    const met = (await stand.newCalls()).filter(({ path }) => path.endsWith(row.path));
    const [seen] = (await stand.steps(contactId)).slice(row.step);
    expect(seen?.state).toBe(STATES[row.seen]);
    const waitMs = row.againAfterMs === 'midnight' ? untilMidnight() : (row.againAfterMs ?? 0);
    const when = waitMs > TOLD_WAIT_MS ? ` Next try: ${berlinMoment(Date.now() + waitMs)}.` : '';
    expect(seen?.detail ?? null).toBe(row.sentence === null ? null : row.sentence + when);
    if (row.inject['kind'] === 'slow') await arrived(row.path);
    else expect(met.length).toBeGreaterThanOrEqual(1);

    if (row.againAfterMs !== null) await triedAgainInTime(row, waitMs);

    for (const { state, detail } of await stand.steps(contactId))
      expect({ state, detail }).toEqual(
        state === 'waiting' ? { state, detail: expect.anything() } : { state: 'done', detail: null },
      );
    expect(await stand.held(contactId)).toEqual({ notes: 1, tasks: 1, lists: 1 });
    expect(await timesSet(contactId, 'mqlr_reason')).toBe(1);
    expect((await stand.click(contactId, requestId)).body).toMatchObject({ ok: true, rejectionId: answerId });

    expect((await stand.undo(answerId)).body).toMatchObject({ ok: true });
    await stand.drain();
    expect(await stand.state()).toEqual(before);
  });
});

async function triedAgainInTime(row: (typeof CASES)[number], waitMs: number): Promise<void> {
  await stand.newCalls();
  await stand.pass(waitMs - 1);
  await stand.drain();
  expect(await stand.newCalls()).toEqual([]);

  await stand.pass(1);
  await stand.drain();
  const calls = await stand.newCalls();
  const sent = calls.findIndex(({ path }) => path.endsWith(row.path));
  const isNote = row.path.includes('notes');
  // A value is set again without harm, a note is not: where it happened, the second one must never be sent.
  if (isNote) expect(calls.filter(({ path }) => path.endsWith(row.path))).toHaveLength(row.happened ? 0 : 1);
  if (row.seen === 'Being checked')
    expect(calls.slice(0, sent === -1 ? undefined : sent).some(isRead)).toBe(true);
}

/** How often a property got a value, by the record's own history. */
async function timesSet(contactId: string, property: string): Promise<number> {
  const read = await stand.hubspot(
    'GET',
    `/crm/objects/2026-09/contacts/${contactId}?propertiesWithHistory=${property}`,
  );
  const histories = read['propertiesWithHistory'] as Readonly<Record<string, readonly unknown[]>>;
  return histories[property]?.length ?? 0;
}
