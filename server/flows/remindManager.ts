/** Reasons that are missing for too long are told to whoever looks after the reps, once. */

import { planManagerNotice } from '../../src/pendingReason.ts';
import { tellManager } from '../store/findings.ts';
import { findPortal } from '../store/portals.ts';
import type { FlowContext } from './context.ts';
import { owePlan } from './owedPlan.ts';
import { settingsOf } from './settings.ts';

const DAY_MS = 86_400_000;

/** One task for all of a portal that have become too old since the last look. */
export async function remindManager(context: FlowContext, portalId: number): Promise<void> {
  await context.store.transaction(async (tx) => {
    const portal = (await findPortal(tx, portalId))?.map ?? null;
    if (portal === null) return;
    const settings = await settingsOf(tx, portalId);
    const now = context.now();
    const before = new Date(now.getTime() - settings.guard.managerAfterDays * DAY_MS);
    const waiting = await tellManager(tx, portalId, before, now);
    const [first] = waiting;
    if (first === undefined) return;
    const rows = waiting.map(({ contactId, path, foundAt }) => ({
      contactId,
      path,
      days: Math.floor((now.getTime() - foundAt.getTime()) / DAY_MS),
    }));
    const step = planManagerNotice(rows, { settings, portal }, now);
    await owePlan(tx, context, {
      portalId,
      owedBy: context.newId(),
      contactId: first.contactId,
      steps: [step],
    });
  });
}
