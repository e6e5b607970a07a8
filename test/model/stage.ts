/**
 * One portal for many runs: the house of test/flows, owners to choose from, HubSpot's webhooks caught by a small server
 * and held back until a command delivers them, and a server that can die at any call.
 */

import type { WebhookEvent } from '../../src/contract.ts';
import type { FlowContext } from '../../server/flows/context.ts';
import { takeWebhooks } from '../../server/flows/takeWebhooks.ts';
import { createGateway } from '../../server/hubspot/gateway.ts';
import type { Store } from '../../server/store/db.ts';
import { APP_ID, openHouse, type House } from '../flows/house.ts';
import { openInbox } from '../flows/inbox.ts';
import type { Held } from './lead.ts';

export const OWNERS = ['501', '502'] as const;
const OPEN_STAGE_TYPE = 578;

type Row = { readonly archived: boolean; readonly properties: Readonly<Record<string, string>> };
type PortalState = {
  /** As "contact 5 → note 7 202 …", from the side with the smaller key. */
  readonly associations: readonly string[];
  readonly objects: Readonly<Record<'contacts' | 'leads' | 'tasks' | 'notes', Readonly<Record<string, Row>>>>;
  readonly lists: Readonly<Record<string, { readonly name: string; readonly members: readonly string[] }>>;
};

export type Stage = {
  readonly house: House;
  readonly listIdOf: (name: string) => string;
  readonly addLead: (
    name: string,
    withLead: boolean,
  ) => Promise<{ contactId: string; leadId: string | null }>;
  /** What the sandbox holds about these leads, by contact. */
  readonly look: (leads: readonly { contactId: string; leadId: string | null }[]) => Promise<
    Map<
      string,
      Held & {
        readonly ids: ReadonlyMap<string, { readonly type: 'tasks' | 'notes'; readonly id: string }>;
        readonly doubled: readonly string[];
      }
    >
  >;
  /** Waits until the sandbox has sent everything, and returns what has come since the start and was not taken yet. */
  readonly inbox: () => Promise<WebhookEvent[]>;
  /** Puts events back, to come with the next ones. */
  readonly holdBack: (events: readonly WebhookEvent[]) => void;
  readonly deliver: (events: readonly WebhookEvent[]) => Promise<void>;
  /**
   * A server that dies after so many writes to HubSpot: what the last one did is nowhere written down, and no call and
   * no transaction of its comes through after that.
   */
  readonly mortal: (writesLeft: number) => FlowContext;
  readonly close: () => Promise<void>;
};

/** Calls that change something, by their path. */
export const WRITES = /batch\/(create|update|archive)$|memberships\/(add|remove)$/;
export const DIED = 'the process died here';

export async function openStage(store: Store): Promise<Stage> {
  const house = await openHouse(store);
  await house.control('POST', '/import', {
    owners: [
      { id: '501', userId: 901, email: 'mia@example.com', firstName: 'Mia', lastName: 'Sales' },
      { id: '502', userId: 902, email: 'ben@example.com', firstName: 'Ben', lastName: 'Sales' },
    ],
  });
  const inbox = await openInbox(house, { duplicate: 0.3, reorder: true, seed: 7 });
  const state = async (): Promise<PortalState> =>
    (await house.control('GET', '/state?without=history')) as PortalState;
  const { lists } = await state();
  const idByName = new Map(Object.entries(lists).map(([id, { name }]) => [name, id]));

  return {
    house,
    listIdOf: (name) => {
      const id = idByName.get(name);
      if (id === undefined) throw new Error(`There is no list ${name}.`);
      return id;
    },
    addLead: async (name, withLead) => {
      const contactId = await house.addMql({
        firstname: name,
        company: `${name} Ltd`,
        hubspot_owner_id: '501',
      });
      if (!withLead) return { contactId, leadId: null };
      const made = await house.hubspot('POST', '/crm/objects/2026-09/leads', {
        properties: { hs_lead_name: name },
        associations: [
          {
            to: { id: contactId },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: OPEN_STAGE_TYPE }],
          },
        ],
      });
      return { contactId, leadId: String(made['id']) };
    },
    look: async (leads) => {
      const now = await state();
      return new Map(leads.map((lead) => [lead.contactId, heldBy(now, lead)]));
    },
    inbox: inbox.take,
    holdBack: inbox.holdBack,
    deliver: async (events) => {
      if (events.length > 0) await takeWebhooks(house.context, events);
    },
    mortal: (writesLeft) => mortal(house, writesLeft),
    close: async () => {
      await house.close();
      inbox.close();
    },
  };
}

const FOLLOWED = ['hs_lead_status', 'lifecyclestage', 'hubspot_owner_id'];

function heldBy(state: PortalState, { contactId, leadId }: { contactId: string; leadId: string | null }) {
  const { contacts, leads, tasks, notes } = state.objects;
  const values = Object.entries(contacts[contactId]?.properties ?? {}).filter(
    ([name, value]) => value !== '' && (FOLLOWED.includes(name) || name.startsWith('mqlr_')),
  );
  const made: [string, 'there' | 'completed'][] = [];
  const ids = new Map<string, { readonly type: 'tasks' | 'notes'; readonly id: string }>();
  const doubled: string[] = [];
  const bodies = [
    ...Object.entries(tasks).map(([id, row]) => ({
      type: 'tasks' as const,
      id,
      row,
      body: row.properties['hs_task_body'] ?? '',
    })),
    ...Object.entries(notes).map(([id, row]) => ({
      type: 'notes' as const,
      id,
      row,
      body: row.properties['hs_note_body'] ?? '',
    })),
  ];
  const linked = new Set(state.associations.flatMap((line) => linkOf(line, contactId)));
  for (const { type, id, row, body } of bodies) {
    if (!linked.has(`${type} ${id}`)) continue;
    const reference = /Ref ([\w-]+)$/.exec(body)?.[1];
    if (reference === undefined) continue;
    if (ids.has(reference)) doubled.push(reference);
    ids.set(reference, { type, id });
    if (!row.archived)
      made.push([reference, row.properties['hs_task_status'] === 'COMPLETED' ? 'completed' : 'there']);
  }
  return {
    values: Object.fromEntries(values.map(([name, value]): [string, string] => [name, plain(value)]).sort()),
    stage: leadId === null ? null : (leads[leadId]?.properties['hs_pipeline_stage'] ?? ''),
    lists: Object.entries(state.lists)
      .flatMap(([id, { members }]) => (members.includes(contactId) ? [id] : []))
      .sort(),
    made: Object.fromEntries(made.sort()),
    ids,
    doubled,
  };
}

/** HubSpot leaves out the milliseconds of an instant where there are none. */
const plain = (value: string): string => value.replace(/(T\d\d:\d\d:\d\d)Z$/, '$1.000Z');

/** The task or note that an association ties to the contact. */
function linkOf(line: string, contactId: string): string[] {
  const [, from, to] = /^(\w+ \d+) → (\w+ \d+) /.exec(line) ?? [];
  const other = from === `contact ${contactId}` ? to : to === `contact ${contactId}` ? from : undefined;
  return other === undefined ? [] : [other.replace(' ', 's ')];
}

function mortal({ client, context }: House, writesLeft: number): FlowContext {
  let left = writesLeft;
  let isDead = false;
  const breathe = (): void => {
    if (isDead) throw new Error(DIED);
  };
  const call: House['client']['call'] = async (portal, request, schema) => {
    const writes = WRITES.test(request.path);
    isDead ||= writes && left === 0;
    breathe();
    const answer = await client.call(portal, request, schema);
    if (writes) left -= 1;
    isDead ||= writes && left === 0;
    return answer;
  };
  const transaction: Store['transaction'] = (body) => {
    breathe();
    return context.store.transaction(body);
  };
  const gateway = createGateway({ client: { ...client, call }, appId: APP_ID, now: context.now });
  return { ...context, gateway, store: { ...context.store, transaction } };
}
