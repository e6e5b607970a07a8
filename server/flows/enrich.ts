/**
 * The job that completes bad data: reads the record anew, checks it, hands it over to the customer's tool, and ends it as
 * complete or as given up. What the tool is to be told is written down first, so that a stop in between loses nothing.
 */

import { dayOf, morningOf } from '../../src/calendar.ts';
import { checkData } from '../../src/dataChecks.ts';
import { decideEnrichment } from '../../src/enrichment.ts';
import type { PortalMap } from '../../src/portal.ts';
import {
  closeEnrichment,
  dueEnrichments,
  findEnrichment,
  owedCalls,
  setEnrichment,
  type KeptEnrichment,
} from '../store/enrichments.ts';
import { findPortal } from '../store/portals.ts';
import { findFacts } from '../store/snapshots.ts';
import { findOpenWakeUp } from '../store/wakeUps.ts';
import type { FlowContext } from './context.ts';
import { oweMore } from './owedPlan.ts';
import { settingsOf } from './settings.ts';
import { readSnapshots } from './snapshots.ts';
import { standingRejection } from './standingRejection.ts';

/** Records checked together. */
const BATCH = 100;
/** A record that is not there is looked for once a day; its restoration is told at once. */
const GONE_AGAIN_MS = 86_400_000;

/** Checks every lead of the portal whose time has come, and tells the tool what it was not told yet. */
export async function enrichLeads(context: FlowContext, portalId: number): Promise<void> {
  const { store, now } = context;
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return;
  for (;;) {
    const due = await dueEnrichments(store.db, portalId, now(), BATCH);
    if (due.length === 0) break;
    // The next start's sweep finds what is left.
    if (context.stopping()) return;
    const contactIds = [...new Set(due.map(({ contactId }) => contactId))].sort();
    await readSnapshots(context, portal, contactIds, 'backfill');
    for (const one of due) await look(context, portal, one);
  }
  await tellTool(context, portalId);
}

async function look(context: FlowContext, portal: PortalMap, due: KeptEnrichment): Promise<void> {
  const { portalId, entryId, contactId } = due;
  await context.store.transaction(async (tx) => {
    const found = await standingRejection(tx, portalId, entryId);
    const now = context.now();
    if (!found.ok) {
      // A deleted record may be restored, and then its data is still to be completed.
      if (found.refusal.kind === 'answer-replaced') await closeEnrichment(tx, due, 'closed', now);
      else await setEnrichment(tx, due, { lookAt: new Date(now.getTime() + GONE_AGAIN_MS) });
      return;
    }
    const open = await findEnrichment(tx, due);
    if (open === null || open.closedAt !== null || open.lookAt > now) return;
    const { facts, settings } = found.situation;
    const wakeUp = await findOpenWakeUp(tx, portalId, entryId);
    const decided = decideEnrichment(
      {
        enrichment: {
          openedOn: dayOf(open.openedAt, portal.timeZone),
          // The first look moves it on.
          isOpened: open.tryAt > open.openedAt,
          tries: open.tries,
          isTryDue: open.tryAt <= now,
        },
        problems: checkData(facts),
        settings,
        portal,
        lookOn: dayOf(wakeUp?.dueAt ?? now, portal.timeZone),
        lifecycleStage: facts.lifecycleStage,
      },
      now,
    );
    switch (decided.kind) {
      case 'wait':
        await setEnrichment(tx, due, { lookAt: open.tryAt });
        return;
      case 'queued': {
        const next = morningOf(decided.nextOn, portal.timeZone);
        await setEnrichment(tx, due, { lookAt: next, tryAt: next });
        break;
      }
      case 'try': {
        const next = morningOf(decided.nextOn, portal.timeZone);
        await setEnrichment(tx, due, {
          tries: open.tries + 1,
          lookAt: next,
          tryAt: next,
          owesCall: decided.callsTool,
        });
        break;
      }
      case 'complete':
      case 'given_up':
        await closeEnrichment(tx, due, decided.kind, now);
        break;
    }
    await oweMore(tx, context, { portalId, entryId, contactId, steps: decided.steps });
  });
}

/** Calls the customer's tool. Throws at the end where it took some of them not: the queue tries again. */
async function tellTool(context: FlowContext, portalId: number): Promise<void> {
  const { store, enrichmentTool } = context;
  const owed = await owedCalls(store.db, portalId, BATCH);
  if (owed.length === 0) return;
  const { enrichVia, enrichTarget } = (await settingsOf(store.db, portalId)).followUp;
  if (enrichmentTool === null || enrichVia !== 'webhook') {
    context.log.warn(
      { portalId, leads: owed.length },
      'no enrichment tool can be called; see ENRICHMENT_SECRET',
    );
    return;
  }
  const facts = await findFacts(
    store.db,
    portalId,
    owed.map(({ contactId }) => contactId),
  );
  const failures: unknown[] = [];
  for (const one of owed) {
    const known = facts.get(one.contactId);
    const checks = known === undefined ? [] : checkData(known).map(({ check }) => check);
    const { contactId, entryId, tries } = one;
    try {
      await enrichmentTool.tell(enrichTarget, { id: `${entryId}.${tries}`, portalId, contactId, checks });
    } catch (error) {
      failures.push(error);
      continue;
    }
    await store.transaction((tx) => setEnrichment(tx, one, { owesCall: false }));
  }
  if (failures.length > 0) throw new AggregateError(failures, 'The enrichment tool did not take every call.');
}
