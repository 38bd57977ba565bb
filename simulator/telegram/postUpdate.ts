import http from 'node:http';
import https from 'node:https';
import type { Webhook } from './createWebhookDelivery.js';

/** How a delivery ended. `retryAfter` in seconds as the bot asked; `reply` is a body that may be an API call. */
export type Outcome = { ok: boolean; description: string; retryAfter?: number; reply?: string };

/** What posts updates to the bot over kept-alive connections. */
export function createPoster(timeoutMs: number) {
  const agents = {
    http: new http.Agent({ keepAlive: true, maxSockets: 200 }),
    https: new https.Agent({ keepAlive: true, maxSockets: 200, rejectUnauthorized: false }), // self-signed on loopback
  };
  const running = new Set<http.ClientRequest>();

  return {
    /** Posts one update; never rejects: whatever goes wrong is told in the outcome. */
    post: (to: Webhook, body: string): Promise<Outcome> =>
      new Promise((resolve) => {
        const secure = to.url.startsWith('https:');
        const request = (secure ? https : http).request(
          to.url,
          {
            method: 'POST',
            agent: secure ? agents.https : agents.http,
            headers: {
              'content-type': 'application/json',
              'content-length': Buffer.byteLength(body),
              ...(to.secretToken ? { 'x-telegram-bot-api-secret-token': to.secretToken } : {}),
            },
          },
          (response) => void readOutcome(response).then(end, fail),
        );
        const end = (outcome: Outcome): void => {
          running.delete(request);
          resolve(outcome);
        };
        const fail = (error: NodeJS.ErrnoException): void => end({ ok: false, description: describe(error) });
        running.add(request);
        request.setTimeout(timeoutMs, () => request.destroy(new Error('Read timeout expired')));
        request.on('error', fail);
        request.end(body);
      }),

    close(): void {
      for (const request of running) request.destroy();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}

async function readOutcome(response: http.IncomingMessage): Promise<Outcome> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const status = response.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    const reply = Buffer.concat(chunks).toString();
    const ok = { ok: true, description: String(status) };
    return reply.startsWith('{') ? { ...ok, reply } : ok;
  }
  const description = `Wrong response from the webhook: ${status} ${response.statusMessage ?? ''}`.trim();
  const retryAfter = Number(response.headers['retry-after']);
  return retryAfter > 0 ? { ok: false, description, retryAfter } : { ok: false, description };
}

function describe(error: NodeJS.ErrnoException): string {
  if (error.code === 'ECONNREFUSED') return 'Connection refused';
  if (error.code === 'ECONNRESET') return 'Connection reset by peer';
  return error.message;
}
