/** Stands between one server and the emulated HubSpot, and lets the server die before a call or after it. */

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { listen, type Fuse, type Relay } from './relay.ts';

export const startCallRelay = async (crmUrl: string, diesAt: Fuse): Promise<Relay> => {
  const target = new URL(crmUrl);
  const relay = async (asked: IncomingMessage, answer: ServerResponse): Promise<void> => {
    const body = await bytesOf(asked);
    const call = kindOfCall(asked.method ?? '', asked.url ?? '');
    if (diesAt(`before ${call}`)) return void answer.destroy();
    const said = await new Promise<IncomingMessage>((resolve, reject) => {
      const { method, url, headers } = asked;
      request({ host: target.hostname, port: target.port, method, path: url, headers }, resolve)
        .once('error', reject)
        .end(body);
    });
    const bytes = await bytesOf(said);
    if (diesAt(`after ${call}`)) return void answer.destroy();
    answer.writeHead(said.statusCode ?? 500, said.rawHeaders).end(bytes);
  };
  const server = createServer((asked, answer) => {
    // A connection that breaks is the death itself: nobody is left to be told.
    relay(asked, answer).catch(() => answer.destroy());
  });
  return listen(server, () => server.closeAllConnections());
};

const bytesOf = async (stream: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
};

/** The method and the path, without its query and the ids in it. */
export const kindOfCall = (method: string, url: string): string => {
  const path = url
    .replace(/\?.*$/, '')
    .split('/')
    .map((part) => (/^\d+$/.test(part) || part.startsWith('mqlr_') ? '{id}' : part))
    .join('/')
    .replace(/\/name\/.*$/, '/name/{name}');
  return `${method} ${path}`;
};
