import { describe, expect, it } from '@jest/globals';
import { decodedForV3, signV2, signV3 } from '../../sandbox/host/signature.ts';

// From the specification files inside @hubspot/ui-extensions-dev-server (signing.spec.js), which name HubSpot's
// backend test WebhookSignatureGeneratorTest as their source.
const REQUEST = {
  clientSecret: 'f6e94c08-85d0-4608-bcc6-e1850176e7b8',
  method: 'POST',
  url: 'https://www.hubspot.com/webhook',
  timestampMs: 1632188626483,
};

describe("the sandbox's signatures", () => {
  it.each([
    { rawBody: 'REQUEST_BODY', expected: 'jf872r5vscVcxCiDRHA4rGrqe/8BPLNVkdJSHdMnGTU=' },
    { rawBody: '', expected: 'csXgk7UbrE9F8ZmMvbpuKBxqIvTSqU1EX9pI/SJtxSE=' },
  ])("give HubSpot's published version 3 for the body '$rawBody'", ({ rawBody, expected }) => {
    expect(signV3({ ...REQUEST, rawBody })).toBe(expected);
  });

  it('give the version 2 that the hash of secret, method, URL and body is', () => {
    // sha256 of "secretGEThttps://example.com/a", computed with sha256sum.
    expect(signV2({ clientSecret: 'secret', method: 'GET', url: 'https://example.com/a', rawBody: '' })).toBe(
      'b79ca6b11a712ac0e1cf13e67c984db6c1516c164b2292a094beebf3569c26d2',
    );
  });

  it('decode only the twelve listed characters, whatever their case, and leave the others encoded', () => {
    expect(decodedForV3('https://a.example/?e=mia%40x.com&t=1%3A2%3a3&s=%20%26%25')).toBe(
      'https://a.example/?e=mia@x.com&t=1:2:3&s=%20%26%25',
    );
  });
});
