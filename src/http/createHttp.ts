import Fastify, { type FastifyInstance } from 'fastify';
import type { Webhook } from '../channels/channel.js';
import type { Log } from '../log.js';

/** A platform's update is a few kilobytes; what is larger is not one. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * The HTTP side: the channels' webhooks with their raw bodies, `/health` (the process lives), `/ready` (it can do
 * its work: the store answers) and `/metrics` (Prometheus text, figures only; E4). Listens on `host:port` when
 * `listen` is called; port 0 takes a free one.
 */
export function createHttp(options: {
  webhooks: readonly Webhook[];
  ready: () => Promise<boolean>;
  metrics: () => Promise<Readonly<Record<string, number>>>;
  log: Log;
}): { listen(port: number, host: string): Promise<number>; close(): Promise<void> } {
  const app = Fastify({ bodyLimit: MAX_BODY_BYTES, logger: false });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  for (const webhook of options.webhooks) mountWebhook(app, webhook, options.log);
  app.get('/health', () => ({ ok: true }));
  app.get('/ready', async (_request, reply) => {
    const ok = await options.ready();
    return reply.status(ok ? 200 : 503).send({ ok });
  });
  app.get('/metrics', async (_request, reply) => {
    const lines = Object.entries(await options.metrics()).map(([name, value]) => `danhoi_${name} ${value}`);
    return reply.type('text/plain; version=0.0.4').send(`${lines.join('\n')}\n`);
  });

  return {
    async listen(port, host) {
      await app.listen({ port, host });
      const address = app.server.address();
      return typeof address === 'object' && address ? address.port : port;
    },
    close: () => app.close(),
  };
}

function mountWebhook(app: FastifyInstance, webhook: Webhook, log: Log): void {
  app.post(webhook.path, async (request, reply) => {
    const headers = Object.fromEntries(
      Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]),
    );
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    try {
      const { status } = await webhook.receive({ headers, body });
      return await reply.status(status).send();
    } catch (err) {
      // Not stored: the platform is to send it again (promise 2).
      log.error({ err, path: webhook.path }, 'webhook-failed');
      return reply.status(503).send();
    }
  });
}
