/**
 * HubSpot in a mood that the sandbox does not have: a proxy in front of it that changes requests on their way
 * there, over real HTTP.
 */

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Variant = { readonly url: string; readonly close: () => Promise<void> };

type Rewritten = { readonly path: string; readonly body: string };

/** `rewrite` gets each request (its body as text) and gives the one that HubSpot sees. */
export async function openVariant(
  target: string,
  rewrite: (request: Rewritten) => Rewritten,
): Promise<Variant> {
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { path, body } = rewrite({ path: request.url ?? '', body: Buffer.concat(chunks).toString() });
      const answer = await fetch(`${target}${path}`, {
        method: request.method ?? 'GET',
        headers: {
          authorization: request.headers.authorization ?? '',
          ...(body === '' ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === '' ? {} : { body }),
      });
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(await answer.text());
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
