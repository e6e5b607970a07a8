/** The bench's own judgement: a measurement that cannot find a fault would prove nothing. */

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { callsNeeded } from '../../bench/figures/sustained.ts';
import { type Generator, type Played, startGenerator } from '../../bench/load/generator.ts';
import { type Click, toClick, writeLines } from '../../bench/load/leads.ts';
import { median, quantile } from '../../bench/numbers.ts';
import { openPlain, type Plain } from '../../bench/plain/portal.ts';
import { selfTime } from '../../bench/profile/areas.ts';
import { readSamples } from '../../bench/profile/cpuProfile.ts';
import type { LogEntry } from '../../bench/requests.ts';
import { judge, PLAIN } from '../../bench/witness.ts';
import { askSandbox } from '../../sandbox/control.ts';
import { type CrmServer, startCrm } from '../../sandbox/crm/server.ts';
import { readCrmState } from '../../sandbox/replaying/witnesses.ts';

const LEADS = 40;

describe('the witness of a burst', () => {
  const lines = writeLines(LEADS);
  const clicks = lines.map(toClick);
  let crm: CrmServer;
  let plain: Plain;
  let generator: Generator;
  let played: Played;
  beforeAll(async () => {
    crm = await startCrm({ port: 0 });
    plain = await openPlain(crm.url, 100_000, lines);
    generator = startGenerator();
    played = await generator.play(plain.target, clicks, 4);
  });
  afterAll(async () => {
    await generator.close();
    await plain.close();
    await crm.close();
  });

  const clickWith = (reason: string): Click => {
    const found = clicks.find((click) => click.reason === reason);
    if (!found) throw new Error(`No click has the reason ${reason}.`);
    return found;
  };
  const addTask = (contactId: string): Promise<unknown> =>
    askSandbox(crm.url, 'POST', `/sandbox/portals/${plain.portalId}/import`, {
      objects: { tasks: [{ id: '900001', properties: { hs_timestamp: new Date().toISOString() } }] },
      associations: [{ from: { type: 'tasks', id: '900001' }, to: { type: 'contacts', id: contactId } }],
    });

  it('finds nothing where every click was carried out once', async () => {
    expect(played.answered.filter(({ ok }) => ok)).toHaveLength(LEADS);
    expect(await judge(plain, PLAIN, clicks, played.answered)).toEqual({ refused: 0, lost: 0, doubled: 0 });
  });

  it('counts a click as lost when HubSpot holds another reason than the rep gave', async () => {
    const [first, ...others] = clicks;
    if (!first) throw new Error('There are no clicks.');
    const told = [{ ...first, reason: first.reason === 'not_icp' ? 'too_late' : 'not_icp' }, ...others];
    expect(await judge(plain, PLAIN, told, played.answered)).toMatchObject({ lost: 1 });
  });

  it('counts a click as lost when what follows from the reason is missing', async () => {
    const noLists = {
      ...PLAIN,
      wanted: () => {
        const { least, most } = PLAIN.wanted('not_icp', 0);
        return { least: { ...least, tasks: 1 }, most: { ...most, tasks: 1 } };
      },
    };
    const onLists = clicks.filter(({ reason }) => PLAIN.wanted(reason, 0).most.lists === 1);
    expect(await judge(plain, noLists, onLists, played.answered)).toMatchObject({ lost: onLists.length });
  });

  it('counts a click as refused, not as lost, when the rep was told that it failed', async () => {
    const [first, ...others] = played.answered;
    if (!first) throw new Error('There are no answers.');
    const answered = [{ ...first, ok: false }, ...others];
    expect(await judge(plain, PLAIN, clicks, answered)).toMatchObject({ refused: 1, lost: 0 });
  });

  it('counts a click as doubled when its task is there twice', async () => {
    await addTask(clickWith('bad_data').contactId);
    expect(await judge(plain, PLAIN, clicks, played.answered)).toMatchObject({ lost: 0, doubled: 1 });
  });

  it('has a plain handler that lets nobody in with a forged signature', async () => {
    const before = await readCrmState(crm.url, plain.portalId);
    const forged = { ...plain.target, clientSecret: 'another secret' };
    const { answered } = await generator.play(forged, clicks.slice(0, 1), 1);
    expect(answered.map(({ ok, said }) => [ok, said.slice(0, 3)])).toEqual([[false, '401']]);
    expect(await readCrmState(crm.url, plain.portalId)).toEqual(before);
  });
});

describe('the ceiling of a backlog', () => {
  const entry = (over: Partial<LogEntry>): LogEntry => ({
    seq: 1,
    at: 0,
    actor: 'app',
    method: 'POST',
    path: '/crm/objects/2026-09/contacts/batch/update',
    status: 200,
    ...over,
  });
  const rows = (count: number): { inputs: { id: string }[] } => ({
    inputs: Array.from({ length: count }, (_, place) => ({ id: String(place) })),
  });

  it('counts rows, not the calls that they were spread over', () => {
    const entries = [1, 49, 50].map((count) => entry({ body: rows(count) }));
    expect(callsNeeded(entries)).toMatchObject([{ calls: 3, inputs: 100, fullCalls: 1 }]);
  });

  it('takes fifty rows for full where history is read, and the ids of a list call for its rows', () => {
    const read = { path: '/crm/objects/2026-09/contacts/batch/read' };
    const history = { ...rows(100), properties: [], propertiesWithHistory: ['hs_lead_status'] };
    const members = Array.from({ length: 60 }, (_, place) => String(place));
    const list = { method: 'PUT', path: '/crm/lists/2026-09/7/memberships/add', body: members };
    expect(callsNeeded([entry({ ...read, body: history }), entry(list)])).toMatchObject([
      { kind: 'POST /crm/objects/2026-09/contacts/batch/read with history', fullCalls: 2 },
      { kind: 'PUT /crm/lists/2026-09/:id/memberships/add', fullCalls: 0.2 },
    ]);
  });

  it('leaves out refused calls, other budgets, and reads for the app’s own copy of a lead', () => {
    const read = { path: '/crm/objects/2026-09/contacts/batch/read' };
    const entries = [
      entry({ status: 429, body: rows(100) }),
      entry({ path: '/crm/associations/2026-09/0-1/0-136/batch/read', body: rows(100) }),
      entry({ ...read, body: { ...rows(100), properties: ['email', 'phone'] } }),
    ];
    expect(callsNeeded(entries)).toEqual([]);
  });
});

describe('numbers', () => {
  it.each([
    { numbers: [3, 1, 2], middle: 2, p99: 3 },
    { numbers: [1, 2, 3, 4], middle: 2.5, p99: 4 },
    { numbers: Array.from({ length: 200 }, (_, place) => place + 1), middle: 100.5, p99: 198 },
  ])('have the median $middle and the 99th percentile $p99', ({ numbers, middle, p99 }) => {
    expect(median(numbers)).toBe(middle);
    expect(quantile(numbers, 0.99)).toBe(p99);
  });
});

describe('a CPU profile', () => {
  it('is counted by area, within the window only', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'mql-profile-'));
    const file = path.join(folder, 'a.cpuprofile');
    const url = (name: string): string => `file://${path.resolve(import.meta.dirname, '../..', name)}`;
    const frame = (functionName: string, at: string) => ({ functionName, url: at });
    await writeFile(
      file,
      JSON.stringify({
        startTime: 1_000,
        nodes: [
          { id: 1, callFrame: frame('(root)', ''), children: [2, 4] },
          { id: 2, callFrame: frame('run', url('server/flows/drainPlans.ts')), children: [3] },
          { id: 3, callFrame: frame('compile', url('node_modules/kysely/dist/x.js')) },
          { id: 4, callFrame: frame('(idle)', '') },
        ],
        samples: [2, 3, 4, 3, 2],
        timeDeltas: [0, 100, 200, 300, 400],
      }),
    );
    // Samples at 1000, 1100, 1300, 1600 and 2000, each standing for the time until the next one.
    const samples = await readSamples(file, { fromMicros: 1_050, toMicros: 1_700 });
    await rm(folder, { recursive: true });
    expect(selfTime(samples)).toEqual([
      { area: 'kysely (SQL text)', micros: 600 },
      { area: 'idle', micros: 300 },
    ]);
    expect(samples[0]?.stack.map(({ file: at }) => at)).toEqual([
      'server/flows/drainPlans.ts',
      'node_modules/kysely/dist/x.js',
    ]);
  });
});
