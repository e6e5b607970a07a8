import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { z } from 'zod';
import { createHubSpotClient, type HubSpotClient } from '../../server/hubspot/client.ts';
import { checkRequest, isKnown } from '../sandbox/sdkSchemas.ts';
import { buildStep, openLab, type Lab } from './lab.ts';
import { ALL_KINDS, KINDS, openScene } from './scenes.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await openLab();
});
afterAll(() => lab.close());

const REF = { portalId: 1, timeZone: 'UTC' };
const WRITE = { method: 'POST', path: '/crm/objects/2026-09/notes', body: {} } as const;

function clientFor(baseUrl: string, timeoutMs = 5_000): HubSpotClient {
  return createHubSpotClient({
    baseUrl,
    tokenFor: () => Promise.resolve('secret-token'),
    budget: lab.budget({}),
    timeoutMs,
    log: { warn: (facts, message) => void lab.logged.push({ facts, message }) },
  });
}

/** A server that does with each connection what no HTTP server would. */
const servers: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function rawServer(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined); // the client hangs up on us: that is the test
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    for (const socket of sockets) socket.destroy();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  servers.push({ close });
  return { url: `http://127.0.0.1:${port}`, close };
}

describe('a call', () => {
  it('that finds nobody listening did not happen', async () => {
    const server = await rawServer(() => undefined);
    await server.close();
    await expect(clientFor(server.url).call(REF, WRITE, z.unknown())).rejects.toMatchObject({
      kind: 'connection-refused',
      retry: true,
      mayHaveHappened: false,
    });
  });

  it('to an unknown host did not happen', async () => {
    await expect(
      clientFor('http://no-such-host.invalid').call(REF, WRITE, z.unknown()),
    ).rejects.toMatchObject({ kind: 'connection-refused', mayHaveHappened: false });
  });

  it('that is hung up on may have happened', async () => {
    const server = await rawServer((socket) => socket.once('data', () => socket.destroy()));
    await expect(clientFor(server.url).call(REF, WRITE, z.unknown())).rejects.toMatchObject({
      kind: 'connection-cut',
      mayHaveHappened: true,
    });
  });

  it('whose answer drips in more slowly than the time limit is given up and cut', async () => {
    const closed = Promise.withResolvers<void>();
    const server = await rawServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{');
        const drip = setInterval(() => socket.write(' '), 20);
        socket.once('close', () => {
          clearInterval(drip);
          closed.resolve();
        });
      });
    });
    await expect(clientFor(server.url, 200).call(REF, WRITE, z.unknown())).rejects.toMatchObject({
      kind: 'timeout',
      mayHaveHappened: true,
    });
    await closed.promise;
  });

  it('whose answer comes after the time limit has its connection dropped then', async () => {
    const closed = Promise.withResolvers<void>();
    const answer = Promise.withResolvers<void>();
    const server = await rawServer((socket) => {
      socket.once('close', () => closed.resolve());
      socket.once('data', () => {
        void answer.promise.then(() =>
          socket.write(
            'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{',
          ),
        );
      });
    });
    await expect(clientFor(server.url, 100).call(REF, WRITE, z.unknown())).rejects.toMatchObject({
      kind: 'timeout',
    });
    answer.resolve();
    await closed.promise;
  });

  it('is refused before it is made when the portal has no token', async () => {
    const portal = await lab.openPortal({ provisioned: false });
    const client = createHubSpotClient({
      baseUrl: lab.crmUrl,
      tokenFor: () => Promise.reject(new Error('no token')),
      budget: lab.budget({}),
      timeoutMs: 1_000,
      log: { warn: () => undefined },
    });
    await expect(
      client.call({ portalId: portal.portalId, timeZone: 'UTC' }, WRITE, z.unknown()),
    ).rejects.toThrow('no token');
    expect(await portal.log()).toEqual([]);
  });

  it('with a wrong token is answered as unauthorized, and the token is in no log', async () => {
    await expect(
      clientFor(lab.crmUrl).call(REF, { method: 'GET', path: '/account-info/2026-09/details' }, z.unknown()),
    ).rejects.toMatchObject({ kind: 'unauthorized' });
    expect(lab.logged.at(-1)).toMatchObject({ facts: { portalId: 1, kind: 'unauthorized', status: 401 } });
    expect(JSON.stringify(lab.logged)).not.toContain('secret-token');
  });
});

/** The SDK has no sequences and no account, and of preferences an older version. */
const NOT_IN_SDK = ['/account-info/', '/automation/sequences/', '/communication-preferences/2026-09/'];

it('every request of the gateway has the shape that HubSpot’s SDK gives it', async () => {
  const portal = await lab.openPortal();
  for (const kind of ALL_KINDS) {
    const scene = await openScene(portal);
    const step = buildStep(scene.contactId, await KINDS[kind].change(scene), {
      expected: { firstname: 'Other' },
    });
    await portal.apply(step);
    await portal.apply({ ...step, lookFirst: true });
    const { facts } = await portal.gateway.readLeads(portal.map, [scene.contactId]);
    expect(facts[0]?.leads[0]?.leadId).toBe(scene.leadId);
    const contacts = await portal.gateway.readContactsOfLeads(portal.map, [scene.leadId]);
    expect([...contacts]).toEqual([[scene.leadId, scene.contactId]]);
  }
  expect(await portal.gateway.readOwners(portal.map)).toEqual([
    { ownerId: '501', userId: 901, name: 'Mia Sales' },
    { ownerId: '502', userId: 902, name: 'Ben Sales' },
  ]);
  const requests = (await portal.log()).filter(({ path }) => !NOT_IN_SDK.some((api) => path.startsWith(api)));
  expect(requests.filter(({ method, path }) => !isKnown(method, path))).toEqual([]);
  const problems = requests.flatMap(({ method, path, body }) =>
    checkRequest(method, path, body).map((problem) => `${method} ${path}: ${problem}`),
  );
  expect([...new Set(problems)]).toEqual([]);
});
