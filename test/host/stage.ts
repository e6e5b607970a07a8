import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { startCrm } from '../../sandbox/crm/server.ts';
import { startHost } from '../../sandbox/host/server.ts';

export const PORTAL_ID = 91_000_001;
export const CLIENT_SECRET = 'host-test-secret';
export const PUBLIC_URL = 'https://fixture.example.com';
export const REP = { id: 7001, ownerId: '9001', email: 'rita.rep@example.com' } as const;

export type Seen = {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly validSignature: boolean;
};

type Answer = { readonly status: number; readonly body: unknown; readonly headers?: Record<string, string> };

/** A backend that checks signatures as our real one must, keeps what it was asked, and answers as it is told. */
export const startBackend = async () => {
  const seen: Seen[] = [];
  let answer: (request: Seen, nth: number) => Answer | 'cut' | 'silence' = () => ({
    status: 200,
    body: { ok: true },
  });
  const server = createServer((req, res) => {
    const chunks: Buffer[] = [];
    req.on('data', (chunk: Buffer) => chunks.push(chunk));
    req.on('end', () => {
      const body = Buffer.concat(chunks).toString('utf8');
      const { method = '', url = '', headers } = req;
      const request = { method, url, headers, body, validSignature: isSigned(method, url, body, headers) };
      seen.push(request);
      const reply = answer(request, seen.length);
      if (reply === 'silence') return;
      if (reply === 'cut') {
        res.destroy();
        return;
      }
      res.writeHead(reply.status, { 'content-type': 'application/json', ...reply.headers });
      res.end(JSON.stringify(reply.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answerWith: (next: typeof answer) => {
      answer = next;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};

/** Version 3, written here a second time from HubSpot's page, so that a mistake is not shared. */
const isSigned = (method: string, url: string, body: string, headers: IncomingHttpHeaders): boolean => {
  const timestamp = String(headers['x-hubspot-request-timestamp']);
  const decoded = `${PUBLIC_URL}${url}`
    .replaceAll('%3A', ':')
    .replaceAll('%2F', '/')
    .replaceAll('%3F', '?')
    .replaceAll('%40', '@')
    .replaceAll('%2C', ',');
  const wanted = createHmac('sha256', CLIENT_SECRET)
    .update(method + decoded + body + timestamp)
    .digest('base64');
  return headers['x-hubspot-signature-v3'] === wanted;
};

const LONG = 'Wolfeschlegelsteinhausenbergerdorff-Montgomery-Featherstonehaugh';

/** The emulated API with one small portal in it. */
export const startPortal = async () => {
  const crm = await startCrm({ port: 0 });
  const post = async (where: string, body: unknown, method = 'POST'): Promise<Response> => {
    const response = await fetch(`${crm.url}${where}`, {
      method,
      headers: { 'content-type': 'application/json', authorization: 'Bearer host-test-token' },
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${where}: ${response.status} ${await response.text()}`);
    return response;
  };
  await post('/sandbox/portals', {
    portalId: PORTAL_ID,
    timeZone: 'Europe/Berlin',
    accessTokens: ['host-test-token'],
    name: 'Host test',
  });
  await post(`/sandbox/portals/${PORTAL_ID}/import`, {
    owners: [
      { id: REP.ownerId, email: REP.email, firstName: 'Rita', lastName: 'Rep', userId: REP.id },
      { id: '9002', email: 'otto.ops@example.com', firstName: 'Otto', lastName: 'Ops', userId: 7002 },
    ],
    objects: {
      contacts: [
        {
          id: '101',
          properties: {
            firstname: 'Ada',
            lastname: 'Lovelace',
            email: 'ada@example.com',
            company: 'Analytical Engines',
            hs_lead_status: 'NEW',
            lifecyclestage: 'marketingqualifiedlead',
            hubspot_owner_id: REP.ownerId,
          },
        },
        { id: '102', properties: { firstname: 'Bo', lastname: LONG, email: `${LONG}@example.com` } },
        ...Array.from({ length: 60 }, (_, index) => ({
          id: String(200 + index),
          properties: { firstname: 'Row', lastname: `Number ${index}`, email: `row${index}@example.com` },
        })),
      ],
      leads: [
        {
          id: '301',
          properties: { hs_lead_name: 'Ada Lovelace, Ops webinar', hs_pipeline_stage: 'new-stage-id' },
        },
      ],
      tasks: [
        {
          id: '401',
          properties: {
            hs_task_subject: 'Find the right person',
            hs_task_body: '<p>Ask for <b>the CTO</b>.</p><script>document.title = "taken"</script>',
            hs_task_status: 'NOT_STARTED',
            hs_timestamp: '2026-12-01T09:00:00Z',
            hubspot_owner_id: REP.ownerId,
          },
        },
      ],
      notes: [
        {
          id: '501',
          properties: { hs_note_body: 'Budget in spring.', hs_timestamp: '2026-11-20T09:00:00Z' },
        },
      ],
    },
    associations: [
      { from: { type: 'tasks', id: '401' }, to: { type: 'contacts', id: '101' } },
      { from: { type: 'notes', id: '501' }, to: { type: 'contacts', id: '101' } },
      { from: { type: 'leads', id: '301' }, to: { type: 'contacts', id: '101' } },
    ],
    lists: [{ name: 'MQL loop: nurture', members: ['101'] }],
  });
  return { crm, post };
};

/** Everything at once: emulated API, backend, and the host with the fixture project. */
export const startStage = async (extensionsDir = path.join(import.meta.dirname, 'fixtures', 'project')) => {
  const [{ crm, post }, backend] = await Promise.all([startPortal(), startBackend()]);
  const host = await startHost({
    port: 0,
    crmUrl: crm.url,
    portalId: PORTAL_ID,
    appId: 4242,
    clientSecret: CLIENT_SECRET,
    backend: { publicUrl: PUBLIC_URL, localUrl: backend.url },
    extensionsDir,
  });
  return {
    url: host.url,
    crm,
    post,
    backend,
    close: async () => {
      await host.close();
      await Promise.all([crm.close(), backend.close()]);
    },
  };
};
