/**
 * A thousand changes a second by other people, as HubSpot tells of them: somebody edits records in bulk, and every tenth
 * edit turns a lead back around the card. How long the app takes to acknowledge, and whether anything was lost.
 */

import { setTimeout as pause } from 'node:timers/promises';
import { askSandbox } from '../../sandbox/control.ts';
import { signatureHeaders } from '../../sandbox/host/signature.ts';
import { type CrmState, readCrmState } from '../../sandbox/replaying/witnesses.ts';
import type { Bench, Figures } from '../bench.ts';
import { toClick, writeLines } from '../load/leads.ts';
import { quantile, rounded } from '../numbers.ts';
import { AMPLE_CALLS_PER_10S, openStage, type Stage, whenQuiet } from '../stage.ts';

const PER_SECOND = 1_000;
/** Records that one bulk edit changes: HubSpot's largest batch. */
const AT_ONCE = 100;
/** Every so many of them are turned back without a reason; the others get another company. */
const TURNED_BACK_EVERY = 10;
/** Cards that are opened afterwards to see whether the app has read the new company. */
const LOOKED_AT = 200;
const EDITOR = 'crm-ui; userId=77; via=bulk';
const TURNED_BACK = 'UNQUALIFIED';

type Edit = { readonly contactId: string; readonly properties: Readonly<Record<string, string>> };

export const measureEvents = async (bench: Bench): Promise<Figures> => {
  const lines = writeLines(bench.quick ? 2_000 : 20_000);
  const stage = bench.hold(
    await openStage({ databaseUrl: await bench.database(), callsPer10s: AMPLE_CALLS_PER_10S }, lines),
  );
  await whenQuiet(stage);
  const edits = lines.map(toClick).map(({ contactId }, place): Edit => ({
    contactId,
    properties:
      place % TURNED_BACK_EVERY === 0 ? { hs_lead_status: TURNED_BACK } : { company: companyOf(contactId) },
  }));
  const startedAt = Date.now();
  await makeEdits(stage, edits);
  const editedAt = Date.now();
  await whenQuiet(stage);
  const told = await readDeliveries(stage);
  const theirs = told.filter(({ events }) => events.some(isOfEdit));
  const takenInAt = Math.max(...theirs.map(({ at, tookMs }) => at + tookMs));
  bench.say(
    `  ${edits.length} changes in ${editedAt - startedAt} ms, taken in after ${takenInAt - startedAt} ms`,
  );
  const { lost, doubled } = judge(await readCrmState(stage.crmUrl, stage.portalId), edits);
  return {
    events_per_s: rounded((edits.length / (takenInAt - startedAt)) * 1_000),
    event_ack_p99_ms: rounded(
      quantile(
        told.map(({ tookMs }) => tookMs),
        0.99,
      ),
    ),
    event_ack_most_ms: rounded(Math.max(...told.map(({ tookMs }) => tookMs))),
    events_repeated: told.filter(({ attemptNumber }) => attemptNumber > 0).length,
    events_lost: lost + (await unreadCompanies(stage, edits)),
    events_doubled: doubled,
  };
};

const companyOf = (contactId: string): string => `Renamed ${contactId}`;

/** By the clock, however long HubSpot takes for one: what comes late does not make the rate lower. */
const makeEdits = async ({ crmUrl, portalId }: Stage, edits: readonly Edit[]): Promise<void> => {
  const { uiToken } = (await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}`)) as {
    uiToken: string;
  };
  const startedAt = Date.now();
  const sent: Promise<void>[] = [];
  for (let first = 0; first < edits.length; first += AT_ONCE) {
    await pause(Math.max(0, startedAt + (first / PER_SECOND) * 1_000 - Date.now()));
    sent.push(editInBulk(crmUrl, uiToken, edits.slice(first, first + AT_ONCE)));
  }
  await Promise.all(sent);
};

const editInBulk = async (crmUrl: string, uiToken: string, edits: readonly Edit[]): Promise<void> => {
  const answer = await fetch(`${crmUrl}/crm/objects/2026-09/contacts/batch/update`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${uiToken}`,
      'x-sandbox-actor': EDITOR,
    },
    body: JSON.stringify({ inputs: edits.map(({ contactId: id, properties }) => ({ id, properties })) }),
  });
  const text = await answer.text();
  if (answer.status !== 200) throw new Error(`HubSpot answered ${answer.status} to a bulk edit: ${text}`);
};

type Event = { readonly propertyName?: string; readonly propertyValue?: string };
type Delivery = {
  readonly at: number;
  readonly tookMs: number;
  readonly attemptNumber: number;
  readonly events: readonly Event[];
};

const isOfEdit = ({ propertyName, propertyValue }: Event): boolean =>
  propertyName === 'company' || (propertyName === 'hs_lead_status' && propertyValue === TURNED_BACK);

const readDeliveries = async ({ crmUrl, portalId }: Stage): Promise<readonly Delivery[]> => {
  const path = `/sandbox/portals/${portalId}/webhooks/deliveries`;
  const { deliveries, pending } = (await askSandbox(crmUrl, 'GET', path)) as {
    deliveries: readonly Delivery[];
    pending: number;
  };
  if (pending > 0) throw new Error(`${pending} events have not been taken in.`);
  return deliveries;
};

/** Every lead that was turned back without a reason is put back, and one task asks for the reason. */
const judge = (state: CrmState, edits: readonly Edit[]): { lost: number; doubled: number } => {
  const tasks = new Map<string, number>();
  for (const text of new Set(
    state.associations.map((one) => /^contact \d+ → task \d+/.exec(one)?.[0] ?? ''),
  )) {
    const [, contactId = ''] = text.split(' ');
    tasks.set(contactId, (tasks.get(contactId) ?? 0) + 1);
  }
  const turnedBack = edits.filter(({ properties }) => 'hs_lead_status' in properties);
  const isPutBack = ({ contactId }: Edit): boolean =>
    state.objects['contacts']?.[contactId]?.properties['hs_lead_status'] === 'NEW' &&
    (tasks.get(contactId) ?? 0) > 0;
  return {
    lost: turnedBack.filter((edit) => !isPutBack(edit)).length,
    doubled: turnedBack.filter(({ contactId }) => (tasks.get(contactId) ?? 0) > 1).length,
  };
};

/** How many of the cards that were looked at do not show the new company. */
const unreadCompanies = async (stage: Stage, edits: readonly Edit[]): Promise<number> => {
  const renamed = edits.filter(({ properties }) => 'company' in properties);
  const every = Math.max(1, Math.floor(renamed.length / LOOKED_AT));
  let unread = 0;
  for (const { contactId } of renamed.filter((_, place) => place % every === 0)) {
    const url = new URL(`${stage.publicUrl}/v1/card?objectTypeId=0-1&objectId=${contactId}`);
    for (const [name, value] of Object.entries({
      userId: '77',
      portalId: String(stage.portalId),
      userEmail: 'kim@example.com',
      appId: String(stage.appId),
    }))
      url.searchParams.set(name, value);
    const toSign = { clientSecret: stage.clientSecret, method: 'GET', url: url.href, rawBody: '' };
    const answer = await fetch(`${stage.serverUrl}${url.pathname}${url.search}`, {
      headers: signatureHeaders({ ...toSign, timestampMs: Date.now() }),
    });
    const { whyHere = [] } = (await answer.json()) as { whyHere?: readonly string[] };
    if (!whyHere.join(' ').includes(companyOf(contactId))) unread += 1;
  }
  return unread;
};
