/** What people, workflows, imports and other apps do to leads around the card, and what fails meanwhile. */

import { randomUUID } from 'node:crypto';
import { expect } from '@jest/globals';
import fc from 'fast-check';
import { guardRecords } from '../../server/flows/guardRecords.ts';
import { recordAcceptance } from '../../server/flows/recordAcceptance.ts';
import { recordRejection } from '../../server/flows/recordRejection.ts';
import { undoAnswer } from '../../server/flows/undoAnswer.ts';
import { handOffByWorkflow } from '../../server/flows/workflowGate.ts';
import { workflowHandOffCall } from '../../src/contract/workflow.ts';
import { contactRef, type Json } from '../flows/house.ts';
import type { Around, Person } from './around.ts';
import { about, command, type AroundCommand } from './aroundCommand.ts';
import { aroundWork } from './aroundWork.ts';
import { DIED } from './stage.ts';

const CONTACTS = '/crm/objects/2026-09/contacts';

const ACTORS = [
  'crm-ui; userId=77; via=record',
  'crm-ui; userId=77; via=bulk',
  'crm-ui; userId=77; via=import; import=501',
  'crm-ui; userId=77; via=mobile',
  'automation; enrollmentId=9',
  'another app',
] as const;
type Actor = (typeof ACTORS)[number];

const edit = (run: Around, { contactId }: Person, actor: Actor, properties: Record<string, string>) =>
  run.stage.house.actAs(actor, 'PATCH', `${CONTACTS}/${contactId}`, { properties });

const rejectsAround = (index: number, actor: Actor, status: string, reason: string | null): AroundCommand =>
  about(`${actor} sets ${status} with ${reason ?? 'no reason'}:`, index, async (run, person) => {
    await edit(run, person, actor, {
      hs_lead_status: status,
      ...(reason === null ? {} : { mqlr_reason: reason }),
    });
  });

const sets = (index: number, actor: Actor, property: string, value: string): AroundCommand =>
  about(`${actor} sets ${property} to "${value}":`, index, async (run, person) => {
    await edit(run, person, actor, { [property]: value });
  });

const board = (index: number): AroundCommand =>
  about('the board disqualifies the Lead of', index, async (run, { leadId }) => {
    if (leadId === null) return;
    await run.stage.house.actAs(
      'crm-ui; userId=77; via=board',
      'PATCH',
      `/crm/objects/2026-09/leads/${leadId}`,
      {
        properties: { hs_pipeline_stage: 'unqualified-stage-id' },
      },
    );
  });

const signal = (index: number): AroundCommand =>
  about('a demo is requested by', index, async (run, { contactId }) => {
    await run.stage.house.control('POST', '/import', {
      objects: {
        contacts: [
          {
            id: contactId,
            properties: {
              recent_conversion_event_name: 'Book a demo',
              recent_conversion_date: run.stage.house.context.now().toISOString(),
            },
          },
        ],
      },
    });
  });

const merge = (one: number, other: number): AroundCommand =>
  command(`${other} is merged into ${one}`, async (run) => {
    const [into, gone] = [run.people[one], run.people[other]];
    if (into?.fate !== 'there' || gone?.fate !== 'there' || into.contactId === gone.contactId) return;
    const body = { primaryObjectId: into.contactId, objectIdToMerge: gone.contactId };
    const merged = String(
      ((await run.stage.house.asPerson('POST', `${CONTACTS}/merge`, body)) as Json)['id'],
    );
    const old = [into.contactId, gone.contactId];
    for (const person of run.people) if (old.includes(person.contactId)) person.contactId = merged;
  });

const sharing = (run: Around, { contactId }: Person): readonly Person[] =>
  run.people.filter((person) => person.contactId === contactId);

const remove = (index: number): AroundCommand =>
  about('somebody deletes', index, async (run, person) => {
    await run.stage.house.asPerson('DELETE', `${CONTACTS}/${person.contactId}`);
    for (const one of sharing(run, person)) one.fate = 'deleted';
  });

const restore = (index: number): AroundCommand =>
  command(`somebody restores ${index}`, async (run) => {
    const person = run.people[index];
    if (person?.fate !== 'deleted') return;
    await run.stage.house.control('POST', '/restore', { id: person.contactId, userId: 77 });
    for (const one of sharing(run, person)) one.fate = 'there';
  });

const erase = (index: number): AroundCommand =>
  about('somebody erases', index, async (run, person) => {
    await run.stage.house.asPerson('POST', `${CONTACTS}/gdpr-delete`, { objectId: person.contactId });
    for (const one of sharing(run, person)) one.fate = 'erased';
  });

type Said = { readonly ok: boolean };

/** Sends a request, perhaps twice at once; what was taken is sent again at the end of the run. */
async function send<T extends Said>(
  run: Around,
  person: Person,
  twice: boolean,
  request: () => Promise<T>,
): Promise<T> {
  const [first, second] = twice ? await Promise.all([request(), request()]) : [await request(), null];
  if (second !== null && first.ok) expect(JSON.stringify(second)).toBe(JSON.stringify(first));
  if (first.ok) run.taken.push({ person, answer: JSON.stringify(first), again: request });
  return first;
}

const reject = (index: number, reason: string, twice: boolean): AroundCommand =>
  about(`the card rejects (${reason}${twice ? ', twice' : ''})`, index, async (run, person) => {
    const { house } = run.stage;
    const request = house.rejection(person.contactId, { reason, note: `said by ${person.name}` });
    const answer = await send(run, person, twice, () =>
      recordRejection(house.context, house.identity, request),
    );
    if (answer.ok) run.entryIds.push(answer.rejectionId);
  });

const accept = (index: number, twice: boolean): AroundCommand =>
  about(`the card accepts${twice ? ' twice' : ''}`, index, async (run, person) => {
    const { house } = run.stage;
    const request = { requestId: randomUUID(), record: contactRef(person.contactId) };
    const answer = await send(run, person, twice, () =>
      recordAcceptance(house.context, house.identity, request),
    );
    if (answer.ok) run.entryIds.push(answer.acceptanceId);
  });

const undo = (back: number): AroundCommand =>
  command(`answer ${back} from the end is taken back`, async (run) => {
    const { house } = run.stage;
    const entryId = run.entryIds.at(-1 - back);
    if (entryId === undefined) return;
    await undoAnswer(house.context, house.identity, entryId, {
      requestId: randomUUID(),
      reason: 'a mistake',
    });
  });

const workflow = (index: number): AroundCommand =>
  about('a workflow hands off', index, async (run, { contactId }) => {
    const { house } = run.stage;
    const call = workflowHandOffCall.parse({
      callbackId: `ap-${randomUUID()}`,
      origin: { portalId: house.portalId },
      object: { objectId: Number(contactId), objectType: 'CONTACT' },
    });
    const first = await handOffByWorkflow(house.context, house.portalId, call);
    if (!('outputFields' in first)) return;
    const again = await handOffByWorkflow(house.context, house.portalId, call);
    expect('outputFields' in again).toBe(true);
  });

const webhooks = (how: 'all' | 'backwards' | 'twice' | 'every second one'): AroundCommand =>
  command(`webhooks arrive: ${how}`, async (run) => {
    const events = await run.stage.inbox();
    const order =
      how === 'backwards' ? events.toReversed() : how === 'twice' ? [...events, ...events] : events;
    const now = how === 'every second one' ? order.filter((_event, at) => at % 2 === 0) : order;
    await run.stage.deliver(now);
    run.stage.holdBack(order.filter((event) => !now.includes(event)));
  });

const look = (how: 'once' | 'twice at once'): AroundCommand =>
  command(`the guard looks ${how}`, async (run) => {
    const { context, portalId } = run.stage.house;
    const times = how === 'once' ? 1 : 2;
    await Promise.all(Array.from({ length: times }, () => guardRecords(context, portalId)));
  });

const isDeath = (error: unknown): boolean =>
  error instanceof AggregateError
    ? error.errors.every(isDeath)
    : error instanceof Error && error.message === DIED;

const die = (writesLeft: number, at: 'drain' | 'guard'): AroundCommand =>
  command(`the server dies after ${writesLeft} writes, at ${at}`, async (run) => {
    const dying = run.stage.mortal(writesLeft);
    const { portalId } = run.stage.house;
    const work = at === 'drain' ? run.drain(dying) : guardRecords(dying, portalId);
    await work.catch((error: unknown) => {
      if (!isDeath(error)) throw error;
    });
  });

const pass = (seconds: number): AroundCommand =>
  command(`${seconds} s pass`, (run) => run.stage.house.passSeconds(seconds));

export const aroundCommands = (): fc.Arbitrary<AroundCommand>[] => {
  const index = fc.constantFrom(0, 0, 1, 1, 2);
  const actor = fc.constantFrom(...ACTORS);
  const reason = fc.constantFrom('not_icp', 'too_early', 'bad_data', 'low_intent');
  const given = fc.constantFrom(null, null, 'too_early', 'wrong_interest');
  const rejects = fc
    .tuple(index, actor, fc.constantFrom('UNQUALIFIED', 'BAD_TIMING'), given)
    .map((args) => rejectsAround(...args));
  const promotes = fc
    .tuple(index, actor, fc.constant('lifecyclestage'), fc.constantFrom('marketingqualifiedlead', 'lead'))
    .map((args) => sets(...args));
  const drains = fc.constant(command('what is owed is carried out', (run) => run.drain()));
  const hears = fc.constant(command('all comes through', (run) => run.hear()));
  return [
    rejects,
    rejects,
    rejects,
    promotes,
    promotes,
    fc
      .tuple(index, actor, fc.constant('hs_lead_status'), fc.constantFrom('NEW', 'OPEN', ''))
      .map((args) => sets(...args)),
    fc.constant(board(0)),
    index.map(signal),
    fc.constantFrom<readonly [number, number]>([0, 1], [1, 0], [2, 1]).map((args) => merge(...args)),
    index.map(remove),
    index.map(restore),
    fc.constant(erase(2)),
    fc.tuple(index, reason, fc.boolean()).map((args) => reject(...args)),
    fc.tuple(index, reason, fc.boolean()).map((args) => reject(...args)),
    fc.tuple(index, fc.boolean()).map((args) => accept(...args)),
    fc.nat(2).map(undo),
    index.map(workflow),
    fc
      .constantFrom<'all' | 'backwards' | 'twice' | 'every second one'>(
        'all',
        'backwards',
        'twice',
        'every second one',
      )
      .map(webhooks),
    fc.constantFrom<'once' | 'twice at once'>('once', 'twice at once').map(look),
    drains,
    drains,
    hears,
    hears,
    fc.tuple(fc.nat(4), fc.constantFrom<'drain' | 'guard'>('drain', 'guard')).map((args) => die(...args)),
    fc.constantFrom(31, 700, 86_400, 8 * 86_400, 31 * 86_400, 91 * 86_400).map(pass),
    ...aroundWork(),
  ];
};
