import http from 'node:http';
import { ApiError } from './apiError.js';
import type { Context } from './context.js';
import type { FaultKind } from './createFaults.js';
import type { CallRecord, Endpoint } from './createRecord.js';
import {
  createUploadEndpoint,
  readDetail,
  readList,
  readQuota,
  sendByPhone,
  sendTemplate,
} from './otherEndpoints.js';
import { sendConsultation } from './sendConsultation.js';

const MINUTE_MS = 60_000;

type Given = {
  body: unknown;
  query: unknown;
  form(): Promise<FormData>;
  text: string;
  headers: http.IncomingHttpHeaders;
};
type Route = { endpoint: Endpoint; run(context: Context, given: Given): unknown };
const image = createUploadEndpoint('image');
const file = createUploadEndpoint('file');

/** The three hosts are three prefixes of one port. */
const ROUTES: Readonly<Record<string, Route>> = {
  'POST /oauth/v4/oa/access_token': { endpoint: 'token', run: exchange },
  'POST /api/v3.0/oa/message/cs': {
    endpoint: 'cs',
    run: (context, { body }) => sendConsultation(context, body),
  },
  'POST /api/v3.0/oa/message/template': {
    endpoint: 'template',
    run: (context, { body }) => sendTemplate(context, body),
  },
  'POST /api/v3.0/oa/quota/message': {
    endpoint: 'quota',
    run: (context, { body }) => readQuota(context, body),
  },
  'GET /api/v3.0/oa/user/detail': {
    endpoint: 'detail',
    run: (context, { query }) => readDetail(context, query),
  },
  'GET /api/v3.0/oa/user/getlist': {
    endpoint: 'getlist',
    run: (context, { query }) => readList(context, query),
  },
  'POST /api/v2.0/oa/upload/image': {
    endpoint: 'uploadImage',
    run: async (context, given) => image(context, await given.form()),
  },
  'POST /api/v2.0/oa/upload/file': {
    endpoint: 'uploadFile',
    run: async (context, given) => file(context, await given.form()),
  },
  'POST /business/message/template': {
    endpoint: 'zbs',
    run: (context, { body }) => sendByPhone(context, body),
  },
};
const GONE: Route = {
  endpoint: 'unknown',
  run: () => {
    throw new ApiError(-240, 'MessageV2 API has been shut down, please switch to MessageV3');
  },
};

/** The HTTP side: every application error is told with HTTP 200, and so many calls a minute are taken. */
export function createApiServer(
  context: Context,
  busy: { enter: () => void; leave: () => void },
): http.Server {
  const rate = { from: 0, used: 0 };
  const server = http.createServer((request, response) => {
    busy.enter();
    handle(context, rate, request, response)
      .catch((error: unknown) => {
        console.error('zalo simulator', error);
        response.destroy();
      })
      .finally(busy.leave);
  });
  server.keepAliveTimeout = 75_000; // longer than a client keeps a connection, so none breaks under a request
  return server;
}

async function handle(
  context: Context,
  rate: { from: number; used: number },
  request: http.IncomingMessage,
  response: http.ServerResponse,
) {
  const url = new URL(request.url ?? '/', 'http://simulator');
  if (url.pathname.startsWith('/files/')) return sendFile(context, url.pathname.slice(7), response);
  const route = ROUTES[`${request.method ?? ''} ${url.pathname}`] ?? GONE;
  const given = await readRequest(request, url);
  if (given === undefined) return; // the client broke off in the middle of its request
  const userId = userIn(given.body);
  const call: CallRecord = {
    at: context.clock.now().getTime(),
    endpoint: route.endpoint,
    body: given.body,
    accepted: false,
  };
  if (userId !== undefined) call.userId = userId;
  context.record.callBegins(call);
  const fault = context.faults.pick(route.endpoint, userId);
  if (fault !== undefined) call.fault = String(fault);
  try {
    const late = breakOff(fault, request, response);
    if (late) return;
    if (typeof fault === 'number') throw new ApiError(fault, 'switched on');
    countRate(context, rate, response);
    if (route.endpoint !== 'token') context.grants.check(headerOf(given.headers, 'access_token'));
    const result: unknown = await route.run(context, given);
    call.accepted = true;
    if (fault === 'accepted-then-reset') return request.socket.resetAndDestroy();
    send(response, 200, route.endpoint === 'token' ? result : { data: result, error: 0, message: 'Success' });
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    call.error = error.code;
    send(response, 200, { error: error.code, message: error.message });
  } finally {
    context.record.callEnds(call);
    context.events.emit('call', call);
  }
}

/** Faults that strike before anything took effect; tells whether one did. */
function breakOff(
  fault: FaultKind | undefined,
  request: http.IncomingMessage,
  response: http.ServerResponse,
): boolean {
  if (fault === '500') send(response, 500, { message: 'Internal Server Error' });
  else if (fault === '502')
    response.writeHead(502, { 'content-type': 'text/html' }).end('<html><h1>502 Bad Gateway</h1></html>');
  else if (fault === 'reset') request.socket.resetAndDestroy();
  else return fault === 'timeout';
  return true;
}

function countRate(
  { clock, rules }: Context,
  rate: { from: number; used: number },
  response: http.ServerResponse,
): void {
  const now = clock.now().getTime();
  if (now - rate.from >= MINUTE_MS) Object.assign(rate, { from: now, used: 0 });
  rate.used++;
  response.setHeader('X-RateLimit-Limit', rules.callsPerMinute);
  response.setHeader('X-RateLimit-Remain', Math.max(0, rules.callsPerMinute - rate.used));
  if (rate.used > rules.callsPerMinute) throw new ApiError(-32, 'Your application reached limit call api');
}

function exchange({ grants, record }: Context, { text, headers }: Given): unknown {
  const pair = grants.exchange(new URLSearchParams(text), headerOf(headers, 'secret_key'));
  record.counts.refreshes++;
  return pair;
}

async function readRequest(request: http.IncomingMessage, url: URL): Promise<Given | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  } catch (error) {
    if (request.destroyed) return undefined;
    throw error;
  }
  const bytes = Buffer.concat(chunks);
  const type = request.headers['content-type'] ?? '';
  return {
    text: bytes.toString('utf8'),
    body: type.includes('json') ? tryJson(bytes.toString('utf8')) : undefined,
    query: tryJson(url.searchParams.get('data') ?? ''),
    form: () => new Response(bytes, { headers: { 'content-type': type } }).formData(),
    headers: request.headers,
  };
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused by the endpoint's schema
  }
}

function userIn(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const inside: unknown = 'recipient' in body ? body.recipient : body;
  const id =
    typeof inside === 'object' && inside !== null && 'user_id' in inside ? inside.user_id : undefined;
  return typeof id === 'string' ? id : undefined;
}

function headerOf(headers: http.IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

function sendFile({ world }: Context, id: string, response: http.ServerResponse): void {
  const found = world.files.get(decodeURIComponent(id));
  if (!found) return void response.writeHead(404).end();
  response
    .writeHead(200, { 'content-type': found.mime, 'content-length': found.bytes.length })
    .end(found.bytes);
}

function send(response: http.ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response
    .writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    .end(text);
}
