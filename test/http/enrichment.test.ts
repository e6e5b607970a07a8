import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { enrichmentRoute } from '../../server/http/followUp.ts';
import { startApp, toolHeaders, type StartedApp } from './signedApp.ts';

const { path, body } = enrichmentRoute.example;
const MINUTE = 60_000;

describe('results of the enrichment tool', () => {
  let app: StartedApp;
  beforeAll(async () => {
    app = await startApp();
  });
  afterAll(() => app.close());

  const now = Number(toolHeaders(body)['x-mql-timestamp']);

  it('are taken with its signature', async () => {
    const answer = await app.send({ path, body, headers: toolHeaders(body) }, { query: '' });
    expect(answer.json).toEqual({ ok: true, taken: true });
    expect(app.calls.at(-1)).toMatchObject({ flow: 'takeEnrichment', rest: [body] });
  });

  it.each([
    { what: 'no signature', headers: {}, kind: 'signature-missing' },
    {
      what: 'another secret',
      headers: toolHeaders(body, { secret: 'another secret' }),
      kind: 'signature-forged',
    },
    {
      what: 'the secret of another portal',
      headers: toolHeaders(body, { portalId: 9 }),
      kind: 'signature-forged',
    },
    {
      what: 'a signature of ours, sent back',
      headers: toolHeaders(body, { direction: 'to-tool' }),
      kind: 'signature-forged',
    },
    {
      what: 'another body',
      headers: toolHeaders({ ...(body as object), id: 'x' }),
      kind: 'signature-forged',
    },
    {
      what: 'an old one',
      headers: toolHeaders(body, { timestampMs: now - 6 * MINUTE }),
      kind: 'signature-stale',
    },
    {
      what: 'one of tomorrow',
      headers: toolHeaders(body, { timestampMs: now + 6 * MINUTE }),
      kind: 'signature-future',
    },
    {
      what: 'no time',
      headers: { ...toolHeaders(body), 'x-mql-timestamp': 'now' },
      kind: 'timestamp-invalid',
    },
  ])('are refused with $what', async ({ headers, kind }) => {
    const before = app.calls.length;
    const answer = await app.send({ path, body, headers }, { query: '' });
    expect(answer).toMatchObject({ status: 401, json: { kind } });
    expect(app.calls).toHaveLength(before);
  });

  it('are refused for a portal that is not served, and with properties that it has no business with', async () => {
    const of = (over: object): { path: string; body: object; headers: Readonly<Record<string, string>> } => {
      const sent = { portalId: 0, ...(body as object), ...over };
      return { path, body: sent, headers: toolHeaders(sent, { portalId: sent.portalId }) };
    };
    expect((await app.send(of({ portalId: 9 }), { query: '' })).json.kind).toBe('portal-unknown');
    const owner = of({ found: { hubspot_owner_id: '1' } });
    expect((await app.send(owner, { query: '' })).json.kind).toBe('body-invalid');
  });
});
