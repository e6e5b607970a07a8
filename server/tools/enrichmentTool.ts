/** The customer's enrichment tool, called by a signed POST. It may get the same call twice and tells it by its id. */

import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP } from 'node:net';
import { isPublicAddress, PrivateAddressError, publicLookup } from './publicAddress.ts';
import { secretOfPortal, signBody, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature.ts';

export type EnrichmentCall = {
  /** The same for every repeat of one try. */
  readonly id: string;
  readonly portalId: number;
  readonly contactId: string;
  /** Which checks the record does not pass, by their keys: no personal data leaves by this way. */
  readonly checks: readonly string[];
};

export type EnrichmentTool = {
  /** Rejects with an EnrichmentToolError where the tool did not take it; it is to be told again then. */
  readonly tell: (address: string, call: EnrichmentCall) => Promise<void>;
  /** What the tool of this portal signs and checks with; for its admins alone. */
  readonly secretOf: (portalId: number) => string;
};

export class EnrichmentToolError extends Error {
  override readonly name = 'EnrichmentToolError';
  readonly retry = true;
}

export function createEnrichmentTool(options: {
  /** Of this installation; each portal's own is derived from it. */
  readonly secret: string;
  /** Whether the tool may be in our own network, and be called without TLS. */
  readonly privateAddresses: boolean;
  readonly timeoutMs: number;
  readonly now: () => Date;
}): EnrichmentTool {
  const { secret, privateAddresses, timeoutMs, now } = options;
  return {
    secretOf: (portalId) => secretOfPortal(secret, portalId),
    tell: async (address, call) => {
      const body = JSON.stringify(call);
      const timestampMs = now().getTime();
      const headers = {
        'content-type': 'application/json',
        'content-length': String(Buffer.byteLength(body)),
        [TIMESTAMP_HEADER]: String(timestampMs),
        [SIGNATURE_HEADER]: signBody(secretOfPortal(secret, call.portalId), 'to-tool', timestampMs, body),
      };
      const status = await post(address, { headers, body, timeoutMs, privateAddresses });
      // A redirect is no taking either: it could lead a signed call to anywhere, and is not followed.
      if (status < 200 || status > 299)
        throw new EnrichmentToolError(`The enrichment tool answered with status ${status}.`);
    },
  };
}

type Post = {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly timeoutMs: number;
  readonly privateAddresses: boolean;
};

async function post(address: string, { headers, body, timeoutMs, privateAddresses }: Post): Promise<number> {
  try {
    const url = new URL(address);
    const isPlain = url.protocol === 'http:';
    if (!privateAddresses) {
      if (isPlain) throw new Error('The address does not begin with https://.');
      // A literal address is not looked up.
      const host = url.hostname.replace(/^\[|\]$/g, '');
      if (isIP(host) !== 0 && !isPublicAddress(host)) throw new PrivateAddressError();
    }
    const send = isPlain ? httpRequest : httpsRequest;
    return await new Promise<number>((resolve, reject) => {
      const sent = send(
        url,
        {
          method: 'POST',
          headers,
          signal: AbortSignal.timeout(timeoutMs),
          ...(privateAddresses ? {} : { lookup: publicLookup }),
        },
        (response) => {
          resolve(response.statusCode ?? 0);
          // What it says is not read.
          response.on('error', () => undefined).destroy();
        },
      );
      sent.on('error', reject);
      sent.end(body);
    });
  } catch (cause) {
    throw new EnrichmentToolError('The enrichment tool did not answer.', { cause });
  }
}
