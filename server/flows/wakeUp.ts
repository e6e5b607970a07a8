/**
 * The job that looks at rejected leads again when their time has come: reads the record anew, asks the gate, and writes
 * on the record what it said and when the next look is. A lead never waits without a date.
 */

import { addDays, dayOf, morningOf, type Day } from '../../src/calendar.ts';
import { nextEventOf } from '../../src/events.ts';
import { gateOf, type GateProof } from '../../src/gate.ts';
import type { PortalMap } from '../../src/portal.ts';
import type { RejectionDecision, Situation } from '../../src/rejection.ts';
import { decideLook } from '../../src/wakeUps.ts';
import { insertFinding, listOpenFindings } from '../store/findings.ts';
import type { EarlierEntry } from '../store/leadSituations.ts';
import { findPortal } from '../store/portals.ts';
import type { Handle } from '../store/schema.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import {
  closeWakeUp,
  dueWakeUps,
  findOpenWakeUp,
  insertWakeUp,
  lastLook,
  type KeptWakeUp,
} from '../store/wakeUps.ts';
import type { FlowContext } from './context.ts';
import { toGateSituation } from './gateSituation.ts';
import { oweMore } from './owedPlan.ts';
import { createSetAside } from './setAside.ts';
import { settingsOf } from './settings.ts';
import { decisionOf, gatherSituations } from './situation.ts';
import { readSnapshots } from './snapshots.ts';

/** Records looked at together. */
const BATCH = 100;

/** Looks at every lead of the portal whose time has come. */
export async function wakeLeads(context: FlowContext, portalId: number): Promise<void> {
  const { store, now } = context;
  const portal = (await findPortal(store.db, portalId))?.map ?? null;
  if (portal === null) return;
  const aside = createSetAside();
  for (;;) {
    const due = await dueWakeUps(store.db, portalId, now(), BATCH, aside.keys());
    // The next start's sweep finds what is left.
    if (due.length === 0 || context.stopping()) break;
    const contactIds = [...new Set(due.map(({ contactId }) => contactId))].sort();
    await readSnapshots(context, portal, contactIds, 'backfill');
    for (const wakeUp of due) await aside.attempt(wakeUp.entryId, () => look(context, portal, wakeUp));
  }
  aside.throwAny('Not every lead could be looked at again.');
}

async function look(context: FlowContext, portal: PortalMap, due: KeptWakeUp): Promise<void> {
  const { portalId, entryId } = due;
  await context.store.transaction(async (tx) => {
    // The record may have been merged since, by this very read too.
    const contactId = (await findOpenWakeUp(tx, portalId, entryId))?.contactId ?? due.contactId;
    await lockStandingAnswers(tx, [{ portalId, contactId }]);
    const open = await findOpenWakeUp(tx, portalId, entryId);
    // Somebody has answered, moved, looked or merged meanwhile.
    if (open === null || open.look !== due.look || open.contactId !== contactId) return;
    const now = context.now();
    const [gathered] = await gatherSituations(tx, [
      { portalId, objectId: contactId, isLead: false, requestId: null },
    ]);
    if (gathered?.ok !== true || gathered.standing?.entryId !== entryId) {
      await closeWakeUp(tx, open, 'record_gone', now);
      // A deleted record may be restored for months: it is looked for, and does not come back into limbo.
      if (gathered?.standing?.entryId === entryId) await lookForIt(tx, open, portal, now);
      return;
    }
    await lookAt(tx, context, { open, situation: gathered.situation, standing: gathered.standing, portal });
  });
}

async function lookForIt(tx: Handle, open: KeptWakeUp, portal: PortalMap, now: Date): Promise<void> {
  const { slowLaneDays } = (await settingsOf(tx, portal.portalId)).gate;
  const on = addDays(dayOf(now, portal.timeZone), slowLaneDays);
  const dueAt = morningOf(on, portal.timeZone);
  await insertWakeUp(tx, { ...open, look: open.look + 1, kind: 'slow_lane', dueAt });
}

type Looked = {
  readonly open: KeptWakeUp;
  readonly situation: Situation;
  readonly standing: EarlierEntry;
  readonly portal: PortalMap;
};

async function lookAt(
  tx: Handle,
  context: FlowContext,
  { open, situation, standing, portal }: Looked,
): Promise<void> {
  const decision = decisionOf(standing);
  if (decision.kind !== 'rejection') throw new Error(`Entry ${standing.entryId} waits and is no rejection.`);
  const { portalId, entryId, contactId } = open;
  const now = context.now();
  const proof = gateOf(await toGateSituation(tx, situation, standing), now);
  const outcome = await lastLook(tx, portalId, entryId);
  const found = decideLook(
    {
      ...waitingOf(decision, situation, open.eventOn, now),
      rejectedOn: standing.day,
      looked: open.kind,
      proof,
      wasReady: outcome === 'ready',
      timeZone: portal.timeZone,
    },
    now,
  );
  await closeWakeUp(tx, open, found.outcome, now, proof.scoreFault);
  const { kind, on } = found.next;
  const dueAt = morningOf(on, portal.timeZone);
  await insertWakeUp(tx, { ...open, look: open.look + 1, kind, dueAt });
  if (found.outcome === 'review') await askReviewer(tx, context, open, proof, portal);
  await oweMore(tx, context, { portalId, entryId, contactId, steps: found.steps });
}

/** What a rejected lead waits for. */
export function waitingOf(
  decision: Omit<RejectionDecision, 'steps'>,
  { facts, settings, portal }: Pick<Situation, 'facts' | 'settings' | 'portal'>,
  confirmedOn: Day | null,
  now: Date,
) {
  return {
    disposition: decision.disposition,
    coolingUntil: decision.gate.coolingUntil,
    event: nextEventOf(facts, confirmedOn, dayOf(now, portal.timeZone)),
    settings,
    // A privacy deletion takes the words; then nobody waits for them either.
    queueLabel: decision.nextStep.label,
  };
}

/** Only a person's decision is missing: the lead joins the human review, once. */
async function askReviewer(
  tx: Handle,
  context: FlowContext,
  { portalId, contactId, entryId, look: lookNumber }: KeptWakeUp,
  proof: GateProof,
  portal: PortalMap,
): Promise<void> {
  const waits = await listOpenFindings(tx, portalId, contactId);
  if (waits.some(({ outcome }) => outcome === 'review')) return;
  const now = context.now();
  await insertFinding(tx, {
    portalId,
    findingId: context.newId(),
    findingKey: `wake ${entryId} ${lookNumber}`,
    kind: 'reentry',
    contactId,
    leadId: null,
    path: 'app_home',
    actorUserId: null,
    reason: null,
    reasonState: 'none',
    changedAt: now,
    foundAt: now,
    day: dayOf(now, portal.timeZone),
    outcome: 'review',
    closedHow: null,
    proof,
  });
}
