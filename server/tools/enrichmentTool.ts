/** The customer's enrichment tool, called by a signed POST. It may get the same call twice and tells it by its id. */

import { signBody, SIGNATURE_HEADER, TIMESTAMP_HEADER } from './signature.ts';

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
};

export class EnrichmentToolError extends Error {
  override readonly name = 'EnrichmentToolError';
  readonly retry = true;
}

export function createEnrichmentTool(options: {
  readonly secret: string;
  readonly timeoutMs: number;
  readonly now: () => Date;
}): EnrichmentTool {
  const { secret, timeoutMs, now } = options;
  return {
    tell: async (address, call) => {
      const body = JSON.stringify(call);
      const timestampMs = now().getTime();
      const headers = {
        'content-type': 'application/json',
        [TIMESTAMP_HEADER]: String(timestampMs),
        [SIGNATURE_HEADER]: signBody(secret, timestampMs, body),
      };
      // A redirect could lead a signed call to anywhere.
      const request = { method: 'POST', headers, body, redirect: 'error' } as const;
      const response = await send(address, { ...request, signal: AbortSignal.timeout(timeoutMs) });
      await response.body?.cancel();
      if (!response.ok)
        throw new EnrichmentToolError(`The enrichment tool answered with status ${response.status}.`);
    },
  };
}

async function send(address: string, request: RequestInit): Promise<Response> {
  try {
    return await fetch(address, request);
  } catch (cause) {
    throw new EnrichmentToolError('The enrichment tool did not answer.', { cause });
  }
}
