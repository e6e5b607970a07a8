/**
 * The clock of the first contact. Each minute: of the hand-offs whose time has come HubSpot is asked once more, and who
 * was not contacted is told of, once: the rep before it is too late, rep and manager when it is.
 */

import { planAlarm } from '../../src/slaAlarm.ts';
import { canBeAnswered } from '../../src/rejection.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import {
  haltClocks,
  letAlarmsGo,
  listAnsweredAlarms,
  listDueHandOffs,
  takeAlarms,
} from '../store/handOffClock.ts';
import { withdrawHandOffs } from '../store/handOffs.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { findFacts } from '../store/snapshots.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { FlowContext } from './context.ts';
import { takeBack } from './handOffs.ts';
import { owePlan } from './owedPlan.ts';
import { settingsOf } from './settings.ts';
import { readSnapshots } from './snapshots.ts';

/** Hand-offs looked at together: HubSpot's largest batch of records. */
const BATCH = 100;

type Due = Awaited<ReturnType<typeof listDueHandOffs>>;

/** Gives every alarm of the portal that is due. Where HubSpot does not answer they are given with a later minute. */
export async function watchSla(context: FlowContext, portalId: number): Promise<void> {
  const { store } = context;
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return;
  await takeAnsweredAlarmsBack(context, portalId);
  for (;;) {
    const due = await listDueHandOffs(store.db, portalId, context.now(), BATCH);
    if (due.length === 0 || context.stopping()) return;
    let read: ReadonlyMap<string, string>;
    try {
      const contactIds = [...new Set(due.map(({ contactId }) => contactId))];
      read = await readSnapshots(context, portal, contactIds, 'live', { everyContact: true });
    } catch (error) {
      if (!(error instanceof HubSpotError)) throw error;
      // Nobody is blamed on old facts; the next minute asks again.
      context.log.warn({ portalId, kind: error.kind, err: error }, 'first contacts could not be read');
      return;
    }
    const there = due.filter(({ contactId }) => read.get(contactId) === contactId);
    const gone = due.filter(({ contactId }) => !read.has(contactId)).map(({ handOffId }) => handOffId);
    await store.transaction(async (tx) => {
      await lockStandingAnswers(
        tx,
        due.map(({ contactId }) => ({ portalId, contactId })),
      );
      await haltClocks(tx, portalId, gone);
      // What was merged just now is another record's, and is looked at with the next round.
      await giveAlarms(tx, context, portal, there);
    });
  }
}

/** Whoever was reminded of a lead that is answered now is reminded no more; that it was late stays in the books. */
async function takeAnsweredAlarmsBack(context: FlowContext, portalId: number): Promise<void> {
  const { store } = context;
  for (const { handOffId, contactId } of await listAnsweredAlarms(store.db, portalId, BATCH)) {
    if (context.stopping()) return;
    await store.transaction(async (tx) => {
      await lockStandingAnswers(tx, [{ portalId, contactId }]);
      for (const planId of await letAlarmsGo(tx, portalId, handOffId))
        await takeBack(tx, context, portalId, contactId, planId);
    });
  }
}

/** Needs their contacts' answers locked. */
async function giveAlarms(tx: Handle, context: FlowContext, portal: PortalMap, due: Due): Promise<void> {
  const { portalId } = portal;
  const now = context.now();
  const settings = await settingsOf(tx, portalId);
  const facts = await findFacts(
    tx,
    portalId,
    due.map(({ contactId }) => contactId),
  );
  const isWithSales = ({ contactId }: Due[number]): boolean => {
    const lead = facts.get(contactId);
    return lead !== undefined && canBeAnswered(lead, settings);
  };
  await withdrawHandOffs(
    tx,
    portalId,
    due.filter((one) => !isWithSales(one)).map(({ handOffId }) => handOffId),
    now,
  );
  const plans = due.filter(isWithSales).map(({ handOffId }) => ({ handOffId, planId: context.newId() }));
  for (const alarm of await takeAlarms(tx, portalId, plans, now)) {
    const lead = facts.get(alarm.contactId);
    if (lead === undefined) throw new Error(`Hand-off ${alarm.handOffId} has an alarm and no facts.`);
    await owePlan(tx, context, {
      portalId,
      owedBy: alarm.planId,
      contactId: alarm.contactId,
      steps: planAlarm(alarm, { facts: lead, settings, portal }, now),
    });
  }
}
