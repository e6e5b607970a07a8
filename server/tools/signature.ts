/** How calls between us and the customer's enrichment tool are signed, in both directions. */

import { createHmac, timingSafeEqual } from 'node:crypto';

export const SIGNATURE_HEADER = 'x-mql-signature';
export const TIMESTAMP_HEADER = 'x-mql-timestamp';

/** As HubSpot's own requests: older ones may be replays. */
const ALLOWED_SKEW_MS = 5 * 60_000;

/** Which way a body goes: what we told a tool must not be sent back to us as its result. */
export type Direction = 'to-tool' | 'from-tool';

/** A portal's own secret, hex. From one portal's nobody finds another's, or that of the installation. */
export function secretOfPortal(secret: string, portalId: number): string {
  return createHmac('sha256', secret).update(`enrichment tool of portal ${portalId}`).digest('hex');
}

/** Hex of HMAC-SHA256 over direction, timestamp (milliseconds since 1970) and the body as it is sent, with dots between. */
export function signBody(secret: string, direction: Direction, timestampMs: number, body: string): string {
  return createHmac('sha256', secret).update(`${direction}.${timestampMs}.${body}`).digest('hex');
}

export type SignatureVerdict =
  | { readonly ok: true }
  | {
      readonly ok: false;
      readonly reason:
        | 'signature-missing'
        | 'signature-forged'
        | 'signature-stale'
        | 'signature-future'
        | 'timestamp-invalid';
    };

/** Whether whoever has the secret has sent this, this way. Nobody has where there is no secret. */
export function verifyBody(asked: {
  readonly secret: string | null;
  readonly direction: Direction;
  readonly signature: string | undefined;
  readonly timestamp: string | undefined;
  readonly body: Uint8Array;
  readonly nowMs: number;
}): SignatureVerdict {
  const { secret, direction, signature, timestamp, body, nowMs } = asked;
  const refuse = (reason: Extract<SignatureVerdict, { ok: false }>['reason']): SignatureVerdict => ({
    ok: false,
    reason,
  });
  if (signature === undefined || timestamp === undefined) return refuse('signature-missing');
  if (!/^\d{1,15}$/.test(timestamp)) return refuse('timestamp-invalid');
  if (secret === null || secret === '') return refuse('signature-forged');
  const expected = createHmac('sha256', secret).update(`${direction}.${timestamp}.`).update(body).digest();
  const given = Buffer.from(signature, 'hex');
  if (given.length !== expected.length || !timingSafeEqual(given, expected))
    return refuse('signature-forged');
  const ageMs = nowMs - Number(timestamp);
  if (ageMs > ALLOWED_SKEW_MS) return refuse('signature-stale');
  return ageMs < -ALLOWED_SKEW_MS ? refuse('signature-future') : { ok: true };
}
