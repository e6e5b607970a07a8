import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { FetchOrder, HostUser, ProxyFault } from '../../sandbox/host/protocol.ts';
import { createFetchProxy } from '../../sandbox/host/proxy.ts';
import { CLIENT_SECRET, PUBLIC_URL, startBackend } from './stage.ts';

const USER: HostUser = {
  id: 7001,
  ownerId: '9001',
  email: 'rita.rep@example.com',
  firstName: 'Rita',
  lastName: 'Rep',
};
const NOW = 1_795_372_797_220;

describe("the host's proxy for hubspot.fetch", () => {
  let backend: Awaited<ReturnType<typeof startBackend>>;
  let fault: ProxyFault = { kind: 'none' };
  beforeAll(async () => {
    backend = await startBackend();
  });
  afterAll(() => backend.close());
  beforeEach(() => {
    backend.seen.length = 0;
    backend.answerWith(() => ({ status: 200, body: { ok: true } }));
    fault = { kind: 'none' };
  });

  const proxyTo = (localUrl: string) =>
    createFetchProxy({
      portalId: 42,
      appId: 4242,
      clientSecret: CLIENT_SECRET,
      backend: { publicUrl: PUBLIC_URL, localUrl },
      permittedFetch: [PUBLIC_URL],
      now: () => Promise.resolve(NOW),
      fault: () => fault,
    });
  const order = (changes: Partial<FetchOrder> = {}): FetchOrder => ({
    url: `${PUBLIC_URL}/v1/rejections?x=1`,
    method: 'POST',
    headers: {},
    body: { note: 'ünïcode' },
    ...changes,
  });

  it('signs the public URL with who is asking in it, and the body as it is sent', async () => {
    const { status, answer } = await proxyTo(backend.url)(order(), USER);
    expect([status, answer.status, answer.responseBody]).toEqual([200, 'success', { ok: true }]);
    const [seen] = backend.seen;
    expect(seen?.validSignature).toBe(true);
    expect(seen?.body).toBe('{"note":"ünïcode"}');
    expect(seen?.headers['x-hubspot-request-timestamp']).toBe(String(NOW));
    expect(Object.fromEntries(new URL(seen?.url ?? '', PUBLIC_URL).searchParams)).toEqual({
      x: '1',
      userId: '7001',
      portalId: '42',
      userEmail: 'rita.rep@example.com',
      appId: '4242',
    });
  });

  it('replaces an identity that the card writes into the URL itself', async () => {
    await proxyTo(backend.url)(order({ url: `${PUBLIC_URL}/a?userId=1&portalId=2` }), USER);
    const { searchParams } = new URL(backend.seen[0]?.url ?? '', PUBLIC_URL);
    expect([searchParams.getAll('userId'), searchParams.getAll('portalId')]).toEqual([['7001'], ['42']]);
  });

  it.each([
    {
      what: 'a status that is no success',
      reply: { status: 409, body: { why: 'taken' } },
      code: '409',
      tries: 1,
    },
    {
      what: 'a failure of the server, after one more try',
      reply: { status: 503, body: { why: 'busy' } },
      code: '503',
      tries: 2,
    },
    {
      what: 'a redirect, which is not followed',
      reply: { status: 302, body: {}, headers: { location: '/b' } },
      code: '302',
      tries: 1,
    },
  ])('wraps $what', async ({ reply, code, tries }) => {
    backend.answerWith(() => reply);
    const { status, answer } = await proxyTo(backend.url)(order(), USER);
    expect(status).toBe(200);
    expect(answer).toMatchObject({
      status: 'error',
      category: 'BAD_GATEWAY',
      context: { appServerStatusCode: [code] },
      responseBody: reply.body,
    });
    expect(backend.seen).toHaveLength(tries);
  });

  it('tries once more when the connection breaks, with the same body', async () => {
    backend.answerWith((_request, nth) => (nth === 1 ? 'cut' : { status: 200, body: { nth } }));
    const { answer } = await proxyTo(backend.url)(order(), USER);
    expect(answer.responseBody).toEqual({ nth: 2 });
    expect(backend.seen.map(({ body }) => body)).toEqual(['{"note":"ünïcode"}', '{"note":"ünïcode"}']);
  });

  it('wraps a dead backend', async () => {
    const gone = await startBackend();
    await gone.close();
    const { answer } = await proxyTo(gone.url)(order(), USER);
    expect(answer).toMatchObject({ category: 'BAD_GATEWAY', context: { appServerStatusCode: ['500'] } });
  });

  it('gives up at the time-out that the card asked for', async () => {
    backend.answerWith(() => 'silence');
    const { answer } = await proxyTo(backend.url)(order({ timeoutMs: 50 }), USER);
    expect(answer.context.appServerStatusCode).toEqual(['504']);
  });

  it.each([
    { what: 'a header of its own', changes: { headers: { 'x-own': '1' } }, message: /Only 'Authorization'/ },
    {
      what: 'two headers',
      changes: { headers: { authorization: 'a', accept: 'b' } },
      message: /Only 'Authorization'/,
    },
    {
      what: 'an address that is not permitted',
      changes: { url: 'https://evil.example.com/a' },
      message: /permittedUrls/,
    },
    {
      what: 'a host that only begins like the permitted one',
      changes: { url: `${PUBLIC_URL}.evil.example/a` },
      message: /permittedUrls/,
    },
    { what: 'plain http', changes: { url: 'http://fixture.example.com/a' }, message: /permittedUrls/ },
    { what: 'an unknown method', changes: { method: 'TRACE' }, message: /not supported/ },
    { what: 'a body over 1 MB', changes: { body: { note: 'x'.repeat(1024 * 1024) } }, message: /1 MB/ },
  ])('refuses $what, and the backend hears nothing', async ({ changes, message }) => {
    const { status, answer } = await proxyTo(backend.url)(order(changes), USER);
    expect([status, answer.category]).toEqual([400, 'VALIDATION_ERROR']);
    expect(answer.message).toMatch(message);
    expect(backend.seen).toHaveLength(0);
  });

  it('passes an Authorization header on', async () => {
    await proxyTo(backend.url)(order({ headers: { Authorization: 'Bearer x' } }), USER);
    expect(backend.seen[0]?.headers.authorization).toBe('Bearer x');
  });

  it('lets twenty requests run at once and refuses the next with 429', async () => {
    backend.answerWith(() => 'silence');
    const proxy = proxyTo(backend.url);
    const running = Array.from({ length: 20 }, () => proxy(order({ timeoutMs: 300 }), USER));
    const { status, answer } = await proxy(order(), USER);
    expect([status, answer.category]).toEqual([429, 'RATE_LIMITS']);
    await Promise.all(running);
    backend.answerWith(() => ({ status: 200, body: {} }));
    expect((await proxy(order(), USER)).status).toBe(200);
  });

  it.each([
    { switched: { kind: 'dead' }, code: '500', heard: 0 },
    { switched: { kind: 'status', status: 429 }, code: '429', heard: 0 },
    { switched: { kind: 'status', status: 500 }, code: '500', heard: 0 },
    { switched: { kind: 'slow', seconds: 60 }, code: '504', heard: 0 },
    { switched: { kind: 'answer-lost' }, code: '200', heard: 2 },
  ] as const)('shows the switched fault $switched to the card', async ({ switched, code, heard }) => {
    fault = switched;
    const { answer } = await proxyTo(backend.url)(order({ timeoutMs: 200 }), USER);
    expect(answer.context.appServerStatusCode).toEqual([code]);
    expect(backend.seen).toHaveLength(heard);
  });
});
