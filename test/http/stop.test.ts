/**
 * | guard                                   | test                                                              |
 * |-----------------------------------------|-------------------------------------------------------------------|
 * | running requests come to their end      | what runs is finished, and what comes after is told to come again |
 * | 503 over open connections               | what runs is finished, and what comes after is told to come again |
 * | no new connections                      | nobody new gets in                                                |
 * | connections that become idle are closed | an open connection does not hold the stop up                      |
 * | deadline                                | what does not end is cut at the deadline                          |
 */

import { once } from 'node:events';
import type { Socket } from 'node:net';
import { connect } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startServer, stopServer } from '../../server/http/listen.ts';

const LONG_MS = 50_000;

/** A server whose answers wait until they are let go. */
const startHeld = async () => {
  let letGo: (() => void) | undefined;
  const held = new Promise<void>((resolve) => (letGo = resolve));
  let entered: (() => void) | undefined;
  const isInside = new Promise<void>((resolve) => (entered = resolve));
  const { server, url } = await startServer(
    (req, res) => {
      entered?.();
      const answer = () => res.end(`answer to ${req.url ?? ''}`);
      if (req.url === '/held') void held.then(answer);
      else answer();
    },
    { port: 0, host: '127.0.0.1' },
  );
  return { server, port: Number(new URL(url).port), isInside, letGo: () => letGo?.() };
};

const dial = async (port: number): Promise<Socket> => {
  const socket = connect(port, '127.0.0.1');
  await once(socket, 'connect');
  return socket;
};

const get = (path: string) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;

const readAll = async (socket: Socket): Promise<string> => {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
};

describe('stopping', () => {
  it('what runs is finished, and what comes after is told to come again', async () => {
    const { server, port, isInside, letGo } = await startHeld();
    const socket = await dial(port);
    socket.write(get('/held'));
    await isInside;
    const stopped = stopServer(server, { deadlineMs: LONG_MS });
    socket.write(get('/late'));
    letGo();
    const answers = await readAll(socket);
    expect(answers).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(answers).toContain('answer to /held');
    expect(answers).toContain('HTTP/1.1 503 Service Unavailable');
    expect(answers).toMatch(/retry-after: 1/i);
    expect(answers).toContain('"kind":"stopping"');
    expect(answers).toContain('"retry":true');
    expect(answers).not.toContain('answer to /late');
    expect(await stopped).toBe('drained');
  });

  it('nobody new gets in', async () => {
    const { server, port, isInside, letGo } = await startHeld();
    const socket = await dial(port);
    socket.write(get('/held'));
    await isInside;
    const stopped = stopServer(server, { deadlineMs: LONG_MS });
    await expect(dial(port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    letGo();
    await readAll(socket);
    expect(await stopped).toBe('drained');
  });

  it('an open connection does not hold the stop up', async () => {
    const { server, port, isInside, letGo } = await startHeld();
    const [idle, busy] = [await dial(port), await dial(port)];
    idle.write(get('/quick'));
    await once(idle, 'data');
    busy.write(get('/held'));
    await isInside;
    const stopped = stopServer(server, { deadlineMs: LONG_MS });
    letGo();
    await Promise.all([readAll(idle), readAll(busy)]);
    expect(await stopped).toBe('drained');
  });

  it('what does not end is cut at the deadline', async () => {
    const { server, port, isInside, letGo } = await startHeld();
    const socket = await dial(port);
    socket.write(get('/held'));
    await isInside;
    const closed = once(socket, 'close');
    expect(await stopServer(server, { deadlineMs: 10 })).toBe('cut');
    await closed;
    letGo();
  });

  it('a port that is taken is an error with its code', async () => {
    const { server, port, letGo } = await startHeld();
    letGo();
    await expect(startServer(() => undefined, { port, host: '127.0.0.1' })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
    expect(await stopServer(server, { deadlineMs: LONG_MS })).toBe('drained');
  });
});
