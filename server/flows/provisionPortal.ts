/** Makes a portal ready by itself: what we need is created or repaired, and what was found is kept as its map. */

import { savePortalMap, upsertPortal } from '../store/portals.ts';
import type { FlowContext } from './context.ts';

/** Idempotent. Throws the gateway's error when HubSpot cannot be reached: the queue tries again. */
export async function provisionPortal(context: FlowContext, portalId: number): Promise<void> {
  const { map, problems } = await context.gateway.provision(portalId);
  await context.store.transaction(async (tx) => {
    await upsertPortal(tx, map);
    await savePortalMap(tx, map, context.now());
    // Steps that fell due while we were away.
    await context.queue.wake(tx, 'drain-plans', { portalId });
  });
  for (const problem of problems)
    context.log.warn({ portalId, problem }, 'the portal needs an administrator');
}

/**
 * At every start and once a day: what somebody deleted in HubSpot meanwhile is made again, and new users get their
 * names. A portal that cannot be reached is tried again by the queue.
 */
export async function repairPortals({ store, queue, portalIds }: FlowContext): Promise<void> {
  await store.transaction(async (tx) => {
    for (const portalId of portalIds) await queue.wake(tx, 'provision-portal', { portalId });
  });
}
