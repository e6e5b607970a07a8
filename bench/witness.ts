/**
 * Whether everything that reps were told has happened in HubSpot, and once: compared with the portal's own state, never
 * with what the app wrote down.
 */

import { consequencesOf } from '../sandbox/replaying/consequences.ts';
import { type CrmState, readCrmState } from '../sandbox/replaying/witnesses.ts';
import type { Answered } from './load/generator.ts';
import type { Click } from './load/leads.ts';
import { LISTS, REASON_PROPERTY } from './plain/reasons.ts';

/** What stands on a contact after its rejection, as far as it can be lost or doubled. */
type Traces = {
  readonly reason: string | undefined;
  readonly notes: number;
  readonly tasks: number;
  readonly lists: number;
  readonly movedLeads: number;
};

/** How many of each a rejection leaves behind. */
type Wanted = Omit<Traces, 'reason'>;

/** From the contact's traces; `openLeads`: how many Lead objects hung on it. */
export type Expectation = {
  readonly reasonProperty: string;
  readonly wanted: (reason: string, openLeads: number) => { readonly least: Wanted; readonly most: Wanted };
};

/** Ours, before the weekly review. */
export const OURS: Expectation = {
  reasonProperty: 'mqlr_reason',
  wanted: (reason, openLeads) => {
    const { tasks, waits, isChecked } = consequencesOf(reason);
    const most = {
      notes: 1,
      tasks: waits ? 0 : tasks,
      lists: waits ? 0 : 1,
      movedLeads: waits ? 0 : openLeads,
    };
    return isChecked ? { least: { ...most, lists: 0 }, most: { ...most, notes: 2 } } : { least: most, most };
  },
};

export const PLAIN: Expectation = {
  reasonProperty: REASON_PROPERTY,
  wanted: (reason) => {
    const all = {
      notes: 0,
      tasks: LISTS.includes(reason) ? 0 : 1,
      lists: LISTS.includes(reason) ? 1 : 0,
      movedLeads: 0,
    };
    return { least: all, most: all };
  },
};

export type Verdict = {
  /** Clicks whose rep was told that it failed. */
  readonly refused: number;
  /** Clicks of which something is missing in HubSpot although the rep was told that it is done. */
  readonly lost: number;
  /** Clicks of which something is in HubSpot more often than once. */
  readonly doubled: number;
};

const DISQUALIFIED_STAGE = 'unqualified-stage-id';

/** Looks at every click's contact in HubSpot. */
export const judge = async (
  { crmUrl, portalId }: { readonly crmUrl: string; readonly portalId: number },
  expectation: Expectation,
  clicks: readonly Click[],
  answered: readonly Answered[],
): Promise<Verdict> => {
  const tracesOf = gather(await readCrmState(crmUrl, portalId), expectation.reasonProperty);
  const told = new Map(answered.map((one) => [one.contactId, one.ok]));
  let [refused, lost, doubled] = [0, 0, 0];
  for (const { contactId, reason } of clicks) {
    const { traces, openLeads } = tracesOf(contactId);
    const { least, most } = expectation.wanted(reason, openLeads);
    const kinds = Object.keys(most) as (keyof Wanted)[];
    const isThere = traces.reason === reason && kinds.every((kind) => traces[kind] >= least[kind]);
    if (told.get(contactId) !== true) refused += 1;
    else if (!isThere) lost += 1;
    if (kinds.some((kind) => traces[kind] > most[kind])) doubled += 1;
  }
  return { refused, lost, doubled };
};

const gather = (state: CrmState, reasonProperty: string) => {
  const counts = new Map<string, number>();
  const add = (key: string): void => void counts.set(key, (counts.get(key) ?? 0) + 1);
  for (const { members } of Object.values(state.lists)) for (const id of members) add(`list ${id}`);
  // A Lead hangs on its contact by more than one type of association.
  const around = new Set(
    state.associations.map((text) => /^contact \d+ → (?:note|task|lead) \d+/.exec(text)?.[0] ?? ''),
  );
  for (const text of around) {
    const [, contactId = '', , type = '', id = ''] = text.split(' ');
    const record = state.objects[`${type}s`]?.[id];
    if (record?.archived !== false) continue;
    add(`${type} ${contactId}`);
    if (record.properties['hs_pipeline_stage'] === DISQUALIFIED_STAGE) add(`moved ${contactId}`);
  }
  const count = (what: string, contactId: string): number => counts.get(`${what} ${contactId}`) ?? 0;
  return (contactId: string): { readonly traces: Traces; readonly openLeads: number } => ({
    openLeads: count('lead', contactId),
    traces: {
      reason: state.objects['contacts']?.[contactId]?.properties[reasonProperty],
      notes: count('note', contactId),
      tasks: count('task', contactId),
      lists: count('list', contactId),
      movedLeads: count('moved', contactId),
    },
  });
};
