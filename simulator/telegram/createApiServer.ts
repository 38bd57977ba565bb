import http from 'node:http';
import { ApiError } from './apiError.js';
import type { Context } from './context.js';
import type { Idle } from './createIdle.js';
import { parseJsonObject, readParams } from './readParams.js';
import { errorAnswer, runCall, type Answer } from './runCall.js';
import type { CallParams } from './wire.js';

const NOT_FOUND = errorAnswer(new ApiError(404, 'Not Found'));

/**
 * The HTTP side of the Bot API: `/bot<token>/<method>` and `/file/bot<token>/<path>`. A wrong token gets 401,
 * an unknown method 404, a refusal `{ok:false, error_code, description, parameters}` with the code as status.
 */
export function createApiServer(context: Context, idle: Idle): http.Server {
  const server = http.createServer((request, response) => {
    void handle(context, idle, request, response).catch((error: unknown) => {
      console.error('telegram simulator', error);
      send(response, {
        status: 500,
        body: '{"ok":false,"error_code":500,"description":"Internal Server Error"}',
      });
    });
  });
  server.keepAliveTimeout = 75_000; // longer than a client keeps a connection, so none breaks under a request
  return server;
}

/** Runs the call that a bot gave as its answer to a webhook delivery; its result goes nowhere. */
export async function runWebhookReply(context: Context, idle: Idle, reply: string): Promise<void> {
  const values = callIn(reply);
  const method = values?.['method'];
  if (!values || typeof method !== 'string') return;
  await runCall(context, idle, method, { values, uploads: new Map() }, () => undefined);
}

/** The call in a bot's answer; most answers, such as `{"ok":true}`, hold none, and Telegram minds no other text. */
function callIn(reply: string): CallParams['values'] | undefined {
  try {
    return parseJsonObject(reply);
  } catch (error) {
    if (error instanceof ApiError) return undefined;
    throw error;
  }
}

async function handle(
  context: Context,
  idle: Idle,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): Promise<void> {
  const [path = '', query = ''] = (request.url ?? '').split('?', 2);
  const [, isFile, token, rest] = /^\/(file\/)?bot([^/]+)(?:\/test)?\/(.+)$/.exec(path) ?? [];
  if (token === undefined || rest === undefined) return send(response, NOT_FOUND);
  if (decodeURIComponent(token) !== context.token) {
    request.resume();
    return send(response, errorAnswer(new ApiError(401, 'Unauthorized')));
  }
  if (isFile) return sendFile(context, decodeURIComponent(rest), response);
  let params: CallParams;
  try {
    params = await readParams(request, query);
  } catch (error) {
    if (error instanceof ApiError) return send(response, errorAnswer(error));
    if (request.destroyed) return; // the client broke off in the middle of its request
    throw error;
  }
  const answer = await runCall(context, idle, rest, params, (run) => response.on('close', run));
  if (answer === 'silent') return;
  if (answer === 'reset') request.socket.resetAndDestroy();
  else send(response, answer);
}

function sendFile(context: Context, path: string, response: http.ServerResponse): void {
  const file = context.files.byPath(path);
  if (!file) return send(response, NOT_FOUND);
  response.writeHead(200, {
    'content-type': file.wire.mime_type ?? 'application/octet-stream',
    'content-length': file.bytes.length,
  });
  response.end(file.bytes);
}

function send(response: http.ServerResponse, { status, body, contentType }: Answer): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, {
    'content-type': contentType ?? 'application/json',
    'content-length': Buffer.byteLength(body),
  });
  response.end(body);
}
