/** The process that clicks: so many callers on connections that stay open, each with one request at a time. */

import { randomUUID } from 'node:crypto';
import { Pool } from 'undici';
import { signatureHeaders } from '../../sandbox/host/signature.ts';
import { answerParent } from '../child.ts';
import type { Click } from './leads.ts';
import type { Answered, GeneratorOrders, Target } from './generator.ts';

/** Requests are signed before their time starts; only so many ahead, since a signature is good for five minutes. */
const SIGNED_AHEAD = 2_000;

type Request = {
  readonly contactId: string;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string;
};

const sign = (target: Target, click: Click): Request => {
  const url = new URL(`${target.publicUrl}/v1/rejections`);
  url.searchParams.set('userId', String(click.userId));
  url.searchParams.set('portalId', String(target.portalId));
  url.searchParams.set('userEmail', click.userEmail);
  url.searchParams.set('appId', String(target.appId));
  const body = JSON.stringify({
    requestId: randomUUID(),
    record: { objectTypeId: '0-1', objectId: click.contactId },
    reason: click.reason,
    note: click.note,
    keptDespiteEvidence: false,
  });
  const toSign = { clientSecret: target.clientSecret, method: 'POST', url: url.href, rawBody: body };
  return {
    contactId: click.contactId,
    path: url.pathname + url.search,
    headers: {
      'content-type': 'application/json',
      ...signatureHeaders({ ...toSign, timestampMs: Date.now() }),
    },
    body,
  };
};

const send = async (pool: Pool, { contactId, path, headers, body }: Request): Promise<Answered> => {
  const sentAt = Date.now();
  const start = performance.now();
  const { statusCode, body: answer } = await pool.request({ method: 'POST', path, headers, body });
  const text = await answer.text();
  const ms = performance.now() - start;
  const ok = statusCode === 200 && (JSON.parse(text) as { ok?: unknown }).ok === true;
  return { contactId, sentAt, ms, ok, said: ok ? '' : `${statusCode} ${text.slice(0, 200)}` };
};

answerParent<GeneratorOrders>(
  {
    play: async ({ target, clicks, callers }) => {
      // A plain handler that waits for HubSpot's budget answers after minutes; that is for the figures to say.
      const pool = new Pool(target.url, {
        connections: callers,
        pipelining: 1,
        headersTimeout: 0,
        bodyTimeout: 0,
      });
      const answered: Answered[] = [];
      let seconds = 0;
      const window = { fromMicros: 0, toMicros: 0 };
      for (let start = 0; start < clicks.length; start += SIGNED_AHEAD) {
        const requests = clicks.slice(start, start + SIGNED_AHEAD).map((click) => sign(target, click));
        const queue = requests.values();
        const startedAt = process.hrtime.bigint();
        await Promise.all(
          Array.from({ length: callers }, async () => {
            for (const request of queue) answered.push(await send(pool, request));
          }),
        );
        const endedAt = process.hrtime.bigint();
        seconds += Number(endedAt - startedAt) / 1e9;
        if (window.fromMicros === 0) window.fromMicros = Number(startedAt / 1_000n);
        window.toMicros = Number(endedAt / 1_000n);
      }
      await pool.close();
      return { answered, seconds, window };
    },
  },
  async () => undefined,
);
