/**
 * | guard                             | test                                                     |
 * |-----------------------------------|----------------------------------------------------------|
 * | hidden fields                     | planted personal data and secrets do not reach the log   |
 * | shapes (e-mail, token, password)  | planted personal data and secrets do not reach the log   |
 * | allow-list for errors             | an error keeps its kind and place and loses what it says of people |
 * | route instead of path and query   | a request leaves nothing of its people in the log        |
 * | a registry for each app           | two apps in one process do not share a number            |
 */

import { describe, expect, it } from '@jest/globals';
import { createLog, createMetrics } from '../../server/telemetry.ts';
import { rejectionRoute } from '../../server/http/rejections.ts';
import { startApp } from './signedApp.ts';

const EMAIL = 'petra.planted@example.com';
const NOTE = 'Her husband is in hospital';
const TOKEN = 'pat-eu1-12345678-abcd-4bcd-8bcd-1234567890ab';

const linesOf = (write: (log: ReturnType<typeof createLog>) => void): string => {
  const lines: string[] = [];
  write(createLog({ level: 'debug', write: (line) => void lines.push(line) }));
  return lines.join('');
};

describe('the log', () => {
  it.each([
    { what: 'a note', facts: { note: NOTE } },
    { what: 'a note, deep down', facts: { a: { b: { c: { d: [{ note: NOTE }] } } } } },
    { what: 'a whole body', facts: { body: { anything: NOTE } } },
    { what: 'properties of a record', facts: { properties: { mqlr_note: NOTE } } },
    { what: 'the value of an event', facts: { event: { propertyValue: NOTE } } },
    { what: 'an e-mail address by its name', facts: { userEmail: EMAIL } },
    { what: 'an e-mail address by its looks', facts: { who: `asked by ${EMAIL} today` } },
    {
      what: 'an e-mail address in an address',
      facts: { url: `/v1/card?userEmail=${encodeURIComponent(EMAIL)}` },
    },
    { what: 'an e-mail address in a list', facts: { all: [[EMAIL]] } },
    { what: 'a token by its name', facts: { access_token: TOKEN } },
    { what: 'a token by its looks', facts: { said: `invalid token ${TOKEN}` } },
    { what: 'headers', facts: { headers: { authorization: `Bearer ${TOKEN}` } } },
    { what: 'an authorization header', facts: { Authorization: `Bearer ${TOKEN}` } },
    { what: 'a bearer token by its looks', facts: { curl: `-H "Authorization: Bearer ${TOKEN}"` } },
    { what: 'a client secret', facts: { clientSecrets: [TOKEN] } },
    { what: 'a password in an address', facts: { store: `postgres://app:${TOKEN}@db/mql` } },
  ])('planted personal data and secrets do not reach the log ($what)', ({ facts }) => {
    const line = linesOf((log) => log.info(facts, 'something happened'));
    expect(line).toContain('something happened');
    expect(line).not.toContain('planted');
    expect(line).not.toContain('hospital');
    expect(line).not.toContain('12345678');
  });

  it('planted personal data and secrets do not reach the log (in the sentence itself)', () => {
    const line = linesOf((log) => log.warn({}, `could not mail ${EMAIL} with ${TOKEN}`));
    expect(line).toContain('could not mail [hidden] with [hidden]');
  });

  it('what is nobody’s secret stays readable', () => {
    const facts = {
      portalId: 14_500_001,
      kind: 'body-invalid',
      ms: 12,
      steps: ['a', 'b'],
      nothing: null,
      ok: true,
    };
    const line = linesOf((log) => log.info(facts, 'request answered'));
    expect(JSON.parse(line)).toEqual({
      level: 'info',
      time: expect.any(String),
      msg: 'request answered',
      ...facts,
    });
  });

  it('an error keeps its kind and place and loses what it says of people', () => {
    const cause = Object.assign(new Error(`duplicate key, owner ${EMAIL}`), {
      code: '23505',
      detail: `Key (note)=(${NOTE}) already exists.`,
      query: `insert into x values ('${NOTE}')`,
      params: [NOTE],
      response: { data: NOTE },
    });
    const err = Object.assign(new Error('could not record', { cause }), { kind: 'store-busy', retry: true });
    for (const facts of [{ err }, { error: err }]) {
      const line = linesOf((log) => log.error(facts, 'failed'));
      expect(line).not.toMatch(/hospital|planted/);
      expect(Object.values(JSON.parse(line) as object)).toContainEqual({
        type: 'Error',
        message: 'could not record',
        kind: 'store-busy',
        retry: true,
        at: expect.arrayContaining([expect.stringContaining('telemetry.test.ts')]),
        cause: expect.objectContaining({ code: '23505', message: 'duplicate key, owner [hidden]' }),
      });
    }
  });

  it.each([
    () => JSON.parse(`{"note": ${NOTE}`) as unknown,
    () => {
      throw new Error(`invalid input syntax for type integer: "${NOTE}"`);
    },
  ])('an engine that quotes what it could not read is not believed to be discreet (%#)', (fail) => {
    let thrown: unknown;
    try {
      fail();
    } catch (error) {
      thrown = error;
    }
    const line = linesOf((log) => log.error({ err: thrown }, 'failed'));
    expect(line).toMatch(/not valid JSON|invalid input syntax/);
    expect(line).not.toContain('hospital');
  });

  it('a thrown thing that is no error, and a chain of causes that bites its tail, are logged too', () => {
    const loop = new Error('outer');
    loop.cause = loop;
    expect(linesOf((log) => log.error({ err: loop }, 'failed'))).toContain('outer');
    expect(linesOf((log) => log.error({ err: NOTE }, 'failed'))).not.toContain('hospital');
  });

  it('a request leaves nothing of its people in the log', async () => {
    const thrown = Object.assign(new Error(`no room for ${EMAIL}`), { params: [NOTE] });
    const app = await startApp({ recordAcceptance: () => Promise.reject(thrown) });
    try {
      const body = rejectionRoute.example.body as Record<string, unknown>;
      await app.send({ path: '/v1/rejections', body: { ...body, note: NOTE } });
      await app.send({ path: '/v1/rejections', body: { ...body, note: NOTE, [EMAIL]: 1 } });
      await app.send({ path: '/v1/rejections', bytes: new TextEncoder().encode(`{"note": "${NOTE}`) });
      await app.send({ path: '/v1/acceptances', body: { requestId: body.requestId, record: body.record } });
      await app.send({ path: `/${encodeURIComponent(EMAIL)}/${encodeURIComponent(NOTE)}` });
      await app.send({ path: '/v1/card?objectTypeId=0-1&objectId=901' }, { secret: 'planted-secret' });
      expect(app.logLines).toHaveLength(6);
      const log = JSON.stringify(app.logLines);
      expect(log).not.toMatch(/planted|hospital|rep@|rep%40|example\.com|userId|signature":/i);
      expect(app.logLines[0]).toMatchObject({ route: '/v1/rejections', status: 200, portalId: 14_500_001 });
    } finally {
      await app.close();
    }
  });
});

describe('the numbers', () => {
  it('are told in Prometheus’ format, each under its name', async () => {
    const metrics = createMetrics({
      drainLag: () => Promise.resolve(12.5),
      portalsAtWork: () => Promise.resolve(2),
      stepsBegun: () => Promise.resolve(35),
    });
    metrics.observeRequest({ method: 'GET', route: '/v1/card', status: 200, seconds: 0.02 });
    metrics.countRefusal('reason-missing');
    metrics.countSteps('open-task', 'done', 3);
    metrics.countSteps('open-task', 'failed');
    metrics.countHubSpotCall(429);
    metrics.countHubSpotCall('timeout');
    metrics.observeBudgetWait(0.3);
    metrics.countEvents('taken', 7);
    const { text, contentType } = await metrics.read();
    expect(contentType).toContain('text/plain');
    for (const line of [
      'http_request_duration_seconds_bucket{le="0.025",method="GET",route="/v1/card",status="200"} 1',
      'http_refusals_total{kind="reason-missing"} 1',
      'plan_steps_total{kind="open-task",state="done"} 3',
      'plan_steps_total{kind="open-task",state="failed"} 1',
      'drain_lag_seconds 12.5',
      'drain_portals_at_work 2',
      'plan_steps_begun 35',
      'hubspot_calls_total{status="429"} 1',
      'hubspot_calls_total{status="timeout"} 1',
      'hubspot_budget_wait_seconds_bucket{le="0.5"} 1',
      'webhook_events_total{outcome="taken"} 7',
    ])
      expect(text).toContain(line);
  });

  it('two apps in one process do not share a number', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.countRefusal('reason-missing');
    expect((await one.read()).text).toContain('reason-missing');
    expect((await other.read()).text).not.toContain('reason-missing');
  });
});
