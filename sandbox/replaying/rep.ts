/** A rep's clicks as HubSpot sends them: signed, with the identity in the URL, and once more after a failure. */

import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { readClockOffset } from '../control.ts';
import type { Sandbox } from '../compose.ts';
import type { Rep } from '../data/team.ts';
import { signatureHeaders } from '../host/signature.ts';

/** The answer of the app, as JSON. */
export type Said = Readonly<Record<string, unknown>> & { readonly ok?: boolean };

type RecordRef = { readonly objectTypeId: '0-1' | '0-136'; readonly objectId: string };

/** How often, and how soon, somebody clicks again when told to. */
const MOST_CLICKS = 20;
const CLICK_AGAIN_MS = 250;
const CONNECT_AGAIN_MS = 50;

type Answered = { readonly ok: boolean; readonly status: number; readonly text: string };

export type Clicks = {
  readonly accept: (rep: Rep, record: RecordRef) => Promise<Said>;
  readonly reject: (rep: Rep, record: RecordRef, reason: string, note: string | null) => Promise<Said>;
  readonly undo: (rep: Rep, answerId: string) => Promise<Said>;
  readonly card: (rep: Rep, record: RecordRef) => Promise<Said>;
  /** Any request that the app's pages send; `body` where it is a POST. */
  readonly ask: (rep: Rep, path: string, body?: object) => Promise<Said>;
};

/** Where the clicks go; `serverUrl` is read anew for each try, since it may move. */
export type ClickTarget = Pick<
  Sandbox,
  'publicUrl' | 'serverUrl' | 'crmUrl' | 'portalId' | 'appId' | 'clientSecret'
>;

export type ClickOptions = {
  /** For so long a request that met no server is sent again, in milliseconds; 0: it fails at once. */
  readonly patienceMs?: number;
};

/** The app answered something that is neither an answer nor a refusal, twice. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer';
  readonly retry = true;
}

export const createClicks = (sandbox: ClickTarget, { patienceMs = 0 }: ClickOptions = {}): Clicks => {
  const send = async (rep: Rep, method: 'GET' | 'POST', path: string, body?: object): Promise<Said> => {
    const url = new URL(sandbox.publicUrl + path);
    url.searchParams.set('userId', String(rep.userId));
    url.searchParams.set('portalId', String(sandbox.portalId));
    url.searchParams.set('userEmail', rep.email);
    url.searchParams.set('appId', String(sandbox.appId));
    const rawBody = body === undefined ? '' : JSON.stringify(body);
    const sendOnce = async (): Promise<Answered> => {
      const timestampMs = Date.now() + (await readClockOffset(sandbox.crmUrl));
      const answer = await fetch(url.href.replace(sandbox.publicUrl, sandbox.serverUrl), {
        method,
        headers: {
          ...(rawBody !== '' && { 'content-type': 'application/json' }),
          ...signatureHeaders({
            clientSecret: sandbox.clientSecret,
            method,
            url: url.href,
            rawBody,
            timestampMs,
          }),
        },
        ...(rawBody !== '' && { body: rawBody }),
      });
      return { ok: answer.ok, status: answer.status, text: await answer.text() };
    };
    const attempt = async (): Promise<Answered> => {
      const giveUpAt = Date.now() + patienceMs;
      for (;;) {
        try {
          const answered = await sendOnce();
          // A server that has just been started again is told of a moved clock a moment later.
          if (
            Date.now() > giveUpAt ||
            answered.status !== 401 ||
            !answered.text.includes('"signature-future"')
          )
            return answered;
          await pause(CONNECT_AGAIN_MS);
        } catch (error) {
          // Nobody listens, or the connection broke before the whole answer was here. By its name, since fetch may come
          // from another realm (Jest).
          if ((error as Error).name !== 'TypeError' || Date.now() > giveUpAt) throw error;
          await pause(CONNECT_AGAIN_MS);
        }
      }
    };
    const first = await attempt();
    const last = first.status < 500 ? first : await attempt();
    if (!last.ok)
      throw new NoAnswer(`The app answered ${last.status} to ${method} ${path}: ${last.text.slice(0, 300)}`);
    return JSON.parse(last.text) as Said;
  };
  /** What the app says can succeed later is clicked again, as the same request; a refusal that stays is returned. */
  const click = async (rep: Rep, path: string, request: object): Promise<Said> => {
    const body = { requestId: randomUUID(), ...request };
    let said = await send(rep, 'POST', path, body);
    for (let again = 0; said.ok === false && said['retry'] === true && again < MOST_CLICKS; again += 1) {
      await pause(CLICK_AGAIN_MS);
      said = await send(rep, 'POST', path, body);
    }
    return said;
  };
  return {
    accept: (rep, record) => click(rep, '/v1/acceptances', { record }),
    reject: (rep, record, reason, note) =>
      click(rep, '/v1/rejections', { record, reason, note, keptDespiteEvidence: false }),
    undo: (rep, answerId) => click(rep, `/v1/answers/${answerId}/undo`, { reason: 'Replayed: taken back.' }),
    ask: (rep, path, body) => send(rep, body === undefined ? 'GET' : 'POST', path, body),
    card: (rep, record) => send(rep, 'GET', `/v1/card?${new URLSearchParams(record).toString()}`),
  };
};

/** Runs a task for each item, so many at a time, in the order of the items. The first failure ends it. */
export const eachOf = async <T>(
  items: readonly T[],
  callers: number,
  task: (item: T) => Promise<void>,
): Promise<void> => {
  const queue = items.values();
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (const item of queue) await task(item);
    }),
  );
};
