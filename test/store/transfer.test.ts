import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { insertDisputeDecision, lockDisputes } from '../../server/store/disputes.ts';
import { keepLooked, raiseEscalation } from '../../server/store/escalations.ts';
import { insertWait } from '../../server/store/workflowWaits.ts';
import { insertBatchDecisions } from '../../server/store/batchDecisions.ts';
import { openStore } from '../../server/store/db.ts';
import type { Store } from '../../server/store/db.ts';
import { insertFinding } from '../../server/store/findings.ts';
import { watchRecords } from '../../server/store/guardWatch.ts';
import { insertHandOffs } from '../../server/store/handOffs.ts';
import { findEntry } from '../../server/store/ledger.ts';
import { mergeContacts } from '../../server/store/merges.ts';
import { insertPlanSteps, listSteps } from '../../server/store/planSteps.ts';
import { saveSettings, upsertPortal } from '../../server/store/portals.ts';
import { toEnrichments } from '../../server/store/enrichments.ts';
import { writeTogether } from '../../server/store/planKept.ts';
import { insertWakeUp } from '../../server/store/wakeUps.ts';
import { keepAnswer, takeUpRequest } from '../../server/store/requestAnswers.ts';
import { addToRollups, contributionsOf, listRollups } from '../../server/store/rollups.ts';
import { markStale, upsertSnapshots } from '../../server/store/snapshots.ts';
import { setStandingAnswers } from '../../server/store/standingAnswers.ts';
import { exportStore, importStore } from '../../server/store/transfer.ts';
import {
  buildEntry,
  buildFacts,
  buildHandOff,
  buildStep,
  buildUndo,
  later,
  NOW,
  insertEntry,
} from './builders.ts';
import { collectLog, describeEachEngine, newDataDir } from './engines.ts';

const PORTAL_ID = 14_500_001;

async function* linesOf(lines: readonly string[]): AsyncGenerator<string> {
  for (const line of lines) yield await Promise.resolve(line);
}

/** Something in every table, with what is hard to carry: quotes, line breaks, digits, references to earlier rows. */
async function fill(store: Store): Promise<void> {
  await store.transaction(async (tx) => {
    await upsertPortal(tx, { portalId: PORTAL_ID, timeZone: 'Europe/Berlin' });
    await saveSettings(tx, {
      portalId: PORTAL_ID,
      body: { limit: 0.1 },
      basedOnVersion: 0,
      savedAt: NOW,
      savedBy: 7,
    });
    const request = { portalId: PORTAL_ID, requestId: 'once', route: 'saveSettings' };
    await takeUpRequest(tx, { ...request, at: NOW });
    await keepAnswer(tx, request, { b: 'in this order', a: 1 });
    const lead = { leadId: '9', pipelineId: 'p', stageId: 's', disqualificationReason: '' };
    await upsertSnapshots(tx, PORTAL_ID, [buildFacts('1', { firstName: 'Zoë "\\\n' }, NOW, [lead])]);
    await markStale(tx, PORTAL_ID, ['never read'], later(1));
    await watchRecords(tx, [{ portalId: PORTAL_ID, objectTypeId: '0-1', objectId: '1' }], NOW);
    await insertFinding(tx, {
      portalId: PORTAL_ID,
      findingId: randomUUID(),
      findingKey: '0-1/1/hs_lead_status/1',
      kind: 'rejection',
      contactId: '1',
      leadId: null,
      path: 'import',
      actorUserId: 77,
      reason: null,
      reasonState: 'missing',
      changedAt: NOW,
      foundAt: NOW,
      day: '2026-11-22',
      outcome: 'put_back',
      closedHow: null,
      proof: null,
    });
    await insertHandOffs(tx, [buildHandOff({ portalId: PORTAL_ID, contactId: '1' })]);
    await mergeContacts(tx, { portalId: PORTAL_ID, intoId: 'merged', mergedIds: ['old'] }, NOW);
    await insertWait(tx, {
      portalId: PORTAL_ID,
      callbackId: 'ap-1',
      waitsFor: 'answer',
      contactId: '1',
      askedAt: NOW,
      expiresAt: NOW,
    });
    const decision = { exact: 9_007_199_254_740_991 };
    for (let i = 0; i < 600; i += 1) {
      const entry = buildEntry({
        portalId: PORTAL_ID,
        contactId: String(i),
        note: `line\nbreak ${i}`,
        decision,
      });
      await insertEntry(tx, entry);
      if (i > 2) continue;
      const step = buildStep({ portalId: PORTAL_ID, entryId: entry.entryId, contactId: String(i) });
      await insertPlanSteps(tx, [step]);
      await setStandingAnswers(tx, [
        {
          portalId: PORTAL_ID,
          contactId: String(i),
          entryId: entry.entryId,
          kind: 'rejection',
          attempt: 1,
        },
      ]);
      await addToRollups(tx, contributionsOf(entry, 1));
      await insertBatchDecisions(tx, [
        {
          portalId: PORTAL_ID,
          requestId: 'batch "1"',
          entryId: entry.entryId,
          verdict: 'approved',
          sentence: 'Approved.',
          undoEntryId: null,
          newEntryId: null,
          at: NOW,
          byUserId: 7,
        },
      ]);
      await lockDisputes(tx, PORTAL_ID, [entry.entryId]);
      await insertDisputeDecision(
        tx,
        {
          portalId: PORTAL_ID,
          decisionId: entry.entryId,
          reason: 'too_early',
          dim: null,
          value: '',
          cause: 'other',
          change: 'scoring',
          text: 'line\nbreak',
          ownerUserId: 7,
          dueOn: '2026-12-01',
          at: NOW,
          day: '2026-11-22',
          byUserId: 7,
        },
        [entry.entryId],
      );
      const about = { portalId: PORTAL_ID, entryId: entry.entryId, contactId: entry.contactId };
      await insertWakeUp(tx, {
        ...about,
        look: 1,
        kind: 'event',
        dueAt: NOW,
        eventOn: '2027-03-01',
        eventBy: 7,
        successorId: '902',
      });
      await writeTogether(tx, [toEnrichments([{ ...about, openedAt: NOW }])]);
      await raiseEscalation(
        tx,
        {
          kind: 'segment',
          pattern: `segment ${i}`,
          label: 'line\nbreak',
          evidence: {
            kind: 'segment',
            before: { accepted: 27, answers: 30 },
            now: { accepted: 2, answers: 12 },
            chance: 0.000_012_3,
            lookedAt: 4,
          },
          entryIds: [entry.entryId],
        },
        { portalId: PORTAL_ID, escalationId: randomUUID(), at: NOW },
      );
      await keepLooked(tx, PORTAL_ID, { companies: 3, segments: 4, tooFew: 1, hasBase: true }, NOW);
      const undo = buildUndo(entry);
      await insertEntry(tx, undo);
      await insertPlanSteps(tx, [
        buildStep({
          portalId: PORTAL_ID,
          entryId: undo.entryId,
          contactId: String(i),
          undoesStepId: step.stepId,
          change: null,
        }),
      ]);
    }
  });
}

const dump = async (store: Store): Promise<readonly string[]> => {
  const lines: string[] = [];
  for await (const line of exportStore(store)) lines.push(line);
  return lines;
};

await describeEachEngine('export and import', (openTestStore) => {
  let source: Store;
  let target: Store;
  let dataDir = '';
  let exported: readonly string[] = [];
  beforeAll(async () => {
    source = await openTestStore();
    await fill(source);
    exported = await dump(source);
    dataDir = await newDataDir();
    target = await openStore({ databaseUrl: null, dataDir, log: collectLog() });
  });
  afterAll(async () => {
    await target.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it.each([
    ['an empty file', (): string[] => []],
    ['another file', () => ['{"some": "json"}']],
    ['no JSON', () => ['PGDMP']],
    ['another version', () => ['{"format":"mql-rejection-loop-store","version":"0000-older"}']],
    [
      'a row of an unknown table',
      (lines: readonly string[]) => [...lines, '{"table":"pg_authid","row":{"a":1}}'],
    ],
    ['a torn last line', (lines: readonly string[]) => [...lines, lines.at(-1)?.slice(0, 40) ?? '']],
    ['a row twice', (lines: readonly string[]) => [...lines, lines.at(-1) ?? '']],
  ])('refuses %s, and leaves nothing behind', async (_name, change) => {
    await expect(importStore(target, linesOf(change(exported)))).rejects.toThrow();
    expect(await dump(target)).toHaveLength(1);
  });

  it('carries every row of every table over to an empty embedded store', async () => {
    const tables = await sql<{ table: string }>`
      select table_name as table from information_schema.tables
      where table_schema = 'public' and table_name not like 'kysely%' and table_name <> 'rate_budget'`.execute(
      source.db,
    );
    const carried = new Set(exported.slice(1).map((line) => (JSON.parse(line) as { table: string }).table));
    expect([...carried].sort()).toEqual(tables.rows.map((row) => row.table).sort());

    expect(await importStore(target, linesOf(exported))).toBe(exported.length - 1);
    expect(await dump(target)).toEqual(exported);
    expect(await listRollups(target.db, PORTAL_ID)).toEqual(await listRollups(source.db, PORTAL_ID));
  });

  it('goes on counting where the export ended', async () => {
    const before = await target.db
      .selectFrom('ledger')
      .select((eb) => eb.fn.max('seq').as('seq'))
      .executeTakeFirstOrThrow();
    const entry = buildEntry({ portalId: PORTAL_ID, contactId: 'new' });
    await insertEntry(target.db, entry);
    await insertPlanSteps(target.db, [
      buildStep({ portalId: PORTAL_ID, entryId: entry.entryId, contactId: 'new' }),
    ]);
    expect((await findEntry(target.db, PORTAL_ID, entry.entryId))?.seq).toBe(before.seq + 1);
    expect((await listSteps(target.db, PORTAL_ID, [entry.entryId]))[0]?.ord).toBe(7);
  });

  it('refuses a store that holds something', async () => {
    await expect(importStore(target, linesOf(exported))).rejects.toThrow('The store is not empty');
  });
});
