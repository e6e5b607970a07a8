/**
 * What cannot be read is refused, with a sentence, and changes nothing. Taking a guard out makes the named test fail:
 *
 * | guard                        | test                                                       |
 * |------------------------------|------------------------------------------------------------|
 * | size limit                   | a body over 1 MB is refused                                |
 * | UTF-8                        | invalid UTF-8 is refused, not repaired                     |
 * | content type, no compression | only plain JSON is read                                    |
 * | __proto__                    | a body cannot reach a prototype                            |
 * | shape of the body            | a body that does not fit is refused with its fields named  |
 * | unknown fields               | a body that does not fit is refused with its fields named  |
 */

import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { acceptanceRoute } from '../../server/http/acceptances.ts';
import { BODY_LIMIT_BYTES } from '../../server/http/app.ts';
import { cardRoute } from '../../server/http/card.ts';
import { undoRoute } from '../../server/http/undo.ts';
import type { StartedApp } from './signedApp.ts';
import { REJECTION, rejectionWith, startApp } from './signedApp.ts';

const rejection = rejectionWith({}).body;

let app: StartedApp;
beforeAll(async () => {
  app = await startApp();
});
afterEach(() => {
  app.calls.length = 0;
});
afterAll(() => app.close());

describe('what cannot be read is refused, with a sentence, and changes nothing', () => {
  it.each([
    { what: 'no reason', body: rejectionWith({ reason: undefined }), names: 'reason' },
    { what: 'a reason that is a number', body: rejectionWith({ reason: 7 }), names: 'reason' },
    { what: 'a requestId that is no UUID', body: rejectionWith({ requestId: 'again' }), names: 'requestId' },
    {
      what: 'a record of an unknown type',
      body: rejectionWith({ record: { objectTypeId: '0-2', objectId: '1' } }),
      names: 'record.objectTypeId',
    },
    {
      what: 'a record id with letters',
      body: rejectionWith({ record: { objectTypeId: '0-1', objectId: "1' or 1=1" } }),
      names: 'record.objectId',
    },
    {
      what: 'a switch that is a text',
      body: rejectionWith({ keptDespiteEvidence: 'yes' }),
      names: 'keptDespiteEvidence',
    },
    { what: 'an unknown field', body: rejectionWith({ disposition: 'recycle' }), names: 'disposition' },
    {
      what: 'a field inherited by every object',
      body: rejectionWith({ constructor: {} }),
      names: 'constructor',
    },
    { what: 'a list', body: { path: '/v1/rejections', body: [rejection] }, names: 'the whole' },
    { what: 'a bare number', body: { path: '/v1/rejections', body: 5 }, names: 'the whole' },
    {
      what: 'an acceptance without a record',
      body: { ...acceptanceRoute.example, body: { requestId: rejection.requestId } },
      names: 'record',
    },
    {
      what: 'an undo with a long reason',
      body: { ...undoRoute.example, body: { requestId: rejection.requestId, reason: 'x'.repeat(2_001) } },
      names: 'reason',
    },
  ])('a body that does not fit is refused with its fields named ($what)', async ({ body, names }) => {
    const answer = await app.send(body);
    expect(answer).toMatchObject({ status: 400, json: { ok: false, kind: 'body-invalid', retry: false } });
    expect(answer.json.sentence).toContain(names);
    expect(app.calls).toEqual([]);
  });

  it.each([
    { what: 'no record', path: '/v1/card', names: 'objectTypeId' },
    { what: 'half a record', path: '/v1/card?objectTypeId=0-1', names: 'objectId' },
    { what: 'an unknown type', path: '/v1/card?objectTypeId=0-5&objectId=1', names: 'objectTypeId' },
  ])('a query that does not fit is refused with its fields named ($what)', async ({ path, names }) => {
    const answer = await app.send({ path });
    expect(answer).toMatchObject({ status: 400, json: { kind: 'query-invalid' } });
    expect(answer.json.sentence).toContain(names);
    expect(app.calls).toEqual([]);
  });

  it('a record named twice is refused', async () => {
    const answer = await app.send({ path: `${cardRoute.example.path}&objectId=902` });
    expect(answer).toMatchObject({ status: 400, json: { kind: 'query-invalid' } });
    expect(answer.json.sentence).toContain('objectId');
    expect(app.calls).toEqual([]);
  });

  it('a note of 100 kB reaches the flow, which refuses it with a sentence', async () => {
    const answer = await app.send(rejectionWith({ note: 'n'.repeat(100_000) }));
    expect(answer.status).toBe(200);
    expect(app.calls[0]?.rest[0]).toMatchObject({ note: 'n'.repeat(100_000) });
    const tooLong = await app.send(rejectionWith({ note: 'n'.repeat(200_001) }));
    expect(tooLong).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
  });

  it('a body over 1 MB is refused', async () => {
    const answer = await app.send({
      path: '/v1/rejections',
      bytes: new Uint8Array(BODY_LIMIT_BYTES + 1).fill(0x20),
    });
    expect(answer).toMatchObject({ status: 413, json: { ok: false, kind: 'body-too-large', retry: false } });
    expect(app.calls).toEqual([]);
    const atLimit = await app.send({
      path: '/v1/rejections',
      bytes: new Uint8Array(BODY_LIMIT_BYTES).fill(0x20),
    });
    expect(atLimit).toMatchObject({ status: 400, json: { kind: 'body-not-json' } });
  });

  it('invalid UTF-8 is refused, not repaired', async () => {
    const whole = new TextEncoder().encode(JSON.stringify({ ...rejection, note: 'caf_' }));
    const bytes = whole.map((byte) => (byte === 0x5f ? 0xe9 : byte));
    const answer = await app.send({ path: '/v1/rejections', bytes });
    expect(answer).toMatchObject({ status: 400, json: { kind: 'body-not-utf8' } });
    expect(app.calls).toEqual([]);
  });

  it.each(['', '{', '{"a":1}}', 'undefined', "{'a':1}", '\u0000', '['.repeat(500_000)])(
    'what is no JSON is refused (%#)',
    async (text) => {
      const answer = await app.send({
        method: 'POST',
        path: '/v1/rejections',
        bytes: new TextEncoder().encode(text),
        headers: { 'content-type': 'application/json' },
      });
      expect(answer).toMatchObject({ status: 400, json: { kind: 'body-not-json' } });
      expect(app.calls).toEqual([]);
    },
  );

  it('JSON nested deeper than can be read is refused like any other that cannot be read', async () => {
    const text = '['.repeat(500_000) + ']'.repeat(500_000);
    const answer = await app.send({ path: '/v1/rejections', bytes: new TextEncoder().encode(text) });
    expect(answer.status).toBe(400);
    expect(app.calls).toEqual([]);
  });

  it.each([
    { 'content-type': 'text/plain' },
    { 'content-type': 'application/x-www-form-urlencoded' },
    { 'content-type': 'application/json; charset=utf-16' },
    { 'content-type': 'multipart/form-data; boundary=x' },
  ])('only plain JSON is read (%j)', async (headers) => {
    const answer = await app.send({ ...REJECTION, headers });
    expect(answer).toMatchObject({ status: 415, json: { kind: 'body-not-json-type' } });
    expect(app.calls).toEqual([]);
  });

  it('only plain JSON is read (compressed)', async () => {
    const bytes = gzipSync(JSON.stringify(rejection));
    const answer = await app.send({ path: '/v1/rejections', bytes, headers: { 'content-encoding': 'gzip' } });
    expect(answer).toMatchObject({ status: 415, json: { kind: 'body-not-json-type' } });
    expect(app.calls).toEqual([]);
  });

  it.each(['{"__proto__":{"ok":true}}', '{"requestId":"x","record":{"__proto__":{"objectId":"1"}}}'])(
    'a body cannot reach a prototype (%s)',
    async (text) => {
      const answer = await app.send({ path: '/v1/rejections', bytes: new TextEncoder().encode(text) });
      expect(answer).toMatchObject({ status: 400, json: { kind: 'body-invalid' } });
      expect(answer.json.sentence).toContain('__proto__');
      expect(Object.hasOwn(Object.prototype, 'ok')).toBe(false);
      expect(app.calls).toEqual([]);
    },
  );
});
