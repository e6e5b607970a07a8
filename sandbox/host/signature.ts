import { createHash, createHmac } from 'node:crypto';

export type ToSign = {
  readonly clientSecret: string;
  readonly method: string;
  /** The full public URL, query included, as it will be seen by the backend. */
  readonly url: string;
  readonly rawBody: string;
  readonly timestampMs: number;
};

const ENCODED = /%(3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

/** The URL as version 3 signs it: HubSpot's "Validating requests" page lists the twelve characters that are decoded. */
export const decodedForV3 = (url: string): string =>
  url.replace(ENCODED, (encoded) => decodeURIComponent(encoded));

/** HubSpot's request signature, version 3: base64 of HMAC-SHA256 over method, URL, body and timestamp. */
export const signV3 = ({ clientSecret, method, url, rawBody, timestampMs }: ToSign): string =>
  createHmac('sha256', clientSecret)
    .update(`${method}${decodedForV3(url)}${rawBody}${timestampMs}`)
    .digest('base64');

/** HubSpot's request signature, version 2: hex SHA-256 over secret, method, URL and body. */
export const signV2 = ({ clientSecret, method, url, rawBody }: Omit<ToSign, 'timestampMs'>): string =>
  createHash('sha256').update(`${clientSecret}${method}${url}${rawBody}`).digest('hex');

/**
 * The four headers that HubSpot sends with `hubspot.fetch`, by the names its own local proxy uses
 * (`proxy/signing.js` in `@hubspot/ui-extensions-dev-server`).
 */
export const signatureHeaders = (request: ToSign): Record<string, string> => ({
  'X-HubSpot-Signature': signV2(request),
  'X-HubSpot-Signature-Version': 'v2',
  'X-HubSpot-Request-Timestamp': String(request.timestampMs),
  'X-HubSpot-Signature-v3': signV3(request),
});
