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
  prolongWait,
  settleWait,
  type DecidedWait,
  type WorkflowWait,
} from '../store/workflowWaits.ts';
import type { FlowContext, WorkflowCaller } from './context.ts';
import { owePlan } from './owedPlan.ts';
import { decisionOf, gatherSituations } from './situation.ts';

type Call = { readonly callbackId: string };
type Output = Readonly<Record<string, string>>;

const DAY_MS = 86_400_000;
/** Waits that are told at a time. */
const AT_A_TIME = 100;
/** How long after a call that may succeed later it is tried again, where HubSpot does not say. */
const TRY_AGAIN_MS = 60_000;

/** What a call that would wait is to be answered. */
export type Asked =
  | { readonly kind: 'waits' }
  /** The decision came before HubSpot knew that the call waits, since the answer that says so was lost. */
  | { readonly kind: 'decided'; readonly output: Output }
  | { readonly kind: 'nothing-to-wait-for' };

/**
 * Remembers that a call waits; one that comes again waits from now on, as HubSpot counts. Needs a transaction that holds
 * the lead's lock.
 */
export async function waitFor(
  tx: Handle,
  { now }: FlowContext,
  wait: Pick<WorkflowWait, 'portalId' | 'callbackId' | 'waitsFor' | 'contactId'>,
): Promise<Asked> {
  const { portalId, callbackId } = wait;
  const known = await findWait(tx, portalId, callbackId);
  if (known?.output != null) return { kind: 'decided', output: known.output };
  // Expired before anybody decided: HubSpot let the workflow go on.
  if (known !== null && known.settledAt !== null) return { kind: 'nothing-to-wait-for' };
  const askedAt = now();
  const expiresAt = new Date(askedAt.getTime() + WAIT_DAYS * DAY_MS);
  if (known === null) await insertWait(tx, { ...wait, askedAt, expiresAt });
  else await prolongWait(tx, portalId, callbackId, expiresAt);
  return { kind: 'waits' };
}

/**
 * Asks the lead's owner for the answer that a workflow wants and has no reason for. There is nothing to wait for where the
 * lead cannot be answered now. A call that comes again asks nobody twice.
 */
export async function askForReason(
  context: FlowContext,
  caller: WorkflowCaller,
  { callbackId }: Call,
  contactId: string,
): Promise<Asked> {
  const { portalId, name } = caller;
  const wait = { portalId, callbackId, waitsFor: 'answer', contactId } as const;
  return context.store.transaction(async (tx): Promise<Asked> => {
    await lockStandingAnswers(tx, [{ portalId, contactId }]);
    if ((await findWait(tx, portalId, callbackId)) !== null) return waitFor(tx, context, wait);
    const [found] = await gatherSituations(tx, [
      { portalId, objectId: contactId, isLead: false, requestId: null },
    ]);
    if (found?.ok !== true || found.standing !== null) return { kind: 'nothing-to-wait-for' };
    const { situation } = found;
    if (!canBeAnswered(situation.facts, situation.settings)) return { kind: 'nothing-to-wait-for' };
    const step = planAskForReason(situation, name, context.now());
    await owePlan(tx, context, { portalId, owedBy: context.newId(), contactId, steps: [step] });
    return waitFor(tx, context, wait);
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

function outputOf({ decision, closedHow }: DecidedWait): Output | null {
  const done = { hs_execution_state: 'SUCCESS' };
  if (decision !== null) return { ...done, ...toldOfAnswer(decisionOf({ decision })) };
  if (closedHow !== null) return { ...done, ...toldOfReview(closedHow), earliest_on: '', proof: '' };
  return null;
}
