import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Lang } from '../../../src/services/services.js';
import type { Director } from '../createDirector.js';
import { FAULTS } from '../pageTypes.js';
import { MOMENTS } from '../passTime.js';
import type { Stage } from '../startStage.js';
import type { Hub } from './createHub.js';
import { protect, refusal } from './guard.js';
import { readBody, readJson, Refused } from './readBody.js';
import { createServeClient } from './serveClient.js';
import { serveFile } from './serveFile.js';

const MOST_JSON = 64 * 1024;
const MOST_FILE = 21 * 1024 * 1024;

const where = { chat: z.string().max(100), speaker: z.string().max(100) };
const id = z.string().max(100);
const act = z.discriminatedUnion('do', [
  z.object({ do: z.literal('say'), text: z.string().trim().min(1).max(20_000), replyTo: id.optional() }),
  z.object({ do: z.literal('press'), message: id, button: z.string().max(1_000) }),
  z.object({ do: z.enum(['start', 'sticker', 'voice', 'location']) }),
]);
const fileQuery = z.object({
  ...where,
  kind: z.enum(['photo', 'document']),
  name: z.string().max(200),
  mime: z.string().max(100),
  caption: z.string().max(1_000).optional(),
  replyTo: id.optional(),
});
const posts = {
  '/act': z.object({ ...where, act }),
  '/time': z.object({ to: z.enum(MOMENTS) }),
  '/faults': z.object({ platform: z.enum(['telegram', 'zalo']), fault: z.enum(FAULTS), on: z.boolean() }),
  '/language': z.object({ lang: z.enum(['vi', 'en']) }),
  '/tour': z.object({
    do: z.enum(['start', 'end', 'play', 'pause']),
    platform: z.enum(['telegram', 'zalo']).optional(),
  }),
};

type Parts = { stage: Stage; director: Director; hub: Hub; token: string; lang: Lang };

/** Answers the page's requests. Everything is refused that does not come from the page itself (guard.ts). */
export function createHandle({ stage, director, hub, token, lang }: Parts) {
  const run = token.slice(0, 8);
  const serveClient = createServeClient({ token, lang, run });

  const post = async (path: string, query: unknown, request: IncomingMessage): Promise<void> => {
    if (path === '/file') {
      const { chat, speaker, ...file } = fileQuery.parse(query);
      return director.sendFile(chat, speaker, { ...file, bytes: await readBody(request, MOST_FILE) });
    }
    const body = await readJson(request, MOST_JSON);
    switch (path) {
      case '/act': {
        const given = posts['/act'].parse(body);
        return director.act(given.chat, given.speaker, given.act);
      }
      case '/time':
        return director.goTo(posts['/time'].parse(body).to);
      case '/faults': {
        const { platform, fault, on } = posts['/faults'].parse(body);
        return director.setFault(platform, fault, on);
      }
      case '/language':
        return director.setLanguage(posts['/language'].parse(body).lang);
      case '/tour': {
        const given = posts['/tour'].parse(body);
        return director.tour(given.do, given.platform);
      }
      default:
        throw new Refused(404, 'no-such-path');
    }
  };

  const get = async (
    path: string,
    query: Record<string, string>,
    response: ServerResponse,
  ): Promise<void> => {
    if (serveClient(path, response)) return;
    if (path === '/events') {
      if (!hub.open(response, { run, ...(await director.everything()) }))
        throw new Refused(503, 'too-many-pages');
      return;
    }
    if (path === '/commands') {
      const { chat, speaker } = z.object(where).parse(query);
      return sendJson(response, 200, stage.of(chat).commands(chat, speaker));
    }
    const [, platform, file] = /^\/files\/(\w+)\/([^/]+)$/.exec(path) ?? [];
    const bytes = await stage.platforms
      .find((one) => one.platform === platform)
      ?.file(decodeURIComponent(file ?? ''));
    if (!bytes) throw new Refused(404, 'no-such-path');
    serveFile(response, bytes);
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    protect(response);
    const refused = refusal(request, request.socket.localPort ?? 0, token);
    if (refused) throw new Refused(403, refused);
    const url = new URL(request.url ?? '/', 'http://page');
    const query = Object.fromEntries(url.searchParams);
    if (request.method === 'GET') return get(url.pathname, query, response);
    if (request.method !== 'POST') throw new Refused(405, 'no-such-method');
    await post(url.pathname, query, request);
    response.writeHead(204).end();
  };

  return (request: IncomingMessage, response: ServerResponse): void => {
    answer(request, response).catch((error: unknown) => {
      if (response.headersSent) return void response.destroy();
      if (error instanceof Refused) return sendJson(response, error.status, { error: error.message });
      if (error instanceof z.ZodError) return sendJson(response, 400, { error: 'bad-request' });
      // What no phone could do, such as pressing a button that was never there.
      sendJson(response, 409, { error: 'cannot', why: error instanceof Error ? error.message : '' });
    });
  };
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
    'cache-control': 'no-store',
  });
  response.end(text);
}
