/** What goes on beside the answers: calls, dates, disputes, the weekly batch, workflows, and the jobs that look again. */

import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { decideBatch } from '../../server/flows/batchReview.ts';
import { decideDispute, disputeRejection } from '../../server/flows/decideDispute.ts';
import { enrichLeads } from '../../server/flows/enrich.ts';
import { confirmEventDate } from '../../server/flows/eventDate.ts';
import { wakeLeads } from '../../server/flows/wakeUp.ts';
import { watchSla } from '../../server/flows/watchSla.ts';
import { acceptByWorkflow, rejectByWorkflow } from '../../server/flows/workflowActions.ts';
import { addDays } from '../../src/calendar.ts';
import { workflowAcceptCall, workflowRejectCall } from '../../src/contract/workflow.ts';
import { about, command, type AroundCommand } from './aroundCommand.ts';
import type { Around } from './around.ts';

const CALL_OF_CONTACT = 194;

const called = (index: number, direction: 'OUTBOUND' | 'INBOUND'): AroundCommand =>
  about(`a call is logged (${direction}) with`, index, async ({ stage: { house } }, { contactId }) => {
    await house.asPerson('POST', '/crm/objects/2026-09/calls', {
      properties: {
        hs_timestamp: house.context.now().toISOString(),
        hs_call_direction: direction,
        hs_call_status: 'COMPLETED',
      },
      associations: [
        {
          to: { id: contactId },
          types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: CALL_OF_CONTACT }],
        },
      ],
    });
  });

/** Something is done about an answer that was given; the request comes twice and gets one answer. */
const aboutAnswer = (
  name: string,
  back: number,
  request: (run: Around, entryId: string, requestId: string) => Promise<{ readonly ok: boolean }>,
): AroundCommand =>
  command(`${name} answer ${back} from the end`, async (run) => {
    const entryId = run.entryIds.at(-1 - back);
    if (entryId === undefined) return;
    const requestId = randomUUID();
    const first = await request(run, entryId, requestId);
    const again = await request(run, entryId, requestId);
    if (first.ok) expect(again).toEqual(first);
  });

const confirms = (back: number, days: number): AroundCommand =>
  aboutAnswer(`a date in ${days} days is confirmed for`, back, ({ stage: { house } }, entryId, requestId) => {
    const on = addDays(house.context.now().toISOString().slice(0, 10), days);
    return confirmEventDate(house.context, house.identity, entryId, { requestId, on });
  });

const disputes = (back: number): AroundCommand =>
  aboutAnswer('a reviewer disputes', back, ({ stage: { house } }, entryId, requestId) =>
    disputeRejection(house.context, house.identity, { requestId, entryId }),
  );

const decides = (back: number, reason: string): AroundCommand =>
  aboutAnswer(`a dispute (${reason}) is decided about`, back, ({ stage: { house } }, entryId, requestId) =>
    decideDispute(house.context, house.identity, {
      requestId,
      group: { reason, dim: null, value: '' },
      entryIds: [entryId],
      cause: 'record_wrong',
      change: 'scoring',
      text: 'Phones are checked before the score counts them.',
      ownerUserId: 901,
      dueOn: '2099-12-12',
      reopen: null,
    }),
  );

const reviews = (back: number, to: string | null): AroundCommand =>
  aboutAnswer(
    to === null ? 'the batch approves' : `the batch overrides (${to})`,
    back,
    async (run, entryId, requestId) => {
      const { context, identity } = run.stage.house;
      const request =
        to === null
          ? { requestId, approve: [entryId], override: [] }
          : { requestId, approve: [], override: [{ entryId, reason: to, note: null }] };
      const answer = await decideBatch(context, identity, request);
      const { portalId } = identity;
      // An override is an answer of its own, which may be taken back like any other.
      const made = await context.store.db
        .selectFrom('ledger')
        .select('entryId')
        .where('portalId', '=', portalId)
        .where('kind', '!=', 'undo')
        .orderBy('seq', 'desc')
        .executeTakeFirst();
      if (made !== undefined && !run.entryIds.includes(made.entryId)) run.entryIds.push(made.entryId);
      return answer;
    },
  );

const byWorkflow = (index: number, reason: string | null): AroundCommand =>
  about(
    reason === null ? 'a workflow accepts' : `a workflow rejects (${reason})`,
    index,
    async ({ stage: { house } }, { contactId }) => {
      const call = {
        callbackId: `ap-${randomUUID()}`,
        origin: { portalId: house.portalId },
        object: { objectId: contactId, objectType: 'CONTACT' },
      };
      const once = () =>
        reason === null
          ? acceptByWorkflow(house.context, house.portalId, workflowAcceptCall.parse(call))
          : rejectByWorkflow(
              house.context,
              house.portalId,
              workflowRejectCall.parse({ ...call, inputFields: { reason } }),
            );
      const first = await once();
      const again = await once();
      const isTaken = 'outputFields' in first && first.outputFields.hs_execution_state === 'SUCCESS';
      if (isTaken) expect(again).toEqual(first);
    },
  );

/** The jobs that look at leads whose time has come, perhaps from two servers. */
export const looksAgain = async ({ stage: { house } }: Around, times = 1): Promise<void> => {
  const { context, portalId } = house;
  const atOnce = Array.from({ length: times });
  await Promise.all(atOnce.map(() => wakeLeads(context, portalId)));
  await Promise.all(atOnce.map(() => enrichLeads(context, portalId)));
  await Promise.all(atOnce.map(() => watchSla(context, portalId)));
};

export const aroundWork = (): fc.Arbitrary<AroundCommand>[] => {
  const index = fc.constantFrom(0, 0, 1, 1, 2);
  const back = fc.nat(2);
  const reason = fc.constantFrom('not_icp', 'too_early', 'bad_data', 'low_intent');
  return [
    fc.tuple(index, fc.constantFrom('OUTBOUND' as const, 'INBOUND' as const)).map((args) => called(...args)),
    fc.tuple(back, fc.constantFrom(5, 40, 200)).map((args) => confirms(...args)),
    back.map(disputes),
    fc.tuple(back, reason).map((args) => decides(...args)),
    back.map((at) => reviews(at, null)),
    fc.tuple(back, reason).map((args) => reviews(...args)),
    fc.tuple(index, fc.option(reason)).map((args) => byWorkflow(...args)),
    fc
      .constantFrom(1, 2)
      .map((times) =>
        command(`leads whose time has come are looked at, ${times} at once`, (run) => looksAgain(run, times)),
      ),
  ];
};
