/**
 * Stands between one server and PostgreSQL, reads enough of the wire protocol to know a commit when it passes, and
 * lets the server die before the database hears of it, or after it was carried out and before the server knows.
 * A statement outside of a transaction is a commit of its own.
 */

import { connect, createServer, type Socket } from 'node:net';
import { kindOfCommit } from './commits.ts';
import { listen, type Fuse, type Relay } from './relay.ts';

const TYPE_BYTES = 1;
const LENGTH_BYTES = 4;
const IDLE = 'I'.charCodeAt(0);

type Message = { readonly type: string; readonly body: Buffer };

export const startCommitRelay = async (databaseUrl: string, diesAt: Fuse): Promise<Relay> => {
  const { hostname, port } = new URL(databaseUrl);
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const database = connect(Number(port || 5432), hostname);
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.setNoDelay();
      // Either end may be cut off by a death, which is what this is for.
      socket.on('error', () => undefined);
      socket.once('close', () => {
        sockets.delete(socket);
        client.destroy();
        database.destroy();
      });
    }
    watch(client, database, diesAt);
  });
  return listen(server, () => {
    for (const socket of sockets) socket.destroy();
  });
};

const watch = (client: Socket, database: Socket, diesAt: Fuse): void => {
  const asked = createReader(false);
  const textsOf = createTexts();
  const answered = createReader(true);
  let inTransaction = false;
  let statements = '';
  let committing: string | null = null;
  client.on('data', (chunk: Buffer) => {
    const texts = asked(chunk).flatMap(textsOf);
    for (const text of texts) {
      statements += `${text};\n`;
      // The queue sends whole transactions as one text.
      const commits = /\bcommit\b/i.test(text) || !(inTransaction || /^\s*begin\b/i.test(text));
      const kind = commits ? kindOfCommit(statements) : null;
      if (kind === null) continue;
      committing = `commit of ${kind}`;
      if (diesAt(`before ${committing}`)) return void database.destroy();
    }
    database.write(chunk);
  });
  database.on('data', (chunk: Buffer) => {
    for (const { type, body } of answered(chunk)) {
      if (type !== 'Z') continue;
      inTransaction = body[0] !== IDLE;
      if (inTransaction) continue;
      const point = committing;
      committing = null;
      statements = '';
      if (point !== null && diesAt(`after ${point}`)) return void client.destroy();
    }
    client.write(chunk);
  });
};

/** The statement that a message carries out. One with a name is told once, and carried out again and again by it. */
const createTexts = () => {
  const named = new Map<string, string>();
  return ({ type, body }: Message): string[] => {
    const end = body.indexOf(0);
    const next = body.toString('utf8', end + 1, body.indexOf(0, end + 1));
    switch (type) {
      case 'Q':
        return [body.toString('utf8', 0, body.length - 1)];
      case 'P':
        named.set(body.toString('utf8', 0, end), next);
        return [];
      // Portal, then statement.
      case 'B':
        return [named.get(next) ?? ''];
      default:
        return [];
    }
  };
};

/** Cuts a stream of bytes into messages. A client's first message has no type. */
const createReader = (typed: boolean) => {
  let rest: Buffer = Buffer.alloc(0);
  let typeBytes = typed ? TYPE_BYTES : 0;
  return (chunk: Buffer): readonly Message[] => {
    rest = Buffer.concat([rest, chunk]);
    const messages: Message[] = [];
    while (rest.length >= typeBytes + LENGTH_BYTES) {
      const end = typeBytes + rest.readUInt32BE(typeBytes);
      if (rest.length < end) break;
      const type = typeBytes === 0 ? '' : String.fromCharCode(rest[0] ?? 0);
      messages.push({ type, body: rest.subarray(typeBytes + LENGTH_BYTES, end) });
      rest = rest.subarray(end);
      typeBytes = TYPE_BYTES;
    }
    return messages;
  };
};
