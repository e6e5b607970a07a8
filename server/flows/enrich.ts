/**
 * The job that completes bad data: reads the record anew, checks it, hands it over to the customer's tool, and ends it as
 * complete or as given up. What the tool is to be told is written down first, so that a stop in between loses nothing.
 */

import { createHash } from 'node:crypto';
import { dayOf, morningOf } from '../../src/calendar.ts';
import { checkData } from '../../src/dataChecks.ts';
import type { LeadFacts } from '../../src/facts.ts';
import { decideEnrichment } from '../../src/enrichment.ts';
import type { PortalMap } from '../../src/portal.ts';
import {
  closeEnrichment,
  dueEnrichments,
  findEnrichment,
  forgetOwedCalls,
  owedCalls,
  setEnrichment,
  type KeptEnrichment,
} from '../store/enrichments.ts';
import { findPortal } from '../store/portals.ts';
import { findFacts } from '../store/snapshots.ts';
import { findOpenWakeUp } from '../store/wakeUps.ts';
import type { FlowContext } from './context.ts';
import { oweMore } from './owedPlan.ts';
import { createSetAside } from './setAside.ts';
import { settingsOf } from './settings.ts';
import { readSnapshots } from './snapshots.ts';
import { standingRejection } from './standingRejection.ts';

/** Records checked together. */
const BATCH = 100;
/** A record that is not there is looked for once a day; its restoration is told at once. */
const GONE_AGAIN_MS = 86_400_000;
/** After so many calls that the tool did not take, one after the other, it is taken for down. */
const REFUSED_IN_A_ROW = 20;

/** Checks every lead of the portal whose time has come, and tells the tool what it was not told yet. */
export async function enrichLeads(context: FlowContext, portalId: number): Promise<void> {
  const { store, now } = context;
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return;
  const aside = createSetAside();
  for (;;) {
    const due = await dueEnrichments(store.db, portalId, now(), BATCH, aside.keys());
    // The next start's sweep finds what is left.
    if (due.length === 0 || context.stopping()) break;
    const contactIds = [...new Set(due.map(({ contactId }) => contactId))].sort();
    await readSnapshots(context, portal, contactIds, 'backfill');
    for (const one of due) await aside.attempt(one.entryId, () => look(context, portal, one));
  }
  if (!context.stopping()) await tellTool(context, portalId);
  aside.throwAny('Not every lead’s data could be checked.');
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
    const seen = digestOf(facts);
    const decided = decideEnrichment(
      {
        enrichment: {
          openedOn: dayOf(open.openedAt, portal.timeZone),
          // The first look moves it on.
          isOpened: open.tryAt > open.openedAt,
          isUnchanged: open.dataSeen === null || open.dataSeen === seen,
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
        await setEnrichment(tx, due, { lookAt: next, tryAt: next, dataSeen: open.dataSeen ?? seen });
        break;
      }
      case 'try': {
        const next = morningOf(decided.nextOn, portal.timeZone);
        await setEnrichment(tx, due, {
          tries: open.tries + 1,
          lookAt: next,
          tryAt: next,
          owesCall: decided.callsTool,
          dataSeen: open.dataSeen ?? seen,
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

/** Of what the checks look at; by itself it says nothing about the person. */
const digestOf = ({ firstName, lastName, email, phone, mobilePhone, company }: LeadFacts): string =>
  createHash('sha256')
    .update(JSON.stringify([firstName, lastName, email, phone, mobilePhone, company]))
    .digest('hex');

/** Calls the customer's tool. Throws at the end where it took some of them not: the queue tries again. */
async function tellTool(context: FlowContext, portalId: number): Promise<void> {
  const { store, enrichmentTool, log } = context;
  const { enrichVia, enrichTarget } = (await settingsOf(store.db, portalId)).followUp;
  if (enrichVia !== 'webhook') {
    const calls = await forgetOwedCalls(store.db, portalId);
    if (calls > 0)
      log.info({ portalId, calls }, 'calls to the enrichment tool are given up: none is called now');
    return;
  }
  const aside = createSetAside();
  // A tool that takes so many calls in a row not is left alone until the queue tries again.
  let refused = 0;
  while (refused < REFUSED_IN_A_ROW && !context.stopping()) {
    const owed = await owedCalls(store.db, portalId, BATCH, aside.keys());
    if (owed.length === 0) break;
    if (enrichmentTool === null) {
      log.warn({ portalId }, 'no enrichment tool can be called; see ENRICHMENT_SECRET');
      break;
    }
    const facts = await findFacts(
      store.db,
      portalId,
      owed.map(({ contactId }) => contactId),
    );
    for (const one of owed) {
      if (refused === REFUSED_IN_A_ROW) break;
      const known = facts.get(one.contactId);
      const checks = known === undefined ? [] : checkData(known).map(({ check }) => check);
      const { contactId, entryId, tries } = one;
      const taken = await aside.attempt(entryId, async () => {
        await enrichmentTool.tell(enrichTarget, { id: `${entryId}.${tries}`, portalId, contactId, checks });
        await setEnrichment(store.db, one, { owesCall: false });
      });
      refused = taken ? 0 : refused + 1;
    }
  }
  aside.throwAny('The enrichment tool did not take every call.');
}
