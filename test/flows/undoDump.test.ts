/**
 * What an undo leaves behind, judged by the portal's whole state: it is dumped before the rejection and after the undo, and
 * every difference has to have been announced.
 *
 * Not compared: property histories, versions and modification times, which move with every write and which nobody can put
 * back; the recycle bin, where HubSpot keeps deleted notes and tasks for 90 days; and what HubSpot calculates from
 * histories (`CALCULATED`).
 */

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { randomUUID } from 'node:crypto';

import type { CardView } from '../../src/contract.ts';
import { REASONS, type ReasonCode } from '../../src/reasons.ts';
import { bodyOf, DEFAULT_SETTINGS, standardReason, type Settings } from '../../src/settings.ts';
import { ROUTING_MODES, type RoutingMode } from '../../src/settingsLists.ts';
import { standardRoute, type RoutingSettings } from '../../src/tracks.ts';
import { drainPlans } from '../../server/flows/drainPlans.ts';
import { provisionPortal } from '../../server/flows/provisionPortal.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { viewCard } from '../../server/flows/viewCard.ts';
import { openStore, type Store } from '../../server/store/db.ts';
import { saveSettings } from '../../server/store/portals.ts';
import { collectLog, createTestDatabase, dropTestDatabase, type TestDatabase } from '../store/engines.ts';
import { contactRef, openHouse, type House } from './house.ts';

/** Of the rep, whose user is the house's identity, and of a colleague. */
const REP = '11';
const COLLEAGUE = '12';

/** When a lifecycle stage was entered last is HubSpot's to say, and entering it again is what an undo does. */
const CALCULATED =
  /\.(hs_lifecyclestage_\w+_date|hs_v2_date_(entered|exited)_\w+|hubspot_owner_assigneddate)$/;

describe('what an undo leaves behind', () => {
  let database: TestDatabase;
  let store: Store;
  let house: House;
  let version = 0;
  beforeAll(async () => {
    // One engine: what is compared is HubSpot's side.
    database = await createTestDatabase('pglite');
    store = await openStore({ ...database, log: collectLog() });
    house = await openHouse(store);
    await house.control('POST', '/import', {
      owners: [
        { id: REP, userId: 901, email: 'mia@example.com', firstName: 'Mia', lastName: 'Sales' },
        { id: COLLEAGUE, userId: 902, email: 'ben@example.com', firstName: 'Ben', lastName: 'Sales' },
      ],
    });
    await provisionPortal(house.context, house.portalId);
    for (const name of ['nurture_track', 'points_did', 'points_is'])
      await house.hubspot('POST', '/crm/properties/2026-09/contacts', {
        name,
        label: name,
        groupName: 'contactinformation',
        type: name === 'nurture_track' ? 'string' : 'number',
        fieldType: name === 'nurture_track' ? 'text' : 'number',
      });
  });
  afterAll(async () => {
    await house.close();
    await store.close();
    await dropTestDatabase(database);
  });

  const decideFor = async (mode: RoutingMode, routing: Partial<RoutingSettings> = {}): Promise<void> => {
    const settings: Settings = {
      ...DEFAULT_SETTINGS,
      // Every reason of the registry at once, which no customer has: the settings page stops at seven.
      reasons: REASONS.map(({ code }) => ({ ...standardReason(code), routingMode: mode })),
      routing: {
        ...DEFAULT_SETTINGS.routing,
        score: { ...DEFAULT_SETTINGS.routing.score, behaviour: 'points_did', fit: 'points_is' },
        ...routing,
      },
    };
    const saved = await saveSettings(store.db, {
      portalId: house.portalId,
      body: bodyOf(settings),
      basedOnVersion: version,
      savedAt: house.context.now(),
      savedBy: 901,
    });
    if (saved === null) throw new Error('Nothing was saved.');
    version = saved;
  };

  const made = async (
    type: string,
    contactId: string,
    typeId: number,
    properties: object,
  ): Promise<string> => {
    const body = {
      properties,
      associations: [
        {
          to: { id: contactId },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: typeId }],
        },
      ],
    };
    return String((await house.hubspot('POST', `/crm/objects/2026-09/${type}`, body))['id']);
  };
  /** A lead that sales works on: a Lead, tasks of two people, a meeting to come, points, and a track of before. */
  const lead = async () => {
    const contactId = await house.addMql({
      hubspot_owner_id: REP,
      points_did: '40',
      points_is: '30',
      nurture_track: 'welcome',
    });
    const leadId = await made('leads', contactId, 578, { hs_lead_name: 'Ada' });
    const task = (owner: string, status: string) =>
      made('tasks', contactId, 204, {
        hs_timestamp: '2099-01-04T09:00:00.000Z',
        hs_task_subject: `Call (${status})`,
        hs_task_status: status,
        hubspot_owner_id: owner,
      });
    const taskId = await task(REP, 'WAITING');
    await task(REP, 'COMPLETED');
    await task(COLLEAGUE, 'NOT_STARTED');
    const meetingId = await made('meetings', contactId, 200, {
      hs_timestamp: '2099-01-05T09:00:00.000Z',
      hs_meeting_title: 'Demo',
      hs_meeting_start_time: '2099-01-05T09:00:00.000Z',
      hs_meeting_end_time: '2099-01-05T09:30:00.000Z',
      hs_meeting_outcome: 'SCHEDULED',
      hubspot_owner_id: REP,
    });
    return { contactId, leadId, taskId, meetingId };
  };
  const reject = async (contactId: string, reason: ReasonCode, unsubscribe?: boolean): Promise<string> => {
    const request = house.rejection(contactId, {
      reason,
      note: 'said so',
      ...(unsubscribe !== undefined && { unsubscribe }),
    });
    const answer = await recordRejection(house.context, house.identity, request);
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  /** Without waiting for batches to fill. */
  const drain = (): Promise<void> =>
    drainPlans(
      { ...house.context, gateway: { ...house.context.gateway, recentCalls: () => 0 } },
      house.portalId,
    );
  const carryOut = async (): Promise<void> => {
    await drain();
    await house.passDays(8);
    await drain();
  };
  const undo = async (entryId: string, path: 'card' | 'app_home' = 'card'): Promise<void> => {
    const request = { requestId: randomUUID(), reason: 'They called back', path };
    const answer = await undoAnswer(house.context, house.identity, entryId, request);
    if (!answer.ok) throw new Error(answer.sentence);
    await drain();
  };
  const lookAt = async (contactId: string): Promise<CardView> => {
    const view = await viewCard(house.context, house.identity, contactRef(contactId));
    if (!view.ok) throw new Error(view.sentence);
    return view;
  };
  const announced = async (contactId: string): Promise<string[]> =>
    ((await lookAt(contactId)).history[0]?.steps ?? []).flatMap(({ state, detail }) =>
      state === 'not-restored' ? [detail ?? ''] : [],
    );
  const stateNow = async (): Promise<unknown> => JSON.parse(JSON.stringify(await house.state()));

  describe.each(ROUTING_MODES)('$mode', ({ mode }) => {
    it.each(
      REASONS.map(({ code }, place) => ({ code, path: place % 2 === 0 ? 'card' : 'app_home' }) as const),
    )('$code, undone from $path: nothing', async ({ code, path }) => {
      await decideFor(mode);
      const { contactId } = await lead();
      const before = await stateNow();
      const entryId = await reject(contactId, code);
      await carryOut();
      const states = (await lookAt(contactId)).standing?.steps.map(({ state }) => state) ?? [];
      expect(new Set(states)).toEqual(new Set(['done']));
      expect(differences(before, await stateNow()).length).toBeGreaterThan(5);
      await undo(entryId, path);
      expect(differences(before, await stateNow())).toEqual([]);
      expect(await announced(contactId)).toEqual([]);
    });

    it('undone before the batch: nothing, and what had waited never happens', async () => {
      await decideFor(mode);
      const { contactId } = await lead();
      const before = await stateNow();
      const entryId = await reject(contactId, 'no_budget');
      await drain();
      await undo(entryId);
      await house.passDays(8);
      await drain();
      expect(differences(before, await stateNow())).toEqual([]);
    });

    it('a track by property, and each way with points: nothing', async () => {
      const { contactId } = await lead();
      const before = await stateNow();
      for (const score of ['reset_implicit', 'reset_both', 'decay', 'separate'] as const) {
        const track = { kind: 'property', target: 'nurture_track', value: 'budget' } as const;
        await decideFor(mode, { routes: [{ ...standardRoute('no_budget'), track, score }] });
        const entryId = await reject(contactId, 'no_budget');
        await carryOut();
        const record = await house.contact(contactId, 'nurture_track', 'points_did', 'points_is');
        expect(record).toMatchObject({
          nurture_track: 'budget',
          points_did: score === 'decay' ? '20' : '0',
          points_is: score === 'reset_both' ? '0' : '30',
        });
        await undo(entryId);
        expect(differences(before, await stateNow())).toEqual([]);
      }
    });
  });

  it('an unsubscribe and an enrolment stay, are named, and everything else is put back', async () => {
    await house.control('POST', '/import', { sequences: [{ id: '44', name: 'Budget season' }] });
    const track = { kind: 'sequence', target: '44', value: 'Budget season' } as const;
    await decideFor('immediate_with_batch_veto', {
      routes: [{ ...standardRoute('no_budget'), track }],
      unsubscribe: {
        subscriptionIds: ['301000001'],
        legalBasis: 'LEGITIMATE_INTEREST_OTHER',
        explanation: 'Said so',
      },
    });
    const rows = [
      {
        reason: 'no_budget',
        unsubscribe: undefined,
        says: /“Budget season”: HubSpot lets no app/,
        leaves: /sequence/,
      },
      {
        reason: 'not_interested',
        unsubscribe: true,
        says: /never undone by itself/,
        leaves: /emailStatuses/,
      },
    ] as const;
    for (const { reason, unsubscribe, says, leaves } of rows) {
      const { contactId } = await lead();
      const before = await stateNow();
      const entryId = await reject(contactId, reason, unsubscribe);
      const promised = (await lookAt(contactId)).standing?.steps.map(({ label }) => label) ?? [];
      expect(promised.join()).toMatch(unsubscribe === true ? /never undone by itself/ : /Enrolled in/);
      await carryOut();
      await undo(entryId);
      const left = differences(before, await stateNow());
      expect(left.length).toBeGreaterThan(0);
      for (const { path } of left) expect(path).toMatch(leaves);
      expect(await announced(contactId)).toEqual([expect.stringMatching(says)]);
    }
  });

  it('what somebody changed meanwhile stays theirs, and each of it is named', async () => {
    await decideFor('immediate_with_batch_veto');
    const { contactId, taskId, meetingId } = await lead();
    const before = await stateNow();
    const entryId = await reject(contactId, 'no_budget');
    await carryOut();
    await house.passSeconds(1);
    await house.byHand(contactId, { hs_lead_status: 'CONNECTED', points_did: '7' });
    await house.asPerson('PATCH', `/crm/objects/2026-09/tasks/${taskId}`, {
      properties: { hs_task_status: 'DEFERRED' },
    });
    await house.asPerson('PATCH', `/crm/objects/2026-09/meetings/${meetingId}`, {
      properties: { hs_meeting_outcome: 'RESCHEDULED' },
    });
    await undo(entryId);
    const left = differences(before, await stateNow());
    expect(left.map(({ path, after }) => [path.split('.').at(-1), after])).toEqual(
      expect.arrayContaining([
        ['hs_lead_status', 'CONNECTED'],
        ['points_did', '7'],
        ['hs_task_status', 'DEFERRED'],
        ['hs_meeting_outcome', 'RESCHEDULED'],
      ]),
    );
    expect(left).toHaveLength(4);
    const said = (await announced(contactId)).join('\n');
    for (const words of [/Lead status.*CONNECTED/, /points_did.*“7”/, /Task “Call/, /Meeting “Demo”/])
      expect(said).toMatch(words);
  });
});

type Difference = { readonly path: string; readonly before: unknown; readonly after: unknown };

const isPlain = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Where two states differ, down to the single value. */
function differences(before: unknown, after: unknown, path = ''): readonly Difference[] {
  if (isPlain(before) && isPlain(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    return keys.flatMap((key) => differences(before[key], after[key], `${path}.${key}`));
  }
  if (CALCULATED.test(path) || JSON.stringify(before) === JSON.stringify(after)) return [];
  return [{ path, before, after }];
}
