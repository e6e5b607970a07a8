/** What HubSpot itself knows of something that was done twice: its log of requests and the history of its values. */

import { askSandbox } from '../../sandbox/control.ts';
import type { Told } from '../../sandbox/replaying/play.ts';
import type { Disagreement } from '../../sandbox/replaying/reconcile.ts';
import type { CrmState } from '../../sandbox/replaying/witnesses.ts';
import { kindOfCall } from './callRelay.ts';

type LogEntry = {
  readonly seq: number;
  readonly actor: string;
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly body?: { readonly inputs?: readonly { readonly properties?: Readonly<Record<string, string>> }[] };
};

type Version = { readonly value: string };
type Traced = { readonly history: Readonly<Record<string, readonly Version[]>> };
type History = { readonly objects: Readonly<Record<string, Readonly<Record<string, Traced>>>> };

const CREATES = /\/(notes|tasks)\/batch\/create$/;
/** Each of these was given to a contact once, and was never away again. */
const STATUSES = { rejection: ['pending_review', 'rejected'], acceptance: ['accepted'] } as const;

export type CallLog = {
  /** Reads on, to be called before the sandbox forgets what was in the requests. */
  readonly read: () => Promise<void>;
  /** Kinds of calls that reached HubSpot. */
  readonly kinds: () => ReadonlySet<string>;
  /** Notes and tasks that HubSpot was asked for more than once, and said yes. */
  readonly doubled: () => readonly Disagreement[];
};

/** Reads a portal's log from now on. */
export const readCallLog = async (crmUrl: string, portalId: number): Promise<CallLog> => {
  const kinds = new Set<string>();
  const created = new Map<string, number>();
  let seen = 0;
  const since = async (): Promise<readonly LogEntry[]> => {
    const answer = await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}/log?since=${seen}`);
    const { entries } = answer as { readonly entries: readonly LogEntry[] };
    seen = entries.at(-1)?.seq ?? seen;
    return entries.filter(({ actor }) => actor === 'app');
  };
  await since();
  return {
    read: async () => {
      for (const { method, path, status, body } of await since()) {
        kinds.add(kindOfCall(method, path));
        if (method !== 'POST' || !CREATES.test(path) || status >= 300) continue;
        if (body?.inputs === undefined) throw new Error(`The sandbox has forgotten what ${path} was asked.`);
        for (const { properties } of body.inputs) {
          const mark = markOf(properties ?? {});
          created.set(mark, (created.get(mark) ?? 0) + 1);
        }
      }
    },
    kinds: () => kinds,
    doubled: () => moreThanOnce(created, 'was asked for'),
  };
};

/** A task or note carries its step's mark; a mark that is there twice was made twice, archived or not. */
export const madeTwice = (state: CrmState): readonly Disagreement[] => {
  const marks = new Map<string, number>();
  for (const type of ['tasks', 'notes'])
    for (const { properties } of Object.values(state.objects[type] ?? {})) {
      const mark = markOf(properties);
      marks.set(mark, (marks.get(mark) ?? 0) + 1);
    }
  return moreThanOnce(marks, 'is there');
};

/** Answers that stand and whose status changed more often, or less, than they make it change. */
export const changedTwice = async (
  crmUrl: string,
  portalId: number,
  told: readonly Told[],
): Promise<readonly Disagreement[]> => {
  const { objects } = (await askSandbox(crmUrl, 'GET', `/sandbox/portals/${portalId}/state`)) as History;
  return told
    .filter(({ undone, answerId }) => !undone && answerId !== null)
    .flatMap(({ line: { lead, answer } }) => {
      const versions = objects['contacts']?.[lead.contactId]?.history['mqlr_status'] ?? [];
      const held = versions.map(({ value }) => value).sort();
      const wanted = STATUSES[answer === 'acceptance' ? 'acceptance' : 'rejection'];
      return held.join() === wanted.join()
        ? []
        : [
            {
              lead: lead.id,
              sentence: `mqlr_status was ${held.join()} in turn, instead of ${wanted.join()}`,
            },
          ];
    });
};

const markOf = (properties: Readonly<Record<string, string>>): string => {
  const body = properties['hs_task_body'] ?? properties['hs_note_body'] ?? '';
  const [, mark] = /Ref ([\w-]+)$/.exec(body) ?? [];
  if (mark === undefined) throw new Error(`This carries no mark of its step: ${body}`);
  return mark;
};

const moreThanOnce = (counts: ReadonlyMap<string, number>, what: string): readonly Disagreement[] =>
  [...counts]
    .filter(([, count]) => count > 1)
    .map(([mark, count]) => ({ lead: mark, sentence: `it ${what} ${count} times in HubSpot` }));
