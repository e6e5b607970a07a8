/**
 * Each minute: portals with steps that fell due, or with records to read again, get their job woken. Held steps and
 * lost wake-ups end here. HubSpot is not asked by the sweep itself: a portal where it is slow would keep the others waiting.
 * A portal that is no longer served keeps what it owes: without its token nothing can be done.
 */

import { portalsToLookOver } from '../store/escalations.ts';
import { portalsWithWatched } from '../store/guardWatch.ts';
import { portalsWithStaleSnapshots } from '../store/snapshots.ts';
import { portalsWithWaits } from '../store/workflowWaits.ts';
import { portalsWithDueSteps } from '../store/stepClaims.ts';
import { portalsWithDueHandOffs } from '../store/handOffClock.ts';
import { portalsWithDueEnrichments } from '../store/enrichments.ts';
import { portalsWithDueWakeUps } from '../store/wakeUps.ts';
import { forgetAnswers } from '../store/requestAnswers.ts';
import type { FlowContext } from './context.ts';
import { LOOK_OVER_EVERY_MS } from './escalations.ts';
import { remindManager } from './remindManager.ts';

/** How long a second delivery of a request gets the first answer. */
const ANSWERS_KEPT_DAYS = 90;
const FORGOTTEN_AT_ONCE = 1_000;

/** Wakes what is due in every portal that is served. */
export async function sweep(context: FlowContext): Promise<void> {
  const { store, queue, now, portalIds } = context;
  const served = (portalId: number): boolean => portalIds.includes(portalId);
  const waiting = await portalsWithWaits(store.db, now());
  const due = [...new Set([...(await portalsWithDueSteps(store.db, now())), ...waiting])].filter(served);
  const watched = (await portalsWithWatched(store.db)).filter(served);
  const stale = (await portalsWithStaleSnapshots(store.db)).filter(served);
  const waking = (await portalsWithDueWakeUps(store.db, now())).filter(served);
  const callsTools = context.enrichmentTool !== null;
  const enriching = (await portalsWithDueEnrichments(store.db, now(), { callsTools })).filter(served);
  const alarming = (await portalsWithDueHandOffs(store.db, now())).filter(served);
  const lookedBefore = new Date(now().getTime() - LOOK_OVER_EVERY_MS);
  const toLookOver = (await portalsToLookOver(store.db, lookedBefore)).filter(served);
  await store.transaction(async (tx) => {
    for (const portalId of toLookOver) await queue.wake(tx, 'find-escalations', { portalId });
    for (const portalId of alarming) await queue.wake(tx, 'watch-sla', { portalId });
    for (const portalId of enriching) await queue.wake(tx, 'enrich-leads', { portalId });
    for (const portalId of waking) await queue.wake(tx, 'wake-leads', { portalId });
    for (const portalId of due) await queue.wake(tx, 'drain-plans', { portalId });
    for (const portalId of watched) await queue.wake(tx, 'guard-records', { portalId });
    for (const portalId of stale) await queue.wake(tx, 'refresh-snapshots', { portalId });
  });
  const old = new Date(now().getTime() - ANSWERS_KEPT_DAYS * 86_400_000);
  await forgetAnswers(store.db, old, FORGOTTEN_AT_ONCE);
  const failures: unknown[] = [];
  for (const portalId of portalIds) {
    try {
      await remindManager(context, portalId);
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, 'Not every portal’s manager could be reminded.');
}
