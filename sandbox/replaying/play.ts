/** Plays a script through the app and waits until the app owes HubSpot nothing. */

import { setTimeout as pause } from 'node:timers/promises';
import { askSandbox, readClockOffset } from '../control.ts';
import type { Sandbox } from '../compose.ts';
import { type AssociationRow, PRIMARY_CONTACT_OF_LEAD, type RecordRow, fillPortal } from '../data/content.ts';
import { toContent } from '../data/leadsFile.ts';
import type { Line } from './script.ts';
import type { TrafficCount } from './witnesses.ts';
import type { Rest } from './rest.ts';
import { type Clicks, type Said, createClicks, eachOf } from './rep.ts';

/** What the app told the rep about one lead. */
export type Told = {
  readonly line: Line;
  /** Id of the answer, in the app's words; `null` when it was refused. */
  readonly answerId: string | null;
  undone: boolean;
  /** Sentences of what did not go as the script wanted. */
  readonly trouble: string[];
};

const POLL_MS = 250;
/** Nothing has settled for so long: what is still open is told as a disagreement. Milliseconds. */
const PATIENCE_MS = 120_000;
/** Where a rest tells when all is done, every so many cards are looked at. */
const LOOKED_AT_EVERY = 50;
/** The weekly review's seven days, and one more. Milliseconds. */
export const HELD_STEPS_MS = 8 * 86_400_000;

/** Loads the leads, lets HubSpot tell the app that they were created, and waits until it has read them. */
export const loadLines = async (
  sandbox: Pick<Sandbox, 'crmUrl' | 'portalId'>,
  lines: readonly Line[],
  traffic: TrafficCount,
): Promise<void> => {
  const content = toContent(lines.map(({ lead }) => lead));
  const withLead = lines.filter(({ leadId }) => leadId !== null);
  const hooks = `/sandbox/portals/${sandbox.portalId}/webhooks`;
  const all = (await askSandbox(sandbox.crmUrl, 'GET', hooks)) as { readonly subscriptions: unknown };
  // A creation is news enough for the app to read a record; a property change for every value of every lead is not.
  const creations = [{ subscriptionType: 'object.creation', objectTypeId: '0-1' }];
  await askSandbox(sandbox.crmUrl, 'PUT', hooks, { ...all, subscriptions: creations });
  await fillPortal(sandbox.crmUrl, sandbox.portalId, {
    ...content,
    objects: { ...content.objects, leads: withLead.map(toLeadObject) },
    associations: withLead.map(toAssociation),
    announcedContactIds: lines.map(({ lead }) => lead.contactId),
  });
  await whenQuiet(async () => {
    const { pending } = (await askSandbox(sandbox.crmUrl, 'GET', `${hooks}/deliveries`)) as {
      pending: number;
    };
    return pending;
  });
  await askSandbox(sandbox.crmUrl, 'PUT', hooks, all);
  // Leads are answered hours after they came; by then the app has read them.
  await whenQuiet(async () => lines.length - Math.min(lines.length, await traffic.contactsRead()));
};

const toLeadObject = ({ lead, leadId }: Line): RecordRow => ({
  id: leadId ?? '',
  createdAt: lead.handedOffAt.toISOString(),
  properties: {
    hs_lead_name: `Lead ${lead.id}`,
    hs_pipeline: 'lead-pipeline-id',
    hs_pipeline_stage: 'new-stage-id',
    hs_lead_is_open: 'true',
    hs_lead_is_qualified: 'false',
    hs_lead_is_disqualified: 'false',
    hubspot_owner_id: lead.ownerId,
  },
});

const toAssociation = ({ lead, leadId }: Line): AssociationRow => ({
  from: { type: 'leads', id: leadId ?? '' },
  to: { type: 'contacts', id: lead.contactId },
  typeId: PRIMARY_CONTACT_OF_LEAD,
});

/** Polls a count until it is 0. Gives up when it has not moved for two minutes, and returns what is left. */
const whenQuiet = async (count: () => Promise<number>): Promise<number> => {
  let last = Infinity;
  let movedAt = Date.now();
  for (;;) {
    const left = await count();
    if (left === 0 || Date.now() - movedAt > PATIENCE_MS) return left;
    if (left < last) movedAt = Date.now();
    last = left;
    await pause(POLL_MS);
  }
};

/** Accepts and rejects every lead, and takes back what the script says. Resolves when everything has settled. */
export const play = async (
  sandbox: Sandbox,
  lines: readonly Line[],
  options: {
    readonly callers: number;
    readonly say: (text: string) => void;
    /** How to wait for the app, with the clock moved over its waits; where it is left out, until the cards say so. */
    readonly rest?: Rest;
  },
): Promise<readonly Told[]> => {
  const clicks = createClicks(sandbox);
  const { callers, say, rest } = options;
  const told: Told[] = [];
  const settleAll = async (): Promise<void> => {
    await (rest ? rest.untilDone() : settle(clicks, told, callers));
  };
  await eachOf(lines, callers, async (line) => {
    const one = await answer(clicks, line);
    told.push(one);
    if (line.undo === 'at-once') await takeBack(clicks, one);
    if (told.length % 1_000 === 0) say(`${told.length} answers given`);
  });
  say('all answered; waiting for HubSpot to be brought up to date');
  await settleAll();
  await eachOf(undoneAt(told, 'after-first-steps'), callers, (one) => takeBack(clicks, one));
  await rest?.quiet();
  say('the clock goes on by eight days, for the steps that wait for the weekly review');
  await sandbox.setClock((await readClockOffset(sandbox.crmUrl)) + HELD_STEPS_MS);
  await settleAll();
  await eachOf(undoneAt(told, 'after-all-steps'), callers, (one) => takeBack(clicks, one));
  await rest?.untilDone();
  // After a rest some cards stand for all: every step of every lead is compared in the end.
  const looked = rest ? told.filter((_one, place) => place % LOOKED_AT_EVERY === 0) : told;
  for (const one of await settle(clicks, looked, callers)) one.trouble.push('its steps did not settle');
  return told;
};

const undoneAt = (told: readonly Told[], when: Line['undo']): Told[] =>
  told.filter(({ line }) => line.undo === when);

const recordOf = ({ lead, leadId }: Line) =>
  leadId === null
    ? ({ objectTypeId: '0-1', objectId: lead.contactId } as const)
    : ({ objectTypeId: '0-136', objectId: leadId } as const);

/** Gives the answer that the script wants. */
export const answer = async (clicks: Clicks, line: Line): Promise<Told> => {
  const record = recordOf(line);
  const said =
    line.answer === 'acceptance'
      ? await clicks.accept(line.rep, record)
      : await clicks.reject(line.rep, record, line.answer.reason, line.answer.note);
  const answerId = said['rejectionId'] ?? said['acceptanceId'];
  return typeof answerId === 'string'
    ? { line, answerId, undone: false, trouble: [] }
    : { line, answerId: null, undone: false, trouble: [`the app refused: ${sentenceOf(said)}`] };
};

/** Takes an answer back; one that was refused is left alone. */
export const takeBack = async (clicks: Clicks, one: Told): Promise<void> => {
  if (one.answerId === null) return;
  const said = await clicks.undo(one.line.rep, one.answerId);
  if (said.ok === true) one.undone = true;
  else one.trouble.push(`the app did not take it back: ${sentenceOf(said)}`);
};

const sentenceOf = (said: Said): string =>
  typeof said['sentence'] === 'string' ? said['sentence'] : JSON.stringify(said);

/** Waits until no card shows a step that is still to come. Returns those that stay open. */
export const settle = async (
  clicks: Clicks,
  told: readonly Told[],
  callers: number,
): Promise<readonly Told[]> => {
  let open: readonly Told[] = told.filter(({ answerId }) => answerId !== null);
  await whenQuiet(async () => {
    open = await openAmong(clicks, open, callers);
    return open.length;
  });
  return open;
};

/** Those whose card shows a step that is still to come. */
export const openAmong = async (
  clicks: Clicks,
  told: readonly Told[],
  callers: number,
): Promise<readonly Told[]> => {
  const open: Told[] = [];
  await eachOf(told, callers, async (one) => {
    // While one lead waits, those behind it mostly do too: a look at a few is enough to know that it goes on.
    if (open.length >= 2 * callers || !isSettled(await clicks.card(one.line.rep, recordOf(one.line))))
      open.push(one);
  });
  return open;
};

type CardSteps = { readonly steps: readonly { readonly state: string }[] };

const isSettled = (card: Said): boolean => {
  const standing = card['standing'] as CardSteps | null | undefined;
  const history = (card['history'] ?? []) as readonly CardSteps[];
  return [...(standing ? [standing] : []), ...history].every(({ steps }) =>
    steps.every(({ state }) => !['pending', 'running', 'unknown'].includes(state)),
  );
};
