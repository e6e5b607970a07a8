/** Signatures that HubSpot published, with the requests they belong to. */

import { describe, expect, it } from '@jest/globals';
import type { SignedRequest } from '../../server/http/verify.ts';
import { verifySignature } from '../../server/http/verify.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const v2Headers = (signature: string) => ({
  'x-hubspot-signature': signature,
  'x-hubspot-signature-version': 'v2',
});

const BASE = { now: 0, accept: ['v3'] } as const;

describe("HubSpot's published signatures", () => {
  const DEV_SECRET = '12345678-aaaa-bbbb-cccc-ddddeeeeffff';
  const BACKEND_SECRET = 'f6e94c08-85d0-4608-bcc6-e1850176e7b8';
  const SDK_SECRET = 'yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy';
  const DEV = { publicUrl: 'https://hubspot.com', path: '/?appId=1&portalId=2&userId=3', method: 'GET' };
  const BACKEND = { publicUrl: 'https://www.hubspot.com', path: '/webhook', method: 'POST' };
  const SDK = { publicUrl: 'https://www.example.com', path: '/webhook_uri' };

  // Values from the tests shipped in @hubspot/ui-extensions-dev-server (signing.spec) and @hubspot/api-client
  // (signature.spec).
  it.each([
    {
      ...DEV,
      secret: DEV_SECRET,
      body: '',
      at: 1111111111,
      v3: 'zTfXjo07jfzGouo4wvyAj3qEMUTVJ0PPYPACrluQtQI=',
    },
    {
      ...DEV,
      secret: DEV_SECRET,
      body: '{"a":1,"b":2}',
      at: 1111111111,
      v3: 'aaknaCGCYJ4yqzuf1UKGqAWUfdcilJtm5nc/ZCudR9k=',
    },
    {
      ...DEV,
      secret: DEV_SECRET,
      body: '{}',
      at: 1111111111,
      v3: 'bRPTUf7UOx1OqVAME6JSNfst9KxQYF5nRIUwG/KcQhQ=',
    },
    {
      ...DEV,
      secret: DEV_SECRET,
      body: '[{},null,2,{"a":"b","c":4},["e",false],null,4]',
      at: 1111111111,
      v3: 'BbmvQxGycRrmC4kiTOSEFy6TL4g/kGX+U4mKQWbPgzg=',
    },
    {
      ...BACKEND,
      secret: BACKEND_SECRET,
      body: 'REQUEST_BODY',
      at: 1632188626483,
      v3: 'jf872r5vscVcxCiDRHA4rGrqe/8BPLNVkdJSHdMnGTU=',
    },
    {
      ...BACKEND,
      secret: BACKEND_SECRET,
      body: '',
      at: 1632188626483,
      v3: 'csXgk7UbrE9F8ZmMvbpuKBxqIvTSqU1EX9pI/SJtxSE=',
    },
  ])(
    'v3 of $method $path with body "$body" is accepted',
    ({ publicUrl, path, method, secret, body, at, v3 }) => {
      const request: SignedRequest = {
        ...BASE,
        publicUrl,
        pathAndQuery: path,
        method,
        secrets: [secret],
        rawBody: bytesOf(body),
        now: at,
        headers: { 'x-hubspot-signature-v3': v3, 'x-hubspot-request-timestamp': String(at) },
      };
      expect(verifySignature(request)).toEqual({ ok: true, version: 'v3' });
      expect(verifySignature({ ...request, rawBody: bytesOf(`${body} `) })).toEqual({
        ok: false,
        reason: 'signature-forged',
      });
    },
  );

  it.each([
    {
      ...DEV,
      secret: DEV_SECRET,
      body: '',
      v2: '99080134002180aee8d0884d21ad51288c43b57e9953e4db1e3757999b35c392',
    },
    {
      ...DEV,
      secret: DEV_SECRET,
      body: '{"a":1,"b":2}',
      v2: 'bc131b34cd63dafbbd2e969e87167311f5f6c0cd543c90fe84c73496093cf4a2',
    },
    {
      ...BACKEND,
      secret: BACKEND_SECRET,
      body: 'REQUEST_BODY',
      v2: '57bb01a6e6ac92919b5e715d68f40265328701bbf1cf3fd73772887069945766',
    },
    {
      ...BACKEND,
      secret: BACKEND_SECRET,
      body: '',
      v2: 'befaef2b7354f11bf651f6468e8b5cf6bd449048deaf057f712980afb2a682f5',
    },
    {
      ...SDK,
      method: 'GET',
      secret: SDK_SECRET,
      body: '',
      v2: 'eee2dddcc73c94d699f5e395f4b9d454a069a6855fbfa152e91e88823087200e',
    },
    {
      ...SDK,
      method: 'POST',
      secret: SDK_SECRET,
      body: '{"example_field":"example_value"}',
      v2: '9569219f8ba981ffa6f6f16aa0f48637d35d728c7e4d93d0d52efaa512af7900',
    },
  ])('v2 of $method $path with body "$body" is accepted', ({ publicUrl, path, method, secret, body, v2 }) => {
    const request: SignedRequest = {
      ...BASE,
      publicUrl,
      pathAndQuery: path,
      method,
      secrets: [secret],
      rawBody: bytesOf(body),
      accept: ['v3', 'v2'],
      headers: v2Headers(v2),
    };
    expect(verifySignature(request)).toEqual({ ok: true, version: 'v2' });
    expect(verifySignature({ ...request, rawBody: bytesOf(`${body} `) })).toEqual({
      ok: false,
      reason: 'signature-forged',
    });
  });
});
