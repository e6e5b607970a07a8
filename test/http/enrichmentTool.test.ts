import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createEnrichmentTool } from '../../server/tools/enrichmentTool.ts';
import { isPublicAddress } from '../../server/tools/publicAddress.ts';
import { secretOfPortal, signBody } from '../../server/tools/signature.ts';

const SECRET = 'secret of the installation';
const NOW = Date.parse('2026-11-28T09:00:00Z');
const CALL = { id: 'x.1', portalId: 7, contactId: '12', checks: ['phone'] };

describe('an enrichment tool', () => {
  let server: Server;
  let port: number;
  let connections = 0;
  let answer: { readonly status: number; readonly headers?: Record<string, string> } = { status: 200 };
  const seen: { path: string; headers: IncomingMessage['headers']; body: string }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url: path = '', headers } = request;
        seen.push({ path, headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(answer.status, answer.headers).end('taken');
      });
    });
    server.on('connection', () => (connections += 1));
    server.listen(0);
    await once(server, 'listening');
    port = (server.address() as AddressInfo).port;
  });
  afterEach(() => {
    answer = { status: 200 };
    seen.length = 0;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  const tool = (privateAddresses: boolean) =>
    createEnrichmentTool({ secret: SECRET, privateAddresses, timeoutMs: 5_000, now: () => new Date(NOW) });

  it('is told with the secret of its portal', async () => {
    await tool(true).tell(`http://127.0.0.1:${port}/enrich`, CALL);
    const body = JSON.stringify(CALL);
    const signature = signBody(secretOfPortal(SECRET, 7), 'to-tool', NOW, body);
    expect(seen).toMatchObject([{ path: '/enrich', body, headers: { 'x-mql-signature': signature } }]);
    expect(tool(true).secretOf(7)).toBe(secretOfPortal(SECRET, 7));
    expect(tool(true).secretOf(8)).not.toBe(tool(true).secretOf(7));
  });

  it.each([302, 307, 404, 500])(
    'that answers with %i has not taken it, and leads nowhere else',
    async (status) => {
      answer = { status, headers: { location: `http://127.0.0.1:${port}/elsewhere` } };
      await expect(tool(true).tell(`http://127.0.0.1:${port}/enrich`, CALL)).rejects.toThrow(
        `status ${status}`,
      );
      expect(seen.map(({ path }) => path)).toEqual(['/enrich']);
    },
  );

  it.each(['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f.1', '2130706433'])(
    'is not sought in our own network, as %s',
    async (host) => {
      const before = connections;
      const told = tool(false).tell(`https://${host}:${port}/enrich`, CALL);
      await expect(told).rejects.toMatchObject({ cause: { name: 'PrivateAddressError' } });
      await expect(tool(false).tell(`http://${host}:${port}/enrich`, CALL)).rejects.toThrow();
      expect(connections).toBe(before);
    },
  );
});

it.each([
  ['10.1.2.3', false],
  ['100.64.0.1', false],
  ['169.254.169.254', false],
  ['172.31.255.255', false],
  ['172.32.0.1', true],
  ['192.168.1.1', false],
  ['0.0.0.0', false],
  ['255.255.255.255', false],
  ['93.184.215.14', true],
  ['::', false],
  ['fe80::1', false],
  ['fd00::1', false],
  ['::ffff:93.184.215.14', false],
  ['64:ff9b::a01:203', false],
  ['2002:a01:203::', false],
  ['2606:4700::1111', true],
  ['not an address', false],
])('%s is of the internet: %s', (address, isPublic) => {
  expect(isPublicAddress(address)).toBe(isPublic);
});
