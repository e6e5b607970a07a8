/**
 * Only HubSpot gets in. Pure: everything, the clock included, is an argument. Follows HubSpot's guide "Validating
 * requests" (signatures v2 and v3); the SDK's own check is not used, since it accepts far-future times and an empty
 * secret, does not decode the address, and does not compare in constant time.
 */

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { signedQuery } from '../../src/contract.ts';
import type { FailureKind } from './errors.ts';
import type { Identity } from './flows.ts';

export type SignatureVersion = 'v2' | 'v3';

export type SignedRequest = {
  /** Upper case, e.g. `POST`. */
  readonly method: string;
  /** Where HubSpot believes us to be: our own configuration, never the Host header. */
  readonly publicUrl: string;
  /** Path and query exactly as they came over the line. */
  readonly pathAndQuery: string;
  /** The bytes of the body as they came; empty where there is none. */
  readonly rawBody: Uint8Array;
  /** Names in lower case. A header that came twice does not count. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** Client secrets of the app; more than one while it is being changed. Empty ones count for nothing. */
  readonly secrets: readonly string[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Versions this address takes. Workflow actions still come with v2 only. */
  readonly accept: readonly SignatureVersion[];
};

type Refusal<K extends FailureKind> = { readonly ok: false; readonly reason: K };

export type SignatureRefusal = Refusal<
  'signature-missing' | 'signature-forged' | 'signature-stale' | 'signature-future' | 'timestamp-invalid'
>;

/** How far the time of a signature may be from ours, in either direction. HubSpot's guide: five minutes. */
export const SIGNATURE_WINDOW_MS = 300_000;

/** Checks that HubSpot signed this very request, and lately. */
export const verifySignature = (
  request: SignedRequest,
): { readonly ok: true; readonly version: SignatureVersion } | SignatureRefusal => {
  const v3 = headerOf(request, 'x-hubspot-signature-v3');
  // Whoever sends a v3 signature is measured by it: else a bad one could be passed over by adding an old v2 one.
  if (v3 !== undefined)
    return request.accept.includes('v3') ? verifyV3(request, v3) : refuse('signature-missing');
  const v2 = headerOf(request, 'x-hubspot-signature');
  const isV2 = headerOf(request, 'x-hubspot-signature-version')?.toLowerCase() === 'v2';
  if (v2 === undefined || !isV2 || !request.accept.includes('v2')) return refuse('signature-missing');
  return verifyV2(request, v2);
};

/**
 * Who is asking, out of the signed address. To be called after `verifySignature` only.
 *
 * A user can choose the first part of the address (it is the card that calls `hubspot.fetch`), HubSpot adds the rest.
 * So nothing may be said twice, and a second question mark is refused: `%3F` and `?` have the same signature, and a
 * name hidden behind an encoded one could come to light when the request is sent again in the other encoding.
 */
export const readIdentity = (
  pathAndQuery: string,
):
  | { readonly ok: true; readonly identity: Identity; readonly appId: number | null }
  | Refusal<'identity-unclear'> => {
  const parts = pathAndQuery.split('?');
  const query = new URLSearchParams(parts[1] ?? '');
  const isClear = parts.length === 2 && IDENTITY_NAMES.every((name) => query.getAll(name).length <= 1);
  const read = signedQuery.safeParse(Object.fromEntries(query));
  if (!isClear || !read.success) return { ok: false, reason: 'identity-unclear' };
  const { portalId, userId, userEmail, appId } = read.data;
  return { ok: true, identity: { portalId, userId, userEmail: userEmail ?? null }, appId: appId ?? null };
};

const IDENTITY_NAMES = Object.keys(signedQuery.shape);

const verifyV3 = (
  request: SignedRequest,
  signature: string,
): { readonly ok: true; readonly version: 'v3' } | SignatureRefusal => {
  const timestamp = headerOf(request, 'x-hubspot-request-timestamp');
  if (timestamp === undefined) return refuse('signature-missing');
  // No leading zero: the parts are signed without anything between them, so that a digit of the address could else
  // be handed on to the time ("userId=30" + "1…" and "userId=3" + "01…" have the same signature).
  if (!/^[1-9][0-9]{0,15}$/.test(timestamp)) return refuse('timestamp-invalid');
  const given = Buffer.from(signature, 'base64');
  const isGenuine = everyPair(request, (secret, uri) =>
    createHmac('sha256', secret)
      .update(request.method + uri)
      .update(request.rawBody)
      .update(timestamp)
      .digest(),
  ).some((expected) => isSame(expected, given));
  if (!isGenuine) return refuse('signature-forged');
  const age = request.now - Number(timestamp);
  if (age > SIGNATURE_WINDOW_MS) return refuse('signature-stale');
  if (age < -SIGNATURE_WINDOW_MS) return refuse('signature-future');
  return { ok: true, version: 'v3' };
};

// There is no time in a v2 signature: a route that takes it must know a request it has seen before.
const verifyV2 = (
  request: SignedRequest,
  signature: string,
): { readonly ok: true; readonly version: 'v2' } | SignatureRefusal => {
  const given = Buffer.from(signature, 'hex');
  const isGenuine = everyPair(request, (secret, uri) =>
    createHash('sha256')
      .update(secret + request.method + uri)
      .update(request.rawBody)
      .digest(),
  ).some((expected) => isSame(expected, given));
  return isGenuine ? { ok: true, version: 'v2' } : refuse('signature-forged');
};

/** Every digest that would be right: each secret, with the address as it came and as HubSpot may have decoded it. */
const everyPair = (
  { secrets, publicUrl, pathAndQuery }: SignedRequest,
  digest: (secret: string, uri: string) => Buffer,
): Buffer[] => {
  const received = publicUrl + pathAndQuery;
  const uris = new Set([received, received.replaceAll(DECODED, decodeURIComponent)]);
  return secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => [...uris].map((uri) => digest(secret, uri)));
};

/** The only characters that HubSpot decodes before it signs: `: / ? @ ! $ ' ( ) * , ;`. */
const DECODED = /%(?:3A|2F|3F|40|21|24|27|28|29|2A|2C|3B)/gi;

const isSame = (expected: Buffer, given: Buffer): boolean =>
  expected.length === given.length && timingSafeEqual(expected, given);

const headerOf = ({ headers }: SignedRequest, name: string): string | undefined => {
  const value = headers[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
};

const refuse = <K extends FailureKind>(reason: K): Refusal<K> => ({ ok: false, reason });
