import { access } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { readColumns } from '../../sandbox/data/columns.ts';
import { type FileLead, parseLeadsFile } from '../../sandbox/data/leadsFile.ts';
import { readIds } from '../../sandbox/data/wonFile.ts';
import { reconcile } from '../../sandbox/replaying/reconcile.ts';
import { replay } from '../../sandbox/replaying/replay.ts';
import type { Told } from '../../sandbox/replaying/play.ts';
import type { CrmState, Store } from '../../sandbox/replaying/witnesses.ts';

const LEADS = 300;

/** Real leads lie beside the checkout, or where the environment says; they are never part of it. */
const folder = path.join(
  process.env['MQL_SHARED_DIR'] ?? path.resolve(import.meta.dirname, '../../../shared'),
  'data/olist',
);
const leadsFile = path.join(folder, 'olist_marketing_qualified_leads_dataset.csv');
const wonFile = path.join(folder, 'olist_closed_deals_dataset.csv');
const isThere = await access(leadsFile).then(
  () => true,
  () => false,
);

describe('a replay of real leads', () => {
  if (!isThere)
    process.stderr.write(
      `The replay of real leads is left out: there is no ${leadsFile} (set MQL_SHARED_DIR).\n`,
    );

  (isThere ? it : it.skip)(
    'leaves reps, HubSpot and ledger in agreement, lead by lead',
    async () => {
      const columns = readColumns(undefined);
      const { leads, problems } = await parseLeadsFile(leadsFile, columns, LEADS);
      expect(problems).toEqual([]);
      const won = await readIds(wonFile, columns);
      const result = await replay({ leads, won, callers: 16, seed: 3, say: () => undefined });
      expect(result.disagreements).toEqual([]);
      expect(result.accepted).toBe(leads.filter(({ id }) => won.has(id)).length);
      expect(result.accepted + result.rejected).toBe(LEADS);
      expect(result.undone).toBeGreaterThan(10);
    },
    600_000,
  );
});

describe('comparing what reps were told with HubSpot and the ledger', () => {
  const lead: FileLead = {
    contactId: '9',
    id: 'lead-9',
    handedOffAt: new Date('2026-01-05T12:00:00Z'),
    source: 'OFFLINE',
    campaign: 'fair',
    ownerId: '7101',
    properties: {},
  };
  const told = (): Told => ({
    line: {
      lead,
      leadId: null,
      rep: { ownerId: '7101', userId: 9101, email: 'hanna@lagerwerk.example', name: 'Hanna Vogelsang' },
      answer: { reason: 'too_early', note: null },
      undo: null,
    },
    answerId: 'entry-1',
    undone: false,
    trouble: [],
  });
  const open = { lifecyclestage: 'marketingqualifiedlead', hs_lead_status: 'NEW' };
  const rejected = {
    ...open,
    lifecyclestage: 'lead',
    mqlr_status: 'rejected',
    mqlr_reason: 'too_early',
    mqlr_answered_by: '9101',
  };
  const state = (properties: Record<string, string>, members: string[], notes: number): CrmState => ({
    objects: {
      contacts: { 9: { archived: false, properties } },
      notes: Object.fromEntries(
        Array.from({ length: notes }, (_, n) => [String(50 + n), { archived: false, properties: {} }]),
      ),
    },
    lists: { 1: { name: 'MQL loop: educational track', members } },
    associations: Array.from({ length: notes }, (_, n) => `contact 9 → note ${50 + n} 201`),
  });
  const step = (kind: string, change: Record<string, unknown>) => ({
    entry_id: 'entry-1',
    contact_id: '9',
    kind,
    state: 'done',
    change,
    undoes_step_id: null,
    problem: null,
  });
  const store = (): Store => ({
    ledger: [
      {
        entry_id: 'entry-1',
        kind: 'rejection',
        contact_id: '9',
        reason: 'too_early',
        reverses_entry_id: null,
        actor_user_id: 9101,
      },
    ],
    steps: [
      step('create-note', {}),
      step('add-to-list', { listName: 'MQL loop: educational track' }),
      step('set-lifecycle-stage', { stage: 'lead' }),
    ],
    standing: [{ contact_id: '9', entry_id: 'entry-1', kind: 'rejection' }],
    rollup: [
      ['', ''],
      ['source', 'OFFLINE'],
      ['campaign', 'fair'],
      ['rep', '9101'],
      ['path', 'card'],
    ].map(([dim = '', value = '']) => ({ measure: 'rejection', dim, value, reason: 'too_early', n: 1 })),
  });
  const before = state(open, [], 0);
  const after = state(rejected, ['9'], 1);

  it('finds nothing where all three agree', () => {
    expect(reconcile([told()], { before, after }, store())).toEqual([]);
  });

  it.each([
    ['a membership is missing', state(rejected, [], 1), store(), /the list is/],
    ['a note is there twice', state(rejected, ['9'], 2), store(), /number of notes is 2/],
    [
      'a property holds another reason',
      state({ ...rejected, mqlr_reason: 'other' }, ['9'], 1),
      store(),
      /mqlr_reason/,
    ],
    [
      'the status is unfinished',
      state({ ...rejected, mqlr_status: 'pending_review' }, ['9'], 1),
      store(),
      /mqlr_status/,
    ],
    [
      'the lifecycle stage did not move',
      state({ ...rejected, lifecyclestage: 'marketingqualifiedlead' }, ['9'], 1),
      store(),
      /lifecycle/,
    ],
    ['the ledger holds no answer', after, { ...store(), ledger: [] }, /0 answers instead of one/],
    [
      'the ledger holds an answer twice',
      after,
      { ...store(), ledger: [...store().ledger, ...store().ledger] },
      /2 answers/,
    ],
    ['another answer stands', after, { ...store(), standing: [] }, /no answer stands/],
    [
      'a count is too high',
      after,
      { ...store(), rollup: store().rollup.map((row) => ({ ...row, n: 2 })) },
      /differs by -1/,
    ],
    [
      'a step failed',
      after,
      { ...store(), steps: store().steps.map((one) => ({ ...one, state: 'failed' })) },
      /is failed/,
    ],
  ] as const)('notices when %s', (_what, held, kept, sentence) => {
    const found = reconcile([told()], { before, after: held }, kept);
    expect(found.map((one) => one.sentence).join('\n')).toMatch(sentence);
  });

  it('notices when an answer that was taken back left something behind', () => {
    const undone: Told = { ...told(), undone: true };
    const found = reconcile(
      [undone],
      { before, after: state({ ...open, mqlr_reason: 'too_early' }, [], 0) },
      {
        ...store(),
        steps: [],
        standing: [{ contact_id: '9', entry_id: null, kind: 'none' }],
        rollup: [],
        ledger: [
          ...store().ledger,
          {
            entry_id: 'entry-2',
            kind: 'undo',
            contact_id: '9',
            reason: null,
            reverses_entry_id: 'entry-1',
            actor_user_id: 9101,
          },
        ],
      },
    );
    expect(found.map((one) => one.sentence)).toEqual([
      'taken back, but mqlr_reason of the contact is too_early instead of empty',
    ]);
  });

  it('notices an answer of a lead that nobody answered', () => {
    const found = reconcile([], { before, after }, { ...store(), rollup: [] });
    expect(found.map((one) => one.sentence)).toEqual(['the ledger holds an answer that nobody gave']);
  });
});
