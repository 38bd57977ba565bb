import { z } from 'zod';
import { ApiError, badRequest } from '../apiError.js';
import { defineMethod, type Context, type Method } from '../context.js';
import { bool, int, json } from '../params.js';

const allowed = json(z.array(z.string())).optional();
const LOOPBACK: readonly string[] = ['127.0.0.1', 'localhost', '[::1]'];

/** How the bot gets its updates, and its answers to presses (https://core.telegram.org/bots/api#getting-updates). */
export const updateMethods: Record<string, Method> = {
  getUpdates: defineMethod(
    z.object({
      offset: int.default(0),
      limit: int.default(100),
      timeout: int.default(0),
      allowed_updates: allowed,
    }),
    (context, params, _uploads, onGone) => {
      if (context.delivery.webhook()) {
        throw new ApiError(
          409,
          "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
        );
      }
      context.polling.terminate('other getUpdates request; make sure that only one bot instance is running');
      context.queue.allow(params.allowed_updates);
      const limit = params.limit < 1 || params.limit > 100 ? 100 : params.limit;
      const timeoutSeconds = Math.min(Math.max(params.timeout, 0), 50);
      return context.polling.poll({ offset: params.offset, limit, timeoutSeconds }, onGone);
    },
  ),

  setWebhook: defineMethod(
    z.object({
      url: z.string().default(''),
      secret_token: z.string().optional(),
      max_connections: int.default(40),
      allowed_updates: allowed,
      drop_pending_updates: bool.default(false),
    }),
    (context, params) => {
      if (params.url === '') return removeWebhook(context, params.drop_pending_updates);
      checkUrl(params.url);
      const secretToken = params.secret_token ?? '';
      if (secretToken !== '' && !/^[A-Za-z0-9_-]{1,256}$/.test(secretToken)) {
        throw badRequest('secret token contains unallowed characters');
      }
      if (params.drop_pending_updates) context.queue.dropAll();
      context.queue.allow(params.allowed_updates);
      context.polling.terminate('setWebhook request');
      const maxConnections = Math.min(Math.max(params.max_connections, 1), 100);
      const next = { url: params.url, secretToken, maxConnections };
      if (JSON.stringify(context.delivery.webhook()) !== JSON.stringify(next)) context.delivery.set(next);
      return true;
    },
  ),

  deleteWebhook: defineMethod(z.object({ drop_pending_updates: bool.default(false) }), (context, params) =>
    removeWebhook(context, params.drop_pending_updates),
  ),

  getWebhookInfo: (context) => {
    const webhook = context.delivery.webhook();
    const error = context.delivery.lastError();
    const kinds = context.queue.allowed();
    return {
      url: webhook?.url ?? '',
      has_custom_certificate: false,
      pending_update_count: context.queue.pending.size,
      ...(webhook ? { max_connections: webhook.maxConnections, ip_address: '127.0.0.1' } : {}),
      ...(error ? { last_error_date: Math.floor(error.at / 1000), last_error_message: error.message } : {}),
      ...(kinds.length > 0 ? { allowed_updates: kinds } : {}),
    };
  },

  answerCallbackQuery: defineMethod(
    z.object({
      callback_query_id: z.coerce.string(),
      text: z.string().default(''),
      show_alert: bool.default(false),
      url: z.string().optional(),
    }),
    (context, params) => {
      if (params.text.length > 200) throw badRequest('MESSAGE_TOO_LONG');
      const answer = { text: params.text, alert: params.show_alert };
      context.callbacks.answer(
        params.callback_query_id,
        params.url === undefined ? answer : { ...answer, url: params.url },
      );
      return true;
    },
  ),
};

function removeWebhook(context: Context, drop: boolean): true {
  if (drop) context.queue.dropAll();
  if (context.delivery.webhook()) context.delivery.set(undefined);
  return true;
}

/** The real server wants https on 443, 80, 88 or 8443; the simulator any port, but nothing beyond loopback. */
function checkUrl(url: string): void {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (!parsed || !['http:', 'https:'].includes(parsed.protocol)) {
    throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
  }
  if (!LOOPBACK.includes(parsed.hostname)) {
    throw badRequest('bad webhook: the simulator delivers only to loopback');
  }
}
