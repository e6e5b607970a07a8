/**
 * The signature check, guard by guard. Taking a guard out makes the named test fail:
 *
 * | guard                                        | test                                                              |
 * |----------------------------------------------|-------------------------------------------------------------------|
 * | the signature itself                         | one changed byte anywhere makes a genuine request a forged one    |
 * | raw bytes, not re-encoded text               | bytes that are no text are signed as they are                     |
 * | both encodings of the address                | an address is accepted as it came and as HubSpot decodes it       |
 * | only HubSpot's twelve characters are decoded | an address decoded further than HubSpot does is forged            |
 * | time window, past and future                 | a signature counts for five minutes in both directions            |
 * | numeric time without leading zero            | a time that is not a plain number is refused                      |
 * | several secrets                              | while the secret is being changed both count                      |
 * | empty secret                                 | an empty secret opens nothing                                     |
 * | digests of equal length only                 | a signature of another length is forged and breaks nothing        |
 * | address from PUBLIC_URL                      | the Host header has no say                                        |
 * | v2 only where the route allows it            | v2 counts only where the route takes it                           |
 * | v2 only without v3                           | a bad v3 signature is not passed over for a good v2 one           |
 * | nothing said twice in the query              | whoever is named twice is nobody                                  |
 * | one question mark                            | a name hidden behind an encoded question mark does not come out   |
 */

import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { SignedRequest } from '../../server/http/verify.ts';
import { readIdentity, SIGNATURE_WINDOW_MS, verifySignature } from '../../server/http/verify.ts';
import { NOW, PUBLIC_URL, SECRET, signV3 } from './signedApp.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

type Overrides = Partial<SignedRequest> & {
  readonly timestamp?: string;
  readonly signedUrl?: string;
  readonly signWith?: string;
};

/** A request with a genuine v3 signature, and then whatever is overridden. */
const buildRequest = ({
  timestamp = String(NOW),
  signedUrl,
  signWith = SECRET,
  ...rest
}: Overrides = {}): SignedRequest => {
  const request = {
    method: 'POST',
    publicUrl: PUBLIC_URL,
    pathAndQuery: '/v1/rejections?userId=77&portalId=14500001',
    rawBody: bytesOf('{"a":1}'),
    secrets: [SECRET],
    now: NOW,
    accept: ['v3'] as const,
    ...rest,
  };
  const url = signedUrl ?? request.publicUrl + request.pathAndQuery;
  return {
    ...request,
    headers: rest.headers ?? {
      'x-hubspot-signature-v3': signV3(signWith, request.method, url, request.rawBody, timestamp),
      'x-hubspot-request-timestamp': timestamp,
    },
  };
};

const reasonOf = (request: SignedRequest): string => {
  const verdict = verifySignature(request);
  return verdict.ok ? `ok ${verdict.version}` : verdict.reason;
};

const signV2 = (secret: string, method: string, url: string, bytes: Uint8Array): string =>
  createHash('sha256')
    .update(secret + method + url)
    .update(bytes)
    .digest('hex');

const v2Headers = (signature: string) => ({
  'x-hubspot-signature': signature,
  'x-hubspot-signature-version': 'v2',
});

describe('the signature', () => {
  it('one changed byte anywhere makes a genuine request a forged one', () => {
    const part = fc.constantFrom('method', 'pathAndQuery', 'publicUrl', 'rawBody', 'timestamp', 'signature');
    fc.assert(
      fc.property(fc.webPath(), fc.uint8Array({ maxLength: 300 }), part, (path, rawBody, changed) => {
        const genuine = buildRequest({ pathAndQuery: `/${path}`, rawBody });
        expect(reasonOf(genuine)).toBe('ok v3');
        const { headers } = genuine;
        const signature = String(headers['x-hubspot-signature-v3']);
        const forged = {
          method: { ...genuine, method: 'PUT' },
          pathAndQuery: { ...genuine, pathAndQuery: `${genuine.pathAndQuery}x` },
          publicUrl: { ...genuine, publicUrl: `${PUBLIC_URL}.evil` },
          rawBody: { ...genuine, rawBody: Uint8Array.from([...rawBody, 0]) },
          timestamp: { ...genuine, headers: { ...headers, 'x-hubspot-request-timestamp': String(NOW + 1) } },
          signature: {
            ...genuine,
            headers: {
              ...headers,
              'x-hubspot-signature-v3': signature.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')),
            },
          },
        }[changed];
        expect(reasonOf(forged)).toBe('signature-forged');
      }),
    );
  });

  it('bytes that are no text are signed as they are', () => {
    const rawBody = Uint8Array.from([0x22, 0xff, 0xfe, 0x22]);
    const request = buildRequest({ rawBody });
    expect(reasonOf(request)).toBe('ok v3');
    const asText = new TextEncoder().encode(new TextDecoder().decode(rawBody));
    expect(reasonOf({ ...request, rawBody: asText })).toBe('signature-forged');
  });

  it('an address is accepted as it came and as HubSpot decodes it', () => {
    const received =
      '/v1/card?userEmail=a%40b.c&x=%3A%2F%3F%21%24%27%28%29%2A%2C%3B&y=%3a%2f&portalId=1&userId=2';
    const decoded = "/v1/card?userEmail=a@b.c&x=:/?!$'()*,;&y=:/&portalId=1&userId=2";
    expect(reasonOf(buildRequest({ pathAndQuery: received }))).toBe('ok v3');
    expect(reasonOf(buildRequest({ pathAndQuery: received, signedUrl: PUBLIC_URL + decoded }))).toBe('ok v3');
  });

  it.each(['%20', '%26', '%3D', '%23', '%25', '%C3%A9', '%2B'])(
    'an address decoded further than HubSpot does is forged (%s)',
    (encoded) => {
      const decoded = decodeURIComponent(encoded);
      const request = buildRequest({
        pathAndQuery: `/v1/card?q=${encoded}`,
        signedUrl: `${PUBLIC_URL}/v1/card?q=${decoded}`,
      });
      expect(reasonOf(request)).toBe('signature-forged');
    },
  );

  it.each([
    { off: -SIGNATURE_WINDOW_MS, expected: 'ok v3' },
    { off: -SIGNATURE_WINDOW_MS - 1, expected: 'signature-stale' },
    { off: SIGNATURE_WINDOW_MS, expected: 'ok v3' },
    { off: SIGNATURE_WINDOW_MS + 1, expected: 'signature-future' },
    { off: 10 * 365 * 86_400_000, expected: 'signature-future' },
  ])('a signature counts for five minutes in both directions ($off ms: $expected)', ({ off, expected }) => {
    expect(reasonOf(buildRequest({ timestamp: String(NOW + off) }))).toBe(expected);
  });

  it.each([
    '',
    'abc',
    '1e13',
    '-1',
    `${NOW}.5`,
    ` ${NOW}`,
    `0${NOW}`,
    '0x19a',
    'NaN',
    'Infinity',
    '٣'.repeat(13),
  ])('a time that is not a plain number is refused (%j)', (timestamp) => {
    expect(reasonOf(buildRequest({ timestamp }))).toBe(
      timestamp === '' ? 'signature-missing' : 'timestamp-invalid',
    );
  });

  it('while the secret is being changed both count', () => {
    const secrets = ['the-new-one', 'the-old-one'];
    expect(reasonOf(buildRequest({ secrets, signWith: 'the-new-one' }))).toBe('ok v3');
    expect(reasonOf(buildRequest({ secrets, signWith: 'the-old-one' }))).toBe('ok v3');
    expect(reasonOf(buildRequest({ secrets, signWith: 'another-one' }))).toBe('signature-forged');
  });

  it('an empty secret opens nothing', () => {
    expect(reasonOf(buildRequest({ secrets: [''], signWith: '' }))).toBe('signature-forged');
    expect(reasonOf(buildRequest({ secrets: [SECRET, ''], signWith: '' }))).toBe('signature-forged');
    expect(reasonOf(buildRequest({ secrets: [], signWith: '' }))).toBe('signature-forged');
    const { rawBody, method, pathAndQuery } = buildRequest();
    const headers = v2Headers(signV2('', method, PUBLIC_URL + pathAndQuery, rawBody));
    expect(reasonOf(buildRequest({ secrets: [''], accept: ['v2'], headers }))).toBe('signature-forged');
  });

  it.each(['x', '====', 'AAAA', 'A'.repeat(100_000), '\u{1F600}'])(
    'a signature of another length is forged and breaks nothing (%#)',
    (signature) => {
      const headers = { 'x-hubspot-signature-v3': signature, 'x-hubspot-request-timestamp': String(NOW) };
      expect(reasonOf(buildRequest({ headers }))).toBe('signature-forged');
      expect(reasonOf(buildRequest({ headers: v2Headers(signature), accept: ['v2'] }))).toBe(
        'signature-forged',
      );
    },
  );

  it('without a signature, or without its time, nobody is let in', () => {
    const { headers } = buildRequest();
    expect(reasonOf(buildRequest({ headers: {} }))).toBe('signature-missing');
    const timeless = { ...headers, 'x-hubspot-request-timestamp': undefined };
    expect(reasonOf(buildRequest({ headers: timeless }))).toBe('signature-missing');
    const twice = { ...headers, 'x-hubspot-signature-v3': ['a', 'b'] };
    expect(reasonOf(buildRequest({ headers: twice }))).toBe('signature-missing');
  });

  it('the Host header has no say', () => {
    const evil = buildRequest({
      signedUrl: 'https://evil.example.com/v1/rejections?userId=77&portalId=14500001',
    });
    const headers = { ...evil.headers, host: 'evil.example.com', 'x-forwarded-host': 'evil.example.com' };
    expect(reasonOf({ ...evil, headers })).toBe('signature-forged');
  });
});

describe('version 2', () => {
  const { method, pathAndQuery, rawBody, headers: v3Headers } = buildRequest();
  const headers = v2Headers(signV2(SECRET, method, PUBLIC_URL + pathAndQuery, rawBody));

  it('v2 counts only where the route takes it', () => {
    expect(reasonOf(buildRequest({ headers, accept: ['v3', 'v2'] }))).toBe('ok v2');
    expect(reasonOf(buildRequest({ headers, accept: ['v3'] }))).toBe('signature-missing');
    expect(reasonOf(buildRequest({ accept: ['v2'] }))).toBe('signature-missing');
  });

  it('a bad v3 signature is not passed over for a good v2 one', () => {
    const both = { ...headers, ...v3Headers, 'x-hubspot-signature-v3': 'AAAA' };
    expect(reasonOf(buildRequest({ headers: both, accept: ['v3', 'v2'] }))).toBe('signature-forged');
  });

  it('version 1 and a signature without a version are not taken', () => {
    const v1 = createHash('sha256').update(SECRET).update(rawBody).digest('hex');
    for (const version of ['v1', undefined]) {
      const old = { 'x-hubspot-signature': v1, 'x-hubspot-signature-version': version };
      expect(reasonOf(buildRequest({ headers: old, accept: ['v3', 'v2'] }))).toBe('signature-missing');
    }
  });
});

describe('identity', () => {
  it('is read from the signed query', () => {
    expect(
      readIdentity('/v1/card?x=1&userId=77&portalId=14500001&userEmail=rep%40example.com&appId=4242'),
    ).toEqual({
      ok: true,
      identity: { portalId: 14_500_001, userId: 77, userEmail: 'rep@example.com' },
      appId: 4242,
    });
    expect(readIdentity('/v1/card?userId=77&portalId=1')).toEqual({
      ok: true,
      identity: { portalId: 1, userId: 77, userEmail: null },
      appId: null,
    });
  });

  it.each([
    '/v1/card',
    '/v1/card?',
    '/v1/card?userId=77',
    '/v1/card?portalId=1',
    '/v1/card?portalId=&userId=77',
    '/v1/card?portalId=0&userId=77',
    '/v1/card?portalId=-1&userId=77',
    '/v1/card?portalId=1.5&userId=77',
    '/v1/card?portalId=abc&userId=77',
    '/v1/card?portalId=9007199254740993&userId=77',
    '/v1/card?PortalId=1&userId=77',
  ])('is refused where it is missing or no number (%s)', (pathAndQuery) => {
    expect(readIdentity(pathAndQuery)).toEqual({ ok: false, reason: 'identity-unclear' });
  });

  it.each([
    '/v1/card?portalId=2&userId=77&portalId=1',
    '/v1/card?portalId=1&userId=78&userId=77',
    '/v1/card?portal%49d=2&userId=77&portalId=1',
    '/v1/card?userEmail=a%40b.c&portalId=1&userId=77&userEmail=d%40e.f',
  ])('whoever is named twice is nobody (%s)', (pathAndQuery) => {
    expect(readIdentity(pathAndQuery)).toEqual({ ok: false, reason: 'identity-unclear' });
  });

  it.each(['userId=5', 'portalId=2&userId=5'])(
    'a name hidden behind an encoded question mark does not come out (%s)',
    (hidden) => {
      // The card asks for the first address, HubSpot adds "?userId=77&portalId=1" and signs the decoded form. Sent
      // again in that form, the user could be whoever was hidden.
      const asked = `/v1/card%3F${hidden}&x=?userId=77&portalId=1`;
      const sentAgain = `/v1/card?${hidden}&x=?userId=77&portalId=1`;
      expect(readIdentity(asked)).toMatchObject({ ok: true, identity: { userId: 77, portalId: 1 } });
      const replayed = buildRequest({ pathAndQuery: asked, signedUrl: PUBLIC_URL + sentAgain });
      expect(reasonOf({ ...replayed, pathAndQuery: sentAgain })).toBe('ok v3');
      expect(readIdentity(sentAgain)).toEqual({ ok: false, reason: 'identity-unclear' });
    },
  );
});
