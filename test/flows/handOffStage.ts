/** A portal in which leads are handed off: everything that HubSpot tells is taken in, and time can pass. */

import { randomUUID } from 'node:crypto';

import { drainPlans } from '../../server/flows/drainPlans.ts';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { watchSla } from '../../server/flows/watchSla.ts';
import { handOffByWorkflow } from '../../server/flows/workflowGate.ts';
import type { Store } from '../../server/store/db.ts';
import { listHandOffs, type HandOffRow } from '../../server/store/handOffs.ts';
import { loadSettings, saveSettings } from '../../server/store/portals.ts';
import { workflowHandOffCall } from '../../src/contract/workflow.ts';
import {
  bodyOf,
  DEFAULT_SETTINGS,
  type HandOffSettings,
  type Settings,
  type SlaSettings,
} from '../../src/settings.ts';
import { openHouse } from './house.ts';
import { openInbox } from './inbox.ts';

export const OBJECTS = '/crm/objects/2026-09';
export const MQL = { lifecyclestage: 'marketingqualifiedlead' };
export const HOUR_S = 3_600;
/** Somebody works at every hour, so that it does not matter on which day the test runs. */
const ALWAYS = Array.from({ length: 7 }, () => [{ from: '00:00', to: '24:00' }]);
export const MANAGER = '901';

export type HandOffStage = Awaited<ReturnType<typeof openHandOffStage>>;

export async function openHandOffStage(store: Store) {
  const house = await openHouse(store);
  await house.control('POST', '/import', {
    owners: [
      { id: '577', userId: 77, email: 'kim@example.com', firstName: 'Kim', lastName: 'Sales' },
      { id: MANAGER, userId: 91, email: 'max@example.com', firstName: 'Max', lastName: 'Manager' },
    ],
  });
  const inbox = await openInbox(house, { duplicate: 0.5, reorder: true, seed: 7 });
  const use = async (handOff: Partial<HandOffSettings>, sla: Partial<SlaSettings> = {}): Promise<void> => {
    const settings: Settings = {
      ...DEFAULT_SETTINGS,
      queueOwnerId: MANAGER,
      sla: { ...DEFAULT_SETTINGS.sla, hours: { days: ALWAYS, holidays: [] }, ...sla },
      handOff: { ...DEFAULT_SETTINGS.handOff, ...handOff },
    };
    const { portalId } = house;
    const basedOnVersion = (await loadSettings(store.db, portalId))?.version ?? 0;
    const savedAt = house.context.now();
    await saveSettings(store.db, {
      portalId,
      body: bodyOf(settings),
      basedOnVersion,
      savedAt,
      savedBy: null,
    });
  };
  const drain = (): Promise<void> => {
    const gateway = { ...house.context.gateway, recentCalls: () => 0 };
    return drainPlans({ ...house.context, gateway }, house.portalId);
  };
  /** All that HubSpot has told is taken in and looked at, until it tells nothing more. */
  const settle = async (): Promise<void> => {
    for (;;) {
      const events = await inbox.take();
      if (events.length === 0) return;
      for (let start = 0; start < events.length; start += 100)
        await takeWebhooks(house.context, events.slice(start, start + 100));
      await guardRecords(house.context, house.portalId);
      await house.refresh();
      await drain();
    }
  };
  const addLead = async (properties: Readonly<Record<string, string>> = {}): Promise<string> => {
    const contactId = await house.addMql({ lifecyclestage: 'lead', hubspot_owner_id: '577', ...properties });
    await settle();
    return contactId;
  };
  /** A lead that marketing has just handed over. */
  const handedOff = async (): Promise<string> => {
    const contactId = await addLead();
    await house.byHand(contactId, MQL);
    await settle();
    return contactId;
  };
  const handOffsOf = (contactId: string) => listHandOffs(store.db, house.portalId, contactId);
  const latest = async (contactId: string): Promise<HandOffRow> => {
    const [row] = await handOffsOf(contactId);
    if (row === undefined) throw new Error(`Contact ${contactId} has no hand-off.`);
    return row;
  };
  const tasksOf = async (contactId: string): Promise<readonly { subject: string; owner: string }[]> => {
    const state = (await house.state()) as {
      objects: { tasks: Record<string, { properties: Record<string, string> }> };
      associations: readonly string[];
    };
    return Object.entries(state.objects.tasks)
      .filter(([id]) =>
        state.associations.some((line) => line.startsWith(`contact ${contactId} → task ${id} `)),
      )
      .map(([, { properties }]) => ({
        subject: properties['hs_task_subject'] ?? '',
        owner: properties['hubspot_owner_id'] ?? '',
      }));
  };
  const watch = async (): Promise<void> => {
    await watchSla(house.context, house.portalId);
    await drain();
    await settle();
  };
  const call = async (contactId: string, at: Date, direction = 'OUTBOUND'): Promise<void> => {
    await house.asPerson('POST', `${OBJECTS}/calls`, {
      properties: {
        hs_timestamp: at.toISOString(),
        hs_call_direction: direction,
        hs_call_status: 'COMPLETED',
      },
      associations: [
        {
          to: { id: contactId },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: 194 }],
        },
      ],
    });
  };
  const ago = (seconds: number): Date => new Date(house.context.now().getTime() - seconds * 1_000);
  const reject = async (contactId: string, reason = 'too_early'): Promise<string> => {
    const answer = await recordRejection(
      house.context,
      house.identity,
      house.rejection(contactId, { reason }),
    );
    if (!answer.ok) throw new Error(answer.sentence);
    return answer.rejectionId;
  };
  const undo = (answerId: string) =>
    undoAnswer(house.context, house.identity, answerId, { requestId: randomUUID(), reason: 'by mistake' });
  const byWorkflow = (contactId: string) =>
    handOffByWorkflow(
      house.context,
      house.portalId,
      workflowHandOffCall.parse({
        callbackId: `ap-${randomUUID()}`,
        origin: { portalId: house.portalId },
        object: { objectId: Number(contactId), objectType: 'CONTACT' },
      }),
    );
  await use({});
  return {
    store,
    house,
    inbox,
    use,
    drain,
    settle,
    addLead,
    handedOff,
    handOffsOf,
    latest,
    tasksOf,
    watch,
    call,
    ago,
    reject,
    undo,
    byWorkflow,
    close: async (): Promise<void> => {
      inbox.close();
      await house.close();
    },
  };
}
