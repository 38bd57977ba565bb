import { randomBytes } from 'node:crypto';
import { createServer } from 'node:http';
import { createTexts } from '../../src/bot/texts.js';
import type { Lang } from '../../src/services/services.js';
import { createDirector } from './createDirector.js';
import { createHandle } from './server/createHandle.js';
import { createHub } from './server/createHub.js';
import type { PlatformEvents } from './pageTypes.js';
import { startStage } from './startStage.js';

export type PageOptions = {
  /** The language of the page and of everybody's app at first; Vietnamese unless told. */
  lang?: Lang;
  /** 0 (any free port) unless told. */
  port?: number;
};
export type Page = Awaited<ReturnType<typeof startPage>>;

/**
 * The bot in the browser: the whole product on simulated platforms, and a page on 127.0.0.1 to play it with. No part
 * of a production start. Resolves when the page can be opened at `url`.
 */
export async function startPage({ lang = 'vi', port = 0 }: PageOptions = {}) {
  const hub = createHub();
  const texts = createTexts();
  // The stage speaks before the director listens: what is said while it is set up is read from the chats.
  const heard: { by?: PlatformEvents } = {};
  const stage = await startStage(lang, {
    message: (message) => heard.by?.message(message),
    gone: (chat, message) => heard.by?.gone(chat, message),
    toast: (chat, speaker, text, alert) => heard.by?.toast(chat, speaker, text, alert),
    call: (call) => heard.by?.call(call),
  });
  const director = createDirector(stage, texts, hub, lang);
  heard.by = director.events;

  const token = randomBytes(24).toString('base64url');
  const handle = createHandle({ stage, director, hub, token, lang });
  const server = createServer(handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  const address = server.address();
  const at = typeof address === 'object' && address ? address.port : port;

  return {
    url: `http://127.0.0.1:${at}/`,
    token,
    stage,
    async close(): Promise<void> {
      await director.close();
      hub.close();
      await new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      });
      await stage.close();
    },
  };
}
