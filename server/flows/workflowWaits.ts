/** Workflows that wait for a person: the call is remembered, the person asked, and the workflow told when it is decided. */

import type { PortalMap } from '../../src/portal.ts';
import { canBeAnswered } from '../../src/rejection.ts';
import { planAskForReason, toldOfAnswer, toldOfReview, WAIT_DAYS } from '../../src/workflowWait.ts';
import { HubSpotError } from '../hubspot/errors.ts';
import { lockStandingAnswers } from '../store/standingAnswers.ts';
import type { Handle } from '../store/schema.ts';
import {
  findWait,
  insertWait,
  keepOutput,
  listDecidedWaits,
  postponeWait,
  settleWait,
  type DecidedWait,
  type WorkflowWait,
} from '../store/workflowWaits.ts';
import type { FlowContext, WorkflowCaller } from './context.ts';
import { owePlan } from './owedPlan.ts';
import { decisionOf, gatherSituations } from './situation.ts';

type Call = { readonly callbackId: string };

const DAY_MS = 86_400_000;
/** Waits that are told at a time. */
const AT_A_TIME = 100;
/** How long after a call that may succeed later it is tried again, where HubSpot does not say. */
const TRY_AGAIN_MS = 60_000;

/** Remembers that a call waits. Needs a transaction; `false` where it waits already. */
export function waitFor(
  tx: Handle,
  { now }: FlowContext,
  wait: Pick<WorkflowWait, 'portalId' | 'callbackId' | 'waitsFor' | 'contactId'>,
): Promise<boolean> {
  const askedAt = now();
  return insertWait(tx, { ...wait, askedAt, expiresAt: new Date(askedAt.getTime() + WAIT_DAYS * DAY_MS) });
}

/** What a call that may wait is answered: that it waits, or what its wait ended with. */
export type Waits = 'waits' | { readonly output: Readonly<Record<string, string>> };

/**
 * What a call is answered whose wait is known; `null` for one that is not. Where the wait is over nobody will tell the
 * workflow any more (the answer to its first call was lost, say), so that this answer does. Locks the wait.
 */
export async function knownWait(
  tx: Handle,
  portalId: number,
  { callbackId }: Call,
): Promise<Waits | 'nothing-to-wait-for' | null> {
  const known = await findWait(tx, portalId, callbackId);
  if (known === null) return null;
  if (known.settledAt === null) return 'waits';
  // Expired before anybody decided: HubSpot let the workflow go on.
  return known.output === null ? 'nothing-to-wait-for' : { output: known.output };
}

/**
 * Asks the lead's owner for the answer that a workflow wants and has no reason for; `nothing-to-wait-for` where the lead
 * cannot be answered now. A call that comes again asks nobody twice.
 */
export async function askForReason(
  context: FlowContext,
  caller: WorkflowCaller,
  { callbackId }: Call,
  contactId: string,
): Promise<Waits | 'nothing-to-wait-for'> {
  const { portalId, name } = caller;
  return context.store.transaction(async (tx) => {
    await lockStandingAnswers(tx, [{ portalId, contactId }]);
    const known = await knownWait(tx, portalId, { callbackId });
    if (known !== null) return known;
    const [found] = await gatherSituations(tx, [
      { portalId, objectId: contactId, isLead: false, requestId: null },
    ]);
    if (found?.ok !== true || found.standing !== null) return 'nothing-to-wait-for';
    const { situation } = found;
    if (!canBeAnswered(situation.facts, situation.settings)) return 'nothing-to-wait-for';
    const wait = { portalId, callbackId, waitsFor: 'answer', contactId } as const;
    if (!(await waitFor(tx, context, wait))) return 'waits';
    const step = planAskForReason(situation, name, context.now());
    await owePlan(tx, context, { portalId, owedBy: context.newId(), contactId, steps: [step] });
    return 'waits';
  });
}

/** Tells every workflow of a portal whose lead was decided on. What HubSpot does not take now is told again later. */
export async function tellWaiting(context: FlowContext, portal: PortalMap): Promise<void> {
  const { portalId } = portal;
  const waits = await listDecidedWaits(context.store.db, portalId, context.now(), AT_A_TIME);
  for (const wait of waits) {
    if (context.stopping()) return;
    await tellOne(context, portal, wait);
  }
}

async function tellOne(context: FlowContext, portal: PortalMap, wait: DecidedWait): Promise<void> {
  const { store, log } = context;
  const { portalId } = portal;
  const { callbackId } = wait;
  const settle = (how: NonNullable<WorkflowWait['settledHow']>): Promise<void> =>
    settleWait(store.db, portalId, callbackId, { how, at: context.now() });
  const output = wait.output ?? outputOf(wait);
  // HubSpot has let the workflow go on by itself, and takes no answer any more.
  if (output === null || wait.expiresAt <= context.now()) return settle('expired');
  if (wait.output === null) await keepOutput(store.db, portalId, callbackId, output);
  try {
    await context.gateway.completeCallback(portal, callbackId, output);
    await settle('told');
  } catch (error) {
    if (!(error instanceof HubSpotError)) throw error;
    log.warn({ portalId, kind: error.kind, err: error }, 'a waiting workflow could not be told');
    if (!error.retry && !error.mayHaveHappened) return settle('refused');
    const inMs = Math.max(error.retryAfterMs, TRY_AGAIN_MS);
    await postponeWait(store.db, portalId, callbackId, new Date(context.now().getTime() + inMs));
  }
}

function outputOf({ decision, closedHow }: DecidedWait): Readonly<Record<string, string>> | null {
  const done = { hs_execution_state: 'SUCCESS' };
  if (decision !== null) return { ...done, ...toldOfAnswer(decisionOf({ decision })) };
  if (closedHow !== null) return { ...done, ...toldOfReview(closedHow), earliest_on: '', proof: '' };
  return null;
}
