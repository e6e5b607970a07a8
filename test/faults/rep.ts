/** Requests of the card as HubSpot sends them: signed on HubSpot's clock, with the identity in the address. */

import { signatureHeaders } from '../../sandbox/host/signature.ts';

export type Reply = {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: Readonly<Record<string, unknown>>;
};

export type Send = (method: 'GET' | 'POST', path: string, body?: object) => Promise<Reply>;

export function createSender(to: {
  readonly publicUrl: string;
  readonly serverUrl: string;
  readonly clientSecret: string;
  readonly portalId: number;
  readonly userId: number;
  readonly theirTimeMs: () => Promise<number>;
}): Send {
  return async (method, path, body) => {
    const address = new URL(to.publicUrl + path);
    address.searchParams.set('userId', String(to.userId));
    address.searchParams.set('portalId', String(to.portalId));
    const rawBody = body === undefined ? '' : JSON.stringify(body);
    const { clientSecret } = to;
    const timestampMs = await to.theirTimeMs();
    const signature = signatureHeaders({ clientSecret, method, url: address.href, rawBody, timestampMs });
    const type = rawBody === '' ? {} : { 'content-type': 'application/json' };
    const answer = await fetch(address.href.replace(to.publicUrl, to.serverUrl), {
      method,
      headers: { ...type, ...signature },
      ...(rawBody === '' ? {} : { body: rawBody }),
    });
    return {
      status: answer.status,
      retryAfter: answer.headers.get('retry-after'),
      body: (await answer.json()) as Reply['body'],
    };
  };
}

export const rejectionOf = (contactId: string, requestId: string) => ({
  requestId,
  record: { objectTypeId: '0-1', objectId: contactId },
  reason: 'duplicate',
  note: null,
  keptDespiteEvidence: false,
});

export const cardPath = (contactId: string): string => `/v1/card?objectTypeId=0-1&objectId=${contactId}`;
