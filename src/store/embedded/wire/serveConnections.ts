import { createServer, type Server, type Socket } from 'node:net';
import { StoreError } from '../errors.js';
import type { Doc } from '../bson/readBson.js';
import { readRequest, writeReply, type Request } from './messages.js';

/** Carries out one command and gives the reply without `ok`. */
export type Handle = (request: Request, connection: number) => Promise<Doc> | Doc;

const LARGEST_MESSAGE = 48_000_000;
const SMALLEST_MESSAGE = 21;

/** A server for MongoDB's wire protocol. Commands of one connection are carried out in the order they came. */
export function serveConnections(
  handle: Handle,
  onWarning: (code: string, fields: object) => void,
): { server: Server; close(): Promise<void> } {
  const sockets = new Set<Socket>();
  const working = new Set<Promise<void>>();
  let lastConnection = 0;
  let closing = false;
  const server = createServer((socket) => {
    const connection = ++lastConnection;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let queue: Promise<void> | undefined;
    const work = (message: Buffer): void => {
      const before = queue;
      const run = before
        ? before.then(() => answer(socket, message, connection))
        : answer(socket, message, connection);
      const done = run.finally(() => {
        working.delete(done);
        if (queue === done) queue = undefined;
      });
      queue = done;
      working.add(done);
    };
    socket.on(
      'data',
      splitMessages(work, () => socket.destroy()),
    );
  });

  const answer = async (socket: Socket, message: Buffer, connection: number): Promise<void> => {
    let request: Request | undefined;
    let reply: Doc;
    try {
      request = readRequest(message);
      if (closing) throw new StoreError(91, 'ShutdownInProgress', 'the embedded store is closing');
      const result = handle(request, connection);
      const body = result instanceof Promise ? await result : result;
      reply = { ...body, ok: 1 };
    } catch (error) {
      reply = errorReply(error);
      if (!(error instanceof StoreError)) {
        onWarning('STORE_COMMAND_FAILED', {
          command: request?.name,
          error: String(error),
          stack: stackOf(error),
        });
      }
    }
    if (request?.wantsReply === false || socket.destroyed) return;
    socket.write(writeReply(request ?? { requestId: message.readInt32LE(4), kind: 'msg' }, reply));
  };

  return {
    server,
    async close() {
      closing = true;
      server.close();
      await Promise.allSettled([...working]);
      for (const socket of sockets) socket.destroySoon();
    },
  };
}

const stackOf = (error: unknown): string | undefined => (error instanceof Error ? error.stack : undefined);

/** The reply to a command that failed. */
export function errorReply(error: unknown): Doc {
  if (error instanceof StoreError) {
    return { ok: 0, errmsg: error.message, code: error.code, codeName: error.codeName, ...error.extra };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { ok: 0, errmsg: message, code: 8, codeName: 'UnknownError' };
}

/** Cuts a stream of bytes into messages; the rest waits for the next bytes. */
function splitMessages(take: (message: Buffer) => void, refuse: () => void): (chunk: Buffer) => void {
  let parts: Buffer[] = [];
  let held = 0;
  return (chunk) => {
    parts.push(chunk);
    held += chunk.length;
    let need = parts[0] && parts[0].length >= 4 ? parts[0].readInt32LE(0) : 4;
    if (held < need) return;
    const bytes = parts.length === 1 ? chunk : Buffer.concat(parts);
    let at = 0;
    while (held - at >= 4) {
      need = bytes.readInt32LE(at);
      if (need < SMALLEST_MESSAGE || need > LARGEST_MESSAGE) return refuse();
      if (held - at < need) break;
      take(bytes.subarray(at, at + need));
      at += need;
    }
    parts = at < held ? [bytes.subarray(at)] : [];
    held -= at;
  };
}
